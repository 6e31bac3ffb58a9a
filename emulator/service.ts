import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import { serviceTitle } from "./catalogue";
import { ApiError, errorInfo, helpLink, permissionDenied } from "./errors";
import type { JsonObject } from "./fields";
import { type Project, root, type Store } from "./store";

/** One request, as a handler sees it. */
export interface Call {
  readonly store: Store;
  readonly settings: Settings;
  readonly method: string;
  /** What stood at each `*` of the route, decoded. */
  readonly wildcards: readonly string[];
  /** The path as it was sent, without its query. */
  readonly path: string;
  /** Whether the caller lacks this permission here, or at another path. */
  readonly denied: (permission: string, path?: string) => boolean;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The JSON body; empty if there was none or the route takes raw bodies. */
  readonly body: JsonObject;
  readonly rawBody: Buffer;
  /** The address of the other end of the socket. */
  readonly remoteAddress: string;
  /** `http://127.0.0.1:<port>`. */
  readonly baseUrl: string;
}

/** What can be switched where Google's behaviour is not known or has to be slowed down for a test. */
export interface Settings {
  readonly operationDelayMs: number;
  readonly deletedKeyReads: "found" | "not-found";
  readonly badAuthKeyError: "API_KEY_INVALID" | "ACCESS_TOKEN_TYPE_UNSUPPORTED";
  /** Requests per minute, project and model, where no preference says otherwise; undefined is without limit. */
  readonly quotaPerMinute: number | undefined;
}

/** An answer that is not simply 200 with a JSON object. */
export class Reply {
  constructor(
    readonly status: number,
    readonly headers: OutgoingHttpHeaders,
    readonly body: string | Buffer = "",
  ) {}
}

export type Handler = (call: Call) => object;

/**
 * Admin Activity (ADMIN_WRITE) is always logged, the others only where the project's policy says so.
 *
 * @see https://docs.cloud.google.com/logging/docs/audit#types
 */
export type AuditType = "ADMIN_WRITE" | "ADMIN_READ" | "DATA_READ" | "DATA_WRITE";

/** What Cloud Audit Logs writes about a route. */
export interface AuditedMethod {
  /** `protoPayload.methodName`, e.g. `google.api.apikeys.v2.ApiKeys.CreateKey`. */
  readonly method: string | ((call: Call) => string);
  /** @default "ADMIN_WRITE" */
  readonly type?: AuditType;
  /** `authorizationInfo[].permission`. */
  readonly permission?: string;
  /** True for a call that answers with an operation: one entry at its start and one at its end. */
  readonly longRunning?: boolean;
  /** `protoPayload.resourceName`. @default - what stands at the first variable of the template */
  readonly resource?: (call: Call) => string;
  /**
   * Whose log it goes to: `projects/<id or number>`, `folders/<number>`, `organizations/<number>` or `billingAccounts/<id>`;
   * undefined for no entry.
   *
   * @default - the project of the first wildcard
   */
  readonly owner?: (call: Call, failed: boolean) => string | undefined;
  /** The service in whose audit configuration this kind of entry is switched on. @default - the route's */
  readonly configuredAt?: string;
  /** The monitored resource, in a project. @default - `audited_resource` */
  readonly monitored?: (call: Call, project: Project) => JsonObject;
  /** The full name of the resource whose policy is set: what changes in it is written. */
  readonly policyOf?: (call: Call) => string;
  /** The part of the request that is written. It must hold no secret. @default - nothing */
  readonly request?: (call: Call) => JsonObject;
  /** `authenticationInfo.principalSubject` of a call that carries its own proof. @default - whose token it has */
  readonly subject?: (call: Call) => string | undefined;
  /** `protoPayload.metadata` of a call that went well. It must hold no secret. @default - nothing */
  readonly metadata?: (call: Call, result: JsonObject) => JsonObject | undefined;
}

export interface Route {
  readonly method: string;
  readonly template: string;
  readonly handler: Handler;
  readonly audit?: AuditedMethod;
  /** What the caller needs, where no audit entry names it. */
  readonly permission?: string;
  /** True if the body is not JSON, or may be large. */
  readonly raw?: boolean;
  /** Told of a fault that is sent in place of the handler's answer. */
  readonly refused?: (call: Call, error: ApiError) => void;
}

