import { alreadyExists, failedPrecondition, invalidArgument, notFound } from "../errors";
import {
  applyMask,
  booleanField,
  type JsonObject,
  maskPaths,
  objectField,
  rejectUnknownFields,
  stringField,
  stringMapField,
  validLabels,
  withoutDefaults,
} from "../fields";
import { getPolicy, membersOf, setPolicyFromBody } from "../iam-policy";
import { paginate } from "../paging";
import { type AuditedMethod, type Call, enabledProject, route, type Service } from "../service";
import type { CryptoKey, CryptoKeyVersion, KeyRing, Project, Store } from "../store";
import { projectResource } from "./resource-manager";

const api = "cloudkms.googleapis.com";
const rings = "projects/*/locations/*/keyRings";
const keys = `${rings}/*/cryptoKeys`;

/** Cloud KMS v1: key rings, keys, their versions and policies. Nothing is encrypted. */
export const kms: Service = {
  api,
  errors: "full",
  routes: [
    route(
      "POST",
      "/v1/{parent=projects/*/locations/*}/keyRings",
      createKeyRing,
      audited("CreateKeyRing", "keyRings.create"),
    ),
    route("GET", "/v1/{parent=projects/*/locations/*}/keyRings", listKeyRings, read("ListKeyRings", "keyRings.list")),
    route("GET", `/v1/{name=${rings}/*}`, (call) => ringJson(keyRing(call)), read("GetKeyRing", "keyRings.get")),
    route("POST", `/v1/{parent=${rings}/*}/cryptoKeys`, createKey, audited("CreateCryptoKey", "cryptoKeys.create")),
    route("GET", `/v1/{parent=${rings}/*}/cryptoKeys`, listKeys, read("ListCryptoKeys", "cryptoKeys.list")),
    route("GET", `/v1/{name=${keys}/*}`, (call) => keyJson(cryptoKey(call)), read("GetCryptoKey", "cryptoKeys.get")),
    route("PATCH", `/v1/{crypto_key.name=${keys}/*}`, updateKey, audited("UpdateCryptoKey", "cryptoKeys.update")),
    route(
      "GET",
      `/v1/{resource=${keys}/*}:getIamPolicy`,
      (call) => getPolicy(call.store, keyResource(cryptoKey(call).name)),
      read("GetIamPolicy", "cryptoKeys.getIamPolicy"),
    ),
    route(
      "POST",
      `/v1/{resource=${keys}/*}:setIamPolicy`,
      (call) => setPolicyFromBody(call.store, keyResource(cryptoKey(call).name), call.body),
      {
        ...audited("SetIamPolicy", "cryptoKeys.setIamPolicy"),
        policyOf: (call) => keyResource(cryptoKey(call).name),
      },
    ),
    route(
      "GET",
      `/v1/{parent=${keys}/*}/cryptoKeyVersions`,
      listVersions,
      read("ListCryptoKeyVersions", "cryptoKeyVersions.list"),
    ),
    route(
      "GET",
      `/v1/{name=${keys}/*/cryptoKeyVersions/*}`,
      (call) => versionJson(...version(call)),
      read("GetCryptoKeyVersion", "cryptoKeyVersions.get"),
    ),
    route(
      "POST",
      `/v1/{name=${keys}/*/cryptoKeyVersions/*}:destroy`,
      destroyVersion,
      audited("DestroyCryptoKeyVersion", "cryptoKeyVersions.destroy"),
    ),
    route(
      "POST",
      `/v1/{name=${keys}/*/cryptoKeyVersions/*}:restore`,
      restoreVersion,
      audited("RestoreCryptoKeyVersion", "cryptoKeyVersions.restore"),
    ),
  ],
};

/** The names are short: https://docs.cloud.google.com/kms/docs/logging */
function audited(method: string, permission: string): AuditedMethod {
  return { method, permission: `cloudkms.${permission}`, monitored };
}

function read(method: string, permission: string): AuditedMethod {
  return { ...audited(method, permission), type: "ADMIN_READ" };
}

/** What the call is about: the deepest that its path or its query names. */
function monitored({ wildcards, query }: Call, { projectId }: Project): JsonObject {
  const [, location = "", ring = query.get("keyRingId"), key = query.get("cryptoKeyId"), version] = wildcards;
  const labels = { project_id: projectId, location, key_ring_id: ring ?? "" };
  if (key === null) {
    return { type: "cloudkms_keyring", labels };
  }
  return version === undefined
    ? { type: "cloudkms_cryptokey", labels: { ...labels, crypto_key_id: key } }
    : { type: "cloudkms_cryptokeyversion", labels: { ...labels, crypto_key_id: key, crypto_key_version_id: version } };
}

