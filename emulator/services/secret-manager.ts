import { testedPermissions } from "../denials";
import { alreadyExists, failedPrecondition, invalidArgument, notFound } from "../errors";
import {
  isObject,
  type JsonObject,
  maskPaths,
  objectField,
  stringField,
  stringListField,
  stringMapField,
  validLabels,
} from "../fields";
import { deletePolicy, getPolicy, setPolicyFromBody } from "../iam-policy";
import { paginate } from "../paging";
import { type AuditedMethod, type AuditType, type Call, enabledProject, route, type Service } from "../service";
import type { Project, Secret, SecretVersion, Store, VersionState } from "../store";

const api = "secretmanager.googleapis.com";

/** Secret Manager v1: secrets, their versions and policies. */
export const secretManager: Service = {
  api,
  errors: "full",
  routes: [
    route("POST", "/v1/{parent=projects/*}/secrets", createSecretCall, {
      ...audited("CreateSecret", "secrets.create"),
      resource: (call) => `projects/${call.wildcards[0]}/secrets/${call.query.get("secretId")}`,
    }),
    route("GET", "/v1/{parent=projects/*}/secrets", listSecrets, audited("ListSecrets", "secrets.list", "ADMIN_READ")),
    route(
      "GET",
      "/v1/{name=projects/*/secrets/*}",
      (call) => secretJson(call.store, secret(call)),
      audited("GetSecret", "secrets.get", "ADMIN_READ"),
    ),
    route("PATCH", "/v1/{secret.name=projects/*/secrets/*}", updateSecret, audited("UpdateSecret", "secrets.update")),
    route("DELETE", "/v1/{name=projects/*/secrets/*}", deleteSecret, audited("DeleteSecret", "secrets.delete")),
    route(
      "GET",
      "/v1/{resource=projects/*/secrets/*}:getIamPolicy",
      (call) => getPolicy(call.store, secretResource(secret(call))),
      audited("GetIamPolicy", "secrets.getIamPolicy", "ADMIN_READ"),
    ),
    route(
      "POST",
      "/v1/{resource=projects/*/secrets/*}:setIamPolicy",
      (call) => setPolicyFromBody(call.store, secretResource(secret(call)), call.body),
      {
        ...audited("SetIamPolicy", "secrets.setIamPolicy"),
        policyOf: (call) => secretResource(secret(call)),
      },
    ),
    route("POST", "/v1/{resource=projects/*/secrets/*}:testIamPermissions", (call) => {
      secret(call);
      return testedPermissions(call, stringListField(call.body, "permissions") ?? []);
    }),
    route(
      "POST",
      "/v1/{parent=projects/*/secrets/*}:addVersion",
      addVersionCall,
      audited("AddSecretVersion", "versions.add"),
    ),
    route(
      "GET",
      "/v1/{parent=projects/*/secrets/*}/versions",
      listVersions,
      audited("ListSecretVersions", "versions.list", "ADMIN_READ"),
    ),
    route(
      "GET",
      "/v1/{name=projects/*/secrets/*/versions/*}",
      (call) => onVersion(call, versionJson),
      audited("GetSecretVersion", "versions.get", "ADMIN_READ"),
    ),
    route(
      "GET",
      "/v1/{name=projects/*/secrets/*/versions/*}:access",
      (call) => onVersion(call, access),
      audited("AccessSecretVersion", "versions.access", "DATA_READ"),
    ),
    route(
      "POST",
      "/v1/{name=projects/*/secrets/*/versions/*}:enable",
      (call) => changeState(call, "ENABLED"),
      audited("EnableSecretVersion", "versions.enable"),
    ),
    route(
      "POST",
      "/v1/{name=projects/*/secrets/*/versions/*}:disable",
      (call) => changeState(call, "DISABLED"),
      audited("DisableSecretVersion", "versions.disable"),
    ),
    route(
      "POST",
      "/v1/{name=projects/*/secrets/*/versions/*}:destroy",
      (call) => changeState(call, "DESTROYED"),
      audited("DestroySecretVersion", "versions.destroy"),
    ),
  ],
};

