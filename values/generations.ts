import type { Problem } from "./problem";

/**
 * Where a generation of a key stands in its life.
 *
 * - `prepared`: the key exists, nobody is given it.
 * - `serving`: its string is the newest version of the secret, so `latest` is this key.
 * - `draining`: still accepted, no longer the newest.
 *
 * Removed from the list, it is destroyed and its secret version disabled.
 */
export const PHASES = ["prepared", "serving", "draining"] as const;
export type Phase = (typeof PHASES)[number];

export interface Generation {
  readonly number: number;
  readonly phase: Phase;
}

/** A problem with one generation, or with the whole list where `index` is absent. */
export interface GenerationProblem {
  readonly index?: number;
  readonly field: "number" | "phase";
  readonly problem: Problem;
}

/**
 * Checks the rules between the generations of one key: rising numbers, exactly one serving, draining before it and
 * prepared after it. The order makes the newest secret version that of the serving generation.
 */
export function checkPhases(generations: readonly Generation[]): GenerationProblem[] {
  return [...checkNumbers(generations), ...checkServing(generations)];
}

function checkNumbers(generations: readonly Generation[]): GenerationProblem[] {
  const problems: GenerationProblem[] = [];
  let highest = 0;
  generations.forEach(({ number }, index) => {
    if (number <= highest) {
      problems.push({
        index,
        field: "number",
        problem: {
          rule: `must be higher than ${highest}, the number before it`,
          got: String(number),
          fix: `Write ${highest + 1}: a number is never used again, since Google keeps a deleted key's id for 30 days.`,
        },
      });
    }
    highest = Math.max(highest, number);
  });
  return problems;
}

function checkServing(generations: readonly Generation[]): GenerationProblem[] {
  const serving = generations.findIndex(({ phase }) => phase === "serving");
  if (serving < 0) {
    return [
      {
        field: "phase",
        problem: {
          rule: "must hold exactly one generation with `phase: serving`",
          got: "none",
          fix: "Readers of the secret are given the serving key: set one generation to `serving`.",
        },
      },
    ];
  }
  const servingNumber = generations[serving]!.number;
  const problems: GenerationProblem[] = [];
  generations.forEach(({ number, phase }, index) => {
    const problem = phaseProblem(phase, index, serving, number, servingNumber);
    if (problem) problems.push({ index, field: "phase", problem });
  });
  return problems;
}

function phaseProblem(
  phase: Phase,
  index: number,
  serving: number,
  number: number,
  servingNumber: number,
): Problem | undefined {
  if (phase === "serving" && index !== serving) {
    return {
      rule: "must be `serving` for exactly one generation",
      got: `serving for ${servingNumber} and ${number}`,
      fix: `Set generation ${servingNumber} to \`draining\` when ${number} takes over.`,
    };
  }
  if (phase === "draining" && index > serving) {
    return {
      rule: "must not be `draining` above the serving generation",
      got: `draining ${number}, serving ${servingNumber}`,
      fix: "The newest secret version has to be the serving one: serve a new generation with a higher number instead.",
    };
  }
  if (phase === "prepared" && index < serving) {
    return {
      rule: "must not be `prepared` below the serving generation",
      got: `prepared ${number}, serving ${servingNumber}`,
      fix: "Its secret version would become the newest when published: prepare a new generation with a higher number.",
    };
  }
  return undefined;
}
