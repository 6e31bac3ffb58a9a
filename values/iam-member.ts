import { type Problem, problem } from "./problem";
import { redactKeys } from "./redact";

/** The source of a pattern for a domain of two or more labels, whose last is not a number. */
function domainSource(letters: string): string {
  const label = `[${letters}0-9](?:[${letters}0-9-]{0,61}[${letters}0-9])?`;
  return `(?=[^@]{1,253}$)(?:${label}\\.)+(?=[0-9-]*[${letters}])${label}`;
}

/** The source of a pattern for an e-mail address of the characters that Google Workspace and mailing lists use. */
function emailSource(letters: string): string {
  const atom = `[${letters}0-9_+&'-]+`;
  return `(?=[^@]{1,64}@)${atom}(?:\\.${atom})*@${domainSource(letters)}`;
}

const ANY_CASE = "A-Za-z";
const LOWER_CASE = "a-z";

/** `<project>.svc.id.goog[<namespace>/<account>]`: a service account of a Kubernetes cluster. */
const KUBERNETES_ACCOUNT = "[a-z][a-z0-9-]{5,29}\\.svc\\.id\\.goog\\[[a-z0-9-]{1,63}\\/[a-z0-9.-]{1,253}\\]";

/** A host and a path of printable characters without braces. `goog/` is for deny policies, and `public:all` is in it. */
const PRINCIPAL_PATH = "\\/\\/(?!goog\\/)[a-z0-9.-]+\\/[!-z|~]+";

const DOMAIN = new RegExp(`^${domainSource(ANY_CASE)}$`);

/** @see checkEmail */
export const EMAIL = new RegExp(`^${emailSource(ANY_CASE)}$`);

/** @see checkIamMember */
export const IAM_MEMBER = new RegExp(
  `^(?:(?:user|group|serviceAccount):${emailSource(LOWER_CASE)}|serviceAccount:${KUBERNETES_ACCOUNT}` +
    `|domain:${domainSource(LOWER_CASE)}|principal(?:Set)?:${PRINCIPAL_PATH})$`,
);

/** @see checkPrincipal */
export const PRINCIPAL = new RegExp(
  `^(?:(?:user|serviceAccount):${emailSource(LOWER_CASE)}|principal:${PRINCIPAL_PATH})$`,
);

/**
 * An e-mail address: plausible, not proven. At most 64 characters before the `@`, 253 after it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1
 */
export function checkEmail(email: string): Problem | undefined {
  if (EMAIL.test(email)) return undefined;
  return problem("must be an e-mail address", email, "Write one such as finops@example.com.");
}

/** A domain of two or more labels, such as `example.com`. */
export function checkDomain(domain: string): Problem | undefined {
  if (DOMAIN.test(domain)) return undefined;
  return problem("must be a domain", domain, "Write one such as example.com.");
}

/** The kinds of member we accept, as Google writes them. */
const KINDS = ["user", "group", "serviceAccount", "domain", "principal", "principalSet"];

const EXAMPLES = "serviceAccount:chat@acme-apps.iam.gserviceaccount.com or group:gcp-sre@example.com";

/**
 * An IAM member: `user:`, `group:` or `serviceAccount:` with an e-mail address, `domain:` with a domain,
 * `principal:` or `principalSet:` with a path. Members that stand for everyone are refused by name.
 *
 * @see https://docs.cloud.google.com/iam/docs/principal-identifiers
 */
export function checkIamMember(member: string): Problem | undefined {
  if (IAM_MEMBER.test(member)) return undefined;
  const colon = member.indexOf(":");
  const kind = colon < 0 ? member : member.slice(0, colon);
  const value = colon < 0 ? "" : member.slice(colon + 1);
  return refuseEveryone(member) ?? refuseKind(member, kind) ?? refuseValue(member, kind, value);
}

/** A member that is one identity, and not a set of them: what audit logs can name. */
export function checkPrincipal(member: string): Problem | undefined {
  const refused = checkIamMember(member);
  if (refused || PRINCIPAL.test(member)) return refused;
  const fix = `Audit logs name the one who acted. Write one such as ${EXAMPLES.split(" or ")[0]}.`;
  return problem("must be one person, service account or principal", member, fix);
}

function refuseEveryone(member: string): Problem | undefined {
  const names = ["allUsers", "allAuthenticatedUsers", "principalSet://goog/public:all"];
  const name = names.find((n) => n.toLowerCase() === member.toLowerCase());
  if (name === undefined) return undefined;
  return problem(`must not be ${name}, which stands for everyone`, member, `Name who needs it: ${EXAMPLES}.`);
}

function refuseKind(member: string, kind: string): Problem | undefined {
  if (kind === "deleted") {
    return problem("must not be a deleted member", member, "Remove it, or write the member that took its place.");
  }
  if (/^project(Owner|Editor|Viewer)$/.test(kind)) {
    return problem("must not be all holders of a basic role", member, `Name who needs it: ${EXAMPLES}.`);
  }
  if (KINDS.includes(kind)) return undefined;
  const meant = KINDS.find((k) => k.toLowerCase() === kind.toLowerCase());
  const fix = meant === undefined ? `Write one such as ${EXAMPLES}.` : `Write ${meant}: in exactly these letters.`;
  return problem(`must start with ${KINDS.map((k) => `${k}:`).join(", ")}`, member, fix);
}

function refuseValue(member: string, kind: string, value: string): Problem {
  if (kind.startsWith("principal")) return refusePath(member, kind, value);
  const lower = `${kind}:${value.toLowerCase()}`;
  // In lower case a key would no longer be redacted.
  if (IAM_MEMBER.test(lower) && redactKeys(value) === value) {
    // The provider writes it in lower case, so Terraform would show a change at each run.
    // https://github.com/GoogleCloudPlatform/magic-modules/pull/4595
    return problem(`must be in lower case after ${kind}:`, member, `Write ${lower}.`);
  }
  if (kind === "domain")
    return problem("must have a domain after domain:", member, "Write one such as domain:example.com.");
  return problem(`must have an e-mail address after ${kind}:`, member, `Write one such as ${EXAMPLES}.`);
}

function refusePath(member: string, kind: string, value: string): Problem {
  if (value.startsWith("//goog/")) {
    const fix = `An allow policy takes no principal under goog/. Write one such as ${EXAMPLES}.`;
    return problem(`must not be ${kind}://goog/`, member, fix);
  }
  const fix = `Write one such as ${kind}://iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/….`;
  return problem(`must have a host and a path after ${kind}:`, member, fix);
}