/** @see https://docs.cloud.google.com/secret-manager/docs/audit-logging */
function audited(method: string, permission: string, type: AuditType = "ADMIN_WRITE"): AuditedMethod {
  return {
    method: `google.cloud.secretmanager.v1.SecretManagerService.${method}`,
    type,
    permission: `secretmanager.${permission}`,
  };
}

const idPattern = /^[A-Za-z0-9_-]{1,255}$/;
const annotationKey = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const aliasPattern = /^[A-Za-z][A-Za-z0-9_-]{0,62}$/;
const maxAnnotationBytes = 16 * 1024;
const maxPayload = 64 * 1024;
/** Fields that are kept and given back. Only expireTime and versionDestroyTtl have an effect here. */
const keptFields = [
  "topics",
  "rotation",
  "expireTime",
  "versionDestroyTtl",
  "customerManagedEncryption",
  "tags",
] as const;

export interface NewSecret {
  readonly id: string;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly replication: JsonObject;
  readonly kept?: JsonObject;
}

/** A secret as it is now: gone if its time is up, and without the payload of versions whose time is. */
export function findSecret(store: Store, projectId: string, id: string): Secret | undefined {
  const found = store.secrets.get(projectId, id);
  if (found && isDue(store, found.kept["expireTime"])) {
    removeSecret(store, found);
    return undefined;
  }
  for (const version of found?.versions ?? []) {
    if (isDue(store, version.scheduledDestroyTime)) {
      setVersionState(store, version, "DESTROYED", version.scheduledDestroyTime);
    }
  }
  return found;
}

/** The secrets of a project as they are now, by id. */
export function secretsOf(store: Store, projectId: string): Secret[] {
  const ids = store.secrets.ids(projectId);
  return ids.map((id) => findSecret(store, projectId, id)).filter((secret) => secret !== undefined);
}

function isDue(store: Store, time: unknown): boolean {
  return typeof time === "string" && Date.parse(time) <= store.now().getTime();
}

function removeSecret(store: Store, target: Secret): void {
  store.secrets.delete(target.projectId, target.id);
  deletePolicy(store, secretResource(target));
}

export function createSecret(store: Store, project: Project, secret: NewSecret): Secret {
  if (findSecret(store, project.projectId, secret.id)) {
    throw alreadyExists(`Secret [${secretName(project, secret.id)}] already exists.`);
  }
  const { id, labels, annotations, replication, kept = {} } = secret;
  const record: Secret = {
    id,
    projectId: project.projectId,
    createTime: store.timestamp(),
    ...(labels && { labels }),
    ...(annotations && { annotations }),
    replication,
    kept,
    etag: newEtag(store),
    versions: [],
  };
  store.secrets.set(project.projectId, id, record);
  return record;
}

/** Adds the newest version of a secret. */
export function addVersion(store: Store, target: Secret, data: Buffer): SecretVersion {
  const version: SecretVersion = {
    number: target.versions.length + 1,
    createTime: store.timestamp(),
    state: "ENABLED",
    etag: newEtag(store),
    data: data.toString("base64"),
  };
  target.versions.push(version);
  return version;
}

/** Changes a version's state. A destroyed version has no payload any more and never comes back. */
export function setVersionState(
  store: Store,
  version: SecretVersion,
  state: VersionState,
  time = store.timestamp(),
): void {
  version.state = state;
  version.etag = newEtag(store);
  delete version.scheduledDestroyTime;
  if (state === "DESTROYED") {
    version.destroyTime = time;
    delete version.data;
  }
}

export function secretResource({ projectId, id }: Secret): string {
  return `//secretmanager.googleapis.com/projects/${projectId}/secrets/${id}`;
}

function createSecretCall(call: Call): object {
  const project = enabledProject(call, call.wildcards[0]!, api);
  const id = call.query.get("secretId") ?? "";
  if (!idPattern.test(id)) {
    throw invalidArgument(`The secret id must match ${idPattern.source}, got: ${id}`);
  }
  const { labels, annotations } = readMaps(call.body);
  const created = createSecret(call.store, project, {
    id,
    ...(labels && { labels }),
    ...(annotations && { annotations }),
    replication: readReplication(call.body),
    kept: readKept(call),
  });
  return secretJson(call.store, created);
}

