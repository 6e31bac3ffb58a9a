import type { Located } from "../inventory/facts";

export interface Both<T> {
  readonly before?: T;
  readonly after?: T;
}

/** What has the same address, together; if one of each side is left, those are the same too. */
export function pairByAddress<T extends Located>(before: readonly T[], after: readonly T[]): Both<T>[] {
  return pairBy(before, after, ({ address }) => address, true);
}

/** What has the same name, together. @param lastTwo whether one that is left on each side is the same under another name. */
export function pairBy<T>(
  before: readonly T[],
  after: readonly T[],
  nameOf: (each: T) => string,
  lastTwo = false,
): Both<T>[] {
  const rest = new Map(before.map((each) => [nameOf(each), each]));
  const pairs: { before?: T; after?: T }[] = [];
  for (const each of after) {
    const name = nameOf(each);
    const match = rest.get(name);
    rest.delete(name);
    pairs.push({ ...(match === undefined ? {} : { before: match }), after: each });
  }
  const alone = pairs.filter((each) => each.before === undefined);
  const [left] = rest.values();
  if (lastTwo && alone.length === 1 && rest.size === 1) {
    alone[0]!.before = left!;
    return pairs;
  }
  return [...pairs, ...[...rest.values()].map((each) => ({ before: each }))];
}
