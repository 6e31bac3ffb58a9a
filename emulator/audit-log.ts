import { redactKeys } from "../values/redact";
import { callerOf } from "./caller";
import { ApiError } from "./errors";
import { isObject, type JsonObject } from "./fields";
import { addLogEntry } from "./log-entries";
import { whenDone } from "./operations";
import { type PolicyDelta, policyDelta } from "./policy-delta";
import type { AuditedMethod, AuditType, Call, Route, Service } from "./service";
import { projectResource } from "./services/resource-manager";
import { type Policy, type Project, root } from "./store";

/**
 * Runs a handler and writes what Cloud Audit Logs would: nothing for a route without an audited method, one entry for most
 * calls, two for a call that starts a long-running operation. Calls that fail are written too, with their status.
 *
 * Bodies of requests and answers are left out, besides what a route picks, so that no key string and no payload gets in.
 *
 * @see https://docs.cloud.google.com/logging/docs/audit/understanding-audit-logs
 */
export function withAudit(entry: Route, service: Service, call: Call, answer: () => object): object {
  const { audit } = entry;
  if (!audit) {
    return answer();
  }
  const target: Target = { audit, service, call, resourceName: resourceName(entry, call) };
  const before = { project: projectOf(target, false), policy: policyBefore(audit, call) };
  try {
    const result = answer();
    writeSuccess(target, result, before);
    return result;
  } catch (error) {
    if (error instanceof ApiError) {
      const project = projectOf(target, true);
      if (project) {
        write(target, project, { status: statusOf(error) });
      }
    }
    throw error;
  }
}

interface Target {
  readonly audit: AuditedMethod;
  readonly service: Service;
  readonly call: Call;
  readonly resourceName: string;
}

/** What differs between the entries of one call. */
interface Outcome {
  readonly status?: JsonObject;
  readonly delta?: PolicyDelta | undefined;
  readonly operation?: JsonObject;
}

interface Before {
  readonly project: Project | undefined;
  readonly policy: PolicyOf | undefined;
}

function writeSuccess(target: Target, result: object, { project = projectOf(target, false), policy }: Before): void {
  const { call, service, audit } = target;
  const name = (result as JsonObject)["name"];
  if (!audit.longRunning || typeof name !== "string") {
    const delta = policy && policyDelta(policy.before, call.store.policies.get(root, policy.resource));
    // While a project is being made it has no log yet.
    whenDone(call.store, String(name), ({ error }) => {
      const owner = project ?? projectOf(target, isObject(error));
      if (owner) {
        write(target, owner, { delta });
      }
    });
    return;
  }
  if (!project) {
    return;
  }
  const operation = { id: name, producer: service.api };
  write(target, project, { operation: { ...operation, first: true } });
  whenDone(call.store, name, ({ error }) => {
    write(target, project, {
      operation: { ...operation, last: true },
      ...(isObject(error) && { status: { code: error["code"], message: error["message"] } }),
    });
  });
}

function write(target: Target, project: Project, { status = {}, delta, operation }: Outcome): void {
  const { audit, service, call } = target;
  const type = audit.type ?? "ADMIN_WRITE";
  const caller = callerOf(call.headers);
  if (type !== "ADMIN_WRITE" && !isDataAccessLogged(call, project, service.api, type, caller.member)) {
    return;
  }
  const log = type === "ADMIN_WRITE" ? "activity" : "data_access";
  const failed = status["code"] !== undefined;
  const denied = status["code"] === permissionDeniedCode;
  const now = call.store.timestamp();
  const entry = {
    logName: `projects/${project.projectId}/logs/cloudaudit.googleapis.com%2F${log}`,
    resource: audit.monitored?.(call, project) ?? {
      type: "audited_resource",
      labels: { project_id: project.projectId, service: service.api, method: audit.method },
    },
    timestamp: now,
    receiveTimestamp: now,
    severity: failed ? "ERROR" : type === "ADMIN_WRITE" ? "NOTICE" : "INFO",
    insertId: `local-${call.store.next("logEntries").toString(36)}`,
    ...(operation && { operation }),
    protoPayload: {
      "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
      status,
      authenticationInfo: caller.authenticationInfo,
      requestMetadata: {
        callerIp: call.remoteAddress.replace(/^::ffff:/, ""),
        ...(call.headers["user-agent"] !== undefined && { callerSuppliedUserAgent: call.headers["user-agent"] }),
      },
      serviceName: service.api,
      methodName: audit.method,
      ...(audit.permission && {
        authorizationInfo: [
          { resource: target.resourceName, permission: audit.permission, ...(!denied && { granted: true }) },
        ],
      }),
      resourceName: target.resourceName,
      ...(audit.request && status["code"] !== invalidArgumentCode && { request: audit.request(call) }),
      ...(delta && {
        serviceData: { "@type": "type.googleapis.com/google.iam.v1.logging.AuditData", policyDelta: delta },
      }),
    },
  };
  addLogEntry(call.store, project.projectId, JSON.parse(redactKeys(JSON.stringify(entry))) as JsonObject);
}

const invalidArgumentCode = 3;
const permissionDeniedCode = 7;

/** What was wrong in a request is left out: the message may repeat what was sent. */
function statusOf(error: ApiError): JsonObject {
  const { code, message } = error.toOperationError() as { readonly code: number; readonly message: string };
  return { code, message: error.status === "INVALID_ARGUMENT" ? "Request contains an invalid argument." : message };
}

/** None if the project does not exist: the entry would go to a log that nobody has here. */
function projectOf({ audit, call }: Target, failed: boolean): Project | undefined {
  const name = audit.project ? audit.project(call, failed) : call.wildcards[0];
  return name === undefined ? undefined : call.store.project(name);
}

function resourceName({ audit, template }: Route, call: Call): string {
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
 * Whether the project's policy has this kind of entry switched on for the service or for all, and does not exempt the caller.
 * The configurations of both are added up. Those of folders and organizations are not looked at.
 *
 * @see https://docs.cloud.google.com/logging/docs/audit/configure-data-access
 */
function isDataAccessLogged(call: Call, project: Project, api: string, type: AuditType, member: string): boolean {
  const configs = call.store.policies.get(root, projectResource(project))?.auditConfigs ?? [];
  const wanted = configs
    .filter(isObject)
    .filter(({ service }) => service === "allServices" || service === api)
    .flatMap(({ auditLogConfigs }) => (Array.isArray(auditLogConfigs) ? auditLogConfigs.filter(isObject) : []))
    .filter(({ logType }) => logType === type);
  const exempted = wanted.flatMap(({ exemptedMembers }) => (Array.isArray(exemptedMembers) ? exemptedMembers : []));
  return wanted.length > 0 && !exempted.some((entry) => String(entry).toLowerCase() === member.toLowerCase());
}
