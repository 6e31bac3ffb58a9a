import { isUnknown } from "../../inventory/facts";
import { readRange } from "../../values/address-range";
import { AddressSet } from "../../values/address-set";
import { addDays, checkDate } from "../../values/date";
import {
  type EnvironmentReview,
  type EnvironmentView,
  type GenerationView,
  type KeyView,
  type Review,
  RISKS,
  type Risk,
} from "../model";
import { worst } from "../risk";
import { clean } from "./clean";
import type {
  ChangeData,
  EnvironmentData,
  FindingData,
  HtmlPage,
  Kept,
  KeyData,
  PageData,
  Surroundings,
} from "./page-model";

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
  const kept = before && after && !same ? keptOf(before, after) : [];
  return {
    environment,
    name: (after ?? before)!.name,
    status,
    ...(risk && { risk }),
    ...(before && !same && { before }),
    ...(after && { after }),
    ...(kept.length > 0 && { kept }),
    ...(rotateBy && { rotateBy }),
  };
}

function rotationOf({ generations, rotateEveryDays }: KeyView): string | undefined {
  const created = generations.find(({ phase }) => phase === "serving")?.created;
  // A plan of somebody else may hold any text there.
  if (created === undefined || rotateEveryDays === undefined || checkDate(created)) return undefined;
  return addDays(created, rotateEveryDays);
}

/** `10.0.0.5` of one side where `10.0.0.0/28` is on the other: nothing comes or goes with it. */
function keptOf(before: KeyView, after: KeyView): Kept[] {
  return after.generations.flatMap((now) => {
    const old = before.generations.find(({ address }) => address === now.address);
    if (!old) return [];
    const [was, is] = [rangesOf(old), rangesOf(now)];
    const addresses = [...coveredBy(is, was), ...coveredBy(was, is)];
    return addresses.length > 0 ? [{ generation: now.address, addresses }] : [];
  });
}

function rangesOf({ addresses = [] }: GenerationView): string[] {
  if (isUnknown(addresses)) return [];
  return addresses.filter((entry): entry is string => typeof entry === "string" && readRange(entry) !== undefined);
}

/** Those of `texts` that `others` hold, but do not name. */
function coveredBy(others: readonly string[], texts: readonly string[]): string[] {
  const all = AddressSet.of(others);
  const named = new Set(others);
  return texts.filter((text) => !named.has(text) && all.covers(AddressSet.of([text])));
}

/** Worst first, then what has changed, then as they come: by environment and name. */
function byRisk(a: Omit<KeyData, "id">, b: Omit<KeyData, "id">): number {
  const rank = ({ risk, status }: Omit<KeyData, "id">) =>
    risk ? RISKS.indexOf(risk) : RISKS.length + (status === "unchanged" ? 1 : 0);
  return rank(a) - rank(b);
}
