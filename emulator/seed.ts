import type {
  ApiTarget,
  BudgetEntry,
  EnvironmentInventory,
  GenerationEntry,
  KeyEntry,
  ProjectEntry,
} from "../inventory/model";
import { serviceAccountEmail } from "../values/key-names";
import { knownServices } from "./catalogue";
import { addMember, setMembers } from "./iam-policy";
import { changeKey, createKey } from "./services/api-keys";
import { changeBudget, createBudget } from "./services/budgets";
import { linkBilling } from "./services/cloud-billing";
import { createBucket } from "./services/cloud-storage";
import { createServiceAccount } from "./services/iam";
import { channelName, createChannel } from "./services/notification-channels";
import { createTopic, topicName, topicResource } from "./services/pubsub";
import { createProject } from "./services/resource-manager";
import { addVersion, createSecret, findSecret, secretResource, setVersionState } from "./services/secret-manager";
import { enable } from "./services/service-usage";
import { type ApiKey, type Project, root, type Secret, type ServiceAccount, type Store } from "./store";

/** What an organization has before the first deploy. */
export interface Foundation {
  /** `organizations/<number>` or `folders/<number>`. */
  readonly parent?: string;
  readonly billingAccount?: string;
  /** @default USD */
  readonly currency?: string;
  /** The quota project; all APIs are enabled in it. */
  readonly adminProject?: string;
  readonly stateBucket?: string;
  readonly existingProjects?: readonly { readonly id: string; readonly name?: string }[];
}

/** Who publishes budget alerts. https://docs.cloud.google.com/billing/docs/how-to/budgets-programmatic-notifications */
const budgetPublisher = "serviceAccount:billing-budget-alert@system.gserviceaccount.com";
const accessor = "roles/secretmanager.secretAccessor";
const publisher = "roles/pubsub.publisher";

/** Puts what is there already into the store. Running it again changes nothing. */
export function seedFoundation(store: Store, foundation: Foundation): void {
  const { parent, billingAccount, adminProject, stateBucket, existingProjects = [] } = foundation;
  if (parent !== undefined) {
    store.parents.set(root, parent, { name: parent, displayName: parent });
  }
  if (billingAccount !== undefined && !store.billingAccounts.get(root, billingAccount)) {
    const currencyCode = foundation.currency ?? "USD";
    store.billingAccounts.set(root, billingAccount, {
      id: billingAccount,
      displayName: "Local billing account",
      currencyCode,
      open: true,
    });
  }
  if (adminProject !== undefined) {
    enable(store, existingProject(store, foundation, { id: adminProject }), knownServices);
  }
  for (const project of existingProjects) {
    existingProject(store, foundation, project);
  }
  if (stateBucket !== undefined && !store.buckets.get(root, stateBucket)) {
    const owner = adminProject === undefined ? undefined : store.project(adminProject);
    createBucket(store, owner?.projectNumber ?? "0", stateBucket, { versioning: { enabled: true } });
  }
}

function existingProject(store: Store, foundation: Foundation, project: { id: string; name?: string }): Project {
  const found = store.project(project.id);
  if (found) {
    return found;
  }
  const { parent, billingAccount } = foundation;
  const created = createProject(store, {
    projectId: project.id,
    foreign: true,
    ...(project.name !== undefined && { name: project.name }),
    ...(parent !== undefined && { parent }),
  });
  linkBilling(store, created, billingAccount ?? "");
  return created;
}

/** Leaves the store as a deploy of the environment would. Running it again brings an older state up to date. */
export function seedEnvironment(store: Store, environment: EnvironmentInventory): void {
  const project = seedProject(store, environment);
  for (const key of environment.keys) {
    seedKey(store, project, key);
  }
  if (environment.budget && environment.project.billingAccount !== undefined) {
    seedBudget(store, project, environment.project.billingAccount, environment.budget);
  }
}

function seedProject(store: Store, { project: entry, services }: EnvironmentInventory): Project {
  const project = entry.adopted ? seedAdopted(store, entry) : seedOwn(store, entry);
  enable(store, project, services);
  return project;
}

/** The stack ignores differences of an adopted project, so what is there stays as it is. */
function seedAdopted(store: Store, { id, name, parent, billingAccount }: ProjectEntry): Project {
  const foundation = { ...(parent && { parent }), ...(billingAccount && { billingAccount }) };
  return existingProject(store, foundation, { id, name });
}

function seedOwn(store: Store, { id, name, parent, billingAccount, labels }: ProjectEntry): Project {
  const project = store.project(id) ?? createProject(store, { projectId: id, name, ...(parent && { parent }) });
  project.name = name;
  project.labels = { ...labels };
  if (parent !== undefined) {
    project.parent = parent;
  }
  linkBilling(store, project, billingAccount ?? "");
  if (billingAccount !== undefined) {
    // The provider enables it to remove the default network of a project it creates.
    enable(store, project, ["compute.googleapis.com"]);
  }
  return project;
}

function seedKey(store: Store, project: Project, entry: KeyEntry): void {
  const account = seedServiceAccount(store, project, entry);
  const secret = seedSecret(store, project, entry);
  setMembers(store, secretResource(secret), accessor, entry.readers);
  for (const generation of entry.generations) {
    seedGeneration(store, project, account, generation);
  }
  seedVersions(store, project, secret, entry.generations);
  retireKeys(store, project, account, entry.generations);
}

