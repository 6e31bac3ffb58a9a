import type { Facts } from "../inventory/facts";
import { counts } from "./engine";
import { type PolicyFinding, type Rule, SEVERITIES, type Severity } from "./rule";
import { WAIVER_RULES, type WaiverRule } from "./waivers";

/** What a run of the policies gave, for the formats. */
export interface PolicyReport {
  /** What was judged, in the order in which it is told. */
  readonly judged: readonly { readonly name: string; readonly origin: Facts["origin"] }[];
  /** Sorted, as the engine gives them. */
  readonly findings: readonly PolicyFinding[];
  readonly rules: readonly Rule[];
}

export type Summary = Readonly<Record<Severity | "waived", number>>;

/** A rule as it is told: also those about waivers. */
export type DescribedRule = Omit<Rule, "check"> | WaiverRule;

/** Every rule that can be found against, by id. */
export function describedRules(rules: readonly Rule[]): DescribedRule[] {
  return [...rules, ...WAIVER_RULES].sort((a, b) => (a.id < b.id ? -1 : 1));
}

export function summaryOf(findings: readonly PolicyFinding[]): Summary {
  const summary = { critical: 0, high: 0, medium: 0, low: 0, waived: 0 };
  for (const finding of findings) summary[counts(finding) ? finding.severity : "waived"]++;
  return summary;
}

/** The findings that are not waived and at least as severe. */
export function findingsFrom(findings: readonly PolicyFinding[], least: Severity): PolicyFinding[] {
  return findings.filter((finding) => counts(finding) && atLeast(finding.severity, least));
}

export function atLeast(severity: Severity, least: Severity): boolean {
  return SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(least);
}

/** The findings by environment, in the order of their names. */
export function byEnvironment(findings: readonly PolicyFinding[]): [string, PolicyFinding[]][] {
  const groups = new Map<string, PolicyFinding[]>();
  for (const finding of findings) {
    const group = groups.get(finding.environment);
    if (group) group.push(finding);
    else groups.set(finding.environment, [finding]);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** `1 critical, 2 low, 1 waived`; empty if there is nothing. */
export function describeSummary(summary: Summary): string {
  return ([...SEVERITIES, "waived"] as const)
    .filter((kind) => summary[kind] > 0)
    .map((kind) => `${summary[kind]} ${kind}`)
    .join(", ");
}

/** `config/environments/prod.yaml:14:9`, or undefined where no line is known. */
export function placeOf({ location }: PolicyFinding): string | undefined {
  return location && `${location.file}:${location.line}:${location.column}`;
}

/** What the finding is about: the field of the key, or the resource. */
export function subjectOf({ key, field, address }: PolicyFinding): string {
  if (key !== undefined)
    return [`keys.${key}`, field]
      .filter((part) => part)
      .join(".")
      .replace(".[", "[");
  return [address, field].filter((part) => part).join(" ");
}
