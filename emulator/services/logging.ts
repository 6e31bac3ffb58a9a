import { invalidArgument, notFound } from "../errors";
import { type JsonObject, stringField, stringListField } from "../fields";
import { compileLogFilter } from "../log-filter";
import { storedEntries } from "../log-routing";
import { paginate } from "../paging";
import { type Call, enabledProject, route, type Service } from "../service";
import { bucketRoutes, logBuckets } from "./log-buckets";
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

function entriesOf(call: Call, name: string): JsonObject[] {
  const [, owner, location, id] = namePattern.exec(name) ?? [];
  if (owner === undefined) {
    throw invalidArgument(
      `resourceNames: the local cloud takes projects/PROJECT_ID and the views of their buckets, got: ${name}`,
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
