import { createHash, randomUUID } from "node:crypto";
import { withAudit } from "../audit-log";
import { testedPermissions } from "../denials";
import { ApiError, invalidArgument, notFound } from "../errors";
import {
  isObject,
  type JsonObject,
  objectField,
  objectListField,
  stringField,
  stringListField,
  stringMapField,
} from "../fields";
import { deletePolicy, getPolicy, setPolicy } from "../iam-policy";
import { paginate } from "../paging";
import {
  type AuditedMethod,
  type AuditType,
  type Call,
  Reply,
  type Route,
  reading,
  route,
  type Service,
  unknownProject,
} from "../service";
import { type Bucket, type NoncurrentObject, root, type Store, type StoredObject } from "../store";
import { checkKey, readBucket, storageAgent } from "./bucket-rules";
import {
  allVersions,
  applyLifecycle,
  deleteVersion,
  findVersion,
  isEmpty,
  removeLive,
  replaceLive,
} from "./object-versions";
import { crc32c } from "./secret-manager";

const api = "storage.googleapis.com";

/**
 * Cloud Storage v1 as the backend of Terraform uses it: buckets, objects with generation preconditions, uploads.
 * Soft-deleted objects are not kept, and no access logs are written.
 */
export const cloudStorage: Service = {
  api,
  errors: "full",
  routes: [
    route("POST", "/storage/v1/b", createBucketCall, {
      ...audited("storage.buckets.create"),
      resource: (call) => `projects/_/buckets/${String(call.body["name"] ?? "")}`,
      owner: (call) => `projects/${call.query.get("project") ?? ""}`,
    }),
    route("GET", "/storage/v1/b", listBuckets),
    reading("storage.buckets.get", "/storage/v1/b/{bucket}", (call) => bucketJson(call, bucket(call))),
    route("PATCH", "/storage/v1/b/{bucket}", updateBucket, audited("storage.buckets.update")),
    route("DELETE", "/storage/v1/b/{bucket}", deleteBucket, audited("storage.buckets.delete")),
    route("GET", "/storage/v1/b/{bucket}/iam", (call) =>
      bucketPolicy(call, getPolicy(call.store, resourceOf(bucket(call)))),
    ),
    route("PUT", "/storage/v1/b/{bucket}/iam", setBucketPolicy, {
      ...audited("storage.setIamPermissions", "storage.buckets.setIamPolicy"),
      policyOf: (call) => resourceOf(bucket(call)),
    }),
    route("GET", "/storage/v1/b/{bucket}/iam/testPermissions", (call) => {
      bucket(call);
      return {
        kind: "storage#testIamPermissionsResponse",
        ...testedPermissions(call, call.query.getAll("permissions")),
      };
    }),
    // Which method Google writes for a lock is not known; it needs this permission.
    route("POST", "/storage/v1/b/{bucket}/lockRetentionPolicy", lockRetentionPolicy, audited("storage.buckets.update")),
    route("GET", "/storage/v1/b/{bucket}/anywhereCaches", (call) => {
      bucket(call);
      return { kind: "storage#anywhereCaches" };
    }),
    route("GET", "/storage/v1/b/{bucket}/o", listObjects, { ...audited("storage.objects.list"), type: "DATA_READ" }),
    route("GET", "/storage/v1/b/{bucket}/o/{object}", getObject, auditedObject("get", "DATA_READ")),
    route("DELETE", "/storage/v1/b/{bucket}/o/{object}", deleteObject, auditedObject("delete", "DATA_WRITE")),
    route("GET", "/storage/v1/projects/{project}/serviceAccount", getProjectAccount),
  ],
};

/** Uploads, which clients send to the host's root. An object is logged when all of it is here, see `finishUpload`. */
export const storageUploads: Service = {
  api,
  errors: "full",
  routes: [
    rawRoute("POST", "/upload/storage/v1/b/{bucket}/o", upload),
    rawRoute("PUT", "/upload/storage/v1/b/{bucket}/o", upload),
  ],
};

