import {
  findingResult,
  findingRule,
  fingerprintOf,
  locationsOf,
  messageOf,
  type SarifResult,
  SECURITY_SEVERITY,
  sarifLog,
} from "../../policies/formats/sarif-log";
import { type DescribedRule, describedRules } from "../../policies/report";
import type { PolicyFinding } from "../../policies/rule";
import { RULES } from "../../policies/rules";
import { CHANGE_KINDS, type Change, type ChangeKind, type Review, type Risk } from "../model";
import { movesOf, printable } from "./words";

/** The levels of SARIF by risk. A change without risk is no result. */
const LEVEL: Readonly<Record<Exclude<Risk, "info">, string>> = {
  critical: "error",
  high: "error",
  medium: "warning",
  low: "note",
};

/** The kinds in words, as titles of rules. */
const TITLES: Readonly<Record<ChangeKind, string>> = {
  "key-created": "A key is created",
  "key-removed": "A key is removed",
  "key-replaced": "A key that is in use is replaced",
  "key-declaration": "What is said about a key changes",
  "addresses-widened": "A key may be used from more addresses",
  "addresses-narrowed": "A key may be used from fewer addresses",
  "addresses-moved": "A key may be used from other addresses",
  "addresses-unknown": "From where a key may be used is not known",
  "client-restriction": "The kind of client that may use a key changes",
  "api-targets": "What a key may call changes",
  "service-account": "The service account of a key changes",
  "service-account-role": "The service account of a key gains or loses a role",
  "generation-created": "A generation is created",
  "generation-removed": "A generation is removed",
  "generation-replaced": "A generation is replaced",
  "generation-phase": "A generation moves to another phase",
  "reader-gained": "Somebody can read a key",
  "reader-lost": "Somebody can no longer read a key",
  secret: "The secret of a key changes",
  "secret-version": "A version of a secret changes",
  exposure: "A key leaves the state, or no longer does",
  access: "A role around the keys changes",
  budget: "A budget changes",
  "spend-cap": "A spend cap changes",
  audit: "What is logged changes",
  alert: "An alert changes",
  "notification-channel": "Who is alerted changes",
  quota: "A quota changes",
  service: "An API is enabled or disabled",
  project: "A project changes",
  protection: "A protection changes",
  "organization-policy": "A policy of the organization changes",
  provider: "Settings of the provider change",
  backend: "The place of the state changes",
  waiver: "A waiver changes",
  other: "Something changes of which gemkeys does not know the meaning",
};

/**
 * The review as SARIF 2.1.0: changes with a risk, and the findings with what became of them (`baselineState`). The rule of a
 * change is `GEMKEY-CHANGE-<kind>`, and stays so.
 *
 * Not known: what GitHub's code scanning does with results that are `absent`; its documentation says nothing of
 * `baselineState`.
 *
 * @param version of gemkeys.
 */
export function renderSarif(review: Review, version: string): string {
  const { environments } = printable(review);
  const found = environments.flatMap(({ findings }) => [
    ...findings.new.map((finding) => ({ ...findingResult(finding), baselineState: "new" })),
    ...findings.standing.map((finding) => ({ ...findingResult(finding), baselineState: "unchanged" })),
    ...findings.fixed.map((finding) => ({ ...findingResult(finding), baselineState: "absent" })),
  ]);
  const changed = environments.flatMap(({ name, changes, notInCode, drift }) => [
    ...changes.flatMap((change) => changeResult(name, change, "change")),
    ...notInCode.flatMap((change) => changeResult(name, change, "notInCode")),
    ...drift.flatMap((change) => changeResult(name, change, "drift")),
  ]);
  const results = [...changed, ...found];
  const used = new Set(results.map(({ ruleId }) => ruleId));
  const findings = environments.flatMap((environment) => Object.values(environment.findings).flat());
  const rules = [...findingRules(findings), ...CHANGE_KINDS.map(changeRule)].filter(({ id }) => used.has(id));
  return sarifLog({ rules, results, version });
}

/** Of the findings' rules; one that this version does not know is described as far as its findings do. */
function findingRules(findings: readonly PolicyFinding[]) {
  const rules = new Map<string, DescribedRule>();
  for (const { rule: id, title, severity, fix } of findings) {
    rules.set(id, { id, title, severity, rationale: title, fix, references: [] });
  }
  for (const rule of describedRules(RULES)) if (rules.has(rule.id)) rules.set(rule.id, rule);
  return [...rules.values()].sort((a, b) => (a.id < b.id ? -1 : 1)).map(findingRule);
}

function changeRule(kind: ChangeKind) {
  return {
    id: ruleId(kind),
    shortDescription: { text: TITLES[kind] },
    fullDescription: { text: `${TITLES[kind]}.` },
    help: { text: "Look at what the change lets the key do, and whether that is meant. `gemkeys review` shows all." },
    properties: { tags: ["security", "change"] },
  };
}

function ruleId(kind: ChangeKind): string {
  return `GEMKEY-CHANGE-${kind}`;
}

function changeResult(environment: string, change: Change, list: "change" | "notInCode" | "drift"): SarifResult[] {
  const { kind, risk, key = "", generation = "", address, sentence, added = [], removed = [], location } = change;
  if (risk === "info") return [];
  const moves = movesOf(change);
  const details = [
    moves ? `${moves.join(" → ")}.` : "",
    added.length > 0 ? `In: ${some(added)}.` : "",
    removed.length > 0 ? `Out: ${some(removed)}.` : "",
  ];
  return [
    {
      ruleId: ruleId(kind),
      level: LEVEL[risk],
      baselineState: "new",
      message: messageOf([`${environment}:`, BEFORE[list], sentence, ...details].filter((part) => part).join(" ")),
      locations: locationsOf({ environment, address, location }),
      partialFingerprints: {
        "gemkeysChange/v1": fingerprintOf([
          ...[kind, list, environment, address ?? "", key, String(generation)],
          ...[...added, "", ...removed, "", change.before ?? "", change.after ?? ""],
        ]),
      },
      properties: { risk, "security-severity": SECURITY_SEVERITY[risk] },
    },
  ];
}

const BEFORE = { change: "", notInCode: "The code does not say it:", drift: "Outside of Terraform:" };

function some(entries: readonly string[]): string {
  const rest = entries.length - 20;
  return entries.slice(0, 20).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}
