import { type AddressRange, cidrsOf, type Family, readRange } from "./address-range";
import { compare, normalise } from "./intervals";
import { echo } from "./problem";
import { lies } from "./special-ranges";

interface Entry {
  readonly range: AddressRange;
  /** In the user's spelling. */
  readonly given: string;
}

/** At most this many entries are named in one note. */
const NAMED = 4;

/**
 * Merges entries to the fewest CIDR ranges, canonical and sorted, and says in `notes` which entry is not in the result
 * as it was given, and why. The order of the entries has no meaning.
 *
 * @throws Error if an entry is no address and no CIDR range; entries are expected to have passed `parseAddress`.
 */
export function mergeAddresses(entries: readonly string[]): { merged: string[]; notes: string[] } {
  const read = entries.map((given) => ({ given, range: readEntry(given) }));
  const families = ([4, 6] as const).map((family) => mergeFamily(family, read));
  return { merged: families.flatMap((f) => f.merged), notes: families.flatMap((f) => f.notes) };
}

/** @throws Error if the text is no address and no CIDR range. */
export function readEntry(text: string): AddressRange {
  const range = readRange(text);
  if (range === undefined) throw new Error(`not an address or a CIDR range without host bits: ${echo(text)}`);
  return range;
}

function mergeFamily(family: Family, all: readonly Entry[]): { merged: string[]; notes: string[] } {
  const entries = all.filter((entry) => entry.range.family === family).sort(widestFirst);
  const { widest, notes } = dropCovered(entries);
  const cidrs = normalise(entries.map((entry) => entry.range)).flatMap((interval) => cidrsOf(family, interval));
  return { merged: cidrs.map((cidr) => cidr.text), notes: [...notes, ...noteJoins(cidrs, widest)] };
}

/** By first address; of those that start alike the widest first, so that an entry comes after all that cover it. */
function widestFirst(a: Entry, b: Entry): number {
  return compare(a.range.start, b.range.start) || compare(b.range.end, a.range.end) || compare(a.given, b.given);
}

/** Two CIDR ranges are apart or one lies in the other, so each entry need only be compared with the widest before it. */
function dropCovered(entries: readonly Entry[]): { widest: Entry[]; notes: string[] } {
  const widest: Entry[] = [];
  const notes: string[] = [];
  let previous: Entry | undefined;
  for (const entry of entries) {
    const around = widest.at(-1);
    if (previous?.range.text === entry.range.text) notes.push(noteRepeat(entry, previous));
    else if (around !== undefined && lies(entry.range, around.range))
      notes.push(`${entry.given} lies in ${around.given}`);
    else widest.push(entry);
    previous = entry;
  }
  return { widest, notes };
}

function noteRepeat(entry: Entry, first: Entry): string {
  return entry.given === first.given ? `${entry.given} is repeated` : `${entry.given} repeats ${first.given}`;
}

/** Each of the widest entries lies in exactly one range of the result; both lists are sorted. */
function noteJoins(cidrs: readonly AddressRange[], widest: readonly Entry[]): string[] {
  const notes: string[] = [];
  let next = 0;
  for (const cidr of cidrs) {
    const first = next;
    while (next < widest.length && widest[next].range.end <= cidr.end) next++;
    if (next - first > 1) notes.push(`${list(widest.slice(first, next))} join to ${cidr.text}`);
  }
  return notes;
}

function list(entries: readonly Entry[]): string {
  const names = entries.map((entry) => entry.given);
  if (names.length > NAMED) return `${names.slice(0, NAMED - 1).join(", ")} and ${names.length - NAMED + 1} more`;
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
