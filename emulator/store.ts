import type { JsonObject } from "./fields";
import type { Operation, PendingOperation } from "./operations";

/** Everything the local cloud knows. Records are plain JSON, so that saving is one `JSON.stringify`. */

export interface Project {
  readonly projectId: string;
  readonly projectNumber: string;
  name: string;
  /** `organizations/<number>` or `folders/<number>`. */
  parent?: string;
  labels?: Record<string, string>;
  lifecycleState: "ACTIVE" | "DELETE_REQUESTED";
  readonly createTime: string;
  deleteTime?: string;
  /** Without the prefix `billingAccounts/`; empty if none is linked. */
  billingAccount: string;
  /** True for what was there before the first deploy: its service accounts are not known here. */
  readonly foreign?: boolean;
}

export interface BillingAccount {
  readonly id: string;
  readonly displayName: string;
  readonly currencyCode: string;
  readonly open: boolean;
}

export interface ApiKey {
  readonly id: string;
  readonly projectId: string;
  readonly uid: string;
  readonly keyString: string;
  readonly createTime: string;
  updateTime: string;
  deleteTime?: string;
  displayName?: string;
  annotations?: Record<string, string>;
  restrictions?: KeyRestrictions;
  readonly serviceAccountEmail?: string;
  etag: string;
}

export interface KeyRestrictions {
  readonly apiTargets?: readonly { readonly service: string; readonly methods?: readonly string[] }[];
  readonly browserKeyRestrictions?: { readonly allowedReferrers?: readonly string[] };
  readonly serverKeyRestrictions?: { readonly allowedIps?: readonly string[] };
  readonly androidKeyRestrictions?: { readonly allowedApplications?: readonly AndroidApplication[] };
  readonly iosKeyRestrictions?: { readonly allowedBundleIds?: readonly string[] };
}

export interface AndroidApplication {
  readonly packageName: string;
  readonly sha1Fingerprint: string;
}

export interface ServiceAccount {
  readonly projectId: string;
  readonly email: string;
  readonly uniqueId: string;
  displayName?: string;
  description?: string;
  disabled?: boolean;
  deleteTime?: string;
  etag: string;
}

export type VersionState = "ENABLED" | "DISABLED" | "DESTROYED";

export interface SecretVersion {
  readonly number: number;
  readonly createTime: string;
  state: VersionState;
  destroyTime?: string;
  /** When a version of a secret with a `versionDestroyTtl` comes to its end. */
  scheduledDestroyTime?: string;
  etag: string;
  /** Base64. Gone once the version is destroyed. */
  data?: string;
}

export interface Secret {
  readonly id: string;
  readonly projectId: string;
  readonly createTime: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  readonly replication: JsonObject;
  /** expireTime and versionDestroyTtl, and fields that are only kept and given back, such as topics and rotation. */
  kept: JsonObject;
  versionAliases?: Record<string, string>;
  etag: string;
  /** By number, 1 first. */
  readonly versions: SecretVersion[];
}

export interface Budget {
  readonly id: string;
  readonly billingAccount: string;
  value: JsonObject;
  etag: string;
}

export interface NotificationChannel {
  readonly id: string;
  readonly projectId: string;
  value: JsonObject;
}

export interface AlertPolicy {
  readonly id: string;
  readonly projectId: string;
  /** The policy without its name; the names of its conditions are in it. */
  value: JsonObject & { readonly notificationChannels: readonly string[]; readonly conditions: readonly JsonObject[] };
}

export interface Dashboard {
  readonly id: string;
  readonly projectId: string;
  value: JsonObject;
  etag: string;
}

/** Calls of the Gemini API that have all of this in common, counted by the minute. */
export interface UsageRecord {
  /** The full name, e.g. `google.ai.generativelanguage.v1beta.GenerativeService.GenerateContent`. */
  readonly method: string;
  readonly credentialId: string;
  /** HTTP status. */
  readonly code: number;
  /** Empty for a call without one. */
  readonly model: string;
  /** Whether the project had a billing account then. */
  readonly paid: boolean;
  /** Oldest first; minutes without a call are left out. */
  readonly minutes: UsageMinute[];
}

export interface UsageMinute {
  /** Minutes since 1970. */
  readonly minute: number;
  count: number;
  promptTokens: number;
  outputTokens: number;
  latencySeconds: number;
  /** Calls by bucket, see `latencyBounds`. */
  readonly latencyCounts: number[];
}

export interface Topic {
  readonly id: string;
  readonly projectId: string;
  value: JsonObject;
}

export interface LogMetric {
  readonly name: string;
  readonly projectId: string;
  readonly createTime: string;
  readonly updateTime: string;
  /** `filter`, `metricDescriptor`, `labelExtractors` and so on. */
  readonly value: JsonObject;
}

