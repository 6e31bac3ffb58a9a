import { aggregate, readAggregation, selectSeries } from "./aggregation";
import { ApiError } from "./errors";
import { booleanField, type JsonObject, objectField, objectListField, stringField, stringMapField } from "./fields";
import { extractLabels } from "./label-extractors";
import { logEntries } from "./log-entries";
import { compileLogFilter } from "./log-filter";
import { type LabelledSeries, metricTypes } from "./metric-filter";
import { type MetricContext, metricsOf } from "./metrics";
import { metricMatchers, PromqlError } from "./promql/ast";
import { evaluate } from "./promql/evaluate";
import { parsePromql } from "./promql/parse";
import { type Labels, labelKey, type Sample } from "./promql/series";
import { promqlNames, promqlSource } from "./promql-source";
import { durationSeconds } from "./services/alert-conditions";
import { policyName } from "./services/alert-policies";
import type { AlertPolicy, Project } from "./store";
import { minuteMs, retentionMs } from "./usage";

/** An incident that would be open now. */
export interface Alert {
  /** The policy's display name. */
  readonly policy: string;
  /** `projects/<id>/alertPolicies/<number>` */
  readonly name: string;
  /** The condition's display name. */
  readonly condition: string;
  readonly labels: Labels;
  /** Of the last log entry that matched, or else now. */
  readonly at: string;
}

export interface AlertReport {
  readonly alerts: readonly Alert[];
  /** Conditions that Google takes but the local cloud cannot judge, with the reason. */
  readonly notEvaluated: readonly {
    readonly policy: string;
    readonly name: string;
    readonly condition: string;
    readonly why: string;
  }[];
}

/** Google closes an incident after this time without a new match, if the policy does not say otherwise. */
const defaultAutoCloseSeconds = 7 * 24 * 3600;

/**
 * Judges every enabled policy of a project at the local cloud's now. Google judges all the time and with the delay of each
 * metric; here only this moment counts, besides a condition's own duration.
 *
 * `AND_WITH_MATCHING_RESOURCE` is read as `AND`: that the resources are the same is not looked at.
 */
export function evaluateAlerts(context: MetricContext, project: Project): AlertReport {
  const alerts: Alert[] = [];
  const notEvaluated: AlertReport["notEvaluated"][number][] = [];
  for (const policy of context.store.alertPolicies.list(project.projectId)) {
    if (!booleanField(policy.value, "enabled")) {
      continue;
    }
    const found = policy.value.conditions.map((condition): Alert[] => {
      const about = { policy: String(policy.value["displayName"]), name: policyName(policy) };
      const name = stringField(condition, "displayName") ?? "";
      try {
        return judge(context, project, policy, condition).map((hit) => ({ ...about, condition: name, ...hit }));
      } catch (error) {
        if (!(error instanceof PromqlError || error instanceof ApiError || error instanceof NotJudged)) {
          throw error;
        }
        notEvaluated.push({ ...about, condition: name, why: error.message });
        return [];
      }
    });
    if (policy.value["combiner"] === "OR" || found.every((hits) => hits.length > 0)) {
      alerts.push(...found.flat());
    }
  }
  return { alerts, notEvaluated };
}

class NotJudged extends Error {}

type Hit = Pick<Alert, "labels" | "at">;

function judge(context: MetricContext, project: Project, policy: AlertPolicy, condition: JsonObject): Hit[] {
  const of = (kind: string) => objectField(condition, kind);
  const promql = of("conditionPrometheusQueryLanguage");
  const log = of("conditionMatchedLog");
  const threshold = of("conditionThreshold");
  const absent = of("conditionAbsent");
  if (promql) return judgePromql(context, project, promql);
  if (log) return judgeLog(context, project, policy, log);
  const labels = threshold
    ? judgeThreshold(context, project, threshold)
    : absent
      ? judgeAbsent(context, project, absent)
      : undefined;
  if (!labels) {
    throw new NotJudged("the local cloud judges no conditions of this kind");
  }
  return labels.map((entry) => ({ labels: entry, at: context.store.timestamp() }));
}

/** A series fires if the query gave it at every evaluation for as long as the duration. */
function judgePromql(context: MetricContext, project: Project, condition: JsonObject): Hit[] {
  const expression = parsePromql(stringField(condition, "query")!);
  const names = metricMatchers(expression).map(({ value }) => value);
  checkKnown(names, metricsOf(context.store, project).flatMap(promqlNames));
  const source = promqlSource(context, project);
  const samplesAt = (at: number): readonly Sample[] => {
    const value = evaluate(expression, source, at);
    return typeof value === "number" ? [{ labels: {}, value }] : value;
  };
  const now = context.store.now().getTime();
  const interval = seconds(condition, "evaluationInterval", 30) * 1000;
  const start = now - seconds(condition, "duration", 0) * 1000;
  let firing = samplesAt(now);
  for (let at = now - interval; at >= start && firing.length > 0; at -= interval) {
    const before = new Set(samplesAt(at).map(({ labels }) => labelKey(labels)));
    firing = firing.filter(({ labels }) => before.has(labelKey(labels)));
  }
  const added = stringMapField(condition, "labels") ?? {};
  return firing.map(({ labels }) => ({ labels: { ...labels, ...added }, at: context.store.timestamp() }));
}

