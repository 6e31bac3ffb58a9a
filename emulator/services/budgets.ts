import { randomUUID } from "node:crypto";
import { ApiError, failedPrecondition, invalidArgument, notFound, permissionDenied } from "../errors";
import {
  applyMask,
  isObject,
  type JsonObject,
  maskPaths,
  objectField,
  objectListField,
  rejectUnknownFields,
  stringField,
  stringListField,
  withoutDefaults,
} from "../fields";
import { paginate } from "../paging";
import { type AuditedMethod, type Call, route, type Service } from "../service";
import { type BillingAccount, type Budget, root, type Store } from "../store";

/**
 * Billing Budgets v1. The API has to be enabled in the project a call is charged to, which the server checks; there is no
 * target project here. Spend cap budgets are not modelled.
 */
export const budgets: Service = {
  api: "billingbudgets.googleapis.com",
  errors: "full",
  routes: [
    route("POST", "/v1/{parent=billingAccounts/*}/budgets", createBudgetCall, audited("Create")),
    route("GET", "/v1/{parent=billingAccounts/*}/budgets", listBudgets),
    route("GET", "/v1/{name=billingAccounts/*/budgets/*}", (call) => budgetJson(budget(call))),
    route("PATCH", "/v1/{budget.name=billingAccounts/*/budgets/*}", updateBudget, audited("Update")),
    route("DELETE", "/v1/{name=billingAccounts/*/budgets/*}", deleteBudget, audited("Delete")),
  ],
};

/** Google has no page on what is logged of budgets: the names are made from those of the API, and that it is logged is not known. */
function audited(verb: "Create" | "Update" | "Delete"): AuditedMethod {
  return {
    method: `google.cloud.billing.budgets.v1.BudgetService.${verb}Budget`,
    permission: `billing.budgets.${verb.toLowerCase()}`,
    owner: ({ wildcards: [account] }) => `billingAccounts/${account}`,
  };
}

