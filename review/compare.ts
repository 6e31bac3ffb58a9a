import { type Facts, isUnknown, type Maybe } from "../inventory/facts";
import { NO_FACTS, NO_SURROUNDINGS } from "../inventory/no-facts";
import { counts, environmentOf, type LocateField } from "../policies/engine";
import { groupBy } from "../policies/index-by";
import type { PolicyFinding } from "../policies/rule";
import { accessChanges } from "./changes/access";
import { addressChanges } from "./changes/addresses";
import { alertChanges } from "./changes/alerts";
import { auditChanges } from "./changes/audit";
import { budgetChanges } from "./changes/budget";
import { exposureChanges } from "./changes/exposures";
import { generationChanges } from "./changes/generations";
import { keyChanges } from "./changes/keys";
import { projectChanges } from "./changes/project";
import { readerChanges } from "./changes/readers";
import { secretChanges } from "./changes/secrets";
import { waiverChanges } from "./changes/waivers";
import type { Draft, Pair } from "./draft";
import { compareFindings } from "./findings";
import { pairKeys } from "./key-pairs";
import type { Change, EnvironmentReview, Note, Review, Risk } from "./model";
import { renameNotes } from "./renames";
import { compareRisks, worst } from "./risk";
import { emptySide, type PlanSide, type Side } from "./side";
import { environmentView } from "./view";

export interface CompareOptions {
  readonly source: Review["source"];
  /** `YYYY-MM-DD`. */
  readonly today: string;
  /** Where a field of the head's configuration stands, where it is known. */
  readonly locate?: LocateField;
  /** How many environments nothing of the change can reach: they are in neither side. */
  readonly untouched?: number;
  /** What the code says: what a plan does beyond it is told. */
  readonly code?: readonly Facts[];
  /** What is known besides, of each plan. */
  readonly plans?: readonly PlanSide[];
  readonly notes?: readonly Note[];
}

const GROUPS: readonly ((pair: Pair) => Draft[])[] = [
  keyChanges,
  addressChanges,
  generationChanges,
  readerChanges,
  secretChanges,
  exposureChanges,
  accessChanges,
  budgetChanges,
  auditChanges,
  alertChanges,
  projectChanges,
  waiverChanges,
];

/** What the head does that the base does not, and the reverse. Pure, and it throws on no facts. */
export function compare(base: Side, head: Side, options: CompareOptions): Review {
  const [before, after] = [byEnvironment(base.facts), byEnvironment(head.facts)];
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  const [old, now] = [partsOf(base), partsOf(head)];
  const environments = names.map((name) => reviewOf(name, before.get(name), after.get(name), old, now, options));
  const risk = worst(environments.flatMap((environment) => environment.risk ?? []));
  return {
    formatVersion: 1,
    source: options.source,
    base: base.label,
    head: head.label,
    ...(risk ? { risk } : {}),
    environments,
    untouched: options.untouched ?? 0,
    notes: [...(options.notes ?? []), ...renameNotes(named(before), named(after))],
  };
}

/** What a side has for each environment. */
interface Parts {
  readonly findings: (environment: string) => readonly PolicyFinding[];
  readonly waivers: (environment: string) => Side["waivers"];
  readonly networks: (environment: string) => Side["networks"];
}

/** Looked up once, and not for each environment: there may be a thousand. */
function partsOf({ findings, waivers, networks }: Side): Parts {
  const byName = <T extends { readonly environment: string }>(all: readonly T[]) => {
    const groups = groupBy(all, ({ environment }) => environment);
    return (environment: string): readonly T[] => groups.get(environment) ?? [];
  };
  return { findings: byName(findings), waivers: byName(waivers), networks: byName(networks) };
}

/** By the environment they are about; what several are about, by their own names. A plan of nothing is not there. */
function byEnvironment(all: readonly Facts[]): Map<string, Facts> {
  const uses = new Map<string, number>();
  for (const facts of all) uses.set(environmentOf(facts), (uses.get(environmentOf(facts)) ?? 0) + 1);
  return new Map(
    all
      .filter((facts) => facts.origin === "stack" || !isEmpty(facts))
      .map((facts) => [uses.get(environmentOf(facts)) === 1 ? environmentOf(facts) : facts.name, facts]),
  );
}

/** Under the names by which they are compared. */
function named(facts: ReadonlyMap<string, Facts>): Facts[] {
  return [...facts].map(([name, each]) => ({ ...each, name }));
}

function isEmpty({ projects, services, apiKeys, serviceAccounts, secrets, grants, budgets }: Facts): boolean {
  return [projects, services, apiKeys, serviceAccounts, secrets, grants, budgets].every(({ length }) => length === 0);
}

