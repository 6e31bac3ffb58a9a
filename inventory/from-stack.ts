import { AddressSet } from "../values/address-set";
import { serviceAccountEmail } from "../values/key-names";
import { createdIn, declaredIn, generationOf, phaseAmong } from "./declared-key";
import type {
  ApiTarget,
  BudgetEntry,
  BudgetThreshold,
  EnvironmentInventory,
  GenerationEntry,
  KeyEntry,
  ProjectEntry,
} from "./model";
import { type Attributes, blocks, first, type Resource, StackFile, text, texts } from "./stack-file";

/**
 * Reads the inventory of one environment from its synthesized stack.
 *
 * @param name the stack's id.
 * @param stack the content of `cdk.tf.json`.
 * @throws Error if the stack is not one of an environment of ours.
 */
export function inventoryFromStack(name: string, stack: unknown): EnvironmentInventory {
  const file = new StackFile(name, stack);
  const project = readProject(file);
  return {
    name,
    project,
    services: file
      .all("google_project_service")
      .map(({ attributes }) => text(attributes["service"]))
      .sort(),
    keys: readKeys(file, project.id),
    budget: readBudget(file),
  };
}

function readProject(file: StackFile): ProjectEntry {
  const { attributes } = file.one("google_project");
  const organization = attributes["org_id"];
  const folder = attributes["folder_id"];
  return {
    id: text(attributes["project_id"]),
    name: text(attributes["name"]),
    parent: organization ? `organizations/${organization}` : folder ? `folders/${folder}` : undefined,
    billingAccount: attributes["billing_account"] as string | undefined,
    labels: labels(attributes["labels"]),
    adopted: file.imports().some(({ id }) => id === attributes["project_id"]),
    protected: attributes["deletion_policy"] === "PREVENT",
  };
}

// One service account is one key: its generations are the API keys bound to it.
function readKeys(file: StackFile, projectId: string): KeyEntry[] {
  const apiKeys = file.all("google_apikeys_key");
  return file
    .all("google_service_account")
    .map((account) => readKey(file, account, apiKeys, projectId))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function readKey(file: StackFile, account: Resource, apiKeys: readonly Resource[], projectId: string): KeyEntry {
  const generations = apiKeys.filter((key) => file.refersTo(key.attributes["service_account_email"], account));
  const versions = file
    .all("google_secret_manager_secret_version")
    .filter((version) => generations.some((key) => file.refersTo(version.attributes["secret_data_wo"], key)));
  const [oldest] = versions;
  if (!oldest) throw new Error(`stack ${file.name}: ${account.address} belongs to no API key with a secret.`);
  const secret = file.referenced(oldest.attributes["secret"]);
  const labelsOfSecret = labels(secret.attributes["labels"]);
  const annotations = labels(secret.attributes["annotations"]);
  const accountId = text(account.attributes["account_id"]);
  const declared = declaredIn(labelsOfSecret, annotations);
  return {
    name: generation(generations[0]!).name,
    owner: declared.owner ?? "",
    purpose: declared.purpose ?? "",
    department: declared.department,
    contact: declared.contact,
    serviceAccount: {
      accountId,
      email: serviceAccountEmail(accountId, projectId),
      displayName: text(account.attributes["display_name"]),
      description: text(account.attributes["description"]),
    },
    secret: { id: text(secret.attributes["secret_id"]), labels: labelsOfSecret, annotations },
    readers: readReaders(file, secret),
    rotateEveryDays: declared.rotateEveryDays,
    generations: generations
      .map((key) => readGeneration(file, key, versions, annotations))
      .sort((a, b) => a.number - b.number),
  };
}

function readReaders(file: StackFile, secret: Resource): string[] {
  return file
    .all("google_secret_manager_secret_iam_member")
    .filter(({ attributes }) => attributes["role"] === "roles/secretmanager.secretAccessor")
    .filter(({ attributes }) => file.refersTo(attributes["secret_id"], secret))
    .map(({ attributes }) => text(attributes["member"]))
    .sort();
}

function readGeneration(
  file: StackFile,
  key: Resource,
  versions: readonly Resource[],
  annotations: Readonly<Record<string, string>>,
): GenerationEntry {
  const { number } = generation(key);
  const restrictions = first(key.attributes["restrictions"]);
  const server = first(restrictions["server_key_restrictions"]);
  return {
    number,
    keyId: text(key.attributes["name"]),
    displayName: text(key.attributes["display_name"]),
    phase: phaseOf(file, key, versions),
    created: createdIn(annotations, number) ?? "",
    addresses: AddressSet.of(texts(server["allowed_ips"])).toStrings(),
    apiTargets: blocks(restrictions["api_targets"]).map(readTarget),
    terraformAddress: key.address,
  };
}

function readTarget(target: Attributes): ApiTarget {
  return { service: text(target["service"]), methods: texts(target["methods"]) };
}

function phaseOf(file: StackFile, key: Resource, versions: readonly Resource[]): GenerationEntry["phase"] {
  const own = versions.find(({ attributes }) => file.refersTo(attributes["secret_data_wo"], key));
  return phaseAmong(own && numberOf(own), versions.map(numberOf));
}

function generation({ address, attributes }: Resource): { readonly name: string; readonly number: number } {
  const found = generationOf(text(attributes["name"]));
  if (!found) throw new Error(`${address}: its name is not that of a generation.`);
  return found;
}

function numberOf({ attributes }: Resource): number {
  return Number(attributes["secret_data_wo_version"]);
}

function readBudget(file: StackFile): BudgetEntry | undefined {
  const [budget] = file.all("google_billing_budget");
  if (!budget) return undefined;
  const { attributes } = budget;
  const amount = first(first(attributes["amount"])["specified_amount"]);
  const updates = first(attributes["all_updates_rule"]);
  const topic = updates["pubsub_topic"];
  return {
    displayName: text(attributes["display_name"]),
    amount: Number(amount["units"]),
    currency: text(amount["currency_code"]),
    services: texts(first(attributes["budget_filter"])["services"]),
    thresholds: blocks(attributes["threshold_rules"]).map(readThreshold),
    emails: texts(updates["monitoring_notification_channels"])
      .map((channel) => text(labels(file.referenced(channel).attributes["labels"])["email_address"]))
      .sort(),
    topic: topic === undefined ? undefined : text(file.referenced(topic).attributes["name"]),
  };
}

function readThreshold(rule: Attributes): BudgetThreshold {
  return {
    percent: Math.round(Number(rule["threshold_percent"]) * 100),
    basis: rule["spend_basis"] as BudgetThreshold["basis"],
  };
}

function labels(value: unknown): Record<string, string> {
  const entries = Object.entries((value ?? {}) as Record<string, string>);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
