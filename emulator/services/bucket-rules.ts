import { ApiError, invalidArgument, notFound, permissionDenied } from "../errors";
import {
  type JsonObject,
  objectField,
  objectListField,
  stringField,
  stringListField,
  stringMapField,
  validLabels,
} from "../fields";
import type { Store } from "../store";
import { mayUseKey } from "./kms";

/** What is known of the bucket whose fields are checked. */
export interface BucketFacts {
  readonly name: string;
  readonly projectNumber: string;
  /** Undefined for a new one. */
  readonly before: JsonObject | undefined;
}

const day = 24 * 60 * 60;
/** @see https://docs.cloud.google.com/storage/docs/bucket-lock */
const maxRetention = 3_155_760_000;
/** @see https://docs.cloud.google.com/storage/docs/soft-delete */
const softDelete = { default: 7 * day, min: 7 * day, max: 90 * day };
const maxRules = 100;
const actions = ["Delete", "SetStorageClass", "AbortIncompleteMultipartUpload"];
/** Conditions of a lifecycle rule that are whole numbers of at least 0. */
const numbers = ["age", "numNewerVersions", "daysSinceNoncurrentTime", "daysSinceCustomTime"];
const conditions = [
  ...numbers,
  "createdBefore",
  "isLive",
  "matchesStorageClass",
  "matchesPrefix",
  "matchesSuffix",
  "customTimeBefore",
  "noncurrentTimeBefore",
];

/**
 * Checks the fields of a bucket and fills in what Google fills in. Nobody checks that the bucket for access logs exists, says
 * https://github.com/GoogleCloudPlatform/gsutil/issues/1295
 */
export function readBucket(store: Store, facts: BucketFacts, value: JsonObject): JsonObject {
  validLabels(stringMapField(value, "labels"));
  checkIamConfiguration(objectField(value, "iamConfiguration") ?? {});
  checkLifecycle(objectField(value, "lifecycle") ?? {});
  const location = (stringField(value, "location") || "US").toUpperCase();
  checkEncryption(store, facts, location, objectField(value, "encryption"));
  const logging = readLogging(facts, objectField(value, "logging"));
  const retentionPolicy = readRetention(store, facts, objectField(value, "retentionPolicy"));
  return {
    ...value,
    location,
    storageClass: stringField(value, "storageClass") || "STANDARD",
    softDeletePolicy: readSoftDelete(store, facts, objectField(value, "softDeletePolicy")),
    ...(logging && { logging }),
    ...(retentionPolicy && { retentionPolicy }),
  };
}

/** The Cloud Storage service agent of a project. */
export function storageAgent(projectNumber: string): string {
  return `service-${projectNumber}@gs-project-accounts.iam.gserviceaccount.com`;
}

/** Refuses a write that the key of the bucket does not allow. */
export function checkKey(store: Store, projectNumber: string, key: string): void {
  const allowed = mayUseKey(store, key, storageAgent(projectNumber));
  if (allowed === undefined) {
    throw notFound(`Cloud KMS key ${key} was not found.`);
  }
  if (!allowed) {
    // Google's words, e.g. in https://github.com/ollionorg/gcp-landing-zone/pull/59
    throw permissionDenied(
      "Permission denied on Cloud KMS key. Please ensure that your Cloud Storage service account has been authorized to use this key.",
    );
  }
}

function checkIamConfiguration(configuration: JsonObject): void {
  const prevention = stringField(configuration, "publicAccessPrevention") ?? "inherited";
  if (prevention !== "inherited" && prevention !== "enforced") {
    throw invalidArgument(`Invalid argument: publicAccessPrevention ${JSON.stringify(prevention)}.`);
  }
}

function checkLifecycle(lifecycle: JsonObject): void {
  const rules = objectListField(lifecycle, "rule") ?? [];
  if (rules.length > maxRules) {
    throw invalidArgument(`A lifecycle configuration must have at most ${maxRules} rules.`);
  }
  for (const rule of rules) {
    const action = objectField(rule, "action") ?? {};
    const type = stringField(action, "type") ?? "";
    if (!actions.includes(type) || (type === "SetStorageClass") !== Boolean(stringField(action, "storageClass"))) {
      throw invalidArgument(`A lifecycle rule has an action that is not valid: ${JSON.stringify(action)}.`);
    }
    checkCondition(objectField(rule, "condition") ?? {});
  }
}

