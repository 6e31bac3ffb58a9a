import { type Aggregation, aggregate, readAggregation, selectSeries } from "../aggregation";
import { invalidArgument, notFound } from "../errors";
import { compileMetricFilter, type LabelledSeries } from "../metric-filter";
import { type Metric, type MetricPoint, metricsOf } from "../metrics";
import { paginate } from "../paging";
import { type Call, enabledProject, type Route, route } from "../service";
import type { Project } from "../store";
import { latencyBounds, minuteMs } from "../usage";

const api = "monitoring.googleapis.com";

/** The time series of Cloud Monitoring v3 and the descriptors of their metrics, to read only. */
export const timeSeriesRoutes: readonly Route[] = [
  route("GET", "/v3/{name=projects/*}/timeSeries", listTimeSeries),
  route("GET", "/v3/{name=projects/*}/metricDescriptors", listDescriptors),
  route("GET", "/v3/{name=projects/*/metricDescriptors/**}", getDescriptor),
];

const maxPoints = 100_000;

function listTimeSeries(call: Call): object {
  const owner = project(call);
  const start = time(call, "interval.startTime", undefined);
  const end = time(call, "interval.endTime", undefined);
  const from = start ?? end;
  if (end === undefined || from === undefined || from > end) {
    throw invalidArgument("Field interval had an invalid value: endTime must be set and not be before startTime.");
  }
  const filter = call.query.get("filter") ?? "";
  if (!/\bmetric\.type\b/.test(filter)) {
    throw invalidArgument(`Field filter had an invalid value of "${filter}": must specify exactly one metric.type.`);
  }
  const aggregation = aggregationOf(call);
  const series = withPoints(aggregation, selectSeries(call, owner, filter), from, end);
  const full = call.query.get("view") !== "HEADERS";
  const page = paginate(series, (entry) => JSON.stringify(labelsOf(entry)), call.query, {
    scope: `${owner.projectId} timeSeries`,
    defaultSize: maxPoints,
    maxSize: maxPoints,
  });
  return {
    ...(page.items.length > 0 && { timeSeries: page.items.map((entry) => seriesJson(entry, aggregation, full)) }),
    ...(page.nextPageToken && { nextPageToken: page.nextPageToken }),
    unit: series[0]?.metric.unit ?? "",
  };
}

function aggregationOf({ query }: Call): Aggregation {
  return readAggregation({
    alignmentPeriod: query.get("aggregation.alignmentPeriod") ?? undefined,
    perSeriesAligner: query.get("aggregation.perSeriesAligner") ?? undefined,
    crossSeriesReducer: query.get("aggregation.crossSeriesReducer") ?? undefined,
    groupByFields: query.getAll("aggregation.groupByFields"),
  });
}

/** Without an aligner the points as they are. The newest comes first. */
function withPoints(
  aggregation: Aggregation,
  series: readonly LabelledSeries[],
  from: number,
  end: number,
): LabelledSeries[] {
  if (aggregation.aligner === "ALIGN_NONE") {
    return series
      .map((entry) => ({ ...entry, points: entry.points.filter(({ at }) => at >= from && at <= end).reverse() }))
      .filter(({ points }) => points.length > 0);
  }
  const times: number[] = [];
  for (let at = end; at > from || times.length === 0; at -= aggregation.alignmentPeriodMs) {
    times.push(at);
  }
  if (times.length > maxPoints) {
    throw invalidArgument(`Field interval had an invalid value: it has more than ${maxPoints} alignment periods.`);
  }
  return aggregate(series, aggregation, times.reverse()).map((entry) => ({
    ...entry,
    points: [...entry.points].reverse(),
  }));
}

function time(call: Call, name: string, fallback: number | undefined): number | undefined {
  const text = call.query.get(name);
  if (text === null) {
    return fallback;
  }
  const value = Date.parse(text);
  if (Number.isNaN(value)) {
    throw invalidArgument(`Invalid value at '${name}' (TYPE_TIMESTAMP), ${JSON.stringify(text)}`);
  }
  return value;
}

function labelsOf({ metric, resource = metric.resource, metricLabels, resourceLabels }: LabelledSeries) {
  return {
    metric: { type: metric.type, labels: metricLabels },
    resource: { type: resource, labels: resourceLabels },
  };
}

function seriesJson(series: LabelledSeries, { aligner, alignmentPeriodMs }: Aggregation, full: boolean): object {
  const isRate = aligner === "ALIGN_RATE";
  const whole = !isRate && series.points.every(({ value }) => Number.isInteger(value));
  const kind = isRate ? "GAUGE" : series.metric.kind;
  const length = kind === "DELTA" ? alignmentPeriodMs || minuteMs : 0;
  return {
    ...labelsOf(series),
    metricKind: kind,
    valueType: series.metric.valueType === "DISTRIBUTION" ? "DISTRIBUTION" : whole ? "INT64" : "DOUBLE",
    ...(full && { points: series.points.map((point) => pointJson(point, length, whole)) }),
  };
}

function pointJson({ at, value, distribution }: MetricPoint, length: number, whole: boolean) {
  const interval = { startTime: new Date(at - length).toISOString(), endTime: new Date(at).toISOString() };
  if (distribution) {
    const { sum, bucketCounts } = distribution;
    const distributionValue = {
      count: String(value),
      mean: sum / value,
      bucketOptions: { explicitBuckets: { bounds: latencyBounds } },
      bucketCounts: bucketCounts.map(String),
    };
    return { interval, value: { distributionValue } };
  }
  return { interval, value: whole ? { int64Value: String(value) } : { doubleValue: value } };
}

function listDescriptors(call: Call): object {
  const owner = project(call);
  const filter = call.query.get("filter");
  const fits = filter ? compileMetricFilter(filter) : () => true;
  const all = metricsOf(call.store, owner).filter((metric) =>
    fits({ metric, metricLabels: {}, resourceLabels: {}, points: [] }),
  );
  const page = paginate(all, ({ type }) => type, call.query, {
    scope: `${owner.projectId} metricDescriptors`,
    defaultSize: 10_000,
    maxSize: 10_000,
  });
  return {
    ...(page.items.length > 0 && { metricDescriptors: page.items.map((metric) => descriptorJson(owner, metric)) }),
    ...(page.nextPageToken && { nextPageToken: page.nextPageToken }),
  };
}

function getDescriptor(call: Call): object {
  const owner = project(call);
  const type = call.wildcards[1]!;
  const found = metricsOf(call.store, owner).find((metric) => metric.type === type);
  if (!found) {
    throw notFound(`Could not find descriptor for metric '${type}'.`);
  }
  return descriptorJson(owner, found);
}

function descriptorJson({ projectId }: Project, metric: Metric): object {
  return {
    name: `projects/${projectId}/metricDescriptors/${metric.type}`,
    type: metric.type,
    labels: metric.metricLabels.map((key) => ({ key })),
    metricKind: metric.kind,
    valueType: metric.valueType,
    unit: metric.unit,
    displayName: metric.displayName,
    ...(metric.resource !== "" && { monitoredResourceTypes: [metric.resource] }),
  };
}

function project(call: Call): Project {
  return enabledProject(call, call.wildcards[0]!, api);
}
