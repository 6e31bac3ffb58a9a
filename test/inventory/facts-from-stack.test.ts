import { UNKNOWN } from "../../inventory/facts";
import { factsFromStack } from "../../inventory/facts-from-stack";
import { inventoryFromStack } from "../../inventory/from-stack";
import { FULL_ENVIRONMENT, FULL_ORGANIZATION, synthEnvironment } from "../helpers/declaration";
import type { Template } from "../helpers/synth-template";

let synthesized: Template | undefined;
const full = () => (synthesized ??= synthEnvironment(FULL_ENVIRONMENT, FULL_ORGANIZATION));
const KEY = `AIza${"FAKE-fixture-".repeat(3)}`;

describe("a full environment of ours", () => {
  const read = () => factsFromStack("prod", full(), { spendCap: true });

  test("keys as the inventory has them", () => {
    const facts = read();
    const { keys } = inventoryFromStack("prod", full());
    const generations = keys.flatMap((key) => key.generations.map((generation) => ({ key, generation })));
    expect(facts.apiKeys).toEqual(
      generations.map(({ key, generation }) => ({
        address: generation.terraformAddress,
        project: "gen-lang-client-0123456789",
        keyId: generation.keyId,
        displayName: generation.displayName,
        serviceAccount: `google_service_account.key-${key.name}_service-account`,
        apiTargets: generation.apiTargets,
        allowedIps: generation.addresses,
        clientRestrictions: [],
        declared: {
          environment: "prod",
          name: key.name,
          generation: generation.number,
          phase: generation.phase,
          owner: key.owner,
          purpose: key.purpose,
          ...(key.contact && { contact: key.contact }),
          created: generation.created,
          ...(key.rotateEveryDays && { rotateEveryDays: key.rotateEveryDays }),
        },
      })),
    );
  });

  test("backend, provider, project, budget", () => {
    const facts = read();
    expect([facts.name, facts.origin, facts.backend, facts.changes]).toEqual(["prod", "stack", { kind: "cloud" }, []]);
    expect(facts.providers).toEqual([
      { address: "provider.google", quotaProject: "acme-gemini-admin", userProjectOverride: true },
    ]);
    expect(facts.projects).toEqual([
      {
        address: "google_project.project",
        projectId: "gen-lang-client-0123456789",
        protected: true,
        labels: { environment: "prod", "managed-by": "gemkeys" },
      },
    ]);
    expect(facts.budgets).toEqual([
      {
        address: "google_billing_budget.budget",
        projects: [UNKNOWN],
        amount: { units: 2000, currency: "USD" },
        actualThresholds: [50, 120],
        forecastThresholds: [100],
        netOfCredits: false,
        spendCap: true,
      },
    ]);
    expect(facts.services[0]).toEqual({
      address: "google_project_service.project_apikeys",
      project: "gen-lang-client-0123456789",
      service: "apikeys.googleapis.com",
      disableOnDestroy: false,
    });
  });

  test("secrets, versions and readers", () => {
    const facts = read();
    const key = "google_apikeys_key.key-web_g1";
    const secret = "google_secret_manager_secret.secret-web";
    expect(facts.secrets[1]).toEqual({
      address: secret,
      project: "gen-lang-client-0123456789",
      secretId: "gemini-web",
      holds: [key],
    });
    expect(facts.secretVersions[3]).toEqual({
      address: "google_secret_manager_secret_version.secret-web_g1",
      secret,
      value: "write-only",
      apiKey: key,
      number: 1,
    });
    const readers = facts.grants.filter(({ on }) => on === "secret");
    expect(readers.map(({ resource, role, member }) => [resource, role, member])).toEqual([
      [
        "google_secret_manager_secret.secret-chat-backend",
        "roles/secretmanager.secretAccessor",
        "group:gcp-search@example.com",
      ],
      [
        "google_secret_manager_secret.secret-chat-backend",
        "roles/secretmanager.secretAccessor",
        "serviceAccount:chat@acme-apps.iam.gserviceaccount.com",
      ],
    ]);
    const roles = facts.grants.filter(({ on }) => on === "project").map(({ role }) => role);
    expect(roles[0]).toBe("google_project_iam_custom_role.access_administrators");
  });

  test("no key leaves the state", () => {
    const facts = read();
    expect([facts.exposures, facts.keyMaterial]).toEqual([[], []]);
  });

  test("is plain JSON without references", () => {
    const facts = read();
    const json = JSON.stringify(facts);
    expect(JSON.parse(json)).toEqual(facts);
    expect(json).not.toContain("${");
  });
});