function readMaps(body: JsonObject): { labels?: Record<string, string>; annotations?: Record<string, string> } {
  const labels = validLabels(stringMapField(body, "labels"));
  const annotations = stringMapField(body, "annotations");
  checkAnnotations(annotations ?? {});
  return { ...(labels && { labels }), ...(annotations && { annotations }) };
}

/** @see https://docs.cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets#Secret */
function checkAnnotations(annotations: Record<string, string>): void {
  const entries = Object.entries(annotations);
  for (const [key] of entries) {
    if (!annotationKey.test(key)) {
      throw invalidArgument(`Annotation key ${JSON.stringify(key)} must match ${annotationKey.source}.`);
    }
  }
  const bytes = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  if (bytes > maxAnnotationBytes) {
    throw invalidArgument(`Annotations must have at most ${maxAnnotationBytes} bytes together, got: ${bytes}.`);
  }
}

function readReplication(body: JsonObject): JsonObject {
  const replication = objectField(body, "replication") ?? {};
  const automatic = objectField(replication, "automatic");
  const userManaged = objectField(replication, "userManaged");
  if ((automatic === undefined) === (userManaged === undefined)) {
    throw invalidArgument("The secret needs a replication policy: set one of `automatic` and `userManaged`.");
  }
  return automatic ? { automatic } : { userManaged };
}

function readKept(call: Call): JsonObject {
  const { body } = call;
  const kept: Record<string, unknown> = {};
  for (const field of keptFields) {
    if (body[field] !== undefined && body[field] !== null) {
      kept[field] = body[field];
    }
  }
  const ttl = secondsOf(stringField(body, "ttl"));
  if (ttl > 0) {
    kept["expireTime"] = new Date(call.store.now().getTime() + ttl * 1000).toISOString();
  }
  checkTimes(call.store, kept);
  if (isObject(kept["rotation"]) && !(Array.isArray(kept["topics"]) && kept["topics"].length > 0)) {
    throw invalidArgument("A secret with a rotation needs at least one topic, which is told when it is due.");
  }
  return kept;
}

/** The limits are those of https://docs.cloud.google.com/secret-manager/docs/delay-destruction-of-secret-versions, the words are not. */
function checkTimes(store: Store, { expireTime, versionDestroyTtl }: JsonObject): void {
  if (expireTime !== undefined && !(Date.parse(String(expireTime)) > store.now().getTime())) {
    throw invalidArgument(`expireTime must be a time to come, got: ${String(expireTime)}`);
  }
  const days = secondsOf(versionDestroyTtl) / (24 * 60 * 60);
  if (versionDestroyTtl !== undefined && !(days >= 1 && days <= 1000)) {
    throw invalidArgument(
      `versionDestroyTtl must be one to 1000 days in seconds, e.g. 86400s, got: ${versionDestroyTtl}`,
    );
  }
}

/** Not a number if it is no duration. */
function secondsOf(duration: unknown): number {
  return Number(/^(\d+)(?:\.\d+)?s$/.exec(String(duration))?.[1]);
}

function listSecrets(call: Call): object {
  const project = enabledProject(call, call.wildcards[0]!, api);
  const all = secretsOf(call.store, project.projectId);
  const page = paginate(all, (entry) => entry.id, call.query, {
    scope: `${project.projectId} secrets`,
    defaultSize: 25_000,
    maxSize: 25_000,
  });
  return {
    ...(page.items.length > 0 && { secrets: page.items.map((entry) => secretJson(call.store, entry)) }),
    ...(page.nextPageToken && { nextPageToken: page.nextPageToken }),
    totalSize: all.length,
  };
}

function updateSecret(call: Call): object {
  const target = secret(call);
  const { body } = call;
  checkEtag(target, stringField(body, "etag"));
  const paths = maskPaths(call.query.get("updateMask"));
  if (!paths) {
    throw invalidArgument("update_mask: is missing. Name the fields to change.");
  }
  const maps = readMaps(body);
  const kept = readKept(call);
  for (const path of paths) {
    changeField(target, path, maps, kept, body);
  }
  target.etag = newEtag(call.store);
  return secretJson(call.store, target);
}

