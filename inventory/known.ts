import { isUnknown, type Maybe, UNKNOWN } from "./facts";
import { type Attributes, blocks } from "./stack-file";

/** A text or number as text; undefined if it is not given. */
export function maybeText(value: unknown): Maybe<string> | undefined {
  if (isUnknown(value)) return UNKNOWN;
  if (typeof value === "string") return value;
  return typeof value === "number" ? String(value) : undefined;
}

/** A text that has to be there somehow: unknown if it is not given, since the provider then has it from elsewhere. */
export function textOrUnknown(value: unknown): Maybe<string> {
  return maybeText(value) ?? UNKNOWN;
}

/** The elements of a list; one unknown element if the list is unknown. */
export function elements(value: unknown): readonly unknown[] {
  if (isUnknown(value)) return [UNKNOWN];
  return Array.isArray(value) ? value : [];
}

/** The texts of a list that are known. */
export function knownTexts(value: unknown): string[] {
  return elements(value).filter((element) => typeof element === "string");
}

/** The texts of a map that are known, by name. */
export function knownMap(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null || isUnknown(value)) return {};
  const entries = Object.entries(value).filter(([, text]) => typeof text === "string");
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The blocks of a list; one unknown block if the list is unknown. */
export function maybeBlocks(value: unknown): readonly Maybe<Attributes>[] {
  return isUnknown(value) ? [UNKNOWN] : blocks(value).map((block) => (isUnknown(block) ? UNKNOWN : block));
}

/** An attribute of a block that may be unknown as a whole. */
export function within(block: Maybe<Attributes> | undefined, attribute: string): unknown {
  return isUnknown(block) ? UNKNOWN : block?.[attribute];
}
