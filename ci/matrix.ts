/** GitHub runs no more jobs of a matrix. @see https://docs.github.com/en/actions/reference/limits */
export const MAX_JOBS = 256;

/** A job of CI: its name, and the stacks it takes, one after the other. */
export interface Job {
  readonly name: string;
  readonly stacks: readonly string[];
}

/** The environments that are in `order` first, as they are there; then the others by name. */
export function inOrder(names: readonly string[], order: readonly string[]): string[] {
  const place = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  return [...names].sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
}

/** One job a stack; where that would be too many, each job takes the same number of neighbours. */
export function jobsOf(stacks: readonly string[], most = MAX_JOBS): Job[] {
  const size = Math.max(1, Math.ceil(stacks.length / most));
  return Array.from({ length: Math.ceil(stacks.length / size) }, (_, index) => {
    const own = stacks.slice(index * size, (index + 1) * size);
    return { name: own.length === 1 ? own[0]! : `${own[0]} to ${own.at(-1)}`, stacks: own };
  });
}

/** Lines for `$GITHUB_OUTPUT`: `matrix` for `strategy.matrix`, and `count`, since GitHub refuses an empty matrix. */
export function githubOutput(jobs: readonly Job[]): string {
  const include = jobs.map(({ name, stacks }) => ({ name, stacks: stacks.join(" ") }));
  return `matrix=${JSON.stringify({ include })}\ncount=${jobs.length}\n`;
}

/**
 * A child pipeline of GitLab: a job that extends `.plan` or `.deploy` of ci/gitlab-jobs.yml for each of ours. Deployments wait for
 * the one before. GitLab refuses a pipeline without a job, so there is always one.
 */
export function gitlabPipeline(jobs: readonly Job[], kind: "plan" | "deploy"): string {
  const names = jobs.map(({ name }) => `${kind} ${name}`);
  const pipeline: Record<string, unknown> = { include: [{ local: "ci/gitlab-jobs.yml" }] };
  jobs.forEach(({ stacks }, index) => {
    const before = kind === "deploy" && index > 0 ? [names[index - 1]] : [];
    pipeline[names[index]!] = {
      extends: `.${kind}`,
      variables: { STACKS: stacks.join(" ") },
      ...(kind === "deploy" ? { needs: before } : {}),
    };
  });
  if (jobs.length === 0) pipeline["nothing to do"] = { extends: ".nothing" };
  // JSON is YAML.
  return `${JSON.stringify(pipeline, null, 2)}\n`;
}
