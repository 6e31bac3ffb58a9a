import { z } from "zod";
import { closest } from "../values/closest";
import { type Problem, problem } from "../values/problem";
import type { Finding } from "./finding";
import { type FieldPath, formatPath, type YamlFile } from "./yaml-file";

/** Checks a file's content against its schema and says what is wrong, in our words and with positions. */
export function schemaFindings(file: YamlFile, schema: z.ZodType): Finding[] {
  const result = schema.safeParse(file.content);
  if (result.success) return [];
  const context = { file, schema, fields: z.toJSONSchema(schema, { io: "input" }) };
  return result.error.issues.flatMap((issue) => issueFindings(context, issue, []));
}

type Issue = z.core.$ZodIssue;
type JsonSchema = z.core.JSONSchema.BaseSchema;

interface Context {
  readonly file: YamlFile;
  readonly schema: z.ZodType;
  /** The same schema as JSON Schema, which is easier to walk. */
  readonly fields: JsonSchema;
}

function issueFindings(context: Context, issue: Issue, parent: FieldPath): Finding[] {
  const { file } = context;
  const path: FieldPath = [...parent, ...(issue.path as (string | number)[])];
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownField(context, path, key));
  if (issue.code === "invalid_union") {
    const branch = issue.errors.find(
      (issues) => !issues.some(({ code, path }) => code === "invalid_type" && !path.length),
    );
    if (branch) return branch.flatMap((inner) => issueFindings(context, inner, path));
  }
  return [{ ...file.position(path), field: formatPath(path), problem: issueProblem(context, issue, path) }];
}

function unknownField({ file, fields }: Context, path: FieldPath, key: string): Finding {
  const known = Object.keys(mapping(schemaAt(fields, path) ?? {}).properties ?? {});
  const guess = closest(key, known);
  return {
    ...file.keyPosition([...path, key]),
    field: formatPath([...path, key]),
    problem: problem(
      "must be a known field",
      key,
      guess ? `Did you mean \`${guess}\`?` : `Write one of: ${known.map((name) => `\`${name}\``).join(", ")}.`,
    ),
  };
}

function issueProblem(context: Context, issue: Issue, path: FieldPath): Problem {
  const value = valueAt(context.file.content, path);
  if (issue.code === "custom") return issue.params?.["problem"] as Problem;
  if (value === undefined) return problem("must be given", "nothing", addIt(descriptionAt(context.fields, path)));
  switch (issue.code) {
    case "invalid_type":
      return typeProblem(context, issue.expected, path, value);
    case "invalid_value": {
      const values = issue.values.map((allowed) => `\`${String(allowed)}\``).join(", ");
      return issue.values.length === 1
        ? problem(`must be ${values}`, describeValue(value), `Write ${values}.`)
        : problem(`must be one of ${values}`, describeValue(value), "Write one of them.");
    }
    case "too_small":
      return issue.origin === "array"
        ? problem(`must hold at least ${entries(issue.minimum)}`, count(value), "Add one.")
        : problem(`must be at least ${issue.minimum}`, describeValue(value), `Write ${issue.minimum} or more.`);
    case "too_big":
      return issue.origin === "array"
        ? problem(`must hold at most ${entries(issue.maximum)}`, count(value), "Write the address of a group instead.")
        : problem(`must be at most ${issue.maximum}`, describeValue(value), `Write ${issue.maximum} or less.`);
    default:
      return problem("must be text or a mapping of fields", describeValue(value), descriptionAt(context.fields, path));
  }
}

function addIt(description: string): string {
  return description === "" ? "Add it." : `Add it: ${description.charAt(0).toLowerCase()}${description.slice(1)}`;
}

/** What is expected, in words, and how to write it. */
const TYPES: Readonly<Record<string, readonly [string, string]>> = {
  string: ["text", "Write text."],
  number: ["a number", "Write a number, without quotes."],
  int: ["a whole number", "Write a number without a fraction and without quotes."],
  boolean: ["true or false", "Write `true` or `false`."],
  object: ["a mapping of fields", "Write its fields on indented lines below."],
  record: ["a mapping of names", "Write a name and a colon on indented lines below."],
  array: ["a list", "Write it in brackets, e.g. [a, b]."],
};

function typeProblem(context: Context, expected: string, path: FieldPath, value: unknown): Problem {
  const source = context.file.source(path);
  if (expected === "string" && source !== undefined && typeof value !== "object") {
    return textProblem(context, path, source);
  }
  const [what, fix] = TYPES[expected] ?? [expected, "Correct the value."];
  return problem(`must be ${what}`, describeValue(value), fix);
}

/** For a number or a boolean where text is due: what the text would be refused for, or else that it needs quotes. */
function textProblem({ schema, file }: Context, path: FieldPath, source: string): Problem {
  const content = structuredClone(file.content);
  const parent = valueAt(content, path.slice(0, -1)) as Record<string | number, unknown>;
  parent[path.at(-1)!] = source;
  const issues = schema.safeParse(content).error?.issues ?? [];
  const own = issues.find(
    (issue) => issue.code === "custom" && formatPath(issue.path as FieldPath) === formatPath(path),
  );
  if (own?.code === "custom") return own.params?.["problem"] as Problem;
  return problem("must be text", source, `Put it in quotes: "${source}".`);
}

function describeValue(value: unknown): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "a mapping" : String(value);
}

function count(value: unknown): string {
  return Array.isArray(value) && value.length > 0 ? String(value.length) : "none";
}

function entries(number: number | bigint): string {
  return number === 1 ? "1 entry" : `${number} entries`;
}

function valueAt(content: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === "object" && value !== null ? (value as Record<string, unknown>)[part] : undefined,
    content,
  );
}

function schemaAt(schema: JsonSchema, path: FieldPath): JsonSchema | undefined {
  let current: JsonSchema | undefined = schema;
  for (const part of path) current = current && child(current, part);
  return current;
}

function descriptionAt(schema: JsonSchema, path: FieldPath): string {
  return schemaAt(schema, path)?.description ?? "";
}

function child(schema: JsonSchema, part: string | number): JsonSchema | undefined {
  if (typeof part === "number") return schema.items as JsonSchema | undefined;
  const parent = mapping(schema);
  return (parent.properties?.[part] ?? parent.additionalProperties) as JsonSchema | undefined;
}

/** Of a field that may be text or a mapping, the mapping. */
function mapping(schema: JsonSchema): JsonSchema {
  return (schema.anyOf as JsonSchema[] | undefined)?.find(({ type }) => type === "object") ?? schema;
}