/** One incident for each set of extracted labels, open until the policy's `autoClose` after the last entry. */
function judgeLog({ store }: MetricContext, project: Project, { value }: AlertPolicy, condition: JsonObject): Hit[] {
  const matches = compileLogFilter(stringField(condition, "filter")!);
  const extractors = stringMapField(condition, "labelExtractors") ?? {};
  const open = seconds(objectField(value, "alertStrategy") ?? {}, "autoClose", defaultAutoCloseSeconds);
  const oldest = store.now().getTime() - open * 1000;
  const hits = new Map<string, Hit>();
  for (const entry of logEntries(store, project.projectId)) {
    const at = String(entry["timestamp"]);
    if (Date.parse(at) > oldest && matches(entry)) {
      const labels = extractLabels(entry, extractors);
      hits.set(labelKey(labels), { labels, at });
    }
  }
  return [...hits.values()];
}

/** A series fires if its value crossed the threshold at every minute for as long as the duration. */
function judgeThreshold(context: MetricContext, project: Project, condition: JsonObject): Labels[] {
  const { series, aggregation } = readCondition(context, project, condition);
  const missing = ["denominatorFilter", "forecastOptions"].find((name) => condition[name] !== undefined);
  if (missing !== undefined || stringField(condition, "evaluationMissingData") === "EVALUATION_MISSING_DATA_ACTIVE") {
    throw new NotJudged(`the local cloud does not judge ${missing ?? "EVALUATION_MISSING_DATA_ACTIVE"}`);
  }
  const now = context.store.now().getTime();
  const times: number[] = [];
  for (let back = seconds(condition, "duration", 0) * 1000; back >= 0; back -= minuteMs) {
    times.push(now - back);
  }
  const threshold = Number(condition["thresholdValue"] ?? 0);
  const crosses = (value: number) =>
    condition["comparison"] === "COMPARISON_GT" ? value > threshold : value < threshold;
  const all = aggregate(series, aggregation, times);
  const firing = all.filter(
    ({ points }) => points.length === times.length && points.every(({ value }) => crosses(value)),
  );
  const trigger = objectField(condition, "trigger") ?? {};
  const needed = Math.max(Number(trigger["count"] ?? 1), (Number(trigger["percent"] ?? 0) / 100) * all.length);
  return firing.length >= needed ? firing.map(allLabels) : [];
}

/** A series that was there fires if it had no point for as long as the duration. */
function judgeAbsent(context: MetricContext, project: Project, condition: JsonObject): Labels[] {
  const { series, aggregation } = readCondition(context, project, condition);
  const now = [context.store.now().getTime()];
  const within = (alignmentPeriodMs: number) =>
    aggregate(series, { ...aggregation, aligner: "ALIGN_COUNT", alignmentPeriodMs }, now).map(allLabels);
  const present = new Set(within(seconds(condition, "duration", 0) * 1000).map(labelKey));
  return within(retentionMs).filter((labels) => !present.has(labelKey(labels)));
}

function readCondition(context: MetricContext, project: Project, condition: JsonObject) {
  const [first, ...more] = objectListField(condition, "aggregations") ?? [];
  const aggregation = readAggregation(first ?? {});
  if (aggregation.aligner === "ALIGN_NONE" || more.length > 0) {
    throw new NotJudged("the local cloud judges conditions with exactly one aggregation that has an aligner");
  }
  const filter = stringField(condition, "filter")!;
  const types = metricsOf(context.store, project).map(({ type }) => type);
  checkKnown(metricTypes(filter), types);
  return { series: selectSeries(context, project, filter), aggregation };
}

/** A condition on a metric that is never written here would be quiet for ever. */
function checkKnown(names: readonly string[], known: readonly string[]): void {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new NotJudged(`the local cloud has no metric ${unknown}`);
  }
}

function allLabels({ metricLabels, resourceLabels }: LabelledSeries): Labels {
  return { ...resourceLabels, ...metricLabels };
}

function seconds(body: JsonObject, name: string, fallback: number): number {
  return durationSeconds(stringField(body, name) ?? "") ?? fallback;
}