/** Reads in the style of the XML API, at the host's root as well. */
export const storageObjects: Service = {
  api,
  errors: "full",
  routes: [route("GET", "/{bucket}/{object=**}", readObjectXml, auditedObject("get", "DATA_READ"))],
};

/** @see https://docs.cloud.google.com/storage/docs/audit-logging */
function audited(method: string, permission = method): AuditedMethod {
  return {
    method,
    permission,
    resource: (call) => `projects/_/buckets/${call.wildcards[0]}`,
    owner: ownerOf,
    monitored: (call, project) => {
      const name = call.wildcards[0] ?? String(call.body["name"] ?? "");
      const location = String(call.store.buckets.get(root, name)?.value["location"] ?? "").toLowerCase();
      return { type: "gcs_bucket", labels: { bucket_name: name, location, project_id: project.projectId } };
    },
  };
}

function auditedObject(verb: "create" | "get" | "delete", type: AuditType, uploaded?: string): AuditedMethod {
  return {
    ...audited(`storage.objects.${verb}`),
    type,
    resource: ({ wildcards: [bucketName, name = uploaded] }) => `projects/_/buckets/${bucketName}/objects/${name}`,
  };
}

/** The project of the bucket in a path; none for one that does not exist. */
function ownerOf({ store, wildcards: [name] }: Call): string | undefined {
  const found = store.buckets.get(root, name!);
  return found && `projects/${found.projectNumber}`;
}

const bucketPattern = /^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/;

function rawRoute(method: string, template: string, handler: Route["handler"]): Route {
  return { method, template, handler, raw: true };
}

export function createBucket(store: Store, projectNumber: string, name: string, body: JsonObject): Bucket {
  if (!bucketPattern.test(name)) {
    throw invalidArgument(`Invalid bucket name: '${name}'`);
  }
  if (store.buckets.get(root, name)) {
    throw new ApiError("ALREADY_EXISTS", "The requested bucket name is not available.", { reason: "conflict" });
  }
  const { name: _, ...value } = withoutNulls(body);
  const now = store.timestamp();
  const record: Bucket = {
    name,
    projectNumber,
    value: readBucket(store, { name, projectNumber, before: undefined }, value),
    metageneration: 1,
    timeCreated: now,
    updated: now,
  };
  store.buckets.set(root, name, record);
  return record;
}

function createBucketCall(call: Call): object {
  const id = call.query.get("project") ?? "";
  const project = call.store.project(id);
  if (project?.lifecycleState !== "ACTIVE") {
    throw unknownProject(id, api);
  }
  const name = stringField(call.body, "name") ?? "";
  return bucketJson(call, createBucket(call.store, project.projectNumber, name, call.body));
}

function listBuckets(call: Call): object {
  const project = call.store.project(call.query.get("project") ?? "");
  if (!project) {
    throw unknownProject(call.query.get("project") ?? "", api);
  }
  const all = call.store.buckets.list(root).filter((entry) => entry.projectNumber === project.projectNumber);
  const page = paginate(all, (entry) => entry.name, call.query, {
    scope: `${project.projectId} buckets`,
    defaultSize: 1000,
    maxSize: 1000,
  });
  return {
    kind: "storage#buckets",
    ...(page.items.length > 0 && { items: page.items.map((entry) => bucketJson(call, entry)) }),
    ...(page.nextPageToken && { nextPageToken: page.nextPageToken }),
  };
}

/** A JSON merge patch: null removes. */
function updateBucket(call: Call): object {
  const target = bucket(call);
  const { name: _, ...change } = call.body;
  const { name: bucketName, projectNumber, value: before } = target;
  target.value = readBucket(call.store, { name: bucketName, projectNumber, before }, mergePatch(before, change));
  touch(call, target);
  return bucketJson(call, target);
}

