import { unsupportedPermissions } from "../../values/unsupported-permissions";
import { ApiError, alreadyExists, failedPrecondition, invalidArgument, notFound } from "../errors";
import {
  type JsonObject,
  maskPaths,
  objectField,
  rejectUnknownFields,
  stringField,
  stringListField,
  withoutDefaults,
} from "../fields";
import { paginate } from "../paging";
import { type AuditedMethod, type Call, enabledProject, type Route, route } from "../service";
import type { CustomRole, Project, Store } from "../store";

const api = "iam.googleapis.com";

/** IAM v1: the custom roles of a project. Those of an organization are not modelled. */
export const customRoleRoutes: readonly Route[] = [
  route("POST", "/v1/{parent=projects/*}/roles", createRole, audited("CreateRole", "create")),
  route("GET", "/v1/{parent=projects/*}/roles", listRoles),
  route("GET", "/v1/{name=projects/*/roles/*}", (call) => roleJson(role(call))),
  route("PATCH", "/v1/{name=projects/*/roles/*}", updateRole, audited("UpdateRole", "update")),
  route("DELETE", "/v1/{name=projects/*/roles/*}", deleteRole, audited("DeleteRole", "delete")),
  route("POST", "/v1/{name=projects/*/roles/*}:undelete", undeleteRole, audited("UndeleteRole", "undelete")),
];

/** @see https://docs.cloud.google.com/iam/docs/audit-logging */
function audited(method: string, permission: string): AuditedMethod {
  const nameOf = ({ wildcards: [project, id], body }: Call) => `projects/${project}/roles/${id ?? body["roleId"]}`;
  return {
    method: `google.iam.admin.v1.${method}`,
    permission: `iam.roles.${permission}`,
    resource: nameOf,
    monitored: (call, { projectId }) => ({
      type: "iam_role",
      labels: { project_id: projectId, role_name: nameOf(call) },
    }),
  };
}

/** @see https://docs.cloud.google.com/iam/docs/creating-custom-roles */
const idPattern = /^[a-zA-Z0-9_.]{3,64}$/;
const maxTitle = 100;
const maxDescription = 300;
const stages = ["ALPHA", "BETA", "GA", "DEPRECATED", "DISABLED", "EAP"];
/** `service.resource.verb`, or `service.host/resource.verb` as in `iam.googleapis.com/workloadIdentityPools.get`. */
const permissionPattern = /^[a-z][a-zA-Z0-9]*\.[a-zA-Z0-9]+\.[a-zA-Z0-9]+$|^[a-z0-9.-]+\/[a-zA-Z0-9]+\.[a-zA-Z0-9]+$/;
const roleFields = ["name", "title", "description", "stage", "includedPermissions", "etag", "deleted"];
const changeable = ["title", "description", "stage", "includedPermissions"] as const;

const day = 24 * 60 * 60 * 1000;
/**
 * A role comes back within 7 days; then its removal takes 30 more, in which its id stays taken.
 *
 * @see https://docs.cloud.google.com/iam/docs/creating-custom-roles#deleting-custom-role
 */
const undeleteMs = 7 * day;
const purgeMs = 37 * day;

type Changeable = Pick<CustomRole, (typeof changeable)[number]>;

function createRole(call: Call): object {
  const { store } = call;
  const project = enabledProject(call, call.wildcards[0]!, api);
  rejectUnknownFields(call.body, ["roleId", "role"], "");
  const id = stringField(call.body, "roleId") ?? "";
  if (!idPattern.test(id)) {
    throw invalidArgument(`The role id ${JSON.stringify(id)} must match ${idPattern.source}.`);
  }
  const existing = findRole(store, project, id);
  if (existing?.deleteTime !== undefined) {
    throw failedPrecondition(
      `You can't create a role with role_id (${id}) where there is an existing role with that role_id in a deleted state.`,
    );
  }
  if (existing) {
    throw alreadyExists(`A role named ${id} in projects/${project.projectId} already exists.`);
  }
  const record: CustomRole = {
    id,
    projectId: project.projectId,
    ...readRole(objectField(call.body, "role") ?? {}),
    etag: newEtag(store),
  };
  store.customRoles.set(project.projectId, id, record);
  return roleJson(record);
}

function readRole(body: JsonObject): Changeable {
  rejectUnknownFields(body, roleFields, "role");
  const title = stringField(body, "title") ?? "";
  const description = stringField(body, "description") ?? "";
  const stage = stringField(body, "stage") || "ALPHA";
  if (Buffer.byteLength(title) > maxTitle) {
    throw invalidArgument(`The title must have at most ${maxTitle} bytes.`);
  }
  if (Buffer.byteLength(description) > maxDescription) {
    throw invalidArgument(`The description must have at most ${maxDescription} bytes.`);
  }
  if (!stages.includes(stage)) {
    throw invalidArgument(`Invalid value at 'role.stage' (TYPE_ENUM), ${JSON.stringify(stage)}`);
  }
  return { title, description, stage, includedPermissions: readPermissions(body) };
}

