import type { Facts } from "../inventory/facts";
import { echo } from "../values/problem";
import { redactKeys } from "../values/redact";
import { type PolicyFinding, type Rule, type RuleContext, SEVERITIES, type Violation } from "./rule";
import { type DeclaredWaiver, excuses, isOver, WAIVER_RULES } from "./waivers";

export interface PolicyInput {
  /** All root modules that are judged. */
  readonly facts: readonly Facts[];
  /** Those that are compared with: these, and others that are not judged themselves. Left out: these alone. */
  readonly all?: readonly Facts[];
  readonly rules: readonly Rule[];
  readonly waivers: readonly DeclaredWaiver[];
  /** Ids of the critical rules that may be waived. */
  readonly criticalWaivers: readonly string[];
  /** `YYYY-MM-DD`. */
  readonly today: string;
  readonly production: (facts: Facts) => boolean;
  /** Where a field of an environment is written, if it is. */
  readonly locate: LocateField;
}

export type Location = NonNullable<PolicyFinding["location"]>;

export type LocateField = (
  environment: string,
  path: readonly (string | number)[],
  value?: string,
) => Location | undefined;

/**
 * Judges root modules by the rules. What is waived stays in the list, with its waiver.
 *
 * @returns sorted by severity, environment, address, rule and field; each finding once. No text in it holds a key or a
 *   control character, whatever the rules and the facts hold.
 */
export function runPolicies(input: PolicyInput): PolicyFinding[] {
  const found = input.facts.flatMap((facts) => input.rules.flatMap((rule) => judge(facts, rule, input)));
  const used = new Set<DeclaredWaiver>();
  const judged = found.map(({ finding, failed }) => (failed ? finding : waived(finding, input, used)));
  return sortedUnique([...judged, ...waiverFindings(input, used)]);
}

/** True for a finding that no waiver excuses. */
export function counts({ waiver }: PolicyFinding): boolean {
  return waiver === undefined;
}

interface Judged {
  readonly finding: PolicyFinding;
  /** The rule itself failed. No waiver excuses that: nobody knows what it would have found. */
  readonly failed: boolean;
}

function judge(facts: Facts, rule: Rule, input: PolicyInput): Judged[] {
  const context: RuleContext = {
    facts,
    all: input.all ?? input.facts,
    today: input.today,
    production: input.production,
  };
  const environment = environmentOf(facts);
  try {
    return rule.check(context).map((violation) => ({
      finding: findingOf(violation, rule, environment, input.locate),
      failed: false,
    }));
  } catch (error) {
    return [{ finding: failure(error, rule, environment), failed: true }];
  }
}

/**
 * The environment that facts are about: the name of a stack; for a plan the environment its keys are labelled with, if it
 * is one, so that the waivers and lines of its file are found, or else the name of the plan's file.
 */
export function environmentOf({ name, origin, apiKeys }: Facts): string {
  if (origin === "stack") return name;
  const declared = new Set(apiKeys.map(({ declared: key }) => key?.environment));
  const [only] = declared;
  return declared.size === 1 && only !== undefined ? only : name;
}

function findingOf(violation: Violation, rule: Rule, environment: string, locate: LocateField): PolicyFinding {
  const { address, key, field, value, message } = violation;
  const location = locate(environment, pathOf(violation), value);
  return {
    rule: rule.id,
    title: rule.title,
    severity: rule.severity,
    environment: safe(environment),
    address: safe(address),
    ...(key === undefined ? {} : { key: safe(key) }),
    ...(field === undefined ? {} : { field: safe(field) }),
    ...(value === undefined ? {} : { value: echo(value) }),
    message: safe(message),
    fix: rule.fix,
    ...(location ? { location } : {}),
  };
}

