import { serviceAccountEmail } from "../../values/key-names";
import { alreadyExists, failedPrecondition, invalidArgument, notFound } from "../errors";
import { type JsonObject, maskPaths, objectField, stringField } from "../fields";
import { deletePolicy, getPolicy, setPolicyFromBody } from "../iam-policy";
import { paginate } from "../paging";
import { type AuditedMethod, type Call, enabledProject, route, type Service } from "../service";
import type { Project, ServiceAccount, Store } from "../store";
import { customRoleRoutes } from "./custom-roles";
import { workloadIdentityRoutes } from "./workload-identity";

const api = "iam.googleapis.com";

/** IAM v1: service accounts here, custom roles and workload identity in files of their own. Provider versions from 7.30 on reach it by the endpoint of `iam_beta`. */
export const iam: Service = {
  api,
  errors: "full",
  routes: [
    route("POST", "/v1/{name=projects/*}/serviceAccounts", createAccountCall, {
      ...audited("CreateServiceAccount", "create"),
      monitored: (call, project) =>
        monitoredAccount(call, project, serviceAccountEmail(String(call.body["accountId"] ?? ""), project.projectId)),
    }),
    route("GET", "/v1/{name=projects/*}/serviceAccounts", listAccounts),
    route("GET", "/v1/{name=projects/*/serviceAccounts/*}", (call) => accountJson(account(call)), {
      ...audited("GetServiceAccount", "get"),
      type: "ADMIN_READ",
    }),
    route(
      "PATCH",
      "/v1/{service_account.name=projects/*/serviceAccounts/*}",
      patchAccount,
      audited("PatchServiceAccount", "update"),
    ),
    route(
      "PUT",
      "/v1/{name=projects/*/serviceAccounts/*}",
      (call) => accountJson(changeAccount(call, call.body, ["displayName", "description"])),
      audited("UpdateServiceAccount", "update"),
    ),
    route(
      "DELETE",
      "/v1/{name=projects/*/serviceAccounts/*}",
      deleteAccount,
      audited("DeleteServiceAccount", "delete"),
    ),
    route(
      "POST",
      "/v1/{name=projects/*/serviceAccounts/*}:enable",
      (call) => setDisabled(call, false),
      audited("EnableServiceAccount", "enable"),
    ),
    route(
      "POST",
      "/v1/{name=projects/*/serviceAccounts/*}:disable",
      (call) => setDisabled(call, true),
      audited("DisableServiceAccount", "disable"),
    ),
    route(
      "POST",
      "/v1/{name=projects/*/serviceAccounts/*}:undelete",
      undeleteAccount,
      audited("UndeleteServiceAccount", "undelete"),
    ),
    route(
      "POST",
      "/v1/{resource=projects/*/serviceAccounts/*}:getIamPolicy",
      (call) => getPolicy(call.store, accountResource(account(call))),
      { ...audited("GetIAMPolicy", "getIamPolicy"), type: "ADMIN_READ" },
    ),
    route(
      "POST",
      "/v1/{resource=projects/*/serviceAccounts/*}:setIamPolicy",
      (call) => setPolicyFromBody(call.store, accountResource(account(call)), call.body),
      { ...audited("SetIAMPolicy", "setIamPolicy"), policyOf: (call) => accountResource(account(call)) },
    ),
    ...customRoleRoutes,
    ...workloadIdentityRoutes,
  ],
};

/** @see https://docs.cloud.google.com/iam/docs/audit-logging */
function audited(method: string, permission: string): AuditedMethod {
  return {
    method: `google.iam.admin.v1.${method}`,
    permission: `iam.serviceAccounts.${permission}`,
    owner: (call) => {
      const [project, name = ""] = call.wildcards;
      return `projects/${project === "-" ? projectIdOf(name) : project}`;
    },
    monitored: (call, project) => monitoredAccount(call, project, call.wildcards[1]!),
  };
}

/** By e-mail or unique id, also of an account that is deleted by now. */
export function monitoredAccount({ store }: Call, { projectId }: Project, name: string): JsonObject {
  const accounts = [
    ...store.serviceAccounts.list(projectId),
    ...store.deletedServiceAccounts.list(projectId).reverse(),
  ];
  const found = accounts.find(({ email, uniqueId }) => email === name || uniqueId === name);
  const labels = { project_id: projectId, email_id: found?.email ?? name, unique_id: found?.uniqueId ?? "" };
  return { type: "service_account", labels };
}

function projectIdOf(email: string): string | undefined {
  return /@([^.]+)\./.exec(email)?.[1];
}

const accountIdPattern = /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/;
const maxDisplayName = 100;
const maxDescription = 256;
const keepDeletedMs = 30 * 24 * 60 * 60 * 1000;

export interface NewServiceAccount {
  readonly accountId: string;
  readonly displayName?: string;
  readonly description?: string;
}

/** A live account, of whatever project. */
export function findServiceAccount(store: Store, email: string): ServiceAccount | undefined {
  const projectId = /^[^@]+@([^.]+)\.iam\.gserviceaccount\.com$/.exec(email)?.[1];
  return projectId === undefined ? undefined : store.serviceAccounts.get(projectId, email);
}

export function createServiceAccount(store: Store, project: Project, account: NewServiceAccount): ServiceAccount {
  const { accountId, displayName, description } = account;
  const email = serviceAccountEmail(accountId, project.projectId);
  if (store.serviceAccounts.get(project.projectId, email)) {
    throw alreadyExists(`Service account ${accountId} already exists within project projects/${project.projectId}.`);
  }
  const record: ServiceAccount = {
    projectId: project.projectId,
    email,
    uniqueId: String(100_000_000_000_000_000_000n + BigInt(store.next("serviceAccounts"))),
    ...(displayName && { displayName }),
    ...(description && { description }),
    etag: newEtag(store),
  };
  store.serviceAccounts.set(project.projectId, email, record);
  return record;
}

