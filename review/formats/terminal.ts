import pc from "picocolors";
import { renderFindings, type TerminalOptions, wrap } from "../../policies/formats/terminal";
import type { PolicyFinding } from "../../policies/rule";
import type { Change, EnvironmentReview, Review, Risk } from "../model";
import { counted, joined } from "../text";
import {
  describeUnchanged,
  hasContent,
  movesOf,
  placeOf,
  printable,
  rankOf,
  sections,
  subjectOf,
  summaryOf,
  verdictOf,
  worstFirst,
} from "./words";

/** In characters: with less, risks stand above what they are about. As for findings. */
const WIDE = 72;
const LABEL = "critical  ".length;

type Colors = ReturnType<typeof pc.createColors>;

/** The review for people: the verdict, then the environments, the worst first. Lists are whole; widths in characters. */
export function renderTerminal(untrusted: Review, options: TerminalOptions): string {
  const review = printable(untrusted);
  const colors = pc.createColors(options.color);
  const plain = (name: string) => name;
  const lines = (text: string, indent = "") =>
    wrap(text, options.width - indent.length)
      .map((line) => `${indent}${line}\n`)
      .join("");
  const summary = summaryOf(review, plain);
  const notes = [...review.notes]
    .sort((a, b) => rankOf(a.risk) - rankOf(b.risk))
    .map(({ risk, text }) => {
      const [first = "", ...more] = text.split("\n");
      return lines(`Note (${risk}): ${first}`) + more.map((line) => lines(line, "  ")).join("");
    });
  const unchanged = describeUnchanged(review, plain);
  return [
    `${painter(review.risk, colors)(colors.bold(verdictOf(review)))}\n${lines(summary)}${lines(`From ${review.base} to ${review.head}.`)}`,
    ...notes,
    ...worstFirst(review.environments)
      .filter(hasContent)
      .map((environment) => renderEnvironment(environment, options, colors)),
    ...(unchanged === "" ? [] : [lines(unchanged)]),
  ].join("\n");
}

function renderEnvironment(environment: EnvironmentReview, options: TerminalOptions, colors: Colors): string {
  const { name, status, risk, findings, others } = environment;
  const title = (text: string) => `${colors.bold(name)} ${text}\n`;
  const lines = (text: string) =>
    wrap(text, options.width)
      .map((line) => `${line}\n`)
      .join("");
  const found = (text: string, some: readonly PolicyFinding[]) =>
    some.length === 0 ? "" : title(text) + renderFindings(some, options);
  const parts = sections(environment).map(({ title: text, changes }) => {
    const shown = changes.map((change) => renderChange(change, options, colors)).join("");
    if (text === "") return title(status + (risk ? `, ${painter(risk, colors)(`${risk} risk`)}` : "")) + shown;
    return shown === "" ? "" : title(text.charAt(0).toLowerCase() + text.slice(1)) + shown;
  });
  const standing = counted(findings.standing.length, "standing finding");
  return [
    ...parts,
    found("new findings", findings.new),
    found("fixed findings", findings.fixed),
    findings.standing.length === 0 ? "" : lines(`${standing}: gemkeys check tells them.`),
    others.length === 0
      ? ""
      : lines(`Also in the plan: ${joined(others.map(({ type, action, count }) => `${count} ${type} (${action})`))}.`),
  ]
    .filter((part) => part !== "")
    .join("\n");
}

function renderChange(change: Change, { width }: TerminalOptions, colors: Colors): string {
  const { risk, sentence, added = [], removed = [], networks = [] } = change;
  const wide = width >= WIDE;
  const indent = " ".repeat(wide ? 2 + LABEL : 2);
  const lines = (text: string, start = "", paint = (line: string) => line) =>
    wrap(text, width - indent.length - start.length).map(
      (line, index) => `${indent}${paint(`${index === 0 ? start : " ".repeat(start.length)}${line}`)}\n`,
    );
  const paint = painter(risk, colors);
  const subject = subjectOf(change);
  const moves = movesOf(change);
  const place = placeOf(change) ?? (change.key === undefined ? undefined : change.address);
  const label = paint(risk) + (wide ? " ".repeat(LABEL - risk.length) : " ");
  const [first = "", ...rest] = wrap(sentence, width - indent.length);
  const head = wide
    ? [`  ${label}${first}\n`, ...rest.map((line) => `${indent}${line}\n`)]
    : [`${label}${colors.bold(subject)}`.trimEnd() + "\n", ...lines(sentence)];
  return [
    ...head,
    ...(moves ? lines(moves.join(" → ")) : []),
    ...lines(added.join(", "), "+ ", colors.green),
    ...lines(removed.join(", "), "- ", colors.red),
    ...(networks.length > 0 ? lines(`by ${joined(networks)}`) : []),
    ...lines([place, wide ? subject : ""].filter((part) => part).join("  "), "", colors.dim),
  ].join("");
}

function painter(risk: Risk | undefined, colors: Colors): (text: string) => string {
  if (risk === undefined) return (text) => text;
  return { critical: colors.red, high: colors.red, medium: colors.yellow, low: colors.cyan, info: colors.dim }[risk];
}
