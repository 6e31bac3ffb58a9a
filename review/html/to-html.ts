import type { Tree } from "./tree";

const EMPTY = new Set(["input", "meta", "wbr"]);

/** Markup. Every text and every value of an attribute goes through `escapeHtml`; the rest is written in the views. */
export function toHtml(tree: Tree): string {
  if (typeof tree === "string") return escapeHtml(tree);
  const { tag, attributes, children } = tree;
  let start = `<${tag}`;
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) start += ` ${name}`;
    else if (value !== undefined && value !== false) start += ` ${name}="${escapeHtml(String(value))}"`;
  }
  return EMPTY.has(tag) ? `${start}>` : `${start}>${children.map(toHtml).join("")}</${tag}>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** JSON that may stand inside of a script element: it has none of the characters that could end it. */
export function embeddedJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
