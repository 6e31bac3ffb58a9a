import type { Note, Review } from "../../review/model";
import type { Side } from "../../review/side";

/** What is compared, wherever it comes from. */
export interface Sides {
  readonly source: Review["source"];
  readonly base: Side;
  readonly head: Side;
  /** Environments that the change cannot reach. */
  readonly untouched: number;
  readonly notes: readonly Note[];
}

/** A side without anything. */
export function emptySide(label: string): Side {
  return { label, facts: [], findings: [], waivers: [], networks: [] };
}