/** Only the form is checked and what is known to be refused: the local cloud has no list of all permissions. */
function readPermissions(body: JsonObject): string[] {
  const permissions = [...new Set(stringListField(body, "includedPermissions") ?? [])];
  for (const permission of permissions) {
    if (!permissionPattern.test(permission) || unsupportedPermissions.has(permission)) {
      throw invalidArgument(`Permission ${permission} is not valid.`);
    }
  }
  return permissions;
}

function listRoles(call: Call): object {
  const project = enabledProject(call, call.wildcards[0]!, api);
  const showDeleted = call.query.get("showDeleted") === "true";
  const full = call.query.get("view") === "FULL";
  const roles = call.store.customRoles
    .list(project.projectId)
    .filter((entry) => !isPurged(call.store, entry) && (showDeleted || entry.deleteTime === undefined));
  const page = paginate(roles, (entry) => entry.id, call.query, {
    scope: `${project.projectId} roles ${showDeleted}`,
    defaultSize: 300,
    maxSize: 1000,
  });
  return withoutDefaults({
    roles: page.items.map((entry) => roleJson(full ? entry : { ...entry, includedPermissions: [] })),
    nextPageToken: page.nextPageToken,
  });
}

/** Without a mask the four fields are replaced. Whether Google then keeps those that were not sent is not known. */
function updateRole(call: Call): object {
  const target = role(call);
  checkEtag(target, stringField(call.body, "etag"));
  if (target.deleteTime !== undefined) {
    throw failedPrecondition(`You can't update role_id (${target.id}) because it is in a deleted state.`);
  }
  const value = readRole(call.body);
  for (const path of maskPaths(call.query.get("updateMask")) ?? changeable) {
    if (!isChangeable(path)) {
      throw invalidArgument(`update_mask: ${path} cannot be changed.`);
    }
    Object.assign(target, { [path]: value[path] });
  }
  target.etag = newEtag(call.store);
  return roleJson(target);
}

function isChangeable(path: string): path is keyof Changeable {
  return (changeable as readonly string[]).includes(path);
}

/** That deleting twice is an error is not known. Bindings of the role stay, without effect. */
function deleteRole(call: Call): object {
  const target = role(call);
  checkEtag(target, call.query.get("etag") ?? undefined);
  if (target.deleteTime !== undefined) {
    throw failedPrecondition(`You can't delete role_id (${target.id}) because it is already deleted.`);
  }
  target.deleteTime = call.store.timestamp();
  target.etag = newEtag(call.store);
  return roleJson(target);
}

function undeleteRole(call: Call): object {
  const target = role(call);
  checkEtag(target, stringField(call.body, "etag"));
  if (target.deleteTime === undefined || age(call.store, target.deleteTime) >= undeleteMs) {
    throw failedPrecondition(`You can't undelete role_id (${target.id}): it is not deleted, or for more than 7 days.`);
  }
  delete target.deleteTime;
  target.etag = newEtag(call.store);
  return roleJson(target);
}

/** The role of a path, also a deleted one. */
function role(call: Call): CustomRole {
  const project = enabledProject(call, call.wildcards[0]!, api);
  const found = findRole(call.store, project, call.wildcards[1]!);
  if (!found) {
    throw notFound(`The role named projects/${project.projectId}/roles/${call.wildcards[1]} was not found.`);
  }
  return found;
}

function findRole(store: Store, project: Project, id: string): CustomRole | undefined {
  const found = store.customRoles.get(project.projectId, id);
  return found && !isPurged(store, found) ? found : undefined;
}

function isPurged(store: Store, { deleteTime }: CustomRole): boolean {
  return deleteTime !== undefined && age(store, deleteTime) >= purgeMs;
}

function age(store: Store, time: string): number {
  return store.now().getTime() - Date.parse(time);
}

function checkEtag({ etag }: CustomRole, wanted: string | undefined): void {
  if (wanted !== undefined && wanted !== "" && wanted !== etag) {
    throw new ApiError("ABORTED", "The etag of the role does not match: it was changed in the meantime.");
  }
}

function newEtag(store: Store): string {
  return Buffer.from(String(store.next("etags")).padStart(6, "0")).toString("base64");
}

function roleJson({ id, projectId, title, description, stage, includedPermissions, etag, deleteTime }: CustomRole) {
  return withoutDefaults({
    name: `projects/${projectId}/roles/${id}`,
    title,
    description,
    includedPermissions,
    stage,
    etag,
    deleted: deleteTime !== undefined,
  });
}
