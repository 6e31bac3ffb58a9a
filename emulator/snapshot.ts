import { isObject, type JsonObject } from "./fields";
import { membersOf } from "./iam-policy";
import { budgetName, thresholdsOf } from "./services/budgets";
import { channelName } from "./services/notification-channels";
import { topicResource } from "./services/pubsub";
import { secretResource, secretsOf } from "./services/secret-manager";
import type { ApiKey, Budget, Project, Secret, SecretVersion, ServiceAccount, Store, Topic } from "./store";

/**
 * What a project holds of the things an inventory knows, without key strings and without anything Google makes up (numbers,
 * etags, times). Two stores that were brought to the same declaration in different ways give equal snapshots.
 */
export function snapshotEnvironment(store: Store, environmentName: string, projectId: string): unknown {
  const project = store.project(projectId);
  if (project?.lifecycleState !== "ACTIVE") {
    return { environment: environmentName, project: null };
  }
  const id = project.projectId;
  return {
    environment: environmentName,
    project: projectOf(project),
    services: store.services.ids(id),
    serviceAccounts: store.serviceAccounts.list(id).map(accountOf),
    keys: store.keys.list(id).filter(isLive).map(keyOf),
    secrets: secretsOf(store, id).map((secret) => secretOf(store, secret)),
    budgets: budgetsOf(store, project),
    topics: store.topics.list(id).map((topic) => topicOf(store, topic)),
  };
}

function isLive(key: ApiKey): boolean {
  return key.deleteTime === undefined;
}

function projectOf({ projectId, name, parent, billingAccount, labels }: Project): object {
  return { id: projectId, name, parent: parent ?? null, billingAccount, labels: ownLabels(labels) };
}

/** Without those the provider adds. */
function ownLabels(labels: Record<string, string> | undefined): Record<string, string> {
  return sorted(Object.entries(labels ?? {}).filter(([name]) => !name.startsWith("goog-")));
}

function sorted(entries: [string, string][]): Record<string, string> {
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function accountOf({ email, displayName, description, disabled }: ServiceAccount): object {
  return { email, displayName: displayName ?? "", description: description ?? "", disabled: disabled ?? false };
}

function keyOf({ id, displayName, serviceAccountEmail, restrictions = {} }: ApiKey): object {
  const { apiTargets = [], serverKeyRestrictions, ...others } = restrictions;
  return {
    id,
    displayName: displayName ?? "",
    serviceAccount: serviceAccountEmail ?? null,
    apiTargets: apiTargets.map(({ service, methods = [] }) => ({ service, methods: [...methods].sort() })),
    addresses: [...(serverKeyRestrictions?.allowedIps ?? [])].sort(),
    otherRestrictions: Object.keys(others).sort(),
  };
}

function secretOf(store: Store, secret: Secret): object {
  return {
    id: secret.id,
    labels: ownLabels(secret.labels),
    annotations: sorted(Object.entries(secret.annotations ?? {})),
    accessors: [...membersOf(store, secretResource(secret), "roles/secretmanager.secretAccessor")].sort(),
    versions: secret.versions.map((version) => ({ state: version.state, key: keyOfVersion(store, version) })),
  };
}

/** The id of the key whose string the version holds; null for anything else, and for a destroyed version. */
function keyOfVersion(store: Store, { data }: SecretVersion): string | null {
  const text = data === undefined ? "" : Buffer.from(data, "base64").toString("utf8");
  return store.keyOfString(text)?.id ?? null;
}

/** The budgets of any account that count this project. */
function budgetsOf(store: Store, project: Project): object[] {
  const name = `projects/${project.projectNumber}`;
  return [...store.budgets.all()]
    .filter(({ value }) => strings(field(value, "budgetFilter")["projects"]).includes(name))
    .map((budget) => budgetOf(store, project, budget))
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

function budgetOf(store: Store, project: Project, budget: Budget): object {
  const amount = field(field(budget.value, "amount"), "specifiedAmount");
  const notifications = field(budget.value, "notificationsRule");
  return {
    billingAccount: budgetName(budget).split("/")[1],
    displayName: budget.value["displayName"],
    amount: Number(amount["units"]),
    currency: amount["currencyCode"],
    services: strings(field(budget.value, "budgetFilter")["services"]).sort(),
    thresholds: thresholdsOf(budget)
      .map((rule) => ({
        percent: Math.round(Number(rule["thresholdPercent"]) * 10_000) / 100,
        basis: rule["spendBasis"],
      }))
      .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    emails: emailsOf(store, project, strings(notifications["monitoringNotificationChannels"])),
    topic: typeof notifications["pubsubTopic"] === "string" ? notifications["pubsubTopic"].split("/").pop() : null,
  };
}

function emailsOf(store: Store, project: Project, channels: readonly string[]): unknown[] {
  return store.channels
    .list(project.projectId)
    .filter((channel) => channels.includes(channelName(channel)))
    .map(({ value }) => field(value, "labels")["email_address"])
    .sort();
}

function topicOf(store: Store, topic: Topic): object {
  return { id: topic.id, publishers: [...membersOf(store, topicResource(topic), "roles/pubsub.publisher")].sort() };
}

function field(value: JsonObject, name: string): JsonObject {
  const inner = value[name];
  return isObject(inner) ? inner : {};
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}
