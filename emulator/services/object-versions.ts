import { ApiError } from "../errors";
import { isObject, type JsonObject } from "../fields";
import type { Bucket, NoncurrentObject, Store, StoredObject } from "../store";

/**
 * What becomes of an object that is written again or deleted: with versioning it stays as a noncurrent version.
 *
 * @see https://docs.cloud.google.com/storage/docs/object-versioning
 */

/** The live object, or the version of a generation. */
export function findVersion(
  store: Store,
  bucketName: string,
  name: string,
  generation: string,
): StoredObject | NoncurrentObject | undefined {
  const live = store.objects.get(bucketName, name);
  return generation === "" || live?.generation === generation
    ? live
    : store.noncurrentObjects.get(bucketName, versionId(name, generation));
}

/** All versions of a bucket's objects, by name and then from old to new. */
export function allVersions(store: Store, bucketName: string): (StoredObject | NoncurrentObject)[] {
  const all = [...store.objects.list(bucketName), ...store.noncurrentObjects.list(bucketName)];
  return all.sort((a, b) =>
    a.name === b.name ? Number(a.generation) - Number(b.generation) : a.name < b.name ? -1 : 1,
  );
}

export function isEmpty(store: Store, bucketName: string): boolean {
  return store.objects.size(bucketName) + store.noncurrentObjects.size(bucketName) === 0;
}

/** Puts a new live object in the place of the old one. */
export function replaceLive(store: Store, bucket: Bucket, object: StoredObject): void {
  const old = store.objects.get(bucket.name, object.name);
  if (old) {
    removeLive(store, bucket, old);
  }
  store.objects.set(bucket.name, object.name, object);
}

/** Takes the live object away; with versioning it becomes noncurrent. */
export function removeLive(store: Store, bucket: Bucket, live: StoredObject): void {
  if (hasVersioning(bucket)) {
    const noncurrent = { ...live, timeDeleted: store.timestamp() };
    store.noncurrentObjects.set(bucket.name, versionId(live.name, live.generation), noncurrent);
  } else {
    checkRetention(store, bucket, live);
  }
  store.objects.delete(bucket.name, live.name);
}

/** Deletes one version for good. */
export function deleteVersion(store: Store, bucket: Bucket, version: StoredObject | NoncurrentObject): void {
  checkRetention(store, bucket, version);
  if ("timeDeleted" in version) {
    store.noncurrentObjects.delete(bucket.name, versionId(version.name, version.generation));
  } else {
    store.objects.delete(bucket.name, version.name);
  }
}

/** Google's words, e.g. in https://github.com/treeverse/lakeFS/issues/1339 */
function checkRetention(store: Store, bucket: Bucket, { name, timeCreated }: StoredObject): void {
  const until = retainedUntil(bucket, timeCreated);
  if (until > store.now().getTime()) {
    throw new ApiError(
      "PERMISSION_DENIED",
      `Object '${bucket.name}/${name}' is subject to bucket's retention policy and cannot be deleted, overwritten or archived until ${new Date(until).toISOString()}`,
      { reason: "retentionPolicyNotMet" },
    );
  }
}

/** Milliseconds since 1970. */
function retainedUntil(bucket: Bucket, timeCreated: string): number {
  const policy = bucket.value["retentionPolicy"];
  return isObject(policy) ? Date.parse(timeCreated) + Number(policy["retentionPeriod"]) * 1000 : 0;
}

/** The conditions that are modelled. A rule with another one, and any action but Delete, does nothing here. */
const modelled = ["age", "isLive", "numNewerVersions", "daysSinceNoncurrentTime", "matchesPrefix", "matchesSuffix"];
const dayMs = 24 * 60 * 60 * 1000;

/**
 * Deletes what the bucket's lifecycle rules say. Google does so within a day, the local cloud when the bucket is next used.
 *
 * @see https://docs.cloud.google.com/storage/docs/lifecycle
 */
export function applyLifecycle(store: Store, bucket: Bucket): void {
  const conditions = deleteConditions(bucket.value["lifecycle"]);
  if (conditions.length === 0) {
    return;
  }
  const now = store.now().getTime();
  const versions = allVersions(store, bucket.name);
  versions.forEach((version, index) => {
    const newer = versions.slice(index + 1).filter(({ name }) => name === version.name).length;
    const due = conditions.some((condition) => holds(condition, version, newer, now));
    if (!due || retainedUntil(bucket, version.timeCreated) > now) {
      return;
    }
    if ("timeDeleted" in version) {
      deleteVersion(store, bucket, version);
    } else {
      removeLive(store, bucket, version);
    }
  });
}

function deleteConditions(lifecycle: unknown): JsonObject[] {
  const rules = isObject(lifecycle) && Array.isArray(lifecycle["rule"]) ? lifecycle["rule"] : [];
  return rules
    .filter(({ action }) => action.type === "Delete")
    .map(({ condition }) => condition as JsonObject)
    .filter((condition) => Object.keys(condition).every((name) => modelled.includes(name)));
}

function holds(condition: JsonObject, version: StoredObject | NoncurrentObject, newer: number, now: number): boolean {
  const noncurrentSince = "timeDeleted" in version ? Date.parse(version.timeDeleted) : undefined;
  const days = (since: number) => Math.floor((now - since) / dayMs);
  const tests: Readonly<Record<string, (value: unknown) => boolean>> = {
    age: (value) => days(Date.parse(version.timeCreated)) >= Number(value),
    isLive: (value) => value === (noncurrentSince === undefined),
    numNewerVersions: (value) => noncurrentSince !== undefined && newer >= Number(value),
    daysSinceNoncurrentTime: (value) => noncurrentSince !== undefined && days(noncurrentSince) >= Number(value),
    matchesPrefix: (value) => (value as string[]).some((prefix) => version.name.startsWith(prefix)),
    matchesSuffix: (value) => (value as string[]).some((suffix) => version.name.endsWith(suffix)),
  };
  return Object.entries(condition).every(([name, value]) => tests[name]!(value));
}

function hasVersioning({ value }: Bucket): boolean {
  const versioning = value["versioning"];
  return isObject(versioning) && versioning["enabled"] === true;
}

function versionId(name: string, generation: string): string {
  return `${name}#${generation}`;
}
