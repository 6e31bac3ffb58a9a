import { githubOutput, gitlabPipeline, inOrder, jobsOf } from "../../ci/matrix";
import { changedStacks } from "../ci/changed-stacks";
import { count } from "../describe";
import { ExitCode } from "../exit-code";
import { oneOf } from "../one-of";

export interface MatrixOptions {
  readonly base: string;
  readonly head: string;
  readonly config: string;
  readonly format: string;
}

const FORMATS = ["github", "gitlab-plan", "gitlab-deploy", "list"] as const;

/** Prints which stacks a change reaches, for CI to run a job each. */
export function matrix(options: MatrixOptions): ExitCode {
  const format = oneOf("--format", FORMATS, options.format);
  const { names, deployOrder, notes } = changedStacks(options);
  const stacks = inOrder(names, deployOrder);
  const jobs = jobsOf(stacks);
  const summary =
    stacks.length === 0 ? "No environment changed." : `${count(stacks.length, "environment")}: ${shortList(stacks)}.`;
  const shared =
    jobs.length < stacks.length
      ? [`That is more than ${jobs.length} jobs: each takes up to ${jobs[0]!.stacks.length}.`]
      : [];
  process.stderr.write(`${[...notes, summary, ...shared].join("\n")}\n`);
  if (format === "github") process.stdout.write(githubOutput(jobs));
  else if (format === "list") process.stdout.write(stacks.map((name) => `${name}\n`).join(""));
  else process.stdout.write(gitlabPipeline(jobs, format === "gitlab-plan" ? "plan" : "deploy"));
  return ExitCode.Fine;
}

function shortList(names: readonly string[]): string {
  return names.length <= 10 ? names.join(", ") : `${names.slice(0, 10).join(", ")} and ${names.length - 10} more`;
}
