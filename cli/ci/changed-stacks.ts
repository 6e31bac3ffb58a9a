import { canonical } from "../../ci/canonical";
import { ConfigError, type LoadedConfig, loadConfig } from "../../declaration/load";
import type { Environment } from "../../declaration/model";
import { synthesizeStacks } from "../../stacks/synthesize-stacks";
import { UserError } from "../report-error";
import { codeOf } from "../review/code";
import { type CommitFolder, commitFolder } from "../review/commit-folder";
import { type Commit, commitOf, openRepository, type Repository } from "../review/repository";

export interface ChangedStacks {
  /** Environments of the head, sorted by name. */
  readonly names: readonly string[];
  readonly deployOrder: readonly string[];
  /** What a person has to know, a sentence or two each. */
  readonly notes: readonly string[];
}

/** Files of the program that no stack is made from. */
const NO_STACK =
  /^(?:docs|test|bench|schemas|ci|\.github|\.vscode)\/|(?:^|\/)[^/]+\.md$|^(?:LICENSE|\.git[^/]*|\.gitlab-ci\.yml)$/;

/**
 * The environments whose stacks a change reaches: those whose file changed in any way, and those whose stack became another one.
 * After a change of code that is all of them. The stack `bootstrap` is none of them: CI does not deploy its own rights.
 *
 * @throws UserError, ConfigError if a commit or the head's configuration cannot be had.
 */
export function changedStacks(options: {
  readonly base: string;
  readonly head: string;
  readonly config: string;
}): ChangedStacks {
  const repository = openRepository(options.config);
  const head = commitOf(repository, "--head", options.head);
  const base = commitOf(repository, "--base", options.base);
  const after = commitFolder(repository, head, "--head");
  if (!after) {
    throw new UserError(
      `\`--head\` must have the folder ${repository.config}, got: ${head.label}, which has none. Name another with --config.`,
    );
  }
  const now = loadConfig(after);
  const names = now.declaration.environments.map(({ name }) => name);
  const { deployOrder } = now.declaration.organization;
  const all = (note: string) => ({ names, deployOrder, notes: [note] });
  const before = commitFolder(repository, base, "--base");
  if (!before) return all(`${base.label} has no folder ${repository.config}: every environment is new.`);
  const was = tryLoad(before);
  if (!was) return all(`The configuration of ${base.label} is not valid: every environment is taken.`);
  const [file] = changedCode(repository, base, head);
  if (file !== undefined) {
    const gone = goneNotes(was, now);
    return {
      names,
      deployOrder,
      notes: [`${file} changed, and may be in every stack: every environment is taken.`, ...gone],
    };
  }
  const same = stacksThatStay(before, after, was, now);
  const touched = names.filter((name) => !sameFile(before, after, `environments/${name}.yaml`) || !same(name));
  return { names: touched, deployOrder, notes: goneNotes(was, now) };
}

function tryLoad(folder: CommitFolder): LoadedConfig | undefined {
  try {
    return loadConfig(folder);
  } catch (error) {
    if (ConfigError.is(error)) return undefined;
    throw error;
  }
}

function sameFile(before: CommitFolder, after: CommitFolder, file: string): boolean {
  return before.ids.get(file) === after.ids.get(file);
}

/** Tells for an environment whether its stack is the same on both sides, where only `organization.yaml` could change it. */
function stacksThatStay(before: CommitFolder, after: CommitFolder, was: LoadedConfig, now: LoadedConfig) {
  if (sameFile(before, after, "organization.yaml")) return () => true;
  const texts = ({ declaration }: LoadedConfig) =>
    new Map(synthesizeStacks(declaration).map(({ name, stack }) => [name, canonical(stack)]));
  const [old, current] = [texts(was), texts(now)];
  return (name: string) => old.get(name) === current.get(name);
}

/** Files of the program that differ and may change a stack, sorted. */
function changedCode(repository: Repository, base: Commit, head: Commit): string[] {
  const ids = (commit: Commit) =>
    new Map((codeOf(repository, commit) ?? []).map(({ path, id, mode }) => [path, `${id} ${mode}`]));
  const [before, after] = [ids(base), ids(head)];
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((file) => !NO_STACK.test(file) && before.get(file) !== after.get(file))
    .sort();
}

/** Environments that are not declared any more: nothing deploys that, since cdktf makes no stack for them. */
function goneNotes(was: LoadedConfig, now: LoadedConfig): string[] {
  const kept = new Set(now.declaration.environments.map(({ name }) => name));
  return was.declaration.environments
    .filter(({ name }) => !kept.has(name))
    .map((gone) => {
      const renamed = now.declaration.environments.find((environment) => isSameProject(environment, gone));
      return renamed
        ? `${renamed.name} has the project of ${gone.name}, which is gone: an environment was renamed. The state goes by the name, so ${renamed.name} would begin with an empty one, and fail. Keep the name, or move the state first.`
        : `${gone.name} is not declared any more, and CI destroys nothing: what is deployed stays. Destroy it from the commit before, with: cdktf destroy ${gone.name}`;
    });
}

function isSameProject(a: Environment, b: Environment): boolean {
  return a.project.id === b.project.id;
}
