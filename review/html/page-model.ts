import type { PolicyFinding } from "../../policies/rule";
import type { Change, EnvironmentReview, EnvironmentView, KeyView, Note, Review, Risk } from "../model";

/** What a page shows: a comparison, or what there is. */
export type HtmlPage =
  | { readonly kind: "review"; readonly review: Review }
  | {
      readonly kind: "inventory";
      readonly environments: readonly EnvironmentView[];
      /** `YYYY-MM-DD`: what is due is told by it. */
      readonly today: string;
    };

/** The page as the views need it: everything has the environment it belongs to, and keys have both their sides. */
export interface PageData {
  readonly kind: HtmlPage["kind"];
  readonly base?: string;
  readonly head?: string;
  readonly source?: Review["source"];
  readonly today?: string;
  readonly risk?: Risk;
  readonly untouched: number;
  readonly notes: readonly Note[];
  readonly environments: readonly EnvironmentData[];
  readonly keys: readonly KeyData[];
  /** Worst first. */
  readonly changes: readonly ChangeData[];
  readonly findings: readonly FindingData[];
}

export interface EnvironmentData {
  readonly name: string;
  readonly status?: EnvironmentReview["status"];
  readonly risk?: Risk;
  readonly before?: Surroundings;
  /** In an inventory the only side. */
  readonly after?: Surroundings;
  readonly others: EnvironmentReview["others"];
}

/** An environment without its keys. */
export type Surroundings = Omit<EnvironmentView, "keys">;

export interface KeyData {
  /** Its place in the list: `key-<id>` in the page. */
  readonly id: number;
  readonly environment: string;
  readonly name: string;
  readonly status: "created" | "removed" | "changed" | "unchanged";
  /** Of its changes and new findings. */
  readonly risk?: Risk;
  /** Only where it differs from `after`. */
  readonly before?: KeyView;
  /** Undefined if the key is removed. */
  readonly after?: KeyView;
  /** Addresses that are written otherwise on the other side, but work there too. */
  readonly kept?: readonly Kept[];
  /** `YYYY-MM-DD`: when the serving generation is to be replaced. */
  readonly rotateBy?: string;
}

export interface Kept {
  /** The Terraform address of the generation. */
  readonly generation: string;
  readonly addresses: readonly string[];
}

export interface ChangeData extends Change {
  readonly environment: string;
  readonly list: "change" | "drift" | "notInCode";
}

export interface FindingData extends PolicyFinding {
  readonly state: "new" | "fixed" | "standing";
}
