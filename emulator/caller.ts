import type { IncomingHttpHeaders } from "node:http";

/** Who calls. */
export interface Caller {
  /** As members of policies are written, e.g. `user:alice@example.com`. */
  readonly member: string;
  /** As audit entries have it: a federated identity has no e-mail. */
  readonly authenticationInfo: { readonly principalEmail: string } | { readonly principalSubject: string };
}

const defaultEmail = "local-user@example.com";

/**
 * Who calls, by the access token: `local-cloud` is `local-user@example.com`, `local-cloud/<e-mail>` is that e-mail, and
 * `local-cloud/principal://…` is that federated identity, with or without `#` and its attributes behind it. So a program plays a service account with
 * `GOOGLE_OAUTH_ACCESS_TOKEN=local-cloud/gemkeys-deployer@acme-gemini-admin.iam.gserviceaccount.com`. Any other token, and none,
 * is the default too: nothing is checked here.
 */
export function callerOf(headers: IncomingHttpHeaders): Caller {
  const [, name = ""] = /^Bearer local-cloud\/(.+)$/i.exec(headers.authorization ?? "") ?? [];
  if (name.startsWith("principal://")) {
    const subject = name.replace(/#[\w-]*$/, "");
    return { member: subject, authenticationInfo: { principalSubject: subject } };
  }
  const email = /^[^\s/@]+@[^\s/@]+$/.test(name) ? name : defaultEmail;
  const kind = email.endsWith(".gserviceaccount.com") ? "serviceAccount" : "user";
  return { member: `${kind}:${email}`, authenticationInfo: { principalEmail: email } };
}

/** The e-mail, or the subject of an identity that has none. */
export function callerEmail(headers: IncomingHttpHeaders): string {
  const { authenticationInfo } = callerOf(headers);
  return "principalEmail" in authenticationInfo
    ? authenticationInfo.principalEmail
    : authenticationInfo.principalSubject;
}
