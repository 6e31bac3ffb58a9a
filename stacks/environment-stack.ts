import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { BudgetAlert } from "../constructs/budget-alert";
import { GeminiKey } from "../constructs/gemini-key";
import { GeminiProject, type ServiceName } from "../constructs/gemini-project";
import { KeySecret } from "../constructs/key-secret";
import type { Environment, Key, Organization } from "../declaration/model";
import { addDays } from "../values/date";
import { secretIdOf } from "../values/key-names";
import { GemkeysStack } from "./gemkeys-stack";

export interface EnvironmentStackProps {
  readonly organization: Organization;
  readonly environment: Environment;
}

/** Everything of one environment: its project, keys, secrets and budget. No stack refers to another. */
export class EnvironmentStack extends GemkeysStack {
  constructor(scope: Construct, props: EnvironmentStackProps) {
    const { environment, organization } = props;
    super(scope, environment.name, organization);
    this.keepState(organization);
    this.configureProvider(organization.adminProject);

    const project = new GeminiProject(this, "project", {
      projectId: environment.project.id,
      parent: organization.parent,
      billingAccount: organization.billingAccount,
      labels: { environment: environment.name, "managed-by": "gemkeys" },
      services: servicesOf(environment),
      adopt: environment.project.adopt,
      protect: environment.protected,
    });
    if (environment.project.adopt) this.importProject(environment.project.id);

    const secrets = environment.keys.map((key) => this.createKey(key, project, environment));
    if (environment.budget) this.createBudget(project, props);

    new TerraformOutput(this, "project_id", { value: project.projectId });
    new TerraformOutput(this, "project_number", { value: project.projectNumber });
    new TerraformOutput(this, "secret_ids", { value: secrets.map(({ secretId }) => secretId) });
  }

  private createKey(key: Key, project: GeminiProject, environment: Environment): KeySecret {
    const geminiKey = new GeminiKey(this, `key-${key.name}`, {
      projectId: project.projectId,
      keyName: key.name,
      allowedIps: key.allow,
      generations: key.generations,
      protect: environment.protected,
      dependsOn: project.enabled("apikeys", "generativelanguage", "iam"),
    });
    return new KeySecret(this, `secret-${key.name}`, {
      projectId: project.projectId,
      secretId: secretIdOf(key.name),
      versions: geminiKey.published,
      readers: key.readers,
      labels: labelsOf(key, environment),
      annotations: annotationsOf(key),
      dependsOn: project.enabled("secretmanager"),
    });
  }

  private createBudget(project: GeminiProject, { environment, organization }: EnvironmentStackProps): void {
    const budget = environment.budget!;
    new BudgetAlert(this, "budget", {
      billingAccount: organization.billingAccount!,
      projectId: project.projectId,
      projectNumber: project.projectNumber,
      displayName: `Gemini ${organization.name} ${environment.name}`,
      monthlyUnits: budget.monthly.units,
      currency: budget.monthly.currency,
      alertAt: budget.alertAt,
      forecastAt: budget.forecastAt,
      emails: budget.emails,
      pubsub: budget.pubsub,
      dependsOn: project.enabled(...budgetServices(environment)),
    });
  }
}

function servicesOf(environment: Environment): ServiceName[] {
  return environment.budget ? budgetServices(environment) : [];
}

function budgetServices({ budget }: Environment): ServiceName[] {
  return [...(budget?.emails.length ? ["monitoring" as const] : []), ...(budget?.pubsub ? ["pubsub" as const] : [])];
}

function servingGeneration(key: Key) {
  return key.generations.find(({ phase }) => phase === "serving")!;
}

function labelsOf(key: Key, environment: Environment): Record<string, string> {
  return {
    environment: environment.name,
    generation: String(servingGeneration(key).number),
    "managed-by": "gemkeys",
    owner: key.owner.name,
  };
}

/** What no label can hold. `created-g<number>` is the declared day of each generation. */
function annotationsOf(key: Key): Record<string, string> {
  const { contact, department } = key.owner;
  const created = key.generations.map(({ number, created }) => [`created-g${number}`, created] as const);
  const annotations: Record<string, string> = { purpose: key.purpose, ...Object.fromEntries(created) };
  if (contact) annotations["contact"] = contact;
  if (department) annotations["department"] = department;
  if (key.rotateEveryDays) {
    annotations["rotate-every-days"] = String(key.rotateEveryDays);
    annotations["rotate-by"] = addDays(servingGeneration(key).created, key.rotateEveryDays);
  }
  return annotations;
}