export interface LogSink {
  readonly name: string;
  readonly projectId: string;
  readonly createTime: string;
  updateTime: string;
  value: JsonObject;
}

export interface LogBucket {
  readonly id: string;
  readonly projectId: string;
  readonly location: string;
  readonly createTime: string;
  updateTime: string;
  deleteTime?: string;
  value: JsonObject;
}

export interface Bucket {
  readonly name: string;
  readonly projectNumber: string;
  value: JsonObject;
  metageneration: number;
  readonly timeCreated: string;
  updated: string;
}

export interface StoredObject {
  readonly name: string;
  readonly bucket: string;
  readonly generation: string;
  readonly contentType: string;
  readonly metadata?: Record<string, string>;
  readonly timeCreated: string;
  readonly md5Hash: string;
  readonly crc32c: string;
  readonly size: number;
  /** Base64. */
  readonly data: string;
}

export interface NoncurrentObject extends StoredObject {
  readonly timeDeleted: string;
}

export interface Policy {
  readonly version: number;
  readonly etag: string;
  readonly bindings: readonly Binding[];
  readonly auditConfigs?: readonly unknown[];
}

export interface Binding {
  readonly role: string;
  readonly members: readonly string[];
  readonly condition?: JsonObject;
}

export interface CustomRole {
  readonly id: string;
  readonly projectId: string;
  title: string;
  description: string;
  stage: string;
  includedPermissions: readonly string[];
  deleteTime?: string;
  etag: string;
}

export interface IdentityPool {
  readonly id: string;
  readonly projectId: string;
  value: JsonObject;
  deleteTime?: string;
}

export interface IdentityProvider extends IdentityPool {
  readonly poolId: string;
}

export interface KeyRing {
  readonly projectId: string;
  readonly location: string;
  readonly id: string;
  readonly createTime: string;
}

export type CryptoKeyVersionState = "ENABLED" | "DISABLED" | "DESTROY_SCHEDULED" | "DESTROYED";

export interface CryptoKeyVersion {
  readonly number: number;
  readonly createTime: string;
  state: CryptoKeyVersionState;
  /** When it is destroyed, or was. */
  destroyTime?: string;
}

export interface CryptoKey {
  /** `projects/<id>/locations/<location>/keyRings/<id>/cryptoKeys/<id>`. */
  readonly name: string;
  readonly createTime: string;
  value: JsonObject;
  /** By number, 1 first. */
  readonly versions: CryptoKeyVersion[];
}

/** A record of which only the fields that were sent are kept, e.g. a contact. */
export interface PlainRecord {
  readonly id: string;
  value: JsonObject;
}

/** Records by parent and id. */
export class Table<T> {
  private readonly parents = new Map<string, Map<string, T>>();

  get(parent: string, id: string): T | undefined {
    return this.parents.get(parent)?.get(id);
  }

  set(parent: string, id: string, record: T): void {
    let children = this.parents.get(parent);
    if (!children) {
      children = new Map();
      this.parents.set(parent, children);
    }
    children.set(id, record);
  }

  delete(parent: string, id: string): boolean {
    return this.parents.get(parent)?.delete(id) ?? false;
  }

  /** The records of one parent, sorted by id. */
  list(parent: string): T[] {
    const children = this.parents.get(parent);
    return children ? [...children].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, record]) => record) : [];
  }

  /** The ids of one parent, sorted. */
  ids(parent: string): string[] {
    return [...(this.parents.get(parent)?.keys() ?? [])].sort();
  }

  size(parent: string): number {
    return this.parents.get(parent)?.size ?? 0;
  }

  *all(): Iterable<T> {
    for (const children of this.parents.values()) {
      yield* children.values();
    }
  }

  toJSON(): object {
    return Object.fromEntries([...this.parents].map(([parent, children]) => [parent, Object.fromEntries(children)]));
  }

  load(data: Record<string, Record<string, T>>): void {
    this.parents.clear();
    for (const [parent, children] of Object.entries(data)) {
      this.parents.set(parent, new Map(Object.entries(children)));
    }
  }
}

/** The parent of records that have none. */
export const root = "";

