/**
 * What a Terraform root module says about Gemini keys and everything around them, whoever wrote it: a stack of ours, or the
 * plan of any project. The policies judge it. It is plain JSON and never holds a key string.
 *
 * The inventory (model.ts) knows keys as we declare them; here nothing is taken for granted.
 */
export interface Facts {
  /** The name of the stack or of the plan's file: the environment, for a stack of ours. */
  readonly name: string;
  readonly origin: "stack" | "plan";
  readonly backend: BackendFacts;
  /** Settings of the `google` providers. */
  readonly providers: readonly ProviderFacts[];
  readonly projects: readonly ProjectFacts[];
  readonly services: readonly ServiceFacts[];
  readonly apiKeys: readonly ApiKeyFacts[];
  readonly serviceAccounts: readonly ServiceAccountFacts[];
  readonly secrets: readonly SecretFacts[];
  readonly secretVersions: readonly SecretVersionFacts[];
  /** One for each role and member: IAM members, bindings and whole policies taken apart. */
  readonly grants: readonly GrantFacts[];
  readonly budgets: readonly BudgetFacts[];
  readonly auditConfigs: readonly AuditConfigFacts[];
  /** Places where something that holds a key string leaves the state: outputs, local files, provisioners. */
  readonly exposures: readonly ExposureFacts[];
  /** Key material written out, by the place where it stands. */
  readonly keyMaterial: readonly KeyMaterialFacts[];
  /** What a plan does to API keys and projects that are there. Empty for a stack. */
  readonly changes: readonly ChangeFacts[];
  /** Only where a review asked for it. */
  readonly surroundings?: SurroundingFacts;
}

/** A value that is not known before the apply. */
export interface Unknown {
  readonly unknown: true;
}

export const UNKNOWN: Unknown = { unknown: true };

export type Maybe<T> = T | Unknown;

export function isUnknown(value: unknown): value is Unknown {
  return typeof value === "object" && value !== null && (value as Partial<Unknown>).unknown === true;
}

/** A resource has its Terraform address, e.g. `module.a.google_apikeys_key.web["x"]`. */
export interface Located {
  readonly address: string;
}

/** `unknown` for a plan: it does not say where its state is. */
export interface BackendFacts {
  readonly kind: "gcs" | "cloud" | "local" | "other" | "unknown";
}

export interface ProviderFacts extends Located {
  readonly quotaProject?: Maybe<string>;
  readonly userProjectOverride: boolean;
}

export interface ProjectFacts extends Located {
  readonly projectId: Maybe<string>;
  readonly protected: boolean;
  readonly labels: Readonly<Record<string, string>>;
}

export interface ServiceFacts extends Located {
  readonly project: Maybe<string>;
  readonly service: Maybe<string>;
  /** Undefined where it is not said: provider 6 then disables, later ones do not. */
  readonly disableOnDestroy?: boolean;
}

export interface ApiKeyFacts extends Located {
  readonly project: Maybe<string>;
  readonly keyId: Maybe<string>;
  readonly displayName?: Maybe<string>;
  /** The address of the service account in this module, or its e-mail; undefined for a standard key. */
  readonly serviceAccount?: Maybe<string>;
  /** Undefined if there is no restriction of targets at all. */
  readonly apiTargets?: readonly { readonly service: Maybe<string>; readonly methods: readonly string[] }[];
  /** As written, in order. Undefined if there is no restriction of addresses. */
  readonly allowedIps?: Maybe<readonly Maybe<string>[]>;
  /** Kinds of client restriction other than addresses. */
  readonly clientRestrictions: readonly ("browser" | "android" | "ios")[];
  /** What the stack of ours knows besides; undefined elsewhere. */
  readonly declared?: DeclaredKeyFacts;
}

/** From the labels and annotations of the secret that holds the key. */
export interface DeclaredKeyFacts {
  readonly environment: string;
  /** The name in the configuration. */
  readonly name: string;
  readonly generation: number;
  readonly phase: "prepared" | "serving" | "draining";
  readonly owner?: string;
  readonly purpose?: string;
  readonly contact?: string;
  /** `YYYY-MM-DD`. */
  readonly created?: string;
  readonly rotateEveryDays?: number;
}

export interface ServiceAccountFacts extends Located {
  readonly accountId: Maybe<string>;
  readonly email?: Maybe<string>;
}

export interface SecretFacts extends Located {
  readonly project: Maybe<string>;
  readonly secretId: Maybe<string>;
  /** The API keys whose strings its versions hold, by address. */
  readonly holds: readonly string[];
}

export interface SecretVersionFacts extends Located {
  /** The address or id of the secret. */
  readonly secret: Maybe<string>;
  /** Where the value stands: only in the request, or also in the state. */
  readonly value: "write-only" | "in-state" | "none";
  /** The address of the API key whose string it is. */
  readonly apiKey?: string;
  readonly number?: number;
}

