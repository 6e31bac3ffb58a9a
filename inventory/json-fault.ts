/** Where a text stops being JSON. Line and column count from 1. */
export interface JsonFault {
  readonly line: number;
  readonly column: number;
  /** True if the text ends too early, and is no fault up to there. */
  readonly atEnd: boolean;
}

const SPACE = /[ \t\n\r]*/y;
const OTHER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/**
 * Finds what `JSON.parse` refused: its own message quotes the text around, which may be a key. Nothing is kept of the
 * values, and nothing is nested: it takes any depth.
 */
export function jsonFault(text: string): JsonFault | undefined {
  const open: string[] = [];
  let position = skip(SPACE, text, 0);
  let expect: "value" | "value or end" | "name" | "name or end" | "after" = "value";
  while (true) {
    const character = text[position];
    if (expect === "after" && open.length === 0) return character === undefined ? undefined : fault(text, position);
    if (character === undefined) return fault(text, position);
    if (expect === "name" || expect === "name or end") {
      if (character === "}" && expect === "name or end") {
        open.pop();
        position++;
        expect = "after";
      } else {
        const end = character === '"' ? skipText(text, position) : position;
        if (end === position) return fault(text, position);
        position = skip(SPACE, text, end);
        if (text[position] !== ":") return fault(text, position);
        position++;
        expect = "value";
      }
    } else if (expect === "after") {
      const closing = open.at(-1) === "[" ? "]" : "}";
      if (character === ",") expect = closing === "]" ? "value" : "name";
      else if (character === closing) open.pop();
      else return fault(text, position);
      position++;
    } else if (character === "]" && expect === "value or end") {
      open.pop();
      position++;
      expect = "after";
    } else if (character === "{" || character === "[") {
      open.push(character);
      position++;
      expect = character === "{" ? "name or end" : "value or end";
    } else {
      const end = character === '"' ? skipText(text, position) : skip(OTHER, text, position);
      if (end === position) return fault(text, position);
      position = end;
      expect = "after";
    }
    position = skip(SPACE, text, position);
  }
}

/** The position behind what the pattern matches here; the same position if it does not. */
function skip(pattern: RegExp, text: string, position: number): number {
  pattern.lastIndex = position;
  return pattern.test(text) ? pattern.lastIndex : position;
}

/** The position behind the text that begins here; the same position if it is none. */
function skipText(text: string, position: number): number {
  const end = endOfText(text, position);
  const body = text.slice(position + 1, end);
  const escaped = body.match(/\\(?:u[0-9a-fA-F]{4}|.)/gs) ?? [];
  // Control characters, except those behind the ASCII ones.
  const valid = !/[^\P{Cc}\x7f-\x9f]/u.test(body) && escaped.every((pair) => /^\\(?:["\\/bfnrt]|u.{4})$/.test(pair));
  return valid && end < text.length ? end + 1 : position;
}

function fault(text: string, position: number): JsonFault {
  // A text or number that the end cuts off began before it.
  const rest = text.slice(position);
  const cutOff =
    rest === "" ||
    (rest.startsWith('"') && endOfText(text, position) === text.length) ||
    "true false null".split(" ").some((w) => w.startsWith(rest));
  const before = text.slice(0, position);
  const line = before.split("\n").length;
  return { line, column: position - before.lastIndexOf("\n"), atEnd: cutOff };
}

/** True if arrays and objects of a JSON text are nested deeper than `limit`. Reads the text once and needs no stack. */
export function isDeeperThan(text: string, limit: number): boolean {
  let depth = 0;
  for (let position = 0; position < text.length; position++) {
    switch (text.charCodeAt(position)) {
      case 0x22:
        position = endOfText(text, position);
        break;
      case 0x5b:
      case 0x7b:
        if (++depth > limit) return true;
        break;
      case 0x5d:
      case 0x7d:
        depth--;
    }
  }
  return false;
}

/** The position of the closing quote of the text that begins at `start`. */
function endOfText(text: string, start: number): number {
  let end = start;
  while (true) {
    end = text.indexOf('"', end + 1);
    if (end < 0) return text.length;
    let slashes = 0;
    while (text[end - 1 - slashes] === "\\") slashes++;
    if (slashes % 2 === 0) return end;
  }
}
