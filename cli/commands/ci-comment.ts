import { CiError } from "../../ci/ci-error";
import { commentOfMergeRequest } from "../../ci/comment-of-merge-request";
import { commentOfRun } from "../../ci/comment-of-run";
import { githubApi } from "../../ci/github";
import { mergeRequest } from "../../ci/gitlab";
import { workflowRun } from "../../ci/workflow-run";
import { readArtifacts } from "../ci/read-artifacts";
import { ExitCode } from "../exit-code";
import { readSmallFile } from "../read-small-file";

export interface CommentOptions {
  /** A file, or a folder of files. */
  readonly artifact?: string;
  /** GitHub's event; left out on GitLab. */
  readonly event?: string;
  readonly author: string;
}

/** Bytes. GitHub's largest event. */
const LARGEST_EVENT = 25 * 1024 * 1024;

/** Writes what a run found into the one comment of its pull or merge request. */
export async function comment(options: CommentOptions): Promise<ExitCode> {
  const artifacts = () => (options.artifact === undefined ? [] : readArtifacts(options.artifact));
  if (options.event === undefined) {
    if (!process.env["GITLAB_CI"])
      throw new CiError("`--event` must be given outside of GitLab, got: nothing. Pass $GITHUB_EVENT_PATH.");
    print(await commentOfMergeRequest(mergeRequest(process.env), artifacts(), process.env["CI_PIPELINE_URL"] ?? ""));
    return ExitCode.Fine;
  }
  const run = workflowRun(options.event, readSmallFile(options.event, LARGEST_EVENT));
  if (!run) {
    print("The run was not about a pull request: nothing to do.");
    return ExitCode.Fine;
  }
  const api = githubApi({ env: process.env, rights: "`permissions: { pull-requests: write }`" });
  print(await commentOfRun({ api, run, artifacts: artifacts(), author: options.author }));
  return ExitCode.Fine;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
