import type { Phase } from "../values/generations";

/**
 * The inventory: which Gemini keys exist and what they may do.
 *
 * It is a plain, JSON-serialisable value and never holds a key string. Every list is sorted, so that two
 * inventories of the same thing are equal.
 */
export interface Inventory {
  /** Sorted by name. */
  readonly environments: readonly EnvironmentInventory[];
}

export interface EnvironmentInventory {
  /** The environment's name, which is its stack's id, e.g. `prod`. */
  readonly name: string;
  readonly project: ProjectEntry;
  /** Enabled services, e.g. `apikeys.googleapis.com`. */
  readonly services: readonly string[];
  /** Sorted by name. */
  readonly keys: readonly KeyEntry[];
  readonly budget?: BudgetEntry;
}

export interface ProjectEntry {
  readonly id: string;
  /** The display name. */
  readonly name: string;
  /** `organizations/<number>` or `folders/<number>`. */
  readonly parent?: string;
  /** `012345-6789AB-CDEF01`, without the prefix `billingAccounts/`. */
  readonly billingAccount?: string;
  readonly labels: Readonly<Record<string, string>>;
  /** True if the project existed before and was taken over by an import block. */
  readonly adopted: boolean;
  /** True if Terraform refuses to delete the project. */
  readonly protected: boolean;
}

/** One declared key: a service account, a secret, its readers and the generations of the key. */
export interface KeyEntry {
  /** The name in the configuration, e.g. `chat-backend`. */
  readonly name: string;
  readonly owner: string;
  readonly purpose: string;
  readonly department?: string;
  readonly contact?: string;
  readonly serviceAccount: ServiceAccountEntry;
  readonly secret: SecretEntry;
  /** IAM members with `roles/secretmanager.secretAccessor` on the secret. */
  readonly readers: readonly string[];
  /** The rotation period in days. */
  readonly rotateEveryDays?: number;
  /** Sorted by number. */
  readonly generations: readonly GenerationEntry[];
}

export interface ServiceAccountEntry {
  /** The part before the `@`, e.g. `gk-chat-backend`. */
  readonly accountId: string;
  readonly email: string;
  readonly displayName: string;
  readonly description: string;
}

export interface SecretEntry {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface GenerationEntry {
  readonly number: number;
  /** The key's id at Google, e.g. `chat-backend-g1`. */
  readonly keyId: string;
  readonly displayName: string;
  readonly phase: Phase;
  /** The declared day of creation, `YYYY-MM-DD`. */
  readonly created: string;
  /** The addresses the key may be used from: canonical, merged, sorted. Empty means from anywhere. */
  readonly addresses: readonly string[];
  readonly apiTargets: readonly ApiTarget[];
  /** The Terraform address of the key, e.g. `google_apikeys_key.key-chat-backend_g1`. */
  readonly terraformAddress: string;
}

export interface ApiTarget {
  readonly service: string;
  /** Empty means every method. */
  readonly methods: readonly string[];
}

export interface BudgetEntry {
  readonly displayName: string;
  /** Whole units of the currency. */
  readonly amount: number;
  /** ISO 4217, e.g. `USD`. */
  readonly currency: string;
  /** Billing services the budget counts, e.g. `services/AEFD-7695-64FA` for the Gemini API. */
  readonly services: readonly string[];
  readonly thresholds: readonly BudgetThreshold[];
  /** Addresses of the e-mail notification channels. */
  readonly emails: readonly string[];
  /** The Pub/Sub topic's id. */
  readonly topic?: string;
}

export interface BudgetThreshold {
  readonly percent: number;
  readonly basis: "CURRENT_SPEND" | "FORECASTED_SPEND";
}