test.each([
  [undefined, "local"],
  [{ backend: { local: {} } }, "local"],
  [{ backend: { gcs: { bucket: "b" } } }, "gcs"],
  [{ backend: { remote: {} } }, "cloud"],
  [{ backend: { s3: {} } }, "other"],
  [{ cloud: {} }, "cloud"],
])("the backend of %j is %s", (terraform, kind) => {
  expect(factsFromStack("x", { terraform }).backend).toEqual({ kind });
});

test.each([[undefined], [null], ["text"], [{}]])("%j has no facts", (stack) => {
  const { name, origin, backend, ...lists } = factsFromStack("x", stack);
  expect([name, origin, backend]).toEqual(["x", "stack", { kind: "local" }]);
  expect(Object.values(lists).flat()).toEqual([]);
});

test("values are followed through references and locals, and unknown where the stack does not say", () => {
  const { apiKeys, projects, grants } = factsFromStack("x", {
    locals: { id: "acme-${local.suffix}", suffix: "dev" },
    resource: {
      google_project: { p: { project_id: "${local.id}" } },
      google_service_account: { s: { account_id: "app", project: "${google_project.p.project_id}" } },
      google_apikeys_key: {
        k: {
          project: "${google_project.p.project_id}",
          name: "$${literal}",
          display_name: "${upper(local.suffix)}",
          service_account_email: "app@acme-dev.iam.gserviceaccount.com",
          restrictions: { server_key_restrictions: { allowed_ips: ["${google_compute_address.a.address}"] } },
        },
      },
      google_project_iam_binding: {
        b: {
          project: "acme-dev",
          role: "roles/viewer",
          members: ["user:a@example.com", "serviceAccount:${google_service_account.s.email}", "${var.member}"],
        },
      },
    },
  });
  expect(projects).toEqual([{ address: "google_project.p", projectId: "acme-dev", protected: true, labels: {} }]);
  expect(apiKeys).toEqual([
    {
      address: "google_apikeys_key.k",
      project: "acme-dev",
      keyId: "${literal}",
      displayName: UNKNOWN,
      serviceAccount: "google_service_account.s",
      allowedIps: [UNKNOWN],
      clientRestrictions: [],
    },
  ]);
  expect(grants.map(({ resource, member }) => [resource, member])).toEqual([
    ["google_project.p", "user:a@example.com"],
    ["google_project.p", "google_service_account.s"],
    ["google_project.p", UNKNOWN],
  ]);
});

test.each([
  [undefined, true],
  ["PREVENT", true],
  ["DELETE", false],
  ["ABANDON", false],
])("a project with the deletion policy %s", (deletion_policy, expected) => {
  const { projects } = factsFromStack("x", { resource: { google_project: { p: { deletion_policy } } } });
  expect(projects[0]!.protected).toBe(expected);
});

test("a budget with what is left out or written otherwise", () => {
  const { budgets } = factsFromStack("x", {
    resource: {
      google_billing_budget: {
        a: {
          amount: { specified_amount: { units: 100 } },
          threshold_rules: [
            { threshold_percent: 0.5 },
            { threshold_percent: 1, spend_basis: "CURRENT_SPEND" },
            { threshold_percent: 1.2, spend_basis: "FORECASTED_SPEND" },
            { threshold_percent: "${var.p}" },
          ],
        },
        b: { amount: { last_period_amount: true } },
      },
    },
  });
  expect(budgets).toEqual([
    {
      address: "google_billing_budget.a",
      projects: [],
      amount: { units: 100, currency: "" },
      actualThresholds: [50, 100],
      forecastThresholds: [120],
      netOfCredits: true,
      spendCap: false,
    },
    {
      address: "google_billing_budget.b",
      projects: [],
      actualThresholds: [],
      forecastThresholds: [],
      netOfCredits: true,
      spendCap: false,
    },
  ]);
});

