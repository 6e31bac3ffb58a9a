import { type Attributes, object } from "../inventory/stack-file";
import { keyMaterialIn, redactKeys } from "../values/redact";

/**
 * Stands for a value that must not be seen. Not even its hash is kept: whoever has the hash of a short secret can try all of
 * them.
 */
const SENSITIVE = { $sensitive: true } as const;

/** Stands for a value that only the apply will know. */
const UNKNOWN = { $unknown: true } as const;

/**
 * A value of a plan with what its two marks say in its place. Attributes without a value are left out; a name that begins with `$`
 * gets another one, so that no value looks like a mark.
 *
 * @param unknown a part of `after_unknown`.
 * @param sensitive a part of `before_sensitive` or `after_sensitive`.
 * @returns null for no value.
 */
export function masked(value: unknown, unknown: unknown, sensitive: unknown): unknown {
  if (unknown === true) return UNKNOWN;
  if (sensitive === true) return value === null || value === undefined ? null : SENSITIVE;
  if (Array.isArray(value) || Array.isArray(unknown)) return maskedList(list(value), list(unknown), list(sensitive));
  if (isObject(value) || isObject(unknown)) return maskedObject(object(value), object(unknown), object(sensitive));
  if (typeof value === "string") return keyMaterialIn(value).length > 0 ? SENSITIVE : value;
  return value ?? null;
}

function maskedList(values: readonly unknown[], unknown: readonly unknown[], sensitive: readonly unknown[]): unknown[] {
  const length = Math.max(values.length, unknown.length);
  return Array.from({ length }, (_, index) => masked(values[index], unknown[index], sensitive[index]));
}

function maskedObject(values: Attributes, unknown: Attributes, sensitive: Attributes): Attributes {
  const names = [...new Set([...Object.keys(values), ...Object.keys(unknown)])].sort();
  const entries = names.flatMap((name): [string, unknown][] => {
    // A mark of `false`, or of a group in which nothing is unknown, is no value.
    if (!(name in values) && !hasMark(unknown[name])) return [];
    const value = masked(values[name], unknown[name], sensitive[name]);
    const shown = redactKeys(name);
    return value === null ? [] : [[shown.startsWith("$") ? `$${shown}` : shown, value]];
  });
  return Object.fromEntries(entries);
}

/** True if something in `after_unknown` is unknown. */
export function hasMark(unknown: unknown): boolean {
  if (unknown === true) return true;
  return typeof unknown === "object" && unknown !== null && Object.values(unknown).some(hasMark);
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
