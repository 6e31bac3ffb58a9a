import type { Maybe } from "../inventory/facts";
import type { PolicyFinding } from "../policies/rule";

/** How bad it is if a change was not meant, the worst first. */
export const RISKS = ["critical", "high", "medium", "low", "info"] as const;
export type Risk = (typeof RISKS)[number];

/**
 * What a change does to every Gemini key and to what is around it. Plain JSON, the same for all formats, and without any
 * key string: whoever has it can render it.
 */
export interface Review {
  /** Of this format. */
  readonly formatVersion: 1;
  readonly source: "code" | "plan" | "directory";
  /** What is compared, as a person calls it: `main (1a2b3c4)`, `working tree`, `before the apply`. */
  readonly base: string;
  readonly head: string;
  /** The risk of the worst change or new finding; undefined if there is none. */
  readonly risk?: Risk;
  /** Environments that were compared, sorted by name; for a plan that is not one of ours, by its file. */
  readonly environments: readonly EnvironmentReview[];
  /** How many more there are, which nothing of the change can reach. */
  readonly untouched: number;
  /** What a reader has to know about the review itself: a base that does not synthesize, code that was not compared. */
  readonly notes: readonly Note[];
}

export interface Note {
  readonly risk: Risk;
  /** One sentence or more; may hold line breaks where it repeats a tool's words. */
  readonly text: string;
}

export interface EnvironmentReview {
  readonly name: string;
  readonly status: "created" | "removed" | "changed" | "unchanged";
  /** Of the changes and the new findings. */
  readonly risk?: Risk;
  /** Worst first, then by key and sentence. */
  readonly changes: readonly Change[];
  /** What the cloud did without Terraform (`resource_drift`), apart from the change. */
  readonly drift: readonly Change[];
  /** What the plan does and the code does not say. */
  readonly notInCode: readonly Change[];
  readonly findings: {
    readonly new: readonly PolicyFinding[];
    readonly fixed: readonly PolicyFinding[];
    readonly standing: readonly PolicyFinding[];
  };
  /** Changed resources that are none of ours, by type and action; sorted. */
  readonly others: readonly { readonly type: string; readonly action: string; readonly count: number }[];
  readonly before?: EnvironmentView;
  readonly after?: EnvironmentView;
}

/** The kinds of changes. A contract: machines filter by them. */
export const CHANGE_KINDS = [
  // Keys
  "key-created",
  "key-removed",
  "key-replaced",
  "key-declaration", // owner, purpose, contact, rotation period
  "addresses-widened",
  "addresses-narrowed",
  "addresses-moved", // some came in, some went out
  "addresses-unknown",
  "client-restriction",
  "api-targets",
  "service-account",
  "service-account-role", // the key's service account gains or loses a role
  // Generations
  "generation-created",
  "generation-removed",
  "generation-replaced",
  "generation-phase",
  // Readers
  "reader-gained",
  "reader-lost",
  "secret", // created, removed, replaced, its labels
  "secret-version",
  "exposure", // an output, a file
  // Around
  "access", // a role on a project, folder or organization that reaches no secret
  "budget",
  "spend-cap",
  "audit",
  "alert",
  "notification-channel",
  "quota",
  "service", // an API enabled or disabled
  "project",
  "protection",
  "organization-policy",
  "provider", // settings of the provider: quota project
  "backend",
  "waiver",
  // What the plan has and nobody knows the meaning of
  "other",
] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

export interface Change {
  readonly kind: ChangeKind;
  readonly risk: Risk;
  /** The declared key's name, or the address of a key that is not ours. */
  readonly key?: string;
  /** The generation's number. */
  readonly generation?: number;
  /** The Terraform address, where it is about one resource. */
  readonly address?: string;
  /** One plain sentence, with a full stop: what may now be done that could not be before, or the reverse. */
  readonly sentence: string;
  /** What came in and what went out, as texts, sorted: addresses, members, API targets, percentages. */
  readonly added?: readonly string[];
  readonly removed?: readonly string[];
  /** A single value before and after, e.g. `2000 USD`, `serving`; undefined for none, `unknown until apply`. */
  readonly before?: string;
  readonly after?: string;
  /** Named networks through which addresses came in or went out. */
  readonly networks?: readonly string[];
  /** The line of the YAML of the head, where it is known. */
  readonly location?: { readonly file: string; readonly line: number; readonly column: number };
}

/** An environment as it is on one side. */
export interface EnvironmentView {
  readonly name: string;
  readonly project?: ProjectView;
  readonly budget?: BudgetView;
  /** Services and log types, e.g. `apikeys.googleapis.com: DATA_READ`. */
  readonly audit: readonly string[];
  /** Display names of enabled alert policies. */
  readonly alerts: readonly string[];
  /** Sorted by name. */
  readonly keys: readonly KeyView[];
}

export interface ProjectView {
  readonly id: Maybe<string>;
  readonly protected: boolean;
}

export interface BudgetView {
  /** `2000 USD`. */
  readonly amount?: string;
  /** `50% spent`, `100% forecast`. */
  readonly thresholds: readonly string[];
  /** The declared spend cap. */
  readonly cap?: string;
}

/** One key with all its generations: what it may do, and who can get at it. */
export interface KeyView {
  /** The declared name, or the address of a key that is not ours. */
  readonly name: string;
  readonly declared: boolean;
  readonly owner?: string;
  readonly purpose?: string;
  readonly contact?: string;
  readonly rotateEveryDays?: number;
  /** Sorted by number, then by address. */
  readonly generations: readonly GenerationView[];
  /** The secret that holds it: its id, or its address. */
  readonly secret?: Maybe<string>;
  /** Who can read the key's string, sorted by member. */
  readonly readers: readonly ReaderView[];
}

export interface GenerationView {
  readonly address: string;
  readonly keyId: Maybe<string>;
  readonly number?: number;
  readonly phase?: "prepared" | "serving" | "draining";
  /** `YYYY-MM-DD`. */
  readonly created?: string;
  readonly serviceAccount?: Maybe<string>;
  /** `generativelanguage.googleapis.com`, or with methods in brackets. Undefined: any API. */
  readonly apiTargets?: readonly Maybe<string>[];
  /** Canonical, merged, sorted; entries that are not known stay. Undefined: from anywhere. */
  readonly addresses?: Maybe<readonly Maybe<string>[]>;
  readonly clientRestrictions: readonly string[];
}

/** A way in which a principal can read the key's string. */
export interface ReaderView {
  /** An IAM member, as Google writes it; the address of a service account of the module. */
  readonly member: Maybe<string>;
  readonly role: Maybe<string>;
  /** Where the role is granted: on the secret, or on something above it. */
  readonly via: "secret" | "project" | "folder" | "organization";
  /** Only under a condition. */
  readonly conditional: boolean;
  /** Members of a group, of a domain or of the world are more than one. */
  readonly many: boolean;
}