/** For good: a locked policy can only grow. */
function lockRetentionPolicy(call: Call): object {
  const target = bucket(call);
  const policy = objectField(target.value, "retentionPolicy");
  if (!policy) {
    throw invalidArgument(`Bucket ${target.name} has no retention policy to lock.`);
  }
  if (call.query.get("ifMetagenerationMatch") !== String(target.metageneration)) {
    throw conditionNotMet();
  }
  target.value = { ...target.value, retentionPolicy: { ...policy, isLocked: true } };
  touch(call, target);
  return bucketJson(call, target);
}

function touch(call: Call, target: Bucket): void {
  target.metageneration += 1;
  target.updated = call.store.timestamp();
}

function deleteBucket(call: Call): Reply {
  const target = bucket(call);
  if (!isEmpty(call.store, target.name)) {
    throw new ApiError("ALREADY_EXISTS", "The bucket you tried to delete is not empty.", { reason: "conflict" });
  }
  call.store.buckets.delete(root, target.name);
  deletePolicy(call.store, resourceOf(target));
  return new Reply(204, {});
}

/** Storage takes the bare policy. */
function setBucketPolicy(call: Call): object {
  const target = bucket(call);
  const { kind: _kind, resourceId: _id, ...policy } = call.body;
  if (isPublic(policy) && objectField(target.value, "iamConfiguration")?.["publicAccessPrevention"] === "enforced") {
    throw new ApiError(
      "FAILED_PRECONDITION",
      "The member bindings allUsers and allAuthenticatedUsers are not allowed since public access prevention is enforced.",
      { http: 412, reason: "conditionNotMet" },
    );
  }
  return bucketPolicy(call, setPolicy(call.store, resourceOf(target), policy));
}

function isPublic(policy: JsonObject): boolean {
  return (objectListField(policy, "bindings") ?? [])
    .flatMap((binding) => stringListField(binding, "members") ?? [])
    .some((member) => member === "allUsers" || member === "allAuthenticatedUsers");
}

function bucketPolicy(call: Call, policy: object): object {
  return { kind: "storage#policy", resourceId: `projects/_/buckets/${call.wildcards[0]}`, ...policy };
}

function getProjectAccount(call: Call): object {
  const project = call.store.project(call.wildcards[0]!);
  if (!project) {
    throw unknownProject(call.wildcards[0]!, api);
  }
  return {
    kind: "storage#serviceAccount",
    email_address: storageAgent(project.projectNumber),
  };
}

/** Objects below a prefix, or all their versions; with a delimiter those deeper are only counted as prefixes. */
function listObjects(call: Call): object {
  const target = bucket(call);
  const prefix = call.query.get("prefix") ?? "";
  const delimiter = call.query.get("delimiter") ?? "";
  const versions = call.query.get("versions") === "true";
  const all = versions ? allVersions(call.store, target.name) : call.store.objects.list(target.name);
  const idOf = (entry: StoredObject | string) =>
    typeof entry === "string" ? entry : versions ? `${entry.name}#${entry.generation}` : entry.name;
  const page = paginate(groupByPrefix(all, prefix, delimiter), idOf, call.query, {
    scope: `${target.name} ${prefix} ${delimiter} ${versions}`,
    defaultSize: 1000,
    maxSize: 1000,
  });
  const prefixes = page.items.filter((entry) => typeof entry === "string");
  const items = page.items.filter((entry) => typeof entry !== "string");
  return {
    kind: "storage#objects",
    ...(prefixes.length > 0 && { prefixes }),
    ...(items.length > 0 && { items: items.map((item) => objectJson(call, item)) }),
    ...(page.nextPageToken && { nextPageToken: page.nextPageToken }),
  };
}

function groupByPrefix(objects: readonly StoredObject[], prefix: string, delimiter: string): (StoredObject | string)[] {
  const entries: (StoredObject | string)[] = [];
  for (const object of objects) {
    if (!object.name.startsWith(prefix)) {
      continue;
    }
    const end = delimiter === "" ? -1 : object.name.indexOf(delimiter, prefix.length);
    const entry = end < 0 ? object : object.name.slice(0, end + delimiter.length);
    if (typeof entry !== "string" || entries[entries.length - 1] !== entry) {
      entries.push(entry);
    }
  }
  return entries;
}

