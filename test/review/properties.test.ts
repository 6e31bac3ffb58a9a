import fc from "fast-check";
import { type Facts, UNKNOWN } from "../../inventory/facts";
import { CHANGE_KINDS, type Change, type ChangeKind, RISKS } from "../../review/model";
import { AddressSet } from "../../values/address-set";
import { declaredKey } from "../helpers/facts";
import { CASES } from "./cases";
import { changesOf, facts, told } from "./sides";

const POOL = Object.values(CASES).flat().map(plain);
const anyFacts = fc.constantFrom(...POOL);

test("nothing changes between the same facts", () => {
  for (const each of POOL) expect(told(changesOf(each, structuredClone(each)))).toEqual([]);
});

test("the order of lists never matters", () => {
  fc.assert(
    fc.property(anyFacts, fc.integer(), (each, seed) => {
      expect(told(changesOf(each, shuffled(each, seed)))).toEqual([]);
    }),
  );
});

test("the other way round, what came in goes out", () => {
  fc.assert(
    fc.property(anyFacts, anyFacts, (a, b) => {
      const [there, back] = [changesOf(a, b), changesOf(b, a)];
      expect(lists(there)).toEqual(lists(back.map(mirrored)));
    }),
    { numRuns: 100 },
  );
});

test("addresses that came in and went out make the one set of the other", () => {
  fc.assert(
    fc.property(addresses(), addresses(), (a, b) => {
      const key = (allowedIps: readonly string[]) => facts({ apiKeys: [declaredKey({}, { allowedIps })] });
      const [change] = changesOf(key(a), key(b));
      const [before, after, added, removed] = [a, b, change?.added ?? [], change?.removed ?? []].map((list) =>
        AddressSet.of(list),
      );
      const both = before!.union(after!);
      expect(before!.union(added!).equals(both)).toBe(true);
      expect(after!.union(removed!).equals(both)).toBe(true);
      expect(change === undefined).toBe(before!.equals(after!));
    }),
  );
});

test("values unknown until apply crash nothing and are never taken for the same as known ones", () => {
  fc.assert(
    fc.property(anyFacts, anyFacts, fc.integer({ min: 0 }), (a, b, seed) => {
      const unclear = withUnknowns(b, seed);
      for (const change of [...changesOf(a, unclear), ...changesOf(unclear, a)]) {
        expect(RISKS).toContain(change.risk);
        expect(CHANGE_KINDS).toContain(change.kind);
        expect(change.sentence).toMatch(/^[^\n]+\.$/);
        expect(change.sentence).not.toMatch(/\[object|undefined|NaN/);
      }
    }),
    { numRuns: 100 },
  );
  const key = facts({ apiKeys: [declaredKey({}, { allowedIps: UNKNOWN })] });
  expect(changesOf(facts(), key).map(({ kind }) => kind)).toEqual(["addresses-unknown"]);
});

/** A plan's actions are of one direction only. */
function plain(each: Facts): Facts {
  return { ...each, origin: "stack", changes: [] };
}

/** What came in and what went out, by kind and key. */
function lists(changes: readonly Change[]): unknown[] {
  const found = new Map<string, Set<string>>();
  for (const { kind, key, generation, added = [], removed = [] } of changes) {
    // To addresses that are not known, and from them to everywhere, are changes of two kinds.
    const isUnclear = [...added, ...removed].includes("unknown until apply");
    const what = isUnclear ? kind.replace(/^addresses-.*/, "addresses") : kind;
    const name = (list: string) => JSON.stringify([what, key, generation, list]);
    for (const [list, values] of [
      ["added", added],
      ["removed", removed],
    ] as const) {
      const set = found.get(name(list)) ?? new Set();
      for (const value of values) set.add(value);
      if (set.size > 0) found.set(name(list), set);
    }
  }
  return [...found].map(([name, values]) => [name, [...values].sort()]).sort();
}

const MIRRORS: Partial<Record<ChangeKind, ChangeKind>> = {
  "addresses-widened": "addresses-narrowed",
  "addresses-narrowed": "addresses-widened",
  "reader-gained": "reader-lost",
  "reader-lost": "reader-gained",
};

function mirrored(change: Change): Change {
  const { added, removed, kind } = change;
  return { ...change, kind: MIRRORS[kind] ?? kind, ...{ added: removed, removed: added } } as Change;
}

function addresses() {
  const octet = fc.integer({ min: 0, max: 3 });
  const single = fc.tuple(octet, octet).map(([a, b]) => `80.0.${a}.${b}`);
  const range = fc.tuple(octet, fc.constantFrom(24, 30)).map(([a, bits]) => `80.0.${a}.0/${bits}`);
  return fc.array(fc.oneof(single, range, fc.constantFrom("2a00::/32", "2a00:1::1")), { minLength: 1, maxLength: 6 });
}

/** Every list of a value in another order. */
function shuffled<T>(value: T, seed: number): T {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state;
  };
  const walk = (child: unknown): unknown => {
    if (Array.isArray(child)) {
      return child
        .map((each) => [next(), walk(each)] as const)
        .sort(([a], [b]) => a - b)
        .map(([, each]) => each);
    }
    if (typeof child !== "object" || child === null) return child;
    return Object.fromEntries(Object.entries(child).map(([name, each]) => [name, walk(each)]));
  };
  return walk(value) as T;
}

const MAYBE = [
  "project",
  "keyId",
  "serviceAccount",
  "allowedIps",
  "secretId",
  "secret",
  "resource",
  "role",
  "member",
  "projectId",
  "service",
  "limit",
  "enabled",
  "name",
  "constraint",
];

/** Some values that a plan may not know are not known. */
function withUnknowns(value: Facts, seed: number): Facts {
  let count = seed;
  const walk = (child: unknown, depth: number): unknown => {
    if (Array.isArray(child)) return child.map((each) => walk(each, depth + 1));
    if (typeof child !== "object" || child === null) return child;
    return Object.fromEntries(
      Object.entries(child).map(([name, each]) => {
        if (name === "declared" || name === "backend") return [name, each];
        const unclear = depth > 0 && MAYBE.includes(name) && each !== undefined && count++ % 3 === 0;
        return [name, unclear ? UNKNOWN : walk(each, depth + 1)];
      }),
    );
  };
  return walk(value, 0) as Facts;
}
