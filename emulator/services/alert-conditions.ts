import { ApiError, invalidArgument, notFound } from "../errors";
import {
  booleanField,
  isObject,
  type JsonObject,
  objectField,
  objectListField,
  rejectUnknownFields,
  stringField,
  stringMapField,
} from "../fields";
import { compileExtractor } from "../label-extractors";
import { compileLogFilter } from "../log-filter";
import { metricTypes } from "../metric-filter";
import { type Metric, metricsOf } from "../metrics";
import { type Expression, metricMatchers, PromqlError, PromqlUnsupportedError } from "../promql/ast";
import { parsePromql } from "../promql/parse";
import { promqlNames } from "../promql-source";
import type { Project, Store } from "../store";

/** The fields of each kind of condition: https://docs.cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies */
const kinds: Readonly<Record<string, readonly string[]>> = {
  conditionThreshold: [
    "filter",
    "aggregations",
    "denominatorFilter",
    "denominatorAggregations",
    "forecastOptions",
    "comparison",
    "thresholdValue",
    "duration",
    "trigger",
    "evaluationMissingData",
  ],
  conditionAbsent: ["filter", "aggregations", "duration", "trigger"],
  conditionMatchedLog: ["filter", "labelExtractors"],
  conditionMonitoringQueryLanguage: ["query", "duration", "trigger", "evaluationMissingData"],
  conditionPrometheusQueryLanguage: [
    "query",
    "duration",
    "evaluationInterval",
    "labels",
    "ruleGroup",
    "alertRule",
    "disableMetricValidation",
  ],
  conditionSql: ["query", "minutes", "hourly", "daily", "rowCountTest", "booleanTest"],
};

export const conditionKinds: readonly string[] = Object.keys(kinds);

/** @see https://docs.cloud.google.com/monitoring/quotas#alerting_policies */
const maxAbsence = 23.5 * 3600;

/** Refuses a condition Google is known to refuse. `at` is where it stands, e.g. `alert_policy.conditions[0]`. */
export function checkCondition(store: Store, owner: Project, condition: JsonObject, at: string): void {
  rejectUnknownFields(condition, ["name", "displayName", ...conditionKinds], at);
  const used = conditionKinds.filter((kind) => isObject(condition[kind]));
  if (used.length > 1) {
    throw invalidArgument(
      `Invalid value at '${at}' (oneof), oneof field 'condition' is already set. Cannot set '${used[1]}'`,
    );
  }
  const kind = used[0];
  if (kind === undefined) {
    // The words were seen in https://github.com/googleapis/google-api-nodejs-client/issues/3114
    throw invalid(
      `${at}.condition_case`,
      "0",
      'Condition subtype (e.g. "condition_absent","condition_threshold", etc.) is absent or unknown.',
    );
  }
  const body = objectField(condition, kind)!;
  rejectUnknownFields(body, kinds[kind]!, `${at}.${kind}`);
  checks[kind]?.(body, `${at}.${snake(kind)}`, metricsOf(store, owner));
}

type Check = (body: JsonObject, at: string, metrics: readonly Metric[]) => void;

const checks: Readonly<Record<string, Check>> = {
  conditionThreshold: checkThreshold,
  conditionAbsent: checkAbsent,
  conditionMatchedLog: checkMatchedLog,
  conditionPrometheusQueryLanguage: checkPromql,
};

function checkThreshold(body: JsonObject, at: string, metrics: readonly Metric[]): void {
  checkMetricFilter(body, at, metrics);
  const comparison = stringField(body, "comparison") || "COMPARISON_UNSPECIFIED";
  // Of the six in the enumeration only these two are supported: it says so itself.
  if (!["COMPARISON_GT", "COMPARISON_LT"].includes(comparison)) {
    throw invalid(`${at}.comparison`, comparison, "only COMPARISON_GT and COMPARISON_LT are supported.");
  }
  const duration = seconds(body, "duration", at) ?? 0;
  if (duration % 60 !== 0) {
    throw invalid(`${at}.duration`, String(body["duration"]), "must be a whole number of minutes.");
  }
  const missing = stringField(body, "evaluationMissingData");
  if (missing !== undefined && missing !== "EVALUATION_MISSING_DATA_UNSPECIFIED" && duration === 0) {
    // Seen: Google's words.
    throw invalid(
      `${at}.evaluation_missing_data`,
      missing,
      "Conditions setting evaluation_missing_data must have a non-zero duration.",
    );
  }
}

function checkAbsent(body: JsonObject, at: string, metrics: readonly Metric[]): void {
  checkMetricFilter(body, at, metrics);
  const duration = seconds(body, "duration", at) ?? 0;
  if (duration < 120) {
    throw invalid(`${at}.duration`, String(body["duration"] ?? ""), "must be at least two minutes.");
  }
  if (duration > maxAbsence) {
    throw invalid(`${at}.duration`, String(body["duration"]), "Durations longer than 23h30m are not supported.");
  }
}

