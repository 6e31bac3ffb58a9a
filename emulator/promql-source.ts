import { type Metric, type MetricContext, type MetricSeries, metricsOf } from "./metrics";
import type { Matcher } from "./promql/ast";
import { PromqlUnsupportedError } from "./promql/ast";
import type { Labels, Point, Series, Source } from "./promql/series";
import type { Project } from "./store";
import { latencyBounds } from "./usage";

/**
 * The metrics of a project as PromQL sees them at Google: the first slash of a type becomes a colon and every other special
 * character an underscore, but `{"__name__"="…"}` takes the type as it is as well; a distribution is a histogram.
 * Resource labels and metric labels become one set, with the type of the resource as `monitored_resource`.
 *
 * @see https://docs.cloud.google.com/monitoring/promql/promql-mapping
 */
export function promqlSource(context: MetricContext, project: Project): Source {
  // A query names a metric more than once, and is judged at more than one time.
  const known = new Map<string, Series[]>();
  return (matchers) => {
    const name = metricName(matchers);
    const series = known.get(name) ?? readSeries(context, project, name);
    known.set(name, series);
    return series;
  };
}

/** The names under which PromQL finds a metric. */
export function promqlNames(metric: Metric): string[] {
  return views(metric).flatMap(({ name, typeName }) => [name, typeName]);
}

function readSeries(context: MetricContext, project: Project, name: string): Series[] {
  return metricsOf(context.store, project).flatMap((metric) => {
    const view = views(metric).find((one) => one.name === name || one.typeName === name);
    const found = view ? metric.read(context, project).flatMap((series) => view.series(series)) : [];
    return found.map((series) => ({ ...series, labels: { ...series.labels, __name__: name } }));
  });
}

/** `serviceruntime.googleapis.com/api/request_count` becomes `serviceruntime_googleapis_com:api_request_count`. */
export function promqlName(type: string): string {
  return type.replace("/", ":").replace(/[^A-Za-z0-9_:]/g, "_");
}

function metricName(matchers: readonly Matcher[]): string {
  const found = matchers.find(({ label }) => label === "__name__");
  if (!found) {
    throw new PromqlUnsupportedError("the local cloud has no selector without a metric name");
  }
  if (found.operator !== "=") {
    throw new PromqlUnsupportedError(`the local cloud has no ${found.operator} on the metric name`);
  }
  return found.value;
}

interface View {
  readonly name: string;
  readonly typeName: string;
  readonly series: (series: MetricSeries) => Series[];
}

function views(metric: Metric): View[] {
  const kind = metric.kind === "DELTA" ? "delta" : "gauge";
  const view = (suffix: string, series: View["series"]): View => ({
    name: promqlName(metric.type) + suffix,
    typeName: metric.type + suffix,
    series,
  });
  const plain = (series: MetricSeries): Series => ({
    labels: labelsOf(metric, series),
    kind,
    points: series.points.map(({ at, value }) => ({ at, value })),
  });
  if (metric.valueType !== "DISTRIBUTION") {
    return [view("", (series) => [plain(series)])];
  }
  return [
    view("_count", (series) => [plain(series)]),
    view("_sum", (series) => [
      { ...plain(series), points: series.points.map(({ at, distribution }) => ({ at, value: distribution!.sum })) },
    ]),
    view("_bucket", (series) => buckets(plain(series), series)),
  ];
}

function buckets(plain: Series, { points }: MetricSeries): Series[] {
  return [...latencyBounds, Number.POSITIVE_INFINITY].map((bound, index) => ({
    ...plain,
    labels: { ...plain.labels, le: bound === Number.POSITIVE_INFINITY ? "+Inf" : String(bound) },
    points: points.map(
      ({ at, distribution }): Point => ({
        at,
        value: distribution!.bucketCounts.slice(0, index + 1).reduce((sum, count) => sum + count, 0),
      }),
    ),
  }));
}

/** A metric label that a resource label has as well is called `metric_<name>`. */
function labelsOf(metric: Metric, { resource = metric.resource, metricLabels, resourceLabels }: MetricSeries): Labels {
  const own = Object.entries(metricLabels).map(([name, value]) => [
    Object.hasOwn(resourceLabels, name) ? `metric_${name}` : name,
    value,
  ]);
  return { ...resourceLabels, ...Object.fromEntries(own), monitored_resource: resource };
}
