import * as fs from "node:fs";
import * as path from "node:path";
import { approvedMergeRequest } from "../../ci/approved-merge-request";
import { approvedRun } from "../../ci/approved-run";
import { githubApi } from "../../ci/github";
import { gitlabProject } from "../../ci/gitlab";
import { stackNames } from "../ci/stack-plan";
import { ExitCode } from "../exit-code";
import { UserError } from "../report-error";

export interface ApprovedOptions {
  /** On GitLab: the stacks whose artifacts are wanted, and the folder for them. */
  readonly stacks?: string;
  readonly output?: string;
}

/** Prints what the pushed commit merged: for `$GITHUB_OUTPUT`, or as variables of a shell. */
export function approved(options: ApprovedOptions, env: NodeJS.ProcessEnv = process.env): Promise<ExitCode> {
  return env["GITLAB_CI"] ? onGitLab(options, env) : onGitHub(env);
}

async function onGitLab({ stacks, output }: ApprovedOptions, env: NodeJS.ProcessEnv): Promise<ExitCode> {
  if (stacks === undefined || output === undefined) {
    throw new UserError("`--stacks` and `--output` must be given on GitLab, got: nothing.");
  }
  const { CI_COMMIT_SHA: commit = "", CI_COMMIT_BRANCH: branch = "" } = env;
  const found = await approvedMergeRequest(gitlabProject(env), commit, branch, stackNames([stacks]));
  fs.mkdirSync(output, { recursive: true });
  for (const [stack, text] of found.artifacts) fs.writeFileSync(path.join(output, `${stack}.json`), text);
  process.stdout.write(`PULL_REQUEST=${found.number}\nHEAD=${found.head}\n`);
  return ExitCode.Fine;
}

async function onGitHub(env: NodeJS.ProcessEnv): Promise<ExitCode> {
  const { GITHUB_REPOSITORY: repository = "", GITHUB_SHA: commit = "", GITHUB_REF_NAME: branch = "" } = env;
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository) || branch === "") {
    throw new UserError(
      "`GITHUB_REPOSITORY` and `GITHUB_REF_NAME` must be set, got: nothing. Run it in a workflow of a push.",
    );
  }
  const api = githubApi({ env, rights: "`permissions: { actions: read, pull-requests: read }`" });
  const { number, head, run } = await approvedRun(api, repository, commit, branch);
  if (run === undefined)
    process.stderr.write(`No run planned ${head.slice(0, 7)}: only what needs no change can be deployed.\n`);
  process.stdout.write(`pull-request=${number}\nhead=${head}\nrun-id=${run ?? ""}\n`);
  return ExitCode.Fine;
}
