import type {
  ApiKeyFacts,
  BudgetFacts,
  ChangeFacts,
  DeclaredKeyFacts,
  Facts,
  GrantFacts,
  SecretFacts,
  SecretVersionFacts,
} from "../../inventory/facts";
import { NO_FACTS } from "../../inventory/no-facts";
import type { Rule, Violation } from "../../policies/rule";

export const TODAY = "2026-11-25";
export const GEMINI = "generativelanguage.googleapis.com";
export const ACCESSOR = "roles/secretmanager.secretAccessor";

/** A module with nothing in it. */
export function emptyFacts(over: Partial<Facts> = {}): Facts {
  return {
    name: "prod",
    origin: "stack",
    backend: { kind: "gcs" },
    ...NO_FACTS,
    ...over,
  };
}

/** An environment in which no rule finds anything. */
export function goodFacts(name = "prod", over: Partial<Facts> = {}): Facts {
  const project = `acme-gemini-${name}`;
  return emptyFacts({
    name,
    providers: [{ address: "provider.google", quotaProject: "acme-admin", userProjectOverride: true }],
    projects: [{ address: "google_project.project", projectId: project, protected: true, labels: {} }],
    services: [{ address: "google_project_service.gemini", project, service: GEMINI, disableOnDestroy: false }],
    apiKeys: [declaredKey({ environment: name }, { project })],
    serviceAccounts: [{ address: "google_service_account.chat", accountId: "gk-chat" }],
    secrets: [secret({ project })],
    secretVersions: [version()],
    grants: [grant({ member: `serviceAccount:chat@acme-apps-${name}.iam.gserviceaccount.com` })],
    budgets: [budget()],
    auditConfigs: [
      { address: "audit.keys", service: "apikeys.googleapis.com", logTypes: ["ADMIN_READ"], exemptedMembers: [] },
      {
        address: "audit.secrets",
        service: "secretmanager.googleapis.com",
        logTypes: ["DATA_READ"],
        exemptedMembers: [],
      },
    ],
    ...over,
  });
}

/** An environment of production that breaks every rule, beside good ones named `dev` and `test`. */
export function badFacts(): Facts {
  const shared = { serviceAccount: "google_service_account.shared" };
  const maps = { service: "maps.googleapis.com", methods: [] };
  return emptyFacts({
    backend: { kind: "local" },
    providers: [{ address: "provider.google", userProjectOverride: false }],
    projects: [{ address: "google_project.project", projectId: "acme", protected: false, labels: {} }],
    services: [{ address: "google_project_service.gemini", project: "acme", service: GEMINI }],
    apiKeys: [
      declaredKey(
        { generation: 1, phase: "draining", owner: "", purpose: "", contact: "" },
        { ...shared, allowedIps: ["93.184.216.34", "10.0.0.0/8", "34.64.0.0/10", "example.com"] },
      ),
      declaredKey({ generation: 2, created: "2026-01-01" }),
      declaredKey({ generation: 3, created: "2026-01-01", phase: "prepared" }),
      declaredKey({ generation: 4, rotateEveryDays: undefined }),
      apiKey({ ...shared, clientRestrictions: ["browser"], allowedIps: undefined }),
      apiKey({ address: "google_apikeys_key.standard", serviceAccount: undefined, apiTargets: undefined }),
      apiKey({ address: "google_apikeys_key.both", apiTargets: [{ service: GEMINI, methods: [] }, maps] }),
      apiKey({ address: "google_apikeys_key.maps", apiTargets: [maps] }),
    ],
    secrets: [secret()],
    secretVersions: [version({ value: "in-state" })],
    grants: [
      projectGrant({ member: shared.serviceAccount, role: "roles/owner" }),
      projectGrant({ member: "domain:example.com", role: ACCESSOR }),
      grant({ member: "allUsers", role: "roles/secretmanager.admin" }),
      grant({ member: "domain:example.com" }),
      grant({ member: "serviceAccount:app@acme-gemini-dev.iam.gserviceaccount.com" }),
      ...Array.from({ length: 9 }, (_, index) => grant({ member: `user:user-${index}@example.com` })),
    ],
    budgets: [
      budget({ amount: { units: 9999, currency: "USD" }, forecastThresholds: [], netOfCredits: true, spendCap: false }),
    ],
    auditConfigs: [{ address: "audit", service: "allServices", logTypes: [], exemptedMembers: ["user:a@example.com"] }],
    exposures: (["output", "local-file", "provisioner"] as const).map((kind) => ({
      address: `${kind}.a`,
      kind,
      field: "value",
      of: "google_apikeys_key.web",
      sensitive: false,
    })),
    keyMaterial: [{ address: "output.a", field: "value", kind: "auth key" }],
    changes: [change({ before: declaredKey(), after: declaredKey(), actions: ["delete", "create"] })],
  });
}

