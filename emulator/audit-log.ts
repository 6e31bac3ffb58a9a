import { redactKeys } from "../values/redact";
import { type Caller, callerOf, membersFor, nameOf } from "./caller";
import { ApiError } from "./errors";
import { isObject, type JsonObject } from "./fields";
import { addLogEntry } from "./log-entries";
import { whenDone } from "./operations";
import { type PolicyDelta, policyDelta } from "./policy-delta";
import { type AuditedMethod, type AuditType, type Call, isParent, Reply, type Route, type Service } from "./service";
import { type Policy, type Project, root, type Store } from "./store";

/**
 * Runs a handler and writes what Cloud Audit Logs would: nothing for a route without an audited method, one entry for most
 * calls, two for a call that starts a long-running operation. Calls that fail are written too, with their status.
 *
 * Bodies of requests and answers are left out, besides what a route picks, so that no key string and no payload gets in.
 *
 * @see https://docs.cloud.google.com/logging/docs/audit/understanding-audit-logs
 */
export function withAudit(entry: AuditedRoute, service: Service, call: Call, answer: () => object): object {
  const { audit } = entry;
  if (!audit) {
    return answer();
  }
  const target: Target = { audit, service, call, resourceName: resourceName(entry, call) };
  const before = { owner: ownerOf(target, false), policy: policyBefore(audit, call) };
  try {
    const result = answer();
    if (result instanceof Reply && result.status >= 400) {
      writeFailure(target, { code: rpcCodes[result.status] ?? 2, message: invalidMessage });
    } else {
      writeSuccess(target, result, before);
    }
    return result;
  } catch (error) {
    if (error instanceof ApiError) {
      writeFailure(target, statusOf(error));
    }
    throw error;
  }
}

type AuditedRoute = Pick<Route, "audit" | "template">;

/** Of the answers that are made by hand. */
const rpcCodes: Readonly<Record<number, number>> = { 400: 3, 404: 5 };

interface Target {
  readonly audit: AuditedMethod;
  readonly service: Service;
  readonly call: Call;
  readonly resourceName: string;
}

/** Whose log an entry goes to. */
interface Owner {
  /** `projects/<id>`, `folders/<number>`, `organizations/<number>` or `billingAccounts/<id>`. */
  readonly name: string;
  readonly project?: Project;
}

/** What differs between the entries of one call. */
interface Outcome {
  readonly status?: JsonObject;
  readonly delta?: PolicyDelta | undefined;
  readonly operation?: JsonObject;
  readonly metadata?: JsonObject | undefined;
}

interface Before {
  readonly owner: Owner | undefined;
  readonly policy: PolicyOf | undefined;
}

function writeFailure(target: Target, status: JsonObject): void {
  const owner = ownerOf(target, true);
  if (owner) {
    write(target, owner, { status });
  }
}

function writeSuccess(target: Target, result: object, { owner = ownerOf(target, false), policy }: Before): void {
  const { call, service, audit } = target;
  const name = (result as JsonObject)["name"];
  if (!audit.longRunning || typeof name !== "string") {
    const delta = policy && policyDelta(policy.before, call.store.policies.get(root, policy.resource));
    const metadata = audit.metadata?.(call, result as JsonObject);
    // While a project is being made it has no log yet.
    whenDone(call.store, String(name), ({ error }) => {
      const late = owner ?? ownerOf(target, isObject(error));
      if (late) {
        write(target, late, { delta, metadata });
      }
    });
    return;
  }
  if (!owner) {
    return;
  }
  const operation = { id: name, producer: service.api };
  write(target, owner, { operation: { ...operation, first: true } });
  whenDone(call.store, name, ({ error }) => {
    write(target, owner, {
      operation: { ...operation, last: true },
      ...(isObject(error) && { status: { code: error["code"], message: error["message"] } }),
    });
  });
}

function write(target: Target, owner: Owner, { status = {}, delta, operation, metadata }: Outcome): void {
  const { audit, service, call } = target;
  const type = audit.type ?? "ADMIN_WRITE";
  const caller = callerOf(call.headers.authorization);
  const configuredAt = audit.configuredAt ?? service.api;
  if (type !== "ADMIN_WRITE" && !isDataAccessLogged(call.store, owner, configuredAt, type, caller)) {
    return;
  }
  const log = type === "ADMIN_WRITE" ? "activity" : "data_access";
  const failed = status["code"] !== undefined;
  const denied = status["code"] === permissionDeniedCode;
  const now = call.store.timestamp();
  const entry = {
    logName: `${owner.name}/logs/cloudaudit.googleapis.com%2F${log}`,
    resource: monitoredResource(target, owner),
    timestamp: now,
    receiveTimestamp: now,
    severity: failed ? "ERROR" : type === "ADMIN_WRITE" ? "NOTICE" : "INFO",
    insertId: `local-${call.store.next("logEntries").toString(36)}`,
    ...(operation && { operation }),
    protoPayload: {
      "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
      status,
      authenticationInfo: authenticationInfo(audit.subject?.(call), caller),
      requestMetadata: {
        callerIp: call.remoteAddress.replace(/^::ffff:/, ""),
        ...(call.headers["user-agent"] !== undefined && { callerSuppliedUserAgent: call.headers["user-agent"] }),
      },
      serviceName: service.api,
      methodName: methodName(audit, call),
      ...(audit.permission && {
        authorizationInfo: [
          { resource: target.resourceName, permission: audit.permission, ...(!denied && { granted: true }) },
        ],
      }),
      resourceName: target.resourceName,
      ...(audit.request && status["code"] !== invalidArgumentCode && { request: audit.request(call) }),
      ...(metadata && { metadata }),
      ...(delta && {
        serviceData: { "@type": "type.googleapis.com/google.iam.v1.logging.AuditData", policyDelta: delta },
      }),
    },
  };
  addLogEntry(call.store, owner.project?.projectId ?? owner.name, JSON.parse(redactKeys(JSON.stringify(entry))));
}

