import type { Artifact } from "./artifact";
import { CiError } from "./ci-error";
import { compareEffects } from "./compare-effects";
import { type Effects, effectHash, isEmpty } from "./effects";

/** The pull request whose plans were approved by its merge. */
export interface Approved {
  readonly number: number;
  /** The last commit before the merge. */
  readonly head: string;
}

/**
 * The approved plans by stack.
 *
 * @throws CiError if one is not of the pull request that was merged.
 */
export function approvedPlans(artifacts: readonly Artifact[], { number, head }: Approved): Map<string, Effects> {
  const plans = new Map<string, Effects>();
  for (const { kind, pullRequest, head: commit, stack, effects } of artifacts) {
    if (kind !== "plan" || stack === undefined || !effects)
      throw new CiError("An approved plan must be a plan, got: a preview.");
    if (pullRequest !== number || commit !== head) {
      throw new CiError(
        `The approved plan of ${stack} must be of ${number} at ${head}, got: one of ${pullRequest} at ${commit}. Nothing was applied.`,
      );
    }
    if (plans.has(stack))
      throw new CiError(`There must be one approved plan of ${stack}, got: two. Nothing was applied.`);
    plans.set(stack, effects);
  }
  return plans;
}

/** How a stack gets a plan that can be approved, if its last one cannot be used. */
export function howToPlanAgain(stack: string): string {
  return `To go on: open a pull request that changes config/environments/${stack}.yaml, a comment is enough. Its plan is of what there is now, and can be approved.`;
}

/** @returns `apply`, `nothing` if there is nothing left to do, or why it must not be applied, a line each. */
export function decide(stack: string, now: Effects, approved: Effects | undefined): "apply" | "nothing" | string[] {
  // Nothing has to be approved for nothing: the run before may have come to its end.
  if (isEmpty(now)) return "nothing";
  if (!approved) return [`${stack}: there is no approved plan, so nothing was applied.`, howToPlanAgain(stack)];
  const { same, lines, onlyLess } = compareEffects(approved, now);
  if (same) return "apply";
  const left = onlyLess
    ? ["Nothing came in: some of what was approved is done already, as after a deployment that stopped halfway."]
    : [];
  return [
    `${stack}: the plan is not the approved one, so nothing was applied.`,
    `Approved ${effectHash(approved)}, now ${effectHash(now)}:`,
    ...lines.map((line) => `  ${line}`),
    ...left,
    howToPlanAgain(stack),
  ];
}
