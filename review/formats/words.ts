import { counts } from "../../policies/engine";
import type { PolicyFinding } from "../../policies/rule";
import { mapTexts, redactKeys } from "../../values/redact";
import { visibleText } from "../../values/visible-text";
import { type Change, type EnvironmentReview, type Review, RISKS, type Risk } from "../model";
import { counted, joined } from "../text";

/**
 * The changes as they may be printed for people: without what looks like a key, and with invisible characters written out.
 * They may come from an artifact that anybody made. The views, which no text format shows, are left out.
 */
export function printable(review: Review): Review {
  const printableText = (text: string) => visibleText(redactKeys(text));
  const notes = review.notes.map(({ risk, text }) => ({
    risk,
    text: redactKeys(text)
      .split(/\r?\n/)
      .map(visibleText)
      .filter((line) => line !== "")
      .join("\n"),
  }));
  const environments = review.environments.map(({ before: _, after: __, ...shown }) => shown);
  return { ...mapTexts({ ...review, environments }, printableText), notes };
}

const TITLES: Readonly<Record<Risk, string>> = {
  critical: "Critical risk",
  high: "High risk",
  medium: "Medium risk",
  low: "Low risk",
  info: "No risk found",
};

/** What a reviewer has to know first. */
export function verdictOf({ risk, environments }: Review): string {
  if (risk) return TITLES[risk];
  const quiet = environments.every((environment) => sections(environment).every(({ changes }) => changes.length === 0));
  return quiet ? "No change to any key" : "No change to any key by this change";
}

/** `2 critical and 1 low change in prod and dev, 1 new finding of the policies (1 high)`. @param name how to write a name. */
export function summaryOf(review: Review, name: (environment: string) => string): string {
  const environments = worstFirst(review.environments);
  const changes = environments.flatMap((environment) => environment.changes);
  const where = environments.filter((environment) => environment.changes.length > 0).map((each) => name(each.name));
  const shown = where.length > 5 ? [...where.slice(0, 4), `${where.length - 4} more environments`] : where;
  const all = (pick: (environment: EnvironmentReview) => readonly unknown[]) => environments.flatMap(pick).length;
  const found = environments.flatMap(({ findings }) => findings.new);
  const bySeverity = countByRisk(found.filter(counts).map(({ severity }) => severity));
  const parts = [
    changes.length === 0
      ? ""
      : `${countByRisk(changes.map(({ risk }) => risk))} ${plural(changes.length, "change")} in ${joined(shown)}`,
    part(found.length, "new finding", " of the policies") + (bySeverity === "" ? "" : ` (${bySeverity})`),
    part(
      all(({ findings }) => findings.fixed),
      "fixed finding",
    ),
    part(
      all(({ findings }) => findings.standing),
      "standing finding",
    ),
    part(
      all(({ drift }) => drift),
      "change",
      " made outside of Terraform",
    ),
    part(
      all(({ notInCode }) => notInCode),
      "change",
      " that the code does not say",
    ),
  ].filter((text) => text !== "");
  return parts.length === 0 ? "" : `${parts.join("; ")}.`;
}

/** Names of environments in which nothing changed, and how many more there are. */
export function describeUnchanged({ environments, untouched }: Review, name: (environment: string) => string): string {
  const same = environments.filter((environment) => !hasContent(environment)).map((environment) => environment.name);
  const shown = same.slice(0, 10).map(name);
  const rest = same.length - shown.length + untouched;
  if (shown.length + rest === 0) return "";
  const more = rest === 0 ? [] : [shown.length === 0 ? counted(rest, "environment") : `${rest} more`];
  return `Unchanged: ${joined([...shown, ...more])}.`;
}

/** True if there is anything to show of an environment. */
export function hasContent(environment: EnvironmentReview): boolean {
  const { findings, others, status } = environment;
  const lists = [...sections(environment).map(({ changes }) => changes), others, ...Object.values(findings)];
  return status !== "unchanged" || lists.some((entries) => entries.length > 0);
}

/** The three lists of changes, which are told apart. */
export function sections(environment: EnvironmentReview): { title: string; changes: readonly Change[] }[] {
  return [
    { title: "", changes: environment.changes },
    { title: "In the plan, but not in the code", changes: environment.notInCode },
    { title: "Changed outside of Terraform (drift)", changes: environment.drift },
  ];
}

/** The worst first, then by name. */
export function worstFirst(environments: readonly EnvironmentReview[]): EnvironmentReview[] {
  return [...environments].sort((a, b) => rankOf(a.risk) - rankOf(b.risk) || (a.name < b.name ? -1 : 1));
}

/** 0 is the worst. */
export function rankOf(risk: Risk | undefined): number {
  return risk === undefined ? RISKS.length : RISKS.indexOf(risk);
}

/** `chat g2`, or the address; empty if it is about the environment as a whole. */
export function subjectOf({ key, generation, address }: Change): string {
  if (key === undefined) return address ?? "";
  return generation === undefined ? key : `${key} g${generation}`;
}

/** `config/environments/prod.yaml:14`, or undefined where no line is known. */
export function placeOf({ location }: Pick<Change | PolicyFinding, "location">): string | undefined {
  return location && `${location.file}:${location.line}`;
}

/** `2000 USD → 4000 USD`; undefined if there is no single value. */
export function movesOf({ before, after }: Change): readonly [before: string, after: string] | undefined {
  return before === undefined && after === undefined ? undefined : [before ?? "none", after ?? "none"];
}

/** `2 critical, 1 low`; empty for none. */
export function countByRisk(risks: readonly Risk[]): string {
  return RISKS.map((risk) => [risk, risks.filter((each) => each === risk).length] as const)
    .filter(([, count]) => count > 0)
    .map(([risk, count]) => `${count} ${risk}`)
    .join(", ");
}

function part(count: number, noun: string, after = ""): string {
  return count === 0 ? "" : `${counted(count, noun)}${after}`;
}

/** `change`, or `changes` of several. */
export function plural(count: number, noun: string): string {
  return count === 1 ? noun : `${noun}s`;
}
