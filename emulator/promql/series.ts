import type { Matcher } from "./ast";
import { PromqlError } from "./ast";

export type Labels = Readonly<Record<string, string>>;

export interface Point {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly value: number;
}

/** One time series with all its points, oldest first. */
export interface Series {
  readonly labels: Labels;
  /** `delta`: each point is the count since the one before. `gauge`: each point is a state. */
  readonly kind: "delta" | "gauge";
  readonly points: readonly Point[];
}

/** Gives the series that may fit, e.g. all of one metric; the evaluator sorts out the rest. */
export type Source = (matchers: readonly Matcher[]) => readonly Series[];

export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

export type Value = number | readonly Sample[];

/** A query that fails on the data it meets: Prometheus calls it an execution error. */
export class PromqlExecutionError extends PromqlError {}

/** A text that is equal for equal labels, in any order. */
export function labelKey(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function keep(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => names.includes(name)));
}

export function drop(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !names.includes(name)));
}

export function withoutName(labels: Labels): Labels {
  return drop(labels, ["__name__"]);
}

/** The points with `from < at <= to`. */
export function pointsBetween(points: readonly Point[], from: number, to: number): readonly Point[] {
  return points.slice(after(points, from), after(points, to));
}

/** How many points are at or before a time. */
function after(points: readonly Point[], time: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle]!.at <= time) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
