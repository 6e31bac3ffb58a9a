import { callerOf, nameOf } from "../caller";
import { invalidArgument, notFound } from "../errors";
import {
  applyMask,
  booleanField,
  isObject,
  type JsonObject,
  maskPaths,
  objectField,
  objectListField,
  rejectUnknownFields,
  stringField,
  stringListField,
  stringMapField,
  validLabels,
} from "../fields";
import { paginate } from "../paging";
import { type AuditedMethod, type Call, enabledProject, type Route, route } from "../service";
import type { AlertPolicy, Project, Store } from "../store";
import { checkCondition } from "./alert-conditions";

const api = "monitoring.googleapis.com";

/** The alert policies of Cloud Monitoring v3. */
export const alertPolicyRoutes: readonly Route[] = [
  route("POST", "/v3/{name=projects/*}/alertPolicies", createPolicy, audited("CreateAlertPolicy", "create")),
  route("GET", "/v3/{name=projects/*}/alertPolicies", listPolicies),
  route("GET", "/v3/{name=projects/*/alertPolicies/*}", (call) => policyJson(policy(call))),
  route(
    "PATCH",
    "/v3/{alert_policy.name=projects/*/alertPolicies/*}",
    updatePolicy,
    audited("UpdateAlertPolicy", "update"),
  ),
  route("DELETE", "/v3/{name=projects/*/alertPolicies/*}", deletePolicy, audited("DeleteAlertPolicy", "delete")),
];

/** @see https://docs.cloud.google.com/monitoring/audit-logging */
function audited(method: string, permission: string): AuditedMethod {
  return {
    method: `google.monitoring.v3.AlertPolicyService.${method}`,
    permission: `monitoring.alertPolicies.${permission}`,
  };
}

const fields = [
  "name",
  "displayName",
  "documentation",
  "userLabels",
  "conditions",
  "combiner",
  "validity",
  "enabled",
  "notificationChannels",
  "creationRecord",
  "mutationRecord",
  "alertStrategy",
  "severity",
];
const outputOnly = ["name", "validity", "creationRecord", "mutationRecord"];
const strategyFields = ["notificationRateLimit", "autoClose", "notificationChannelStrategy", "notificationPrompts"];
const documentationFields = ["content", "mimeType", "subject", "links"];
const combiners = ["AND", "OR", "AND_WITH_MATCHING_RESOURCE"];
const severities = ["CRITICAL", "ERROR", "WARNING"];
/** @see https://docs.cloud.google.com/monitoring/quotas#alerting_policies */
const maxConditions = 6;
const maxChannels = 16;

export function policyName({ projectId, id }: AlertPolicy): string {
  return `projects/${projectId}/alertPolicies/${id}`;
}

function createPolicy(call: Call): object {
  const owner = project(call);
  const id = newId(call.store);
  const record: AlertPolicy = {
    id,
    projectId: owner.projectId,
    value: {
      ...readValue(call.store, owner, id, call.body, []),
      creationRecord: mutation(call),
      mutationRecord: mutation(call),
    },
  };
  call.store.alertPolicies.set(owner.projectId, id, record);
  return policyJson(record);
}

/** Without a mask the whole policy is replaced. */
function updatePolicy(call: Call): object {
  const target = policy(call);
  const { creationRecord, mutationRecord: _before, ...old } = target.value;
  const paths = maskPaths(call.query.get("updateMask"));
  const value = paths ? applyMask(old, call.body, paths) : call.body;
  target.value = {
    ...readValue(call.store, project(call), target.id, value, old.conditions),
    creationRecord,
    mutationRecord: mutation(call),
  };
  return policyJson(target);
}

function deletePolicy(call: Call): object {
  const target = policy(call);
  call.store.alertPolicies.delete(target.projectId, target.id);
  return {};
}

/** `filter` and `orderBy` are not modelled. */
function listPolicies(call: Call): object {
  const owner = project(call);
  const all = call.store.alertPolicies.list(owner.projectId);
  const page = paginate(all, (entry) => entry.id, call.query, {
    scope: `${owner.projectId} alertPolicies`,
    defaultSize: 1000,
    maxSize: 1000,
  });
  return {
    ...(page.items.length > 0 && { alertPolicies: page.items.map(policyJson) }),
    ...(page.nextPageToken && { nextPageToken: page.nextPageToken }),
    totalSize: all.length,
  };
}