const idPattern = /^[a-zA-Z0-9_-]{1,63}$/;
const locationPattern = /^[a-z][a-z0-9-]*$/;
const hour = 3600;
const day = 24 * hour;
/** @see https://docs.cloud.google.com/kms/docs/reference/rest/v1/projects.locations.keyRings.cryptoKeys#CryptoKey */
const minRotation = day;
const maxRotation = 876_000 * hour;
const minDestroy = day;
const maxDestroy = 120 * day;
const defaultDestroy = "2592000s";
const symmetric = "ENCRYPT_DECRYPT";
const purposes = [symmetric, "ASYMMETRIC_SIGN", "ASYMMETRIC_DECRYPT", "RAW_ENCRYPT_DECRYPT", "MAC"];
const protectionLevels = ["SOFTWARE", "HSM", "EXTERNAL", "EXTERNAL_VPC"];
const changeable = ["labels", "rotationPeriod", "nextRotationTime", "versionTemplate"];
const keyFields = ["name", "purpose", "destroyScheduledDuration", "importOnly", "cryptoKeyBackend", ...changeable];

function createKeyRing(call: Call): object {
  const [project, location] = call.wildcards as [string, string];
  const { projectId } = enabledProject(call, project, api);
  if (!locationPattern.test(location)) {
    throw notFound(`Location ${location} was not found.`);
  }
  const record: KeyRing = { projectId, location, id: newId(call, "keyRingId"), createTime: call.store.timestamp() };
  const key = `${location}/${record.id}`;
  if (call.store.keyRings.get(projectId, key)) {
    throw alreadyExists(`KeyRing ${ringName(record)} already exists.`);
  }
  call.store.keyRings.set(projectId, key, record);
  return ringJson(record);
}

function listKeyRings(call: Call): object {
  const [project, location] = call.wildcards as [string, string];
  const { projectId } = enabledProject(call, project, api);
  const all = call.store.keyRings.list(projectId).filter((ring) => ring.location === location);
  const page = paginate(all, (ring) => ring.id, call.query, {
    scope: `${projectId} ${location} keyRings`,
    defaultSize: 100,
    maxSize: 1000,
  });
  return withoutDefaults({
    keyRings: page.items.map(ringJson),
    nextPageToken: page.nextPageToken,
    totalSize: all.length,
  });
}

function createKey(call: Call): object {
  const { store, body } = call;
  const ring = keyRing(call);
  const name = `${ringName(ring)}/cryptoKeys/${newId(call, "cryptoKeyId")}`;
  const value = readKey(body);
  if (store.cryptoKeys.get(ringName(ring), name)) {
    throw alreadyExists(`CryptoKey ${name} already exists.`);
  }
  const record: CryptoKey = { name, createTime: store.timestamp(), value, versions: [] };
  if (call.query.get("skipInitialVersionCreation") !== "true") {
    addVersion(record, record.createTime);
  }
  store.cryptoKeys.set(ringName(ring), name, record);
  return keyJson(record);
}

function readKey(body: JsonObject): JsonObject {
  rejectUnknownFields(body, keyFields, "crypto_key");
  const purpose = stringField(body, "purpose") ?? "";
  if (!purposes.includes(purpose)) {
    throw invalidArgument(`The purpose of a key must be one of ${purposes.join(", ")}.`);
  }
  const destroyScheduledDuration = stringField(body, "destroyScheduledDuration") || defaultDestroy;
  checkSeconds("destroy_scheduled_duration", destroyScheduledDuration, minDestroy, maxDestroy);
  return withoutDefaults({
    purpose,
    labels: validLabels(stringMapField(body, "labels")),
    versionTemplate: readTemplate(objectField(body, "versionTemplate") ?? {}, purpose),
    destroyScheduledDuration,
    importOnly: booleanField(body, "importOnly"),
    cryptoKeyBackend: stringField(body, "cryptoKeyBackend"),
    ...readRotation(body, purpose),
  });
}

function readTemplate(template: JsonObject, purpose: string): JsonObject {
  rejectUnknownFields(template, ["algorithm", "protectionLevel"], "crypto_key.version_template");
  const algorithm =
    stringField(template, "algorithm") || (purpose === symmetric ? "GOOGLE_SYMMETRIC_ENCRYPTION" : undefined);
  const protectionLevel = stringField(template, "protectionLevel") || "SOFTWARE";
  if (algorithm === undefined) {
    throw invalidArgument(`A key for ${purpose} needs version_template.algorithm.`);
  }
  if (!protectionLevels.includes(protectionLevel)) {
    throw invalidArgument(`The protection level must be one of ${protectionLevels.join(", ")}.`);
  }
  return { algorithm, protectionLevel };
}

