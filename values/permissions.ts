import { type Problem, problem } from "./problem";
import { unsupportedPermissions } from "./unsupported-permissions";

/** The form of an IAM permission: `service.resource.verb`. */
export const PERMISSION = /^[a-z][a-z0-9]*(?:\.[a-z0-9]+)*\.[A-Za-z0-9]+\.[A-Za-z0-9]+$/;

/** A permission that a custom role of a project may hold. */
export function checkPermission(permission: string): Problem | undefined {
  if (PERMISSION.test(permission)) return undefined;
  const fix = permission.includes("*")
    ? "A custom role names each permission: wildcards are not taken."
    : "Write one such as logging.views.access.";
  return problem("must be an IAM permission", permission, fix);
}

/** Permissions by which their holder can read a key, or give itself what it likes, with the reason. */
const ESCALATING: readonly (readonly [RegExp, string])[] = [
  [/^apikeys\.keys\.getKeyString$/, "it reads key strings"],
  [/^secretmanager\.versions\.access$/, "it reads the secrets that hold the keys"],
  [/\.setIamPolicy$/, "its holder can grant itself anything there"],
  [
    /^iam\.serviceAccounts\.(?:actAs|getAccessToken|getOpenIdToken|implicitDelegation|signBlob|signJwt)$/,
    "its holder can act as another identity",
  ],
  [/^iam\.serviceAccountKeys\.create$/, "its holder can act as another identity"],
  [/^iam\.roles\.(?:create|update|undelete)$/, "its holder can widen its own role"],
];

/** Why the permission lets its holder read a key or get more than it was given; undefined if it does not. */
export function escalation(permission: string): string | undefined {
  return ESCALATING.find(([pattern]) => pattern.test(permission))?.[1];
}

/** A permission beyond those of the catalogue, for the custom role of a team. */
export function checkCustomRolePermission(team: string, permission: string): Problem | undefined {
  if (checkPermission(permission)) return undefined;
  const unsupported = unsupportedPermissions.get(permission);
  if (unsupported !== undefined) {
    return problem("must be allowed in custom roles of a project", permission, `Remove it: ${unsupported}.`);
  }
  const why = escalation(permission);
  if (why === undefined || team === "administrators") return undefined;
  return problem(`must not be given to ${team}: ${why}`, permission, "Only administrators may hold it.");
}
