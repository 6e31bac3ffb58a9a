import { ApiError, invalidArgument } from "./errors";
import {
  isObject,
  type JsonObject,
  maskPaths,
  objectField,
  objectListField,
  stringField,
  stringListField,
} from "./fields";
import { findPool } from "./services/workload-identity";
import type { Binding, Policy, Store } from "./store";
import { root } from "./store";

/** The etag of a policy that was never set, as Google sends it. */
const untouched: Policy = { version: 1, etag: "ACAB", bindings: [] };

/** Prefixes of members, of https://docs.cloud.google.com/iam/docs/principal-identifiers and the v1 identifiers. */
const memberPattern =
  /^(?:allUsers|allAuthenticatedUsers|(?:user|group|serviceAccount|domain|principal|principalSet|principalHierarchy|projectOwner|projectEditor|projectViewer|deleted:(?:user|group|serviceAccount|principal)):.+)$/;
const emailMember = /^(user|group|serviceAccount|domain):/;
const rolePattern = /^(?:roles|(?:projects|organizations)\/[^/]+\/roles)\/[A-Za-z0-9._]+$/;

/**
 * The policy of a resource, by its full name, as `getIamPolicy` answers it.
 */
export function getPolicy(store: Store, resource: string): object {
  return toJson(store.policies.get(root, resource) ?? untouched);
}

/**
 * Replaces the policy of a resource.
 *
 * @param mask the fields to set; a field in the mask that the policy lacks is cleared
 * @returns the new policy; its etag differs from every one before
 */
export function setPolicy(store: Store, resource: string, policy: JsonObject, mask?: string): object {
  const current = store.policies.get(root, resource) ?? untouched;
  checkEtag(current, stringField(policy, "etag"));
  // Without a mask the audit configuration stays, says
  // https://docs.cloud.google.com/resource-manager/reference/rest/Shared.Types/SetIamPolicyRequest
  const paths = maskPaths(mask) ?? ["bindings", "etag"];
  const bindings = paths.includes("bindings") ? readBindings(store, resource, policy, current) : current.bindings;
  const auditConfigs = paths.includes("auditConfigs") ? objectListField(policy, "auditConfigs") : current.auditConfigs;
  const version = readVersion(policy, bindings);
  const next: Policy = { version, etag: nextEtag(store), bindings, ...(auditConfigs?.length && { auditConfigs }) };
  store.policies.set(root, resource, next);
  return toJson(next);
}

/** Adds a member to a role, for what exists before a deploy and for seeding. */
export function addMember(store: Store, resource: string, role: string, member: string): void {
  const current = store.policies.get(root, resource) ?? untouched;
  if (current.bindings.some((binding) => binding.role === role && binding.members.includes(member))) {
    return;
  }
  const bindings = normalise([...current.bindings, { role, members: [member] }]);
  store.policies.set(root, resource, { ...current, version: 3, etag: nextEtag(store), bindings });
}

/** Makes these the members of a role, for seeding. */
export function setMembers(store: Store, resource: string, role: string, members: readonly string[]): void {
  const current = store.policies.get(root, resource) ?? untouched;
  const others = current.bindings.filter((binding) => binding.role !== role);
  const bindings = normalise([...others, { role, members }]);
  if (JSON.stringify(bindings) !== JSON.stringify(current.bindings)) {
    store.policies.set(root, resource, { ...current, version: 3, etag: nextEtag(store), bindings });
  }
}

/** The members of a role. */
export function membersOf(store: Store, resource: string, role: string): readonly string[] {
  const bindings = store.policies.get(root, resource)?.bindings ?? [];
  return bindings.filter((binding) => binding.role === role).flatMap((binding) => binding.members);
}

/** A deleted object loses its policy, so that one of the same name starts without. */
export function deletePolicy(store: Store, resource: string): void {
  store.policies.delete(root, resource);
}

/** The handler of `:setIamPolicy` with the policy in a field. */
export function setPolicyFromBody(store: Store, resource: string, body: JsonObject): object {
  const policy = objectField(body, "policy");
  if (!policy) {
    throw invalidArgument("The policy to set is missing: send it in the field `policy`.");
  }
  return setPolicy(store, resource, policy, stringField(body, "updateMask"));
}

function checkEtag(current: Policy, etag: string | undefined): void {
  if (etag !== undefined && etag !== "" && etag !== current.etag) {
    throw new ApiError(
      "ABORTED",
      "There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.",
    );
  }
}