function readRotation(body: JsonObject, purpose: string): { rotationPeriod?: string; nextRotationTime?: string } {
  const rotationPeriod = stringField(body, "rotationPeriod");
  const nextRotationTime = stringField(body, "nextRotationTime");
  if ((rotationPeriod !== undefined || nextRotationTime !== undefined) && purpose !== symmetric) {
    throw invalidArgument(`Only keys for ${symmetric} are rotated by themselves.`);
  }
  if (nextRotationTime !== undefined && Number.isNaN(Date.parse(nextRotationTime))) {
    throw invalidArgument(`Invalid value at 'crypto_key.next_rotation_time' (Timestamp), "${nextRotationTime}"`);
  }
  if (rotationPeriod === undefined) {
    return nextRotationTime === undefined ? {} : { nextRotationTime };
  }
  checkSeconds("rotation_period", rotationPeriod, minRotation, maxRotation);
  if (nextRotationTime === undefined) {
    throw invalidArgument("If rotation_period is set, next_rotation_time must also be set.");
  }
  return { rotationPeriod, nextRotationTime };
}

function checkSeconds(field: string, text: string, min: number, max: number): void {
  const seconds = secondsOf(text);
  if (!(seconds >= min && seconds <= max)) {
    throw invalidArgument(`${field} must be between ${min}s and ${max}s, got: ${text}.`);
  }
}

/** Not a number if the text is no duration. */
function secondsOf(text: unknown): number {
  return Number(/^(\d+(?:\.\d+)?)s$/.exec(String(text))?.[1]);
}

function listKeys(call: Call): object {
  const ring = keyRing(call);
  const all = call.store.cryptoKeys.list(ringName(ring)).map((key) => caughtUp(call.store, key));
  const page = paginate(all, (key) => key.name, call.query, {
    scope: `${ringName(ring)} cryptoKeys`,
    defaultSize: 100,
    maxSize: 1000,
  });
  return withoutDefaults({
    cryptoKeys: page.items.map(keyJson),
    nextPageToken: page.nextPageToken,
    totalSize: all.length,
  });
}

/** The provider takes the rotation away by naming both fields in the mask and sending neither. */
function updateKey(call: Call): object {
  const target = cryptoKey(call);
  const paths = maskPaths(call.query.get("updateMask"));
  if (!paths) {
    throw invalidArgument("update_mask must be set.");
  }
  const wrong = paths.find((path) => !changeable.includes(path.split(".")[0]!));
  if (wrong !== undefined) {
    throw invalidArgument(`update_mask: ${wrong} cannot be changed.`);
  }
  target.value = readKey(applyMask(target.value, call.body, paths));
  return keyJson(target);
}

function listVersions(call: Call): object {
  const target = cryptoKey(call);
  const page = paginate(target.versions, (entry) => String(entry.number), call.query, {
    scope: `${target.name} versions`,
    defaultSize: 100,
    maxSize: 1000,
  });
  return withoutDefaults({
    cryptoKeyVersions: page.items.map((entry) => versionJson(target, entry)),
    nextPageToken: page.nextPageToken,
    totalSize: target.versions.length,
  });
}

function destroyVersion(call: Call): object {
  const [key, entry] = version(call);
  if (entry.state === "DESTROYED" || entry.state === "DESTROY_SCHEDULED") {
    throw failedPrecondition(`CryptoKeyVersion ${versionName(key, entry)} is in state ${entry.state}.`);
  }
  entry.state = "DESTROY_SCHEDULED";
  const wait = secondsOf(key.value["destroyScheduledDuration"]) * 1000;
  entry.destroyTime = new Date(call.store.now().getTime() + wait).toISOString();
  return versionJson(key, entry);
}

function restoreVersion(call: Call): object {
  const [key, entry] = version(call);
  if (entry.state !== "DESTROY_SCHEDULED") {
    throw failedPrecondition(`CryptoKeyVersion ${versionName(key, entry)} is in state ${entry.state}.`);
  }
  entry.state = "DISABLED";
  delete entry.destroyTime;
  return versionJson(key, entry);
}

function addVersion(key: CryptoKey, createTime: string): void {
  key.versions.push({ number: key.versions.length + 1, createTime, state: "ENABLED" });
}

/** So many rotations are made up at most, if the next one was to be long ago. */
const maxCaughtUp = 1000;