function getObject(call: Call): object {
  const target = object(call);
  checkGeneration(call, target);
  return call.query.get("alt") === "media" ? contentOf(target) : objectJson(call, target);
}

/** With a generation that version is deleted for good; without one the live object, which versioning keeps. */
function deleteObject(call: Call): Reply {
  const target = object(call);
  checkGeneration(call, target);
  if (call.query.get("generation")) {
    deleteVersion(call.store, bucket(call), target);
  } else {
    removeLive(call.store, bucket(call), target);
  }
  return new Reply(204, {});
}

function readObjectXml(call: Call): Reply {
  const [bucketName, name] = call.wildcards as [string, string];
  const target = findVersion(call.store, bucketName, name, call.query.get("generation") ?? "");
  if (!target) {
    const body =
      "<?xml version='1.0' encoding='UTF-8'?><Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>";
    return new Reply(404, { "Content-Type": "application/xml; charset=UTF-8" }, body);
  }
  return contentOf(target);
}

function contentOf(target: StoredObject): Reply {
  const data = Buffer.from(target.data, "base64");
  const headers = {
    "Content-Type": target.contentType,
    ETag: `"${Buffer.from(target.md5Hash, "base64").toString("hex")}"`,
    "Last-Modified": new Date(target.timeCreated).toUTCString(),
    "x-goog-generation": target.generation,
    "x-goog-metageneration": "1",
    "x-goog-stored-content-encoding": "identity",
    "x-goog-stored-content-length": String(data.length),
    "x-goog-hash": [`crc32c=${target.crc32c}`, `md5=${target.md5Hash}`],
  };
  return new Reply(200, headers, data);
}

/** @see https://docs.cloud.google.com/storage/docs/request-preconditions */
function checkGeneration(call: Call, current: StoredObject | undefined): void {
  const wanted = call.query.get("ifGenerationMatch") ?? "";
  const unwanted = call.query.get("ifGenerationNotMatch") ?? "";
  const generation = current?.generation ?? "0";
  if ((wanted !== "" && wanted !== generation) || (unwanted !== "" && unwanted === generation)) {
    throw conditionNotMet();
  }
}

function conditionNotMet(): Error {
  return new ApiError("FAILED_PRECONDITION", "At least one of the pre-conditions you specified did not hold.", {
    http: 412,
    reason: "conditionNotMet",
  });
}

interface NewObject {
  readonly name: string;
  readonly contentType: string;
  readonly metadata: Record<string, string> | undefined;
}

/** An upload that is still going on. Not saved: a client starts again. */
interface Session {
  readonly object: NewObject;
  readonly query: URLSearchParams;
  readonly chunks: Buffer[];
}

const sessions = new WeakMap<Store, Map<string, Session>>();

function upload(call: Call): object {
  switch (call.query.get("uploadType")) {
    case "multipart":
      return uploadMultipart(call);
    case "media":
      return finishUpload(call, readObjectFields(call, {}, call.headers["content-type"]), call.rawBody);
    case "resumable":
      return call.query.has("upload_id") ? continueUpload(call) : startUpload(call);
    default:
      throw invalidArgument("uploadType must be media, multipart or resumable.");
  }
}

function uploadMultipart(call: Call): object {
  const boundary = /boundary="?([^";]+)"?/.exec(call.headers["content-type"] ?? "")?.[1];
  const parts = boundary === undefined ? [] : splitMultipart(call.rawBody, boundary);
  const [first, second] = parts;
  if (!first || !second) {
    throw invalidArgument("The body of a multipart upload must have two parts.");
  }
  return finishUpload(call, readObjectFields(call, parseMetadata(first.body), second.contentType), second.body);
}