function readBindings(store: Store, resource: string, policy: JsonObject, current: Policy): Binding[] {
  const bindings = (objectListField(policy, "bindings") ?? []).map((binding) => {
    const role = stringField(binding, "role") ?? "";
    const kept = current.bindings.some((binding) => binding.role === role);
    if (!rolePattern.test(role) || !(kept || isKnownRole(store, resource, role))) {
      throw invalidArgument(`Role (${role}) does not exist in the resource's hierarchy.`);
    }
    const members = (stringListField(binding, "members") ?? []).map((member) => readMember(store, member));
    const condition = objectField(binding, "condition");
    return { role, members, ...(condition && { condition }) };
  });
  return normalise(bindings);
}

/**
 * A custom role of a project counts in that project only, and must be there. A binding of a role that was deleted since may
 * stay. Projects that were there before the first deploy may have roles that are not known here.
 */
function isKnownRole(store: Store, resource: string, role: string): boolean {
  const [, id, roleId] = /^projects\/([^/]+)\/roles\/(.+)$/.exec(role) ?? [];
  if (id === undefined || roleId === undefined) {
    return true;
  }
  const owner = store.project(id);
  const project = store.project(/\/projects\/([^/]+)/.exec(resource)?.[1] ?? "");
  if (!owner || (project && project !== owner)) {
    return false;
  }
  const found = store.customRoles.get(owner.projectId, roleId);
  return found ? found.deleteTime === undefined : owner.foreign === true;
}

function readMember(store: Store, member: string): string {
  if (!memberPattern.test(member)) {
    throw invalidArgument(`The member ${member} is of an unknown type. Please set a valid type prefix for the member.`);
  }
  const normal = emailMember.test(member) ? lowerAfterColon(member) : member;
  checkServiceAccount(store, normal);
  checkIdentityPool(store, normal);
  return normal;
}

/**
 * Google refuses an identity of a pool that does not exist, e.g. since its project is named by id and not by number. Only pools
 * of projects made here can be judged. The words are Google's for the pools of Kubernetes:
 * https://github.com/terraform-google-modules/terraform-google-kubernetes-engine/issues/916
 */
function checkIdentityPool(store: Store, member: string): void {
  const [, pool, number, id] =
    /^principal(?:Set)?:\/\/iam\.googleapis\.com\/(projects\/([^/]+)\/locations\/global\/workloadIdentityPools\/([^/]+))/.exec(
      member,
    ) ?? [];
  const project = number === undefined ? undefined : store.project(number);
  if (!project || project.foreign || id === undefined) {
    return;
  }
  if (number !== project.projectNumber || !findPool(store, project, id)) {
    throw invalidArgument(
      `Identity Pool does not exist (${pool}). Please check that you specified a valid resource name as returned in the \`name\` attribute in the configuration API.`,
    );
  }
}

/** Google refuses a service account that does not exist. Only accounts of projects made here can be judged. */
function checkServiceAccount(store: Store, member: string): void {
  const [, email, projectId] = /^serviceAccount:([^@]+@([a-z0-9-]+)\.iam\.gserviceaccount\.com)$/.exec(member) ?? [];
  const project = projectId === undefined ? undefined : store.project(projectId);
  if (project && !project.foreign && email && !store.serviceAccounts.get(project.projectId, email)) {
    throw invalidArgument(`Service account ${email} does not exist.`);
  }
}

function lowerAfterColon(member: string): string {
  const colon = member.indexOf(":") + 1;
  return member.slice(0, colon) + member.slice(colon).toLowerCase();
}

/** One binding for each role and condition, sorted, with sorted members and none empty. */
function normalise(bindings: readonly Binding[]): Binding[] {
  const merged = new Map<string, Binding>();
  for (const binding of bindings) {
    const key = `${binding.role} ${JSON.stringify(binding.condition ?? null)}`;
    const members = new Set([...(merged.get(key)?.members ?? []), ...binding.members]);
    merged.set(key, { ...binding, members: [...members].sort() });
  }
  return [...merged]
    .filter(([, binding]) => binding.members.length > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, binding]) => binding);
}

function readVersion(policy: JsonObject, bindings: readonly Binding[]): number {
  const version = policy["version"] ?? 1;
  if (version !== 0 && version !== 1 && version !== 3) {
    throw invalidArgument(`Invalid policy version: ${JSON.stringify(version)}. Use 1 or 3.`);
  }
  if (version !== 3 && bindings.some((binding) => isObject(binding.condition))) {
    throw invalidArgument("Conditional policies require policy version 3.");
  }
  return version === 0 ? 1 : version;
}

function nextEtag(store: Store): string {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt8(7, 0);
  bytes.writeUIntBE(store.next("policies"), 2, 6);
  return bytes.toString("base64");
}

function toJson(policy: Policy): object {
  const { version, etag, bindings, auditConfigs } = policy;
  return { version, etag, ...(bindings.length > 0 && { bindings }), ...(auditConfigs && { auditConfigs }) };
}
