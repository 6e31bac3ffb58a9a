import { alreadyExists, failedPrecondition, invalidArgument, notFound } from "../errors";
import {
  applyMask,
  booleanField,
  type JsonObject,
  maskPaths,
  objectField,
  objectListField,
  stringField,
  stringListField,
  withoutDefaults,
} from "../fields";
import { startOperation } from "../operations";
import { paginate } from "../paging";
import { type AuditedMethod, type Call, enabledProject, type Route, route } from "../service";
import { type LogBucket, type Project, root, type Store } from "../store";

const api = "logging.googleapis.com";

/** Buckets for logs. What is in them is found out when it is read, see log-routing.ts. */
export const bucketRoutes: readonly Route[] = [
  route("POST", "/v2/{parent=projects/*/locations/*}/buckets", createBucketCall, audited("CreateBucket", "create")),
  route("POST", "/v2/{parent=projects/*/locations/*}/buckets:createAsync", createAsync, {
    ...audited("CreateBucketAsync", "create"),
    longRunning: true,
  }),
  route("GET", "/v2/{parent=projects/*/locations/*}/buckets", listBuckets),
  route("GET", "/v2/{name=projects/*/locations/*/buckets/*}", (call) => bucketJson(bucket(call))),
  route("PATCH", "/v2/{name=projects/*/locations/*/buckets/*}", updateBucketCall, audited("UpdateBucket", "update")),
  route("POST", "/v2/{name=projects/*/locations/*/buckets/*}:updateAsync", updateAsync, {
    ...audited("UpdateBucketAsync", "update"),
    longRunning: true,
  }),
  route("DELETE", "/v2/{name=projects/*/locations/*/buckets/*}", deleteBucket, audited("DeleteBucket", "delete")),
  route("POST", "/v2/{name=projects/*/locations/*/buckets/*}:undelete", undeleteBucket, {
    ...audited("UndeleteBucket", "undelete"),
  }),
  route("GET", "/v2/{name=projects/*/locations/*/operations/*}", getOperation),
];

function audited(method: string, permission: string): AuditedMethod {
  return { method: `google.logging.v2.ConfigServiceV2.${method}`, permission: `logging.buckets.${permission}` };
}

const idPattern = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;
const maxRetentionDays = 3650;
/** @see https://docs.cloud.google.com/logging/docs/buckets#delete-bucket */
const keepDeletedMs = 7 * 24 * 60 * 60 * 1000;
const mutableFields = [
  "description",
  "retentionDays",
  "locked",
  "indexConfigs",
  "cmekSettings",
  "analyticsEnabled",
  "restrictedFields",
];
const defaultBuckets: Readonly<Record<string, JsonObject>> = {
  _Default: { description: "Default bucket", retentionDays: 30 },
  _Required: { description: "Audit bucket", retentionDays: 400, locked: true },
};

/** The buckets of a project, deleted ones too for seven days. */
export function logBuckets(store: Store, project: Project): readonly LogBucket[] {
  ensureDefaults(store, project);
  return store.logBuckets
    .ids(project.projectId)
    .map((key) => kept(store, project.projectId, key))
    .filter((bucket) => bucket !== undefined);
}

/** Every project has two buckets from the start, which cannot be deleted. */
function ensureDefaults(store: Store, { projectId, createTime }: Project): void {
  for (const [id, value] of Object.entries(defaultBuckets)) {
    const key = `global/${id}`;
    if (!store.logBuckets.get(projectId, key)) {
      store.logBuckets.set(projectId, key, {
        id,
        projectId,
        location: "global",
        createTime,
        updateTime: createTime,
        value,
      });
    }
  }
}

function createBucketCall(call: Call): object {
  return bucketJson(prepareCreate(call)());
}

function createAsync(call: Call): object {
  const create = prepareCreate(call);
  return operation(call, () => bucketJson(create()));
}

/** Finds what is wrong before anything is started. */
function prepareCreate(call: Call): () => LogBucket {
  const { projectId } = bucketProject(call);
  const { store } = call;
  const location = call.wildcards[1]!;
  const id = call.query.get("bucketId") ?? "";
  if (!idPattern.test(id)) {
    throw invalidArgument(`bucketId must match ${idPattern.source}, got: ${id}`);
  }
  const key = `${location}/${id}`;
  const check = () => {
    // A deleted bucket keeps its name for seven days.
    if (kept(store, projectId, key)) {
      throw alreadyExists(`Bucket ${id} already exists`);
    }
  };
  check();
  const value = readValue(call.body);
  return () => {
    check();
    const now = store.timestamp();
    const record: LogBucket = { id, projectId, location, createTime: now, updateTime: now, value };
    store.logBuckets.set(projectId, key, record);
    return record;
  };
}

