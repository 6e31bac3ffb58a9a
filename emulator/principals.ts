/**
 * Access tokens of the local cloud say who they are for, and nothing proves it:
 *
 * - `local-cloud`: whoever started it, who may do everything
 * - `local-cloud/<e-mail>`: a service account
 * - `local-cloud/principal://…#<attributes>`: an identity of a workload identity pool, with its mapped attributes as base64url JSON
 */
export type Caller =
  | { readonly kind: "owner" }
  | { readonly kind: "serviceAccount"; readonly email: string }
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
const federatedPattern =
  /^principal:\/\/iam\.googleapis\.com\/(projects\/[^/]+\/locations\/global\/workloadIdentityPools\/[^/]+)\/subject\/(.*)#([\w-]+)$/s;

export function serviceAccountToken(email: string): string {
  return `${prefix}/${email}`;
}

export function federatedToken({ pool, subject, groups, attributes }: FederatedIdentity): string {
  const rest = Buffer.from(JSON.stringify({ groups, attributes })).toString("base64url");
  return `${prefix}/principal://${host}/${pool}/subject/${subject}#${rest}`;
}

/** Whose token a request carries; undefined without one, or with one that is not of the local cloud. */
export function callerOf(authorization: string | undefined): Caller | undefined {
  const token = /^Bearer\s+(.+)$/is.exec(authorization ?? "")?.[1];
  if (token === prefix) {
    return { kind: "owner" };
  }
  if (!token?.startsWith(`${prefix}/`)) {
    return undefined;
  }
  const who = token.slice(prefix.length + 1);
  return who.startsWith("principal://") ? readFederated(who) : { kind: "serviceAccount", email: who };
}

function readFederated(text: string): Caller | undefined {
  const [, pool, subject, rest] = federatedPattern.exec(text) ?? [];
  if (pool === undefined || subject === undefined || rest === undefined) {
    return undefined;
  }
  try {
    const { groups, attributes } = JSON.parse(Buffer.from(rest, "base64url").toString("utf8"));
    return { kind: "federated", identity: { pool, subject, groups, attributes } };
  } catch {
    return undefined;
  }
}

/** Every member of a policy that means this caller; an owner needs none. */
export function membersFor(caller: Caller): readonly string[] {
  switch (caller.kind) {
    case "owner":
      return [];
    case "serviceAccount":
      return [`serviceAccount:${caller.email}`];
    case "federated": {
      const { pool, subject, groups, attributes } = caller.identity;
      const set = `principalSet://${host}/${pool}`;
      return [
        `principal://${host}/${pool}/subject/${subject}`,
        `${set}/*`,
        ...groups.map((group) => `${set}/group/${group}`),
        ...Object.entries(attributes).map(([name, value]) => `${set}/attribute.${name}/${value}`),
      ];
    }
  }
}
