import { invalidArgument } from "./errors";
import { type JsonObject, stringField, stringListField } from "./fields";
import { compileMetricFilter, type LabelledSeries } from "./metric-filter";
import { type MetricContext, metricsOf } from "./metrics";
import { pointsBetween } from "./promql/series";
import type { Project } from "./store";

export interface Aggregation {
  readonly alignmentPeriodMs: number;
  readonly aligner: string;
  readonly reducer: string;
  readonly groupBy: readonly string[];
}

/** The series of a project that a filter of Cloud Monitoring names. */
export function selectSeries(context: MetricContext, project: Project, filter: string): LabelledSeries[] {
  const fits = compileMetricFilter(filter);
  return metricsOf(context.store, project).flatMap((metric) =>
    metric
      .read(context, project)
      .map((series) => ({ ...series, metric }))
      .filter(fits),
  );
}

/** @throws ApiError INVALID_ARGUMENT for what the local cloud does not have */
export function readAggregation(body: JsonObject): Aggregation {
  const aligner = stringField(body, "perSeriesAligner") ?? "ALIGN_NONE";
  const reducer = stringField(body, "crossSeriesReducer") ?? "REDUCE_NONE";
  const period = stringField(body, "alignmentPeriod") ?? "";
  const seconds = /^\d+(\.\d+)?s$/.test(period) ? Number(period.slice(0, -1)) : 0;
  if (aligner !== "ALIGN_NONE" && !Object.hasOwn(aligners, aligner)) {
    throw missing("perSeriesAligner", aligner, Object.keys(aligners));
  }
  if (reducer !== "REDUCE_NONE" && !Object.hasOwn(reducers, reducer)) {
    throw missing("crossSeriesReducer", reducer, Object.keys(reducers));
  }
  if (aligner !== "ALIGN_NONE" && seconds < 60) {
    throw invalidArgument(
      `Field aggregation.alignmentPeriod had an invalid value of "${period}": must be at least 60 seconds.`,
    );
  }
  if (reducer !== "REDUCE_NONE" && aligner === "ALIGN_NONE") {
    throw invalidArgument(
      'Field aggregation.perSeriesAligner had an invalid value of "ALIGN_NONE": a crossSeriesReducer needs an aligner.',
    );
  }
  const groupBy = stringListField(body, "groupByFields") ?? [];
  const unknown = groupBy.find((field) => !groupField.test(field));
  if (unknown !== undefined) {
    throw missing("groupByFields", unknown, ["metric.labels.<name>", "resource.labels.<name>"]);
  }
  return { alignmentPeriodMs: seconds * 1000, aligner, reducer, groupBy };
}

/** The values of the series at these times, each over the alignment period before it; a period without a point has none. */
export function aggregate(
  series: readonly LabelledSeries[],
  aggregation: Aggregation,
  times: readonly number[],
): LabelledSeries[] {
  return reduce(
    series.map((entry) => align(entry, aggregation, times)),
    aggregation,
  );
}

const groupField = /^(metric|resource)\.labels?\.(\w+)$/;

interface Aligner {
  readonly kinds: readonly string[];
  readonly of: (values: readonly number[], seconds: number) => number;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const counts = ["DELTA INT64"];
const numbers = ["DELTA INT64", "GAUGE INT64"];
const aligners: Readonly<Record<string, Aligner>> = {
  ALIGN_DELTA: { kinds: counts, of: sum },
  ALIGN_RATE: { kinds: counts, of: (values, seconds) => sum(values) / seconds },
  ALIGN_SUM: { kinds: numbers, of: sum },
  ALIGN_COUNT: { kinds: numbers, of: (values) => values.length },
  ALIGN_MEAN: { kinds: numbers, of: (values) => sum(values) / values.length },
  ALIGN_MAX: { kinds: numbers, of: (values) => Math.max(...values) },
  ALIGN_MIN: { kinds: numbers, of: (values) => Math.min(...values) },
};
const reducers: Readonly<Record<string, (values: readonly number[]) => number>> = {
  REDUCE_SUM: sum,
  REDUCE_COUNT: (values) => values.length,
  REDUCE_MEAN: (values) => sum(values) / values.length,
  REDUCE_MAX: (values) => Math.max(...values),
  REDUCE_MIN: (values) => Math.min(...values),
};

function align(series: LabelledSeries, { aligner, alignmentPeriodMs }: Aggregation, times: readonly number[]) {
  const { kinds, of } = aligners[aligner]!;
  const { kind, valueType } = series.metric;
  if (!kinds.includes(`${kind} ${valueType}`)) {
    throw invalidArgument(
      `Field aggregation.perSeriesAligner had an invalid value of "${aligner}": The aligner cannot be applied to metrics with kind ${kind} and value type ${valueType}.`,
    );
  }
  const points = times.flatMap((at) => {
    const values = pointsBetween(series.points, at - alignmentPeriodMs, at).map(({ value }) => value);
    return values.length === 0 ? [] : [{ at, value: of(values, alignmentPeriodMs / 1000) }];
  });
  return { ...series, points };
}

function reduce(aligned: readonly LabelledSeries[], { reducer, groupBy }: Aggregation): LabelledSeries[] {
  const combine = reducers[reducer];
  if (!combine) {
    return aligned.filter(({ points }) => points.length > 0);
  }
  const groups = new Map<string, LabelledSeries[]>();
  for (const series of aligned) {
    const key = JSON.stringify([
      series.metric.type,
      pick(series, "metric", groupBy),
      pick(series, "resource", groupBy),
    ]);
    groups.set(key, [...(groups.get(key) ?? []), series]);
  }
  return [...groups.values()].flatMap((group) => {
    const points = reducePoints(group, combine);
    const [first] = group as [LabelledSeries];
    const metricLabels = pick(first, "metric", groupBy);
    const resourceLabels = pick(first, "resource", groupBy);
    return points.length === 0 ? [] : [{ metric: first.metric, metricLabels, resourceLabels, points }];
  });
}

function reducePoints(group: readonly LabelledSeries[], combine: (values: readonly number[]) => number) {
  const values = new Map<number, number[]>();
  for (const { at, value } of group.flatMap(({ points }) => points)) {
    values.set(at, [...(values.get(at) ?? []), value]);
  }
  return [...values].map(([at, all]) => ({ at, value: combine(all) })).sort((a, b) => a.at - b.at);
}

/** The labels of the metric or the resource that are kept. */
function pick(series: LabelledSeries, of: "metric" | "resource", groupBy: readonly string[]): Record<string, string> {
  const labels = of === "metric" ? series.metricLabels : series.resourceLabels;
  return Object.fromEntries(
    groupBy.flatMap((field) => {
      const [, where, name] = groupField.exec(field)!;
      return where === of && labels[name!] !== undefined ? [[name!, labels[name!]!]] : [];
    }),
  );
}

function missing(field: string, value: string, known: readonly string[]): Error {
  return invalidArgument(
    `Field aggregation.${field} had an invalid value of "${value}": the local cloud has only ${known.join(", ")}.`,
  );
}
