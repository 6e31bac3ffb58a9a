import { approvedRun } from "../../ci/approved-run";
import { githubApi } from "../../ci/github";
import { ExitCode } from "../exit-code";
import { UserError } from "../report-error";

/** Prints, for `$GITHUB_OUTPUT`, which run planned what the pushed commit merged. */
export async function approved(env: NodeJS.ProcessEnv = process.env): Promise<ExitCode> {
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
