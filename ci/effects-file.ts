import { z } from "zod";
import { CiError } from "./ci-error";
import type { Effects } from "./effects";

/** Bytes. The effects of a thousand new keys have about 20 MB. */
export const MAX_EFFECTS_SIZE = 32 * 1024 * 1024;

/** What is printed: no character that ends a line or moves the cursor. */
const line = z
  .string()
  .max(4096)
  .regex(/^[^\p{C}\p{Zl}\p{Zp}]*$/u, "a text without control characters");
const name = line.min(1);
const difference = { before: z.unknown(), after: z.unknown() };

export const effectsSchema = z.strictObject({
  formatVersion: z.literal(1),
  resources: z.array(
    z.strictObject({
      address: name,
      actions: z.array(line),
      provider: line,
      deposed: name.optional(),
      movedFrom: name.optional(),
      imports: z.unknown().optional(),
      replacedFor: z.array(z.unknown()).optional(),
      attributes: z.record(name, z.strictObject(difference).partial()),
    }),
  ),
  outputs: z.array(
    z.strictObject({ name, actions: z.array(line), ...difference }).partial({ before: true, after: true }),
  ),
});

/**
 * Reads effects that `gemkeys ci plan-hash --output` wrote.
 *
 * @param file its name, for the message.
 * @throws CiError if the text is anything else.
 */
export function parseEffects(file: string, text: string): Effects {
  const refuse = (got: string) =>
    new CiError(`\`${file}\` must be what \`gemkeys ci plan-hash --output\` wrote, got: ${got}. Plan again.`);
  if (text.length > MAX_EFFECTS_SIZE) throw refuse(`${Math.ceil(text.length / 1024 / 1024)} MB`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw refuse("text that is not JSON");
  }
  const parsed = effectsSchema.safeParse(json);
  if (!parsed.success) throw refuse(describeIssue(parsed.error.issues[0]!));
  return parsed.data as Effects;
}

/** Where a schema was not met, without the value. */
export function describeIssue({
  path,
  message,
}: {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}): string {
  const place = path
    .map(String)
    .join(".")
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "?")
    .slice(0, 100);
  return `JSON in which ${place === "" ? "the whole" : place} is wrong (${message.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "?").slice(0, 100)})`;
}
