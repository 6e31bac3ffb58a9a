import { isUnknown, type Maybe, type SurroundingFacts, UNKNOWN } from "./facts";
import { elements, knownMap, maybeBlocks, maybeText, textOrUnknown, within } from "./known";
import { push } from "./references";
import type { RootModule, RootResource } from "./root-module";
import type { Attributes } from "./stack-file";

/** What is around keys and decides who reaches them, who notices and what it may cost. Only a review asks for it. */
export function surroundingFacts({ resources, stateIsIn }: RootModule, cap?: string): SurroundingFacts {
  const byType = new Map<string, RootResource[]>();
  for (const resource of resources) push(byType, resource.type, resource);
  const read = <T>(types: readonly string[], reader: (resource: RootResource) => T) =>
    types.flatMap((type) => byType.get(type) ?? []).map(reader);
  const names = new Map(
    read([CHANNEL], ({ address, attributes }) => [attributes["name"], address] as const).flatMap(([name, address]) =>
      typeof name === "string" && name !== "" ? [[name, address] as const] : [],
    ),
  );
  return {
    projects: read(["google_project"], readProject),
    customRoles: read(["google_project_iam_custom_role", "google_organization_iam_custom_role"], readRole),
    secrets: read(["google_secret_manager_secret"], readSecret),
    secretVersions: read(["google_secret_manager_secret_version"], readVersion),
    budgets: read(["google_billing_budget"], (budget) => ({ ...readBudget(budget, names), cap })),
    alertPolicies: read(["google_monitoring_alert_policy"], (alert) => readAlert(alert, names)),
    notificationChannels: read([CHANNEL], readChannel),
    logMetrics: read(["google_logging_metric"], readMetric),
    logSinks: read(SINKS, readSink),
    logBuckets: read(["google_logging_project_bucket_config"], readBucket),
    quotas: read(["google_cloud_quotas_quota_preference"], readQuota),
    organizationPolicies: read(["google_org_policy_policy"], readPolicy),
    backend: stateIsIn,
  };
}

const SINKS = ["google_logging_project_sink", "google_logging_folder_sink", "google_logging_organization_sink"];

function readProject({ address, attributes }: RootResource) {
  const organization = maybeText(attributes["org_id"] || undefined);
  const folder = maybeText(attributes["folder_id"] || undefined);
  return {
    address,
    // Which of the two an unknown parent is cannot be told.
    parent: prefixed("organizations/", organization) ?? prefixed("folders/", folder),
    billingAccount: maybeText(attributes["billing_account"] || undefined),
  };
}

function prefixed(prefix: string, id: Maybe<string> | undefined): Maybe<string> | undefined {
  return id === undefined || isUnknown(id) || id.startsWith(prefix) ? id : prefix + id;
}

function readRole({ address, attributes }: RootResource) {
  return { address, roleId: textOrUnknown(attributes["role_id"]), permissions: texts(attributes["permissions"]) };
}

function readSecret({ address, attributes, sets }: RootResource) {
  // The provider fills in what nobody gave, so that is unknown at first.
  const given = ["expire_time", "ttl"].filter((name) => !isUnknown(attributes[name]) || sets(name));
  const [expires] = given.flatMap((name) => maybeText(attributes[name] || undefined) ?? []);
  return { address, expires };
}

function readVersion({ address, attributes }: RootResource) {
  return {
    address,
    enabled: flag(attributes["enabled"], true),
    // https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/secret_manager_secret_version
    deletionPolicy: maybeText(attributes["deletion_policy"] ?? undefined) ?? "DELETE",
  };
}

function readBudget(resource: RootResource, names: Names) {
  const { address, attributes } = resource;
  const [updates] = maybeBlocks(attributes["all_updates_rule"]);
  const [filter] = maybeBlocks(attributes["budget_filter"]);
  return {
    address,
    channels: channelsOf(resource, "all_updates_rule", within(updates, "monitoring_notification_channels"), names),
    topic: present(within(updates, "pubsub_topic")),
    // Unknown as a whole if nobody gave them: the provider then fills them in.
    services: isUnknown(within(filter, "services")) ? [] : texts(within(filter, "services")),
  };
}

function readAlert(resource: RootResource, names: Names) {
  const { address, attributes } = resource;
  return {
    address,
    name: textOrUnknown(attributes["display_name"]),
    enabled: flag(attributes["enabled"], true),
    watches: maybeBlocks(attributes["conditions"]).flatMap(conditionTexts).sort(),
    channels: channelsOf(resource, "notification_channels", attributes["notification_channels"], names),
  };
}

const QUERIES = ["filter", "query"];

/** What a condition looks at, as its filter or query, of whatever kind it is; what the provider adds is left out. */
function conditionTexts(condition: Maybe<Attributes>): Maybe<string>[] {
  if (isUnknown(condition)) return [];
  return Object.entries(condition).flatMap(([kind, value]) =>
    kind.startsWith("condition_")
      ? maybeBlocks(value).flatMap((block) =>
          QUERIES.flatMap((name) => {
            const query = within(block, name);
            return isUnknown(query) || (typeof query === "string" && query !== "") ? [query] : [];
          }),
        )
      : [],
  );
}

