import { randomBytes, randomUUID } from "node:crypto";
import { parseAllowedAddress } from "../client-address";
import { alreadyExists, failedPrecondition, invalidArgument, notFound } from "../errors";
import {
  type JsonObject,
  maskPaths,
  objectField,
  objectListField,
  rejectUnknownFields,
  stringField,
  stringListField,
  stringMapField,
  withoutDefaults,
} from "../fields";
import { getOperation, startOperation } from "../operations";
import { paginate } from "../paging";
import { type AuditedMethod, type Call, enabledProject, route, type Service } from "../service";
import type { ApiKey, KeyRestrictions, Project, Store } from "../store";
import { findServiceAccount } from "./iam";

const api = "apikeys.googleapis.com";

/** API Keys v2. No answer of this service is ever 401: the Terraform provider would retry it for 20 minutes. */
export const apiKeys: Service = {
  api,
  errors: "full",
  routes: [
    route("POST", "/v2/{parent=projects/*/locations/*}/keys", createKeyCall, {
      ...changed("CreateKey", "create"),
      request: (call) => ({ parent: keyParent(call), keyId: call.query.get("keyId") ?? "", key: auditedKey(call) }),
    }),
    route("GET", "/v2/{parent=projects/*/locations/*}/keys", listKeys, read("ListKeys", "list")),
    route(
      "GET",
      "/v2/{name=projects/*/locations/*/keys/*}",
      (call) => keyJson(call.store, readableKey(call)),
      read("GetKey", "get"),
    ),
    route(
      "GET",
      "/v2/{name=projects/*/locations/*/keys/*}/keyString",
      (call) => ({ keyString: readableKey(call).keyString }),
      read("GetKeyString", "get"),
    ),
    route("PATCH", "/v2/{key.name=projects/*/locations/*/keys/*}", updateKey, {
      ...changed("UpdateKey", "update"),
      request: (call) => ({ key: auditedKey(call), updateMask: call.query.get("updateMask") ?? "" }),
    }),
    route("DELETE", "/v2/{name=projects/*/locations/*/keys/*}", deleteKey, changed("DeleteKey", "delete")),
    route("POST", "/v2/{name=projects/*/locations/*/keys/*}:undelete", undeleteKey, changed("UndeleteKey", "undelete")),
    route("GET", "/v2/keys:lookupKey", lookupKey, {
      // Google's page on audit logs does not name it, so that and where it is logged is not known. The string is not written.
      ...read("LookupKey", "get"),
      resource: (call) => `projects/${lookedUp(call)?.projectId ?? "-"}/locations/${location}`,
      owner: (call) => `projects/${lookedUp(call)?.projectId ?? ""}`,
    }),
    route("GET", "/v2/{name=operations/**}", (call) => getOperation(call.store, `operations/${call.wildcards[0]}`)),
  ],
};

/**
 * Audit entries name the permissions of an older API. Those of GetKeyString and UndeleteKey are not known.
 *
 * @see https://docs.cloud.google.com/api-keys/docs/audit-logging
 */
function changed(method: string, permission: string): AuditedMethod {
  return { ...read(method, permission), type: "ADMIN_WRITE", longRunning: true };
}

function read(method: string, permission: string): AuditedMethod {
  return {
    method: `google.api.apikeys.v2.ApiKeys.${method}`,
    type: "ADMIN_READ",
    permission: `serviceusage.apiKeys.${permission}`,
  };
}

/** What of a key is written: whether Google writes exactly this is not known. */
function auditedKey({ body }: Call): JsonObject {
  const { displayName, restrictions, serviceAccountEmail } = body;
  return withoutDefaults({ displayName, restrictions, serviceAccountEmail });
}

function keyParent({ wildcards: [project, place] }: Call): string {
  return `projects/${project}/locations/${place}`;
}

/** @see https://docs.cloud.google.com/docs/authentication/api-keys#limits */
const maxKeys = 300;
const maxDisplayName = 63;
const keepDeletedMs = 30 * 24 * 60 * 60 * 1000;
const idPattern = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const keyFields = ["name", "uid", "displayName", "annotations", "restrictions", "etag", "serviceAccountEmail"];
const mutableFields = ["displayName", "restrictions", "annotations"] as const;

/** The name of a location is not checked further: keys are global. */
const location = "global";

export interface NewKey {
  readonly id: string;
  readonly displayName?: string;
  readonly annotations?: Record<string, string>;
  readonly restrictions?: KeyRestrictions;
  readonly serviceAccountEmail?: string;
}

