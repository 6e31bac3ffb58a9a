import { logCounters } from "./log-counters";
import { type ModelQuota, modelQuotas, type QuotaContext, usesQuota, wantedLimit } from "./quotas";
import type { Project, Store, UsageMinute, UsageRecord } from "./store";
import { minuteMs } from "./usage";

/** What a metric's values are worked out from. */
export type MetricContext = QuotaContext;

/** A metric descriptor, as far as it matters here. */
export interface Metric {
  readonly type: string;
  readonly displayName: string;
  readonly kind: "DELTA" | "GAUGE";
  readonly valueType: "INT64" | "DISTRIBUTION";
  readonly unit: string;
  /** The type of the monitored resource. */
  readonly resource: string;
  readonly resourceLabels: readonly string[];
  readonly metricLabels: readonly string[];
  readonly read: (context: MetricContext, project: Project) => readonly MetricSeries[];
}

export interface MetricSeries {
  /** If it is not the metric's: the entries of a log metric may be about resources of several types. */
  readonly resource?: string;
  readonly metricLabels: Readonly<Record<string, string>>;
  readonly resourceLabels: Readonly<Record<string, string>>;
  /** Oldest first. */
  readonly points: readonly MetricPoint[];
}

export interface MetricPoint {
  /** Milliseconds since 1970: the start of the minute, so that a call counts at once and not when its minute is over. */
  readonly at: number;
  /** Of a distribution: how many values it is of. */
  readonly value: number;
  readonly distribution?: { readonly sum: number; readonly bucketCounts: readonly number[] };
}

const service = "generativelanguage.googleapis.com";

/** The metrics of every project. */
const builtIn: readonly Metric[] = [
  {
    type: "serviceruntime.googleapis.com/api/request_count",
    displayName: "Request count",
    kind: "DELTA",
    valueType: "INT64",
    unit: "1",
    ...consumedApi(),
    read: (context, project) => usageSeries(context, project, apiLabels, (minute) => ({ value: minute.count })),
  },
  {
    type: "serviceruntime.googleapis.com/api/request_latencies",
    displayName: "Request latencies",
    kind: "DELTA",
    valueType: "DISTRIBUTION",
    unit: "s",
    ...consumedApi(),
    read: (context, project) =>
      usageSeries(context, project, apiLabels, ({ count, latencySeconds, latencyCounts }) => ({
        value: count,
        distribution: { sum: latencySeconds, bucketCounts: latencyCounts },
      })),
  },
  ...requests("quota/generate_requests_per_model", true),
  ...requests("quota/generate_content_free_tier_requests", false),
  inputTokens("quota/generate_content_paid_tier_input_token_count", true),
  inputTokens("quota/generate_content_free_tier_input_token_count", false),
  {
    type: `${service}/generate_content_usage_output_token_count`,
    displayName: "Output tokens",
    kind: "DELTA",
    valueType: "INT64",
    unit: "1",
    ...location(["model", "method"]),
    read: (context, project) =>
      usageSeries(context, project, outputLabels, (minute) => ({ value: minute.outputTokens })),
  },
];

/** All metrics a project has. */
export function metricsOf(store: Store, project: Project): readonly Metric[] {
  return [...builtIn, ...logCounters(store, project)];
}

type LabelsOf = (
  project: Project,
  record: UsageRecord,
) => Pick<MetricSeries, "metricLabels" | "resourceLabels"> | undefined;
type ReadMinute = (minute: UsageMinute) => Omit<MetricPoint, "at">;

/** Several records may have the same labels: their points are added up. */
function usageSeries(
  { store }: MetricContext,
  project: Project,
  labelsOf: LabelsOf,
  read: ReadMinute,
): readonly MetricSeries[] {
  const series = new Map<string, MetricSeries & { readonly points: MetricPoint[] }>();
  for (const record of store.usage.list(project.projectId)) {
    const labels = labelsOf(project, record);
    if (!labels) {
      continue;
    }
    const key = JSON.stringify(labels);
    const entry = series.get(key) ?? { ...labels, points: [] };
    series.set(key, entry);
    for (const minute of record.minutes) {
      entry.points.push({ at: minute.minute * minuteMs, ...read(minute) });
    }
  }
  return [...series.values()].map((entry) => ({ ...entry, points: addUp(entry.points) }));
}

function addUp(points: readonly MetricPoint[]): MetricPoint[] {
  const sums = new Map<number, MetricPoint>();
  for (const point of points) {
    const before = sums.get(point.at);
    sums.set(point.at, before ? sumOf(before, point) : point);
  }
  return [...sums.values()].sort((a, b) => a.at - b.at);
}

function sumOf(a: MetricPoint, b: MetricPoint): MetricPoint {
  const sum = { at: a.at, value: a.value + b.value };
  if (!a.distribution || !b.distribution) {
    return sum;
  }
  const counts = b.distribution.bucketCounts;
  const bucketCounts = a.distribution.bucketCounts.map((count, index) => count + (counts[index] ?? 0));
  return { ...sum, distribution: { sum: a.distribution.sum + b.distribution.sum, bucketCounts } };
}

