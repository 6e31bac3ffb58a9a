import { redactKeys } from "../../values/redact";

/** Control and format characters: they hide text, or turn its direction around. Line breaks are kept. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * A copy in which no text holds a key, a character nobody sees, or one that shows the text after it in another order:
 * such a character is written out, e.g. `\u202e`.
 */
export function clean<T>(value: T): T {
  if (typeof value === "string") return cleanText(value) as T;
  if (Array.isArray(value)) return value.map(clean) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, clean(member)])) as T;
}

function cleanText(text: string): string {
  return redactKeys(text).replace(HIDDEN, (character) =>
    character === "\n" ? character : `\\u${character.codePointAt(0)!.toString(16).padStart(4, "0")}`,
  );
}
