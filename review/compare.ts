import type { Facts } from "../inventory/facts";
import { counts, environmentOf, type LocateField } from "../policies/engine";
import type { PolicyFinding } from "../policies/rule";
import { addressChanges } from "./changes/addresses";
import { keyChanges } from "./changes/keys";
import { readerChanges } from "./changes/readers";
import type { Draft, Pair } from "./draft";
import { compareFindings } from "./findings";
import { pairKeys } from "./key-pairs";
import type { Change, EnvironmentReview, Note, Review, Risk } from "./model";
import { compareRisks, worst } from "./risk";
import type { PlanSide, Side } from "./side";
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

const GROUPS: readonly ((pair: Pair) => Draft[])[] = [keyChanges, addressChanges, readerChanges];

/** What the head does that the base does not, and the reverse. Pure, and it throws on no facts. */
export function compare(base: Side, head: Side, options: CompareOptions): Review {
  const [before, after] = [byEnvironment(base.facts), byEnvironment(head.facts)];
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  const environments = names.map((name) => reviewOf(name, before.get(name), after.get(name), base, head, options));
  const risk = worst(environments.flatMap((environment) => environment.risk ?? []));
  return {
    formatVersion: 1,
    source: options.source,
    base: base.label,
    head: head.label,
    ...(risk ? { risk } : {}),
    environments,
    untouched: options.untouched ?? 0,
    notes: options.notes ?? [],
  };
}

/** The changes between two root modules. */
export function changesBetween(pair: Pair): Change[] {
  return sorted(GROUPS.flatMap((group) => group(pair))).map((draft) => changeOf(draft, undefined));
}

/** By the environment they are about; what several are about, by their own names. */
function byEnvironment(all: readonly Facts[]): Map<string, Facts> {
  const uses = new Map<string, number>();
  for (const facts of all) uses.set(environmentOf(facts), (uses.get(environmentOf(facts)) ?? 0) + 1);
  return new Map(all.map((facts) => [uses.get(environmentOf(facts)) === 1 ? environmentOf(facts) : facts.name, facts]));
}

function reviewOf(
  name: string,
  before: Facts | undefined,
  after: Facts | undefined,
  base: Side,
  head: Side,
  options: CompareOptions,
): EnvironmentReview {
  const pair = pairOf(name, before, after, base, head, options.today);
  const locate = (draft: Draft) => changeOf(draft, options.locate && draft.path && options.locate(name, draft.path));
  const changes = sorted(GROUPS.flatMap((group) => group(pair))).map(locate);
  const findings = compareFindings(
    base.findings.filter(({ environment }) => environment === name),
    head.findings.filter(({ environment }) => environment === name),
  );
  const risk = worst([...changes.map((change) => change.risk), ...findings.new.filter(counts).map(severity)]);
  const plan = options.plans?.find(({ environment }) => environment === name);
  const changed = changes.length > 0 || findings.new.length > 0 || findings.fixed.length > 0;
  return {
    name,
    status: !before ? "created" : !after ? "removed" : changed ? "changed" : "unchanged",
    ...(risk ? { risk } : {}),
    changes,
    drift: [],
    notInCode: [],
    findings,
    others: plan?.others ?? [],
    ...(before ? { before: { ...environmentView(before), name } } : {}),
    ...(after ? { after: { ...environmentView(after), name } } : {}),
  };
}

function pairOf(
  name: string,
  before: Facts | undefined,
  after: Facts | undefined,
  base: Side,
  head: Side,
  today: string,
): Pair {
  const [old, now] = [before ?? nothingLike(after!), after ?? nothingLike(before!)];
  const ours = <T extends { readonly environment: string }>(all: readonly T[]) =>
    all.filter(({ environment }) => environment === name);
  return {
    name,
    status: !before ? "created" : !after ? "removed" : "kept",
    before: old,
    after: now,
    keys: pairKeys(old, now),
    networks: { before: ours(base.networks), after: ours(head.networks) },
    waivers: { before: ours(base.waivers), after: ours(head.waivers) },
    today,
  };
}

/** The facts of an environment that is not there. */
function nothingLike({ name, origin, backend, surroundings }: Facts): Facts {
  const none = {
    providers: [],
    projects: [],
    services: [],
    apiKeys: [],
    serviceAccounts: [],
    secrets: [],
    secretVersions: [],
    grants: [],
    budgets: [],
    auditConfigs: [],
    exposures: [],
    keyMaterial: [],
    changes: [],
  };
  return { name, origin, backend, ...none, ...(surroundings ? { surroundings: NO_SURROUNDINGS } : {}) };
}

const NO_SURROUNDINGS = {
  projects: [],
  customRoles: [],
  secrets: [],
  secretVersions: [],
  budgets: [],
  alertPolicies: [],
  notificationChannels: [],
  logMetrics: [],
  logSinks: [],
  logBuckets: [],
  quotas: [],
  organizationPolicies: [],
};

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
