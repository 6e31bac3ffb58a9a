import { evaluate } from "../../../emulator/promql/evaluate";
import { parsePromql } from "../../../emulator/promql/parse";
import type { Labels, Series, Source, Value } from "../../../emulator/promql/series";

/** The tests' now: minute 1000. */
export const now = 1000;
const minute = 60_000;

/** A series whose points are `[minute, value]`. */
export function series(
  name: string,
  labels: Labels,
  points: readonly (readonly [number, number])[],
  kind: Series["kind"] = "delta",
): Series {
  return {
    labels: { __name__: name, ...labels },
    kind,
    points: points.map(([at, value]) => ({ at: at * minute, value })),
  };
}

export function sourceOf(all: readonly Series[]): Source {
  return () => all;
}

export function query(text: string, all: readonly Series[], at = now): Value {
  return evaluate(parsePromql(text), sourceOf(all), at * minute);
}

/** The samples as `{a="x"} 1`, or the number. */
export function lines(text: string, all: readonly Series[], at = now): string[] {
  const value = query(text, all, at);
  return typeof value === "number" ? [String(value)] : value.map((sample) => `${show(sample.labels)} ${sample.value}`);
}

function show(labels: Labels): string {
  const { __name__: name = "", ...rest } = labels;
  const pairs = Object.entries(rest)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, value]) => `${label}="${value}"`);
  return `${name}{${pairs.join(",")}}`;
}
