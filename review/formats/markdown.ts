import { splitAddress } from "../../inventory/references";
import { counts } from "../../policies/engine";
import type { PolicyFinding } from "../../policies/rule";
import { htmlText, markdownCode, markdownText } from "../../values/escape-markdown";
import type { Change, EnvironmentReview, Note, Review } from "../model";
import { counted } from "../text";
import { cutToFit, type Piece } from "./cut-to-fit";
import {
  describeUnchanged,
  hasContent,
  movesOf,
  placeOf,
  plural,
  printable,
  rankOf,
  sections,
  subjectOf,
  summaryOf,
  verdictOf,
  worstFirst,
} from "./words";

/** In characters. GitHub takes 65,536 for a comment; the rest is for what is put around it. */
export const MAX_MARKDOWN = 60_000;

/** Of one text, in characters: a longer one is cut. */
const LONGEST = { sentence: 400, value: 160, note: 600 };
/** Of one list in a table; its rest is in the details. */
const FEW = 4;
/** Of one list in the details. */
const MANY = 100;
/** Sentences of the worst changes, at the top. */
const TOP = 5;
const NOTES = 5;

/**
 * The review as GitHub's Markdown, for the comment on a pull request: first the verdict and the worst, then a table for
 * each environment, then details folded. At most 60,000 characters: what has less risk is left out, and counted.
 */
export function renderMarkdown(untrusted: Review, limit = MAX_MARKDOWN): string {
  const review = printable(untrusted);
  const head = headOf(review);
  const pieces = worstFirst(review.environments).filter(hasContent).flatMap(piecesOf);
  const unchanged = describeUnchanged(review, (name) => value(name));
  const foot = unchanged === "" ? "" : `\n${unchanged}\n`;
  return cutToFit({ head, pieces, foot, limit });
}

function headOf(review: Review): string {
  const worst = worstFirst(review.environments)
    .flatMap(({ name, changes }) => changes.map((change) => ({ name, change })))
    .filter(({ change }) => rankOf(change.risk) <= rankOf("high"))
    .sort((a, b) => rankOf(a.change.risk) - rankOf(b.change.risk));
  const top = worst
    .slice(0, TOP)
    .map(({ name, change }) => `- **${change.risk}**, ${value(name)}: ${sentence(change.sentence)}\n`);
  const more = worst.length > TOP ? [`- and ${worst.length - TOP} more of high or critical risk, below\n`] : [];
  const summary = summaryOf(review, value);
  return [
    `## ${verdictOf(review)}\n`,
    summary === "" ? "" : `\n${summary}\n`,
    `\nFrom ${value(review.base)} to ${value(review.head)}.\n`,
    top.length === 0 ? "" : `\n${[...top, ...more].join("")}`,
    notesOf(review.notes),
  ].join("");
}

function notesOf(notes: readonly Note[]): string {
  const sorted = [...notes].sort((a, b) => rankOf(a.risk) - rankOf(b.risk));
  const shown = sorted.slice(0, NOTES).map(({ risk, text }) => {
    const lines = cut(text, LONGEST.note).split("\n").map(markdownText);
    return `\n> **Note** (${risk}): ${lines.join("<br>")}\n`;
  });
  const more = sorted.length - shown.length;
  return shown.join("") + (more > 0 ? `\n> And ${more} more ${plural(more, "note")}.\n` : "");
}

/** Everything of an environment, in the order in which it is shown. */
function piecesOf(environment: EnvironmentReview, order: number): Piece[] {
  const status = environment.risk ? `${environment.status}, ${environment.risk} risk` : environment.status;
  const group = { order, heading: `\n### ${value(environment.name)}: ${status}\n` };
  const { findings, others } = environment;
  const details = detailsOf(environment);
  const tables = sections(environment).flatMap(({ title, changes }) =>
    changes.map((change) => ({
      group,
      block: tableOf(title, "| risk | key or resource | what changes | where |\n| --- | --- | --- | --- |\n"),
      rank: rankOf(change.risk),
      what: `${change.risk} change`,
      text: changeRow(change),
    })),
  );
  const pieces = [
    ...tables,
    ...findings.new.map((finding) =>
      findingPiece(finding, tableOf("New findings", FINDINGS), rankOf(finding.severity)),
    ),
    ...(others.length === 0
      ? []
      : [{ group, block: NOTHING, rank: RANK.others, what: "count", text: othersOf(others) }]),
    ...details.map((text) => ({
      group,
      block: folded(`All that came in and went out: ${counted(details.length, "long list")}`),
      rank: RANK.details,
      what: "detail",
      text,
    })),
    ...findings.fixed.map((finding) =>
      findingPiece(finding, folded(`Fixed findings: ${findings.fixed.length}`, FINDINGS), RANK.fixed),
    ),
    ...findings.standing.map((finding) =>
      findingPiece(finding, folded(`Standing findings: ${findings.standing.length}`, FINDINGS), RANK.standing),
    ),
  ];
  const alone = { group, block: NOTHING, rank: rankOf(environment.risk), what: "environment", text: "" };
  return pieces.length === 0 ? [alone] : pieces;

  function findingPiece(finding: PolicyFinding, block: Piece["block"], rank: number): Piece {
    return { group, block, rank, what: `${finding.severity} finding`, text: findingRow(finding) };
  }
}

