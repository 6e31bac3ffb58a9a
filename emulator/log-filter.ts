import { invalidArgument } from "./errors";
import { isObject, type JsonObject } from "./fields";
import { type FieldKind, type FieldTree, logEntryFields, severityNumber } from "./log-entry-fields";

export type LogFilter = (entry: JsonObject) => boolean;

/** @see https://docs.cloud.google.com/logging/quotas */
const maxLength = 20_000;
/** Deeper than anybody writes, and far from the end of the stack. Google's own limit is not known. */
const maxDepth = 100;

/**
 * A filter in the Logging query language, as metrics, sinks, log-match alerts and `entries:list` take it. An empty filter
 * matches everything. NOT binds tightest, then OR, then AND, unlike in most languages.
 *
 * A field of a payload or a label that an entry lacks fails every comparison, `!=` and `!~` too, so that only NOT matches it; a
 * missing field of the entry itself compares as the default of its type.
 *
 * Left out: the functions besides `log_id` and `source`; they are refused.
 *
 * @throws ApiError INVALID_ARGUMENT if the text is no filter; the words after "Unparseable filter" are not Google's
 * @see https://docs.cloud.google.com/logging/docs/view/logging-query-language
 */
export function compileLogFilter(text: string): LogFilter {
  if (text.length > maxLength) {
    throw invalidArgument(`Filter is too long: ${text.length} characters. The most is ${maxLength}.`);
  }
  return new Parser(text).parse();
}

const operators = ["=~", "!~", "!=", ">=", "<=", "=", ">", "<", ":"] as const;
type Operator = (typeof operators)[number];

/** A name, or a value without quotes, or a text in quotes. */
interface Term {
  readonly segments: readonly string[];
  /** True for a single text in quotes. */
  readonly quoted: boolean;
  readonly text: string;
  readonly at: number;
}

/** Tests one value of an entry. */
type ValueTest = (values: readonly unknown[]) => boolean;

class Parser {
  private at = 0;
  private depth = 0;

  constructor(private readonly text: string) {}

  parse(): LogFilter {
    this.skipSpace();
    if (this.at === this.text.length) {
      return () => true;
    }
    const filter = this.expression(() => this.primary());
    if (this.at < this.text.length) {
      this.fail();
    }
    return filter;
  }

  /** The same for comparisons and for the values in parentheses behind an operator. */
  private expression<T>(primary: () => (input: T) => boolean): (input: T) => boolean {
    const all = [this.alternatives(primary)];
    while (this.takeWord("AND") || !this.atEnd()) {
      all.push(this.alternatives(primary));
    }
    return all.length === 1 ? all[0]! : (input) => all.every((test) => test(input));
  }

  private alternatives<T>(primary: () => (input: T) => boolean): (input: T) => boolean {
    const any = [this.negation(primary)];
    while (this.takeWord("OR")) {
      any.push(this.negation(primary));
    }
    return any.length === 1 ? any[0]! : (input) => any.some((test) => test(input));
  }

  private negation<T>(primary: () => (input: T) => boolean): (input: T) => boolean {
    if (!this.takeWord("NOT") && !this.takeMinus()) {
      return this.group(primary);
    }
    const inner = this.group(primary);
    return (input) => !inner(input);
  }

  private group<T>(primary: () => (input: T) => boolean): (input: T) => boolean {
    if (!this.take("(")) {
      return primary();
    }
    this.depth += 1;
    if (this.depth > maxDepth) {
      this.fail();
    }
    const inner = this.expression(primary);
    if (!this.take(")")) {
      this.fail();
    }
    this.depth -= 1;
    return inner;
  }

  private primary(): LogFilter {
    const term = this.term();
    const operator = this.takeOperator();
    if (operator) {
      return this.comparison(term, operator);
    }
    if (!term.quoted && this.text[this.at] === "(") {
      return this.call(term);
    }
    // A lone value is searched in the whole entry.
    const found = contains(term.text);
    return (entry) => found(entry);
  }

