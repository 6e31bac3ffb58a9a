import { object } from "../inventory/stack-file";
import type { Approved } from "./approval";
import { COMMIT } from "./artifact";
import { CiError } from "./ci-error";
import { githubList } from "./github";
import type { HttpApi } from "./http-api";

export interface ApprovedRun extends Approved {
  /** The id of the run that planned; undefined if none did. */
  readonly run?: number;
}

/**
 * The pull request that a push merged, and the run that planned its last commit.
 *
 * @param commit that was pushed.
 * @param branch to which.
 * @throws CiError if nothing was merged: what was pushed past review is not deployed.
 */
export async function approvedRun(
  api: HttpApi,
  repository: string,
  commit: string,
  branch: string,
): Promise<ApprovedRun> {
  if (!COMMIT.test(commit)) throw new CiError(`\`GITHUB_SHA\` must be the id of a commit, got: another value.`);
  const pulls = (await githubList(api, `/repos/${repository}/commits/${commit}/pulls`)).map(object);
  const merged = pulls.find(
    (pull) => pull["merged_at"] && pull["merge_commit_sha"] === commit && object(pull["base"])["ref"] === branch,
  );
  if (!merged) {
    throw new CiError(
      `${commit.slice(0, 7)} must come from a pull request that was merged to ${branch}, got: a commit without one. Nothing is deployed: what it changes was not approved. Open a pull request that touches the environments in question.`,
    );
  }
  const head = String(object(merged["head"])["sha"]);
  const number = Number(merged["number"]);
  const { body } = await api.call(
    "GET",
    `/repos/${repository}/actions/workflows/plan.yml/runs?event=pull_request&head_sha=${head}&per_page=100`,
  );
  const runs = object(body)["workflow_runs"];
  const own = (Array.isArray(runs) ? runs : [])
    .map(object)
    .filter((run) => run["status"] === "completed" && object(run["head_repository"])["full_name"] === repository)
    .map((run) => Number(run["id"]));
  return { number, head, run: own.length > 0 ? Math.max(...own) : undefined };
}
