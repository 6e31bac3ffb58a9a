import type { Facts } from "../inventory/facts";
import type { DeclaredWaiver } from "../policies/waivers";
import type { KeyPair } from "./key-pairs";
import type { Change } from "./model";
import { SITUATIONS, type SituationName } from "./risk";
import type { NetworkUse } from "./side";
import { sortedUnique } from "./text";

/** One environment on both sides. One that is only on one side is compared with nothing. */
export interface Pair {
  readonly name: string;
  readonly status: "created" | "removed" | "kept";
  readonly before: Facts;
  readonly after: Facts;
  readonly keys: readonly KeyPair[];
  readonly networks: { readonly before: readonly NetworkUse[]; readonly after: readonly NetworkUse[] };
  readonly waivers: { readonly before: readonly DeclaredWaiver[]; readonly after: readonly DeclaredWaiver[] };
  /** `YYYY-MM-DD`. */
  readonly today: string;
}

/** A change with where it is written. */
export interface Draft extends Change {
  /** In the environment's file. */
  readonly path?: readonly (string | number)[];
}

type Details = Partial<Omit<Draft, "kind" | "risk" | "sentence">>;

/** A change of a situation of the table of risks. */
export function draft(name: SituationName, sentence: string, details: Details = {}): Draft {
  const { kind, risk } = SITUATIONS[name];
  const { added, removed, networks, ...rest } = details;
  const lists = { added, removed, networks };
  return {
    kind,
    risk,
    ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)),
    sentence,
    ...Object.fromEntries(
      Object.entries(lists).flatMap(([list, values]) =>
        values === undefined || values.length === 0 ? [] : [[list, sortedUnique(values)]],
      ),
    ),
  };
}
