import { object } from "../inventory/stack-file";
import { COMMIT } from "./artifact";
import { CiError } from "./ci-error";
import type { Kind } from "./comment-body";

/** A run of another workflow, as the event `workflow_run` tells of it. GitHub wrote all of this. */
export interface WorkflowRun {
  /** `owner/name` of the repository that runs us. */
  readonly repository: string;
  readonly kind: Kind;
  readonly id: number;
  /** The page of the run. */
  readonly url: string;
  readonly head: string;
  readonly headRepository: string;
  readonly headBranch: string;
  readonly fromFork: boolean;
  /** `success`, `failure`, `cancelled` and the like; undefined as long as it runs. */
  readonly conclusion?: string;
}

/** By the file of a workflow, since anybody may name one as they like. */
const FILES: Readonly<Record<string, Kind>> = {
  ".github/workflows/preview.yml": "preview",
  ".github/workflows/plan.yml": "plan",
};

/**
 * Reads the event.
 *
 * @returns undefined if it is none about a pull request.
 * @throws CiError if it is not the event of a workflow run.
 * @see https://docs.github.com/en/webhooks/webhook-events-and-payloads#workflow_run
 */
export function workflowRun(file: string, text: string): WorkflowRun | undefined {
  const event = parse(file, text);
  const run = object(event["workflow_run"]);
  const repository = String(object(event["repository"])["full_name"] ?? "");
  const [kind] = Object.entries(FILES).flatMap(([name, found]) =>
    String(run["path"]).split("@")[0] === name ? [found] : [],
  );
  const head = String(run["head_sha"] ?? "");
  if (!isName(repository) || !COMMIT.test(head) || !Number.isSafeInteger(run["id"])) {
    throw new CiError(`\`${file}\` must be the event of a workflow_run, got: another one. Pass $GITHUB_EVENT_PATH.`);
  }
  const headRepository = String(object(run["head_repository"])["full_name"] ?? "");
  const headBranch = run["head_branch"];
  if (
    run["event"] !== "pull_request" ||
    kind === undefined ||
    !isName(headRepository) ||
    typeof headBranch !== "string"
  ) {
    return undefined;
  }
  const fromFork = headRepository !== repository;
  // A fork cannot plan: it would have to bring its own workflow.
  if (kind === "plan" && fromFork) return undefined;
  return {
    repository,
    kind,
    id: Number(run["id"]),
    url: `${String(object(event["repository"])["html_url"])}/actions/runs/${Number(run["id"])}`,
    head,
    headRepository,
    headBranch,
    fromFork,
    conclusion: run["status"] === "completed" ? String(run["conclusion"]) : undefined,
  };
}

/** The pull request of the event `pull_request`. */
export function pullRequestOf(file: string, text: string): { readonly number: number; readonly head: string } {
  const event = parse(file, text);
  const head = String(object(object(event["pull_request"])["head"])["sha"] ?? "");
  const number = event["number"];
  if (!Number.isSafeInteger(number) || !COMMIT.test(head)) {
    throw new CiError(`\`${file}\` must be the event of a pull_request, got: another one. Pass $GITHUB_EVENT_PATH.`);
  }
  return { number: Number(number), head };
}

export function parse(file: string, text: string): Readonly<Record<string, unknown>> {
  try {
    return object(JSON.parse(text));
  } catch {
    throw new CiError(`\`${file}\` must be an event of GitHub, got: text that is not JSON. Pass $GITHUB_EVENT_PATH.`);
  }
}

function isName(repository: string): boolean {
  return /^[A-Za-z0-9_.-]+\/[A-Za-z0-9_.-]+$/.test(repository);
}
