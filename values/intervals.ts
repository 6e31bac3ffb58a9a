/** The whole numbers from `start` to `end`, both included. */
export interface Interval {
  readonly start: bigint;
  readonly end: bigint;
}

/** Sorted, disjoint, and never adjacent: each set of numbers has exactly one such list. */
export type Intervals = readonly Interval[];

/** Puts intervals in any order into their one normal form. Sorting apart, linear. */
export function normalise(intervals: Intervals): Intervals {
  const merged: Interval[] = [];
  for (const next of [...intervals].sort((a, b) => compare(a.start, b.start))) {
    const last = merged.at(-1);
    if (last === undefined || next.start > last.end + 1n) merged.push(next);
    else if (next.end > last.end) merged[merged.length - 1] = { start: last.start, end: next.end };
  }
  return merged;
}

export function unite(a: Intervals, b: Intervals): Intervals {
  return normalise([...a, ...b]);
}

export function intersect(a: Intervals, b: Intervals): Intervals {
  const common: Interval[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const start = later(a[i].start, b[j].start);
    const end = earlier(a[i].end, b[j].end);
    if (start <= end) common.push({ start, end });
    if (a[i].end < b[j].end) i++;
    else j++;
  }
  return common;
}

/** The numbers of `universe` that are not in `a`. */
export function complement(a: Intervals, universe: Interval): Intervals {
  const gaps: Interval[] = [];
  let next = universe.start;
  for (const { start, end } of a) {
    if (next < start) gaps.push({ start: next, end: start - 1n });
    next = end + 1n;
  }
  if (next <= universe.end) gaps.push({ start: next, end: universe.end });
  return gaps;
}

export function sizeOf(a: Intervals): bigint {
  return a.reduce((sum, { start, end }) => sum + end - start + 1n, 0n);
}

export function equalIntervals(a: Intervals, b: Intervals): boolean {
  return a.length === b.length && a.every((x, i) => x.start === b[i].start && x.end === b[i].end);
}

/** Binary search. */
export function includes(a: Intervals, value: bigint): boolean {
  let low = 0;
  let high = a.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (a[middle].end < value) low = middle + 1;
    else high = middle;
  }
  return low < a.length && a[low].start <= value;
}

/** For `sort`. */
export function compare<T extends bigint | string>(a: T, b: T): number {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

// Not Math.max and Math.min: they take no bigint.
function later(a: bigint, b: bigint): bigint {
  if (a > b) return a;
  return b;
}

function earlier(a: bigint, b: bigint): bigint {
  if (a < b) return a;
  return b;
}