/**
 * Makes a key. A deleted key keeps its name for 30 days.
 *
 * @see https://docs.cloud.google.com/sdk/gcloud/reference/services/api-keys/undelete
 */
export function createKey(store: Store, project: Project, key: NewKey): ApiKey {
  if (keptKey(store, project, key.id)) {
    throw alreadyExists(`key "${keyName(project, key.id)}" already exists`);
  }
  const now = store.timestamp();
  const record: ApiKey = {
    ...withoutDefaults(key),
    projectId: project.projectId,
    uid: randomUUID(),
    keyString: newKeyString(key.serviceAccountEmail !== undefined),
    createTime: now,
    updateTime: now,
    etag: newEtag(store),
  };
  store.addKey(record);
  return record;
}

/** Changes a key that exists, for seeding. */
export function changeKey(store: Store, key: ApiKey, change: Pick<NewKey, "displayName" | "restrictions">): void {
  assign(key, "displayName", change.displayName);
  assign(key, "restrictions", change.restrictions);
  touch(store, key);
}

function createKeyCall(call: Call): object {
  const { store } = call;
  const project = keyProject(call);
  const key = readNewKey(call);
  checkServiceAccount(store, key.serviceAccountEmail);
  if (keptKey(store, project, key.id)) {
    throw alreadyExists(`key "${keyName(project, key.id)}" already exists`);
  }
  checkCount(store, project);
  return operation(call, "p7", () => {
    const created = createKey(store, project, key);
    return { ...keyJson(store, created), keyString: created.keyString };
  });
}

function readNewKey(call: Call): NewKey {
  const { body } = call;
  rejectUnknownFields(body, keyFields, "key");
  const email = stringField(body, "serviceAccountEmail");
  return {
    id: readId(call.query.get("keyId")),
    ...readMutable(body),
    ...(email && { serviceAccountEmail: email }),
  };
}

function readMutable(body: JsonObject): Pick<NewKey, "displayName" | "restrictions" | "annotations"> {
  const displayName = stringField(body, "displayName");
  if (displayName !== undefined && [...displayName].length > maxDisplayName) {
    throw invalidArgument(
      `displayName must have at most ${maxDisplayName} characters, got: ${[...displayName].length}.`,
    );
  }
  const restrictions = readRestrictions(objectField(body, "restrictions"));
  const annotations = stringMapField(body, "annotations");
  return {
    ...(displayName !== undefined && { displayName }),
    ...(restrictions && { restrictions }),
    ...(annotations && { annotations }),
  };
}

function readId(id: string | null): string {
  if (id === null || id === "") {
    return randomUUID();
  }
  if (!idPattern.test(id) || uuidPattern.test(id)) {
    throw invalidArgument(`key_id must match ${idPattern.source} and must not be a UUID, got: ${id}`);
  }
  return id;
}

/** What Google answers for a service account that does not exist is not known. */
function checkServiceAccount(store: Store, email: string | undefined): void {
  if (email !== undefined && !findServiceAccount(store, email)) {
    throw invalidArgument(`Service account ${email} does not exist.`);
  }
}

/** Which error Google gives is not known; a 429 would be retried by the provider until its time is up. */
function checkCount(store: Store, project: Project): void {
  const live = store.keys.list(project.projectId).filter((key) => key.deleteTime === undefined);
  if (live.length >= maxKeys) {
    throw failedPrecondition(`The project has ${live.length} API keys, which is the most it can have.`);
  }
}

const clientRestrictions = [
  "browserKeyRestrictions",
  "serverKeyRestrictions",
  "androidKeyRestrictions",
  "iosKeyRestrictions",
] as const;

/** Empty lists are left out, as Google leaves them out of every answer. */
function readRestrictions(restrictions: JsonObject | undefined): KeyRestrictions | undefined {
  if (!restrictions) {
    return undefined;
  }
  rejectUnknownFields(restrictions, ["apiTargets", ...clientRestrictions], "key.restrictions");
  checkOneClient(restrictions);
  const targets = objectListField(restrictions, "apiTargets")?.map(readTarget);
  const browser = objectField(restrictions, "browserKeyRestrictions");
  const server = objectField(restrictions, "serverKeyRestrictions");
  const android = objectField(restrictions, "androidKeyRestrictions");
  const ios = objectField(restrictions, "iosKeyRestrictions");
  return {
    ...(targets?.length && { apiTargets: targets }),
    ...(browser && {
      browserKeyRestrictions: withoutDefaults({ allowedReferrers: stringListField(browser, "allowedReferrers") ?? [] }),
    }),
    ...(server && { serverKeyRestrictions: readAddresses(server) }),
    ...(android && { androidKeyRestrictions: withoutDefaults({ allowedApplications: readApplications(android) }) }),
    ...(ios && {
      iosKeyRestrictions: withoutDefaults({ allowedBundleIds: stringListField(ios, "allowedBundleIds") ?? [] }),
    }),
  };
}

