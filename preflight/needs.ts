import type { Environment, Organization } from "../declaration/model";

/** Permissions that belong together: what they are for, and the narrowest predefined role with all of them. */
export interface Need {
  readonly purpose: string;
  readonly permissions: readonly string[];
  readonly role: string;
  /** The resource the role is given on, where that is not the one the permissions are tested on. */
  readonly onOrganization?: true;
}

/** `crud("pubsub.topics")`: what Terraform does with a resource in its life. */
function life(resource: string, ...more: readonly string[]): string[] {
  return ["create", "delete", "get", "update", ...more].map((verb) => `${resource}.${verb}`);
}

const POLICY_ADMIN: Need = {
  purpose: "lift the policy on keys of service accounts",
  permissions: ["orgpolicy.policy.get", "orgpolicy.policy.set"],
  role: "roles/orgpolicy.policyAdmin",
  onOrganization: true,
};

/** On the organization or folder, for a project that is not there yet. Its creator owns it, and needs nothing more in it. */
export function parentNeeds({ allowServiceAccountKeys }: Environment): Need[] {
  return [
    {
      purpose: "create the project",
      permissions: ["resourcemanager.projects.create"],
      role: "roles/resourcemanager.projectCreator",
    },
    ...(allowServiceAccountKeys ? [POLICY_ADMIN] : []),
  ];
}

/** @see https://docs.cloud.google.com/billing/docs/how-to/billing-access */
export function billingNeeds({ budget }: Environment, links: boolean): Need[] {
  return [
    ...(links
      ? [
          {
            purpose: "link the project to it",
            permissions: ["billing.resourceAssociations.create"],
            role: "roles/billing.user",
          },
        ]
      : []),
    ...(budget
      ? [{ purpose: "set the budget", permissions: life("billing.budgets"), role: "roles/billing.costsManager" }]
      : []),
  ];
}

export const QUOTA_NEED: Need = {
  purpose: "let calls count against its quota",
  permissions: ["serviceusage.services.use"],
  role: "roles/serviceusage.serviceUsageConsumer",
};

/** What the backend of Terraform does, locks included. */
export const STATE_NEED: Need = {
  purpose: "read and write the state, and lock it",
  permissions: ["storage.objects.create", "storage.objects.delete", "storage.objects.get", "storage.objects.list"],
  role: "roles/storage.objectUser",
};

/** In a project that exists: what the stack of the environment makes there. */
export function projectNeeds(environment: Environment, { planners }: Organization): Need[] {
  const { access, allowServiceAccountKeys, audit, budget, monitoring, project, quotas } = environment;
  const roles = planners.length > 0 || Object.values(access).some((members) => members.length > 0);
  const needs: readonly (Need | false)[] = [
    {
      purpose: "enable services",
      permissions: ["serviceusage.services.enable", "serviceusage.services.get", "serviceusage.services.list"],
      role: "roles/serviceusage.serviceUsageAdmin",
    },
    {
      purpose: "make keys",
      permissions: life("apikeys.keys", "getKeyString"),
      role: "roles/serviceusage.apiKeysAdmin",
    },
    {
      purpose: "make the service accounts of keys, and bind keys to them",
      permissions: [...life("iam.serviceAccounts"), "iam.serviceAccountApiKeyBindings.create"],
      role: "roles/iam.serviceAccountAdmin",
    },
    {
      purpose: "make secrets, and say who reads them",
      permissions: [
        ...life("secretmanager.secrets", "getIamPolicy", "setIamPolicy"),
        ...["add", "disable", "enable", "get"].map((verb) => `secretmanager.versions.${verb}`),
      ],
      role: "roles/secretmanager.admin",
    },
    !project.adopt && {
      purpose: "change name and labels of the project",
      permissions: ["resourcemanager.projects.update"],
      role: "roles/owner",
    },
    (roles || audit !== undefined) && {
      purpose: "give roles, and switch on audit logs",
      permissions: ["resourcemanager.projects.getIamPolicy", "resourcemanager.projects.setIamPolicy"],
      role: "roles/resourcemanager.projectIamAdmin",
    },
    roles && { purpose: "make custom roles", permissions: life("iam.roles"), role: "roles/iam.roleAdmin" },
    (monitoring !== undefined || (budget?.emails.length ?? 0) > 0) && {
      purpose: "make channels, alerts and the dashboard",
      permissions: [
        ...life("monitoring.notificationChannels"),
        ...(monitoring ? [...life("monitoring.alertPolicies"), ...life("monitoring.dashboards")] : []),
      ],
      role: "roles/monitoring.editor",
    },
    audit !== undefined && {
      purpose: "make log metrics, and keep logs",
      permissions: [
        ...life("logging.logMetrics"),
        ...(audit.keepLogsDays === undefined ? [] : [...life("logging.buckets"), ...life("logging.sinks")]),
      ],
      role: "roles/logging.configWriter",
    },
    budget?.pubsub === true && {
      purpose: "make the topic of the budget",
      permissions: life("pubsub.topics", "getIamPolicy", "setIamPolicy"),
      role: "roles/pubsub.admin",
    },
    quotas.length > 0 && {
      purpose: "set quotas",
      permissions: ["cloudquotas.quotas.get", "cloudquotas.quotas.update"],
      role: "roles/cloudquotas.admin",
    },
    allowServiceAccountKeys && POLICY_ADMIN,
  ];
  return needs.filter((need) => need !== false);
}

/** The services that have to be enabled in the quota project: each call of the provider counts there. */
export function quotaServices(environment: Environment, { billingAccount }: Organization): string[] {
  const { allowServiceAccountKeys, audit, budget, monitoring, project, quotas } = environment;
  const names = [
    "apikeys",
    "cloudresourcemanager",
    "iam",
    "secretmanager",
    "serviceusage",
    billingAccount !== undefined && "cloudbilling",
    // The default network of a new project is removed.
    billingAccount !== undefined && !project.adopt && "compute",
    budget && "billingbudgets",
    (monitoring || budget?.emails.length) && "monitoring",
    audit && "logging",
    budget?.pubsub && "pubsub",
    quotas.length > 0 && "cloudquotas",
    allowServiceAccountKeys && "orgpolicy",
  ];
  return names
    .filter((name) => typeof name === "string")
    .map((name) => `${name}.googleapis.com`)
    .sort();
}
