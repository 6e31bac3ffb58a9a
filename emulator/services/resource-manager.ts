import { testedPermissions } from "../denials";
import { ApiError, alreadyExists, failedPrecondition, permissionDenied } from "../errors";
import { type JsonObject, objectField, stringField, stringListField, stringMapField, validLabels } from "../fields";
import { getPolicy, setPolicyFromBody } from "../iam-policy";
import { getOperation, startOperation } from "../operations";
import { paginate } from "../paging";
import { type AuditedMethod, type Call, isParent, type Route, reading, route, type Service } from "../service";
import { type Project, root, type Store } from "../store";

/** Cloud Resource Manager v1: projects, organizations and their IAM policies; v3 for the policies of folders. */
export const resourceManager: Service = {
  api: "cloudresourcemanager.googleapis.com",
  errors: "full",
  routes: [
    route("POST", "/v1/projects", createProjectCall, {
      ...audited("CreateProject", "create"),
      resource: (call) => `projects/${String(call.body["projectId"] ?? "")}`,
      // A project that could not be made has no log; one of that name may be somebody else's.
      owner: (call, failed) => (failed ? undefined : `projects/${stringField(call.body, "projectId")}`),
    }),
    route("GET", "/v1/projects", listProjects),
    reading("resourcemanager.projects.get", "/v1/projects/{projectId}", (call) => projectJson(visibleProject(call))),
    route("PUT", "/v1/projects/{projectId}", updateProject, audited("UpdateProject", "update")),
    route("DELETE", "/v1/projects/{projectId}", deleteProject, audited("DeleteProject", "delete")),
    route("POST", "/v1/projects/{projectId}:undelete", undeleteProject, audited("UndeleteProject", "undelete")),
    route(
      "POST",
      "/v1/projects/{projectId}:getIamPolicy",
      (call) => getPolicy(call.store, projectResource(visibleProject(call))),
      { ...audited("GetIamPolicy", "getIamPolicy"), type: "ADMIN_READ" },
    ),
    route(
      "POST",
      "/v1/projects/{projectId}:setIamPolicy",
      (call) => setPolicyFromBody(call.store, projectResource(activeProject(call)), call.body),
      { ...audited("SetIamPolicy", "setIamPolicy"), policyOf: (call) => projectResource(activeProject(call)) },
    ),
    route("POST", "/v1/projects/{projectId}:testIamPermissions", (call) => {
      visibleProject(call);
      return testedPermissions(call, stringListField(call.body, "permissions") ?? []);
    }),
    reading("resourcemanager.organizations.get", "/v1/organizations/{organizationId}", getOrganization),
    ...parentPolicyRoutes("/v1/organizations/{organizationId}", "organizations"),
    ...parentPolicyRoutes("/v3/folders/{folderId}", "folders"),
    route("GET", "/v1/{name=operations/**}", (call) => getOperation(call.store, `operations/${call.wildcards[0]}`)),
  ],
};

function parentPolicyRoutes(path: string, kind: "organizations" | "folders"): Route[] {
  const onParent = (method: string, permission: string): AuditedMethod => {
    const name = ({ wildcards: [id] }: Call) => `${kind}/${id}`;
    return { method, permission: `resourcemanager.${kind}.${permission}`, resource: name, owner: name };
  };
  return [
    route("POST", `${path}:getIamPolicy`, (call) => getPolicy(call.store, parentResource(call, kind)), {
      ...onParent("GetIamPolicy", "getIamPolicy"),
      type: "ADMIN_READ",
    }),
    route(
      "POST",
      `${path}:setIamPolicy`,
      (call) => setPolicyFromBody(call.store, parentResource(call, kind), call.body),
      { ...onParent("SetIamPolicy", "setIamPolicy"), policyOf: (call) => parentResource(call, kind) },
    ),
    route("POST", `${path}:testIamPermissions`, (call) => {
      parentResource(call, kind);
      return testedPermissions(call, stringListField(call.body, "permissions") ?? []);
    }),
  ];
}

