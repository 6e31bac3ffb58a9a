import { alreadyExists, failedPrecondition, invalidArgument, notFound } from "../errors";
import {
  applyMask,
  booleanField,
  type JsonObject,
  maskPaths,
  objectField,
  objectListField,
  rejectUnknownFields,
  stringField,
  withoutDefaults,
} from "../fields";
import { compileLogFilter } from "../log-filter";
import { paginate } from "../paging";
import { type AuditedMethod, type Call, enabledProject, type Route, route } from "../service";
import type { LogSink, Project, Store } from "../store";

const api = "logging.googleapis.com";

/**
 * Sinks of projects. A sink to a log bucket decides what `entries:list` finds, see log-routing.ts; to Cloud Storage, BigQuery
 * and Pub/Sub nothing is written.
 */
export const sinkRoutes: readonly Route[] = [
  route("POST", "/v2/{parent=projects/*}/sinks", createSink, audited("CreateSink", "create")),
  route("GET", "/v2/{parent=projects/*}/sinks", listSinks),
  route("GET", "/v2/{sink_name=projects/*/sinks/*}", (call) => sinkJson(sink(call))),
  route("PATCH", "/v2/{sink_name=projects/*/sinks/*}", updateSink, audited("UpdateSink", "update")),
  route("PUT", "/v2/{sink_name=projects/*/sinks/*}", updateSink, audited("UpdateSink", "update")),
  route("DELETE", "/v2/{sink_name=projects/*/sinks/*}", deleteSink, audited("DeleteSink", "delete")),
];

function audited(method: string, permission: string): AuditedMethod {
  return { method: `google.logging.v2.ConfigServiceV2.${method}`, permission: `logging.sinks.${permission}` };
}

/** @see https://docs.cloud.google.com/logging/docs/reference/v2/rest/v2/projects.sinks#LogSink */
const namePattern = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;
const destinationPattern =
  /^(?:storage\.googleapis\.com\/[^/]+|bigquery\.googleapis\.com\/projects\/[^/]+\/datasets\/[^/]+|pubsub\.googleapis\.com\/projects\/[^/]+\/topics\/[^/]+|logging\.googleapis\.com\/projects\/[^/]+(?:\/locations\/[^/]+\/buckets\/[^/]+)?)$/;
const fields = [
  "name",
  "destination",
  "filter",
  "description",
  "disabled",
  "exclusions",
  "bigqueryOptions",
  "includeChildren",
  "interceptChildren",
  "outputVersionFormat",
  "writerIdentity",
  "createTime",
  "updateTime",
  "resourceName",
];
/** Without a mask only these are changed. */
const defaultMask = ["destination", "filter", "includeChildren"];
const sharedIdentity = "serviceAccount:cloud-logs@system.gserviceaccount.com";

/** What goes to `_Required` and what to `_Default`, as https://docs.cloud.google.com/logging/docs/export/configure_export_v2 shows it. */
const requiredLogs = [
  "cloudaudit.googleapis.com/activity",
  "externalaudit.googleapis.com/activity",
  "cloudaudit.googleapis.com/system_event",
  "externalaudit.googleapis.com/system_event",
  "cloudaudit.googleapis.com/access_transparency",
  "externalaudit.googleapis.com/access_transparency",
];
const defaultSinks: Readonly<Record<string, string>> = {
  _Default: requiredLogs.map((id) => `NOT LOG_ID("${id}")`).join(" AND "),
  _Required: requiredLogs.map((id) => `LOG_ID("${id}")`).join(" OR "),
};

/** The sinks of a project, by name. */
export function logSinks(store: Store, project: Project): readonly LogSink[] {
  ensureDefaults(store, project);
  return store.logSinks.list(project.projectId);
}

/** Every project has two sinks from the start. `_Default` can be deleted for good, `_Required` cannot be changed. */
function ensureDefaults(store: Store, { projectId, createTime }: Project): void {
  if (store.logSinks.get(projectId, "_Required")) {
    return;
  }
  for (const [name, filter] of Object.entries(defaultSinks)) {
    const destination = `logging.googleapis.com/projects/${projectId}/locations/global/buckets/${name}`;
    store.logSinks.set(projectId, name, {
      name,
      projectId,
      createTime,
      updateTime: createTime,
      value: { destination, filter },
    });
  }
}

