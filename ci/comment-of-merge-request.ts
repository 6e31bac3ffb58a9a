import type { Artifact } from "./artifact";
import { CiError } from "./ci-error";
import { markOld, readSections, type Sections, writeSections } from "./comment-body";
import { gitlabNotes, type MergeRequest, mergeRequestHead } from "./gitlab";
import { putComment } from "./put-comment";
import { sectionText } from "./section-text";

/**
 * Brings the note of a merge request to what its pipeline found.
 *
 * @param page the page of the pipeline.
 * @returns a sentence on what was done.
 * @throws CiError if an artifact is of another merge request, before anything is written.
 */
export async function commentOfMergeRequest(
  request: MergeRequest,
  artifacts: readonly Artifact[],
  page: string,
): Promise<string> {
  const [first] = artifacts;
  for (const { kind, head, pullRequest } of artifacts) {
    if (pullRequest !== request.number) {
      throw new CiError(
        `The artifact must be of merge request ${request.number}, got: one of ${pullRequest}. Nothing was written.`,
      );
    }
    if (kind !== first!.kind || head !== first!.head) {
      throw new CiError("All artifacts must be of one kind and one commit, got: several. Nothing was written.");
    }
  }
  const head = await mergeRequestHead(request);
  const done = await putComment(gitlabNotes(request), (body) => {
    const old = markOld(readSections(body ?? ""), head);
    const own: Sections = first ? { [first.kind]: { head: first.head, text: sectionText(artifacts, page) } } : {};
    if (body === undefined && !first) return undefined;
    return writeSections(first?.head === head ? { ...old, ...own } : old);
  });
  const moved = first && first.head !== head ? ` Its head has moved on to ${head.slice(0, 7)}.` : "";
  return `The note of merge request ${request.number}: ${done}.${moved}`;
}
