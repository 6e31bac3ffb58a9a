import type { Expression, Matcher } from "./ast";
import { drop, type Labels, labelKey, type Point, PromqlExecutionError, type Sample, type Series } from "./series";

/** Over the points of a window, which has at least one; the range is in milliseconds. */
type OverTime = (points: readonly Point[], range: number, series: Series) => number;

export const overTime = {
  increase: (points, _range, series) => counted("increase", points, series),
  rate: (points, range, series) => counted("rate", points, series) / (range / 1000),
  sum_over_time: (points) => total(points),
  avg_over_time: (points) => total(points) / points.length,
  count_over_time: (points) => points.length,
  max_over_time: (points) => points.reduce((most, { value }) => Math.max(most, value), Number.NEGATIVE_INFINITY),
  min_over_time: (points) => points.reduce((least, { value }) => Math.min(least, value), Number.POSITIVE_INFINITY),
  last_over_time: (points) => points[points.length - 1]!.value,
} as const satisfies Readonly<Record<string, OverTime>>;

/** Prometheus takes a gauge here and answers nonsense; that is always a mistake in the query. */
function counted(name: string, points: readonly Point[], { kind, labels }: Series): number {
  if (kind !== "delta") {
    throw new PromqlExecutionError(`${name}() needs a metric that counts, and ${labels["__name__"]} is a gauge`);
  }
  return total(points);
}

function total(points: readonly Point[]): number {
  return points.reduce((sum, { value }) => sum + value, 0);
}

/** What is known of the labels of a series that is not there: those a selector sets by `=`. */
export function absentLabels(expression: Expression): Labels {
  if (expression.kind !== "selector" && expression.kind !== "range") {
    return {};
  }
  const { matchers } = expression.selector;
  const once = ({ label }: Matcher) => matchers.filter((other) => other.label === label).length === 1;
  const known = matchers.filter(
    (entry) => entry.operator === "=" && entry.value !== "" && entry.label !== "__name__" && once(entry),
  );
  return Object.fromEntries(known.map(({ label, value }) => [label, value]));
}

interface Bucket {
  readonly upper: number;
  readonly count: number;
}

/** @see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile */
export function histogramQuantile(quantile: number, samples: readonly Sample[]): Sample[] {
  const groups = new Map<string, { labels: Labels; buckets: Bucket[] }>();
  for (const { labels, value } of samples) {
    const upper = Number((labels["le"] ?? "").replace("+Inf", "Infinity"));
    if (labels["le"] === undefined || Number.isNaN(upper)) {
      continue;
    }
    const rest = drop(labels, ["__name__", "le"]);
    const key = labelKey(rest);
    const group = groups.get(key) ?? { labels: rest, buckets: [] };
    groups.set(key, group);
    group.buckets.push({ upper, count: value });
  }
  return [...groups.values()].map(({ labels, buckets }) => ({ labels, value: bucketQuantile(quantile, buckets) }));
}

function bucketQuantile(quantile: number, unsorted: readonly Bucket[]): number {
  if (Number.isNaN(quantile)) return Number.NaN;
  if (quantile < 0) return Number.NEGATIVE_INFINITY;
  if (quantile > 1) return Number.POSITIVE_INFINITY;
  const buckets = [...unsorted].sort((a, b) => a.upper - b.upper);
  const last = buckets[buckets.length - 1]!;
  if (last.upper !== Number.POSITIVE_INFINITY || buckets.length < 2 || last.count === 0) {
    return Number.NaN;
  }
  const rank = quantile * last.count;
  const index = buckets.findIndex(({ count }) => count >= rank);
  const { upper, count } = buckets[index]!;
  if (index === buckets.length - 1) {
    return buckets[index - 1]!.upper;
  }
  if (index === 0 && upper <= 0) {
    return upper;
  }
  const below = buckets[index - 1] ?? { upper: 0, count: 0 };
  return below.upper + ((upper - below.upper) * (rank - below.count)) / (count - below.count);
}
