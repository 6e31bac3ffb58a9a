import { invalidArgument } from "./errors";

/** A JSON object as it came over the wire: nothing about its fields is known yet. */
export type JsonObject = { readonly [name: string]: unknown };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A string field; absent and null read as undefined, as in Google's JSON mapping. */
export function stringField(object: JsonObject, name: string): string | undefined {
  const value = object[name];
  if (value === undefined || value === null) {
    return undefined;
  }
  if (typeof value !== "string") {
    throw wrongType(name, "TYPE_STRING", value);
  }
  return value;
}

export function booleanField(object: JsonObject, name: string): boolean | undefined {
  const value = object[name];
  if (value === undefined || value === null) {
    return undefined;
  }
  if (typeof value !== "boolean") {
    throw wrongType(name, "TYPE_BOOL", value);
  }
  return value;
}

export function objectField(object: JsonObject, name: string): JsonObject | undefined {
  const value = object[name];
  if (value === undefined || value === null) {
    return undefined;
  }
  if (!isObject(value)) {
    throw wrongType(name, "TYPE_MESSAGE", value);
  }
  return value;
}

export function listField(object: JsonObject, name: string): readonly unknown[] | undefined {
  const value = object[name];
  if (value === undefined || value === null) {
    return undefined;
  }
  if (!Array.isArray(value)) {
    throw wrongType(name, "TYPE_LIST", value);
  }
  return value;
}

export function stringListField(object: JsonObject, name: string): string[] | undefined {
  return listField(object, name)?.map((value, index) => {
    if (typeof value !== "string") {
      throw wrongType(`${name}[${index}]`, "TYPE_STRING", value);
    }
    return value;
  });
}

export function objectListField(object: JsonObject, name: string): JsonObject[] | undefined {
  return listField(object, name)?.map((value, index) => {
    if (!isObject(value)) {
      throw wrongType(`${name}[${index}]`, "TYPE_MESSAGE", value);
    }
    return value;
  });
}

/** A map of strings, such as labels. */
export function stringMapField(object: JsonObject, name: string): Record<string, string> | undefined {
  const map = objectField(object, name);
  if (map === undefined) {
    return undefined;
  }
  for (const [key, value] of Object.entries(map)) {
    if (typeof value !== "string") {
      throw wrongType(`${name}.${key}`, "TYPE_STRING", value);
    }
  }
  return { ...map } as Record<string, string>;
}

/** Refuses a field the API does not have, with the words of Google's JSON transcoder. */
export function rejectUnknownFields(object: JsonObject, known: readonly string[], at: string): void {
  for (const name of Object.keys(object)) {
    if (!known.includes(name)) {
      throw invalidArgument(
        `Invalid JSON payload received. Unknown name "${name}"${at === "" ? "" : ` at '${at}'`}: Cannot find field.`,
      );
    }
  }
}

function wrongType(name: string, type: string, value: unknown): Error {
  return invalidArgument(`Invalid value at '${name}' (${type}), ${JSON.stringify(value)}`);
}

/** The paths of an update mask, in camel case: Google takes `display_name` as well. Undefined if there is no mask. */
export function maskPaths(text: string | null | undefined): string[] | undefined {
  if (text === null || text === undefined || text === "") {
    return undefined;
  }
  return text.split(",").map((path) => path.trim().replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()));
}

/**
 * Copies the masked paths from one object to another; a path that the source does not have is cleared.
 * Returns a new object.
 */
export function applyMask(target: JsonObject, source: JsonObject, paths: readonly string[]): JsonObject {
  return paths.reduce((result, path) => copyPath(result, source, path.split(".")), target);
}

function copyPath(target: JsonObject, source: JsonObject, path: readonly string[]): JsonObject {
  const [name, ...rest] = path as [string, ...string[]];
  const result: Record<string, unknown> = { ...target };
  const from = source[name];
  if (rest.length === 0) {
    if (from === undefined || from === null) {
      delete result[name];
    } else {
      result[name] = from;
    }
    return result;
  }
  const to = target[name];
  const copied = copyPath(isObject(to) ? to : {}, isObject(from) ? from : {}, rest);
  if (isObject(to) || Object.keys(copied).length > 0) {
    result[name] = copied;
  }
  return result;
}

const labelKey = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u;
const labelValue = /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u;
const maxLabels = 64;

/**
 * The rules for labels, which are the same in all services used here.
 *
 * @see https://docs.cloud.google.com/resource-manager/docs/labels-overview#requirements
 */
export function validLabels(labels: Record<string, string> | undefined): Record<string, string> | undefined {
  const entries = Object.entries(labels ?? {});
  if (entries.length > maxLabels) {
    throw invalidArgument(`At most ${maxLabels} labels are allowed, got: ${entries.length}.`);
  }
  for (const [key, value] of entries) {
    if (!labelKey.test(key)) {
      throw invalidArgument(`Label key ${JSON.stringify(key)} violates format constraints: ${labelKey.source}`);
    }
    if (!labelValue.test(value)) {
      throw invalidArgument(`Label value ${JSON.stringify(value)} violates format constraints: ${labelValue.source}`);
    }
  }
  return labels;
}

/** Drops fields that Google's JSON leaves out: undefined, empty lists, empty strings and false. */
export function withoutDefaults<T extends object>(object: T): T {
  const entries = Object.entries(object).filter(
    ([, value]) =>
      value !== undefined &&
      value !== "" &&
      value !== false &&
      value !== 0 &&
      !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(entries) as T;
}
