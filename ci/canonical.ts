/** JSON with sorted names and without spaces: equal values have equal texts. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value ?? null);
  const entries = Object.entries(value)
    .filter(([, child]) => child !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, child]) => `${JSON.stringify(name)}:${canonical(child)}`).join(",")}}`;
}

/** The same for values of a plan: an attribute without a value is as good as none. */
export function canonicalWithoutNulls(value: unknown): string {
  return JSON.stringify(value ?? null, (_name, child: unknown) => {
    if (typeof child !== "object" || child === null || Array.isArray(child)) return child;
    const entries = Object.entries(child).filter(([, inner]) => inner !== null);
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