function createSink(call: Call): object {
  const project = sinkProject(call);
  const name = stringField(call.body, "name") ?? "";
  if (!namePattern.test(name)) {
    throw invalidArgument(`The name of a sink must match ${namePattern.source}, got: ${name}`);
  }
  if (call.store.logSinks.get(project.projectId, name)) {
    throw alreadyExists(`Sink ${name} already exists`);
  }
  const now = call.store.timestamp();
  const record: LogSink = {
    name,
    projectId: project.projectId,
    createTime: now,
    updateTime: now,
    value: { ...readValue(call.body), writerIdentity: writerIdentity(call, project) },
  };
  call.store.logSinks.set(project.projectId, name, record);
  return sinkJson(record);
}

/** Whether a sink to a bucket of its own project has an identity at all at Google is not known; here it has. */
function writerIdentity(call: Call, { projectNumber }: Project): string {
  const custom = call.query.get("customWriterIdentity") ?? "";
  const unique = call.query.get("uniqueWriterIdentity") === "true";
  const own = `serviceAccount:service-${projectNumber}@gcp-sa-logging.iam.gserviceaccount.com`;
  return custom !== "" ? custom : unique ? own : sharedIdentity;
}

function readValue(body: JsonObject): JsonObject {
  rejectUnknownFields(body, fields, "sink");
  const destination = stringField(body, "destination") ?? "";
  if (!destinationPattern.test(destination)) {
    throw invalidArgument(
      "The destination of a sink must be a bucket, dataset, topic, log bucket or project, e.g. " +
        `storage.googleapis.com/BUCKET, got: ${destination}`,
    );
  }
  const filter = stringField(body, "filter");
  compileLogFilter(filter ?? "");
  return withoutDefaults({
    destination,
    filter,
    description: stringField(body, "description"),
    disabled: booleanField(body, "disabled"),
    exclusions: readExclusions(body),
    bigqueryOptions: objectField(body, "bigqueryOptions"),
    includeChildren: booleanField(body, "includeChildren"),
  });
}

function readExclusions(body: JsonObject): JsonObject[] {
  return (objectListField(body, "exclusions") ?? []).map((exclusion, index) => {
    const name = stringField(exclusion, "name") ?? "";
    const filter = stringField(exclusion, "filter") ?? "";
    if (name === "" || filter === "") {
      throw invalidArgument(`exclusions[${index}] needs a name and a filter.`);
    }
    compileLogFilter(filter);
    const description = stringField(exclusion, "description");
    return withoutDefaults({ name, filter, description, disabled: booleanField(exclusion, "disabled") });
  });
}

function updateSink(call: Call): object {
  const target = sink(call);
  if (target.name === "_Required") {
    throw failedPrecondition("The sink _Required cannot be changed.");
  }
  const paths = maskPaths(call.query.get("updateMask")) ?? defaultMask;
  const unknown = paths.find((path) => !fields.includes(path.split(".")[0]!));
  if (unknown !== undefined) {
    throw invalidArgument(`update_mask: ${unknown} cannot be changed.`);
  }
  const { writerIdentity: identity = sharedIdentity, ...old } = target.value;
  const isUnique = identity !== sharedIdentity || call.query.get("uniqueWriterIdentity") !== "true";
  target.value = {
    ...readValue(applyMask(old, call.body, paths)),
    writerIdentity: isUnique ? identity : writerIdentity(call, sinkProject(call)),
  };
  target.updateTime = call.store.timestamp();
  return sinkJson(target);
}

function deleteSink(call: Call): object {
  const target = sink(call);
  if (target.name === "_Required") {
    throw failedPrecondition("The sink _Required cannot be deleted.");
  }
  call.store.logSinks.delete(target.projectId, target.name);
  return {};
}

function listSinks(call: Call): object {
  const { projectId } = sinkProject(call);
  const page = paginate(call.store.logSinks.list(projectId), ({ name }) => name, call.query, {
    scope: `${projectId} sinks`,
    defaultSize: 50,
    maxSize: 1000,
  });
  return {
    sinks: page.items.map(sinkJson),
    ...(page.nextPageToken && { nextPageToken: page.nextPageToken }),
  };
}

function sinkProject(call: Call): Project {
  const project = enabledProject(call, call.wildcards[0]!, api);
  ensureDefaults(call.store, project);
  return project;
}

function sink(call: Call): LogSink {
  const found = call.store.logSinks.get(sinkProject(call).projectId, call.wildcards[1]!);
  if (!found) {
    throw notFound(`Sink ${call.wildcards[1]} does not exist`);
  }
  return found;
}

function sinkJson({ name, projectId, value, createTime, updateTime }: LogSink): object {
  return { name, ...value, resourceName: `projects/${projectId}/sinks/${name}`, createTime, updateTime };
}
