import { spawnSync } from "node:child_process";
import { pullRequestOf } from "../../ci/workflow-run";
import { redactKeys } from "../../values/redact";
import { ExitCode } from "../exit-code";
import { readSmallFile } from "../read-small-file";
import { UserError } from "../report-error";
import { Git } from "../review/git";

export interface FetchHeadOptions {
  readonly event: string;
}

/** Where the head is kept: no branch, and nothing that is checked out. */
const REF = "refs/gemkeys/head";

const LARGEST_EVENT = 25 * 1024 * 1024;

/**
 * Fetches the head of a pull request as objects: nothing of it becomes a file, so nothing of it can run. Objects that no honest
 * git would write, such as a folder `.git` or `..`, are refused.
 */
export function fetchHead({ event }: FetchHeadOptions): ExitCode {
  const { number, head } = pullRequestOf(event, readSmallFile(event, LARGEST_EVENT));
  const settings = ["-c", "fetch.fsckObjects=true", "-c", "core.hooksPath=/dev/null"];
  const args = [
    "fetch",
    "--quiet",
    "--no-tags",
    "--depth=1",
    "--no-recurse-submodules",
    "--no-write-fetch-head",
    "origin",
  ];
  const { status, stderr } = spawnSync("git", [...settings, ...args, `+refs/pull/${number}/head:${REF}`], {
    env: { ...process.env, ...credentials(process.env), GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" },
    encoding: "utf8",
  });
  if (status !== 0) {
    throw new UserError(
      `The head of pull request ${number} cannot be fetched. Git says: ${redactKeys((stderr ?? "").trim())}`,
      ExitCode.Failed,
    );
  }
  const got = new Git(process.cwd()).line("rev-parse", "--verify", `${REF}^{commit}`);
  if (got !== head) {
    throw new UserError(
      `The head of pull request ${number} must be ${head}, got: ${got}. It has moved on, and another run looks at it.`,
    );
  }
  return ExitCode.Fine;
}

/** The job's token as a setting that is neither an argument nor kept in a file. */
function credentials({ GITHUB_TOKEN: token, GITHUB_SERVER_URL: server }: NodeJS.ProcessEnv): Record<string, string> {
  if (!token || !server) return {};
  const basic = Buffer.from(`x-access-token:${token}`).toString("base64");
  return {
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: `http.${server}/.extraheader`,
    GIT_CONFIG_VALUE_0: `AUTHORIZATION: basic ${basic}`,
  };
}