function createAccountCall(call: Call): object {
  const project = enabledProject(call, call.wildcards[0]!, api);
  const accountId = stringField(call.body, "accountId") ?? "";
  if (!accountIdPattern.test(accountId)) {
    throw invalidArgument(
      `Invalid service account id ${JSON.stringify(accountId)}: it must have 6 to 30 characters and match ${accountIdPattern.source}.`,
    );
  }
  const texts = readTexts(objectField(call.body, "serviceAccount") ?? {});
  return accountJson(createServiceAccount(call.store, project, { accountId, ...texts }));
}

/** Both limits are in bytes of UTF-8. */
function readTexts(body: JsonObject): { displayName?: string; description?: string } {
  const displayName = stringField(body, "displayName");
  const description = stringField(body, "description");
  if (Buffer.byteLength(displayName ?? "") > maxDisplayName) {
    throw invalidArgument(`The display name must have at most ${maxDisplayName} bytes.`);
  }
  if (Buffer.byteLength(description ?? "") > maxDescription) {
    throw invalidArgument(`The description must have at most ${maxDescription} bytes.`);
  }
  return { ...(displayName !== undefined && { displayName }), ...(description !== undefined && { description }) };
}

function listAccounts(call: Call): object {
  const project = enabledProject(call, call.wildcards[0]!, api);
  const page = paginate(call.store.serviceAccounts.list(project.projectId), (entry) => entry.email, call.query, {
    scope: `${project.projectId} serviceAccounts`,
    defaultSize: 20,
    maxSize: 100,
  });
  return {
    ...(page.items.length > 0 && { accounts: page.items.map(accountJson) }),
    ...(page.nextPageToken && { nextPageToken: page.nextPageToken }),
  };
}

function patchAccount(call: Call): object {
  const body = objectField(call.body, "serviceAccount") ?? {};
  const paths = maskPaths(stringField(call.body, "updateMask") ?? call.query.get("updateMask"));
  return accountJson(changeAccount(call, body, paths ?? ["displayName", "description"].filter((name) => name in body)));
}

function changeAccount(call: Call, body: JsonObject, paths: readonly string[]): ServiceAccount {
  const target = account(call);
  const texts = readTexts(body);
  const etag = stringField(body, "etag");
  if (etag !== undefined && etag !== "" && etag !== target.etag) {
    throw failedPrecondition("The etag of the service account does not match.");
  }
  for (const path of paths) {
    if (path !== "displayName" && path !== "description") {
      throw invalidArgument(`update_mask: ${path} cannot be changed.`);
    }
    target[path] = texts[path] ?? "";
  }
  target.etag = newEtag(call.store);
  return target;
}

function deleteAccount(call: Call): object {
  const { store } = call;
  const target = account(call);
  target.deleteTime = store.timestamp();
  store.serviceAccounts.delete(target.projectId, target.email);
  store.deletedServiceAccounts.set(target.projectId, target.uniqueId, target);
  deletePolicy(store, accountResource(target));
  return {};
}

/** By unique id, within 30 days, and only as long as the e-mail was not taken again. */
function undeleteAccount(call: Call): object {
  const { store } = call;
  const project = wantedProjectId(call);
  const target = store.deletedServiceAccounts.get(project, call.wildcards[1]!);
  if (!target || Date.parse(target.deleteTime!) <= store.now().getTime() - keepDeletedMs) {
    throw unknownAccount();
  }
  if (store.serviceAccounts.get(project, target.email)) {
    throw alreadyExists(`Service account ${target.email} already exists.`);
  }
  delete target.deleteTime;
  store.deletedServiceAccounts.delete(project, target.uniqueId);
  store.serviceAccounts.set(project, target.email, target);
  return { restoredAccount: accountJson(target) };
}

function setDisabled(call: Call, disabled: boolean): object {
  const target = account(call);
  target.disabled = disabled;
  return {};
}

/** The account of a path, by e-mail or unique id. The project may be `-`: the e-mail says which it is. */
function account(call: Call): ServiceAccount {
  const project = wantedProjectId(call);
  const name = call.wildcards[1]!;
  const found =
    call.store.serviceAccounts.get(project, name) ??
    call.store.serviceAccounts.list(project).find((entry) => entry.uniqueId === name);
  if (!found) {
    throw unknownAccount();
  }
  return found;
}

function wantedProjectId(call: Call): string {
  const [project, name] = call.wildcards as [string, string];
  const id = project === "-" ? (projectIdOf(name) ?? "-") : project;
  return enabledProject(call, id, api).projectId;
}

function unknownAccount(): Error {
  return notFound("Unknown service account");
}

export function accountResource({ projectId, email }: ServiceAccount): string {
  return `//iam.googleapis.com/projects/${projectId}/serviceAccounts/${email}`;
}

function newEtag(store: Store): string {
  return Buffer.from(String(store.next("etags")).padStart(6, "0")).toString("base64");
}

function accountJson(entry: ServiceAccount): object {
  const { projectId, email, uniqueId, displayName, description, disabled, etag } = entry;
  return {
    name: `projects/${projectId}/serviceAccounts/${email}`,
    projectId,
    uniqueId,
    email,
    ...(displayName && { displayName }),
    etag,
    ...(description && { description }),
    oauth2ClientId: uniqueId,
    ...(disabled && { disabled }),
  };
}
