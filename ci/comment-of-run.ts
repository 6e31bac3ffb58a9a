import { object } from "../inventory/stack-file";
import { echo } from "../values/problem";
import type { Artifact } from "./artifact";
import { CiError } from "./ci-error";
import { markOld, readSections, type Section, short, writeSections } from "./comment-body";
import { githubComments, githubList } from "./github";
import type { HttpApi } from "./http-api";
import { putComment } from "./put-comment";
import { sectionText } from "./section-text";
import type { WorkflowRun } from "./workflow-run";

interface PullRequest {
  readonly number: number;
  readonly head: string;
}

export interface RunComment {
  readonly api: HttpApi;
  readonly run: WorkflowRun;
  /** What the run wrote; empty if it failed, or runs still. */
  readonly artifacts: readonly Artifact[];
  /** The login of whose comments are ours. */
  readonly author: string;
}

/**
 * Brings the comment of a pull request to what a run found about it, or says that it is old.
 *
 * @returns a sentence on what was done.
 * @throws CiError if an artifact does not belong to the run, before anything is written.
 */
export async function commentOfRun({ api, run, artifacts, author }: RunComment): Promise<string> {
  checkArtifacts(run, artifacts);
  const open = await pullRequestsOf(api, run);
  const number = artifacts[0]?.pullRequest;
  const found = number === undefined ? open : open.filter((candidate) => candidate.number === number);
  if (number !== undefined && found.length === 0 && open.length > 0) {
    throw new CiError(
      `The artifact must be of a pull request whose head is ${run.headBranch} of ${run.headRepository}, got: one of number ${number}. Nothing was written.`,
    );
  }
  if (found.length === 0) return "No open pull request has this head: nothing to do.";
  const done: string[] = [];
  for (const pull of found) done.push(await comment({ api, run, artifacts, author }, pull));
  return done.join("\n");
}

function checkArtifacts(run: WorkflowRun, artifacts: readonly Artifact[]): void {
  for (const { kind, head, pullRequest } of artifacts) {
    if (kind !== run.kind)
      throw new CiError(`The artifact must be of a ${run.kind}, got: one of a ${kind}. Nothing was written.`);
    if (head !== run.head) {
      throw new CiError(`The artifact must be of the commit ${run.head}, got: ${head}. Nothing was written.`);
    }
    if (pullRequest !== artifacts[0]!.pullRequest) {
      throw new CiError("All artifacts must be of one pull request, got: several. Nothing was written.");
    }
  }
  const stacks = artifacts.map(({ stack }) => stack);
  if (new Set(stacks).size < stacks.length)
    throw new CiError("Each artifact must be of another stack, got: one twice. Nothing was written.");
}

/** The event names no pull request where the head is in a fork, so GitHub is asked for those with this head. */
async function pullRequestsOf(api: HttpApi, run: WorkflowRun): Promise<PullRequest[]> {
  const owner = run.headRepository.split("/")[0];
  const head = encodeURIComponent(`${owner}:${run.headBranch}`);
  const all = (await githubList(api, `/repos/${run.repository}/pulls?state=open&head=${head}`)).map(object);
  return all
    .filter((pull) => object(object(pull["head"])["repo"])["full_name"] === run.headRepository)
    .map((pull) => ({ number: Number(pull["number"]), head: String(object(pull["head"])["sha"]) }));
}

async function comment({ api, run, artifacts, author }: RunComment, pull: PullRequest): Promise<string> {
  const isCurrent = pull.head === run.head;
  const section =
    isCurrent && run.conclusion !== undefined ? await sectionOf(api, run, artifacts, pull.number) : undefined;
  const host = githubComments(api, run.repository, pull.number, author);
  const done = await putComment(host, (body) => {
    const before = readSections(body ?? "");
    const after = { ...markOld(before, pull.head) };
    if (section === "none") delete after[run.kind];
    else if (section) after[run.kind] = section;
    if (body === undefined && Object.keys(after).length === 0) return undefined;
    return writeSections(after);
  });
  const moved = isCurrent ? "" : ` Its head has moved on to ${pull.head.slice(0, 7)}.`;
  return `The comment of pull request ${pull.number}: ${done}.${moved}`;
}

/** @returns `none` if there is nothing to say. */
async function sectionOf(
  api: HttpApi,
  run: WorkflowRun,
  artifacts: readonly Artifact[],
  number: number,
): Promise<Section | "none"> {
  const failed = run.conclusion !== "success";
  if (artifacts.length === 0 && !failed) return "none";
  const trouble = failed
    ? `The ${run.kind} of ${short(run.head)} did not pass (${echo(run.conclusion!)}): see [its run](${run.url}).`
    : "";
  const warning = run.fromFork ? await workflowWarning(api, run, number) : "";
  const text = artifacts.length > 0 ? sectionText(artifacts, run.url) : "";
  return { head: run.head, text: [warning, trouble, text].filter((part) => part !== "").join("\n\n") };
}

/** Who changes the workflow decides what its artifact says. */
async function workflowWarning(api: HttpApi, run: WorkflowRun, number: number): Promise<string> {
  const files = (await githubList(api, `/repos/${run.repository}/pulls/${number}/files`)).map(object);
  const names = files.flatMap(({ filename, previous_filename }) => [filename, previous_filename]);
  // GitHub lists no more than 3,000 files.
  const hidden = files.length >= 3000;
  if (!hidden && !names.some((name) => typeof name === "string" && name.startsWith(".github/"))) return "";
  return "> [!WARNING]\n> This pull request from a fork changes `.github/`. What is below was made by its own workflow and may say anything: read the changes instead.";
}