function readValue(body: JsonObject): JsonObject {
  const retentionDays = body["retentionDays"] || 30;
  if (typeof retentionDays !== "number" || !Number.isInteger(retentionDays) || retentionDays < 1) {
    throw invalidArgument(`retentionDays must be a whole number of at least 1, got: ${String(retentionDays)}`);
  }
  if (retentionDays > maxRetentionDays) {
    throw invalidArgument(`retentionDays must be at most ${maxRetentionDays}, got: ${retentionDays}`);
  }
  return withoutDefaults({
    description: stringField(body, "description"),
    retentionDays,
    locked: booleanField(body, "locked"),
    indexConfigs: objectListField(body, "indexConfigs"),
    cmekSettings: objectField(body, "cmekSettings"),
    analyticsEnabled: booleanField(body, "analyticsEnabled"),
    restrictedFields: stringListField(body, "restrictedFields"),
  });
}

function updateBucketCall(call: Call): object {
  return bucketJson(prepareUpdate(call)());
}

function updateAsync(call: Call): object {
  const update = prepareUpdate(call);
  return operation(call, () => bucketJson(update()));
}

/** What Google says to a change of a locked bucket is not known in words. */
function prepareUpdate(call: Call): () => LogBucket {
  const target = liveBucket(call);
  const paths = maskPaths(call.query.get("updateMask"));
  if (!paths) {
    throw invalidArgument("update_mask: is missing. Name the fields to change.");
  }
  const unknown = paths.find((path) => !mutableFields.includes(path.split(".")[0]!));
  if (unknown !== undefined) {
    throw invalidArgument(`update_mask: ${unknown} cannot be changed.`);
  }
  const value = readValue(applyMask(target.value, call.body, paths));
  if (target.value["locked"] === true && (!value["locked"] || paths.includes("retentionDays"))) {
    throw failedPrecondition(`Bucket ${target.id} is locked: its retention cannot be changed any more.`);
  }
  return () => {
    target.value = value;
    target.updateTime = call.store.timestamp();
    return target;
  };
}

function deleteBucket(call: Call): object {
  const target = liveBucket(call);
  if (Object.hasOwn(defaultBuckets, target.id)) {
    throw invalidArgument(`The bucket ${target.id} cannot be deleted.`);
  }
  if (target.value["locked"] === true) {
    throw failedPrecondition(`Bucket ${target.id} is locked and cannot be deleted.`);
  }
  target.deleteTime = call.store.timestamp();
  return {};
}

function undeleteBucket(call: Call): object {
  const target = bucket(call);
  if (target.deleteTime === undefined) {
    throw failedPrecondition(`Bucket ${target.id} is not deleted`);
  }
  delete target.deleteTime;
  return {};
}

function listBuckets(call: Call): object {
  const project = bucketProject(call);
  const { projectId } = project;
  const location = call.wildcards[1]!;
  const all = logBuckets(call.store, project).filter((entry) => location === "-" || entry.location === location);
  const page = paginate(all, (entry) => `${entry.location}/${entry.id}`, call.query, {
    scope: `${projectId} ${location} buckets`,
    defaultSize: 50,
    maxSize: 1000,
  });
  return {
    ...(page.items.length > 0 && { buckets: page.items.map(bucketJson) }),
    ...(page.nextPageToken && { nextPageToken: page.nextPageToken }),
  };
}

function operation(call: Call, effect: () => object): object {
  const [project, location] = call.wildcards;
  return startOperation(call.store, {
    prefix: `projects/${project}/locations/${location}/operations/`,
    delayMs: call.settings.operationDelayMs,
    effect: () => ({ "@type": "type.googleapis.com/google.logging.v2.LogBucket", ...effect() }),
  });
}

function getOperation(call: Call): object {
  const [project, location, id] = call.wildcards;
  const found = call.store.operations.get(root, `projects/${project}/locations/${location}/operations/${id}`);
  if (!found) {
    throw notFound(`Operation ${id} does not exist`);
  }
  return found;
}

function bucketProject(call: Call): Project {
  const project = enabledProject(call, call.wildcards[0]!, api);
  ensureDefaults(call.store, project);
  return project;
}

/** A deleted bucket is still shown, for seven days. */
function bucket(call: Call): LogBucket {
  const { projectId } = bucketProject(call);
  const found = kept(call.store, projectId, `${call.wildcards[1]}/${call.wildcards[2]}`);
  if (!found) {
    throw notFound(`Bucket \`${call.wildcards[2]}\` does not exist`);
  }
  return found;
}

function liveBucket(call: Call): LogBucket {
  const found = bucket(call);
  if (found.deleteTime !== undefined) {
    throw failedPrecondition(`Bucket ${found.id} is deleted. Undelete it first.`);
  }
  return found;
}

function kept(store: Store, projectId: string, key: string): LogBucket | undefined {
  const found = store.logBuckets.get(projectId, key);
  if (found?.deleteTime !== undefined && Date.parse(found.deleteTime) <= store.now().getTime() - keepDeletedMs) {
    store.logBuckets.delete(projectId, key);
    return undefined;
  }
  return found;
}

function bucketJson({ id, projectId, location, value, createTime, updateTime, deleteTime }: LogBucket): object {
  return {
    name: `projects/${projectId}/locations/${location}/buckets/${id}`,
    ...value,
    lifecycleState: deleteTime === undefined ? "ACTIVE" : "DELETE_REQUESTED",
    createTime,
    updateTime,
  };
}
