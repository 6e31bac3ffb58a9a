import { renderJson } from "../../review/formats/json";
import { renderMarkdown } from "../../review/formats/markdown";
import type { Review } from "../../review/model";
import { terminal } from "../terminal";

/** A file has neither colours nor a width of its own. */
const NO_TERMINAL = { color: false, width: Number.POSITIVE_INFINITY };

export const FORMATS = ["terminal", "markdown", "json", "sarif", "html"] as const;

/** What only some formats need is loaded for these. */
export async function render(review: Review, format: (typeof FORMATS)[number], toFile: boolean): Promise<string> {
  switch (format) {
    case "terminal":
      return (await import("../../review/formats/terminal")).renderTerminal(review, toFile ? NO_TERMINAL : terminal());
    case "markdown":
      return renderMarkdown(review);
    case "json":
      return renderJson(review);
    case "sarif":
      return (await import("../../review/formats/sarif")).renderSarif(review, require("../../package.json").version);
    case "html":
      return (await import("../../review/html/render")).renderHtml({ kind: "review", review });
  }
}