test("both providers of Google count, each by its alias, and no other", () => {
  const { providers } = factsFromStack("x", {
    provider: {
      "google-beta": [{ alias: "b", user_project_override: true, billing_project: "${local.p}" }],
      google: { user_project_override: false },
      aws: [{ billing_project: "x" }],
    },
    locals: { p: "admin" },
  });
  expect(providers).toEqual([
    { address: "provider.google", userProjectOverride: false },
    { address: "provider.google-beta.b", quotaProject: "admin", userProjectOverride: true },
  ]);
});

test("a data source of a secret is known by the secret's full name, and a version by the key it holds", () => {
  const { exposures } = factsFromStack("x", {
    output: {
      full: { value: "${data.google_secret_manager_secret_version_access.d.secret_data}" },
      other: { value: "${data.google_secret_manager_secret_version.other.secret_data}" },
      version: { value: "${google_secret_manager_secret_version.alone.secret_data_wo}" },
    },
    data: {
      google_secret_manager_secret_version_access: { d: { secret: "projects/acme/secrets/s" } },
      google_secret_manager_secret_version: { other: { secret: "projects/acme/secrets/other" } },
    },
    resource: {
      google_apikeys_key: { k: { name: "k" } },
      google_secret_manager_secret: { s: { secret_id: "s" }, other: { secret_id: "other" } },
      google_secret_manager_secret_version: {
        of: { secret: "${google_secret_manager_secret.s.id}", secret_data_wo: "${google_apikeys_key.k.key_string}" },
        alone: { secret: "projects/1/secrets/elsewhere", secret_data_wo: "${google_apikeys_key.k.key_string}" },
      },
    },
  });
  expect(exposures.map(({ address, of }) => [address, of])).toEqual([
    ["output.full", "google_secret_manager_secret.s"],
    ["output.version", "google_apikeys_key.k"],
  ]);
});

test("projects by their number and by their full name, and secrets of two projects by theirs", () => {
  const { apiKeys, grants } = factsFromStack("x", {
    resource: {
      google_project: { p: { project_id: "acme", number: "123" } },
      google_apikeys_key: { k: { name: "k", service_account_email: "projects/acme/serviceAccounts/s@x.example" } },
      google_service_account: { s: { email: "s@x.example" } },
      google_storage_bucket: { b: { name: "b" } },
      google_pubsub_topic: { t: { name: "t", project: "acme" } },
      google_secret_manager_secret: {
        a: { secret_id: "key", project: "acme" },
        b: { secret_id: "key", project: "other" },
      },
      google_project_iam_custom_role: { r: { name: "projects/acme/roles/r" }, short: { name: "roles" } },
      google_project_iam_member: {
        number: { project: "123", role: "projects/acme/roles/r", member: "m" },
        path: { project: "projects/acme", role: "roles", member: "serviceAccount:s@x.example" },
      },
      google_storage_bucket_iam_member: { b: { bucket: "b/b", role: "r", member: "m" } },
      google_pubsub_topic_iam_member: { t: { topic: "projects/acme/topics/t", role: "r", member: "m" } },
      google_secret_manager_secret_iam_member: {
        full: { secret_id: "projects/other/secrets/key", role: "r", member: "m" },
        own: { secret_id: "key", project: "acme", role: "r", member: "m" },
        either: { secret_id: "key", role: "r", member: "m" },
      },
    },
  });
  expect(apiKeys[0]!.serviceAccount).toBe("google_service_account.s");
  expect(grants.map(({ resource, role, member }) => [resource, role, member])).toEqual([
    ["google_project.p", "google_project_iam_custom_role.r", "m"],
    ["google_project.p", "roles", "google_service_account.s"],
    ["google_pubsub_topic.t", "r", "m"],
    ["key", "r", "m"],
    ["google_secret_manager_secret.b", "r", "m"],
    ["google_secret_manager_secret.a", "r", "m"],
    ["google_storage_bucket.b", "r", "m"],
  ]);
});

