import type { Locate } from "../declaration/locate";
import type { Declaration } from "../declaration/model";
import type { Facts } from "../inventory/facts";
import { factsFromStack } from "../inventory/facts-from-stack";
import { runPolicies } from "../policies/engine";
import { isProduction } from "../policies/production";
import type { PolicyReport } from "../policies/report";
import type { Rule } from "../policies/rule";
import { RULES } from "../policies/rules";
import type { DeclaredWaiver } from "../policies/waivers";
import type { SynthesizedStack } from "./synthesize-stacks";

export interface PolicyOptions {
  /** `YYYY-MM-DD`. */
  readonly today: string;
  /** Where a field of the configuration stands; left out where no file is known. */
  readonly locate?: Locate;
  /** Left out: all. */
  readonly rules?: readonly Rule[];
}

/**
 * Judges root modules by the policies.
 *
 * @param declaration whose waivers hold for its environments; left out where only plans of others are judged.
 */
export function judge(
  facts: readonly Facts[],
  declaration: Declaration | undefined,
  { today, locate, rules = RULES }: PolicyOptions,
): PolicyReport {
  const environments = new Set(declaration?.environments.map(({ name }) => name));
  const ours = new Set([...environments, ...facts.flatMap(({ name, origin }) => (origin === "stack" ? [name] : []))]);
  const findings = runPolicies({
    facts,
    rules,
    waivers: declaration ? waiversOf(declaration) : [],
    criticalWaivers: declaration?.organization.criticalWaivers ?? [],
    today,
    production: isProduction,
    // The stack `bootstrap` has no file of its own.
    locate: (name, path, value) =>
      locate && ours.has(name) ? locate(environments.has(name) ? name : undefined, path, value) : undefined,
  });
  return { judged: facts.map(({ name, origin }) => ({ name, origin })), findings, rules };
}

/**
 * The facts of the synthesized stacks of a declaration.
 *
 * @param forReview with what only a review looks at, too.
 */
export function factsOf(
  stacks: readonly SynthesizedStack[],
  { environments }: Declaration,
  forReview = false,
): Facts[] {
  const caps = new Map(environments.map(({ name, budget }) => [name, budget?.cap]));
  return stacks.map(({ name, stack }) => {
    const cap = caps.get(name);
    const surroundings = cap ? { cap: `${cap.units} ${cap.currency}` } : {};
    return factsFromStack(name, stack, { spendCap: cap !== undefined, ...(forReview ? { surroundings } : {}) });
  });
}

/** The waivers of all environments. */
export function waiversOf({ environments }: Declaration): DeclaredWaiver[] {
  return environments.flatMap(({ name, waivers }) => waivers.map((waiver) => ({ ...waiver, environment: name })));
}