/** Makes what was due since the key was last looked at: rotations and destructions. */
function caughtUp(store: Store, key: CryptoKey): CryptoKey {
  const now = store.now().getTime();
  const { rotationPeriod, nextRotationTime } = key.value;
  const period = secondsOf(rotationPeriod) * 1000;
  const next = Date.parse(String(nextRotationTime));
  if (period > 0 && next <= now) {
    const due = Math.floor((now - next) / period) + 1;
    for (let index = Math.max(0, due - maxCaughtUp); index < due; index += 1) {
      addVersion(key, new Date(next + index * period).toISOString());
    }
    key.value = { ...key.value, nextRotationTime: new Date(next + due * period).toISOString() };
  }
  for (const entry of key.versions) {
    if (entry.state === "DESTROY_SCHEDULED" && Date.parse(entry.destroyTime!) <= now) {
      entry.state = "DESTROYED";
    }
  }
  return key;
}

/** The newest version, whatever became of it. Keys for signing have none. */
function primaryOf({ value, versions }: CryptoKey): CryptoKeyVersion | undefined {
  return value["purpose"] === symmetric ? versions[versions.length - 1] : undefined;
}

const userRole = "roles/cloudkms.cryptoKeyEncrypterDecrypter";

/** Whether the account may encrypt with the key, by a grant on it or its project; undefined if the key does not exist. */
export function mayUseKey(store: Store, name: string, email: string): boolean | undefined {
  const key = store.cryptoKeys.get(name.split("/cryptoKeys/")[0]!, name);
  const project = store.project(name.split("/")[1]!);
  if (!key || !project) {
    return undefined;
  }
  const primary = primaryOf(caughtUp(store, key));
  const members = [keyResource(name), projectResource(project)].flatMap((resource) =>
    membersOf(store, resource, userRole),
  );
  return primary?.state === "ENABLED" && members.includes(`serviceAccount:${email}`);
}

function newId(call: Call, parameter: string): string {
  const id = call.query.get(parameter) ?? "";
  if (!idPattern.test(id)) {
    throw invalidArgument(`${parameter} must match ${idPattern.source}, got: ${JSON.stringify(id)}.`);
  }
  return id;
}

function keyRing(call: Call): KeyRing {
  const [project, location, id] = call.wildcards as [string, string, string];
  const { projectId } = enabledProject(call, project, api);
  const found = call.store.keyRings.get(projectId, `${location}/${id}`);
  if (!found) {
    throw notFound(`KeyRing projects/${projectId}/locations/${location}/keyRings/${id} not found.`);
  }
  return found;
}

function cryptoKey(call: Call): CryptoKey {
  const ring = ringName(keyRing(call));
  const name = `${ring}/cryptoKeys/${call.wildcards[3]}`;
  const found = call.store.cryptoKeys.get(ring, name);
  if (!found) {
    throw notFound(`CryptoKey ${name} not found.`);
  }
  return caughtUp(call.store, found);
}

function version(call: Call): [CryptoKey, CryptoKeyVersion] {
  const key = cryptoKey(call);
  const found = key.versions[Number(call.wildcards[4]) - 1];
  if (!found) {
    throw notFound(`CryptoKeyVersion ${key.name}/cryptoKeyVersions/${call.wildcards[4]} not found.`);
  }
  return [key, found];
}

function keyResource(name: string): string {
  return `//cloudkms.googleapis.com/${name}`;
}

function ringName({ projectId, location, id }: KeyRing): string {
  return `projects/${projectId}/locations/${location}/keyRings/${id}`;
}

function ringJson(ring: KeyRing): object {
  return { name: ringName(ring), createTime: ring.createTime };
}

function keyJson(key: CryptoKey): object {
  const primary = primaryOf(key);
  return {
    name: key.name,
    ...(primary && { primary: versionJson(key, primary) }),
    createTime: key.createTime,
    ...key.value,
  };
}

function versionName(key: CryptoKey, { number }: CryptoKeyVersion): string {
  return `${key.name}/cryptoKeyVersions/${number}`;
}

function versionJson(key: CryptoKey, entry: CryptoKeyVersion): object {
  const { state, createTime, destroyTime } = entry;
  return {
    name: versionName(key, entry),
    state,
    createTime,
    ...(key.value["versionTemplate"] as JsonObject),
    generateTime: createTime,
    // A version that is gone has the time of its end in another field.
    ...(destroyTime !== undefined && (state === "DESTROYED" ? { destroyEventTime: destroyTime } : { destroyTime })),
  };
}
