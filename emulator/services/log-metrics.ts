import { alreadyExists, invalidArgument, notFound } from "../errors";
import {
  booleanField,
  type JsonObject,
  objectField,
  objectListField,
  rejectUnknownFields,
  stringField,
  stringMapField,
  withoutDefaults,
} from "../fields";
import { compileLogFilter } from "../log-filter";
import { paginate } from "../paging";
import { type AuditedMethod, type Call, enabledProject, type Route, route } from "../service";
import type { LogMetric, Project, Store } from "../store";

const api = "logging.googleapis.com";

/** Log-based metrics, whose names may hold slashes. */
export const metricRoutes: readonly Route[] = [
  route("POST", "/v2/{parent=projects/*}/metrics", createMetric, audited("CreateLogMetric", "create")),
  route("GET", "/v2/{parent=projects/*}/metrics", listMetrics),
  route("GET", "/v2/{metric_name=projects/*/metrics/*}", (call) => metricJson(metric(call))),
  route("PUT", "/v2/{metric_name=projects/*/metrics/*}", updateMetric, audited("UpdateLogMetric", "update")),
  route("DELETE", "/v2/{metric_name=projects/*/metrics/*}", deleteMetric, audited("DeleteLogMetric", "delete")),
];

/** The metrics of a project, by name. A metric counts only what is logged after it was made. */
export function logMetrics(store: Store, projectId: string): readonly LogMetric[] {
  return store.logMetrics.list(projectId);
}

/** The type under which Cloud Monitoring knows a metric. */
export function logMetricType(name: string): string {
  return `logging.googleapis.com/user/${name}`;
}

function audited(method: string, permission: string): AuditedMethod {
  return { method: `google.logging.v2.MetricsServiceV2.${method}`, permission: `logging.logMetrics.${permission}` };
}