function startUpload(call: Call): Reply {
  const contentType = call.headers["x-upload-content-type"];
  const object = readObjectFields(
    call,
    call.rawBody.length === 0 ? {} : parseMetadata(call.rawBody),
    typeof contentType === "string" ? contentType : undefined,
  );
  const target = bucket(call);
  checkGeneration(call, call.store.objects.get(target.name, object.name));
  const id = randomUUID();
  const open = sessions.get(call.store) ?? new Map<string, Session>();
  sessions.set(call.store, open.set(id, { object, query: call.query, chunks: [] }));
  const query = new URLSearchParams({ uploadType: "resumable", upload_id: id });
  const location = `${call.baseUrl}/upload/storage/v1/b/${encodeURIComponent(target.name)}/o?${query}`;
  return new Reply(200, { Location: location, "X-GUploader-UploadID": id });
}

/**
 * One chunk. Google's Go client asks for 200 with an override header instead of 308, which Go takes for a redirect.
 *
 * @see https://docs.cloud.google.com/storage/docs/performing-resumable-uploads
 */
function continueUpload(call: Call): object {
  const id = call.query.get("upload_id") ?? "";
  const session = sessions.get(call.store)?.get(id);
  if (!session) {
    throw notFound("The upload session does not exist.");
  }
  const range = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(call.headers["content-range"] ?? "");
  const received = session.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  if (range?.[1] !== undefined && Number(range[1]) !== received) {
    throw invalidArgument(`The chunk must start at ${received}, got: ${range[1]}.`);
  }
  session.chunks.push(call.rawBody);
  const size = received + call.rawBody.length;
  if (range && range[3] !== String(size)) {
    return incomplete(call, size);
  }
  sessions.get(call.store)!.delete(id);
  return finishUpload({ ...call, query: session.query }, session.object, Buffer.concat(session.chunks));
}

function incomplete(call: Call, size: number): Reply {
  const headers = size > 0 ? { Range: `bytes=0-${size - 1}` } : {};
  return call.headers["x-guploader-no-308"] === "yes"
    ? new Reply(200, { ...headers, "X-Http-Status-Code-Override": "308" })
    : new Reply(308, headers);
}

function finishUpload(call: Call, fields: NewObject, data: Buffer): object {
  const audit = auditedObject("create", "DATA_WRITE", fields.name);
  return withAudit({ audit, template: "" }, storageUploads, call, () => storeObject(call, fields, data));
}

function storeObject(call: Call, fields: NewObject, data: Buffer): object {
  const { store } = call;
  const target = bucket(call);
  checkGeneration(call, store.objects.get(target.name, fields.name));
  const key = objectField(target.value, "encryption")?.["defaultKmsKeyName"];
  if (typeof key === "string") {
    checkKey(store, target.projectNumber, key);
  }
  const { name, contentType, metadata } = fields;
  const object: StoredObject = {
    name,
    bucket: target.name,
    // Google's generations are microseconds; the sequence keeps two uploads of one millisecond apart.
    generation: String(store.now().getTime() * 1000 + (store.next("generations") % 1000)),
    contentType,
    ...(metadata && { metadata }),
    timeCreated: store.timestamp(),
    md5Hash: createHash("md5").update(data).digest("base64"),
    crc32c: checksum(data),
    size: data.length,
    data: data.toString("base64"),
  };
  replaceLive(store, target, object);
  return objectJson(call, object);
}

function readObjectFields(call: Call, metadata: JsonObject, contentType: string | undefined): NewObject {
  const name = call.query.get("name") || stringField(metadata, "name") || "";
  if (name === "") {
    throw invalidArgument("Required parameter: name");
  }
  return {
    name,
    contentType: stringField(metadata, "contentType") || contentType || "application/octet-stream",
    metadata: stringMapField(metadata, "metadata"),
  };
}

function parseMetadata(body: Buffer): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch {
    throw invalidArgument("The metadata of the upload is not JSON.");
  }
  if (!isObject(value)) {
    throw invalidArgument("The metadata of the upload is not an object.");
  }
  return value;
}

