/** What has a name, by it; the first of several. What has none is left out. */
export function firstBy<T>(all: readonly T[], nameOf: (entry: T) => string | undefined): ReadonlyMap<string, T> {
  const found = new Map<string, T>();
  for (const entry of all) {
    const name = nameOf(entry);
    if (name !== undefined && !found.has(name)) found.set(name, entry);
  }
  return found;
}

/** All that has a name, by it, in the same order. What has none is left out. */
export function groupBy<T>(all: readonly T[], nameOf: (entry: T) => string | undefined): ReadonlyMap<string, T[]> {
  const found = new Map<string, T[]>();
  for (const entry of all) {
    const name = nameOf(entry);
    if (name === undefined) continue;
    const group = found.get(name);
    if (group) group.push(entry);
    else found.set(name, [entry]);
  }
  return found;
}
