import { z } from "zod";
import { environmentSchema, organizationSchema } from "./schema";

export type JsonSchema = z.core.JSONSchema.JSONSchema;

/** The JSON Schemas of the two configuration files by name, for editors. Draft 2020-12, without `$id`. */
export function jsonSchemas(): Readonly<Record<"organization" | "environment", JsonSchema>> {
  return { organization: jsonSchema(organizationSchema), environment: jsonSchema(environmentSchema) };
}

/** The text of a schema file. */
export function formatJsonSchema(schema: JsonSchema): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** Of one schema, in an order of keywords that does not change. */
export function jsonSchema(schema: z.ZodType): JsonSchema {
  return ordered(z.toJSONSchema(schema, { io: "input", target: "draft-2020-12" })) as JsonSchema;
}

/** Keywords in the order of the files: what it is before what it may hold. */
const ORDER = ["$schema", "title", "description", "type", "const", "enum", "pattern", "minimum", "maximum"];

/** Properties keep the order in which they are declared; keywords are put in one that a new version of zod cannot change. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
      .map(([keyword, content]) => [keyword, keyword === "properties" ? properties(content) : ordered(content)]),
  );
}

function properties(content: object): unknown {
  return Object.fromEntries(Object.entries(content).map(([name, schema]) => [name, ordered(schema)]));
}

function rank(keyword: string): number {
  const index = ORDER.indexOf(keyword);
  return index < 0 ? ORDER.length : index;
}