interface Part {
  readonly contentType: string | undefined;
  readonly body: Buffer;
}

/** The parts of a multipart body, untouched: states are binary to us. */
function splitMultipart(body: Buffer, boundary: string): Part[] {
  const parts: Part[] = [];
  const delimiter = Buffer.from(`--${boundary}`);
  let start = body.indexOf(delimiter);
  while (start >= 0) {
    const from = start + delimiter.length;
    const end = body.indexOf(`\r\n--${boundary}`, from);
    if (end < 0) {
      return parts;
    }
    const headerEnd = body.indexOf("\r\n\r\n", from);
    if (headerEnd >= 0 && headerEnd < end) {
      const header = body.toString("latin1", from, headerEnd);
      const contentType = /^content-type:\s*(.+?)\s*$/im.exec(header)?.[1];
      parts.push({ contentType, body: body.subarray(headerEnd + 4, end) });
    }
    start = end + 2;
  }
  return parts;
}

function bucket(call: Call): Bucket {
  const found = call.store.buckets.get(root, call.wildcards[0]!);
  if (!found) {
    throw notFound("The specified bucket does not exist.");
  }
  applyLifecycle(call.store, found);
  return found;
}

/** The live object of a path, or the version whose generation is asked for. */
function object(call: Call): StoredObject | NoncurrentObject {
  const target = bucket(call);
  const found = findVersion(call.store, target.name, call.wildcards[1]!, call.query.get("generation") ?? "");
  if (!found) {
    throw noSuchObject(target.name, call.wildcards[1]!);
  }
  return found;
}

function noSuchObject(bucketName: string, name: string): Error {
  return notFound(`No such object: ${bucketName}/${name}`);
}

function resourceOf({ name }: Bucket): string {
  return `//storage.googleapis.com/projects/_/buckets/${name}`;
}

function withoutNulls(body: JsonObject): JsonObject {
  return mergePatch({}, body);
}

function mergePatch(target: JsonObject, patch: JsonObject): JsonObject {
  const result: Record<string, unknown> = { ...target };
  for (const [name, value] of Object.entries(patch)) {
    const old = result[name];
    if (value === null) {
      delete result[name];
    } else {
      result[name] = isObject(value) ? mergePatch(isObject(old) ? old : {}, value) : value;
    }
  }
  return result;
}

function checksum(data: Buffer): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32c(data));
  return bytes.toString("base64");
}

function bucketJson(call: Call, target: Bucket): object {
  return {
    kind: "storage#bucket",
    id: target.name,
    selfLink: `${call.baseUrl}/storage/storage/v1/b/${target.name}`,
    projectNumber: target.projectNumber,
    name: target.name,
    metageneration: String(target.metageneration),
    timeCreated: target.timeCreated,
    updated: target.updated,
    etag: Buffer.from(`b${target.metageneration}`).toString("base64"),
    ...target.value,
  };
}

function objectJson(call: Call, target: StoredObject | NoncurrentObject): object {
  const { name, generation, contentType, metadata, timeCreated, md5Hash, size, crc32c: crc } = target;
  const link = `${call.baseUrl}/storage/storage/v1/b/${target.bucket}/o/${encodeURIComponent(name)}`;
  return {
    kind: "storage#object",
    id: `${target.bucket}/${name}/${generation}`,
    selfLink: link,
    mediaLink: `${link}?generation=${generation}&alt=media`,
    name,
    bucket: target.bucket,
    generation,
    metageneration: "1",
    contentType,
    storageClass: "STANDARD",
    size: String(size),
    md5Hash,
    crc32c: crc,
    etag: Buffer.from(generation).toString("base64"),
    timeCreated,
    updated: timeCreated,
    ...("timeDeleted" in target && { timeDeleted: target.timeDeleted }),
    ...(metadata && { metadata }),
  };
}
