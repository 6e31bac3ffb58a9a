import { CORE_SCHEMA, load } from "js-yaml";
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type YAMLError,
} from "yaml";
import { type Problem, problem } from "../values/problem";
import { checkNoKey, redactKeys } from "../values/redact";
import { checkTemplateCharacters } from "../values/template-characters";
import type { Finding, Position } from "./finding";

/** A path into a document: keys and indexes. */
export type FieldPath = readonly (string | number)[];

/** A parsed YAML file that knows where each field stands. */
export class YamlFile {
  private constructor(
    /** The path to show in messages. */
    readonly name: string,
    /** The content as plain values. Undefined if the file cannot be read, or holds an alias. */
    readonly content: unknown,
    /** What is wrong with the text itself. */
    readonly findings: readonly Finding[],
    private readonly text: string,
    private parsed?: ParsedText,
  ) {}

  /** Parses the text. Never throws: what is wrong is in `findings`, and then `content` is undefined. */
  static parse(name: string, text: string): YamlFile {
    const plain = plainContent(text);
    return plain ? new YamlFile(name, plain.content, [], text) : YamlFile.parseFully(name, text);
  }

  /** The same, always with the parser that knows where everything stands. */
  static parseFully(name: string, text: string): YamlFile {
    const parsed = parseText(text);
    const { document, lines } = parsed;
    const findings = textFindings(name, text, document, lines);
    const unreadable = document.errors.some(({ code }) => code !== "DUPLICATE_KEY");
    if (unreadable) return new YamlFile(name, undefined, findings, text, parsed);

    findings.push(...nodeFindings(name, document, lines));
    // An alias may stand for gigabytes, so a document with one is not expanded.
    const content = hasAlias(document) ? undefined : document.toJS();
    return new YamlFile(name, content, findings, text, parsed);
  }

  /** Parsed when somebody asks where something stands. */
  private get document(): Document.Parsed {
    this.parsed ??= parseText(this.text);
    return this.parsed.document;
  }

  private get lines(): LineCounter {
    this.parsed ??= parseText(this.text);
    return this.parsed.lines;
  }

  /** The position of a field's value, or of the nearest field around it that is in the file. */
  position(path: FieldPath): Position {
    for (let length = path.length; length > 0; length--) {
      const node = this.document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return at(this.name, this.lines, node.range[0]);
    }
    return { file: this.name, line: 1, column: 1 };
  }

  /** A plain value as it is written, e.g. `6.50` where the value is 6.5. */
  source(path: FieldPath): string | undefined {
    const node = this.document.getIn(path, true);
    return isScalar(node) ? node.source : undefined;
  }

  /** The position of a field's name. */
  keyPosition(path: FieldPath): Position {
    const parent = path.length > 1 ? this.document.getIn(path.slice(0, -1), true) : this.document.contents;
    const name = path[path.length - 1];
    if (isMap(parent)) {
      const pair = parent.items.find(({ key }) => isScalar(key) && key.value === name);
      if (pair && isScalar(pair.key) && pair.key.range) return at(this.name, this.lines, pair.key.range[0]);
    }
    return this.position(path);
  }
}

interface ParsedText {
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
}

function parseText(text: string): ParsedText {
  const lines = new LineCounter();
  return { document: parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: "error" }), lines };
}

/** Names and values that every YAML parser reads alike. What is not among them is left to the parser that knows places. */
const NAME = "(?!(?:true|True|TRUE|false|False|FALSE|null|Null|NULL):)[A-Za-z][\\w-]*";
const WORD = "(?:[\\w\\u0080-\\uffff./@()+=;'!?&%*<>~-]|:(?=[\\w/:]))";
const NUMBER = "(?:0|[1-9]\\d{0,14})(?:\\.\\d+)?";
const DURATION = "[1-9]\\d*[dhms]";
/** A date, a billing account. */
const DASHED = "\\d[\\dA-F]*(?:-[\\dA-F]+){2}";
/** A version, IPv4 addresses. */
const DOTTED = "\\d+(?:\\.\\d+){2,3}(?:/\\d+)?";
const IPV6 = "\\d[\\da-f]*(?::(?=[\\w:/])[\\da-f]*)+(?:/\\d+)?";
const QUOTED = `"[^"]*"|'[^']*'`;

/** Text that starts with a letter, or an amount: `300 USD`. With a comma where it is not one of several. */
const text = (word: string) => `(?:[A-Za-z]${word}*|${NUMBER}(?= +[A-Za-z]))(?: +${word}+)*`;
const scalar = (word: string) => [text(word), DURATION, DASHED, DOTTED, IPV6, NUMBER, QUOTED].join("|");
const several = (value: string) =>
  `\\[ *(?:(?:${value})(?: *, *(?:${value}))*)? *\\]|\\{ *(?:${NAME}: +(?:${value})(?: *, *${NAME}: +(?:${value}))*)? *\\}`;

const FLAT = `${scalar(WORD)}|${several(scalar(WORD))}`;
const VALUE = `${scalar(`(?:${WORD}|,)`)}|${several(FLAT)}`;
/** Of a line: what stands before its name or value, the value of its name, its value without a name. */
const LINE = new RegExp(`^( *(?:- +)*)(?:${NAME}:(?: +(${VALUE}))?|(?<=- )(${VALUE}))(?: +#.*| *)$`);