function reviewOf(
  name: string,
  before: Facts | undefined,
  after: Facts | undefined,
  base: Parts,
  head: Parts,
  options: CompareOptions,
): EnvironmentReview {
  const pair = pairOf(name, before, after, base, head, options.today);
  const locate = (draft: Draft) => changeOf(draft, options.locate && draft.path && options.locate(name, draft.path));
  const changes = sorted(GROUPS.flatMap((group) => group(pair))).map(locate);
  const findings = compareFindings(base.findings(name), head.findings(name));
  const risk = worst([...changes.map((change) => change.risk), ...findings.new.filter(counts).map(severity)]);
  const code = options.code?.find((facts) => environmentOf(facts) === name);
  const plan = options.plans?.find(({ environment }) => environment === name);
  const changed = changes.length > 0 || findings.new.length > 0 || findings.fixed.length > 0;
  return {
    name,
    status: !before ? "created" : !after ? "removed" : changed ? "changed" : "unchanged",
    ...(risk ? { risk } : {}),
    changes,
    drift: plan?.driftedFrom && before ? changesOf(plan.driftedFrom, before, name, options.today) : [],
    notInCode: code && after ? beyondCode(code, after, name, options.today) : [],
    findings,
    others: plan?.others ?? [],
    ...(before ? { before: { ...environmentView(before), name } } : {}),
    ...(after ? { after: { ...environmentView(after), name } } : {}),
  };
}

const NOTHING = partsOf(emptySide(""));

/** The changes between two root modules, with nothing known besides. */
function changesOf(before: Facts, after: Facts, name: string, today: string): Change[] {
  const pair = pairOf(name, before, after, NOTHING, NOTHING, today);
  return sorted(GROUPS.flatMap((group) => group(pair))).map((draft) => changeOf(draft, undefined));
}

/**
 * What a plan does and the code does not say. A plan does not know where the state is, and its values that are unknown until apply
 * are those of the code, as far as anybody can tell; so are those that only the apply told, such as the number of a project.
 */
function beyondCode(code: Facts, plan: Facts, name: string, today: string): Change[] {
  return changesOf(withKnown(code, plan), { ...plan, origin: "stack", changes: [] }, name, today).filter(
    ({ after, added = [], kind }) =>
      kind !== "backend" && !isUnclear(after) && !(added.length > 0 && added.every(isUnclear)),
  );
}

/** The facts of the code with what a plan knows by now in place of what the code leaves to the apply. */
function withKnown(code: Facts, { budgets, surroundings }: Facts): Facts {
  const budgetOf = new Map(budgets.map((budget) => [budget.address, budget]));
  const alertOf = new Map((surroundings?.alertPolicies ?? []).map((alert) => [alert.address, alert]));
  return {
    ...code,
    budgets: code.budgets.map((budget) => ({
      ...budget,
      projects: known(budget.projects, budgetOf.get(budget.address)?.projects),
    })),
    ...(code.surroundings && {
      surroundings: {
        ...code.surroundings,
        alertPolicies: code.surroundings.alertPolicies.map((alert) => ({
          ...alert,
          watches: known(alert.watches, alertOf.get(alert.address)?.watches),
        })),
      },
    }),
  };
}

/** The second list, if it is the first with values in place of what is unknown there. */
function known(code: readonly Maybe<string>[], plan: readonly Maybe<string>[] = []): readonly Maybe<string>[] {
  const same = code.length === plan.length && code.every((value) => isUnknown(value) || plan.includes(value));
  return same ? plan : code;
}

function isUnclear(text: string | undefined): boolean {
  return text?.includes("unknown until apply") === true;
}

function pairOf(
  name: string,
  before: Facts | undefined,
  after: Facts | undefined,
  base: Parts,
  head: Parts,
  today: string,
): Pair {
  const [old, now] = [before ?? nothingLike(after!), after ?? nothingLike(before!)];
  return {
    name,
    status: !before ? "created" : !after ? "removed" : "kept",
    before: old,
    after: now,
    keys: pairKeys(old, now),
    networks: { before: base.networks(name), after: head.networks(name) },
    waivers: { before: base.waivers(name), after: head.waivers(name) },
    today,
  };
}

/** The facts of an environment that is not there. */
function nothingLike({ name, origin, backend, surroundings }: Facts): Facts {
  return { name, origin, backend, ...NO_FACTS, ...(surroundings ? { surroundings: NO_SURROUNDINGS } : {}) };
}

function severity({ severity: own }: PolicyFinding): Risk {
  return own;
}

/** Worst first, then by key and sentence; each sentence once. */
function sorted(drafts: readonly Draft[]): Draft[] {
  const unique = new Map(drafts.map((draft) => [JSON.stringify([draft.kind, draft.key, draft.sentence]), draft]));
  const key = ({ key: name = "", sentence }: Draft) => `${name}\n${sentence}`;
  return [...unique.values()].sort((a, b) => compareRisks(a.risk, b.risk) || (key(a) < key(b) ? -1 : 1));
}

function changeOf({ path: _, ...change }: Draft, location: Change["location"]): Change {
  return location ? { ...change, location } : change;
}
