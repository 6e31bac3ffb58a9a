import { z } from "zod";
import { closest } from "../values/closest";
import { type Problem, problem } from "../values/problem";
import type { Finding } from "./finding";
import { type FieldPath, formatPath, type YamlFile } from "./yaml-file";

/** Checks a file's content against its schema and says what is wrong, in our words and with positions. */
export function schemaFindings(file: YamlFile, schema: z.ZodType): Finding[] {
  const result = schema.safeParse(file.content);
  if (result.success) return [];
  const fields = z.toJSONSchema(schema, { io: "input" });
  return result.error.issues.flatMap((issue) => issueFindings(file, fields, issue, []));
}

type Issue = z.core.$ZodIssue;
type JsonSchema = z.core.JSONSchema.BaseSchema;

function issueFindings(file: YamlFile, schema: JsonSchema, issue: Issue, parent: FieldPath): Finding[] {
  const path: FieldPath = [...parent, ...(issue.path as (string | number)[])];
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownField(file, schema, path, key));
  if (issue.code === "invalid_union") {
    const branch = issue.errors.find(
      (issues) => !issues.some(({ code, path }) => code === "invalid_type" && !path.length),
    );
    if (branch) return branch.flatMap((inner) => issueFindings(file, schema, inner, path));
  }
  return [{ ...file.position(path), field: formatPath(path), problem: issueProblem(issue, valueAt(file, path)) }];
}

function unknownField(file: YamlFile, schema: JsonSchema, path: FieldPath, key: string): Finding {
  const known = fieldsAt(schema, path);
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

function issueProblem(issue: Issue, value: unknown): Problem {
  switch (issue.code) {
    case "custom":
      return issue.params?.["problem"] as Problem;
    case "invalid_type":
      if (value === undefined)
        return problem("must be given", "nothing", `Add it: ${TYPES[issue.expected] ?? "a value"}.`);
      return problem(`must be ${TYPES[issue.expected] ?? issue.expected}`, describeValue(value), "Correct the value.");
    case "invalid_value": {
      const values = issue.values.map((allowed) => `\`${String(allowed)}\``);
      return problem(
        values.length === 1 ? `must be ${values[0]}` : `must be one of ${values.join(", ")}`,
        describeValue(value),
        values.length === 1 ? `Write ${values[0]}, or leave the field out.` : "Write one of them.",
      );
    }
    case "too_small":
      return issue.origin === "array"
        ? problem(`must hold at least ${issue.minimum}`, count(value), "Add an entry.")
        : problem(`must be at least ${issue.minimum}`, describeValue(value), `Write ${issue.minimum} or more.`);
    case "too_big":
      return issue.origin === "array"
        ? problem(
            `must hold at most ${issue.maximum}`,
            count(value),
            "Remove entries, or write the address of a group.",
          )
        : problem(`must be at most ${issue.maximum}`, describeValue(value), `Write ${issue.maximum} or less.`);
    case "invalid_union":
      return problem("must be text or a mapping", describeValue(value), "Correct the value.");
    default:
      return problem("must be valid", describeValue(value), "Correct the value.");
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "a mapping of fields",
  record: "a mapping of names",
  array: "a list",
};

function describeValue(value: unknown): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "a mapping" : String(value);
}

function count(value: unknown): string {
  return Array.isArray(value) && value.length > 0 ? String(value.length) : "none";
}

function valueAt(file: YamlFile, path: FieldPath): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === "object" && value !== null ? (value as Record<string, unknown>)[part] : undefined,
    file.content,
  );
}

/** The names of the fields a mapping may hold, from the JSON Schema, which is easier to walk than the zod one. */
function fieldsAt(schema: JsonSchema, path: FieldPath): string[] {
  let current: JsonSchema | undefined = schema;
  for (const part of path) current = current && child(current, part);
  return Object.keys((current && mapping(current).properties) ?? {});
}

function child(schema: JsonSchema, part: string | number): JsonSchema | undefined {
  if (typeof part === "number") return schema.items as JsonSchema | undefined;
  const parent = mapping(schema);
  return (parent.properties?.[part] ?? parent.additionalProperties) as JsonSchema | undefined;
}

function mapping(schema: JsonSchema): JsonSchema {
  return (schema.anyOf as JsonSchema[] | undefined)?.find(({ type }) => type === "object") ?? schema;
}
