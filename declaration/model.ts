import type { Claims } from "../values/ci-claims";
import type { Generation } from "../values/generations";
import type { Money } from "../values/money";
import type { UsageThresholds } from "../values/usage-thresholds";

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
  /** IAM members that deploy, sorted: what they do to keys raises no alert. */
  readonly deployers: readonly string[];
  /** IAM members that plan, sorted: they read what a refresh reads, key strings included. */
  readonly planners: readonly string[];
  /** What the custom roles hold besides the permissions of the catalogue. */
  readonly extraPermissions: Readonly<Record<TeamName, readonly string[]>>;
  /** Ids of the critical rules that may be waived, sorted. */
  readonly criticalWaivers: readonly string[];
  /** The names of the environments that CI deploys first, in this order. */
  readonly deployOrder: readonly string[];
  /** What the stack `bootstrap` makes. */
  readonly bootstrap?: Bootstrap;
}

export interface Bootstrap {
  readonly project: { readonly id: string; readonly adopt: boolean };
  readonly protected: boolean;
  /** Left out where HCP Terraform keeps the state. */
  readonly stateBucket?: {
    readonly name: string;
    readonly region: string;
    readonly keepVersionsDays: number;
    /** How often the customer-managed key rotates. Left out: the state is encrypted with a key of Google. */
    readonly encryptionRotationDays?: number;
  };
  /** Systems whose tokens may plan and deploy, sorted by name. */
  readonly ciSystems: readonly CiSystem[];
}

/** An OIDC issuer, and the claims a token must have. */
export interface CiSystem {
  readonly name: string;
  readonly issuer: string;
  /** Empty: the provider's own name at Google. */
  readonly audiences: readonly string[];
  readonly planner: Claims;
  readonly deployer: Claims;
}

/** The kinds of people who work with keys. */
export type TeamName = "developers" | "operators" | "administrators";

export type StateBackend =
  | { readonly kind: "gcs"; readonly bucket: string }
  | { readonly kind: "hcpTerraform"; readonly organization: string; readonly project?: string };

export interface Environment {
  /** The name of its file, and the id of its stack. */
  readonly name: string;
  readonly project: { readonly id: string; readonly adopt: boolean };
  readonly protected: boolean;
  readonly budget?: Budget;
  /** IAM members of each kind, sorted. */
  readonly access: Readonly<Record<TeamName, readonly string[]>>;
  readonly monitoring?: Monitoring;
  readonly audit?: { readonly keepLogsDays?: number };
  /** Sorted by id and model. */
  readonly quotas: readonly QuotaLimit[];
  /** Lifts the organization policy that forbids keys bound to service accounts. */
  readonly allowServiceAccountKeys: boolean;
  /** Exceptions from rules: of the environment, of `access`, of its keys. In the order of the file. */
  readonly waivers: readonly Waiver[];
  /** Sorted by name. */
  readonly keys: readonly Key[];
}

export interface Waiver {
  /** The rule's id. It has the form of one; whether there is such a rule, `policies/` knows. */
  readonly rule: string;
  readonly reason: string;
  /** The last day, `YYYY-MM-DD`. */
  readonly until: string;
  /** The e-mail address of who answers for it. */
  readonly by: string;
  /** Where it stands in the environment's file, e.g. `["keys", "web", "waive", 0]`; it excuses what is beside it. */
  readonly path: readonly (string | number)[];
}

export interface Monitoring {
  /** Addresses for which channels are made, sorted. */
  readonly emails: readonly string[];
  /** Names of channels that exist, sorted. */
  readonly channels: readonly string[];
  readonly thresholds: UsageThresholds;
}

export interface QuotaLimit {
  /** The quota's id at Google. */
  readonly id: string;
  readonly model: string;
  readonly limit: number;
}

export interface Budget {
  readonly monthly: Money;
  /** Percentages of actual spend. */
  readonly alertAt: readonly number[];
  /** Percentages of forecast spend. */
  readonly forecastAt: readonly number[];
  readonly emails: readonly string[];
  readonly pubsub: boolean;
  /** A spend cap that somebody set by hand: Terraform has no resource for it. */
  readonly cap?: Money;
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
