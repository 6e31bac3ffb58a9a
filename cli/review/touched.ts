import type { LoadedConfig } from "../../declaration/load";
import type { Environment, Organization } from "../../declaration/model";
import { networkUses } from "../../declaration/network-uses";
import type { Facts } from "../../inventory/facts";
import type { LocateField } from "../../policies/engine";
import type { PolicyFinding } from "../../policies/rule";
import { RULES } from "../../policies/rules";
import type { Side } from "../../review/side";
import { comparableFacts } from "../../stacks/comparable-facts";
import { factsOf, fieldLocator, judge, waiversOf } from "../../stacks/judge";
import { synthesizeStacks } from "../../stacks/synthesize-stacks";

/** Two sides of the same code and the same organization.yaml. */
export interface Pair {
  readonly base: { readonly label: string; readonly config: LoadedConfig };
  readonly head: { readonly label: string; readonly config: LoadedConfig };
  /** The environments whose files differ, or that only one of the two has. */
  readonly changed: ReadonlySet<string>;
  /** `YYYY-MM-DD`. */
  readonly today: string;
}

export interface TouchedSides {
  readonly base: Side;
  readonly head: Side;
  readonly untouched: number;
  readonly locate: LocateField;
}

/**
 * Synthesizes only what can have changed, and judges it as if all had been. A stack is made of organization.yaml and the
 * file of its environment, so all others are the same on both sides. Rules that compare environments see facts of the others
 * that are taken from the declaration; where such a rule finds something else in an environment that is not changed itself,
 * or where roles cross from one to another, that environment is synthesized too.
 */
export function touchedSides({ base, head, changed, today }: Pair): TouchedSides {
  const [before, after] = [base, head].map(({ config }) => config.declaration.environments) as [
    readonly Environment[],
    readonly Environment[],
  ];
  // The same objects on both sides: rules remember what they computed.
  const same = new Map(
    after.filter(({ name }) => !changed.has(name)).map((environment) => [environment, comparableFacts(environment)]),
  );
  const reached = [
    ...changed,
    ...judgedOtherwise([...same.values()], inOf(before, changed), inOf(after, changed), today),
  ];
  const touched = withNamed(reached, before, after, head.config.declaration.organization);
  const others = [...same.values()].filter(({ name }) => !touched.has(name));
  const side = ({ label, config }: Pair["base"], isHead: boolean): Side => {
    const { declaration, locate, files } = config;
    const facts = factsOf(
      synthesizeStacks(declaration, (name) => touched.has(name)),
      declaration,
      true,
    );
    const all = [...facts, ...others].sort((a, b) => (a.name < b.name ? -1 : 1));
    const { findings } = judge(facts, declaration, { today, all, ...(isHead ? { locate } : {}) });
    const isOf = ({ environment }: { readonly environment: string }) => touched.has(environment);
    return {
      label,
      facts,
      findings,
      waivers: waiversOf(declaration).filter(isOf),
      networks: networkUses(files, (name) => touched.has(name)),
    };
  };
  const made = side(head, true);
  const { declaration, locate } = head.config;
  return {
    base: side(base, false),
    head: made,
    untouched: others.length,
    locate: fieldLocator(made.facts, declaration, locate),
  };
}

function inOf(environments: readonly Environment[], names: ReadonlySet<string>): Facts[] {
  return environments.filter(({ name }) => names.has(name)).map(comparableFacts);
}

/** Environments in which a comparing rule finds something else because of the changed ones. */
function judgedOtherwise(
  same: readonly Facts[],
  before: readonly Facts[],
  after: readonly Facts[],
  today: string,
): string[] {
  const each = RULES.filter(({ compares }) => compares === "each");
  const all = RULES.filter(({ compares }) => compares === "all");
  const judged = (rules: typeof RULES, others: readonly Facts[]) =>
    byEnvironment(judge(same, undefined, { today, rules, all: others }).findings);
  const pairs = [
    [judged(each, before), judged(each, after)],
    [judged(all, [...same, ...before]), judged(all, [...same, ...after])],
  ];
  return same
    .map(({ name }) => name)
    .filter((name) => pairs.some(([one, other]) => one!.get(name) !== other!.get(name)));
}

function byEnvironment(findings: readonly PolicyFinding[]): Map<string, string> {
  const texts = new Map<string, string>();
  for (const finding of findings) {
    texts.set(finding.environment, `${texts.get(finding.environment) ?? ""}${JSON.stringify(finding)}\n`);
  }
  return texts;
}

/**
 * With the environments that give something to a service account of one of these, those that are given something by one, and
 * so on: what is told of such a grant are its addresses.
 */
function withNamed(
  names: readonly string[],
  before: readonly Environment[],
  after: readonly Environment[],
  { deployers, planners }: Organization,
): ReadonlySet<string> {
  const found = new Set(names);
  const all = [...before, ...after].map(({ name, project, ...environment }) => ({
    name,
    id: project.id,
    given: projectsOf(membersOf(environment)),
  }));
  // They hold a role in every environment.
  const everywhere = new Set(projectsOf([...deployers, ...planners]));
  for (let size = -1; size < found.size; ) {
    size = found.size;
    const these = all.filter(({ name }) => found.has(name));
    const ids = new Set(these.map(({ id }) => id));
    const givenBy = new Set(these.flatMap(({ given }) => given));
    const isNamed = [...ids].some((id) => everywhere.has(id));
    for (const { name, id, given } of all) {
      if (isNamed || givenBy.has(id) || given.some((other) => ids.has(other))) found.add(name);
    }
  }
  return found;
}

/** Who holds something in the environment. */
function membersOf({ access, keys }: Pick<Environment, "access" | "keys">): string[] {
  return [...Object.values(access).flat(), ...keys.flatMap(({ readers }) => readers)];
}

/** The projects of those that are service accounts. */
function projectsOf(members: readonly string[]): string[] {
  return members.flatMap((member) => /@([^@]+)\.iam\.gserviceaccount\.com$/.exec(member)?.[1] ?? []);
}