function readChannel({ address, attributes }: RootResource) {
  const labels = knownMap(attributes["labels"]);
  const name = maybeText(attributes["display_name"] || undefined);
  // Labels of other kinds hold addresses that are secrets.
  const email = labels["email_address"];
  return {
    address,
    type: textOrUnknown(attributes["type"]),
    target: email ?? (isUnknown(name) ? undefined : name) ?? address,
    enabled: flag(attributes["enabled"], true),
  };
}

function readMetric({ address, attributes }: RootResource) {
  return {
    address,
    name: textOrUnknown(attributes["name"]),
    filter: textOrUnknown(attributes["filter"]),
    enabled: attributes["disabled"] !== true,
  };
}

function readSink({ address, attributes }: RootResource) {
  const exclusions = maybeBlocks(attributes["exclusions"]).map((block) => textOrUnknown(within(block, "filter")));
  return {
    address,
    name: textOrUnknown(attributes["name"]),
    filter: maybeText(attributes["filter"] ?? undefined) ?? "",
    exclusions,
    enabled: attributes["disabled"] !== true,
  };
}

function readBucket({ address, attributes }: RootResource) {
  const days = attributes["retention_days"];
  return {
    address,
    bucketId: textOrUnknown(attributes["bucket_id"]),
    retentionDays: isUnknown(days) ? UNKNOWN : typeof days === "number" ? days : undefined,
  };
}

function readQuota({ address, attributes }: RootResource) {
  const [config] = maybeBlocks(attributes["quota_config"]);
  return {
    address,
    service: textOrUnknown(attributes["service"]),
    quotaId: textOrUnknown(attributes["quota_id"]),
    dimensions: knownMap(attributes["dimensions"]),
    limit: textOrUnknown(within(config, "preferred_value")),
  };
}

function readPolicy({ address, attributes }: RootResource) {
  const name = maybeText(attributes["name"]) ?? UNKNOWN;
  const [spec] = maybeBlocks(attributes["spec"]);
  return {
    address,
    constraint: isUnknown(name) ? UNKNOWN : name.replace(/^.*\/policies\//, ""),
    rules: isUnknown(spec) ? [UNKNOWN] : maybeBlocks(within(spec, "rules")).map(ruleText),
  };
}

/** `enforce FALSE`: what is said in a rule of an organization policy, in one line. */
function ruleText(rule: Maybe<Attributes>): Maybe<string> {
  if (isUnknown(rule)) return UNKNOWN;
  const said = Object.entries(rule).flatMap(([name, value]) => {
    if (isUnknown(value)) return [`${name} unknown until apply`];
    if (value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0))
      return [];
    return [`${name} ${typeof value === "object" ? JSON.stringify(withoutEmpty(value)) : String(value)}`];
  });
  return said.sort().join(", ");
}

/** The provider shows what nobody gave as null or as an empty list. */
function withoutEmpty(value: unknown): unknown {
  if (isUnknown(value)) return "unknown until apply";
  if (Array.isArray(value)) return value.length === 1 ? withoutEmpty(value[0]) : value.map(withoutEmpty);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(
    ([, child]) => child !== null && child !== undefined && !(Array.isArray(child) && child.length === 0),
  );
  return Object.fromEntries(entries.map(([name, child]) => [name, withoutEmpty(child)]).sort());
}

/**
 * Channels that a list names, by their address where the module makes them: their names are known only after the apply, and the
 * address is the same in a stack and a plan.
 */
function channelsOf(resource: RootResource, attribute: string, value: unknown, names: Names): Maybe<string>[] {
  const written = elements(value).map(textOrUnknown);
  const known = written.flatMap((text) => (isUnknown(text) ? [] : [names.get(text) ?? text]));
  const referred = resource.refers(attribute).filter(({ type, exact }) => exact && type === CHANNEL);
  const all = sortedMaybe([...new Set([...known, ...referred.map(({ address }) => address)])]);
  // What is unknown is what the references stand for.
  return written.some(isUnknown) && referred.length === 0 ? [...all, UNKNOWN] : all;
}

const CHANNEL = "google_monitoring_notification_channel";

/** Addresses of channels by their names at Google. */
type Names = ReadonlyMap<string, string>;

function texts(value: unknown): Maybe<string>[] {
  return sortedMaybe(elements(value).map(textOrUnknown));
}

function sortedMaybe(values: readonly Maybe<string>[]): Maybe<string>[] {
  return [...values].sort((a, b) => (String(isUnknown(a) ? "" : a) < String(isUnknown(b) ? "" : b) ? -1 : 1));
}

function flag(value: unknown, otherwise: boolean): Maybe<boolean> {
  if (isUnknown(value)) return UNKNOWN;
  return typeof value === "boolean" ? value : otherwise;
}

function present(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}
