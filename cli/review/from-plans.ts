import { type LoadedConfig, loadConfig } from "../../declaration/load";
import { networkUses } from "../../declaration/network-uses";
import type { Facts } from "../../inventory/facts";
import { type PlanFacts, planFacts } from "../../inventory/plan-facts";
import { PlanError } from "../../inventory/plan-file";
import { environmentOf } from "../../policies/engine";
import type { Side } from "../../review/side";
import { factsOf, fieldLocator, judge, waiversOf } from "../../stacks/judge";
import { synthesizeStacks } from "../../stacks/synthesize-stacks";
import { describeProblem } from "../../values/problem";
import { redactKeys } from "../../values/redact";
import { readPlanText } from "../read-plan";
import { UserError } from "../report-error";
import type { Sides } from "./sides";

interface Plan {
  readonly file: string;
  /** The version of Terraform or OpenTofu that wrote it. */
  readonly version: string | undefined;
  readonly facts: PlanFacts;
}

/**
 * What plans do: of any Terraform project, of any number of root modules.
 *
 * @param config the folder of the configuration, where the plans are of ours: what they do beyond it is told.
 * @throws UserError with everything that is wrong with the files.
 */
export function sidesFromPlans(files: readonly string[], config: string | undefined, today: string): Sides {
  const plans = readPlans(files);
  const loaded = config === undefined ? undefined : loadConfig(config);
  const code = loaded ? factsOf(synthesizeStacks(loaded.declaration), loaded.declaration, true) : [];
  const planned = new Set(plans.map(({ facts }) => environmentOf(facts.after)));
  const others = code.filter(({ name }) => !planned.has(name));
  const before = plans.map(({ facts }) => facts.before).filter(hasResources);
  const after = plans.map(({ facts }) => facts.after).filter(hasResources);
  const locate = loaded && fieldLocator(after, loaded.declaration, loaded.locate);
  return {
    base: side("before the apply", before, others, loaded, today),
    head: side("after the apply", after, others, loaded, today),
    options: {
      source: "plan",
      today,
      locate,
      ...(loaded ? { code: code.filter(({ name }) => planned.has(name)) } : {}),
      plans: plans.map(({ facts: { after: facts, driftedFrom, others } }) => ({
        environment: environmentOf(facts),
        ...(driftedFrom ? { driftedFrom } : {}),
        others,
      })),
    },
  };
}

/** A waiver of the configuration is no change of a plan: it is on both sides. */
function side(
  label: string,
  facts: readonly Facts[],
  others: readonly Facts[],
  loaded: LoadedConfig | undefined,
  today: string,
): Side {
  const { findings } = judge(facts, loaded?.declaration, {
    today,
    all: [...facts, ...others],
    ...(loaded ? { locate: loaded.locate } : {}),
  });
  return {
    label,
    facts,
    findings,
    waivers: loaded ? waiversOf(loaded.declaration) : [],
    networks: loaded ? networkUses(loaded.files) : [],
  };
}

function readPlans(files: readonly string[]): Plan[] {
  const problems: string[] = [];
  const plans = files.flatMap((file) => {
    try {
      const text = readPlanText(file);
      return [{ file, version: versionIn(text), facts: named(planFacts(file, text)) }];
    } catch (error) {
      if (!PlanError.is(error)) throw error;
      problems.push(error.message);
      return [];
    }
  });
  problems.push(...twice(plans), ...mixed(plans));
  if (problems.length > 0) throw new UserError(problems.join("\n"));
  return plans;
}

/** By the environment of its keys, which before the first apply or after the last one there are none of. */
function named({ before, after, driftedFrom, others }: PlanFacts): PlanFacts {
  const name = [after, before].map(environmentOf).find((environment) => environment !== after.name) ?? after.name;
  return {
    before: { ...before, name },
    after: { ...after, name },
    driftedFrom: driftedFrom && { ...driftedFrom, name },
    others,
  };
}

/** A state without resources is that of an environment that is not there. */
function hasResources({ providers: _providers, changes: _changes, surroundings: _more, ...facts }: Facts): boolean {
  return Object.values(facts).some((list) => Array.isArray(list) && list.length > 0);
}

/** Terraform and OpenTofu write it first. */
function versionIn(text: string): string | undefined {
  return /"terraform_version"\s*:\s*"([^"]*)"/.exec(text.slice(0, 10_000))?.[1];
}

function twice(plans: readonly Plan[]): string[] {
  const first = new Map<string, string>();
  return plans.flatMap(({ file, facts }) => {
    const environment = environmentOf(facts.after);
    const other = first.get(environment);
    first.set(environment, other ?? file);
    if (other === undefined) return [];
    const rule = "must be one plan of each stack";
    const fix = "Leave one of them out.";
    const got = environment === file ? `${file} twice` : `${other} and ${file}, both of ${environment}`;
    return [refusal(rule, got, fix)];
  });
}

function mixed(plans: readonly Plan[]): string[] {
  const versions = new Map<string, string>();
  for (const { file, version } of plans) if (version && !versions.has(version)) versions.set(version, file);
  if (versions.size < 2) return [];
  const got = [...versions].map(([version, file]) => `${version} (${file})`).join(" and ");
  return [refusal("must all be written by the same version of Terraform", got, "Plan all of them with one version.")];
}

/** File names are told in full, however long. */
function refusal(rule: string, got: string, fix: string): string {
  return describeProblem("--plan", { rule, got: redactKeys(got), fix });
}
