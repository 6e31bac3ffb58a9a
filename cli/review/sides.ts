import type { CompareOptions } from "../../review/compare";
import type { Side } from "../../review/side";

/** What is compared, wherever it comes from. */
export interface Sides {
  readonly base: Side;
  readonly head: Side;
  readonly options: CompareOptions;
}
