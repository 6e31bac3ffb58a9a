/** Pieces of sentences. */

/** Sorted by code units, each once. */
export function sortedUnique(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}

/** `1 address`, `16 addresses`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function joined(values: readonly string[]): string {
  return values.length < 2 ? values.join("") : `${values.slice(0, -1).join(", ")} and ${values.at(-1)}`;
}

/** More than this make no sentence: the change has them all. */
const MOST_LISTED = 5;

/** `a, b, c, d, e and 3 more`. */
export function some(values: readonly string[]): string {
  const rest = values.length - MOST_LISTED;
  return rest > 0 ? `${values.slice(0, MOST_LISTED).join(", ")} and ${rest} more` : joined(values);
}

/** `chat-backend`, `generation 2 of chat-backend`, or the address of a key that is not ours. */
export function subject(key: string, generation?: number): string {
  return generation === undefined ? key : `generation ${generation} of ${key}`;
}

export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
