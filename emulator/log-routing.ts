import { type JsonObject, objectListField, stringField } from "./fields";
import { logEntries } from "./log-entries";
import { compileLogFilter, type LogFilter } from "./log-filter";
import { logBuckets } from "./services/log-buckets";
import { logSinks } from "./services/log-sinks";
import type { LogBucket, LogSink, Project, Store } from "./store";

const day = 24 * 60 * 60 * 1000;

/**
 * The entries of a project that its log buckets hold: those that a sink brought there and whose time is not up. Which sink an
 * entry went through is found out when it is read, by the sinks as they are then; one that was made later than the entry does
 * not count.
 *
 * @param bucket only what this bucket holds
 * @see https://docs.cloud.google.com/logging/docs/routing/overview
 */
export function storedEntries(store: Store, project: Project, bucket?: LogBucket): JsonObject[] {
  const buckets = bucket ? [bucket] : logBuckets(store, project);
  const routes = logSinks(store, project)
    .filter(({ value }) => value["disabled"] !== true)
    .flatMap((sink) => {
      const target = buckets.find((candidate) => isDestination(sink, candidate, project));
      return target ? [routeOf(store, sink, target)] : [];
    });
  return logEntries(store, project.projectId).filter((entry) => routes.some((holds) => holds(entry)));
}

function isDestination({ value }: LogSink, { id, location, deleteTime }: LogBucket, project: Project): boolean {
  return (
    deleteTime === undefined &&
    [project.projectId, project.projectNumber].some(
      (name) => value["destination"] === `logging.googleapis.com/projects/${name}/locations/${location}/buckets/${id}`,
    )
  );
}

function routeOf(store: Store, sink: LogSink, bucket: LogBucket): LogFilter {
  const accepted = compileLogFilter(stringField(sink.value, "filter") ?? "");
  const excluded = (objectListField(sink.value, "exclusions") ?? [])
    .filter(({ disabled }) => disabled !== true)
    .map((exclusion) => compileLogFilter(stringField(exclusion, "filter") ?? ""));
  const kept = store.now().getTime() - Number(bucket.value["retentionDays"]) * day;
  const oldest = Math.max(kept, Date.parse(sink.createTime));
  return (entry) =>
    Date.parse(String(entry["timestamp"])) >= oldest && accepted(entry) && !excluded.some((filter) => filter(entry));
}
