import type { Review } from "../review/model";

// TO BE REPLACED by review/schema and review/formats/markdown once they are there.
export function parseReview(text: string): { readonly review: Review } | { readonly problem: string } {
  const json = JSON.parse(text) as Review | null;
  const good =
    json?.formatVersion === 1 &&
    Array.isArray(json.environments) &&
    Array.isArray(json.notes) &&
    typeof json.base === "string";
  return good ? { review: json } : { problem: "it is none" };
}

export function renderReview(review: Review): string {
  const lines = review.environments.flatMap(({ name, changes }) => [
    `**${escaped(name)}**`,
    ...changes.map(({ risk, sentence }) => `- ${risk}: ${escaped(sentence)}`),
  ]);
  return [`Review of ${escaped(review.base)} → ${escaped(review.head)}`, ...lines].join("\n\n");
}

function escaped(text: string): string {
  return text
    .replace(/[\p{C}]/gu, " ")
    .replace(/[\\`*_{}[\]()#+.!|~-]/g, "\\$&")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/@/g, "@\u200b");
}
