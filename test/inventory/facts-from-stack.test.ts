import { UNKNOWN } from "../../inventory/facts";
import { factsFromStack } from "../../inventory/facts-from-stack";
import { inventoryFromStack } from "../../inventory/from-stack";
import { FULL_ENVIRONMENT, FULL_ORGANIZATION, synthEnvironment } from "../helpers/declaration";

const FULL = synthEnvironment(FULL_ENVIRONMENT, FULL_ORGANIZATION);
const KEY = `AIza${"FAKE-fixture-".repeat(3)}`;

describe("a full environment of ours", () => {
  const read = () => factsFromStack("prod", FULL, { spendCap: true });

  test("keys as the inventory has them", () => {
    const facts = read();
    const { keys } = inventoryFromStack("prod", FULL);
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
