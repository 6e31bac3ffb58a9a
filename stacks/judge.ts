import type { Locate } from "../declaration/locate";
import type { Environment, Organization } from "../declaration/model";
import type { Facts } from "../inventory/facts";
import { factsFromStack } from "../inventory/facts-from-stack";
import { type LocateField, runPolicies } from "../policies/engine";
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
  /** What is judged, and what it is compared with. Left out: only what is judged. */
  readonly all?: readonly Facts[];
}

/** The parts of a declaration that a judgement needs besides the stacks. */
export interface JudgedDeclaration {
  readonly organization: Pick<Organization, "criticalWaivers">;
  readonly environments: readonly Pick<Environment, "name" | "waivers" | "budget">[];
}

/**
 * Judges root modules by the policies.
 *
 * @param declaration whose waivers hold for its environments; left out where only plans of others are judged.
 */
export function judge(
  facts: readonly Facts[],
  declaration: JudgedDeclaration | undefined,
  { today, locate, rules = RULES, all }: PolicyOptions,
): PolicyReport {
  const findings = runPolicies({
    facts,
    all,
    rules,
    waivers: declaration ? waiversOf(declaration) : [],
    criticalWaivers: declaration?.organization.criticalWaivers ?? [],
    today,
    production: isProduction,
    locate: locate ? fieldLocator(facts, declaration, locate) : () => undefined,
  });
  return { judged: facts.map(({ name, origin }) => ({ name, origin })), findings, rules };
}

/** Where a field of an environment stands: for the declared ones, and for `bootstrap`, which has no file of its own. */
export function fieldLocator(
  facts: readonly Facts[],
  declaration: JudgedDeclaration | undefined,
  locate: Locate,
): LocateField {
  const environments = new Set(declaration?.environments.map(({ name }) => name));
  const ours = new Set([...environments, ...facts.flatMap(({ name, origin }) => (origin === "stack" ? [name] : []))]);
  return (name, path, value) =>
    ours.has(name) ? locate(environments.has(name) ? name : undefined, path, value) : undefined;
}

/**
 * The facts of the synthesized stacks of a declaration.
 *
 * @param forReview with what only a review looks at, too.
 */
export function factsOf(
  stacks: readonly SynthesizedStack[],
  { environments }: JudgedDeclaration,
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
export function waiversOf({ environments }: JudgedDeclaration): DeclaredWaiver[] {
  return environments.flatMap(({ name, waivers }) => waivers.map((waiver) => ({ ...waiver, environment: name })));
}
