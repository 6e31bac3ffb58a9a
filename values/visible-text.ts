/**
 * What a reader does not see, or what makes them see something else than is there: control characters, directions
 * (https://trojansource.codes), zero-width characters, fillers, tags, lone surrogates. An emoji may keep its style.
 */
const INVISIBLE = /(?!(?<=\p{Extended_Pictographic})\uFE0F)[\p{C}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** The text on one line, with everything invisible written out: `\u202e`. Runs of white space are one space. */
export function visibleText(text: string): string {
  return writtenOut(text.replace(/\s+/g, " ").trim());
}

/** The text with everything invisible written out, line breaks too. */
export function writtenOut(text: string): string {
  return text.replace(INVISIBLE, escapeUnits);
}

/** Each UTF-16 unit as JSON escapes it. */
export function escapeUnits(character: string): string {
  const units = Array.from({ length: character.length }, (_, i) => character.charCodeAt(i));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}
