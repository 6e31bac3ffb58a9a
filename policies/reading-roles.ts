import { type Facts, isUnknown, type Maybe } from "../inventory/facts";
import { memo } from "./memo";
import { mayRead, READ_ALL_SECRETS } from "./secrets";

/** By which a principal gets at the key's string. */
const READING_PERMISSIONS = ["apikeys.keys.getKeyString", "secretmanager.versions.access"];

/**
 * Roles with `apikeys.keys.getKeyString`: who holds one on a project reads the strings of all its keys, whatever the secrets say.
 * Roles of service agents are left out.
 * https://docs.cloud.google.com/iam/docs/roles-permissions/apikeys and .../firebase
 */
const READ_KEY_STRINGS = [
  ...["owner", "editor", "viewer", "admin", "writer", "reader"].map((name) => `roles/${name}`),
  "roles/serviceusage.apiKeysAdmin",
  "roles/serviceusage.apiKeysViewer",
  "roles/firebase.admin",
  "roles/firebase.developAdmin",
  "roles/iam.supportUser",
];

/** True if the role, on a secret, lets its holder read what is in it; also where that is not known. */
export function readsSecret(facts: Facts, role: Maybe<string>): boolean {
  const permissions = permissionsOf(facts, role);
  if (permissions === undefined) return mayRead(role);
  return permissions.some((permission) => isUnknown(permission) || permission === "secretmanager.versions.access");
}

/**
 * True if the role, on a project or above it, lets its holder read the strings of keys: by their secrets or by the API Keys API.
 * A role that is unknown until apply does; a custom role that another module makes is not known to.
 */
export function readsKeys(facts: Facts, role: Maybe<string>): boolean {
  if (isUnknown(role)) return true;
  const permissions = permissionsOf(facts, role);
  if (permissions === undefined) return READ_ALL_SECRETS.includes(role) || READ_KEY_STRINGS.includes(role);
  return permissions.some((permission) => isUnknown(permission) || READING_PERMISSIONS.includes(permission));
}

/** What a custom role of the module holds; undefined for any other role. */
export function permissionsOf(facts: Facts, role: Maybe<string>): readonly Maybe<string>[] | undefined {
  return isUnknown(role) ? undefined : customRoles(facts).get(role);
}

const customRoles = memo(
  ({ surroundings }: Facts) =>
    new Map((surroundings?.customRoles ?? []).map(({ address, permissions }) => [address, permissions])),
);