  private comparison(term: Term, operator: Operator): LogFilter {
    const path = resolvePath(term);
    if (operator === ":" && this.take("*")) {
      return (entry) => path.read(entry).length > 0;
    }
    const test = this.take("(") ? this.values(path.kind, operator) : this.value(path.kind, operator);
    return (entry) => test(path.readOrDefault(entry));
  }

  private values(kind: FieldKind, operator: Operator): ValueTest {
    const test = this.expression<readonly unknown[]>(() => this.value(kind, operator));
    if (!this.take(")")) {
      this.fail();
    }
    return test;
  }

  private value(kind: FieldKind, operator: Operator): ValueTest {
    const term = this.term(true);
    const test = this.testOf(kind, operator, term);
    return (values) => values.some(test);
  }

  private testOf(kind: FieldKind, operator: Operator, term: Term): (value: unknown) => boolean {
    if (!term.quoted && term.text === "NULL_VALUE") {
      if (operator !== "=" && operator !== "!=") {
        this.fail(term.at);
      }
      return (value) => (value === null) === (operator === "=");
    }
    if (operator === "=~" || operator === "!~") {
      const pattern = compilePattern(term.text);
      return (value) => typeof value === "string" && pattern.test(value) === (operator === "=~");
    }
    if (operator === ":") {
      const found = contains(term.text);
      const equal = comparer(kind, "=", term.text);
      return (value) =>
        typeof value === "string" && kind !== "severity" ? found(value) : isScalar(value) ? equal(value) : found(value);
    }
    return comparer(kind, operator, term.text);
  }

  private call(name: Term): LogFilter {
    const make = functions.get(name.text.toLowerCase());
    if (!make) {
      throw invalidArgument(
        `Unparseable filter: the local cloud does not have the function ${name.text}. It has log_id and source.`,
      );
    }
    this.take("(");
    const argument = this.term(true);
    if (!this.take(")")) {
      this.fail();
    }
    return make(argument.text);
  }

  /** @param isValue after an operator a number may have a sign */
  private term(isValue = false): Term {
    const at = this.at;
    if (isValue && /[+-]/.test(this.text[at] ?? "") && /[\d.]/.test(this.text[at + 1] ?? "")) {
      this.at += 1;
    }
    const segments = [this.segment()];
    const quoted = this.text[at] === '"' || this.text[at] === "'";
    const single = quoted && this.text[this.at] !== ".";
    while (this.text[this.at] === ".") {
      this.at += 1;
      segments.push(this.segment());
    }
    const text = single ? segments[0]! : this.text.slice(at, this.at);
    if (!quoted && ["AND", "OR", "NOT"].includes(text)) {
      this.fail(at);
    }
    this.skipSpace();
    return { segments, quoted: single, text, at };
  }