function changeField(
  target: Secret,
  path: string,
  maps: ReturnType<typeof readMaps>,
  kept: JsonObject,
  body: JsonObject,
): void {
  const keptPath = path === "ttl" ? "expireTime" : path;
  if (path === "labels" || path === "annotations") {
    const map = maps[path];
    if (map && Object.keys(map).length > 0) {
      target[path] = map;
    } else {
      delete target[path];
    }
  } else if (path === "versionAliases") {
    target.versionAliases = readAliases(target, body);
  } else if (keptFields.some((field) => field === keptPath)) {
    const { [keptPath]: _, ...others } = target.kept;
    target.kept = kept[keptPath] === undefined ? others : { ...others, [keptPath]: kept[keptPath] };
  } else {
    throw invalidArgument(`update_mask: ${path} cannot be changed.`);
  }
}

/** Numbers come as strings, as 64-bit integers do in JSON, or as numbers. */
function readAliases(target: Secret, body: JsonObject): Record<string, string> {
  const aliases = Object.entries(objectField(body, "versionAliases") ?? {});
  for (const [alias, number] of aliases) {
    if (!aliasPattern.test(alias) || alias === "latest" || !target.versions[Number(number) - 1]) {
      throw invalidArgument(
        `versionAliases: ${alias} must be a name and name an existing version, got: ${String(number)}`,
      );
    }
  }
  return Object.fromEntries(aliases.map(([alias, number]) => [alias, String(number)]));
}

function deleteSecret(call: Call): object {
  const target = secret(call);
  checkEtag(target, call.query.get("etag") ?? undefined);
  removeSecret(call.store, target);
  return {};
}

function addVersionCall(call: Call): object {
  const target = secret(call);
  const payload = objectField(call.body, "payload") ?? {};
  const text = stringField(payload, "data") ?? "";
  const data = Buffer.from(text, "base64");
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(text)) {
    throw invalidArgument("Invalid value at 'payload.data' (TYPE_BYTES), Base64 decoding failed.");
  }
  if (data.length === 0) {
    throw invalidArgument("The payload is empty.");
  }
  if (data.length > maxPayload) {
    throw invalidArgument(`The payload must have at most ${maxPayload} bytes, got: ${data.length}.`);
  }
  const claimed = payload["dataCrc32c"];
  if (claimed !== undefined && claimed !== null && String(claimed) !== String(crc32c(data))) {
    throw invalidArgument("The checksum of the payload does not match its data.");
  }
  const version = addVersion(call.store, target, data);
  const json = versionJson(call, target, version);
  return claimed === undefined || claimed === null ? json : { ...json, clientSpecifiedPayloadChecksum: true };
}

/** Newest first. */
function listVersions(call: Call): object {
  const target = secret(call);
  const filter = call.query.get("filter") ?? "";
  const state = /^state[:=](\w+)$/.exec(filter)?.[1];
  const versions = [...target.versions].reverse().filter((version) => state === undefined || version.state === state);
  const page = paginate(versions, (version) => String(version.number), call.query, {
    scope: `${secretResource(target)} versions ${filter}`,
    defaultSize: 25_000,
    maxSize: 25_000,
  });
  return {
    ...(page.items.length > 0 && { versions: page.items.map((version) => versionJson(call, target, version)) }),
    ...(page.nextPageToken && { nextPageToken: page.nextPageToken }),
    totalSize: versions.length,
  };
}

function onVersion(call: Call, answer: (call: Call, secret: Secret, version: SecretVersion) => object): object {
  const target = secret(call);
  return answer(call, target, findVersion(call, target));
}

