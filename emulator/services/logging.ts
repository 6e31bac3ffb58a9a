import { invalidArgument } from "../errors";
import { type JsonObject, stringField, stringListField } from "../fields";
import { logEntries } from "../log-entries";
import { compileLogFilter } from "../log-filter";
import { paginate } from "../paging";
import { type Call, enabledProject, route, type Service } from "../service";
import { bucketRoutes } from "./log-buckets";
import { metricRoutes } from "./log-metrics";
import { sinkRoutes } from "./log-sinks";

const api = "logging.googleapis.com";

/** Cloud Logging v2: metrics, sinks and buckets of projects, and the audit entries the local cloud writes. */
export const logging: Service = {
  api,
  errors: "full",
  routes: [...metricRoutes, ...sinkRoutes, ...bucketRoutes, route("POST", "/v2/entries:list", listEntries)],
};

/**
 * Entries of one or more projects. How long Google keeps them is not modelled, and neither are views of buckets.
 *
 * @see https://docs.cloud.google.com/logging/docs/reference/v2/rest/v2/entries/list
 */
function listEntries(call: Call): object {
  const { body, store } = call;
  const names = stringListField(body, "resourceNames") ?? [];
  const projects = new Set(names.map((name) => enabledProject(call, projectOf(name), api).projectId));
  if (projects.size === 0) {
    throw invalidArgument("resourceNames is empty. Name at least one project, as projects/PROJECT_ID.");
  }
  const text = stringField(body, "filter") ?? "";
  const orderBy = stringField(body, "orderBy") || "timestamp asc";
  const filter = compileLogFilter(text);
  const found = [...projects].flatMap((project) => logEntries(store, project).filter(filter));
  const page = paginate(inOrder(found, orderBy), (entry) => String(entry["insertId"]), pageQuery(body), {
    scope: JSON.stringify([[...projects].sort(), text, orderBy]),
    defaultSize: 50,
    maxSize: 1000,
  });
  return {
    ...(page.items.length > 0 && { entries: page.items }),
    ...(page.nextPageToken && { nextPageToken: page.nextPageToken }),
  };
}

function projectOf(name: string): string {
  const [, project] = /^projects\/([^/]+)$/.exec(name) ?? [];
  if (project === undefined) {
    throw invalidArgument(`resourceNames: the local cloud takes projects only, as projects/PROJECT_ID, got: ${name}`);
  }
  return project;
}

/** Entries of the same time stay in the order in which they were written. */
function inOrder(entries: readonly JsonObject[], orderBy: string): JsonObject[] {
  const time = (entry: JsonObject) => String(entry["timestamp"]);
  const ascending = [...entries].sort((a, b) => (time(a) < time(b) ? -1 : time(a) > time(b) ? 1 : 0));
  switch (orderBy) {
    case "timestamp":
    case "timestamp asc":
      return ascending;
    case "timestamp desc":
      return ascending.reverse();
    default:
      throw invalidArgument(`orderBy must be "timestamp asc" or "timestamp desc", got: ${orderBy}`);
  }
}

/** The page's size and token are in the body here. */
function pageQuery(body: JsonObject): URLSearchParams {
  return new URLSearchParams({
    pageSize: String(body["pageSize"] ?? ""),
    pageToken: stringField(body, "pageToken") ?? "",
  });
}