/** The four are a oneof in https://github.com/googleapis/googleapis/blob/master/google/api/apikeys/v2/resources.proto */
function checkOneClient(restrictions: JsonObject): void {
  const given = clientRestrictions.filter((name) => objectField(restrictions, name) !== undefined);
  if (given.length > 1) {
    throw invalidArgument(
      "Invalid value at 'key.restrictions' (oneof), oneof field 'client_restrictions' is already set. " +
        `Cannot set '${given[1]}'`,
    );
  }
}

function readTarget(target: JsonObject): { service: string; methods?: string[] } {
  const service = stringField(target, "service") ?? "";
  if (service === "") {
    throw invalidArgument("restrictions.apiTargets: `service` is missing.");
  }
  const methods = stringListField(target, "methods") ?? [];
  return { service, ...(methods.length > 0 && { methods }) };
}

/** The text of Google's refusal is not known. */
function readAddresses(server: JsonObject): { allowedIps?: string[] } {
  const allowedIps = stringListField(server, "allowedIps") ?? [];
  for (const address of allowedIps) {
    if (!parseAllowedAddress(address)) {
      throw invalidArgument(
        `restrictions.serverKeyRestrictions.allowedIps: ${address} is no IP address and no CIDR range.`,
      );
    }
  }
  return allowedIps.length > 0 ? { allowedIps } : {};
}

function readApplications(android: JsonObject): { packageName: string; sha1Fingerprint: string }[] {
  return (objectListField(android, "allowedApplications") ?? []).map((application) => ({
    packageName: stringField(application, "packageName") ?? "",
    sha1Fingerprint: stringField(application, "sha1Fingerprint") ?? "",
  }));
}

function updateKey(call: Call): object {
  const key = liveKey(call);
  rejectUnknownFields(call.body, keyFields, "key");
  const change = readMutable(call.body);
  const paths = readMask(call);
  return operation(call, "p8", () => {
    for (const path of paths) {
      assign(key, path, change[path]);
    }
    touch(call.store, key);
    return keyJson(call.store, key);
  });
}

/** Without a mask every field that was sent is set. A masked field that was not sent is cleared. */
function readMask(call: Call): (typeof mutableFields)[number][] {
  const paths = maskPaths(call.query.get("updateMask"));
  if (!paths) {
    return mutableFields.filter((field) => call.body[field] !== undefined);
  }
  if (paths.includes("*")) {
    return [...mutableFields];
  }
  return paths.map((path) => {
    const field = mutableFields.find((name) => name === path);
    if (field === undefined) {
      throw invalidArgument(`update_mask: ${path} cannot be changed. Use ${mutableFields.join(", ")}.`);
    }
    return field;
  });
}

function assign<K extends (typeof mutableFields)[number]>(key: ApiKey, field: K, value: NewKey[K]): void {
  if (value === undefined || value === "") {
    delete key[field];
  } else {
    Object.assign(key, { [field]: value });
  }
}

function deleteKey(call: Call): object {
  const key = liveKey(call);
  checkEtag(key, call.query.get("etag"));
  return operation(call, "p12", () => {
    key.deleteTime = call.store.timestamp();
    touch(call.store, key);
    return keyJson(call.store, key);
  });
}

function undeleteKey(call: Call): object {
  const project = keyProject(call);
  const key = findKey(call, project);
  if (key.deleteTime === undefined) {
    throw failedPrecondition(`key "${requestedName(call)}" is not deleted`);
  }
  return operation(call, "p13", () => {
    delete key.deleteTime;
    touch(call.store, key);
    return keyJson(call.store, key);
  });
}

function lookedUp(call: Call): ApiKey | undefined {
  return call.store.keyOfString(call.query.get("keyString") ?? "");
}

