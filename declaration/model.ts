import type { Generation } from "../values/generations";
import type { Money } from "../values/money";

/** What the configuration declares, checked and with every name resolved. The stacks are built from it. */
export interface Declaration {
  readonly organization: Organization;
  /** Sorted by name. */
  readonly environments: readonly Environment[];
}

export interface Organization {
  readonly name: string;
  /** `organizations/<number>` or `folders/<number>`. */
  readonly parent?: string;
  /** `012345-6789AB-CDEF01`. */
  readonly billingAccount?: string;
  /** Holds the state and is the quota project of every API call. */
  readonly adminProject?: string;
  readonly state: StateBackend;
  /** The exact version of the provider `hashicorp/google`. */
  readonly googleProvider: string;
}

export type StateBackend =
  | { readonly kind: "gcs"; readonly bucket: string }
  | { readonly kind: "hcpTerraform"; readonly organization: string; readonly project?: string };

export interface Environment {
  /** The name of its file, and the id of its stack. */
  readonly name: string;
  readonly project: { readonly id: string; readonly adopt: boolean };
  readonly protected: boolean;
  readonly budget?: Budget;
  /** Sorted by name. */
  readonly keys: readonly Key[];
}

export interface Budget {
  readonly monthly: Money;
  /** Percentages of actual spend. */
  readonly alertAt: readonly number[];
  /** Percentages of forecast spend. */
  readonly forecastAt: readonly number[];
  readonly emails: readonly string[];
  readonly pubsub: boolean;
}

export interface Key {
  readonly name: string;
  readonly owner: Team;
  readonly purpose: string;
  /** Networks resolved to addresses; canonical, merged, sorted. */
  readonly allow: readonly string[];
  /** IAM members, sorted. */
  readonly readers: readonly string[];
  readonly rotateEveryDays?: number;
  /** By rising number. */
  readonly generations: readonly KeyGeneration[];
}

export interface KeyGeneration extends Generation {
  /** `YYYY-MM-DD`. */
  readonly created: string;
}

export interface Team {
  readonly name: string;
  readonly group: string;
  readonly contact?: string;
  readonly department?: string;
}
