import type { Facts } from "../inventory/facts";
import type { OtherChanges } from "../inventory/plan-facts";
import type { PolicyFinding } from "../policies/rule";
import type { DeclaredWaiver } from "../policies/waivers";

/** One side of a comparison. */
export interface Side {
  /** As a person calls it: `main (1a2b3c4)`, `working tree`. */
  readonly label: string;
  /** One for each environment and for `bootstrap`. */
  readonly facts: readonly Facts[];
  /** Of the policies, over these facts. */
  readonly findings: readonly PolicyFinding[];
  readonly waivers: readonly DeclaredWaiver[];
  /** The named networks that keys use; empty where there is no YAML. */
  readonly networks: readonly NetworkUse[];
}

/** What a plan tells besides the two sides. */
export interface PlanSide {
  /** As the facts of the plan are compared. */
  readonly environment: string;
  /** How it was before the cloud changed it. */
  readonly driftedFrom?: Facts;
  readonly others: readonly OtherChanges[];
}

export interface NetworkUse {
  readonly environment: string;
  readonly key: string;
  /** `prod-egress`. */
  readonly network: string;
  /** Canonical. */
  readonly addresses: readonly string[];
}

/** A side without anything. */
export function emptySide(label: string): Side {
  return { label, facts: [], findings: [], waivers: [], networks: [] };
}
