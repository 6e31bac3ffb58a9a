import type { ApiKeyFacts, Facts } from "../inventory/facts";
import { groupBy } from "../policies/index-by";
import { known } from "../policies/keys";
import { memo } from "../policies/memo";
import { boundTo, type KeyGroup, keyGroups } from "./view";

/** A key on both sides, or on one. */
export interface KeyPair {
  /** The declared name, or the address of the head, or of the base. */
  readonly name: string;
  readonly declared: boolean;
  readonly before?: KeyGroup;
  readonly after?: KeyGroup;
  /** Sorted by number, then by address. */
  readonly generations: readonly GenerationPair[];
}

export interface GenerationPair {
  readonly address: string;
  readonly number?: number;
  readonly before?: ApiKeyFacts;
  readonly after?: ApiKeyFacts;
  /** Why it is another key at Google; undefined if it is the same. */
  readonly replaced?: string;
}

/**
 * The keys of both sides, those together that are the same: by declared name and number, by address, or by the id at Google where
 * only the address is another. Sorted by name.
 */
export function pairKeys(before: Facts, after: Facts): KeyPair[] {
  const old = new Map(keyGroups(before).map((group) => [idOf(group), group]));
  const byAddress = new Map(keyGroups(before).flatMap((group) => group.keys.map(({ address }) => [address, group])));
  const byKeyId = new Map(
    before.apiKeys.flatMap((key) => {
      const id = googleId(key);
      return id === undefined ? [] : [[id, byAddress.get(key.address)!]];
    }),
  );
  const pairs: KeyPair[] = [];
  const met = new Set<KeyGroup>();
  for (const group of keyGroups(after)) {
    const candidates = [
      old.get(idOf(group)),
      ...group.keys.map(({ address }) => byAddress.get(address)),
      ...group.keys.map((key) => byKeyId.get(googleId(key) ?? "")),
    ];
    const match = candidates.find((candidate) => candidate && !met.has(candidate));
    if (match) met.add(match);
    pairs.push(pairOf(match, group, { base: before, head: after }));
  }
  for (const group of keyGroups(before))
    if (!met.has(group)) pairs.push(pairOf(group, undefined, { base: before, head: after }));
  return pairs.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function idOf({ name, declared }: KeyGroup): string {
  return `${declared} ${name}`;
}

function googleId({ project, keyId }: ApiKeyFacts): string | undefined {
  const [inProject, id] = [known(project), known(keyId)];
  return inProject === undefined || id === undefined ? undefined : `${inProject} ${id}`;
}

function pairOf(before: KeyGroup | undefined, after: KeyGroup | undefined, sides: Sides): KeyPair {
  const group = (after ?? before)!;
  return {
    name: group.name,
    declared: group.declared,
    before,
    after,
    generations: pairGenerations(before?.keys ?? [], after?.keys ?? [], sides),
  };
}

interface Sides {
  readonly base: Facts;
  readonly head: Facts;
}

function pairGenerations(
  before: readonly ApiKeyFacts[],
  after: readonly ApiKeyFacts[],
  sides: Sides,
): GenerationPair[] {
  const rest = new Set(before);
  const take = (same: (key: ApiKeyFacts) => boolean): ApiKeyFacts | undefined => {
    const found = [...rest].find(same);
    if (found) rest.delete(found);
    return found;
  };
  const matches = new Map<ApiKeyFacts, ApiKeyFacts | undefined>();
  // Those that are surely the same first, so that no other takes their place.
  for (const rule of [sameNumber, sameAddress, sameId]) {
    for (const key of after)
      if (!matches.get(key))
        matches.set(
          key,
          take((old) => rule(old, key)),
        );
  }
  const pairs: GenerationPair[] = after.map((key) => {
    const old = matches.get(key);
    return {
      address: key.address,
      number: key.declared?.generation ?? old?.declared?.generation,
      before: old,
      after: key,
      replaced: old && whyReplaced(old, key, sides),
    };
  });
  const gone = [...rest].map((key) => ({ address: key.address, number: key.declared?.generation, before: key }));
  return [...pairs, ...gone].sort((a, b) => (a.number ?? 0) - (b.number ?? 0) || (a.address < b.address ? -1 : 1));
}

function sameNumber(a: ApiKeyFacts, b: ApiKeyFacts): boolean {
  return a.declared !== undefined && a.declared.generation === b.declared?.generation;
}

function sameAddress(a: ApiKeyFacts, b: ApiKeyFacts): boolean {
  return a.address === b.address;
}

function sameId(a: ApiKeyFacts, b: ApiKeyFacts): boolean {
  const id = googleId(a);
  return id !== undefined && id === googleId(b);
}

/**
 * A plan says what it replaces. Of code it is known which fields make another key.
 * https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/apikeys_key
 */
function whyReplaced(before: ApiKeyFacts, after: ApiKeyFacts, sides: Sides): string | undefined {
  const { head } = sides;
  const cause = changedIdentity(before, after, sides);
  // Without `moved` blocks, which our stacks never have, another address is another resource.
  if (head.origin === "stack")
    return cause ?? (before.address === after.address ? undefined : "its Terraform address changes");
  const actions = [...new Set([before.address, after.address])].flatMap(
    (address) => changesAt(head).get(address) ?? [],
  );
  const deleted = actions.some(({ actions: all }) => all.includes("delete"));
  const created = actions.some(({ actions: all }) => all.includes("create"));
  return deleted && created ? (cause ?? "the plan makes it anew") : undefined;
}

const changesAt = memo(({ changes }: Facts) => groupBy(changes, ({ address }) => address));

function changedIdentity(before: ApiKeyFacts, after: ApiKeyFacts, { base, head }: Sides): string | undefined {
  const differs = (a: unknown, b: unknown) => JSON.stringify(a) !== JSON.stringify(b);
  if (differs(before.keyId, after.keyId)) return "its id changes";
  if (differs(before.project, after.project)) return "its project changes";
  return differs(boundTo(base, before), boundTo(head, after)) ? "its service account changes" : undefined;
}
