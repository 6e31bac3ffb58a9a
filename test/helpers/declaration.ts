import type { Environment, Key, Organization } from "../../declaration/model";
import { EnvironmentStack } from "../../stacks/environment-stack";
import { PolicyCheck } from "../../stacks/policy-check";
import { withoutStackTraces } from "../../stacks/without-stack-traces";
import { DEFAULT_THRESHOLDS } from "../../values/usage-thresholds";
import { synthTemplate, type Template, testApp } from "./synth-template";

const NOBODY = { developers: [], operators: [], administrators: [] };

/** An organization with what has to be given and nothing else. */
export const ORGANIZATION: Organization = {
  name: "acme",
  state: { kind: "gcs", bucket: "acme-gemini-state" },
  googleProvider: "6.50.0",
  deployers: [],
  planners: [],
  extraPermissions: NOBODY,
  criticalWaivers: [],
  deployOrder: [],
};

/** An organization with everything. */
export const FULL_ORGANIZATION: Organization = {
  name: "acme",
  parent: "organizations/123456789012",
  billingAccount: "012345-6789AB-CDEF01",
  adminProject: "acme-gemini-admin",
  state: { kind: "hcpTerraform", organization: "acme", project: "gemini" },
  googleProvider: "8.5.0",
  deployers: ["serviceAccount:gemkeys-deployer@acme-gemini-admin.iam.gserviceaccount.com"],
  planners: ["serviceAccount:gemkeys-planner@acme-gemini-admin.iam.gserviceaccount.com"],
  extraPermissions: { ...NOBODY, operators: ["logging.views.access"] },
  criticalWaivers: [],
  deployOrder: [],
};

/** An environment without keys. */
export const ENVIRONMENT: Environment = {
  name: "prod",
  project: { id: "acme-gemini-prod", adopt: false },
  protected: false,
  access: NOBODY,
  quotas: [],
  allowServiceAccountKeys: false,
  waivers: [],
  keys: [],
};

/** A key with what has to be given and nothing else. */
export const KEY: Key = {
  name: "web",
  owner: { name: "search", group: "gcp-search@example.com" },
  purpose: "Answers questions",
  allow: ["8.8.8.8"],
  readers: [],
  generations: [{ number: 1, created: "2026-11-01", phase: "serving" }],
};

/** A key with everything, in the middle of a rotation. */
export const FULL_KEY: Key = {
  name: "chat-backend",
  owner: {
    name: "support",
    group: "gcp-support@example.com",
    contact: "support-leads@example.com",
    department: "Customer Care",
  },
  purpose: "Drafts answers",
  allow: ["8.8.4.0/24", "8.8.8.8"],
  readers: ["group:gcp-search@example.com", "serviceAccount:chat@acme-apps.iam.gserviceaccount.com"],
  rotateEveryDays: 90,
  generations: [
    { number: 2, created: "2026-05-01", phase: "draining" },
    { number: 3, created: "2026-08-01", phase: "draining" },
    { number: 5, created: "2026-11-01", phase: "serving" },
    { number: 6, created: "2026-11-20", phase: "prepared" },
  ],
};

/** An environment with everything: taken over, protected, with a budget and two keys. */
export const FULL_ENVIRONMENT: Environment = {
  name: "prod",
  project: { id: "gen-lang-client-0123456789", adopt: true },
  protected: true,
  budget: {
    monthly: { units: 2000, currency: "USD" },
    alertAt: [50, 120],
    forecastAt: [100],
    emails: ["finops@example.com", "search@example.com"],
    pubsub: true,
  },
  access: {
    developers: ["group:gcp-search@example.com"],
    operators: ["group:gcp-sre@example.com"],
    administrators: ["group:gcp-platform@example.com", "user:admin@example.com"],
  },
  monitoring: {
    emails: ["oncall@example.com"],
    channels: ["projects/acme-ops/notificationChannels/123"],
    thresholds: DEFAULT_THRESHOLDS,
  },
  audit: { keepLogsDays: 400 },
  quotas: [{ id: "GenerateRequestsPerDayPerProjectPerModel", model: "gemini-3.5-flash", limit: 50_000 }],
  allowServiceAccountKeys: true,
  waivers: [],
  keys: [FULL_KEY, KEY],
};

/** For stacks that are tested by themselves: no rule judges them. */
export function noPolicies(): PolicyCheck {
  return new PolicyCheck({ organization: ORGANIZATION, environments: [] }, { today: "2026-11-24", rules: [] });
}

/** The stack of an environment, in an app of its own. */
export function environmentStack(
  environment: Partial<Environment> = {},
  organization: Partial<Organization> = {},
): EnvironmentStack {
  return withoutStackTraces(
    () =>
      new EnvironmentStack(testApp(), {
        organization: { ...ORGANIZATION, ...organization },
        environment: { ...ENVIRONMENT, ...environment },
        policies: noPolicies(),
      }),
  );
}

/** What the stack of an environment synthesizes to. */
export function synthEnvironment(
  environment: Partial<Environment> = {},
  organization: Partial<Organization> = {},
): Template {
  return synthTemplate(environmentStack(environment, organization));
}
