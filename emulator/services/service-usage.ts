import { knownServices, serviceTitle } from "../catalogue";
import { ApiError, failedPrecondition, invalidArgument, permissionDenied } from "../errors";
import { stringListField } from "../fields";
import { getOperation, type Operation, startOperation } from "../operations";
import { paginate } from "../paging";
import { type AuditedMethod, type Call, reading, route, type Service } from "../service";
import type { Project, Store } from "../store";

/** Service Usage v1: which APIs a project has enabled. */
export const serviceUsage: Service = {
  api: "serviceusage.googleapis.com",
  errors: "full",
  routes: [
    reading("serviceusage.services.list", "/v1/{parent=projects/*}/services", listServices),
    reading("serviceusage.services.get", "/v1/{parent=projects/*}/services:batchGet", batchGet),
    route(
      "POST",
      "/v1/{parent=projects/*}/services:batchEnable",
      batchEnable,
      audited("BatchEnableServices", "enable"),
    ),
    reading("serviceusage.services.get", "/v1/{name=projects/*/services/*}", getService),
    route("POST", "/v1/{name=projects/*/services/*}:enable", enableService, audited("EnableService", "enable")),
    route("POST", "/v1/{name=projects/*/services/*}:disable", disableService, audited("DisableService", "disable")),
    route("GET", "/v1/{name=operations/**}", (call) => getOperation(call.store, `operations/${call.wildcards[0]}`)),
  ],
};

/** @see https://docs.cloud.google.com/service-usage/docs/audit-logging */
function audited(method: string, permission: string): AuditedMethod {
  return {
    method: `google.api.serviceusage.v1.ServiceUsage.${method}`,
    permission: `serviceusage.services.${permission}`,
    longRunning: true,
  };
}

const maxBatch = 20;
const typePrefix = "type.googleapis.com/google.api.serviceusage.v1";
const servicePattern = /^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)*\.googleapis\.com$/;

/** Enables services without any check, as they are found in a project that exists already. */
export function enable(store: Store, project: Project, services: readonly string[]): void {
  for (const service of services) {
    store.services.set(project.projectId, service, { enableTime: store.timestamp() });
  }
}

function listServices(call: Call): object {
  const project = activeProject(call);
  const filter = call.query.get("filter") ?? "";
  const page = paginate(filteredServices(call.store, project, filter), (service) => service, call.query, {
    scope: `${project.projectId} services ${filter}`,
    defaultSize: 50,
    maxSize: 200,
  });
  return {
    services: page.items.map((service) => serviceJson(call.store, project, service)),
    ...(page.nextPageToken && { nextPageToken: page.nextPageToken }),
  };
}

function filteredServices(store: Store, project: Project, filter: string): string[] {
  const enabled = store.services.ids(project.projectId);
  const all = [...new Set([...knownServices, ...enabled])].sort();
  switch (filter) {
    case "":
      return all;
    case "state:ENABLED":
      return enabled;
    case "state:DISABLED":
      return all.filter((service) => !enabled.includes(service));
    default:
      throw invalidArgument(`The filter must be state:ENABLED or state:DISABLED, got: ${filter}`);
  }
}

function getService(call: Call): object {
  const project = activeProject(call);
  return serviceJson(call.store, project, checkService(call.wildcards[1]!));
}

function batchGet(call: Call): object {
  const project = activeProject(call);
  const services = call.query.getAll("names").map((name) => checkService(name.split("/").pop()!));
  return { services: services.map((service) => serviceJson(call.store, project, service)) };
}

function enableService(call: Call): object {
  const project = activeProject(call);
  const service = checkService(call.wildcards[1]!);
  if (call.store.isEnabled(project.projectId, service)) {
    const response = {
      "@type": `${typePrefix}.EnableServiceResponse`,
      service: serviceJson(call.store, project, service),
    };
    return { name: "operations/noop.DONE_OPERATION", done: true, response };
  }
  checkBilling(project, [service]);
  return changeServices(call, "EnableServiceResponse", () => {
    enable(call.store, project, [service]);
    return { service: serviceJson(call.store, project, service) };
  });
}

function batchEnable(call: Call): object {
  const project = activeProject(call);
  const services = (stringListField(call.body, "serviceIds") ?? []).map(checkService);
  if (services.length === 0 || services.length > maxBatch) {
    throw invalidArgument(`Between 1 and ${maxBatch} services can be enabled in one call, got: ${services.length}.`);
  }
  checkBilling(project, services);
  return changeServices(call, "BatchEnableServicesResponse", () => {
    enable(call.store, project, services);
    return { services: services.map((service) => serviceJson(call.store, project, service)) };
  });
}

function disableService(call: Call): object {
  const project = activeProject(call);
  const service = checkService(call.wildcards[1]!);
  if (!call.store.isEnabled(project.projectId, service)) {
    throw failedPrecondition(`Service ${service} is not enabled for project ${project.projectNumber}.`);
  }
  return changeServices(call, "DisableServiceResponse", () => {
    call.store.services.delete(project.projectId, service);
    return { service: serviceJson(call.store, project, service) };
  });
}

function changeServices(call: Call, type: string, change: () => object): Operation {
  return startOperation(call.store, {
    prefix: "operations/acf.p2-",
    delayMs: call.settings.operationDelayMs,
    effect: () => ({ "@type": `${typePrefix}.${type}`, ...change() }),
  });
}

/**
 * The provider enables Compute to remove the default network, which fails in a project that pays for nothing.
 * The answer is seen in https://github.com/kyegomez/zeta/issues/71
 */
function checkBilling(project: Project, services: readonly string[]): void {
  const paid = "compute.googleapis.com";
  if (project.billingAccount !== "" || !services.includes(paid)) {
    return;
  }
  const { projectNumber } = project;
  const message =
    `Billing account for project '${projectNumber}' is not found. Billing must be enabled for activation of service(s) ` +
    `'${paid}' to proceed.`;
  const subject = `?error_code=390001&project=${projectNumber}&services=${paid}`;
  throw new ApiError("FAILED_PRECONDITION", message, {
    details: [
      {
        "@type": "type.googleapis.com/google.rpc.PreconditionFailure",
        violations: [{ type: "googleapis.com/billing-enabled", subject }],
      },
      {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        reason: "UREQ_PROJECT_BILLING_NOT_FOUND",
        domain: "serviceusage.googleapis.com/billing-enabled",
        metadata: { project: projectNumber, services: paid },
      },
    ],
  });
}

/** Services that are not in the catalogue can be enabled too; only what cannot be a Google API is refused. */
function checkService(service: string): string {
  if (!servicePattern.test(service)) {
    throw permissionDenied(`Service '${service}' not found or permission denied.`);
  }
  return service;
}

/**
 * The provider asks for the project 00000000000 and needs an error: a 200 would crash it.
 * The text is what Google answers for any project it does not know.
 */
function activeProject(call: Call): Project {
  const name = call.wildcards[0]!;
  const project = call.store.project(name);
  if (project?.lifecycleState !== "ACTIVE") {
    throw permissionDenied(`Project '${name}' not found or permission denied.`);
  }
  return project;
}

function serviceJson(store: Store, project: Project, service: string): object {
  const parent = `projects/${project.projectNumber}`;
  return {
    name: `${parent}/services/${service}`,
    config: { name: service, title: serviceTitle(service) },
    state: store.isEnabled(project.projectId, service) ? "ENABLED" : "DISABLED",
    parent,
  };
}
