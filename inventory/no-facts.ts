import type { Facts, SurroundingFacts } from "./facts";

/** The lists of a root module with nothing in it. */
export const NO_FACTS = {
  providers: [],
  projects: [],
  services: [],
  apiKeys: [],
  serviceAccounts: [],
  secrets: [],
  secretVersions: [],
  grants: [],
  budgets: [],
  auditConfigs: [],
  exposures: [],
  keyMaterial: [],
  changes: [],
} as const satisfies Omit<Facts, "name" | "origin" | "backend" | "surroundings">;

export const NO_SURROUNDINGS: SurroundingFacts = {
  projects: [],
  customRoles: [],
  secrets: [],
  secretVersions: [],
  budgets: [],
  alertPolicies: [],
  notificationChannels: [],
  logMetrics: [],
  logSinks: [],
  logBuckets: [],
  quotas: [],
  organizationPolicies: [],
};
