import type { Problem } from "./problem";

/**
 * What looks like an API key: `AIza…` (standard keys, 39 characters) or `AQ.…` (keys bound to a service account).
 * From 20 characters after the prefix on, so that a key that was cut short is covered as well.
 *
 * Google gives no promise about the form of a key, so this is a hint only and never proves that a text is a key or not.
 * https://ai.google.dev/gemini-api/docs/api-key
 */
const KEY_LIKE = /(?:AIza|AQ\.)[A-Za-z0-9_-]{20,}/g;

/**
 * Other credentials that belong nowhere near a declaration: tokens of Slack, GitHub, GitLab and Google, webhook addresses
 * of Slack and others (the address is the secret).
 */
const TOKEN_LIKE =
  /xox[a-z]-[A-Za-z0-9-]{10,}|(?:gh[oprsu]_|github_pat_|glpat-)[A-Za-z0-9_-]{16,}|ya29\.[A-Za-z0-9_-]{20,}|https:\/\/(?:hooks\.slack\.com|discord\.com\/api\/webhooks|[a-z0-9.-]+\.webhook\.office\.com|events\.pagerduty\.com\/integration)\/[^\s"']+/g;

/** A private key up to its end; up to the end of the text if it was cut short. */
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----(?:[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----|[\s\S]*)/g;

export type KeyMaterial = "standard key" | "auth key" | "private key" | "service account key" | "token";

/**
 * The kinds by how to find them, and only where they do not begin in the middle of a word: what is found here is reported,
 * not just hidden. Keys of service accounts are JSON with a private key in it.
 * https://cloud.google.com/iam/docs/keys-create-delete
 */
const KINDS: Readonly<Record<KeyMaterial, (text: string) => boolean>> = {
  "standard key": (text) => /(?<![A-Za-z0-9_-])AIza[A-Za-z0-9_-]{20,}/.test(text),
  "auth key": (text) => /(?<![A-Za-z0-9_-])AQ\.[A-Za-z0-9_-]{20,}/.test(text),
  "private key": (text) => PRIVATE_KEY_START.test(text) && !isServiceAccountKey(text),
  "service account key": isServiceAccountKey,
  token: (text) => text.search(TOKEN_LIKE) >= 0,
};

const PRIVATE_KEY_START = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

function isServiceAccountKey(text: string): boolean {
  return text.includes('"private_key"') && (PRIVATE_KEY_START.test(text) || text.includes('"service_account"'));
}

/** Cheap, and true for every text with key material: most texts have none. */
const SUSPICIOUS = /AIza|AQ\.|xox|gh[oprsu]_|github_pat_|glpat-|ya29\.|https:\/\/|-----BEGIN|"private_key"/;

const NONE: readonly KeyMaterial[] = [];

/** The kinds of key material that a text holds, each once. */
export function keyMaterialIn(text: string): readonly KeyMaterial[] {
  if (!SUSPICIOUS.test(text)) return NONE;
  return (Object.keys(KINDS) as KeyMaterial[]).filter((kind) => KINDS[kind](text));
}

/** A problem if the text holds what looks like an API key or a token: a declaration is read by many, and kept in git. */
export function checkNoKey(text: string): Problem | undefined {
  const redacted = redactKeys(text);
  if (redacted === text) return undefined;
  const [what, which] = text.replace(KEY_LIKE, "") === text ? ["a token", "token"] : ["an API key", "key"];
  const fix = `Remove it, and revoke the ${which}: it was written where many may read it.`;
  return { rule: `must not hold ${what}`, got: redacted.length > 80 ? `${text.length} characters` : redacted, fix };
}

/** Replaces everything in `text` that looks like an API key or a token by `[redacted]`. */
export function redactKeys(text: string): string {
  if (!SUSPICIOUS.test(text)) return text;
  return text.replace(KEY_LIKE, "[redacted]").replace(TOKEN_LIKE, "[redacted]").replace(PRIVATE_KEY, "[redacted]");
}

/** Plain JSON without `undefined`, and with all its texts and names redacted. */
export function redactAll<T>(json: T): T {
  return mapTexts(json, redactKeys);
}

/** Plain JSON without `undefined`, and with all its texts and names as `change` gives them. */
export function mapTexts<T>(json: T, change: (text: string) => string): T {
  // The same names and ids come many times, and looking at a text is what takes long.
  const texts = new Map<string, string>();
  const changed = (text: string): string => {
    const before = texts.get(text);
    if (before !== undefined) return before;
    const after = change(text);
    texts.set(text, after);
    return after;
  };
  const walk = (value: unknown): unknown => {
    if (typeof value === "string") return changed(value);
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== "object" || value === null) return value;
    const result: Record<string, unknown> = {};
    for (const [name, child] of Object.entries(value)) if (child !== undefined) result[changed(name)] = walk(child);
    return result;
  };
  return walk(json) as T;
}