function seedServiceAccount(store: Store, project: Project, { serviceAccount }: KeyEntry): ServiceAccount {
  const { accountId, displayName, description } = serviceAccount;
  const email = serviceAccountEmail(accountId, project.projectId);
  const account =
    store.serviceAccounts.get(project.projectId, email) ?? createServiceAccount(store, project, { accountId });
  account.displayName = displayName;
  account.description = description;
  return account;
}

function seedSecret(store: Store, project: Project, { secret: { id, labels, annotations } }: KeyEntry): Secret {
  const secret =
    findSecret(store, project.projectId, id) ?? createSecret(store, project, { id, replication: { automatic: {} } });
  secret.labels = { ...labels };
  secret.annotations = { ...annotations };
  return secret;
}

function seedGeneration(store: Store, project: Project, account: ServiceAccount, generation: GenerationEntry): void {
  const { keyId, displayName, addresses, apiTargets } = generation;
  const restrictions = {
    ...(apiTargets.length > 0 && { apiTargets: apiTargets.map(toTarget) }),
    ...(addresses.length > 0 && { serverKeyRestrictions: { allowedIps: [...addresses] } }),
  };
  const key = store.keys.get(project.projectId, keyId);
  if (key && key.deleteTime === undefined) {
    changeKey(store, key, { displayName, restrictions });
  } else {
    createKey(store, project, { id: keyId, displayName, restrictions, serviceAccountEmail: account.email });
  }
}

function toTarget({ service, methods }: ApiTarget): { service: string; methods?: string[] } {
  return { service, ...(methods.length > 0 && { methods: [...methods] }) };
}

/**
 * One version for each published generation, with the serving one the newest. A version of a key that is not declared any
 * more is disabled, since the stack's deletion policy of versions is DISABLE.
 */
function seedVersions(store: Store, project: Project, secret: Secret, generations: readonly GenerationEntry[]): void {
  const draining = generations.filter(({ phase }) => phase === "draining");
  const serving = generations.filter(({ phase }) => phase === "serving");
  const strings = [...draining, ...serving].map(({ keyId }) => keyOf(store, project, keyId).keyString);
  for (const version of secret.versions) {
    const declared = version.data !== undefined && strings.includes(decode(version.data));
    if (!declared && version.state === "ENABLED") {
      setVersionState(store, version, "DISABLED");
    }
  }
  for (const [index, keyString] of strings.entries()) {
    const newest = secret.versions[secret.versions.length - 1];
    const there = secret.versions.some(({ data, state }) => state === "ENABLED" && data && decode(data) === keyString);
    const mustBeNewest = index === strings.length - 1;
    if (!there || (mustBeNewest && !(newest?.data && decode(newest.data) === keyString))) {
      addVersion(store, secret, Buffer.from(keyString));
    }
  }
}

/** Keys of this service account that are not declared any more are deleted. */
function retireKeys(
  store: Store,
  project: Project,
  account: ServiceAccount,
  generations: readonly GenerationEntry[],
): void {
  for (const key of store.keys.list(project.projectId)) {
    const declared = generations.some(({ keyId }) => keyId === key.id);
    if (!declared && key.serviceAccountEmail === account.email && key.deleteTime === undefined) {
      key.deleteTime = store.timestamp();
    }
  }
}

function keyOf(store: Store, project: Project, id: string): ApiKey {
  return store.keys.get(project.projectId, id)!;
}

function decode(data: string): string {
  return Buffer.from(data, "base64").toString("utf8");
}

function seedBudget(store: Store, project: Project, billingAccount: string, entry: BudgetEntry): void {
  const account = store.billingAccounts.get(root, billingAccount)!;
  const topic = entry.topic === undefined ? undefined : seedTopic(store, project, entry.topic);
  const channels = entry.emails.map((email) => seedChannel(store, project, email));
  const value = {
    displayName: entry.displayName,
    budgetFilter: { projects: [`projects/${project.projectNumber}`], services: [...entry.services] },
    amount: { specifiedAmount: { currencyCode: entry.currency, units: String(entry.amount) } },
    thresholdRules: entry.thresholds.map(({ percent, basis }) => ({
      thresholdPercent: percent / 100,
      spendBasis: basis,
    })),
    notificationsRule: { monitoringNotificationChannels: channels, ...(topic !== undefined && { pubsubTopic: topic }) },
  };
  const existing = store.budgets.list(account.id).find((budget) => budget.value["displayName"] === entry.displayName);
  if (existing) {
    changeBudget(store, existing, value);
  } else {
    createBudget(store, account, value);
  }
}

function seedTopic(store: Store, project: Project, id: string): string {
  const topic = store.topics.get(project.projectId, id) ?? createTopic(store, project, id, {});
  addMember(store, topicResource(topic), publisher, budgetPublisher);
  return topicName(topic);
}

function seedChannel(store: Store, project: Project, email: string): string {
  const existing = store.channels
    .list(project.projectId)
    .find(({ value }) => (value["labels"] as Record<string, string> | undefined)?.["email_address"] === email);
  const labels = { email_address: email };
  return channelName(existing ?? createChannel(store, project, { type: "email", displayName: email, labels }));
}