const maxDisplayName = 60;
const maxChannels = 5;
const fields = [
  "name",
  "displayName",
  "budgetFilter",
  "amount",
  "thresholdRules",
  "notificationsRule",
  "etag",
  "ownershipScope",
];
const servicePattern = /^services\/[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/;

/** Makes a budget; the account must exist. */
export function createBudget(store: Store, account: BillingAccount, value: JsonObject): Budget {
  const record: Budget = {
    id: randomUUID(),
    billingAccount: account.id,
    value: normalise(store, account, value),
    etag: newEtag(store),
  };
  store.budgets.set(account.id, record.id, record);
  return record;
}

export function changeBudget(store: Store, target: Budget, value: JsonObject): void {
  const account = store.billingAccounts.get(root, target.billingAccount)!;
  target.value = normalise(store, account, value);
  target.etag = newEtag(store);
}

function createBudgetCall(call: Call): object {
  const account = billingAccount(call);
  return budgetJson(createBudget(call.store, account, readValue(call.body)));
}

function updateBudget(call: Call): object {
  const target = budget(call);
  const etag = stringField(call.body, "etag");
  if (etag !== undefined && etag !== "" && etag !== target.etag) {
    throw failedPrecondition("The etag of the budget does not match.");
  }
  const value = readValue(call.body);
  const paths = maskPaths(call.query.get("updateMask"));
  changeBudget(call.store, target, paths ? applyMask(target.value, value, paths) : value);
  return budgetJson(target);
}

function deleteBudget(call: Call): object {
  const target = budget(call);
  call.store.budgets.delete(target.billingAccount, target.id);
  return {};
}

function listBudgets(call: Call): object {
  const account = billingAccount(call);
  const page = paginate(call.store.budgets.list(account.id), (entry) => entry.id, call.query, {
    scope: `billingAccounts/${account.id}/budgets`,
    defaultSize: 100,
    maxSize: 100,
  });
  return {
    ...(page.items.length > 0 && { budgets: page.items.map(budgetJson) }),
    ...(page.nextPageToken && { nextPageToken: page.nextPageToken }),
  };
}

function readValue(body: JsonObject): JsonObject {
  if (body["spendCap"] !== undefined) {
    throw new ApiError("UNIMPLEMENTED", "The local cloud has no spend cap budgets.");
  }
  rejectUnknownFields(body, fields, "budget");
  const { name: _name, etag: _etag, ...value } = body;
  return value;
}

/** Checks a budget and fills in what the real service fills in. */
function normalise(store: Store, account: BillingAccount, value: JsonObject): JsonObject {
  const displayName = stringField(value, "displayName") ?? "";
  if ([...displayName].length > maxDisplayName) {
    throw invalidArgument(
      `displayName must have at most ${maxDisplayName} characters, got: ${[...displayName].length}.`,
    );
  }
  const ownershipScope = stringField(value, "ownershipScope");
  return withoutDefaults({
    displayName,
    budgetFilter: normaliseFilter(store, objectField(value, "budgetFilter") ?? {}),
    amount: normaliseAmount(account, objectField(value, "amount")),
    thresholdRules: (objectListField(value, "thresholdRules") ?? []).map(normaliseRule),
    notificationsRule: normaliseNotifications(store, objectField(value, "notificationsRule")),
    ownershipScope: ownershipScope === "OWNERSHIP_SCOPE_UNSPECIFIED" ? undefined : ownershipScope,
  });
}

function normaliseFilter(store: Store, filter: JsonObject): JsonObject {
  const projects = stringListField(filter, "projects")?.map((name) => projectByNumber(store, name)) ?? [];
  const services = stringListField(filter, "services") ?? [];
  const wrong = services.find((service) => !servicePattern.test(service));
  if (wrong !== undefined) {
    throw invalidArgument(`budgetFilter.services: ${wrong} is no billing service.`);
  }
  const period = filter["customPeriod"] === undefined ? { calendarPeriod: filter["calendarPeriod"] ?? "MONTH" } : {};
  const treatment = { creditTypesTreatment: filter["creditTypesTreatment"] ?? "INCLUDE_ALL_CREDITS" };
  return withoutDefaults({ ...filter, projects, services, ...treatment, ...period });
}

/** Projects come back by number, however they were named. What Google answers for an unknown project is not known. */
function projectByNumber(store: Store, name: string): string {
  const project = store.project(name.replace(/^projects\//, ""));
  if (!/^projects\/[^/]+$/.test(name) || !project) {
    throw invalidArgument(`budgetFilter.projects: ${name} is not a project.`);
  }
  return `projects/${project.projectNumber}`;
}

function normaliseAmount(account: BillingAccount, amount: JsonObject | undefined): JsonObject {
  const specified = amount && objectField(amount, "specifiedAmount");
  const last = amount && objectField(amount, "lastPeriodAmount");
  if ((specified === undefined) === (last === undefined)) {
    throw invalidArgument("amount: one of `specifiedAmount` and `lastPeriodAmount` must be set.");
  }
  if (!specified) {
    return { lastPeriodAmount: {} };
  }
  const currencyCode = stringField(specified, "currencyCode") || account.currencyCode;
  if (currencyCode !== account.currencyCode) {
    throw invalidArgument(
      `amount.specifiedAmount.currencyCode must be the billing account's, ${account.currencyCode}, got: ${currencyCode}`,
    );
  }
  const units = String(specified["units"] ?? "0");
  if (!/^\d+$/.test(units)) {
    throw invalidArgument(`amount.specifiedAmount.units must be a whole number of at least 0, got: ${units}`);
  }
  return { specifiedAmount: withoutDefaults({ currencyCode, units, nanos: specified["nanos"] }) };
}

function normaliseRule(rule: JsonObject): JsonObject {
  const percent = rule["thresholdPercent"] ?? 0;
  if (typeof percent !== "number" || percent < 0) {
    throw invalidArgument(`thresholdRules: thresholdPercent must be at least 0, got: ${JSON.stringify(percent)}`);
  }
  const basis = stringField(rule, "spendBasis") ?? "CURRENT_SPEND";
  return { thresholdPercent: percent, spendBasis: basis === "BASIS_UNSPECIFIED" ? "CURRENT_SPEND" : basis };
}

/**
 * That a channel or a topic must exist is assumed. Google is said to need `pubsub.topics.setIamPolicy` on the topic, so it may
 * also make itself a publisher; since that is not shown anywhere, the topic's policy is left alone.
 */
function normaliseNotifications(store: Store, rule: JsonObject | undefined): JsonObject | undefined {
  if (!rule) {
    return undefined;
  }
  const channels = stringListField(rule, "monitoringNotificationChannels") ?? [];
  if (channels.length > maxChannels) {
    throw invalidArgument(`At most ${maxChannels} notification channels are allowed, got: ${channels.length}.`);
  }
  for (const channel of channels) {
    checkChannel(store, channel);
  }
  const topic = stringField(rule, "pubsubTopic");
  if (topic) {
    checkTopic(store, topic);
  }
  const schemaVersion = stringField(rule, "schemaVersion") || (topic ? "1.0" : undefined);
  return withoutDefaults({ ...rule, ...(schemaVersion && { schemaVersion }) });
}

/** @see https://docs.cloud.google.com/billing/docs/reference/budget/rest/v1/billingAccounts.budgets#notificationsrule */
function checkChannel(store: Store, name: string): void {
  const [, project = "", id = ""] = /^projects\/([^/]+)\/notificationChannels\/([^/]+)$/.exec(name) ?? [];
  const channel = store.channels.get(store.project(project)?.projectId ?? "", id);
  if (!channel) {
    throw invalidArgument(`notificationsRule.monitoringNotificationChannels: ${name} does not exist.`);
  }
  if (channel.value["type"] !== "email") {
    throw invalidArgument(`notificationsRule.monitoringNotificationChannels: ${name} is no e-mail channel.`);
  }
}

function checkTopic(store: Store, name: string): void {
  const [, project = "", id = ""] = /^projects\/([^/]+)\/topics\/([^/]+)$/.exec(name) ?? [];
  if (!store.topics.get(store.project(project)?.projectId ?? "", id)) {
    throw invalidArgument(`notificationsRule.pubsubTopic: ${name} does not exist.`);
  }
}

/** Whether Google answers 403 or 404 for an unknown account is not known. */
function billingAccount(call: Call): BillingAccount {
  const found = call.store.billingAccounts.get(root, call.wildcards[0]!);
  if (!found) {
    throw permissionDenied("The caller does not have permission");
  }
  return found;
}

function budget(call: Call): Budget {
  const found = call.store.budgets.get(billingAccount(call).id, call.wildcards[1]!);
  if (!found) {
    throw notFound("Requested entity was not found.");
  }
  return found;
}

function newEtag(store: Store): string {
  return Buffer.from(`budget-${store.next("etags")}`).toString("base64");
}

export function budgetName({ billingAccount: account, id }: Budget): string {
  return `billingAccounts/${account}/budgets/${id}`;
}

function budgetJson(target: Budget): object {
  return { name: budgetName(target), ...target.value, etag: target.etag };
}

/** The thresholds of a budget as they are stored. */
export function thresholdsOf({ value }: Budget): readonly JsonObject[] {
  const rules = value["thresholdRules"];
  return Array.isArray(rules) ? rules.filter(isObject) : [];
}
