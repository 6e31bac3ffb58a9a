import { testedPermissions } from "../denials";
import { invalidArgument, permissionDenied } from "../errors";
import { stringField, stringListField } from "../fields";
import { getPolicy, setPolicyFromBody } from "../iam-policy";
import { paginate } from "../paging";
import { type AuditedMethod, type Call, reading, route, type Service } from "../service";
import { type BillingAccount, type Project, root, type Store } from "../store";

/** Cloud Billing v1: billing accounts with their IAM policies, and which of them a project pays with. */
export const cloudBilling: Service = {
  api: "cloudbilling.googleapis.com",
  errors: "full",
  routes: [
    route("GET", "/v1/billingAccounts", listAccounts),
    reading("billing.accounts.get", "/v1/billingAccounts/{account}", (call) => accountJson(account(call))),
    route("GET", "/v1/billingAccounts/{account}/projects", listAccountProjects),
    route("POST", "/v1/billingAccounts/{account}:testIamPermissions", testPermissions),
    route(
      "GET",
      "/v1/billingAccounts/{account}:getIamPolicy",
      (call) => getPolicy(call.store, accountResource(account(call))),
      { ...onAccount("GetIamPolicy", "getIamPolicy"), type: "ADMIN_READ" },
    ),
    route(
      "POST",
      "/v1/billingAccounts/{account}:setIamPolicy",
      (call) => setPolicyFromBody(call.store, accountResource(account(call)), call.body),
      { ...onAccount("SetIamPolicy", "setIamPolicy"), policyOf: (call) => accountResource(account(call)) },
    ),
    reading("resourcemanager.projects.get", "/v1/projects/{project}/billingInfo", (call) =>
      billingInfo(call.store, project(call)),
    ),
    route("PUT", "/v1/projects/{project}/billingInfo", updateBillingInfo, {
      // In whose log Google writes it, the project's or the account's, is not known.
      method: (call) => (accountName(call) === "" ? "DisableResourceBilling" : "AssignResourceToBillingAccount"),
      permission: "resourcemanager.projects.createBillingAssignment",
      resource: ({ wildcards: [id] }) => `projects/${id}`,
      monitored: (_call, { projectId }) => ({ type: "project", labels: { project_id: projectId } }),
      request: (call) => ({ billingAccountName: accountName(call) }),
    }),
  ],
};

/** @see https://docs.cloud.google.com/billing/docs/audit-logging */
function onAccount(method: string, permission: string): AuditedMethod {
  const name = ({ wildcards: [id] }: Call) => `billingAccounts/${id}`;
  return { method, permission: `billing.accounts.${permission}`, resource: name, owner: name };
}

function accountName({ body }: Call): string {
  return String(body["billingAccountName"] ?? "");
}

/** Links a project to an account, or to none. What Google answers for an unknown account is not known; 403 is assumed. */
export function linkBilling(store: Store, target: Project, billingAccount: string): void {
  if (billingAccount !== "" && !store.billingAccounts.get(root, billingAccount)) {
    throw forbidden();
  }
  target.billingAccount = billingAccount;
}

function updateBillingInfo(call: Call): object {
  const target = project(call);
  const name = stringField(call.body, "billingAccountName") ?? "";
  if (name !== "" && !/^billingAccounts\/[^/]+$/.test(name)) {
    throw invalidArgument(`Invalid billing account name: ${name}`);
  }
  linkBilling(call.store, target, name.replace("billingAccounts/", ""));
  return billingInfo(call.store, target);
}

function billingInfo(store: Store, target: Project): object {
  const linked = store.billingAccounts.get(root, target.billingAccount);
  return {
    name: `projects/${target.projectId}/billingInfo`,
    projectId: target.projectId,
    billingAccountName: target.billingAccount === "" ? "" : `billingAccounts/${target.billingAccount}`,
    billingEnabled: linked?.open ?? false,
  };
}

/** Permissions of an account that does not exist: none. The provider then says which one is missing. */
function testPermissions(call: Call): object {
  const known = call.store.billingAccounts.get(root, call.wildcards[0]!);
  return known ? testedPermissions(call, stringListField(call.body, "permissions") ?? []) : {};
}

function listAccounts(call: Call): object {
  const all = call.store.billingAccounts.list(root);
  const page = paginate(all, (entry) => entry.id, call.query, {
    scope: "billingAccounts",
    defaultSize: 100,
    maxSize: 100,
  });
  return {
    billingAccounts: page.items.map(accountJson),
    ...(page.nextPageToken && { nextPageToken: page.nextPageToken }),
  };
}

function listAccountProjects(call: Call): object {
  const { id } = account(call);
  const linked = call.store.projects.list(root).filter((entry) => entry.billingAccount === id);
  const page = paginate(linked, (entry) => entry.projectId, call.query, {
    scope: `billingAccounts/${id}/projects`,
    defaultSize: 100,
    maxSize: 100,
  });
  return {
    projectBillingInfo: page.items.map((entry) => billingInfo(call.store, entry)),
    ...(page.nextPageToken && { nextPageToken: page.nextPageToken }),
  };
}

function account(call: Call): BillingAccount {
  const found = call.store.billingAccounts.get(root, call.wildcards[0]!);
  if (!found) {
    throw forbidden();
  }
  return found;
}

function project(call: Call): Project {
  const found = call.store.project(call.wildcards[0]!);
  if (!found) {
    throw forbidden();
  }
  return found;
}

function accountResource({ id }: BillingAccount): string {
  return `//cloudbilling.googleapis.com/billingAccounts/${id}`;
}

function accountJson({ id, displayName, open, currencyCode }: BillingAccount): object {
  return { name: `billingAccounts/${id}`, open, displayName, masterBillingAccount: "", currencyCode };
}

function forbidden(): Error {
  return permissionDenied("The caller does not have permission");
}