/**
 * `credential_id` is a label of the resource, not of the metric. The values of `location`, `protocol` and `grpc_status_code`
 * for calls of the Gemini API over HTTP are not known.
 */
function apiLabels({ projectId }: Project, { method, credentialId, code }: UsageRecord) {
  return {
    metricLabels: {
      protocol: "http",
      response_code: String(code),
      response_code_class: `${Math.floor(code / 100)}xx`,
      grpc_status_code: String(rpcCodes[code] ?? 2),
    },
    resourceLabels: {
      project_id: projectId,
      service,
      method,
      location: "global",
      credential_id: credentialId,
      version: method.split(".")[3]!,
    },
  };
}

/** @see https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto */
const rpcCodes: Readonly<Record<number, number>> = {
  200: 0,
  400: 3,
  401: 16,
  403: 7,
  404: 5,
  429: 8,
  500: 13,
  503: 14,
};

function consumedApi() {
  return {
    resource: "consumed_api",
    resourceLabels: ["project_id", "service", "method", "location", "credential_id", "version"],
    metricLabels: ["protocol", "response_code", "response_code_class", "grpc_status_code"],
  };
}

function location(metricLabels: readonly string[]) {
  return { resource: `${service}/Location`, resourceLabels: ["resource_container", "location"], metricLabels };
}

/** Calls of a model that were answered. */
function outputLabels(project: Project, { code, model, method }: UsageRecord) {
  return code === 200 && model !== "" ? modelLabels(project, { model, method }) : undefined;
}

function modelLabels({ projectId }: Project, metricLabels: MetricSeries["metricLabels"]) {
  return { metricLabels, resourceLabels: { resource_container: projectId, location: "global" } };
}

/** The ids of Google's quotas are the limit names. That those per day are in the same metric as those per minute is not known. */
function quotaUsage(name: string, quotas: readonly ModelQuota[], readMinute: ReadMinute): Metric {
  return {
    type: `${service}/${name}/usage`,
    displayName: `${name} usage`,
    kind: "DELTA",
    valueType: "INT64",
    unit: "1",
    ...location(["model", "limit_name", "method"]),
    read: (context, project) =>
      quotas.flatMap(({ id, paid }) => {
        const labelsOf: LabelsOf = (owner, record) =>
          usesQuota(record, paid)
            ? modelLabels(owner, { model: record.model, limit_name: id, method: record.method })
            : undefined;
        return usageSeries(context, project, labelsOf, readMinute);
      }),
  };
}

function requests(name: string, paid: boolean): Metric[] {
  const quotas = modelQuotas.filter((quota) => quota.paid === paid && quota.of === "requests");
  const usage = quotaUsage(name, quotas, (minute) => ({ value: minute.count }));
  return [
    usage,
    {
      type: `${service}/${name}/limit`,
      displayName: `${name} limit`,
      kind: "GAUGE",
      valueType: "INT64",
      unit: "1",
      ...location(["model", "limit_name"]),
      read: (context, project) => limitSeries(context, project, quotas, usage.read(context, project)),
    },
  ];
}

function inputTokens(name: string, paid: boolean): Metric {
  const quotas = modelQuotas.filter((quota) => quota.paid === paid && quota.of === "inputTokens");
  return quotaUsage(name, quotas, (minute) => ({ value: minute.promptTokens }));
}

/** The limit at each minute with usage; how often Google writes it is not known. */
function limitSeries(
  context: MetricContext,
  project: Project,
  quotas: readonly ModelQuota[],
  usage: readonly MetricSeries[],
): MetricSeries[] {
  const series = new Map<string, { labels: Omit<MetricSeries, "points">; times: Set<number> }>();
  for (const { metricLabels, resourceLabels, points } of usage) {
    const { method: _method, ...labels } = metricLabels;
    const key = JSON.stringify(labels);
    const entry = series.get(key) ?? { labels: { metricLabels: labels, resourceLabels }, times: new Set() };
    series.set(key, entry);
    for (const { at } of points) {
      entry.times.add(at);
    }
  }
  return [...series.values()].flatMap(({ labels, times }) => {
    const { model, limit_name: id } = labels.metricLabels;
    const value = limitOf(context, project, quotas.find((quota) => quota.id === id)!, model!);
    // What Google writes for a quota without limit is not known; here nothing.
    return Number.isFinite(value)
      ? [{ ...labels, points: [...times].sort((a, b) => a - b).map((at) => ({ at, value })) }]
      : [];
  });
}

/** Stand-ins where nothing was asked for: Google's limits differ by model, tier and time. The Gemini API here has none then. */
const standInLimits = { paid: { minute: 1_000, day: 10_000 }, free: { minute: 10, day: 250 } };

function limitOf(context: MetricContext, project: Project, quota: ModelQuota, model: string): number {
  return wantedLimit(context, project, quota, model) ?? standInLimits[quota.paid ? "paid" : "free"][quota.per];
}
