import { object } from "../inventory/stack-file";
import type { Approved } from "./approval";
import { COMMIT } from "./artifact";
import { CiError } from "./ci-error";
import type { GitLabProject } from "./gitlab";
import { HttpError } from "./http-api";

export interface ApprovedFiles extends Approved {
  /** The artifacts of the stacks that were planned, as text. */
  readonly artifacts: ReadonlyMap<string, string>;
}

/**
 * The merge request that a push merged, and the artifacts of its last pipeline.
 *
 * @throws CiError if nothing was merged: what was pushed past review is not deployed.
 */
export async function approvedMergeRequest(
  { api, path }: GitLabProject,
  commit: string,
  branch: string,
  stacks: readonly string[],
): Promise<ApprovedFiles> {
  if (!COMMIT.test(commit)) throw new CiError("`CI_COMMIT_SHA` must be the id of a commit, got: another value.");
  const list = async (place: string) => (await api.list(`${path}/${place}`, hasNext)).map(object);
  const merged = (await list(`repository/commits/${commit}/merge_requests`)).find(
    (request) =>
      request["state"] === "merged" &&
      request["target_branch"] === branch &&
      [request["merge_commit_sha"], request["squash_commit_sha"], request["sha"]].includes(commit),
  );
  if (!merged) {
    throw new CiError(
      `${commit.slice(0, 7)} must come from a merge request that was merged to ${branch}, got: a commit without one. Nothing is deployed: what it changes was not approved. Open a merge request that touches the environments in question.`,
    );
  }
  const number = Number(merged["iid"]);
  const newest = Math.max(0, ...(await list(`merge_requests/${number}/pipelines`)).map(({ id }) => Number(id)));
  const children = newest === 0 ? [] : await list(`pipelines/${newest}/bridges`);
  const jobs: { readonly id: number; readonly name: string }[] = [];
  for (const bridge of children) {
    const child = object(bridge["downstream_pipeline"])["id"];
    if (bridge["name"] !== "plan" || !Number.isSafeInteger(child)) continue;
    for (const { id, name } of await list(`pipelines/${child}/jobs`)) jobs.push({ id: Number(id), name: String(name) });
  }
  const artifacts = new Map<string, string>();
  for (const stack of stacks) {
    // One job a stack, unless there are very many.
    const own = [...jobs].sort((a, b) => Number(b.name === `plan ${stack}`) - Number(a.name === `plan ${stack}`));
    for (const { id } of own) {
      const found = await file(api.call("GET", `${path}/jobs/${id}/artifacts/plan/${stack}.json`));
      if (found === undefined) continue;
      artifacts.set(stack, found);
      break;
    }
  }
  return { number, head: String(merged["sha"]), artifacts };
}

async function file(answer: Promise<{ readonly body: unknown }>): Promise<string | undefined> {
  try {
    return JSON.stringify((await answer).body);
  } catch (error) {
    if (error instanceof HttpError && error.status === 404) return undefined;
    throw error;
  }
}

function hasNext({ headers }: { readonly headers: Headers }): boolean {
  return (headers.get("x-next-page") ?? "") !== "";
}
