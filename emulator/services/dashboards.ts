import { randomUUID } from "node:crypto";
import { ApiError, alreadyExists, invalidArgument, notFound } from "../errors";
import { isObject, type JsonObject, objectField, objectListField, rejectUnknownFields, stringField } from "../fields";
import { paginate } from "../paging";
import { type AuditedMethod, type Call, enabledProject, type Route, route } from "../service";
import type { Dashboard, Project, Store } from "../store";

const api = "monitoring.googleapis.com";

/** The dashboards of Cloud Monitoring v1. */
export const dashboardRoutes: readonly Route[] = [
  route("POST", "/v1/{parent=projects/*}/dashboards", createDashboard, audited("Create")),
  route("GET", "/v1/{parent=projects/*}/dashboards", listDashboards),
  route("GET", "/v1/{name=projects/*/dashboards/*}", (call) => dashboardJson(call.store, dashboard(call))),
  route("PATCH", "/v1/{dashboard.name=projects/*/dashboards/*}", updateDashboard, audited("Update")),
  route("DELETE", "/v1/{name=projects/*/dashboards/*}", deleteDashboard, audited("Delete")),
];

/** @see https://docs.cloud.google.com/monitoring/audit-logging */
function audited(verb: "Create" | "Update" | "Delete"): AuditedMethod {
  return {
    method: `google.monitoring.dashboard.v1.DashboardsService.${verb}Dashboard`,
    permission: `monitoring.dashboards.${verb.toLowerCase()}`,
  };
}

/** The fields are those of https://docs.cloud.google.com/monitoring/api/ref_v3/rest/v1/projects.dashboards */
const fields = [
  "name",
  "displayName",
  "etag",
  "gridLayout",
  "mosaicLayout",
  "rowLayout",
  "columnLayout",
  "dashboardFilters",
  "labels",
  "annotations",
];
const widgetContents = [
  "xyChart",
  "scorecard",
  "text",
  "blank",
  "alertChart",
  "timeSeriesTable",
  "collapsibleGroup",
  "logsPanel",
  "incidentList",
  "pieChart",
  "treemap",
  "errorReportingPanel",
  "sectionHeader",
  "singleViewGroup",
];
const widgetFields = ["title", "id", "visibilityCondition", ...widgetContents];
/** By layout: its own fields, where the widgets are, and the fields of what holds them. */
const layouts: Readonly<Record<string, Layout>> = {
  gridLayout: { fields: ["columns", "widgets"], list: "widgets" },
  mosaicLayout: { fields: ["columns", "tiles"], list: "tiles", of: ["xPos", "yPos", "width", "height", "widget"] },
  rowLayout: { fields: ["rows"], list: "rows", of: ["weight", "widgets"] },
  columnLayout: { fields: ["columns"], list: "columns", of: ["weight", "widgets"] },
};

interface Layout {
  readonly fields: readonly string[];
  readonly list: string;
  readonly of?: readonly string[];
}

/** A name in the body is taken: the id may be chosen. */
function createDashboard(call: Call): object {
  const owner = project(call);
  const value = readValue(call.body);
  const record: Dashboard = {
    id: readId(owner, stringField(call.body, "name") ?? ""),
    projectId: owner.projectId,
    value,
    etag: newEtag(call.store),
  };
  if (call.store.dashboards.get(owner.projectId, record.id)) {
    throw alreadyExists(`Dashboard ${record.id} already exists.`);
  }
  call.store.dashboards.set(owner.projectId, record.id, record);
  return dashboardJson(call.store, record);
}

function readId(owner: Project, name: string): string {
  if (name === "") {
    return randomUUID();
  }
  const [, projectName, id] = /^projects\/([^/]+)\/dashboards\/([A-Za-z0-9_-]+)$/.exec(name) ?? [];
  if (id === undefined || (projectName !== owner.projectId && projectName !== owner.projectNumber)) {
    throw invalidArgument(`Field dashboard.name had an invalid value of ${JSON.stringify(name)}.`);
  }
  return id;
}