/** Checks a policy and fills in what the real service fills in. Where no words of Google's are known, these are ours. */
function readValue(
  store: Store,
  owner: Project,
  id: string,
  body: JsonObject,
  before: readonly JsonObject[],
): AlertPolicy["value"] {
  rejectUnknownFields(body, fields, "alert_policy");
  if ((stringField(body, "displayName") ?? "") === "") {
    throw invalid("display_name", "", "must not be empty.");
  }
  checkEnum(body, "combiner", "COMBINE_UNSPECIFIED", combiners);
  if (body["severity"] !== undefined) {
    checkEnum(body, "severity", "SEVERITY_UNSPECIFIED", severities);
  }
  const conditions = objectListField(body, "conditions") ?? [];
  if (conditions.length === 0 || conditions.length > maxConditions) {
    throw invalidArgument(
      `Field alert_policy.conditions: there must be 1 to ${maxConditions} conditions, got: ${conditions.length}.`,
    );
  }
  conditions.forEach((condition, index) => {
    checkCondition(store, owner, condition, `alert_policy.conditions[${index}]`);
  });
  checkStrategy(conditions, objectField(body, "alertStrategy"));
  rejectUnknownFields(objectField(body, "documentation") ?? {}, documentationFields, "alert_policy.documentation");
  validLabels(stringMapField(body, "userLabels"));
  const kept = Object.entries(body).filter(([name, value]) => !outputOnly.includes(name) && value !== null);
  return {
    ...Object.fromEntries(kept),
    conditions: conditions.map((condition) => ({
      ...condition,
      name: conditionName(store, owner, id, condition, before),
    })),
    notificationChannels: checkChannels(store, owner, stringListField(body, "notificationChannels") ?? []),
    // A wrapper type, so it is always sent; it is true unless it was set to false.
    enabled: booleanField(body, "enabled") ?? true,
  };
}

/** A condition keeps its name if the caller sends it; whether Google keeps it otherwise is not known. */
function conditionName(
  store: Store,
  owner: Project,
  id: string,
  condition: JsonObject,
  before: readonly JsonObject[],
): string {
  const name = stringField(condition, "name");
  return name !== undefined && before.some((old) => old["name"] === name)
    ? name
    : `projects/${owner.projectId}/alertPolicies/${id}/conditions/${newId(store)}`;
}

/**
 * The words for a single condition and for a rate limit that is not wanted were seen in
 * https://github.com/chainguard-dev/terraform-infra-common/pull/384 and /pull/352.
 */
function checkStrategy(conditions: readonly JsonObject[], strategy: JsonObject | undefined): void {
  rejectUnknownFields(strategy ?? {}, strategyFields, "alert_policy.alert_strategy");
  const rateLimit = strategy && objectField(strategy, "notificationRateLimit");
  const matchesLogs = conditions.some((condition) => isObject(condition["conditionMatchedLog"]));
  if (matchesLogs && conditions.length > 1) {
    throw invalidArgument("Alert policies with a log matching condition can only have a single condition.");
  }
  if (matchesLogs && rateLimit === undefined) {
    throw invalidArgument(
      'Field alertStrategy.notificationRateLimit had an invalid value of "": log-based alert policies must specify a notification rate limit',
    );
  }
  // A SQL condition is neither; whether it may have a rate limit is not known.
  if (rateLimit !== undefined && !matchesLogs && !conditions.some((condition) => isObject(condition["conditionSql"]))) {
    throw invalidArgument(
      `Field alertStrategy.notificationRateLimit had an invalid value of "${rateLimit["period"]}": metric-based alert policies must not specify a notification rate limit`,
    );
  }
}

/** The names come back by the project's id. */
function checkChannels(store: Store, owner: Project, names: readonly string[]): string[] {
  if (names.length > maxChannels) {
    throw invalidArgument(
      `Field alert_policy.notification_channels: at most ${maxChannels} channels are allowed, got: ${names.length}.`,
    );
  }
  return names.map((name, index) => {
    const [, given = "", id = ""] = /^projects\/([^/]+)\/notificationChannels\/([^/]+)$/.exec(name) ?? [];
    if (id === "") {
      throw invalidArgument(
        `Name must begin with 'projects/{project_id}/notificationChannels/{channel_id}', got: ${name}`,
      );
    }
    if (given !== owner.projectId && given !== owner.projectNumber) {
      throw invalid(
        `notification_channels[${index}]`,
        name,
        `Project "${given}" in the channel name ("${name}") does not match the request's project of "${owner.projectId}".`,
      );
    }
    if (!store.channels.get(owner.projectId, id)) {
      throw notFound(`Notification channel ${name} not found.`);
    }
    return `projects/${owner.projectId}/notificationChannels/${id}`;
  });
}

function checkEnum(body: JsonObject, name: string, unset: string, allowed: readonly string[]): void {
  const value = stringField(body, name) || unset;
  if (!allowed.includes(value)) {
    throw invalid(name, value, `must be one of ${allowed.join(", ")}.`);
  }
}

function invalid(name: string, value: string, rule: string): Error {
  return invalidArgument(`Field alert_policy.${name} had an invalid value of "${value}": ${rule}`);
}

function mutation({ store, headers }: Call): JsonObject {
  const caller = callerOf(headers.authorization);
  return { mutateTime: store.timestamp(), ...(caller && { mutatedBy: nameOf(caller) }) };
}

function newId(store: Store): string {
  return String(11_000_000_000_000_000_000n + BigInt(store.next("alertPolicies")));
}

function project(call: Call): Project {
  return enabledProject(call, call.wildcards[0]!, api);
}

function policy(call: Call): AlertPolicy {
  const found = call.store.alertPolicies.get(project(call).projectId, call.wildcards[1]!);
  if (!found) {
    throw notFound(`Alert policy projects/${call.wildcards[0]}/alertPolicies/${call.wildcards[1]} not found.`);
  }
  return found;
}

function policyJson(target: AlertPolicy): object {
  const { notificationChannels, ...value } = target.value;
  return { name: policyName(target), ...value, ...(notificationChannels.length > 0 && { notificationChannels }) };
}