export interface Service {
  /** The name in the catalogue of APIs, e.g. `apikeys.googleapis.com`. */
  readonly api: string;
  readonly routes: readonly Route[];
  /** How errors look: with Google's `errors` list, or without. */
  readonly errors: "full" | "plain";
}

export function route(method: string, template: string, handler: Handler, audit?: AuditedMethod): Route {
  return { method, template, handler, ...(audit && { audit }) };
}

/** A route of which no audit entry is written, with the permission it needs. */
export function reading(permission: string, template: string, handler: Handler): Route {
  return { method: "GET", template, handler, permission };
}

/** The project of a path, active and with the API enabled. */
export function enabledProject(call: Call, idOrNumber: string, api: string): Project {
  const project = activeProject(call, idOrNumber, api);
  if (!call.store.isEnabled(project.projectId, api)) {
    throw serviceDisabled(project, api);
  }
  return project;
}

function activeProject(call: Call, idOrNumber: string, api: string): Project {
  const project = call.store.project(idOrNumber);
  if (!project) {
    throw unknownProject(idOrNumber, api);
  }
  if (project.lifecycleState !== "ACTIVE") {
    throw deletedProject(project, api);
  }
  return project;
}

export type ParentKind = "projects" | "folders" | "organizations";

export const parentKinds: readonly ParentKind[] = ["projects", "folders", "organizations"];

/**
 * The parent of a path whose API has to be enabled in the project a call is charged to, which the server checks, not in the
 * parent. Without a seeded organization any folder and organization is taken.
 *
 * @returns `projects/<number>`, `folders/<number>` or `organizations/<number>`
 */
export function parentName(call: Call, kind: ParentKind, id: string, api: string): string {
  if (kind === "projects") {
    return `projects/${activeProject(call, id, api).projectNumber}`;
  }
  const name = `${kind}/${id}`;
  if (!isParent(call.store, name)) {
    throw permissionDenied(`The caller does not have permission on ${name} (or it may not exist).`);
  }
  return name;
}

/** Whether a folder or an organization may exist. Without a seeded organization nothing is known about what does. */
export function isParent(store: Store, name: string): boolean {
  return store.parents.size(root) === 0 || store.parents.get(root, name) !== undefined;
}

/**
 * The answer for a project that does not exist, which is the same as for one the caller may not see.
 * Which words each API uses is not known in every case; these are the common ones.
 */
export function unknownProject(idOrNumber: string, api: string): Error {
  const metadata = { service: api, consumer: `projects/${idOrNumber}` };
  return permissionDenied(`Permission denied on resource project ${idOrNumber}.`, [
    errorInfo("CONSUMER_INVALID", metadata),
  ]);
}

/** Seen at some APIs; not known for every one. */
export function deletedProject(project: Project, api: string): Error {
  const metadata = { service: api, consumer: `projects/${project.projectNumber}` };
  return permissionDenied(`Project #${project.projectNumber} has been deleted.`, [
    errorInfo("CONSUMER_INVALID", metadata),
  ]);
}

/** @see https://docs.cloud.google.com/service-usage/docs/troubleshooting */
export function serviceDisabled(project: Project, api: string): Error {
  const title = serviceTitle(api);
  const url = `https://console.developers.google.com/apis/api/${api}/overview?project=${project.projectNumber}`;
  const message =
    `${title} has not been used in project ${project.projectNumber} before or it is disabled. Enable it by visiting ${url} ` +
    "then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.";
  const metadata = {
    service: api,
    serviceTitle: title,
    consumer: `projects/${project.projectNumber}`,
    containerInfo: project.projectNumber,
    activationUrl: url,
  };
  return new ApiError("PERMISSION_DENIED", message, {
    domain: "usageLimits",
    reason: "accessNotConfigured",
    details: [helpLink("Google developers console API activation", url), errorInfo("SERVICE_DISABLED", metadata)],
  });
}

/** @see https://docs.cloud.google.com/docs/quotas/troubleshoot */
export function userProjectDenied(id: string): Error {
  const url = `https://console.developers.google.com/iam-admin/iam/project?project=${id}`;
  const message =
    `Caller does not have required permission to use project ${id}. Grant the caller the ` +
    "roles/serviceusage.serviceUsageConsumer role, or a custom role with the serviceusage.services.use permission, by " +
    `visiting ${url} and then retry. Propagation of the new permission may take a few minutes.`;
  return permissionDenied(message, [errorInfo("USER_PROJECT_DENIED", { consumer: `projects/${id}` })]);
}
