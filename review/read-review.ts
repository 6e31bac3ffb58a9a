import { isDeeperThan, jsonFault } from "../inventory/json-fault";
import { describeProblem, type Problem, problem } from "../values/problem";
import { redactAll } from "../values/redact";
import type { Review } from "./model";
import { reviewSchema } from "./schema";

/** In bytes. A review of 1,000 keys that all change has about 5 MB. */
export const MAX_REVIEW_SIZE = 20 * 1024 * 1024;

/** Levels of arrays and objects; a review has 8. */
const MAX_DEPTH = 20;
/** Problems that are told; the file was not written by hand. */
const MAX_PROBLEMS = 20;

const REVIEW_ERROR = Symbol.for("gemkeys.ReviewError");
const WRITE = "Write it with `gemkeys review --format json` of the same version.";

/** The text is no review. One line for each problem, in the form of all messages. */
export class ReviewError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "ReviewError";
    Object.defineProperty(this, REVIEW_ERROR, { value: true });
  }

  static is(error: unknown): error is ReviewError {
    return typeof error === "object" && error !== null && REVIEW_ERROR in error;
  }
}

/**
 * A review from JSON that anybody may have made, such as an artifact of a pull request from a fork: nothing in it but what
 * the schema knows, each part of a size that can be shown, no key string. Its content may still be wrong, and its texts
 * hostile: every format escapes them.
 *
 * @throws ReviewError
 */
export function parseReview(text: string): Review {
  const size = text.length > MAX_REVIEW_SIZE ? text.length : Buffer.byteLength(text);
  if (size > MAX_REVIEW_SIZE) {
    throw refused("review", problem("must have at most 20 MB", `${Math.ceil(size / 1024 / 1024)} MB`, "Compare less."));
  }
  if (isDeeperThan(text, MAX_DEPTH)) {
    throw refused("review", problem(`must be nested at most ${MAX_DEPTH} levels deep`, "more levels", WRITE));
  }
  const json = parseJson(text);
  const version = typeof json === "object" && json !== null && "formatVersion" in json ? json.formatVersion : undefined;
  if (typeof version === "number" && version !== 1) {
    throw refused("formatVersion", problem("must be 1", String(version), WRITE));
  }
  const { success, data, error } = reviewSchema.safeParse(json);
  if (success) return redactAll<Review>(data);
  const problems = error.issues.flatMap((issue) => problemsOf(issue, json));
  const more = problems.length - MAX_PROBLEMS;
  throw new ReviewError([...problems.slice(0, MAX_PROBLEMS), ...(more > 0 ? [`And ${more} more problems.`] : [])]);
}

function refused(field: string, found: Problem): ReviewError {
  return new ReviewError([describeProblem(field, found)]);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const fault = jsonFault(text);
    const place = fault ? ` at line ${fault.line}, column ${fault.column}` : "";
    throw refused("review", { rule: "must be JSON", got: `something else${place}`, fix: WRITE });
  }
}

type Issue = NonNullable<ReturnType<typeof reviewSchema.safeParse>["error"]>["issues"][number];
type FieldPath = readonly PropertyKey[];

function problemsOf(issue: Issue, json: unknown, parent: FieldPath = []): string[] {
  const path = [...parent, ...issue.path];
  const field = path.length === 0 ? "review" : nameOf(path);
  const value = valueAt(json, path);
  const say = (rule: string, got = describe(value)) => [describeProblem(field, problem(rule, got, WRITE))];
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => describeProblem(field, problem("must have no field of another name", key, WRITE)));
    case "invalid_type":
      return say(value === undefined ? "must be given" : `must be ${TYPES[issue.expected] ?? issue.expected}`);
    case "invalid_value":
      return say(`must be ${issue.values.length === 1 ? "" : "one of "}${issue.values.map(String).join(", ")}`);
    case "invalid_union": {
      // Of text or `{ "unknown": true }`, what is wrong inside of the one that was meant.
      const meant = issue.errors.find((inner) =>
        inner.some(({ code, path: at }) => code !== "invalid_type" || at.length),
      );
      return meant
        ? meant.flatMap((inner) => problemsOf(inner, json, path))
        : say('must be a value or { "unknown": true }');
    }
    case "too_big": {
      const unit = { string: " characters", array: " entries" }[issue.origin as string];
      return say(unit ? `must have at most ${issue.maximum}${unit}` : `must be at most ${issue.maximum}`);
    }
    case "too_small":
      return say(`must be at least ${issue.minimum}`);
    default:
      return say(path.at(-1) === "rule" ? "must be the id of a rule" : "must be a day as YYYY-MM-DD");
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "an object",
  array: "a list",
};

/** `environments[0].changes[2].risk`: names of the schema only, an unknown one ends the path before it. */
function nameOf(path: FieldPath): string {
  return path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
    .join("")
    .replace(/^\./, "");
}

function valueAt(json: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>((value, part) => (value as Record<PropertyKey, unknown> | undefined)?.[part], json);
}

function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object") return value === null ? "null" : "an object";
  return String(value);
}
