/** A permission of a custom role, and what it is there for. */
export interface Granted {
  readonly permission: string;
  readonly why: string;
}

/** A custom role of an environment's project. */
export interface AccessRole {
  /** The role's id in the project. */
  readonly roleId: string;
  readonly title: string;
  readonly description: string;
  readonly granted: readonly Granted[];
}

function all(why: string, ...permissions: readonly string[]): Granted[] {
  return permissions.map((permission) => ({ permission, why }));
}

const DEVELOPER: readonly Granted[] = [
  ...all("see the project", "resourcemanager.projects.get"),
  ...all("see keys and their restrictions, not their strings", "apikeys.keys.get", "apikeys.keys.list"),
  ...all("see the service accounts that keys are bound to", "iam.serviceAccounts.get", "iam.serviceAccounts.list"),
  ...all(
    "see secrets and their versions, not what is in them",
    "secretmanager.secrets.get",
    "secretmanager.secrets.list",
    "secretmanager.versions.get",
    "secretmanager.versions.list",
  ),
  ...all("see which services are enabled", "serviceusage.services.get", "serviceusage.services.list"),
  ...all("see quotas", "serviceusage.quotas.get", "cloudquotas.quotas.get"),
  ...all(
    "see usage and the dashboard",
    "monitoring.dashboards.get",
    "monitoring.dashboards.list",
    "monitoring.metricDescriptors.get",
    "monitoring.metricDescriptors.list",
    "monitoring.monitoredResourceDescriptors.get",
    "monitoring.monitoredResourceDescriptors.list",
    "monitoring.timeSeries.list",
  ),
];

const OPERATOR: readonly Granted[] = [
  ...DEVELOPER,
  ...all(
    "read logs, those of reads of keys and secrets included",
    "logging.logEntries.list",
    "logging.logMetrics.get",
    "logging.logMetrics.list",
    "logging.logs.list",
    "logging.privateLogEntries.list",
    "logging.views.access",
    "logging.views.listLogs",
  ),
  ...all(
    "see alerts, silence them",
    "monitoring.alertPolicies.get",
    "monitoring.alertPolicies.list",
    "monitoring.notificationChannels.get",
    "monitoring.notificationChannels.list",
    "monitoring.snoozes.create",
    "monitoring.snoozes.get",
    "monitoring.snoozes.list",
    "monitoring.snoozes.update",
  ),
  ...all(
    "change dashboards",
    "monitoring.dashboards.create",
    "monitoring.dashboards.delete",
    "monitoring.dashboards.update",
  ),
  ...all("change quotas", "serviceusage.quotas.update", "cloudquotas.quotas.update"),
  ...all("see who may read a secret", "secretmanager.secrets.getIamPolicy", "resourcemanager.projects.getIamPolicy"),
  ...all(
    "cut readers off from a secret, and let them back",
    "secretmanager.versions.disable",
    "secretmanager.versions.enable",
  ),
  ...all("stop a key at once, and start it again", "iam.serviceAccounts.disable", "iam.serviceAccounts.enable"),
];

const ADMINISTRATOR: readonly Granted[] = [
  ...OPERATOR,
  ...all(
    "issue, restrict and retire keys",
    "apikeys.keys.create",
    "apikeys.keys.delete",
    "apikeys.keys.undelete",
    "apikeys.keys.update",
    "serviceusage.operations.get",
  ),
  ...all("store a key in its secret, which reads its string", "apikeys.keys.getKeyString"),
  ...all(
    "make the service account a key is bound to, and bind it",
    "iam.serviceAccounts.create",
    "iam.serviceAccounts.delete",
    "iam.serviceAccounts.update",
    "iam.serviceAccountApiKeyBindings.create",
    "iam.serviceAccountApiKeyBindings.delete",
    "iam.serviceAccountApiKeyBindings.undelete",
  ),
  ...all(
    "make secrets, rotate their versions",
    "secretmanager.secrets.create",
    "secretmanager.secrets.delete",
    "secretmanager.secrets.update",
    "secretmanager.versions.add",
    "secretmanager.versions.destroy",
  ),
  ...all("say who may read a secret", "secretmanager.secrets.setIamPolicy"),
];

/**
 * What the three kinds of people may do in an environment's project. Each may do what the one before may.
 *
 * @see https://docs.cloud.google.com/iam/docs/roles-permissions
 */
export const TEAM_ROLES = {
  developers: {
    roleId: "gemkeysDeveloper",
    title: "Gemini keys: developer",
    description: "Sees keys, secrets and their usage. Can use and change nothing.",
    granted: DEVELOPER,
  },
  operators: {
    roleId: "gemkeysOperator",
    title: "Gemini keys: operator",
    description: "Also reads logs, changes dashboards and quotas, cuts off readers and stops keys.",
    granted: OPERATOR,
  },
  administrators: {
    roleId: "gemkeysAdministrator",
    title: "Gemini keys: administrator",
    description: "Also issues, restricts, rotates and retires keys, and says who reads them.",
    granted: ADMINISTRATOR,
  },
} as const satisfies Record<string, AccessRole>;

/**
 * What `terraform plan` reads of an environment's project, and no more. That includes the string of every key: the provider
 * reads it at each refresh, so whoever may plan may read every key.
 */
export const PLANNER_ROLE: AccessRole = {
  roleId: "gemkeysPlanner",
  title: "Gemini keys: planner",
  description: "Reads what a plan reads, the strings of all keys included. Changes nothing.",
  granted: [
    ...all(
      "google_project, IAM members, audit config",
      "resourcemanager.projects.get",
      "resourcemanager.projects.getIamPolicy",
    ),
    ...all("google_project_service", "serviceusage.services.get", "serviceusage.services.list"),
    ...all("google_service_account", "iam.serviceAccounts.get"),
    ...all(
      "google_apikeys_key: the provider reads the string at each refresh",
      "apikeys.keys.get",
      "apikeys.keys.getKeyString",
    ),
    ...all(
      "google_secret_manager_*: never what is in a version",
      "secretmanager.secrets.get",
      "secretmanager.secrets.getIamPolicy",
      "secretmanager.versions.get",
    ),
    ...all(
      "google_monitoring_*",
      "monitoring.alertPolicies.get",
      "monitoring.dashboards.get",
      "monitoring.notificationChannels.get",
    ),
    ...all("google_logging_*", "logging.buckets.get", "logging.logMetrics.get", "logging.sinks.get"),
    ...all("google_pubsub_topic", "pubsub.topics.get", "pubsub.topics.getIamPolicy"),
    ...all("google_project_iam_custom_role", "iam.roles.get"),
    ...all("google_cloud_quotas_quota_preference", "cloudquotas.quotas.get"),
    ...all("google_org_policy_policy", "orgpolicy.policy.get"),
  ],
};