/** A rule that cannot judge has not let anything pass. The error's text may hold a value, so only its kind is told. */
function failure(error: unknown, rule: Rule, environment: string): PolicyFinding {
  const kind = error instanceof Error ? error.name : typeof error;
  return {
    rule: rule.id,
    title: rule.title,
    severity: rule.severity === "critical" ? "critical" : "high",
    environment: safe(environment),
    address: "",
    message: `The rule itself failed (${safe(kind)}): nothing is known about what it would have found.`,
    fix: "This is a mistake in gemkeys itself: please open an issue.",
  };
}

function waived(finding: PolicyFinding, input: PolicyInput, used: Set<DeclaredWaiver>): PolicyFinding {
  if (input.waivers.length === 0) return finding;
  const excusing = input.waivers.filter((waiver) => excuses(waiver, finding) && mayExcuse(waiver, input));
  for (const waiver of excusing) used.add(waiver);
  const [first] = excusing.filter(({ until }) => !isOver(until, input.today));
  if (!first) return finding;
  return { ...finding, waiver: { reason: safe(first.reason), until: first.until, by: safe(first.by) } };
}

function mayExcuse({ rule }: DeclaredWaiver, { rules, criticalWaivers }: PolicyInput): boolean {
  return rules.find(({ id }) => id === rule)?.severity !== "critical" || criticalWaivers.includes(rule);
}

/** What is wrong with the waivers of the environments that are judged as stacks: a plan may hold a part of one only. */
function waiverFindings(input: PolicyInput, used: ReadonlySet<DeclaredWaiver>): PolicyFinding[] {
  const judged = new Set(input.facts.filter(({ origin }) => origin === "stack").map(({ name }) => name));
  return input.waivers
    .filter(({ environment }) => judged.has(environment))
    .flatMap((waiver) =>
      WAIVER_RULES.flatMap((rule) => {
        const message = rule.applies(waiver, {
          today: input.today,
          rule: input.rules.find(({ id }) => id === waiver.rule),
          allowed: mayExcuse(waiver, input),
          used: used.has(waiver),
        });
        return message === undefined ? [] : [waiverFinding(waiver, rule, message, input.locate)];
      }),
    );
}

function waiverFinding(
  { environment, path }: DeclaredWaiver,
  { id, title, severity, fix }: (typeof WAIVER_RULES)[number],
  message: string,
  locate: LocateField,
): PolicyFinding {
  const location = locate(environment, path);
  return {
    rule: id,
    title,
    severity,
    environment,
    address: "",
    ...(path[0] === "keys" ? { key: String(path[1]) } : {}),
    field: formatPath(path[0] === "keys" ? path.slice(2) : path),
    message,
    fix,
    ...(location ? { location } : {}),
  };
}

/** The path in the environment's file. `allow[1]` of the key `web` is `keys.web.allow[1]`. */
function pathOf({ key, field = "" }: Violation): (string | number)[] {
  const parts = [...field.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([part, index]) =>
    index === undefined ? part : Number(index),
  );
  return key === undefined ? parts : ["keys", key, ...parts];
}

function formatPath(path: readonly (string | number)[]): string {
  return path.map((part, index) => (typeof part === "number" ? `[${part}]` : index === 0 ? part : `.${part}`)).join("");
}

/** Without keys, and on one line: names come from files of others, and go to terminals. */
function safe(text: string): string {
  return redactKeys(text).replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, " ");
}

function sortedUnique(findings: readonly PolicyFinding[]): PolicyFinding[] {
  const unique = new Map(findings.map((finding) => [JSON.stringify(sortKey(finding)), finding]));
  return [...unique]
    .map(([, finding]) => ({ finding, key: sortKey(finding) }))
    .sort((a, b) => compare(a.key, b.key))
    .map(({ finding }) => finding);
}

function sortKey(finding: PolicyFinding): readonly (string | number)[] {
  const { severity, environment, address, rule, key = "", field = "", value = "", message } = finding;
  return [SEVERITIES.indexOf(severity), environment, address, rule, key, field, value, message];
}

/** By code units: the order is the same in every place of the world. */
function compare(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  const at = a.findIndex((part, index) => part !== b[index]);
  if (at < 0) return 0;
  return a[at]! < b[at]! ? -1 : 1;
}
