import { z } from "zod";
import type { Review } from "../review/model";
import { parseReview, ReviewError } from "../review/read-review";
import { CiError } from "./ci-error";
import { KINDS } from "./comment-body";
import type { Effects } from "./effects";
import { describeIssue, effectsSchema } from "./effects-file";

/**
 * What a run about a pull request hands on to one that is trusted. The run may have been anything: who opens a pull request may
 * change the workflow. So nothing of it is believed: it is checked against the event, and everything shown is rendered anew.
 */
export interface Artifact {
  readonly formatVersion: 1;
  readonly kind: (typeof KINDS)[number];
  /** The number of the pull request. */
  readonly pullRequest: number;
  /** The commit that was looked at. */
  readonly head: string;
  readonly review: Review;
  /** Of a plan: whose, and what it would do. */
  readonly stack?: string;
  readonly effects?: Effects;
}

/** Bytes. The review and the effects of the 300 keys of a project have about 2 MB. */
export const MAX_ARTIFACT_SIZE = 8 * 1024 * 1024;

/** An id of a commit. */
export const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

const STACK = /^[a-z0-9][a-z0-9-]{0,62}$/;

const schema = z.strictObject({
  formatVersion: z.literal(1),
  kind: z.enum(KINDS),
  pullRequest: z.int().min(1),
  head: z.string().regex(COMMIT, "the id of a commit"),
  review: z.unknown(),
  stack: z.string().regex(STACK, "the name of an environment").optional(),
  effects: effectsSchema.optional(),
});

/**
 * Reads an artifact.
 *
 * @param file its name, for the message.
 * @throws CiError if it is not one of ours, to the last field.
 */
export function parseArtifact(file: string, text: string): Artifact {
  const refuse = (got: string) =>
    new CiError(
      `\`${file}\` must be what \`gemkeys ci pack\` wrote, got: ${got}. Nothing of it is used: look at the run that wrote it.`,
    );
  if (Buffer.byteLength(text) > MAX_ARTIFACT_SIZE)
    throw refuse(`${Math.ceil(text.length / 1024 / 1024)} MB, and 8 MB is the limit`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw refuse("text that is not JSON");
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw refuse(describeIssue(parsed.error.issues[0]!));
  const { review, effects, ...rest } = parsed.data;
  if ((rest.kind === "plan") !== (rest.stack !== undefined && effects !== undefined)) {
    throw refuse("a plan without its stack or its effects, or a preview with them");
  }
  try {
    return { ...rest, effects: effects as Effects | undefined, review: parseReview(JSON.stringify(review ?? null)) };
  } catch (error) {
    if (!ReviewError.is(error)) throw error;
    throw refuse(`a review that is wrong: ${error.problems[0]}`);
  }
}