function lookupKey(call: Call): object {
  const found = lookedUp(call);
  const project = found && call.store.project(found.projectId);
  const key = project && keptKey(call.store, project, found.id);
  if (!key) {
    throw notFound("The key string belongs to no key.");
  }
  return { parent: `projects/${project.projectNumber}/locations/${location}`, name: keyName(project, key.id) };
}

function listKeys(call: Call): object {
  const project = keyProject(call);
  const showDeleted = call.query.get("showDeleted") === "true";
  const keys = call.store.keys
    .ids(project.projectId)
    .map((id) => keptKey(call.store, project, id))
    .filter((key) => key !== undefined)
    .filter((key) => showDeleted || key.deleteTime === undefined);
  const page = paginate(keys, (key) => key.id, call.query, {
    scope: `${project.projectId} keys ${showDeleted}`,
    defaultSize: 50,
    maxSize: 300,
  });
  return {
    ...(page.items.length > 0 && { keys: page.items.map((key) => keyJson(call.store, key)) }),
    ...(page.nextPageToken && { nextPageToken: page.nextPageToken }),
  };
}

function keyProject(call: Call): Project {
  if (call.wildcards[1] !== location) {
    throw invalidArgument(`API keys are in the location ${location}, got: ${call.wildcards[1]}`);
  }
  return enabledProject(call, call.wildcards[0]!, api);
}

/** A key that may be deleted: whether Google shows it then is a switch, since it is not known. */
function readableKey(call: Call): ApiKey {
  const key = findKey(call, keyProject(call));
  if (key.deleteTime !== undefined && call.settings.deletedKeyReads === "not-found") {
    throw missing(call);
  }
  return key;
}

/** Changing or deleting a deleted key: what Google answers is not known; 404 is assumed. */
function liveKey(call: Call): ApiKey {
  const key = findKey(call, keyProject(call));
  if (key.deleteTime !== undefined) {
    throw missing(call);
  }
  return key;
}

function findKey(call: Call, project: Project): ApiKey {
  const key = keptKey(call.store, project, call.wildcards[2]!);
  if (!key) {
    throw missing(call);
  }
  return key;
}

function missing(call: Call): Error {
  return notFound(`key "${requestedName(call)}" not found`);
}

function requestedName({ wildcards: [project, place, id] }: Call): string {
  return `projects/${project}/locations/${place}/keys/${id}`;
}

/** A key, unless it was deleted 30 days ago: then it is gone now, and its name is free again. */
function keptKey(store: Store, project: Project, id: string): ApiKey | undefined {
  const key = store.keys.get(project.projectId, id);
  if (key?.deleteTime !== undefined && Date.parse(key.deleteTime) <= store.now().getTime() - keepDeletedMs) {
    store.removeKey(key);
    return undefined;
  }
  return key;
}

function checkEtag(key: ApiKey, etag: string | null): void {
  if (etag !== null && etag !== "" && etag !== key.etag) {
    throw failedPrecondition("The etag does not match the key's current one.");
  }
}

function operation(call: Call, kind: string, effect: () => object): object {
  return startOperation(call.store, {
    prefix: `operations/akmf.${kind}-`,
    delayMs: call.settings.operationDelayMs,
    effect: () => ({ "@type": "type.googleapis.com/google.api.apikeys.v2.Key", ...effect() }),
  });
}

function touch(store: Store, key: ApiKey): void {
  key.updateTime = store.timestamp();
  key.etag = newEtag(store);
}

function newEtag(store: Store): string {
  return `W/"${Buffer.from(`key-${store.next("etags")}`).toString("base64")}"`;
}

export function keyName(project: Project, id: string): string {
  return `projects/${project.projectNumber}/locations/${location}/keys/${id}`;
}

function keyJson(store: Store, key: ApiKey): object {
  const { id, projectId, keyString: _, ...rest } = key;
  return { name: keyName(store.project(projectId)!, id), ...rest };
}

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/**
 * A key string of the length of a real one, marked as false. Keys bound to a service account begin with `AQ.`, standard
 * keys with `AIza`.
 *
 * @see https://ai.google.dev/gemini-api/docs/api-key
 */
function newKeyString(bound: boolean): string {
  return bound ? `AQ.FAKE${randomText(53 - 7)}` : `AIzaFAKE${randomText(39 - 8)}`;
}

function randomText(length: number): string {
  return Array.from(randomBytes(length), (byte) => base62[byte % base62.length]).join("");
}
