import { redactKeys } from "./redact";
import { escapeUnits } from "./visible-text";

/** Why a value is refused, in three parts that every message has. */
export interface Problem {
  /** The rule, as it follows the name of the field: `must be a public range`. */
  readonly rule: string;
  /** What was got, in the user's spelling; a long value as its length. Never a key. */
  readonly got: string;
  /** What to write instead: one or more sentences. */
  readonly fix: string;
}

/** A longer value is reported by its length: it would hide the rule. */
const LONGEST_ECHO = 80;

/** Makes a problem from the user's value. Whatever looks like an API key is redacted in all three parts. */
export function problem(rule: string, value: string, fix: string): Problem {
  return { rule: redactKeys(rule), got: echo(value), fix: redactKeys(fix) };
}

/**
 * The value as it may be shown: on one line, without keys, at most 80 characters.
 * Quotes are added only where the reader could not see the value otherwise.
 */
export function echo(value: string): string {
  const safe = redactKeys(value);
  if (safe.length > LONGEST_ECHO) return `${[...value].length} characters`;
  return isPlain(safe) ? safe : quote(safe);
}

/** The whole message: `` `field` must be …, got: …. Fix. `` */
export function describeProblem(field: string, p: Problem): string {
  return `\`${fieldText(field)}\` ${p.rule}, got: ${p.got}. ${p.fix}`;
}

/** A field on one line: a name in YAML may be a mapping of several lines. */
export function fieldText(field: string): string {
  return redactKeys(field).replace(/\s*[\p{Cc}\p{Zl}\p{Zp}]+\s*/gu, " ");
}

/**
 * A problem if `text` has fewer than `min` or more than `max` characters. Counted as JSON Schema does: an emoji outside
 * the basic plane is one.
 */
export function checkLength(text: string, min: number, max: number): Problem | undefined {
  const length = [...text].length;
  if (length >= min && length <= max) return undefined;
  const rule = min === 0 ? `must have at most ${max} characters` : `must have ${min} to ${max} characters`;
  const fix = length < min ? `Write at least ${min}.` : `Shorten it by ${length - max}.`;
  return { rule, got: length === 1 ? "1 character" : `${length} characters`, fix };
}

function isPlain(text: string): boolean {
  return text !== "" && text === text.trim() && !/[\p{C}\p{Zl}\p{Zp}]/u.test(text);
}

/** JSON quoting, with the invisible characters JSON leaves alone (such as a zero-width space) as `\u` escapes. */
function quote(text: string): string {
  return JSON.stringify(text).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, escapeUnits);
}