/** @see https://docs.cloud.google.com/resource-manager/docs/audit-logging */
function audited(method: string, permission: string): AuditedMethod {
  return {
    method,
    permission: `resourcemanager.projects.${permission}`,
    resource: (call) => `projects/${call.wildcards[0]}`,
    monitored: (_call, project) => ({ type: "project", labels: { project_id: project.projectId } }),
  };
}

export interface NewProject {
  readonly projectId: string;
  readonly name?: string;
  readonly parent?: string;
  readonly labels?: Record<string, string>;
  /** See `Project.foreign`. */
  readonly foreign?: boolean;
}

/** @see https://docs.cloud.google.com/resource-manager/docs/creating-managing-projects#shutting_down_projects */
const keepDeletedMs = 30 * 24 * 60 * 60 * 1000;
const projectIdPattern = /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/;
/** "Lowercase and uppercase letters, numbers, hyphen, single-quote, double-quote, space, and exclamation point", 4 to 30. */
const projectNamePattern = /^[A-Za-z0-9'" !-]{4,30}$/;

/** Everything that can be wrong with a new project, short of its id being taken. */
export function checkNewProject(store: Store, project: NewProject): void {
  const { projectId, name = projectId, parent } = project;
  if (!projectIdPattern.test(projectId)) {
    throw invalidField("project_id", `project_id must match ${projectIdPattern.source}, got: ${projectId}`);
  }
  if (!projectNamePattern.test(name)) {
    throw invalidField("display_name", "project display name must be 4 to 30 letters, digits, spaces or '\"!-");
  }
  validLabels(project.labels);
  if (parent !== undefined) {
    checkParent(store, parent);
  }
}

/** Makes a project. The id of a deleted one stays taken. */
export function createProject(store: Store, project: NewProject): Project {
  if (store.project(project.projectId)) {
    throw alreadyExists("Requested entity already exists");
  }
  const { projectId, name = projectId, parent, labels, foreign } = project;
  const record: Project = {
    projectId,
    projectNumber: String(100_000_000_000 + store.next("projects")),
    name,
    ...(parent !== undefined && { parent }),
    ...(labels && { labels }),
    lifecycleState: "ACTIVE",
    createTime: store.timestamp(),
    billingAccount: "",
    ...(foreign && { foreign }),
  };
  store.addProject(record);
  return record;
}

export function projectResource(project: Project): string {
  return `//cloudresourcemanager.googleapis.com/projects/${project.projectId}`;
}

function createProjectCall(call: Call): object {
  const { store, body } = call;
  const project = readProject(body);
  checkNewProject(store, project);
  if (store.project(project.projectId)) {
    throw alreadyExists("Requested entity already exists");
  }
  return startOperation(store, {
    prefix: "operations/cp.",
    delayMs: call.settings.operationDelayMs,
    metadata: {
      "@type": "type.googleapis.com/google.cloudresourcemanager.v1.ProjectCreationStatus",
      createTime: store.timestamp(),
    },
    effect: () => ({
      "@type": "type.googleapis.com/google.cloudresourcemanager.v1.Project",
      ...projectJson(createProject(store, project)),
    }),
  });
}

function readProject(body: JsonObject): NewProject {
  const name = stringField(body, "name");
  const parent = readParent(body);
  const labels = stringMapField(body, "labels");
  return {
    projectId: stringField(body, "projectId") ?? "",
    ...(name && { name }),
    ...(parent !== undefined && { parent }),
    ...(labels && { labels }),
  };
}

function readParent(body: JsonObject): string | undefined {
  const parent = objectField(body, "parent");
  if (!parent) {
    return undefined;
  }
  const type = stringField(parent, "type");
  const id = stringField(parent, "id");
  if ((type !== "organization" && type !== "folder") || !/^\d+$/.test(id ?? "")) {
    throw invalidField("parent", "parent must be an organization or a folder, with a number as its id");
  }
  return `${type}s/${id}`;
}

function checkParent(store: Store, parent: string): void {
  if (!isParent(store, parent)) {
    throw permissionDenied(
      `Permission 'resourcemanager.projects.create' denied on resource '//cloudresourcemanager.googleapis.com/${parent}' (or it may not exist).`,
    );
  }
}

function updateProject(call: Call): object {
  const project = activeProject(call);
  const change = readProject({ ...call.body, projectId: project.projectId });
  checkNewProject(call.store, change);
  project.name = change.name ?? project.name;
  // A PUT replaces: labels that are not sent are gone. The parent can be changed, not removed.
  if (change.labels && Object.keys(change.labels).length > 0) {
    project.labels = change.labels;
  } else {
    delete project.labels;
  }
  if (change.parent !== undefined) {
    project.parent = change.parent;
  }
  return projectJson(project);
}

function deleteProject(call: Call): object {
  const project = visibleProject(call);
  if (project.lifecycleState !== "ACTIVE") {
    throw failedPrecondition("Cannot delete an inactive project.");
  }
  project.lifecycleState = "DELETE_REQUESTED";
  project.deleteTime = call.store.timestamp();
  return {};
}

function undeleteProject(call: Call): object {
  const project = visibleProject(call);
  if (project.lifecycleState === "ACTIVE") {
    throw failedPrecondition("Cannot restore an active project.");
  }
  project.lifecycleState = "ACTIVE";
  delete project.deleteTime;
  return {};
}

function listProjects(call: Call): object {
  const filter = call.query.get("filter") ?? "";
  const wanted = /^lifecycleState:(\w+)$/.exec(filter)?.[1];
  const all = call.store.projects.list(root).filter((project) => !isGone(call.store, project));
  const projects = wanted === undefined ? all : all.filter((project) => project.lifecycleState === wanted);
  const page = paginate(projects, (project) => project.projectId, call.query, {
    scope: `projects ${filter}`,
    defaultSize: 500,
    maxSize: 500,
  });
  return { projects: page.items.map(projectJson), ...(page.nextPageToken && { nextPageToken: page.nextPageToken }) };
}

function getOrganization(call: Call): object {
  const name = `organizations/${call.wildcards[0]}`;
  const organization = call.store.parents.get(root, name);
  if (!organization) {
    throw forbidden();
  }
  return { name, displayName: organization.displayName, lifecycleState: "ACTIVE" };
}

function parentResource({ store, wildcards }: Call, kind: "organizations" | "folders"): string {
  const parent = `${kind}/${wildcards[0]}`;
  if (!isParent(store, parent)) {
    throw forbidden();
  }
  return `//cloudresourcemanager.googleapis.com/${parent}`;
}

/** For an unknown id Resource Manager answers 403, so that nobody can find out which ids exist. */
function visibleProject(call: Call): Project {
  const project = call.store.project(call.wildcards[0]!);
  if (!project || isGone(call.store, project)) {
    throw forbidden();
  }
  return project;
}

/** A project that was deleted 30 days ago cannot be seen any more, nor can its id be taken again. */
function isGone(store: Store, { deleteTime }: Project): boolean {
  return deleteTime !== undefined && Date.parse(deleteTime) <= store.now().getTime() - keepDeletedMs;
}

function activeProject(call: Call): Project {
  const project = visibleProject(call);
  if (project.lifecycleState !== "ACTIVE") {
    throw failedPrecondition("Project is not active.");
  }
  return project;
}

function forbidden(): Error {
  return permissionDenied("The caller does not have permission");
}

function invalidField(field: string, description: string): Error {
  return new ApiError("INVALID_ARGUMENT", "Request contains an invalid argument.", {
    details: [{ "@type": "type.googleapis.com/google.rpc.BadRequest", fieldViolations: [{ field, description }] }],
  });
}

/** The JSON of v1, where the parent is split in type and id. */
export function projectJson(project: Project): object {
  const { projectNumber, projectId, lifecycleState, name, createTime, labels, parent } = project;
  const [kind, id] = parent?.split("/") ?? [];
  return {
    projectNumber,
    projectId,
    lifecycleState,
    name,
    createTime,
    ...(labels && { labels }),
    ...(kind && { parent: { type: kind.slice(0, -1), id } }),
  };
}
