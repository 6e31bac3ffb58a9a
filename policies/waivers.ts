import { daysBetween } from "../values/date";
import type { PolicyFinding, Rule, Severity } from "./rule";

/** An exception from a rule, as an environment's file declares it. */
export interface DeclaredWaiver {
  readonly environment: string;
  readonly rule: string;
  readonly reason: string;
  /** The last day, `YYYY-MM-DD`. */
  readonly until: string;
  readonly by: string;
  /** Where it stands, e.g. `["keys", "web", "waive", 0]`: it excuses what is beside it. */
  readonly path: readonly (string | number)[];
}

/** What is wrong with a waiver is a finding too, of one of these rules. None of them can be waived. */
export interface WaiverRule extends Omit<Rule, "check"> {
  readonly applies: (waiver: DeclaredWaiver, state: WaiverState) => string | undefined;
}

interface WaiverState {
  readonly today: string;
  /** The rule it names, if there is one. */
  readonly rule: { readonly severity: Severity } | undefined;
  readonly allowed: boolean;
  readonly used: boolean;
}

const NO_REFERENCES = { references: [] };

export const WAIVER_RULES: readonly WaiverRule[] = [
  {
    id: "GEMKEY-WAIVER-01",
    title: "A waiver has ended",
    severity: "medium",
    rationale: "What it excused is a finding again. A waiver that stays after its end hides that nobody looked at it.",
    fix: "Remove what it excused, or agree on a new day and write it.",
    ...NO_REFERENCES,
    applies: ({ rule, until }, { today }) =>
      isOver(until, today) ? `The waiver of ${rule} ended on ${until}.` : undefined,
  },
  {
    id: "GEMKEY-WAIVER-02",
    title: "A waiver excuses nothing",
    severity: "low",
    rationale: "It would excuse the next mistake of its kind without anybody deciding so.",
    fix: "Remove the waiver.",
    ...NO_REFERENCES,
    applies: ({ rule, until }, { today, rule: known, allowed, used }) =>
      known && allowed && !used && !isOver(until, today) ? `Nothing here is against ${rule}.` : undefined,
  },
  {
    id: "GEMKEY-WAIVER-03",
    title: "A waiver names no rule",
    severity: "medium",
    rationale: "It has no effect. Who wrote it believes that something is excused.",
    fix: "Correct the id: docs/policies.md lists the rules.",
    ...NO_REFERENCES,
    applies: ({ rule }, { rule: known }) => (known ? undefined : `There is no rule ${rule}.`),
  },
  {
    id: "GEMKEY-WAIVER-04",
    title: "A critical rule is waived without the organization's permission",
    severity: "high",
    rationale: "A critical finding gives a key away or lets anybody use it: one environment cannot decide that alone.",
    fix: "Remove the waiver, or have the rule listed in `criticalWaivers` of organization.yaml.",
    ...NO_REFERENCES,
    applies: ({ rule }, { rule: known, allowed }) =>
      known && !allowed
        ? `${rule} is critical, and \`criticalWaivers\` in organization.yaml does not list it: the waiver has no effect.`
        : undefined,
  },
];

/** True if the waiver excuses the finding: same rule, same environment, and beside it or around it. */
export function excuses({ environment, rule, path }: DeclaredWaiver, finding: PolicyFinding): boolean {
  if (finding.environment !== environment || finding.rule !== rule) return false;
  const [place, name] = path;
  if (place === "keys") return finding.key === name;
  if (place === "access") return finding.key === undefined && /^access\b/.test(finding.field ?? "");
  return true;
}

/** A waiver holds through its last day. */
export function isOver(until: string, today: string): boolean {
  return daysBetween(until, today) > 0;
}