/** The whole dashboard is replaced. That a missing etag is refused like a stale one is not known. */
function updateDashboard(call: Call): object {
  const target = dashboard(call);
  const etag = stringField(call.body, "etag") ?? "";
  if (etag === "") {
    throw invalidArgument("Field dashboard.etag is required for an update.");
  }
  if (etag !== target.etag) {
    throw new ApiError("ABORTED", "The etag of the dashboard does not match: it was changed by someone else.");
  }
  target.value = readValue(call.body);
  target.etag = newEtag(call.store);
  return dashboardJson(call.store, target);
}

function deleteDashboard(call: Call): object {
  const target = dashboard(call);
  call.store.dashboards.delete(target.projectId, target.id);
  return {};
}

function listDashboards(call: Call): object {
  const owner = project(call);
  const page = paginate(call.store.dashboards.list(owner.projectId), (entry) => entry.id, call.query, {
    scope: `${owner.projectId} dashboards`,
    defaultSize: 1000,
    maxSize: 1000,
  });
  return {
    ...(page.items.length > 0 && { dashboards: page.items.map((item) => dashboardJson(call.store, item)) }),
    ...(page.nextPageToken && { nextPageToken: page.nextPageToken }),
  };
}

/** The words for a missing layout are not known. What is inside a widget is not looked at. */
function readValue(body: JsonObject): JsonObject {
  rejectUnknownFields(body, fields, "dashboard");
  if ((stringField(body, "displayName") ?? "") === "") {
    throw invalidArgument('Field dashboard.displayName had an invalid value of "": must not be empty.');
  }
  const used = Object.keys(layouts).filter((name) => isObject(body[name]));
  if (used.length !== 1) {
    throw invalidArgument(
      `Field dashboard.layout: exactly one of ${Object.keys(layouts).join(", ")} must be set, got: ${used.join(", ") || "none"}.`,
    );
  }
  checkLayout(used[0]!, objectField(body, used[0]!)!);
  const { name: _name, etag: _etag, ...value } = body;
  return value;
}

function checkLayout(name: string, layout: JsonObject): void {
  const shape = layouts[name]!;
  const at = `dashboard.${name}`;
  rejectUnknownFields(layout, shape.fields, at);
  for (const [index, entry] of (objectListField(layout, shape.list) ?? []).entries()) {
    const here = `${at}.${shape.list}[${index}]`;
    if (shape.of === undefined) {
      checkWidget(entry, here);
      continue;
    }
    rejectUnknownFields(entry, shape.of, here);
    const single = objectField(entry, "widget");
    if (single) {
      checkWidget(single, `${here}.widget`);
    }
    for (const [position, widget] of (objectListField(entry, "widgets") ?? []).entries()) {
      checkWidget(widget, `${here}.widgets[${position}]`);
    }
  }
}

function checkWidget(widget: JsonObject, at: string): void {
  rejectUnknownFields(widget, widgetFields, at);
  const contents = widgetContents.filter((name) => isObject(widget[name]));
  if (contents.length > 1) {
    throw invalidArgument(
      `Invalid value at '${at}' (oneof), oneof field 'content' is already set. Cannot set '${contents[1]}'`,
    );
  }
}

function newEtag(store: Store): string {
  return Buffer.from(`dashboard-${store.next("etags")}`).toString("hex");
}

function project(call: Call): Project {
  return enabledProject(call, call.wildcards[0]!, api);
}

function dashboard(call: Call): Dashboard {
  const found = call.store.dashboards.get(project(call).projectId, call.wildcards[1]!);
  if (!found) {
    throw notFound("Requested entity was not found.");
  }
  return found;
}

/** The name holds the project's number, also if the call named the project by its id. */
function dashboardJson(store: Store, target: Dashboard): object {
  const { projectNumber } = store.project(target.projectId)!;
  return { name: `projects/${projectNumber}/dashboards/${target.id}`, ...target.value, etag: target.etag };
}
