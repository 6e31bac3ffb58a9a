import type { Facts, SurroundingFacts } from "../../inventory/facts";
import { NO_SURROUNDINGS } from "../../inventory/no-facts";
import { type CompareOptions, compare } from "../../review/compare";
import type { Change, EnvironmentReview, Review } from "../../review/model";
import type { Side } from "../../review/side";
import { goodFacts, grant, TODAY } from "../helpers/facts";

/** An environment with one key, `chat`, as a review sees it. */
export function facts(over: Partial<Facts> = {}): Facts {
  return goodFacts("prod", { surroundings: NO_SURROUNDINGS, grants: [grant()], ...over });
}

/** The same with some surroundings. */
export function around(over: Partial<SurroundingFacts>): Facts {
  return facts({ surroundings: { ...NO_SURROUNDINGS, ...over } });
}

export function side(own: readonly Facts[], over: Partial<Side> = {}): Side {
  return { label: "one side", facts: own, findings: [], waivers: [], networks: [], ...over };
}

export function reviewed(before: Side, after: Side, options: Partial<CompareOptions> = {}): Review {
  return compare(before, after, { source: "code", today: TODAY, ...options });
}

/** The review of the only environment. */
export function environmentOf(before: Side, after: Side, options: Partial<CompareOptions> = {}): EnvironmentReview {
  return reviewed(before, after, options).environments[0]!;
}

export function changesOf(before: Facts, after: Facts): readonly Change[] {
  return environmentOf(side([before]), side([after])).changes;
}

/** `risk kind: sentence` */
export function told(changes: readonly Change[]): string[] {
  return changes.map(({ risk, kind, sentence }) => `${risk} ${kind}: ${sentence}`);
}