export class Store {
  /** `organizations/<number>` and `folders/<number>`. Empty means that any parent is taken. */
  readonly parents = new Table<{ readonly name: string; readonly displayName: string }>();
  readonly billingAccounts = new Table<BillingAccount>();
  readonly projects = new Table<Project>();
  /** Enabled services, by project id. */
  readonly services = new Table<{ readonly enableTime: string }>();
  readonly keys = new Table<ApiKey>();
  /** By project id and e-mail. */
  readonly serviceAccounts = new Table<ServiceAccount>();
  /** By project id and unique id: an e-mail may be taken again at once. */
  readonly deletedServiceAccounts = new Table<ServiceAccount>();
  readonly secrets = new Table<Secret>();
  readonly policies = new Table<Policy>();
  readonly budgets = new Table<Budget>();
  readonly channels = new Table<NotificationChannel>();
  readonly alertPolicies = new Table<AlertPolicy>();
  readonly dashboards = new Table<Dashboard>();
  /** By project id. */
  readonly usage = new Table<UsageRecord>();
  readonly topics = new Table<Topic>();
  readonly buckets = new Table<Bucket>();
  readonly objects = new Table<StoredObject>();
  /** Former contents of buckets with versioning, by bucket and `<name>#<generation>`. */
  readonly noncurrentObjects = new Table<NoncurrentObject>();
  readonly customRoles = new Table<CustomRole>();
  readonly identityPools = new Table<IdentityPool>();
  /** By project id and `<pool>/<provider>`. */
  readonly identityProviders = new Table<IdentityProvider>();
  /** By project id and `<location>/<ring>`. */
  readonly keyRings = new Table<KeyRing>();
  /** By ring and id. */
  readonly cryptoKeys = new Table<CryptoKey>();
  /** By `projects/<number>`, `folders/<number>` or `organizations/<number>`, as the next two. */
  readonly orgPolicies = new Table<PlainRecord>();
  readonly contacts = new Table<PlainRecord>();
  readonly quotaPreferences = new Table<PlainRecord>();
  readonly operations = new Table<Operation>();
  /** By project id, oldest first. See log-entries.ts. */
  readonly logEntries = new Table<JsonObject[]>();
  readonly logMetrics = new Table<LogMetric>();
  readonly logSinks = new Table<LogSink>();
  /** By project id and `<location>/<bucket>`. */
  readonly logBuckets = new Table<LogBucket>();

  /** Operations whose effect is still to come. Not saved: `settleAll` is called before. */
  pending: PendingOperation[] = [];

  private readonly counters = new Map<string, number>();
  private readonly idsByNumber = new Map<string, string>();
  private readonly keysByString = new Map<string, ApiKey>();

  private offsetMs = 0;

  constructor(private readonly clock: () => Date = () => new Date()) {}

  now(): Date {
    return new Date(this.clock().getTime() + this.offsetMs);
  }

  /** How far the time here is ahead of the clock. */
  get clockOffsetMs(): number {
    return this.offsetMs;
  }

  /** Moves the time forward. Pending operations are done by `settle`, at the next request at the latest. */
  advance(ms: number): void {
    if (!(ms >= 0)) {
      throw new RangeError(`time only goes forward, got: ${ms} ms`);
    }
    this.offsetMs += ms;
  }

  timestamp(): string {
    return this.now().toISOString();
  }

  /** The next number of a sequence, from 1. */
  next(sequence: string): number {
    const value = (this.counters.get(sequence) ?? 0) + 1;
    this.counters.set(sequence, value);
    return value;
  }

  /** The project of an id or a number. */
  project(idOrNumber: string): Project | undefined {
    return this.projects.get(root, this.idsByNumber.get(idOrNumber) ?? idOrNumber);
  }

  addProject(project: Project): void {
    this.projects.set(root, project.projectId, project);
    this.idsByNumber.set(project.projectNumber, project.projectId);
  }

  isEnabled(projectId: string, service: string): boolean {
    return this.services.get(projectId, service) !== undefined;
  }

  addKey(key: ApiKey): void {
    this.keys.set(key.projectId, key.id, key);
    this.keysByString.set(key.keyString, key);
  }

  removeKey(key: ApiKey): void {
    this.keys.delete(key.projectId, key.id);
    this.keysByString.delete(key.keyString);
  }

  keyOfString(keyString: string): ApiKey | undefined {
    return this.keysByString.get(keyString);
  }

  toJSON(): object {
    const tables = Object.entries(this.tables()).map(([name, table]) => [name, table.toJSON()]);
    const clock = { offsetMs: this.offsetMs };
    return { counters: Object.fromEntries(this.counters), clock, ...Object.fromEntries(tables) };
  }

  /** Replaces everything by what `toJSON` gave. */
  load(data: Record<string, Record<string, never>>): void {
    this.counters.clear();
    for (const [name, value] of Object.entries(data["counters"] ?? {})) {
      this.counters.set(name, value);
    }
    this.offsetMs = data["clock"]?.["offsetMs"] ?? 0;
    for (const [name, table] of Object.entries(this.tables())) {
      table.load(data[name] ?? {});
    }
    this.idsByNumber.clear();
    for (const project of this.projects.all()) {
      this.idsByNumber.set(project.projectNumber, project.projectId);
    }
    this.keysByString.clear();
    for (const key of this.keys.all()) {
      this.keysByString.set(key.keyString, key);
    }
  }

  private tables(): Record<string, Table<unknown>> {
    const entries = Object.entries(this).filter(([, value]) => value instanceof Table);
    return Object.fromEntries(entries) as Record<string, Table<unknown>>;
  }
}
