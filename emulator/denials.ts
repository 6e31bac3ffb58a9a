import { callerOf, membersFor } from "./caller";
import { errorInfo, invalidArgument, permissionDenied } from "./errors";
import { isObject, rejectUnknownFields } from "./fields";
import type { Call } from "./service";

/** What a caller may not do. Without rules everybody may do everything: roles are kept here, not evaluated. */
export interface DenialRule {
  /** Permissions, or all of a service, e.g. `apikeys.*`. */
  readonly permissions: readonly string[];
  /** A member, e.g. `user:head@example.com`. @default - everybody */
  readonly caller?: string;
  /** A part of the path that was called, e.g. `billingAccounts/`. @default - wherever */
  readonly path?: string;
}

/** Rights that are missing, for `testIamPermissions` and for the calls themselves where the permission is known. */
export class Denials {
  private rules: readonly DenialRule[] = [];

  /** Replaces all rules. Throws INVALID_ARGUMENT if one is wrong, and leaves the old ones then. */
  set(rules: readonly unknown[]): void {
    this.rules = rules.map((rule, index) => readRule(rule, `rules[${index}]`));
  }

  clear(): void {
    this.rules = [];
  }

  list(): readonly DenialRule[] {
    return this.rules;
  }

  /** @param path what is called, where that is not the path of the request. */
  includes(permission: string, call: Pick<Call, "headers" | "path">, path = call.path): boolean {
    if (this.rules.length === 0) {
      return false;
    }
    const caller = callerOf(call.headers.authorization);
    const members: readonly string[] = caller ? membersFor(caller) : [];
    return this.rules.some(
      (rule) =>
        (rule.caller === undefined || members.includes(rule.caller)) &&
        (rule.path === undefined || path.includes(rule.path)) &&
        rule.permissions.some((denied) =>
          denied.endsWith(".*") ? permission.startsWith(denied.slice(0, -1)) : denied === permission,
        ),
    );
  }
}

/** The answer to `testIamPermissions`: of those asked for, the ones the caller has. Google leaves an empty list out. */
export function testedPermissions(call: Call, asked: readonly string[]): object {
  const permissions = asked.filter((permission) => !call.denied(permission));
  return permissions.length > 0 ? { permissions } : {};
}

/** @see https://docs.cloud.google.com/iam/docs/permission-error-messages */
export function missingPermission(permission: string, path: string): Error {
  return permissionDenied(`Permission '${permission}' denied on resource '${path}' (or it may not exist).`, [
    errorInfo("IAM_PERMISSION_DENIED", { permission, resource: path }),
  ]);
}

function readRule(value: unknown, at: string): DenialRule {
  if (!isObject(value)) {
    throw invalidArgument(`${at} must be an object, got: ${JSON.stringify(value)}`);
  }
  rejectUnknownFields(value, ["permissions", "caller", "path"], at);
  const { permissions, caller, path } = value;
  if (!Array.isArray(permissions) || permissions.length === 0 || !permissions.every(isPermission)) {
    throw invalidArgument(`${at}.permissions must be a list of permissions, got: ${JSON.stringify(permissions)}`);
  }
  for (const [name, text] of Object.entries({ caller, path })) {
    if (text !== undefined && (typeof text !== "string" || text === "")) {
      throw invalidArgument(`${at}.${name} must be a text, got: ${JSON.stringify(text)}`);
    }
  }
  return { permissions, ...(caller !== undefined && { caller }), ...(path !== undefined && { path }) } as DenialRule;
}

function isPermission(value: unknown): boolean {
  return typeof value === "string" && /^[a-z]+(?:\.[A-Za-z]+)*\.(?:[A-Za-z]+|\*)$/.test(value);
}