  private segment(): string {
    const start = this.text[this.at];
    if (start === '"' || start === "'") {
      return this.quotedText(start);
    }
    const [bare] = /^[^\s()=<>!~:,."'*]+/.exec(this.text.slice(this.at, this.at + maxLength)) ?? [""];
    if (bare === "") {
      this.fail();
    }
    this.at += bare.length;
    return bare;
  }

  private quotedText(quote: string): string {
    const start = this.at;
    let result = "";
    for (this.at += 1; this.text[this.at] !== quote; this.at += 1) {
      const letter = this.text[this.at];
      if (letter === undefined) {
        this.fail(start);
      }
      result += letter === "\\" ? this.escape() : letter;
    }
    this.at += 1;
    return result;
  }

  /**
   * An escape that is none stays as it is, which lets a pattern be written with single backslashes. That Google does the same is
   * assumed.
   */
  private escape(): string {
    this.at += 1;
    const rest = this.text.slice(this.at, this.at + 5);
    const [code] = /^(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[0-3][0-7]{2})/.exec(rest) ?? [];
    if (code !== undefined) {
      this.at += code.length - 1;
      return String.fromCharCode(/^\d/.test(code) ? Number.parseInt(code, 8) : Number.parseInt(code.slice(1), 16));
    }
    const letter = rest[0] ?? "";
    return escapes[letter] ?? `\\${letter}`;
  }

  private takeOperator(): Operator | undefined {
    const operator = operators.find((candidate) => this.text.startsWith(candidate, this.at));
    if (operator) {
      this.at += operator.length;
      this.skipSpace();
    }
    return operator;
  }

  private take(symbol: string): boolean {
    if (this.text[this.at] !== symbol) {
      return false;
    }
    this.at += 1;
    this.skipSpace();
    return true;
  }

  /** Only capitals: a small `and` is a word to search for. */
  private takeWord(word: string): boolean {
    if (!this.text.startsWith(word, this.at) || /[^\s()"'-]/.test(this.text[this.at + word.length] ?? " ")) {
      return false;
    }
    this.at += word.length;
    this.skipSpace();
    return true;
  }

  private takeMinus(): boolean {
    return /\S/.test(this.text[this.at + 1] ?? " ") && this.take("-");
  }

  private atEnd(): boolean {
    return this.at === this.text.length || this.text[this.at] === ")";
  }

  /** Comments begin only where a term could, so `a--b` is one word. */
  private skipSpace(): void {
    const space = /(?:\s|--[^\n]*)*/y;
    space.lastIndex = this.at;
    this.at += space.exec(this.text)![0].length;
  }

  private fail(at = this.at): never {
    const before = this.text.slice(0, at).split("\n");
    const token = /^(?:\w+|.)/.exec(this.text.slice(at))?.[0];
    throw invalidArgument(
      `Unparseable filter: syntax error at line ${before.length}, column ${before[before.length - 1]!.length + 1}, ` +
        (token === undefined ? "at the end of the text" : `token '${token}'`),
    );
  }
}

const functions: ReadonlyMap<string, (argument: string) => LogFilter> = new Map([
  ["log_id", (id: string) => (entry: JsonObject) => logIdOf(entry) === id],
  [
    "source",
    (resource: string) => (entry: JsonObject) => String(entry["logName"] ?? "").startsWith(`${resource}/logs/`),
  ],
]);

const escapes: Readonly<Record<string, string>> = { '"': '"', "'": "'", "\\": "\\", n: "\n", t: "\t", r: "\r" };

interface Path {
  readonly kind: FieldKind;
  /** The values there: every element of a list, none if the field is missing. */
  read(entry: JsonObject): readonly unknown[];
  /** The same, with the default of the type for a missing field of the entry itself. */
  readOrDefault(entry: JsonObject): readonly unknown[];
}

/** An unknown field is an error, since Google finds it before the filter is used. Google's words are not known. */
function resolvePath(term: Term): Path {
  const names: string[] = [];
  let kind: FieldKind | FieldTree = logEntryFields;
  let rest = term.segments;
  while (typeof kind !== "string" && rest.length > 0) {
    const tree: FieldTree = kind;
    const name = Object.keys(tree).find((candidate) => loose(candidate) === loose(rest[0]!));
    if (name === undefined) {
      throw unknownField(term);
    }
    names.push(name);
    kind = tree[name]!;
    rest = rest.slice(1);
  }
  if (rest.length > 0 && kind !== "free" && kind !== "typed-payload") {
    throw unknownField(term);
  }
  const finalKind = typeof kind === "string" ? kind : "free";
  const path = [...names, ...rest];
  const looseFrom = finalKind === "typed-payload" ? 0 : path.length;
  const read = (entry: JsonObject) => leaves(entry, path, looseFrom);
  const whenMissing = defaults[finalKind];
  return {
    kind: finalKind,
    read,
    readOrDefault: (entry) => {
      const found = read(entry);
      return found.length === 0 && whenMissing !== undefined ? [whenMissing] : found;
    },
  };
}

function unknownField(term: Term): Error {
  return invalidArgument(`Unparseable filter: field not found: '${term.text}'`);
}

/** A missing timestamp has no default here: every entry has one. */
const defaults: Readonly<Partial<Record<FieldKind, unknown>>> = {
  string: "",
  number: 0,
  boolean: false,
  severity: "DEFAULT",
};

/** Names of protocol buffers are found in any case, and as `snake_case` too; names in a map only as they are. */
function loose(name: string): string {
  return name.replaceAll("_", "").toLowerCase();
}

function leaves(value: unknown, path: readonly string[], looseFrom: number): readonly unknown[] {
  if (Array.isArray(value)) {
    return value.flatMap((element) => leaves(element, path, looseFrom));
  }
  const [name, ...rest] = path;
  if (name === undefined) {
    return value === undefined ? [] : [value];
  }
  if (!isObject(value)) {
    return [];
  }
  const exact = Object.hasOwn(value, name)
    ? name
    : looseFrom === 0
      ? Object.keys(value).find((key) => loose(key) === loose(name))
      : undefined;
  return exact === undefined ? [] : leaves(value[exact], rest, looseFrom);
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** Letters are compared in any case. */
function fold(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}

/** Whether a value, or anything in an object or list, contains the text. */
function contains(text: string): (value: unknown) => boolean {
  const wanted = fold(text);
  const search = (value: unknown): boolean =>
    Array.isArray(value)
      ? value.some(search)
      : isObject(value)
        ? Object.values(value).some(search)
        : isScalar(value) && fold(String(value)).includes(wanted);
  return search;
}

type Ordering = "=" | "!=" | ">" | ">=" | "<" | "<=";

/** The value of the filter is converted to the type of the field; where it cannot be, the comparison fails. */
function comparer(kind: FieldKind, operator: Ordering, text: string): (value: unknown) => boolean {
  const converted = { text: fold(text), number: toNumber(text), boolean: toBoolean(text) };
  const known = kind === "severity" ? severityNumber(text) : kind === "timestamp" ? toInstant(text) : undefined;
  return (value) => {
    if (kind === "severity" && typeof value === "string") {
      return holds(operator, severityNumber(value), known);
    }
    if (kind === "timestamp" && typeof value === "string") {
      return holds(operator, toInstant(value), known);
    }
    switch (typeof value) {
      case "string":
        // 64-bit numbers are strings in JSON.
        return kind === "number"
          ? holds(operator, toNumber(value), converted.number)
          : holds(operator, fold(value), converted.text);
      case "number":
        return holds(operator, value, converted.number);
      case "boolean":
        return holds(operator, Number(value), converted.boolean);
      default:
        return false;
    }
  };
}

function holds<T extends string | number>(operator: Ordering, left: T | undefined, right: T | undefined): boolean {
  if (left === undefined || right === undefined) {
    return false;
  }
  switch (operator) {
    case "=":
      return left === right;
    case "!=":
      return left !== right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
    case "<":
      return left < right;
    case "<=":
      return left <= right;
  }
}

function toNumber(text: string): number | undefined {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

function toBoolean(text: string): number | undefined {
  return /^(true|false)$/i.test(text) ? Number(text.toLowerCase() === "true") : undefined;
}

const instant = /^\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[Zz]|[+-]\d\d:\d\d)?)?$/;

/** Milliseconds since 1970. A date alone is its midnight in UTC; so is a time without a zone. */
function toInstant(text: string): number | undefined {
  if (!instant.test(text)) {
    return undefined;
  }
  const zoned = text.length <= 10 || /(?:[Zz]|[+-]\d\d:\d\d)$/.test(text.slice(10)) ? text : `${text}Z`;
  const time = Date.parse(zoned.replace(" ", "T"));
  return Number.isNaN(time) ? undefined : time;
}

/** RE2 has no look-around and no references back, and writes flags in front. */
function compilePattern(text: string): RegExp {
  const [, flags = "", body = ""] = /^(?:\(\?([ims]+)\))?(.*)$/s.exec(text)!;
  if (/\(\?(?:[=!]|<[=!])|\\[1-9]/.test(body)) {
    throw invalidPattern(text);
  }
  try {
    return new RegExp(body.replaceAll("(?P<", "(?<"), flags);
  } catch {
    throw invalidPattern(text);
  }
}

function invalidPattern(text: string): Error {
  return invalidArgument(`Unparseable filter: regular expression ${JSON.stringify(text)} is not valid RE2`);
}

/** The part of the log's name behind `/logs/`, decoded. */
function logIdOf(entry: JsonObject): string {
  const [, id = ""] = /\/logs\/(.*)$/.exec(String(entry["logName"] ?? "")) ?? [];
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}
