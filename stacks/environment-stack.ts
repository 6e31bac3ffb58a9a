import { type ITerraformDependable, TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { AuditTrail } from "../constructs/audit-trail";
import { BudgetAlert } from "../constructs/budget-alert";
import { GeminiKey } from "../constructs/gemini-key";
import { GeminiProject, type ServiceName } from "../constructs/gemini-project";
import { KeySecret } from "../constructs/key-secret";
import { NotificationChannels } from "../constructs/notification-channels";
import { ProjectRole } from "../constructs/project-role";
import { QuotaLimits } from "../constructs/quota-limits";
import { ServiceAccountKeyPolicy } from "../constructs/service-account-key-policy";
import { TeamAccess } from "../constructs/team-access";
import { UsageMonitoring } from "../constructs/usage-monitoring";
import type { Environment, Key, Organization } from "../declaration/model";
import { PLANNER_ROLE } from "../values/access-roles";
import { addDays } from "../values/date";
import { secretIdOf } from "../values/key-names";
import { GemkeysStack } from "./gemkeys-stack";
import type { PolicyCheck } from "./policy-check";

export interface EnvironmentStackProps {
  readonly organization: Organization;
  readonly environment: Environment;
  readonly policies: PolicyCheck;
}

/** What a key needs first: its services, and the organization's permission where it is asked for. */
type KeyDependencies = readonly ITerraformDependable[];

/** Everything of one environment: its project, keys, secrets, budget and who watches them. No stack refers to another. */
export class EnvironmentStack extends GemkeysStack {
  constructor(scope: Construct, props: EnvironmentStackProps) {
    const { environment, organization } = props;
    super(scope, environment.name, organization, props.policies);
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

    const needs = [...project.enabled("apikeys", "generativelanguage", "iam"), ...this.liftKeyPolicy(project, props)];
    const keys = environment.keys.map((key) => ({ key, geminiKey: this.createKey(key, project, environment, needs) }));
    const secrets = keys.map(({ key, geminiKey }) => this.createSecret(key, geminiKey, project, environment));
    if (environment.budget) this.createBudget(project, props);
    this.watch(keys, project, props);
    this.grantAccess(project, props);
    if (environment.quotas.length > 0) {
      new QuotaLimits(this, "quotas", {
        projectId: project.projectId,
        limits: environment.quotas,
        dependsOn: project.enabled("cloudquotas"),
      });
    }

    new TerraformOutput(this, "project_id", { value: project.projectId });
    new TerraformOutput(this, "project_number", { value: project.projectNumber });
    new TerraformOutput(this, "secret_ids", { value: secrets.map(({ secretId }) => secretId) });
  }

  private liftKeyPolicy(project: GeminiProject, { environment }: EnvironmentStackProps): ITerraformDependable[] {
    if (!environment.allowServiceAccountKeys) return [];
    const { policy } = new ServiceAccountKeyPolicy(this, "key-policy", {
      projectId: project.projectId,
      dependsOn: project.enabled("orgpolicy"),
    });
    return [policy];
  }

  private createKey(key: Key, project: GeminiProject, environment: Environment, dependsOn: KeyDependencies): GeminiKey {
    return new GeminiKey(this, `key-${key.name}`, {
      projectId: project.projectId,
      keyName: key.name,
      allowedIps: key.allow,
      generations: key.generations,
      protect: environment.protected,
      dependsOn,
    });
  }

  private createSecret(key: Key, geminiKey: GeminiKey, project: GeminiProject, environment: Environment): KeySecret {
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

  private watch(
    keys: readonly { readonly key: Key; readonly geminiKey: GeminiKey }[],
    project: GeminiProject,
    { environment, organization }: EnvironmentStackProps,
  ): void {
    const { monitoring, audit } = environment;
    if (!monitoring) return;
    const { projectId } = project;
    const channels = new NotificationChannels(this, "notify", {
      projectId,
      emails: monitoring.emails,
      channels: monitoring.channels,
      dependsOn: project.enabled("monitoring"),
    }).names;
    const trail = audit
      ? new AuditTrail(this, "audit", {
          projectId,
          deployers: organization.deployers,
          planners: organization.planners,
          secrets: keys.map(({ key }) => ({ secretId: secretIdOf(key.name), readers: key.readers })),
          channels,
          keepLogsDays: audit.keepLogsDays,
          dependsOn: project.enabled("logging", "monitoring"),
        })
      : undefined;
    new UsageMonitoring(this, "usage", {
      projectId,
      environment: environment.name,
      billingAccount: organization.billingAccount,
      thresholds: monitoring.thresholds,
      keys: keys.map(({ key, geminiKey }) => ({ name: key.name, credentialIds: geminiKey.credentialIds })),
      channels,
      auditMetrics: trail?.metrics,
      dependsOn: project.enabled("monitoring"),
    });
  }

  private grantAccess(project: GeminiProject, { environment, organization }: EnvironmentStackProps): void {
    const dependsOn = project.enabled("iam");
    new TeamAccess(this, "access", {
      projectId: project.projectId,
      members: environment.access,
      extraPermissions: organization.extraPermissions,
      dependsOn,
    });
    if (organization.planners.length === 0) return;
    const { roleId, title, description, granted } = PLANNER_ROLE;
    new ProjectRole(this, "planner", {
      projectId: project.projectId,
      roleId,
      title,
      description,
      permissions: granted.map(({ permission }) => permission),
      members: organization.planners,
      dependsOn,
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
  const { audit, monitoring, quotas, allowServiceAccountKeys } = environment;
  return [
    ...budgetServices(environment),
    ...(monitoring ? ["monitoring" as const] : []),
    ...(audit ? ["logging" as const] : []),
    ...(quotas.length > 0 ? ["cloudquotas" as const] : []),
    ...(allowServiceAccountKeys ? ["orgpolicy" as const] : []),
  ];
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