/** `latest` is the newest version, whatever its state: access then fails if it is disabled. */
function findVersion(call: Call, target: Secret): SecretVersion {
  const wanted = call.wildcards[2]!;
  if (wanted === "latest" && target.versions.length === 0) {
    throw notFound(`Secret [${nameOf(call.store, target)}] not found or has no versions.`);
  }
  const number = wanted === "latest" ? target.versions.length : Number(target.versionAliases?.[wanted] ?? wanted);
  const version = target.versions[number - 1];
  if (!version) {
    throw notFound(`Secret Version [${nameOf(call.store, target)}/versions/${wanted}] not found.`);
  }
  return version;
}

function access(call: Call, target: Secret, version: SecretVersion): object {
  const name = `${nameOf(call.store, target)}/versions/${version.number}`;
  if (version.state !== "ENABLED" || version.data === undefined) {
    throw failedPrecondition(`Secret Version [${name}] is in ${version.state} state.`);
  }
  const crc = crc32c(Buffer.from(version.data, "base64"));
  return { name, payload: { data: version.data, dataCrc32c: String(crc) } };
}

/**
 * Destroying a destroyed version is refused as well; that it is so at Google is not known. A secret with a delay only disables
 * the version until then; what destroying it again does is not known, here nothing.
 */
function changeState(call: Call, state: VersionState): object {
  const target = secret(call);
  const version = findVersion(call, target);
  const etag = stringField(call.body, "etag");
  checkEtag(version, etag);
  if (version.state === "DESTROYED") {
    const name = `${nameOf(call.store, target)}/versions/${version.number}`;
    throw failedPrecondition(`Secret Version [${name}] is in DESTROYED state.`);
  }
  const delay = secondsOf(target.kept["versionDestroyTtl"]) * 1000;
  if (state === "DESTROYED" && delay > 0) {
    if (version.scheduledDestroyTime === undefined) {
      setVersionState(call.store, version, "DISABLED");
      version.scheduledDestroyTime = new Date(call.store.now().getTime() + delay).toISOString();
    }
  } else if (version.state !== state || version.scheduledDestroyTime !== undefined) {
    setVersionState(call.store, version, state);
  }
  return versionJson(call, target, version);
}

/** @see https://docs.cloud.google.com/secret-manager/docs/etags */
function checkEtag(record: { readonly etag: string }, etag: string | undefined): void {
  if (etag !== undefined && etag !== "" && etag !== record.etag) {
    throw failedPrecondition("The etag in the request does not match the current etag.");
  }
}

function secret(call: Call): Secret {
  const project = enabledProject(call, call.wildcards[0]!, api);
  const found = findSecret(call.store, project.projectId, call.wildcards[1]!);
  if (!found) {
    throw notFound(`Secret [${secretName(project, call.wildcards[1]!)}] not found.`);
  }
  return found;
}

function secretName(project: Project, id: string): string {
  return `projects/${project.projectNumber}/secrets/${id}`;
}

function nameOf(store: Store, target: Secret): string {
  return secretName(store.project(target.projectId)!, target.id);
}

function newEtag(store: Store): string {
  return `"${(0x5f0000000000 + store.next("etags")).toString(16)}"`;
}

function secretJson(store: Store, target: Secret): object {
  const { replication, createTime, labels, annotations, kept, versionAliases, etag } = target;
  return {
    name: nameOf(store, target),
    replication,
    createTime,
    ...(labels && { labels }),
    ...kept,
    etag,
    ...(versionAliases && Object.keys(versionAliases).length > 0 && { versionAliases }),
    ...(annotations && { annotations }),
  };
}

function versionJson(call: Call, target: Secret, version: SecretVersion): object {
  const { number, createTime, state, destroyTime, scheduledDestroyTime, etag } = version;
  return {
    name: `${nameOf(call.store, target)}/versions/${number}`,
    createTime,
    ...(destroyTime && { destroyTime }),
    state,
    ...(scheduledDestroyTime !== undefined && { scheduledDestroyTime }),
    replicationStatus: "automatic" in target.replication ? { automatic: {} } : { userManaged: {} },
    etag,
  };
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) {
    crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return crc;
});

/** CRC-32C (Castagnoli), the checksum of Google's payloads. Its check value for "123456789" is 0xe3069283. */
export function crc32c(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) {
    crc = (crc >>> 8) ^ crcTable[(crc ^ byte) & 0xff]!;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
