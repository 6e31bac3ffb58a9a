import type { IncomingHttpHeaders } from "node:http";

const defaultCaller = "local-user@example.com";

/**
 * Who calls, by the access token: `local-cloud` is `local-user@example.com`, and `local-cloud/<e-mail>` is that e-mail. So a
 * program plays a service account with
 * `GOOGLE_OAUTH_ACCESS_TOKEN=local-cloud/gemkeys-deployer@acme-gemini-admin.iam.gserviceaccount.com`. Any other token, and none,
 * is the default too: nothing is checked here.
 */
export function callerEmail(headers: IncomingHttpHeaders): string {
  return /^Bearer local-cloud\/([^\s/@]+@[^\s/@]+)$/i.exec(headers.authorization ?? "")?.[1] ?? defaultCaller;
}

/** The e-mail as the members of policies are written. */
export function callerMember(email: string): string {
  return `${email.endsWith(".gserviceaccount.com") ? "serviceAccount" : "user"}:${email}`;
}
