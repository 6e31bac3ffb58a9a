import { type Problem, problem } from "./problem";

// The only statement of the names at Google that derive from a key's name in the configuration.

/** The largest number a generation may have: names are checked with it, so that a later generation always fits. */
export const MAX_GENERATION = 999_999;

/** @see checkKeyName: 3 to 27 characters, so that the id of the service account has 6 to 30. */
export const KEY_NAME = /^[a-z][a-z0-9-]{1,25}[a-z0-9]$/;

/** The ids of the service accounts in the admin project that plan and deploy. */
export const PLANNER_ID = "gemkeys-planner";
export const DEPLOYER_ID = "gemkeys-deployer";

const SERVICE_ACCOUNT_PREFIX = "gk-";
const SECRET_PREFIX = "gemini-";

/** The id of a generation's API key: `chat-backend-g1`. */
export function keyIdOf(keyName: string, generation: number): string {
  return `${keyName}-g${generation}`;
}

/** The id of the service account that a key is bound to: `gk-chat-backend`. */
export function serviceAccountIdOf(keyName: string): string {
  return `${SERVICE_ACCOUNT_PREFIX}${keyName}`;
}

/** The id of the secret that holds the key's string: `gemini-chat-backend`. */
export function secretIdOf(keyName: string): string {
  return `${SECRET_PREFIX}${keyName}`;
}

/** The address of a service account. Projects in the scope of a domain (`example.com:project`) are not supported. */
export function serviceAccountEmail(accountId: string, projectId: string): string {
  return `${accountId}@${projectId}.iam.gserviceaccount.com`;
}

/** A name at Google and the number of characters it may have, the narrowest limits first. */
interface FinalName {
  readonly what: string;
  readonly of: (keyName: string) => string;
  readonly min: number;
  readonly max: number;
}

const FINAL_NAMES: readonly FinalName[] = [
  { what: "service account id", of: serviceAccountIdOf, min: 6, max: 30 },
  { what: "key id", of: (name) => keyIdOf(name, MAX_GENERATION), min: 1, max: 63 },
  { what: "secret id", of: secretIdOf, min: 1, max: 255 },
];

/**
 * A key's name in the configuration: every name at Google that derives from it must be valid there.
 *
 * The limits are those of `checkServiceAccountId`, `checkKeyId` and `checkSecretId`; a property test holds them together.
 */
export function checkKeyName(name: string): Problem | undefined {
  if (looksLikeUuid(name)) {
    return problem("must not look like a UUID", name, "Google refuses such ids. Write a name such as chat-backend.");
  }
  if (!/^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(name)) {
    const rule = "must be lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen";
    return problem(rule, name, "Write a name such as chat-backend.");
  }
  return FINAL_NAMES.map((final) => checkFinalLength(name, final)).find((p) => p !== undefined);
}

function checkFinalLength(name: string, { what, of, min, max }: FinalName): Problem | undefined {
  const length = of(name).length;
  if (length >= min && length <= max) return undefined;
  const added = length - name.length;
  const [limit, fix] =
    length < min
      ? [`at least ${min}`, `Lengthen the name to at least ${min - added} characters.`]
      : [`at most ${max}`, `Shorten the name to at most ${max - added} characters.`];
  return problem(`must give a ${what} of ${limit} characters, but ${of("<name>")} has ${length}`, name, fix);
}

/** Google refuses ids of keys that look like one, as it makes them itself. */
export function looksLikeUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
