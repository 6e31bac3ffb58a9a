import type { Review } from "../../review/model";

export const FORMATS = ["terminal", "markdown", "json", "sarif", "html"] as const;

export function render(review: Review, _format: (typeof FORMATS)[number], _toStdout: boolean): string {
  return `${JSON.stringify(review, null, 2)}\n`;
}
