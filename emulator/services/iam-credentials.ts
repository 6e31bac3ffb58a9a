import { callerOf, membersFor, serviceAccountToken } from "../caller";
import { ApiError, errorInfo, failedPrecondition, invalidArgument, notFound, permissionDenied } from "../errors";
import { stringField, stringListField } from "../fields";
import { type Call, route, type Service, serviceDisabled } from "../service";
import { root, type ServiceAccount, type Store } from "../store";
import { accountResource, findServiceAccount, monitoredAccount } from "./iam";
import { projectResource } from "./resource-manager";

const api = "iamcredentials.googleapis.com";

const permission = "iam.serviceAccounts.getAccessToken";

/** IAM Service Account Credentials v1, as far as access tokens. Chains of delegates are not modelled. */
export const iamCredentials: Service = {
  api,
  errors: "full",
  routes: [
    route("POST", "/v1/{name=projects/-/serviceAccounts/*}:generateAccessToken", generateAccessToken, {
      // The names, the kind and that IAM's configuration counts: https://docs.cloud.google.com/iam/docs/audit-logging/audit-logging-iamcreds
      method: "GenerateAccessToken",
      type: "ADMIN_READ",
      configuredAt: "iam.googleapis.com",
      permission,
      resource: (call) => `projects/-/serviceAccounts/${accountOf(call)?.uniqueId ?? call.wildcards[0]}`,
      owner: (call) => `projects/${accountOf(call)?.projectId ?? ""}`,
      monitored: (call, project) => monitoredAccount(call, project, call.wildcards[0]!),
      request: (call) => ({ name: `projects/-/serviceAccounts/${call.wildcards[0]}` }),
    }),
  ],
};

/** Predefined roles with that permission: https://docs.cloud.google.com/iam/docs/roles-permissions/iam */
const roles = ["roles/iam.workloadIdentityUser", "roles/iam.serviceAccountTokenCreator"];
const defaultLifetime = 3600;
const maxLifetime = 3600;

/** A token for an account, for whoever holds the permission on it or on its project. */
function generateAccessToken(call: Call): object {
  const { store } = call;
  const email = call.wildcards[0]!;
  const caller = callerOf(call.headers.authorization);
  if (!caller) {
    throw new ApiError(
      "UNAUTHENTICATED",
      "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.",
    );
  }
  const account = findServiceAccount(store, email);
  if (caller.kind !== "owner" && !(account && mayImpersonate(store, account, membersFor(caller)))) {
    throw permissionDenied(`Permission '${permission}' denied on resource (or it may not exist).`, [
      errorInfo("IAM_PERMISSION_DENIED", { permission }),
    ]);
  }
  if (!account) {
    throw notFound(`Not found; Gaia id not found for email ${email}`);
  }
  const project = store.project(account.projectId)!;
  if (!store.isEnabled(project.projectId, api)) {
    throw serviceDisabled(project, api);
  }
  if (account.disabled) {
    // What Google answers here is not known.
    throw failedPrecondition(`Service account ${email} is disabled.`);
  }
  if ((stringListField(call.body, "scope") ?? []).length === 0) {
    throw invalidArgument("Scope required.");
  }
  const expires = store.now().getTime() + lifetime(stringField(call.body, "lifetime")) * 1000;
  return { accessToken: serviceAccountToken(email), expireTime: new Date(expires).toISOString() };
}

function accountOf({ store, wildcards: [email] }: Call): ServiceAccount | undefined {
  return findServiceAccount(store, email!);
}

function lifetime(text: string | undefined): number {
  const seconds = text ? Number(/^(\d+)s$/.exec(text)?.[1]) : defaultLifetime;
  if (!(seconds > 0 && seconds <= maxLifetime)) {
    throw invalidArgument(`The lifetime must be 1s to ${maxLifetime}s, got: ${text}.`);
  }
  return seconds;
}

/** A binding with a condition does not count here: conditions of policies are kept, not evaluated. */
function mayImpersonate(store: Store, account: ServiceAccount, members: readonly string[]): boolean {
  const project = store.project(account.projectId)!;
  return [accountResource(account), projectResource(project)]
    .flatMap((resource) => store.policies.get(root, resource)?.bindings ?? [])
    .some(
      (binding) =>
        !binding.condition && grants(store, binding.role) && binding.members.some((member) => members.includes(member)),
    );
}

function grants(store: Store, role: string): boolean {
  const [, projectId, id] = /^projects\/([^/]+)\/roles\/(.+)$/.exec(role) ?? [];
  const custom = projectId === undefined ? undefined : store.customRoles.get(projectId, id!);
  return (
    roles.includes(role) || Boolean(custom && !custom.deleteTime && custom.includedPermissions.includes(permission))
  );
}
