import { visibleText } from "./visible-text";

/**
 * A word without any meaning in GitHub's Markdown, in what precedes and follows it, and in what GitHub links besides:
 * letters, with one hyphen, apostrophe or slash between them, a number, or a sign that is only text. No hash of a commit, no
 * `ABC-1`.
 */
const PLAIN_WORD =
  /^(?![0-9a-f]{7,40}$)(?:\p{L}[\p{L}\p{M}]*(?:['’/-]\p{L}[\p{L}\p{M}]*)*|\d{1,3}(?:,\d{3})+|\d{1,6}(?:\.\d{1,3})?%?|[·→−×–]|IPv[46])$/iu;

/** Punctuation around a word; none of it can begin or end anything where the word itself is plain or code. */
const WORD = /^([("“‘]*)(.*?)([)”’"',.;:!?]*)$/su;
/** Of a word with a bracket inside, the closing one belongs to it. */
const WITH_BRACKETS = /^(["“‘]*)(.*?)([”’"',.;:!?]*)$/su;

/** Code in a sentence of ours, between white space or in brackets: ``the field `allow`.`` */
const CODE = /(?<=(?:^|\s)\(?)`([^`]+)`(?=[),.;:!?]*(?:\s|$))/u;

/**
 * Text as Markdown that shows exactly this text: in a paragraph, a list item or a cell of a table. What stands in back-ticks
 * becomes code. So do words that are more than plain ones, since it is the only place where GitHub makes no link of a name,
 * a number or an address: it looks for `@name` and `#1` after escapes were undone.
 *
 * @see https://github.github.com/gfm/
 * @see https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls
 */
export function markdownText(text: string): string {
  const parts = visibleText(text).split(CODE);
  const shown = parts.map((part, index) =>
    index % 2 === 1 ? code(part) : part.split(" ").map(markdownWord).join(" "),
  );
  // Not the first item of a list.
  return shown.join("").replace(/^(\d+)([.)])/, "$1\\$2");
}

function markdownWord(word: string): string {
  const [, before = "", core = "", after = ""] = (word.includes("(", 1) ? WITH_BRACKETS : WORD).exec(word)!;
  return core === "" || PLAIN_WORD.test(core) ? word : `${before}${code(core)}${after}`;
}

/** A value as code that shows exactly this value; in a cell of a table, too. Nothing for an empty value. */
export function markdownCode(value: string): string {
  return code(visibleText(value));
}

/** Backticks and pipes stand between pieces of code: inside, no escape is the same within and outside of a table. */
function code(line: string): string {
  return line
    .split(/(\s*[`|][`|\s]*)/)
    .map((piece, index) => {
      if (index % 2 === 0) return piece === "" ? "" : `\`${piece}\``;
      return piece.replace(/[`|]/g, (character) => `&#${character.charCodeAt(0)};`);
    })
    .join("");
}

/** Text inside of an HTML element in Markdown, on one line. GitHub links names and numbers there unless it is `<code>`. */
export function htmlText(text: string): string {
  return visibleText(text).replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}
