import { mapTexts, redactKeys } from "../../values/redact";
import { writtenOut } from "../../values/visible-text";

/** A copy in which no text holds a key or a character that nobody sees: that is written out. Line breaks are kept. */
export function clean<T>(value: T): T {
  return mapTexts(value, (text) => redactKeys(text).split("\n").map(writtenOut).join("\n"));
}
