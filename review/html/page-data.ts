import type { PolicyFinding } from "../../policies/rule";
import { addDays, checkDate } from "../../values/date";
import type { Change, EnvironmentReview, EnvironmentView, KeyView, Note, Review, Risk } from "../model";
import { clean } from "./clean";

/** What a page shows: a comparison, or what there is. */
export type HtmlPage =
  | { readonly kind: "review"; readonly review: Review }
  | {
      readonly kind: "inventory";
      readonly environments: readonly EnvironmentView[];
      /** `YYYY-MM-DD`: what is due is told by it. */
      readonly today: string;
    };

/** The page as the views need it: everything has the environment it belongs to, and keys have both their sides. */
export interface PageData {
  readonly kind: HtmlPage["kind"];
  readonly base?: string;
  readonly head?: string;
  readonly source?: Review["source"];
  readonly today?: string;
  readonly risk?: Risk;
  readonly untouched: number;
  readonly notes: readonly Note[];
  readonly environments: readonly EnvironmentData[];
  readonly keys: readonly KeyData[];
  /** Worst first. */
  readonly changes: readonly ChangeData[];
  readonly findings: readonly FindingData[];
}

export interface EnvironmentData {
  readonly name: string;
  readonly status?: EnvironmentReview["status"];
  readonly risk?: Risk;
  readonly before?: Surroundings;
  /** In an inventory the only side. */
  readonly after?: Surroundings;
  readonly others: EnvironmentReview["others"];
}

/** An environment without its keys. */
export type Surroundings = Omit<EnvironmentView, "keys">;

export interface KeyData {
  /** Its place in the list: `key-<id>` in the page. */
  readonly id: number;
  readonly environment: string;
  readonly name: string;
  readonly status: "created" | "removed" | "changed" | "unchanged";
  /** Of its changes and new findings. */
  readonly risk?: Risk;
  /** Only where it differs from `after`. */
  readonly before?: KeyView;
  /** Undefined if the key is removed. */
  readonly after?: KeyView;
  /** `YYYY-MM-DD`: when the serving generation is to be replaced. */
  readonly rotateBy?: string;
}

export interface ChangeData extends Change {
  readonly environment: string;
  readonly list: "change" | "drift" | "notInCode";
}

export interface FindingData extends PolicyFinding {
  readonly state: "new" | "fixed" | "standing";
}

export function pageData(page: HtmlPage): PageData {
  const cleaned = clean(page);
  return cleaned.kind === "review" ? reviewData(cleaned.review) : inventoryData(cleaned.environments, cleaned.today);
}

function inventoryData(environments: readonly EnvironmentView[], today: string): PageData {
  const keys = environments.flatMap(({ name, keys }) => keys.map((key) => keyData(name, key, key, [])));
  return {
    kind: "inventory",
    today,
    untouched: 0,
    notes: [],
    environments: environments.map((view) => ({ name: view.name, after: surroundings(view), others: [] })),
    keys: keys.map((key, id) => ({ ...key, id })),
    changes: [],
    findings: [],
  };
}

function reviewData({ source, base, head, risk, untouched, notes, environments }: Review): PageData {
  const keys = environments.flatMap(keysOf).sort(byRisk);
  return {
    kind: "review",
    source,
    base,
    head,
    ...(risk && { risk }),
    untouched,
    notes,
    environments: environments.map(environmentData),
    keys: keys.map((key, id) => ({ ...key, id })),
    changes: environments.flatMap(changesOf),
    findings: environments.flatMap(findingsOf),
  };
}

function environmentData({ name, status, risk, before, after, others }: EnvironmentReview): EnvironmentData {
  return {
    name,
    status,
    ...(risk && { risk }),
    ...(before && { before: surroundings(before) }),
    ...(after && { after: surroundings(after) }),
    others,
  };
}

function surroundings({ keys: _, ...rest }: EnvironmentView): Surroundings {
  return rest;
}

function changesOf({ name: environment, changes, drift, notInCode }: EnvironmentReview): ChangeData[] {
  const lists = { change: changes, drift, notInCode };
  return (["change", "drift", "notInCode"] as const).flatMap((list) =>
    lists[list].map((change) => ({ ...change, environment, list })),
  );
}

function findingsOf({ findings }: EnvironmentReview): FindingData[] {
  return (["new", "standing", "fixed"] as const).flatMap((state) =>
    findings[state].map((finding) => ({ ...finding, state })),
  );
}

/** The keys of both sides by name, those that are gone last. */
function keysOf({ name, before, after, changes, findings }: EnvironmentReview): Omit<KeyData, "id">[] {
  const old = new Map((before?.keys ?? []).map((key) => [key.name, key]));
  const risks = new Map<string, Risk[]>();
  for (const { key, risk } of changes) add(risks, key, risk);
  for (const { key, severity } of findings.new) add(risks, key, severity);
  const present = (after?.keys ?? []).map((key) => keyData(name, old.get(key.name), key, risks.get(key.name) ?? []));
  const names = new Set((after?.keys ?? []).map((key) => key.name));
  const gone = [...old.values()].filter((key) => !names.has(key.name));
  return [...present, ...gone.map((key) => keyData(name, key, undefined, risks.get(key.name) ?? []))];
}

function add(risks: Map<string, Risk[]>, key: string | undefined, risk: Risk): void {
  if (key === undefined) return;
  const list = risks.get(key);
  if (list) list.push(risk);
  else risks.set(key, [risk]);
}

function keyData(
  environment: string,
  before: KeyView | undefined,
  after: KeyView | undefined,
  risks: readonly Risk[],
): Omit<KeyData, "id"> {
  const same = before !== undefined && after !== undefined && JSON.stringify(before) === JSON.stringify(after);
  const risk = worst(risks);
  const status = !before ? "created" : !after ? "removed" : same && risk === undefined ? "unchanged" : "changed";
  const rotateBy = after && rotationOf(after);
  return {
    environment,
    name: (after ?? before)!.name,
    status,
    ...(risk && { risk }),
    ...(before && !same && { before }),
    ...(after && { after }),
    ...(rotateBy && { rotateBy }),
  };
}

function rotationOf({ generations, rotateEveryDays }: KeyView): string | undefined {
  const created = generations.find(({ phase }) => phase === "serving")?.created;
  // A plan of somebody else may hold any text there.
  if (created === undefined || rotateEveryDays === undefined || checkDate(created)) return undefined;
  return addDays(created, rotateEveryDays);
}

const ORDER: Readonly<Record<Risk, number>> = { critical: 0, high: 1, medium: 2, low: 3, info: 4 };

function worst(risks: readonly Risk[]): Risk | undefined {
  return risks.reduce<Risk | undefined>((a, b) => (a === undefined || ORDER[b] < ORDER[a] ? b : a), undefined);
}

/** Worst first, then what has changed, then as they come: by environment and name. */
function byRisk(a: Omit<KeyData, "id">, b: Omit<KeyData, "id">): number {
  const rank = (key: Omit<KeyData, "id">) => (key.risk ? ORDER[key.risk] : key.status === "unchanged" ? 6 : 5);
  return rank(a) - rank(b);
}
