import { isObject, type JsonObject, objectField, stringField, stringMapField } from "./fields";
import { extractLabels } from "./label-extractors";
import { logEntries } from "./log-entries";
import { compileLogFilter } from "./log-filter";
import type { Metric, MetricPoint, MetricSeries } from "./metrics";
import { logMetrics, logMetricType } from "./services/log-metrics";
import type { LogMetric, Project, Store } from "./store";
import { minuteMs } from "./usage";

/** The log metrics of a project that count entries. Those that make distributions of a value are left out. */
export function logCounters(store: Store, project: Project): Metric[] {
  return logMetrics(store, project.projectId).flatMap((metric) => {
    const descriptor = objectField(metric.value, "metricDescriptor") ?? {};
    return descriptor["valueType"] === "INT64" ? [counter(metric, descriptor)] : [];
  });
}

function counter(metric: LogMetric, descriptor: JsonObject): Metric {
  return {
    type: logMetricType(metric.name),
    displayName: stringField(descriptor, "displayName") ?? metric.name,
    kind: "DELTA",
    valueType: "INT64",
    unit: "1",
    resource: "",
    resourceLabels: [],
    metricLabels: Object.keys(stringMapField(metric.value, "labelExtractors") ?? {}),
    read: ({ store }, project) => countEntries(store, project, metric),
  };
}

/** A metric counts the entries that came after it was made or changed. */
function countEntries(store: Store, project: Project, { value, updateTime }: LogMetric): MetricSeries[] {
  if (value["disabled"] === true) {
    return [];
  }
  const matches = compileLogFilter(stringField(value, "filter")!);
  const extractors = stringMapField(value, "labelExtractors") ?? {};
  const series = new Map<string, MetricSeries & { readonly points: MetricPoint[] }>();
  for (const entry of logEntries(store, project.projectId)) {
    if (String(entry["timestamp"]) < updateTime || !matches(entry)) {
      continue;
    }
    const labels = labelsOf(entry, extractors);
    const key = JSON.stringify(labels);
    const counted = series.get(key) ?? { ...labels, points: [] };
    series.set(key, counted);
    addOne(counted.points, Math.floor(Date.parse(String(entry["timestamp"])) / minuteMs) * minuteMs);
  }
  return [...series.values()];
}

function labelsOf(entry: JsonObject, extractors: Record<string, string>): Omit<MetricSeries, "points"> {
  const resource = isObject(entry["resource"]) ? entry["resource"] : {};
  return {
    resource: stringField(resource, "type") ?? "",
    resourceLabels: stringMapField(resource, "labels") ?? {},
    metricLabels: extractLabels(entry, extractors),
  };
}

/** Entries are in the order of their time. */
function addOne(points: MetricPoint[], at: number): void {
  const last = points[points.length - 1];
  if (last?.at === at) {
    points[points.length - 1] = { at, value: last.value + 1 };
  } else {
    points.push({ at, value: 1 });
  }
}
