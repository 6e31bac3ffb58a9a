import { isObject } from "./fields";

/**
 * Who calls. Access tokens of the local cloud say who they are for, and nothing proves it:
 *
 * - `local-cloud`: whoever started it, who may do everything
 * - `local-cloud/<e-mail>`: a service account if the e-mail ends in `.gserviceaccount.com`, otherwise a user
 * - `local-cloud/principal://…`: an identity of a workload identity pool; `#` and its groups and attributes, as base64url JSON, may
 *   follow
 */
export type Caller =
  | { readonly kind: "owner" }
  | { readonly kind: "user" | "serviceAccount"; readonly email: string }
  | { readonly kind: "federated"; readonly identity: FederatedIdentity };

export interface FederatedIdentity {
  /** `projects/<number>/locations/global/workloadIdentityPools/<id>`. */
  readonly pool: string;
  readonly subject: string;
  readonly groups: readonly string[];
  /** Custom attributes, without the prefix `attribute.`. */
  readonly attributes: Readonly<Record<string, string>>;
}

const prefix = "local-cloud";
const host = "iam.googleapis.com";
const ownerEmail = "local-user@example.com";
const emailPattern = /^[^\s/@]+@[^\s/@]+$/;
const federatedPattern =
  /^principal:\/\/iam\.googleapis\.com\/(projects\/[^/]+\/locations\/global\/workloadIdentityPools\/[^/]+)\/subject\/(.+?)(?:#([\w-]+))?$/s;

export function serviceAccountToken(email: string): string {
  return `${prefix}/${email}`;
}

export function federatedToken(identity: FederatedIdentity): string {
  const { groups, attributes } = identity;
  return `${prefix}/${principalOf(identity)}#${Buffer.from(JSON.stringify({ groups, attributes })).toString("base64url")}`;
}

/** Whose token a request carries; undefined without one, or with one that is not of the local cloud. */
export function callerOf(authorization: string | undefined): Caller | undefined {
  const token = /^Bearer\s+(.+)$/is.exec(authorization ?? "")?.[1];
  if (token === prefix) {
    return { kind: "owner" };
  }
  const who = token?.startsWith(`${prefix}/`) ? token.slice(prefix.length + 1) : "";
  if (emailPattern.test(who)) {
    return { kind: who.endsWith(".gserviceaccount.com") ? "serviceAccount" : "user", email: who };
  }
  return readFederated(who);
}

function readFederated(text: string): Caller | undefined {
  const [, pool, subject, rest] = federatedPattern.exec(text) ?? [];
  const more = rest === undefined ? { groups: [], attributes: {} } : parseJson(rest);
  if (pool === undefined || subject === undefined || !isObject(more)) {
    return undefined;
  }
  const { groups, attributes } = more;
  return Array.isArray(groups) && isObject(attributes)
    ? { kind: "federated", identity: { pool, subject, groups, attributes: attributes as Record<string, string> } }
    : undefined;
}

function parseJson(base64: string): unknown {
  try {
    return JSON.parse(Buffer.from(base64, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}

/** `principal://iam.googleapis.com/<pool>/subject/<subject>`. */
function principalOf({ pool, subject }: FederatedIdentity): string {
  return `principal://${host}/${pool}/subject/${subject}`;
}

/** Every member of a policy that means this caller, the one that names it first; an owner needs none to be let in. */
export function membersFor(caller: Caller): readonly [string, ...string[]] {
  switch (caller.kind) {
    case "owner":
      return [`user:${ownerEmail}`];
    case "user":
    case "serviceAccount":
      return [`${caller.kind}:${caller.email}`];
    case "federated": {
      const { pool, groups, attributes } = caller.identity;
      const set = `principalSet://${host}/${pool}`;
      return [
        principalOf(caller.identity),
        `${set}/*`,
        ...groups.map((group) => `${set}/group/${group}`),
        ...Object.entries(attributes).map(([name, value]) => `${set}/attribute.${name}/${value}`),
      ];
    }
  }
}

/** The e-mail, or the subject of an identity that has none, without the attributes. */
export function nameOf(caller: Caller): string {
  switch (caller.kind) {
    case "owner":
      return ownerEmail;
    case "user":
    case "serviceAccount":
      return caller.email;
    case "federated":
      return principalOf(caller.identity);
  }
}
