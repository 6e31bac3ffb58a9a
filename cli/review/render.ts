import type { Review } from "../../review/model";

export const FORMATS = ["json"] as const;

export function render(review: Review, format: (typeof FORMATS)[number]): string {
  switch (format) {
    case "json":
      return `${JSON.stringify(review, null, 2)}\n`;
  }
}
