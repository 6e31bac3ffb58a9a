import { renderJson } from "../../review/formats/json";
import { renderMarkdown } from "../../review/formats/markdown";
import type { Review } from "../../review/model";

export const FORMATS = ["markdown", "json"] as const;

export function render(review: Review, format: (typeof FORMATS)[number]): string {
  switch (format) {
    case "markdown":
      return renderMarkdown(review);
    case "json":
      return renderJson(review);
  }
}