test("a key of ours without versions and labels, a version without a value, and an empty account", () => {
  const { apiKeys, secrets, secretVersions } = factsFromStack("x", {
    resource: {
      google_apikeys_key: { k: { name: "web-g2", project: "p", service_account_email: "" } },
      google_secret_manager_secret: {
        s: { secret_id: "gemini-web", project: "p", labels: { "managed-by": "gemkeys" } },
      },
      google_secret_manager_secret_version: { v: { secret: "projects/p/secrets/other", secret_data_wo_version: 0 } },
    },
  });
  expect(apiKeys).toEqual([
    {
      address: "google_apikeys_key.k",
      project: "p",
      keyId: "web-g2",
      clientRestrictions: [],
      declared: { environment: "", name: "web", generation: 2, phase: "prepared" },
    },
  ]);
  expect(secrets[0]!.holds).toEqual([]);
  expect(secretVersions).toEqual([
    { address: "google_secret_manager_secret_version.v", secret: "projects/p/secrets/other", value: "none" },
  ]);
});

test("a reference that goes in circles is unknown", () => {
  const { apiKeys } = factsFromStack("x", {
    locals: { a: "${local.b}", b: "${local.a}" },
    resource: { google_apikeys_key: { k: { name: "${local.a}" } } },
  });
  expect(apiKeys[0]!.keyId).toEqual(UNKNOWN);
});

test("keys that leave the state", () => {
  const key = "${google_apikeys_key.k.key_string}";
  const { exposures } = factsFromStack("x", {
    locals: { copy: key },
    output: {
      plain: { value: "${nonsensitive(google_apikeys_key.k.key_string)}" },
      marked: { value: { a: ["${local.copy}"] }, sensitive: true },
      uid: { value: "${google_apikeys_key.k.uid}" },
      stored: { value: "${data.google_secret_manager_secret_version.d.secret_data}", sensitive: true },
    },
    data: { google_secret_manager_secret_version: { d: { secret: "${google_secret_manager_secret.s.id}" } } },
    resource: {
      google_apikeys_key: { k: { name: "k", depends_on: ["google_project.p"] } },
      google_secret_manager_secret: { s: { secret_id: "s" } },
      google_secret_manager_secret_version: {
        good: { secret: "${google_secret_manager_secret.s.id}", secret_data_wo: key },
        bad: { secret: "${google_secret_manager_secret.s.id}", secret_data: key },
      },
      local_file: { f: { content: `KEY=${key}` } },
      local_sensitive_file: { f: { content: "${local.copy}" } },
      null_resource: { n: { provisioner: [{ "local-exec": { command: `echo ${key}` } }] } },
    },
  });
  const k = "google_apikeys_key.k";
  expect(exposures.map(({ address, kind, field, of, sensitive }) => [address, kind, field, of, sensitive])).toEqual([
    ["google_secret_manager_secret_version.bad", "other-resource", "secret_data", k, true],
    ["local_file.f", "local-file", "content", k, true],
    ["local_sensitive_file.f", "local-file", "content", k, true],
    ["null_resource.n", "provisioner", "local-exec", k, true],
    ["output.marked", "output", "value", k, true],
    ["output.plain", "output", "value", k, false],
    ["output.stored", "output", "value", "google_secret_manager_secret.s", true],
  ]);
});

test("key material anywhere in the file, by its place and never itself", () => {
  const facts = factsFromStack("x", {
    terraform: { backend: { gcs: { access_token: `ya29.${"FAKE".repeat(6)}` } } },
    provider: { google: [{ alias: "a", credentials: '{"private_key": "-----BEGIN PRIVATE KEY-----\\nFAKE' }] },
    locals: { key: KEY },
    variable: { v: { default: KEY } },
    output: { o: { value: [KEY] } },
    module: { m: { key: KEY } },
    data: { http: { h: { request_headers: { "x-goog-api-key": KEY } } } },
    resource: { google_project: { p: { name: KEY, labels: { [KEY]: "x" } } } },
  });
  expect(facts.keyMaterial).toEqual([
    { address: "data.http.h", field: "request_headers.x-goog-api-key", kind: "standard key" },
    { address: "google_project.p", field: "name", kind: "standard key" },
    { address: "google_project.p", field: "labels", kind: "standard key" },
    { address: "local.key", field: "value", kind: "standard key" },
    { address: "module.m", field: "key", kind: "standard key" },
    { address: "output.o", field: "value[0]", kind: "standard key" },
    { address: "provider.google.a", field: "credentials", kind: "service account key" },
    { address: "terraform", field: "backend.gcs.access_token", kind: "token" },
    { address: "var.v", field: "default", kind: "standard key" },
  ]);
  expect(JSON.stringify(facts)).not.toContain("FAKE");
});
