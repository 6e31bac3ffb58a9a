import { isObject, type JsonObject } from "./fields";

const field = String.raw`[A-Za-z_@][\w@]*(?:\.(?:[\w@-]+|"[^"]+"))*`;
const extractPattern = new RegExp(`^EXTRACT\\(\\s*(${field})\\s*\\)$`);
const regexpPattern = new RegExp(`^REGEXP_EXTRACT\\(\\s*(${field})\\s*,\\s*"((?:[^"\\\\]|\\\\.)*)"\\s*\\)$`, "s");

/**
 * The labels that `EXTRACT(field)` and `REGEXP_EXTRACT(field, "regular expression with one group")` give for a log entry. A
 * label without a value is left out.
 *
 * @see https://docs.cloud.google.com/logging/docs/reference/v2/rest/v2/projects.metrics
 */
export function extractLabels(entry: JsonObject, extractors: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(extractors).flatMap(([label, extractor]) => {
      const value = compileExtractor(extractor)?.(entry);
      return value === undefined || value === "" ? [] : [[label, value]];
    }),
  );
}

/** Undefined if it is neither of the two. */
export function compileExtractor(text: string): ((entry: JsonObject) => string | undefined) | undefined {
  const plain = extractPattern.exec(text);
  if (plain) {
    return (entry) => textAt(entry, plain[1]!);
  }
  const [, path, pattern] = regexpPattern.exec(text) ?? [];
  if (path === undefined || pattern === undefined) {
    return undefined;
  }
  try {
    const expression = new RegExp(pattern.replace(/\\(["\\])/g, "$1"));
    return (entry) => expression.exec(textAt(entry, path) ?? "")?.[1];
  } catch {
    return undefined;
  }
}

function textAt(entry: JsonObject, path: string): string | undefined {
  let value: unknown = entry;
  for (const part of path.match(/"[^"]+"|[^.]+/g)!) {
    value = isObject(value) ? value[part.replaceAll('"', "")] : undefined;
  }
  return value === undefined || value === null || typeof value === "object" ? undefined : String(value);
}
