import { renderMarkdown } from "../review/formats/markdown";
import type { Artifact } from "./artifact";
import { MOST_CHARACTERS } from "./comment-body";
import { effectHash, isEmpty } from "./effects";

/** The part of a comment for what a run found. @param page the page of the run, with everything. */
export function sectionText(artifacts: readonly Artifact[], page: string): string {
  const rest = `\n\nThat is not all: the comment would be too long. The rest is in [the summary of the run](${page}).`;
  const parts = artifacts.map((artifact) => textOf(artifact, MOST_CHARACTERS - rest.length));
  let text = "";
  for (const part of parts) {
    if (text.length + part.length + rest.length > MOST_CHARACTERS) return `${text.trim()}${rest}`;
    text += `${part}\n\n`;
  }
  return text.trim();
}

/** One artifact, cut to what fits. */
function textOf(artifact: Artifact, most: number): string {
  const head = headOf(artifact);
  return head + renderMarkdown(artifact.review, most - head.length);
}

function headOf({ kind, stack, effects }: Artifact): string {
  if (kind === "preview" || !effects) return "";
  const { length } = effects.resources;
  const what = isEmpty(effects)
    ? "The plan changes nothing."
    : `The plan changes ${length} ${length === 1 ? "resource" : "resources"}. Effect hash: \`${effectHash(effects)}\``;
  return `### Plan of \`${stack}\`\n\n${what}\n\n`;
}
