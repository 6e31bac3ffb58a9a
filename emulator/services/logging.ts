import { invalidArgument, notFound, permissionDenied } from "../errors";
import { type JsonObject, stringField, stringListField } from "../fields";
import { logEntries } from "../log-entries";
import { compileLogFilter } from "../log-filter";
import { storedEntries } from "../log-routing";
import { paginate } from "../paging";
import { type Call, enabledProject, type ParentKind, parentName, route, type Service } from "../service";
import { root } from "../store";
import { bucketRoutes, logBuckets } from "./log-buckets";
import { metricRoutes } from "./log-metrics";
import { sinkRoutes } from "./log-sinks";

const api = "logging.googleapis.com";

/** Cloud Logging v2: metrics, sinks and buckets of projects, and the audit entries the local cloud writes. */
export const logging: Service = {
  api,
  errors: "full",
  routes: [
    ...metricRoutes,
    ...sinkRoutes,
    ...bucketRoutes,
    route("POST", "/v2/entries:list", listEntries, {
      // https://docs.cloud.google.com/logging/docs/audit-logging; what Google writes of a call for several projects is not known.
      method: "google.logging.v2.LoggingServiceV2.ListLogEntries",
      type: "DATA_READ",
      permission: "logging.logEntries.list",
      resource: ({ body }) => firstResource(body),
      owner: ({ body }) => firstResource(body).split("/").slice(0, 2).join("/"),
    }),
  ],
};

/**
 * Entries of one or more projects, or of buckets by one of their views. Every view shows all of its bucket here.
 *
 * @see https://docs.cloud.google.com/logging/docs/reference/v2/rest/v2/entries/list
 */
function listEntries(call: Call): object {
  const { body } = call;
  const names = [...new Set(stringListField(body, "resourceNames") ?? [])];
  if (names.length === 0) {
    throw invalidArgument("resourceNames is empty. Name at least one project, as projects/PROJECT_ID.");
  }
  const text = stringField(body, "filter") ?? "";
  const orderBy = stringField(body, "orderBy") || "timestamp asc";
  const filter = compileLogFilter(text);
  const found = new Set(names.flatMap((name) => entriesOf(call, name).filter(filter)));
  const page = paginate(inOrder([...found], orderBy), (entry) => String(entry["insertId"]), pageQuery(body), {
    scope: JSON.stringify([names, text, orderBy]),
    defaultSize: 50,
    maxSize: 1000,
  });
  return {
    ...(page.items.length > 0 && { entries: page.items }),
    ...(page.nextPageToken && { nextPageToken: page.nextPageToken }),
  };
}

function firstResource({ resourceNames }: JsonObject): string {
  return Array.isArray(resourceNames) ? String(resourceNames[0] ?? "") : "";
}

function entriesOf(call: Call, name: string): JsonObject[] {
  const [, kind, parent] = parentPattern.exec(name) ?? [];
  if (kind !== undefined && parent !== undefined) {
    return entriesOfParent(call, kind, parent);
  }
  const [, owner, location, id] = namePattern.exec(name) ?? [];
  if (owner === undefined) {
    throw invalidArgument(
      `resourceNames: the local cloud takes projects/PROJECT_ID, the views of their buckets, organizations/ID, folders/ID and billingAccounts/ID, got: ${name}`,
    );
  }
  const project = enabledProject(call, owner, api);
  if (id === undefined) {
    return storedEntries(call.store, project);
  }
  const bucket = logBuckets(call.store, project).find((entry) => entry.location === location && entry.id === id);
  if (!bucket) {
    throw notFound(`Bucket \`${id}\` does not exist`);
  }
  return storedEntries(call.store, project, bucket);
}

const namePattern = /^projects\/([^/]+)(?:\/locations\/([^/]+)\/buckets\/([^/]+)\/views\/[^/]+)?$/;

const parentPattern = /^(organizations|folders|billingAccounts)\/([^/]+)$/;

/** Those have no buckets and sinks of their own here: every entry is kept for as long as a project's would be by default. */
function entriesOfParent(call: Call, kind: string, id: string): JsonObject[] {
  const { store } = call;
  if (kind !== "billingAccounts") {
    parentName(call, kind as ParentKind, id, api);
  } else if (!store.billingAccounts.get(root, id)) {
    throw permissionDenied("The caller does not have permission");
  }
  const now = store.now().getTime();
  return logEntries(store, `${kind}/${id}`).filter(({ logName, timestamp }) => {
    const days = String(logName).endsWith("%2Factivity") ? 400 : 30;
    return Date.parse(String(timestamp)) >= now - days * 24 * 60 * 60 * 1000;
  });
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