/** A federated identity has no e-mail, and who sends no token of the local cloud has no name at all. */
function authenticationInfo(subject: string | undefined, caller: Caller | undefined): JsonObject {
  const principalSubject = subject ?? (caller?.kind === "federated" ? nameOf(caller) : undefined);
  if (principalSubject !== undefined) {
    return { principalSubject };
  }
  return caller ? { principalEmail: nameOf(caller) } : {};
}

function methodName({ method }: AuditedMethod, call: Call): string {
  return typeof method === "string" ? method : method(call);
}

/** @see https://docs.cloud.google.com/logging/docs/api/v2/resource-list */
const parentLabels: Readonly<Record<string, readonly [type: string, label: string]>> = {
  folders: ["folder", "folder_id"],
  organizations: ["organization", "organization_id"],
  billingAccounts: ["billing_account", "account_id"],
};

function monitoredResource({ audit, service, call }: Target, { name, project }: Owner): JsonObject {
  const [kind, id] = name.split("/") as [string, string];
  const [type, label] = parentLabels[kind] ?? [];
  if (type !== undefined && label !== undefined) {
    return { type, labels: { [label]: id } };
  }
  return (
    audit.monitored?.(call, project!) ?? {
      type: "audited_resource",
      labels: { project_id: project!.projectId, service: service.api, method: methodName(audit, call) },
    }
  );
}

const invalidArgumentCode = 3;
const permissionDeniedCode = 7;
const invalidMessage = "Request contains an invalid argument.";

/** What was wrong in a request is left out: the message may repeat what was sent. */
function statusOf(error: ApiError): JsonObject {
  const { code, message } = error.toOperationError() as { readonly code: number; readonly message: string };
  return { code, message: error.status === "INVALID_ARGUMENT" ? invalidMessage : message };
}

/** None if it does not exist: the entry would go to a log that nobody has here. */
function ownerOf({ audit, call }: Target, failed: boolean): Owner | undefined {
  const name = audit.owner ? audit.owner(call, failed) : `projects/${call.wildcards[0]}`;
  const [kind, id] = name?.split("/") ?? [];
  if (name === undefined || kind === undefined || id === undefined) {
    return undefined;
  }
  const { store } = call;
  if (kind === "projects") {
    const project = store.project(id);
    return project && { name: `projects/${project.projectId}`, project };
  }
  const known = kind === "billingAccounts" ? store.billingAccounts.get(root, id) : isParent(store, name);
  return known ? { name } : undefined;
}

function resourceName({ audit, template }: AuditedRoute, call: Call): string {
  if (audit?.resource) {
    return audit.resource(call);
  }
  const wildcards = [...call.wildcards];
  const [, pattern = "*"] = /\{[^=}]+(?:=([^}]+))?\}/.exec(template) ?? [];
  return pattern.replace(/\*\*?/g, () => wildcards.shift() ?? "");
}

interface PolicyOf {
  readonly resource: string;
  readonly before: Policy | undefined;
}

/** A resource that cannot be found has no policy; the handler says so. */
function policyBefore(audit: AuditedMethod, call: Call): PolicyOf | undefined {
  try {
    const resource = audit.policyOf?.(call);
    return resource === undefined ? undefined : { resource, before: call.store.policies.get(root, resource) };
  } catch {
    return undefined;
  }
}

/**
 * Whether the owner's policy has this kind of entry switched on for the service or for all, and does not exempt the caller.
 * The configurations of both are added up. Those of the folders and organizations above are not looked at.
 *
 * @see https://docs.cloud.google.com/logging/docs/audit/configure-data-access
 */
function isDataAccessLogged(
  store: Store,
  owner: Owner,
  api: string,
  type: AuditType,
  caller: Caller | undefined,
): boolean {
  const policy = store.policies.get(root, `//cloudresourcemanager.googleapis.com/${owner.name}`);
  const wanted = (policy?.auditConfigs ?? [])
    .filter(isObject)
    .filter(({ service }) => service === "allServices" || service === api)
    .flatMap(({ auditLogConfigs }) => (Array.isArray(auditLogConfigs) ? auditLogConfigs.filter(isObject) : []))
    .filter(({ logType }) => logType === type);
  const exempted = wanted.flatMap(({ exemptedMembers }) => (Array.isArray(exemptedMembers) ? exemptedMembers : []));
  const member = caller && membersFor(caller)[0].toLowerCase();
  return wanted.length > 0 && !exempted.some((entry) => String(entry).toLowerCase() === member);
}
