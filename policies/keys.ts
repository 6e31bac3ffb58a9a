import { type ApiKeyFacts, type DeclaredKeyFacts, type Facts, isUnknown, type Maybe } from "../inventory/facts";
import { checkDate, daysBetween } from "../values/date";
import { echo } from "../values/problem";
import type { Violation } from "./rule";

export const GEMINI_SERVICE = "generativelanguage.googleapis.com";

/** A key of ours: its facts, and what the stack knows of it. */
export interface DeclaredKey {
  readonly key: ApiKeyFacts;
  readonly declared: DeclaredKeyFacts;
}

/** The value, or undefined if it is not there or not known before the apply. */
export function known<T>(value: Maybe<T> | undefined): T | undefined {
  return isUnknown(value) ? undefined : value;
}

/**
 * True if the key may call the Gemini API, or if that cannot be told. A key for other APIs only, such as one of Maps, is
 * judged by one rule alone, which says that it is no Gemini key: others hold for a key of a browser or an app.
 */
export function isGeminiKey({ apiTargets = [], declared }: ApiKeyFacts): boolean {
  if (declared !== undefined || apiTargets.length === 0) return true;
  return apiTargets.some(({ service }) => isUnknown(service) || service === GEMINI_SERVICE);
}

export function geminiKeys(facts: Facts): ApiKeyFacts[] {
  return facts.apiKeys.filter(isGeminiKey);
}

/** True if the module has a Gemini key or a secret that holds one: rules of what is around keys judge no other module. */
export function hasKeys(facts: Facts): boolean {
  return facts.apiKeys.some(isGeminiKey) || facts.secrets.some(({ holds }) => holds.length > 0);
}

/** `chat-backend` for a key of ours, the address for others. */
export function keyName({ address, declared }: ApiKeyFacts): string {
  return declared?.name ?? address;
}

/** The same for all generations of a declared key, and for no two keys of all that is judged. */
export function keyIdentity(facts: Facts, { address, declared }: ApiKeyFacts): string {
  return declared ? `${declared.environment}\n${declared.name}` : `${facts.name}\n\n${address}`;
}

/** A violation by a key. `ours` is the field of the configuration, `theirs` that of the resource; empty if it has none. */
export function keyViolation(
  key: ApiKeyFacts,
  message: string,
  field: { readonly ours: string; readonly theirs: string },
  value?: string,
): Violation {
  const name = key.declared ? field.ours : field.theirs;
  return {
    address: key.address,
    ...(key.declared ? { key: key.declared.name } : {}),
    ...(name === "" ? {} : { field: name }),
    ...(value === undefined ? {} : { value: echo(value) }),
    message,
  };
}

/** Generations of a declared key share what the key is declared with: each mistake is told once, at the first of them. */
export function onceAKey(violations: readonly Violation[]): Violation[] {
  const seen = new Set<string>();
  return violations.filter(({ key, field, message }) => {
    if (key === undefined) return true;
    const id = JSON.stringify([key, field, message]);
    const first = !seen.has(id);
    seen.add(id);
    return first;
  });
}

/** The generations of each declared key by rising number, in the order in which the keys first come. */
export function declaredKeys(facts: Facts): DeclaredKey[][] {
  const byKey = new Map<string, DeclaredKey[]>();
  for (const key of facts.apiKeys) {
    const { declared } = key;
    if (declared === undefined) continue;
    const id = keyIdentity(facts, key);
    byKey.set(id, [...(byKey.get(id) ?? []), { key, declared }]);
  }
  const byNumber = (a: DeclaredKey, b: DeclaredKey) => a.declared.generation - b.declared.generation;
  return [...byKey.values()].map((generations) => generations.sort(byNumber));
}

/** Whole days since the declared day; undefined if there is none, or if it is no day. */
export function ageInDays({ created }: DeclaredKeyFacts, today: string): number | undefined {
  if (created === undefined || checkDate(created) !== undefined) return undefined;
  return daysBetween(created, today);
}

/** More names than this make no sentence. */
export const MOST_LISTED = 5;

/** `a, b, c, d, e and 3 more`. @param total their number, where not all are given. */
export function listed(values: readonly string[], total = values.length): string {
  const rest = total - MOST_LISTED;
  return rest > 0 ? `${values.slice(0, MOST_LISTED).join(", ")} and ${rest} more` : values.join(", ");
}

export function days(count: number): string {
  return count === 1 ? "1 day" : `${count} days`;
}