export interface GrantFacts extends Located {
  /** What the role is granted on. */
  readonly on: "organization" | "folder" | "project" | "secret" | "serviceAccount" | "bucket" | "topic" | "other";
  /** The address or id of that resource. */
  readonly resource: Maybe<string>;
  /** A role; for a custom role of this module its address. */
  readonly role: Maybe<string>;
  /** A member; for a service account of this module its address. */
  readonly member: Maybe<string>;
  readonly conditional: boolean;
}

export interface BudgetFacts extends Located {
  /** The projects it counts, as written. */
  readonly projects: readonly Maybe<string>[];
  readonly amount?: { readonly units: number; readonly currency: string };
  /** In percent of the amount. */
  readonly actualThresholds: readonly number[];
  /** In percent of the amount. */
  readonly forecastThresholds: readonly number[];
  /** True if credits are taken off before it warns. */
  readonly netOfCredits: boolean;
  readonly spendCap: boolean;
}

export interface AuditConfigFacts extends Located {
  readonly service: Maybe<string>;
  readonly logTypes: readonly string[];
  readonly exemptedMembers: readonly string[];
}

export interface ExposureFacts extends Located {
  readonly kind: "output" | "local-file" | "provisioner" | "other-resource";
  /** The attribute or output. */
  readonly field: string;
  /** The address of the API key or secret whose content it shows. */
  readonly of: string;
  readonly sensitive: boolean;
}

export interface KeyMaterialFacts extends Located {
  /** Path inside of the resource, output or provider, e.g. `labels.key`. */
  readonly field: string;
  readonly kind: "standard key" | "auth key" | "private key" | "service account key" | "token";
}

export interface ChangeFacts extends Located {
  readonly type: string;
  readonly actions: readonly ("create" | "update" | "delete" | "read" | "no-op" | "forget")[];
  /** Only for an API key: the facts of before, without `declared` where the plan does not say. */
  readonly before?: ApiKeyFacts;
  readonly after?: ApiKeyFacts;
}

/** What only a review looks at. */
export interface SurroundingFacts {
  readonly projects: readonly (Located & {
    /** `organizations/<number>` or `folders/<number>`. */
    readonly parent?: Maybe<string>;
    readonly billingAccount?: Maybe<string>;
  })[];
  readonly customRoles: readonly (Located & {
    readonly roleId: Maybe<string>;
    readonly permissions: readonly Maybe<string>[];
  })[];
  /** What secrets have besides `SecretFacts`. `expires`: a day or a time to live, after which Google deletes it. */
  readonly secrets: readonly (Located & { readonly expires?: Maybe<string> })[];
  readonly secretVersions: readonly (Located & {
    readonly enabled: Maybe<boolean>;
    /** What the provider does when it is removed. */
    readonly deletionPolicy: Maybe<string>;
  })[];
  readonly budgets: readonly (Located & {
    readonly channels: readonly Maybe<string>[];
    readonly topic: boolean;
    /** Billing services it counts; none: all. */
    readonly services: readonly Maybe<string>[];
    /** The declared cap, e.g. `2500 USD`. */
    readonly cap?: string;
  })[];
  readonly alertPolicies: readonly (Located & {
    readonly name: Maybe<string>;
    readonly enabled: Maybe<boolean>;
    /** Filters and queries. */
    readonly watches: readonly Maybe<string>[];
    /** Channels by address, or by name where another module makes them. */
    readonly channels: readonly Maybe<string>[];
  })[];
  readonly notificationChannels: readonly (Located & {
    readonly type: Maybe<string>;
    /** The e-mail address, or the name: addresses of other kinds are secrets. */
    readonly target: string;
    readonly enabled: Maybe<boolean>;
  })[];
  readonly logMetrics: readonly (Located & {
    readonly name: Maybe<string>;
    readonly filter: Maybe<string>;
    readonly enabled: boolean;
  })[];
  readonly logSinks: readonly (Located & {
    readonly name: Maybe<string>;
    readonly filter: Maybe<string>;
    readonly exclusions: readonly Maybe<string>[];
    readonly enabled: boolean;
  })[];
  readonly logBuckets: readonly (Located & {
    readonly bucketId: Maybe<string>;
    readonly retentionDays?: Maybe<number>;
  })[];
  readonly quotas: readonly (Located & {
    readonly service: Maybe<string>;
    readonly quotaId: Maybe<string>;
    readonly dimensions: Readonly<Record<string, string>>;
    readonly limit: Maybe<string>;
  })[];
  readonly organizationPolicies: readonly (Located & {
    readonly constraint: Maybe<string>;
    /** E.g. `enforce FALSE`. */
    readonly rules: readonly Maybe<string>[];
  })[];
  /** Where the state is, e.g. `gcs bucket acme-state, prefix prod`. Undefined for a plan, which does not say. */
  readonly backend?: string;
}
