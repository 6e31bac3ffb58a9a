import * as fs from "node:fs";
import { type Artifact, parseArtifact } from "../../ci/artifact";
import { MAX_EFFECTS_SIZE, parseEffects } from "../../ci/effects-file";
import { pullRequestOf } from "../../ci/workflow-run";
import { renderMarkdown } from "../../review/formats/markdown";
import { renderSarif } from "../../review/formats/sarif";
import { ExitCode } from "../exit-code";
import { readSmallFile } from "../read-small-file";
import { UserError } from "../report-error";

export interface PackOptions {
  /** What `gemkeys review --format json` wrote. */
  readonly review: string;
  /** GitHub's event; left out on GitLab. */
  readonly event?: string;
  /** Of a plan. */
  readonly stack?: string;
  readonly effects?: string;
  readonly output: string;
  /** A file to which the review is appended as Markdown. */
  readonly summary?: string;
  /** A file for the findings as SARIF. */
  readonly sarif?: string;
}

/** Bytes of a review. */
const LARGEST_REVIEW = 64 * 1024 * 1024;

/** Writes what a run hands on to the one that comments or deploys. */
export function pack(options: PackOptions): ExitCode {
  const { number, head } = pullRequest(options.event);
  const effects =
    options.effects === undefined
      ? undefined
      : parseEffects(options.effects, readSmallFile(options.effects, MAX_EFFECTS_SIZE));
  const artifact = {
    formatVersion: 1,
    kind: options.stack === undefined ? "preview" : "plan",
    pullRequest: number,
    head,
    stack: options.stack,
    effects,
    review: readJson(options.review),
  } as Artifact;
  const text = `${JSON.stringify(artifact)}\n`;
  // Who reads it will check it, so it is better to know at once.
  const { review } = parseArtifact(options.output, text);
  if (options.summary !== undefined) {
    fs.appendFileSync(
      options.summary,
      `${renderMarkdown(review)}

`,
    );
  }
  if (options.sarif !== undefined) {
    fs.writeFileSync(options.sarif, renderSarif(review, require("../../package.json").version));
  }
  fs.writeFileSync(options.output, text);
  return ExitCode.Fine;
}

function pullRequest(event: string | undefined): { readonly number: number; readonly head: string } {
  if (event !== undefined) return pullRequestOf(event, readSmallFile(event, LARGEST_REVIEW));
  const {
    CI_MERGE_REQUEST_IID: number = "",
    CI_MERGE_REQUEST_SOURCE_BRANCH_SHA: source,
    CI_COMMIT_SHA: commit,
  } = process.env;
  // The first is set in pipelines of merged results only, where the second is the commit of the merge.
  const head = source || commit || "";
  if (!/^\d+$/.test(number)) {
    throw new UserError(
      "`--event` must be given outside of a merge request's pipeline, got: nothing. Pass $GITHUB_EVENT_PATH.",
    );
  }
  return { number: Number(number), head };
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readSmallFile(file, LARGEST_REVIEW));
  } catch (error) {
    if (UserError.is(error)) throw error;
    throw new UserError(`\`${file}\` must be what \`gemkeys review --format json\` wrote, got: text that is not JSON.`);
  }
}