/** @see https://docs.cloud.google.com/logging/docs/reference/v2/rest/v2/projects.metrics#LogMetric */
const namePattern = /^(?!\/)[A-Za-z0-9_\-.,+!*',()%/]{1,100}$/;
const maxDescription = 8000;
const fields = [
  "name",
  "description",
  "filter",
  "bucketName",
  "disabled",
  "metricDescriptor",
  "valueExtractor",
  "labelExtractors",
  "bucketOptions",
  "version",
  "createTime",
  "updateTime",
];
const extractor = /^(?:EXTRACT\(.+\)|REGEXP_EXTRACT\(.+,\s*".*"\))$/;

function createMetric(call: Call): object {
  const project = enabledProject(call, call.wildcards[0]!, api);
  const name = stringField(call.body, "name") ?? "";
  if (!namePattern.test(name)) {
    throw invalidArgument(`The name of a metric must match ${namePattern.source}, got: ${name}`);
  }
  if (call.store.logMetrics.get(project.projectId, name)) {
    throw alreadyExists(`Metric ${name} already exists`);
  }
  return metricJson(keep(call, project, name, call.store.timestamp()));
}

/** A PUT makes the metric if there is none. */
function updateMetric(call: Call): object {
  const project = enabledProject(call, call.wildcards[0]!, api);
  const name = call.wildcards[1]!;
  const sent = stringField(call.body, "name");
  if (!namePattern.test(name) || (sent !== undefined && sent !== name)) {
    throw invalidArgument(`The name in the metric must be that of the path, ${name}, got: ${sent ?? ""}`);
  }
  const created = call.store.logMetrics.get(project.projectId, name)?.createTime ?? call.store.timestamp();
  return metricJson(keep(call, project, name, created));
}

function keep(call: Call, project: Project, name: string, createTime: string): LogMetric {
  const record: LogMetric = {
    name,
    projectId: project.projectId,
    createTime,
    updateTime: call.store.timestamp(),
    value: readValue(call.body, project, name),
  };
  call.store.logMetrics.set(project.projectId, name, record);
  return record;
}

/** Which words Google refuses a metric with is not known. */
function readValue(body: JsonObject, project: Project, name: string): JsonObject {
  rejectUnknownFields(body, fields, "metric");
  const filter = stringField(body, "filter") ?? "";
  const description = stringField(body, "description");
  if (filter === "") {
    throw invalidArgument("The filter of a metric must not be empty.");
  }
  if ((description ?? "").length > maxDescription) {
    throw invalidArgument(`The description of a metric must have at most ${maxDescription} characters.`);
  }
  compileLogFilter(filter);
  const valueExtractor = stringField(body, "valueExtractor");
  const labelExtractors = stringMapField(body, "labelExtractors") ?? {};
  const descriptor = readDescriptor(objectField(body, "metricDescriptor") ?? {}, valueExtractor);
  checkExtractors(descriptor, valueExtractor, labelExtractors);
  const type = logMetricType(name);
  return withoutDefaults({
    filter,
    description,
    bucketName: stringField(body, "bucketName"),
    disabled: booleanField(body, "disabled"),
    metricDescriptor: { ...descriptor, name: `projects/${project.projectId}/metricDescriptors/${type}`, type },
    valueExtractor,
    ...(Object.keys(labelExtractors).length > 0 && { labelExtractors }),
    bucketOptions: objectField(body, "bucketOptions"),
  });
}

function readDescriptor(given: JsonObject, valueExtractor: string | undefined): JsonObject {
  const valueType = stringField(given, "valueType") || (valueExtractor ? "DISTRIBUTION" : "INT64");
  const metricKind = stringField(given, "metricKind") || "DELTA";
  if (metricKind !== "DELTA") {
    throw invalidArgument(`metricDescriptor.metricKind must be DELTA, got: ${metricKind}`);
  }
  const labels = objectListField(given, "labels") ?? [];
  return withoutDefaults({
    metricKind,
    valueType,
    unit: stringField(given, "unit") || "1",
    labels,
    displayName: stringField(given, "displayName"),
    description: stringField(given, "description"),
  });
}

function checkExtractors(
  descriptor: JsonObject,
  valueExtractor: string | undefined,
  labelExtractors: Record<string, string>,
): void {
  if (descriptor["valueType"] === "DISTRIBUTION" && !valueExtractor) {
    throw invalidArgument("A metric with the value type DISTRIBUTION needs a valueExtractor.");
  }
  const labels = (objectListField(descriptor, "labels") ?? []).map((label) => stringField(label, "key"));
  for (const [label, expression] of Object.entries(labelExtractors)) {
    if (!labels.includes(label)) {
      throw invalidArgument(`labelExtractors.${label}: metricDescriptor.labels has no label of this key.`);
    }
    checkExtractor(`labelExtractors.${label}`, expression);
  }
  if (valueExtractor) {
    checkExtractor("valueExtractor", valueExtractor);
  }
}

function checkExtractor(field: string, expression: string): void {
  if (!extractor.test(expression)) {
    throw invalidArgument(`${field} must be EXTRACT(field) or REGEXP_EXTRACT(field, "regex"), got: ${expression}`);
  }
}

function deleteMetric(call: Call): object {
  const target = metric(call);
  call.store.logMetrics.delete(target.projectId, target.name);
  return {};
}

function listMetrics(call: Call): object {
  const { projectId } = enabledProject(call, call.wildcards[0]!, api);
  const page = paginate(call.store.logMetrics.list(projectId), ({ name }) => name, call.query, {
    scope: `${projectId} metrics`,
    defaultSize: 50,
    maxSize: 1000,
  });
  return {
    ...(page.items.length > 0 && { metrics: page.items.map(metricJson) }),
    ...(page.nextPageToken && { nextPageToken: page.nextPageToken }),
  };
}

function metric(call: Call): LogMetric {
  const { projectId } = enabledProject(call, call.wildcards[0]!, api);
  const found = call.store.logMetrics.get(projectId, call.wildcards[1]!);
  if (!found) {
    throw notFound(`Metric ${call.wildcards[1]} does not exist`);
  }
  return found;
}

function metricJson({ name, value, createTime, updateTime }: LogMetric): object {
  return { name, ...value, createTime, updateTime };
}
