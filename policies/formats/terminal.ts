import pc from "picocolors";
import { counts } from "../engine";
import {
  byEnvironment,
  type DescribedRule,
  describeSummary,
  type PolicyReport,
  placeOf,
  subjectOf,
  summaryOf,
} from "../report";
import type { PolicyFinding, Severity } from "../rule";

export interface TerminalOptions {
  readonly color: boolean;
  /** In characters; infinite in a pipe. */
  readonly width: number;
}

type Colors = ReturnType<typeof pc.createColors>;

/** Text that is as wide as this, less and it is one column. */
const WIDE = 72;
const LABEL = "critical  ".length;

/** The findings by environment, for people. */
export function renderTerminal({ findings, judged, rules }: PolicyReport, options: TerminalOptions): string {
  const colors = pc.createColors(options.color);
  const groups = byEnvironment(findings).map(
    ([environment, group]) => `${colors.bold(environment)}\n${renderFindings(group, options)}`,
  );
  const names = judged.map(({ name }) => name).join(", ");
  const summary = describeSummary(summaryOf(findings));
  const last = `${summary === "" ? "Nothing found" : summary} in ${names || "nothing"}, by ${rules.length} rules.`;
  return [
    ...groups,
    wrap(last, options.width)
      .map((line) => `${line}\n`)
      .join(""),
  ].join("\n");
}

/** One finding after the other. */
export function renderFindings(findings: readonly PolicyFinding[], options: TerminalOptions): string {
  const colors = pc.createColors(options.color);
  return findings.map((finding) => renderFinding(finding, options, colors)).join("");
}

/** One rule, for `gemkeys explain`. */
export function renderRule(rule: DescribedRule, options: TerminalOptions): string {
  const colors = pc.createColors(options.color);
  const paint = painter(rule.severity, colors);
  const paragraph = (title: string, text: string) => [
    "",
    colors.bold(title),
    ...wrap(text, options.width - 2).map((line) => `  ${line}`),
  ];
  return [
    `${colors.bold(rule.id)} (${paint(rule.severity)})`,
    ...wrap(rule.title, options.width),
    ...paragraph("Why", rule.rationale),
    ...paragraph("What to do", rule.fix),
    ...(rule.references.length === 0 ? [] : ["", colors.bold("See"), ...rule.references.map((text) => `  ${text}`)]),
    "",
  ].join("\n");
}

function renderFinding(finding: PolicyFinding, { width }: TerminalOptions, colors: Colors): string {
  const { rule, severity, title, message, fix, waiver } = finding;
  const label = counts(finding) ? severity : "waived";
  const paint = counts(finding) ? painter(severity, colors) : colors.dim;
  const wide = width >= WIDE;
  const indent = " ".repeat(wide ? 2 + LABEL : 2);
  const place = [placeOf(finding), subjectOf(finding)].filter((part) => part).join(" ");
  const lines = (text: string) => wrap(text, width - indent.length).map((line) => `${indent}${line}\n`);
  const head = wide
    ? `  ${paint(label)}${" ".repeat(LABEL - label.length)}${colors.bold(rule)} ${title}\n`
    : `${paint(label)} ${colors.bold(rule)}\n${lines(title).join("")}`;
  return [
    head,
    ...lines(place).map((line) => colors.dim(line.slice(0, -1)).concat("\n")),
    ...lines(message),
    ...lines(waiver ? `Waived until ${waiver.until} by ${waiver.by}: ${waiver.reason}` : fix),
  ].join("");
}

function painter(severity: Severity, colors: Colors): (text: string) => string {
  return { critical: colors.red, high: colors.red, medium: colors.yellow, low: colors.cyan }[severity];
}

/** Breaks text between words. A word that is longer than the line stays whole: an address or a path can be copied then. */
export function wrap(text: string, width: number): string[] {
  if (text === "") return [];
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