/** Metric and resource must be named. The words about the resource were seen; those about the metric are ours. */
function checkMetricFilter(body: JsonObject, at: string, metrics: readonly Metric[]): void {
  const filter = required(body, "filter", at);
  for (const name of ["metric.type", "resource.type"]) {
    if (!new RegExp(`\\b${name.replace(".", "\\.")}\\b`).test(filter)) {
      throw invalid(`${at}.filter`, filter, `must specify a restriction on "${name}" in the filter`);
    }
  }
  const unknown = metricTypes(filter).find(
    (type) => isLogMetric(type) && metrics.every((metric) => metric.type !== type),
  );
  if (unknown !== undefined) {
    throw unknownMetric(unknown);
  }
  for (const aggregation of objectListField(body, "aggregations") ?? []) {
    const period = seconds(aggregation, "alignmentPeriod", `${at}.aggregations`) ?? 0;
    const aligner = stringField(aggregation, "perSeriesAligner") ?? "ALIGN_NONE";
    if (aligner !== "ALIGN_NONE" && period < 60) {
      throw invalid(
        `${at}.aggregations.alignment_period`,
        String(aggregation["alignmentPeriod"] ?? ""),
        "must be at least 60 seconds.",
      );
    }
  }
}

/** The words were seen in https://github.com/chainguard-dev/terraform-infra-common/pull/211 */
function checkMatchedLog(body: JsonObject, at: string): void {
  const filter = required(body, "filter", at);
  try {
    compileLogFilter(filter);
  } catch (error) {
    if (!(error instanceof ApiError)) {
      throw error;
    }
    throw invalid(`${at.replace(/\.[^.]+$/, "")}.filter`, filter, error.message);
  }
  for (const [label, extractor] of Object.entries(stringMapField(body, "labelExtractors") ?? {})) {
    if (!compileExtractor(extractor)) {
      throw invalid(
        `${at}.label_extractors["${label}"]`,
        extractor,
        "must be EXTRACT(field) or REGEXP_EXTRACT(field, regex).",
      );
    }
  }
}

/** A query that parses but is outside of the local cloud's subset is taken: Google would take it. */
function checkPromql(body: JsonObject, at: string, metrics: readonly Metric[]): void {
  const query = required(body, "query", at);
  const expression = tryParse(query, at);
  if (expression && !booleanField(body, "disableMetricValidation")) {
    checkMetricNames(expression, metrics);
  }
  seconds(body, "duration", at);
  const interval = seconds(body, "evaluationInterval", at) ?? 30;
  if (interval < 30 || interval % 30 !== 0) {
    throw invalid(
      `${at}.evaluation_interval`,
      String(body["evaluationInterval"]),
      "must be a positive multiple of 30 seconds.",
    );
  }
}

function tryParse(query: string, at: string): Expression | undefined {
  try {
    return parsePromql(query);
  } catch (error) {
    if (error instanceof PromqlUnsupportedError) {
      return undefined;
    }
    throw error instanceof PromqlError ? invalid(`${at}.query`, query, error.message) : error;
  }
}

/**
 * Google checks that the metrics of a query exist unless `disableMetricValidation` is set; what it answers is not known, nor
 * which of its own metrics it takes before they were written. So only metrics of logs are checked.
 */
function checkMetricNames(expression: Expression, metrics: readonly Metric[]): void {
  const known = new Set(metrics.flatMap(promqlNames));
  for (const { operator, value } of metricMatchers(expression)) {
    if (operator === "=" && isLogMetric(value) && !known.has(value)) {
      throw unknownMetric(value);
    }
  }
}

function isLogMetric(type: string): boolean {
  return /^logging[._]googleapis[._]com[/:]user[/_]/.test(type);
}

/** The words were seen in https://github.com/GoogleCloudPlatform/cloud-foundation-fabric/pull/3739 */
function unknownMetric(type: string): Error {
  return notFound(
    `Cannot find metric(s) that match type = "${type}". If a metric was created recently, it could take up to 10 minutes to ` +
      "become available. Please try again soon.",
  );
}

function required(body: JsonObject, name: string, at: string): string {
  const value = stringField(body, name) ?? "";
  if (value.trim() === "") {
    throw invalid(`${at}.${name}`, "", "must not be empty.");
  }
  return value;
}

/** A duration as in JSON, e.g. `300s`, in seconds. */
function seconds(body: JsonObject, name: string, at: string): number | undefined {
  const text = stringField(body, name);
  if (text === undefined) {
    return undefined;
  }
  const value = durationSeconds(text);
  if (value === undefined || value < 0) {
    throw invalid(`${at}.${snake(name)}`, text, "must be a duration of at least 0 seconds.");
  }
  return value;
}

/** Reads the JSON form of a google.protobuf.Duration. */
export function durationSeconds(text: string): number | undefined {
  return /^-?\d+(\.\d{1,9})?s$/.test(text) ? Number(text.slice(0, -1)) : undefined;
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function invalid(field: string, value: string, rule: string): Error {
  return invalidArgument(`Field ${field} had an invalid value of "${value}": ${rule}`);
}