function checkCondition(condition: JsonObject): void {
  const names = Object.keys(condition);
  if (names.length === 0) {
    throw invalidArgument("A lifecycle rule must have at least one condition.");
  }
  for (const name of names) {
    const value = condition[name];
    if (
      !conditions.includes(name) ||
      (numbers.includes(name) && !(Number.isSafeInteger(value) && Number(value) >= 0))
    ) {
      throw invalidArgument(
        `A lifecycle rule has a condition that is not valid: ${JSON.stringify({ [name]: value })}.`,
      );
    }
  }
  stringListField(condition, "matchesPrefix");
  stringListField(condition, "matchesSuffix");
}

/** A key is looked at when it is set, and must be where the bucket is. How Google words the latter is not known. */
function checkEncryption(
  store: Store,
  { before, projectNumber }: BucketFacts,
  location: string,
  encryption: JsonObject | undefined,
): void {
  const key = encryption && stringField(encryption, "defaultKmsKeyName");
  if (!key || key === objectField(before ?? {}, "encryption")?.["defaultKmsKeyName"]) {
    return;
  }
  const place = /^projects\/[^/]+\/locations\/([^/]+)\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/.exec(key)?.[1];
  if (place === undefined) {
    throw invalidArgument(`Invalid Cloud KMS key name: ${JSON.stringify(key)}.`);
  }
  checkKey(store, projectNumber, key);
  if (place.toUpperCase() !== location) {
    throw invalidArgument(`The Cloud KMS key is in ${place}, but the bucket is in ${location.toLowerCase()}.`);
  }
}

function readLogging({ name }: BucketFacts, logging: JsonObject | undefined): JsonObject | undefined {
  if (!logging) {
    return undefined;
  }
  if (!stringField(logging, "logBucket")) {
    throw invalidArgument("logging.logBucket is missing.");
  }
  return { ...logging, logObjectPrefix: stringField(logging, "logObjectPrefix") || name };
}

function readSoftDelete(store: Store, { before }: BucketFacts, policy: JsonObject | undefined): JsonObject {
  const seconds = Number(policy?.["retentionDurationSeconds"] ?? softDelete.default);
  if (!(seconds === 0 || (seconds >= softDelete.min && seconds <= softDelete.max))) {
    throw invalidArgument(
      `softDeletePolicy.retentionDurationSeconds must be 0 or ${softDelete.min} to ${softDelete.max}, got: ${seconds}.`,
    );
  }
  const next = { retentionDurationSeconds: String(seconds) };
  const old = objectField(before ?? {}, "softDeletePolicy");
  const same = old?.["retentionDurationSeconds"] === next.retentionDurationSeconds;
  return { ...next, effectiveTime: same ? old?.["effectiveTime"] : store.timestamp() };
}

/** A locked policy can only grow. Locking is a call of its own. */
function readRetention(
  store: Store,
  { name, before }: BucketFacts,
  policy: JsonObject | undefined,
): JsonObject | undefined {
  const old = objectField(before ?? {}, "retentionPolicy");
  const seconds = Number(policy?.["retentionPeriod"]);
  if (old?.["isLocked"] && !(seconds >= Number(old["retentionPeriod"]))) {
    throw new ApiError(
      "PERMISSION_DENIED",
      `Cannot reduce retention duration of a locked Retention Policy for bucket '${name}'.`,
    );
  }
  if (!policy) {
    return undefined;
  }
  if (!(Number.isSafeInteger(seconds) && seconds > 0 && seconds < maxRetention)) {
    throw invalidArgument(`retentionPolicy.retentionPeriod must be 1 to ${maxRetention - 1} seconds.`);
  }
  const same = old?.["retentionPeriod"] === String(seconds);
  return {
    retentionPeriod: String(seconds),
    effectiveTime: same ? old?.["effectiveTime"] : store.timestamp(),
    ...(old?.["isLocked"] === true && { isLocked: true }),
  };
}