/** After the risks, which are 0 to 4. */
const RANK = { others: 5, details: 6, fixed: 7, standing: 8 };
const NOTHING = { start: "", end: "" };
const FINDINGS = "| severity | rule | where | what |\n| --- | --- | --- | --- |\n";

function tableOf(title: string, header: string): Piece["block"] {
  return { start: `\n${title === "" ? "" : `**${title}**\n\n`}${header}`, end: "" };
}

/** @param title ours: GitHub would link names and numbers in it. */
function folded(title: string, header = ""): Piece["block"] {
  return { start: `\n<details><summary>${htmlText(title)}</summary>\n\n${header}`, end: "\n</details>\n" };
}

function changeRow(change: Change): string {
  const { before, after, added = [], removed = [], networks = [] } = change;
  const moves = movesOf(change);
  const said = cut(change.sentence, LONGEST.sentence);
  const isSaid = (texts: readonly (string | undefined)[]) =>
    // An entry may be a principal and its role.
    texts.every((text) => text === undefined || text.split(": ").every((part) => holds(said, part)));
  const lines = [
    sentence(change.sentence),
    moves && !isSaid([before, after]) ? moves.map(value).join(" → ") : "",
    isSaid(added) ? "" : few("+", added),
    isSaid(removed) ? "" : few("−", removed),
    networks.length > 0 ? `by ${fewValues(networks)}` : "",
  ];
  const whole = subjectOf(change);
  const subject = shortName(whole);
  const address = change.key === undefined && subject === whole ? undefined : change.address;
  const where = placeOf(change) ?? address;
  return row([change.risk, value(subject), joined(lines), where ? value(where) : ""]);
}

/** True if the text stands in the sentence, and not only as a part of a longer name or address. */
function holds(sentence: string, text: string): boolean {
  const parts = sentence.split(text);
  return parts.slice(1).some((after, index) => !/[\w./:@-]$/.test(parts[index]!) && !/^(?:[\w/:@-]|\.\w)/.test(after));
}

/** A longer address makes the table's column wide: there, the innermost module and the name are told. */
const LONGEST_SUBJECT = 30;

function shortName(subject: string): string {
  if (subject.length <= LONGEST_SUBJECT) return subject;
  const { modules, rest } = splitAddress(subject);
  const steps = [...modules.slice(-1), ...rest.slice(1).slice(-1)];
  return steps.length === 0 ? subject : steps.map(({ name, key = "" }) => `${name}${key}`).join(".");
}

function findingRow(finding: PolicyFinding): string {
  const { rule, severity, title, message, fix, waiver } = finding;
  const subject = finding.key === undefined ? finding.address : finding.key;
  const then = waiver ? `Waived until ${waiver.until} by ${waiver.by}: ${waiver.reason}` : fix;
  const place = placeOf(finding);
  return row([
    counts(finding) ? severity : `${severity}, waived`,
    value(rule),
    joined([value(subject), place ? value(place) : ""]),
    joined([title, message, then].map(sentence)),
  ]);
}

/** The whole lists that the table shows only the beginning of. */
function detailsOf({ changes, notInCode, drift }: EnvironmentReview): string[] {
  return [...changes, ...notInCode, ...drift]
    .filter(({ added = [], removed = [] }) => added.length > FEW || removed.length > FEW)
    .map((change) => {
      const line = (name: string, entries: readonly string[] = []) =>
        entries.length === 0 ? "" : `  - ${name}: ${values(entries, MANY)}\n`;
      const { added, removed } = change;
      return `- ${sentence(change.sentence)}\n${line("in", added)}${line("out", removed)}`;
    });
}

function othersOf(others: EnvironmentReview["others"]): string {
  const shown = others.slice(0, 20).map(({ type, action, count }) => `${count} × ${value(type)} (${value(action)})`);
  const rest = others.slice(20).reduce((sum, { count }) => sum + count, 0);
  const more = rest === 0 ? "" : `, ${rest} more`;
  return `\nAlso in the plan, and no part of Gemini keys: ${shown.join(", ")}${more}.\n`;
}

function few(sign: string, entries: readonly string[]): string {
  return entries.length === 0 ? "" : `${sign} ${fewValues(entries)}`;
}

function fewValues(entries: readonly string[]): string {
  return values(entries, FEW);
}

function values(entries: readonly string[], most: number): string {
  const rest = entries.length - most;
  return entries.slice(0, most).map(value).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |\n`;
}

function joined(lines: readonly string[]): string {
  return lines.filter((line) => line !== "").join("<br>");
}

function sentence(text: string): string {
  return markdownText(cut(text, LONGEST.sentence));
}

function value(text: string): string {
  return markdownCode(cut(text, LONGEST.value));
}

function cut(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length).join("")}…`;
}
