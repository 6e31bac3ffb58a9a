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
 * of Slack and others (the address is the secret), private keys.
 */
const TOKEN_LIKE =
  /xox[a-z]-[A-Za-z0-9-]{10,}|(?:gh[oprsu]_|github_pat_|glpat-)[A-Za-z0-9_-]{16,}|ya29\.[A-Za-z0-9_-]{20,}|https:\/\/(?:hooks\.slack\.com|discord\.com\/api\/webhooks|[a-z0-9.-]+\.webhook\.office\.com|events\.pagerduty\.com\/integration)\/[^\s"']+|-----BEGIN [A-Z ]*PRIVATE KEY-----/g;

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
  return text.replace(KEY_LIKE, "[redacted]").replace(TOKEN_LIKE, "[redacted]");
}