/** A key of no declaration. */
export function apiKey(over: Partial<ApiKeyFacts> = {}): ApiKeyFacts {
  return {
    address: "google_apikeys_key.web",
    project: "acme-gemini-prod",
    keyId: "web",
    serviceAccount: "google_service_account.web",
    apiTargets: [{ service: GEMINI, methods: [] }],
    allowedIps: ["93.184.216.34"],
    clientRestrictions: [],
    ...over,
  };
}

/** A generation of the declared key `chat`. */
export function declaredKey(declared: Partial<DeclaredKeyFacts> = {}, over: Partial<ApiKeyFacts> = {}): ApiKeyFacts {
  const { name = "chat", generation = 1 } = declared;
  return apiKey({
    address: `google_apikeys_key.${name}_g${generation}`,
    keyId: `${name}-g${generation}`,
    serviceAccount: `google_service_account.${name}`,
    declared: {
      environment: "prod",
      name,
      generation,
      phase: "serving",
      owner: "search",
      purpose: "Answers in the chat",
      contact: "search@example.com",
      created: "2026-11-01",
      rotateEveryDays: 90,
      ...declared,
    },
    ...over,
  });
}

export function secret(over: Partial<SecretFacts> = {}): SecretFacts {
  return {
    address: "google_secret_manager_secret.chat",
    project: "acme-gemini-prod",
    secretId: "gemini-chat",
    holds: ["google_apikeys_key.chat_g1"],
    ...over,
  };
}

export function version(over: Partial<SecretVersionFacts> = {}): SecretVersionFacts {
  return {
    address: "google_secret_manager_secret_version.chat",
    secret: "google_secret_manager_secret.chat",
    value: "write-only",
    apiKey: "google_apikeys_key.chat_g1",
    ...over,
  };
}

/** A reader of the secret of `chat`. */
export function grant(over: Partial<GrantFacts> = {}): GrantFacts {
  return {
    address: "google_secret_manager_secret_iam_member.reader",
    on: "secret",
    resource: "google_secret_manager_secret.chat",
    role: ACCESSOR,
    member: "serviceAccount:chat@acme-apps.iam.gserviceaccount.com",
    conditional: false,
    ...over,
  };
}

export function projectGrant(over: Partial<GrantFacts> = {}): GrantFacts {
  return grant({
    address: "google_project_iam_member.access",
    on: "project",
    resource: "acme-gemini-prod",
    role: "roles/logging.viewer",
    ...over,
  });
}

export function budget(over: Partial<BudgetFacts> = {}): BudgetFacts {
  return {
    address: "google_billing_budget.budget",
    projects: ["projects/123"],
    amount: { units: 100, currency: "USD" },
    actualThresholds: [50, 100],
    forecastThresholds: [100],
    netOfCredits: false,
    spendCap: true,
    ...over,
  };
}

export function change(over: Partial<ChangeFacts> = {}): ChangeFacts {
  return { address: "google_apikeys_key.chat_g1", type: "google_apikeys_key", actions: ["delete"], ...over };
}

/** What the rule finds in `facts`, judged together with `others`. Environments whose name begins with `prod` are production. */
export function check(rule: Rule, facts: Facts, others: readonly Facts[] = []): readonly Violation[] {
  return rule.check({
    facts,
    all: [facts, ...others],
    today: TODAY,
    production: ({ name }) => name.startsWith("prod"),
  });
}

export function messages(rule: Rule, facts: Facts, others: readonly Facts[] = []): string[] {
  // As text: toEqual takes [undefined] for [].
  return check(rule, facts, others).map(({ message }) => `${message}`);
}