/** Templates of Terraform, escapes, and characters that nobody sees. */
const SPECIAL = /\$\{|%\{|\\|[^\P{C}\n]|[^\P{Z} ]/u;

/** Whether every line holds a name, a plain value or both, and no value goes on in the next line. */
function isPlain(text: string): boolean {
  if (SPECIAL.test(text) || redactKeys(text) !== text) return false;
  // A line that starts further right goes on with the value of the line before.
  let inside = Infinity;
  return text.split("\n").every((line) => {
    if (/^ *(?:#|$)/.test(line)) return true;
    const found = LINE.exec(line);
    if (!found || line.search(/[^ ]/) > inside) return false;
    const [, before, value, item] = found;
    inside = item ? before!.lastIndexOf("-") : value ? before!.length : Infinity;
    return true;
  });
}

/**
 * The content of a text in which nothing is wrong and nothing is special, from a parser that is several times as fast and knows no
 * places. Undefined: the other one has to look at it. A test holds the two together.
 */
function plainContent(text: string): { readonly content: unknown } | undefined {
  if (!isPlain(text)) return undefined;
  try {
    return { content: load(text, { schema: CORE_SCHEMA }) };
  } catch {
    return undefined;
  }
}

/** `["keys", "web", "allow", 1]` as `keys.web.allow[1]`. A name may be a key string that was pasted to a wrong place. */
export function formatPath(path: FieldPath): string {
  const parts = path.map((part, index) => (typeof part === "number" ? `[${part}]` : index === 0 ? part : `.${part}`));
  return redactKeys(parts.join(""));
}

function at(file: string, lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
}

/** Errors of the text. Of several syntax errors only the first is told: the others follow from it. */
function textFindings(name: string, text: string, document: Document.Parsed, lines: LineCounter): Finding[] {
  const errors = [...document.errors, ...document.warnings];
  const syntaxError = errors.find(({ code }) => code !== "DUPLICATE_KEY");
  const told = errors.filter((error) => error.code === "DUPLICATE_KEY" || error === syntaxError);
  return told.map((error) => {
    const word = text.slice(error.pos[0]).split(/[:\s]/, 1)[0]!;
    return {
      ...at(name, lines, error.pos[0]),
      field: error.code === "DUPLICATE_KEY" ? redactKeys(word) : "",
      problem: yamlProblem(error),
    };
  });
}

function yamlProblem(error: YAMLError): Problem {
  switch (error.code) {
    case "DUPLICATE_KEY":
      return problem("must be given once", "a second one", "Remove one of the two.");
    case "MULTIPLE_DOCS":
      return problem("must hold one document", "several, separated by ---", "Make one file of each.");
    case "TAG_RESOLVE_FAILED":
      return problem("must hold plain values", "a YAML tag", "Remove the word that starts with `!`.");
    default:
      return problem("must be valid YAML", lowerFirst(error.message), "Correct this line, or the one before it.");
  }
}

function hasAlias(document: Document.Parsed): boolean {
  let found = false;
  visit(document, {
    Alias: () => {
      found = true;
      return visit.BREAK;
    },
  });
  return found;
}

/** Refuses what YAML allows but a declaration must not hold: API keys, aliases, names that are not text, Terraform templates. */
function nodeFindings(name: string, document: Document.Parsed, lines: LineCounter): Finding[] {
  const findings: Finding[] = [];
  let aliases = 0;
  const add = (node: unknown, path: FieldPath, found: Problem | undefined) => {
    if (!found) return;
    const offset = isNode(node) && node.range ? node.range[0] : 0;
    findings.push({ ...at(name, lines, offset), field: formatPath(path), problem: found });
  };
  const checkText = (node: unknown, path: FieldPath, text: string) => {
    add(node, path, checkTemplateCharacters(text));
    add(node, path, checkNoKey(text));
  };
  const walk = (node: unknown, path: FieldPath): void => {
    if (isAlias(node)) {
      // One is enough: an alias bomb has thousands.
      if (aliases++ > 0) return;
      add(node, path, {
        rule: "must be written out",
        got: `the alias *${node.source}`,
        fix: "Repeat the value: aliases hide what a key may do from its reviewers.",
      });
    } else if (isScalar(node)) {
      if (typeof node.value === "string") checkText(node, path, node.value);
    } else if (isSeq(node)) {
      node.items.forEach((item, index) => {
        walk(item, [...path, index]);
      });
    } else if (isMap(node)) {
      for (const { key, value } of node.items) {
        if (!isScalar(key) || typeof key.value !== "string") {
          add(key, path, {
            rule: "must have names that are text",
            got: isScalar(key) ? String(key.value) : "another value as a name",
            fix: "Put the name in quotes.",
          });
          continue;
        }
        const field = [...path, key.value];
        checkText(key, field, key.value);
        walk(value, field);
      }
    }
  };
  walk(document.contents, []);
  return findings;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1).replace(/[.\s]+$/, "");
}
