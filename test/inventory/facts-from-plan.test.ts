import * as fs from "node:fs";
import * as path from "node:path";
import { planOf } from "../../bench/write-plan";
import { type Facts, UNKNOWN } from "../../inventory/facts";
import { factsFromParsedPlan, factsFromPlan } from "../../inventory/facts-from-plan";
import { factsFromStack } from "../../inventory/facts-from-stack";

type Json = Record<string, unknown>;

const PLANS = path.join(__dirname, "../fixtures/plans");
const GEMINI = [{ service: "generativelanguage.googleapis.com", methods: [] }];
const KEY = `AIza${"FAKE-fixture-".repeat(3)}`;

function text(file: string): string {
  return fs.readFileSync(path.join(PLANS, file), "utf8");
}

function facts(file: string): Facts {
  return factsFromPlan(file, text(file));
}

/** A plan of one module, with what is not said taken as empty. */
function plan(changes: readonly Json[], rootModule: Json = {}, more: Json = {}): Facts {
  return factsFromParsedPlan("plan.json", {
    format_version: "1.2",
    planned_values: {},
    resource_changes: changes,
    configuration: { root_module: rootModule },
    ...more,
  });
}

function change(address: string, after: Json | null, more: Json = {}): Json {
  const [type, name] = address.replace(/\[.*$/, "").split(".").slice(-2);
  return { address, mode: "managed", type, name, change: { actions: ["create"], before: null, after, ...more } };
}

function configured(address: string, expressions: Json, more: Json = {}): Json {
  return { address, mode: "managed", expressions, ...more };
}

describe("HCL with modules, for_each, count and unknown values", () => {
  const created = () => facts("raw/create.json");
  const key = (address: string) => created().apiKeys.find((found) => found.address === address);

  test("says nothing of its backend, and names its providers", () => {
    expect([created().name, created().origin, created().backend]).toEqual([
      "raw/create.json",
      "plan",
      { kind: "unknown" },
    ]);
    expect(created().providers).toEqual([
      { address: "provider.google", quotaProject: "acme-gemini-admin", userProjectOverride: true },
      { address: "provider.google.plain", userProjectOverride: false },
    ]);
  });

  test("keys of modules and loops are bound to service accounts of the same loop", () => {
    expect(created().apiKeys.map(({ address, serviceAccount }) => [address, serviceAccount])).toEqual([
      ["google_apikeys_key.behind_nat", undefined],
      ['google_apikeys_key.bound["chat"]', 'google_service_account.shared["chat"]'],
      ['google_apikeys_key.bound["web"]', 'google_service_account.shared["web"]'],
      ["google_apikeys_key.browser[0]", undefined],
      ["google_apikeys_key.browser[1]", undefined],
      ["google_apikeys_key.open", undefined],
      ['module.team["ads"].module.key.google_apikeys_key.key', 'module.team["ads"].google_service_account.key'],
      ['module.team["search"].module.key.google_apikeys_key.key', 'module.team["search"].google_service_account.key'],
    ]);
  });

  test("restrictions", () => {
    expect(key('google_apikeys_key.bound["chat"]')).toEqual({
      address: 'google_apikeys_key.bound["chat"]',
      project: "acme-raw-dev",
      keyId: "bound-chat",
      serviceAccount: 'google_service_account.shared["chat"]',
      apiTargets: GEMINI,
      allowedIps: ["8.8.8.0/24", "8.8.4.4"],
      clientRestrictions: [],
    });
    expect(key("google_apikeys_key.open")).toEqual({
      address: "google_apikeys_key.open",
      project: "acme-raw-dev",
      keyId: "open",
      displayName: "open",
      clientRestrictions: [],
    });
    expect(key("google_apikeys_key.browser[1]")).toEqual({
      address: "google_apikeys_key.browser[1]",
      project: "acme-raw-dev",
      keyId: "browser-1",
      clientRestrictions: ["browser"],
    });
    expect(key("google_apikeys_key.behind_nat")).toMatchObject({
      apiTargets: [{ methods: ["google.ai.generativelanguage.v1beta.GenerativeService.*"] }],
      allowedIps: UNKNOWN,
    });
  });

  test("secrets, and where their values stand", () => {
    expect(created().secrets.map(({ secretId, holds }) => [secretId, holds])).toEqual([
      ["in-state", ["google_apikeys_key.open"]],
      ["team-ads", ['module.team["ads"].module.key.google_apikeys_key.key']],
      ["team-search", ['module.team["search"].module.key.google_apikeys_key.key']],
    ]);
    expect(created().secretVersions.slice(0, 2)).toEqual([
      {
        address: "google_secret_manager_secret_version.in_state",
        secret: "google_secret_manager_secret.in_state",
        value: "in-state",
        apiKey: "google_apikeys_key.open",
      },
      {
        address: 'module.team["ads"].google_secret_manager_secret_version.key',
        secret: 'module.team["ads"].google_secret_manager_secret.key',
        value: "write-only",
        apiKey: 'module.team["ads"].module.key.google_apikeys_key.key',
        number: 1,
      },
    ]);
  });

  test("grants of members, bindings and policies", () => {
    const chat = 'google_service_account.shared["chat"]';
    const reads = "roles/secretmanager.secretAccessor";
    expect(
      created().grants.map(({ on, resource, role, member, conditional }) => [on, resource, role, member, conditional]),
    ).toEqual([
      ["project", "google_project.dev", "roles/editor", "group:devs@example.com", true],
      ["project", "google_project.dev", "roles/editor", chat, true],
      ["secret", "google_secret_manager_secret.in_state", reads, "allAuthenticatedUsers", false],
      ["secret", "google_secret_manager_secret.in_state", reads, 'google_service_account.shared["web"]', false],
      ["serviceAccount", chat, "roles/iam.serviceAccountTokenCreator", "user:a@example.com", false],
      ["secret", 'module.team["ads"].google_secret_manager_secret.key', reads, chat, false],
      ["secret", 'module.team["search"].google_secret_manager_secret.key', reads, chat, false],
    ]);
    expect(created().auditConfigs).toEqual([
      {
        address: "google_project_iam_audit_config.keys",
        service: "apikeys.googleapis.com",
        logTypes: ["ADMIN_READ"],
        exemptedMembers: ["user:b@example.com"],
      },
      {
        address: "google_secret_manager_secret_iam_policy.in_state",
        service: "allServices",
        logTypes: ["DATA_READ"],
        exemptedMembers: ["user:a@example.com"],
      },
    ]);
  });

  const EXPOSURES = [
    ["google_secret_manager_secret_version.in_state", "other-resource", "secret_data", "google_apikeys_key.open", true],
    ["output.key", "output", "value", "google_apikeys_key.open", true],
    ["output.stored", "output", "value", "google_secret_manager_secret.in_state", true],
    ["output.team_keys", "output", "value", "module.team.module.key.google_apikeys_key.key", true],
    ["terraform_data.copies", "other-resource", "input", "google_apikeys_key.open", true],
    ["terraform_data.copies", "provisioner", "local-exec", 'google_apikeys_key.bound["web"]', true],
  ];

  test.each(["create", "change", "target"])("keys that leave the state, and keys written out: %s", (name) => {
    const { exposures, keyMaterial } = facts(`raw/${name}.json`);
    expect(exposures.map((found) => [found.address, found.kind, found.field, found.of, found.sensitive])).toEqual(
      EXPOSURES,
    );
    expect(keyMaterial).toEqual([
      { address: "google_secret_manager_secret.in_state", field: "annotations.key", kind: "standard key" },
      { address: "var.legacy_key", field: "value", kind: "standard key" },
    ]);
  });

  test("changes: what is updated and what goes, before and after", () => {
    const { changes, apiKeys } = facts("raw/change.json");
    expect(
      changes.map(({ address, actions, before, after }) => [address, actions, before?.allowedIps, after?.allowedIps]),
    ).toEqual([
      ['google_apikeys_key.bound["chat"]', ["update"], ["8.8.8.0/24", "8.8.4.4"], ["8.8.8.0/24"]],
      ['google_apikeys_key.bound["web"]', ["update"], ["8.8.8.0/24", "8.8.4.4"], ["8.8.8.0/24"]],
      ["google_apikeys_key.browser[1]", ["delete"], undefined, undefined],
    ]);
    expect(changes[2]!.before).toMatchObject({ keyId: "browser-1", clientRestrictions: ["browser"] });
    expect(changes[2]!.after).toBeUndefined();
    expect(apiKeys.map(({ address }) => address)).not.toContain("google_apikeys_key.browser[1]");
  });

  test("what a targeted plan leaves out is still there", () => {
    const { apiKeys, changes } = facts("raw/target.json");
    expect(apiKeys).toHaveLength(8);
    expect(changes.map(({ address }) => address)).toEqual([
      'google_apikeys_key.bound["chat"]',
      'google_apikeys_key.bound["web"]',
    ]);
  });
});

describe("the life of a stack", () => {
  test.each([
    ["create", [], ["google_apikeys_key.web_g1"], ["create"]],
    ["issue", [], ["google_apikeys_key.web_g1", "google_apikeys_key.web_g2"], ["create"]],
    ["widen", [], ["google_apikeys_key.web_g1"], ["update"]],
    ["narrow", [], ["google_apikeys_key.web_g1"], ["update"]],
    ["reorder", [], ["google_apikeys_key.web_g1"], ["update"]],
    ["retire", [], ["google_apikeys_key.web_g2"], ["delete"]],
  ])("%s", (name, exposures, keys, actions) => {
    const found = facts(`${name}.json`);
    expect(found.apiKeys.map(({ address }) => address)).toEqual(keys);
    const ofKeys = found.changes.filter(({ type }) => type === "google_apikeys_key");
    expect(ofKeys.map((change) => change.actions)).toEqual([actions]);
    expect([found.exposures, found.keyMaterial]).toEqual([exposures, []]);
    expect(found.budgets).toMatchObject([
      {
        amount: { units: 100, currency: "USD" },
        actualThresholds: [50, 100],
        forecastThresholds: [100],
        netOfCredits: false,
      },
    ]);
  });
});

test("a stack and its plan have the same facts, but for backend and changes", () => {
  const { origin: _, backend, changes: none, ...stack } = factsFromStack("prod", JSON.parse(text("own/stack.json")));
  const { origin, backend: unknown, changes, ...planned } = factsFromPlan("prod", text("own/plan.json"));
  expect(planned).toEqual(stack);
  expect([backend.kind, none, origin, unknown.kind]).toEqual(["gcs", [], "plan", "unknown"]);
  expect(changes).toHaveLength(stack.apiKeys.length + 1);
  expect(changes[0]!.after).toEqual(stack.apiKeys[0]);
  expect(stack.apiKeys.every(({ declared }) => declared !== undefined)).toBe(true);
});

test("a declared key that is removed is known by its secret of before", () => {
  const secret = {
    project: "p",
    secret_id: "gemini-web",
    labels: { "managed-by": "gemkeys", environment: "dev", owner: "search" },
    annotations: { "created-g1": "2026-01-01", "rotate-every-days": "90" },
  };
  const gone = (address: string, before: Json) => change(address, null, { actions: ["delete"], before });
  const { changes, apiKeys } = plan([
    gone("google_apikeys_key.web_g1", { project: "p", name: "web-g1", restrictions: [] }),
    gone("google_secret_manager_secret_version.g1", {
      secret: "projects/p/secrets/gemini-web",
      secret_data_wo_version: 1,
    }),
    change("google_secret_manager_secret.web", secret, { actions: ["no-op"], before: secret }),
  ]);
  expect(apiKeys).toEqual([]);
  expect(changes).toEqual([
    {
      address: "google_apikeys_key.web_g1",
      type: "google_apikeys_key",
      actions: ["delete"],
      before: {
        address: "google_apikeys_key.web_g1",
        project: "p",
        keyId: "web-g1",
        clientRestrictions: [],
        declared: {
          environment: "dev",
          name: "web",
          generation: 1,
          phase: "serving",
          owner: "search",
          created: "2026-01-01",
          rotateEveryDays: 90,
        },
      },
    },
  ]);
});

test("an unknown address in a list, unknown restrictions, and a sensitive value", () => {
  const { apiKeys } = plan(
    [
      change(
        "google_apikeys_key.list",
        { name: "list", restrictions: [{ server_key_restrictions: [{ allowed_ips: ["8.8.8.8", null] }] }] },
        { after_unknown: { restrictions: [{ server_key_restrictions: [{ allowed_ips: [false, true] }] }] } },
      ),
      change(
        "google_apikeys_key.none",
        { name: "none" },
        { after_unknown: { restrictions: true, service_account_email: true }, after_sensitive: { name: true } },
      ),
    ],
    { resources: [configured("google_apikeys_key.none", { service_account_email: { references: ["var.x"] } })] },
  );
  expect(apiKeys).toEqual([
    {
      address: "google_apikeys_key.list",
      project: UNKNOWN,
      keyId: "list",
      allowedIps: ["8.8.8.8", UNKNOWN],
      clientRestrictions: [],
    },
    {
      address: "google_apikeys_key.none",
      project: UNKNOWN,
      keyId: UNKNOWN,
      serviceAccount: UNKNOWN,
      apiTargets: [{ service: UNKNOWN, methods: [] }],
      allowedIps: UNKNOWN,
      clientRestrictions: [],
    },
  ]);
});

test("policies as JSON, unknown ones, and IAM of other resources", () => {
  const policy = {
    bindings: [{ role: "roles/owner", members: ["user:a@example.com"], condition: { title: "x" } }],
    auditConfigs: [{ service: "allServices", auditLogConfigs: [{ logType: "DATA_READ" }] }],
  };
  const { grants, auditConfigs } = plan([
    change("google_folder_iam_policy.f", { folder: "folders/1", policy_data: JSON.stringify(policy) }),
    change("google_organization_iam_policy.o", { org_id: "1" }, { after_unknown: { policy_data: true } }),
    change("google_pubsub_topic_iam_policy.broken", { topic: "t", policy_data: "{" }),
    change("google_storage_bucket_iam_binding.b", { bucket: "b/x", role: "r" }, { after_unknown: { members: true } }),
    change("google_kms_crypto_key_iam_member.k", { crypto_key_id: "k", role: "r", member: "allUsers" }),
  ]);
  expect(
    grants.map(({ on, resource, role, member, conditional }) => [on, resource, role, member, conditional]),
  ).toEqual([
    ["folder", "folders/1", "roles/owner", "user:a@example.com", true],
    ["other", UNKNOWN, "r", "allUsers", false],
    ["organization", "1", UNKNOWN, UNKNOWN, false],
    ["topic", "t", UNKNOWN, UNKNOWN, false],
    ["bucket", "b/x", "r", UNKNOWN, false],
  ]);
  expect(auditConfigs).toEqual([
    { address: "google_folder_iam_policy.f", service: "allServices", logTypes: ["DATA_READ"], exemptedMembers: [] },
  ]);
});

test("settings of a provider in a module come from the variables of its call; google-beta and any registry count", () => {
  const { providers } = plan(
    [],
    {
      module_calls: {
        a: {
          expressions: { quota: { references: ["var.quota"] } },
          module: { variables: { flag: { default: true } } },
        },
      },
    },
    {
      variables: { quota: { value: "admin" } },
      configuration: {
        provider_config: {
          google: {
            name: "google",
            full_name: "registry.opentofu.org/hashicorp/google",
            expressions: { billing_project: { references: ["google_project.x.project_id"] } },
          },
          "module.a:google-beta": {
            name: "google-beta",
            module_address: "module.a",
            expressions: {
              billing_project: { references: ["var.quota"] },
              user_project_override: { references: ["var.flag"] },
            },
          },
          "module.a:google": { name: "google", module_address: "module.a" },
          random: { name: "random" },
        },
        root_module: {
          module_calls: {
            a: {
              expressions: { quota: { references: ["var.quota"] } },
              module: { variables: { flag: { default: true } } },
            },
          },
        },
      },
    },
  );
  expect(providers).toEqual([
    { address: "module.a.provider.google-beta", quotaProject: "admin", userProjectOverride: true },
    { address: "provider.google", quotaProject: UNKNOWN, userProjectOverride: false },
  ]);
});

test("a plan that shows no deletion policy protects nothing", () => {
  expect(plan([change("google_project.p", { project_id: "p" })]).projects[0]!.protected).toBe(false);
});

test("key material in outputs and attributes counts where it comes from no resource", () => {
  const from = (reference: string) => ({ expression: { references: [reference] } });
  const { keyMaterial } = plan(
    [
      change("terraform_data.source", {}),
      change("null_resource.read", { triggers: { a: KEY } }),
      change("null_resource.written", { triggers: { a: KEY } }),
      change('null_resource.loop["x"]', { triggers: { a: KEY } }),
    ],
    {
      outputs: { written: from("local.key"), read: from("terraform_data.source.output"), plain: from("local.name") },
      resources: [
        configured("terraform_data.source", {}),
        configured("null_resource.read", { triggers: { references: ["terraform_data.source.output"] } }),
        configured("null_resource.written", { triggers: { references: ["local.key"] } }),
        configured("null_resource.loop", { triggers: { constant_value: { a: KEY } } }),
      ],
    },
    { output_changes: { written: { after: [KEY] }, read: { after: KEY }, plain: { after: "name" } } },
  );
  expect(keyMaterial).toEqual([
    { address: 'null_resource.loop["x"]', field: "triggers.a", kind: "standard key" },
    { address: "null_resource.written", field: "triggers.a", kind: "standard key" },
    { address: "output.written", field: "value[0]", kind: "standard key" },
  ]);
});

test("a key whose string is empty or not known makes no other text a copy of it", () => {
  const { keyMaterial, exposures } = plan(
    [
      change("google_apikeys_key.empty", { name: "a", key_string: "" }),
      change("google_apikeys_key.none", { name: "b", key_string: null }),
      change("null_resource.n", { triggers: { a: KEY, b: "" } }),
    ],
    { resources: [configured("null_resource.n", { triggers: { constant_value: { a: KEY } } })] },
  );
  expect(keyMaterial.map(({ address }) => address)).toEqual(["null_resource.n"]);
  expect(exposures).toEqual([]);
});

test("a key beside a copy of another is written out, and the copy leaves the state, however deep", () => {
  const other = `AIza${"FAKE-another-".repeat(3)}`;
  const { keyMaterial, exposures } = plan(
    [
      change("google_apikeys_key.k", { name: "k", key_string: KEY }),
      change("null_resource.n", { triggers: { a: [`${KEY} ${other}`] } }),
    ],
    { resources: [configured("null_resource.n", { triggers: { references: ["local.x"] } })] },
  );
  expect(keyMaterial).toEqual([{ address: "null_resource.n", field: "triggers.a[0]", kind: "standard key" }]);
  expect(exposures.map(({ address, field, of }) => [address, field, of])).toEqual([
    ["null_resource.n", "triggers", "google_apikeys_key.k"],
  ]);
});

test("the only member of a list is what the list refers to; of several nobody knows which is which", () => {
  const binding = (name: string, ...members: unknown[]) =>
    change(
      `google_project_iam_binding.${name}`,
      { project: "p", role: "r", members },
      { after_unknown: { members: members.map((member) => member === null) } },
    );
  const members = { members: { references: ["google_service_account.s.member", "google_service_account.s"] } };
  const { grants } = plan(
    [
      change("google_service_account.s", { account_id: "s" }, { after_unknown: { email: true } }),
      binding("one", null),
      binding("two", null, "user:a@example.com"),
    ],
    {
      resources: [
        configured("google_service_account.s", {}),
        configured("google_project_iam_binding.one", members),
        configured("google_project_iam_binding.two", members),
      ],
    },
  );
  expect(grants.map(({ member }) => member)).toEqual(["google_service_account.s", UNKNOWN, "user:a@example.com"]);
});

test("before the apply a key has the account it has, not the one it is to get", () => {
  const { changes } = plan(
    [
      change("google_service_account.s", { account_id: "s" }, { after_unknown: { email: true } }),
      change(
        "google_apikeys_key.k",
        { name: "k" },
        {
          actions: ["update"],
          before: { name: "k", service_account_email: "old@acme.iam.gserviceaccount.com" },
          after_unknown: { service_account_email: true },
        },
      ),
    ],
    {
      resources: [
        configured("google_service_account.s", {}),
        configured("google_apikeys_key.k", {
          service_account_email: { references: ["google_service_account.s.email"] },
        }),
      ],
    },
  );
  expect(changes.map(({ before, after }) => [before?.serviceAccount, after?.serviceAccount])).toEqual([
    ["old@acme.iam.gserviceaccount.com", "google_service_account.s"],
  ]);
});

test("without resources of Google there is no provider, beside others there is one", () => {
  const other = change("random_id.r", {});
  expect(plan([other]).providers).toEqual([]);
  expect(plan([other, change("google_project.p", { project_id: "p" })]).providers).toHaveLength(1);
});

test("a provider without a block has no settings", () => {
  const { providers } = plan([change("google_project.p", { project_id: "p" })]);
  expect(providers).toEqual([{ address: "provider.google", userProjectOverride: false }]);
});

test("a known key that came by way of a local is an exposure, and no key written out", () => {
  const { exposures, keyMaterial } = plan(
    [
      change("google_apikeys_key.k", { name: "k", key_string: KEY }),
      change("local_file.f", { content: `KEY=${KEY}` }, { after_sensitive: { content: true } }),
      change("local_file.g", { content: KEY }),
    ],
    {
      outputs: { o: { expression: { references: ["local.o"] } } },
      resources: [
        configured("local_file.f", { content: { references: ["local.text"] } }),
        configured("local_file.g", { content: { references: ["google_apikeys_key.k.key_string"] } }),
      ],
    },
    { output_changes: { o: { after: KEY } } },
  );
  expect(exposures).toEqual([
    { address: "local_file.f", kind: "local-file", field: "content", of: "google_apikeys_key.k", sensitive: true },
    { address: "local_file.g", kind: "local-file", field: "content", of: "google_apikeys_key.k", sensitive: false },
    { address: "output.o", kind: "output", field: "value", of: "google_apikeys_key.k", sensitive: false },
  ]);
  expect(keyMaterial).toEqual([]);
});

test("a data source of a secret that holds a key shows the key", () => {
  const { exposures } = plan(
    [
      change("google_apikeys_key.k", { name: "k" }),
      change("google_secret_manager_secret.s", { secret_id: "s", project: "p" }),
      change("google_secret_manager_secret_version.v", {}),
      { ...change("data.google_secret_manager_secret_version.d", { secret: "s" }), mode: "data" },
      { ...change("data.google_secret_manager_secret_version.other", { secret: "password" }), mode: "data" },
    ],
    {
      outputs: {
        d: { sensitive: true, expression: { references: ["data.google_secret_manager_secret_version.d.secret_data"] } },
        other: { expression: { references: ["data.google_secret_manager_secret_version.other.secret_data"] } },
      },
      resources: [
        configured("google_secret_manager_secret_version.v", {
          secret: { references: ["google_secret_manager_secret.s.id"] },
          secret_data_wo: { references: ["google_apikeys_key.k.key_string"] },
        }),
      ],
    },
  );
  expect(exposures).toEqual([
    { address: "output.d", kind: "output", field: "value", of: "google_secret_manager_secret.s", sensitive: true },
  ]);
});

test("key material of the configuration: constants, provisioners, defaults, providers, modules without instances", () => {
  const pem = "-----BEGIN RSA PRIVATE KEY-----\nFAKE\n-----END RSA PRIVATE KEY-----";
  const account = JSON.stringify({ type: "service_account", private_key: pem });
  const inner = { resources: [configured("google_project.p", { labels: { constant_value: { key: KEY } } })] };
  const { keyMaterial } = plan([change("null_resource.n", { triggers: { a: KEY } })], undefined, {
    configuration: {
      provider_config: { google: { name: "google", expressions: { credentials: { constant_value: account } } } },
      root_module: {
        variables: { v: { default: pem } },
        outputs: { o: { expression: { constant_value: `AQ.${"FAKE-fixture-".repeat(2)}` } } },
        module_calls: { m: { module: inner, expressions: {} } },
        resources: [
          configured(
            "null_resource.n",
            { triggers: { constant_value: { a: KEY } } },
            {
              provisioners: [
                { type: "local-exec", expressions: { command: { constant_value: "x ghp_FAKEfixture00000000" } } },
              ],
            },
          ),
        ],
      },
    },
  });
  expect(keyMaterial).toEqual([
    { address: "module.m.google_project.p", field: "labels.key", kind: "standard key" },
    { address: "null_resource.n", field: "triggers.a", kind: "standard key" },
    { address: "null_resource.n", field: "provisioner[0].command", kind: "token" },
    { address: "output.o", field: "value", kind: "auth key" },
    { address: "provider.google", field: "credentials", kind: "service account key" },
    { address: "var.v", field: "value", kind: "private key" },
  ]);
});

describe("no secret gets into the facts", () => {
  const SECRETS = [
    `AIza${"CANARY-".repeat(5)}`,
    `AQ.${"CANARY-".repeat(5)}`,
    "-----BEGIN PRIVATE KEY-----\nCANARY\nCANARY\n-----END PRIVATE KEY-----\n",
    '{"private_key": "-----BEGIN PRIVATE KEY-----\\nCANARY',
    `ghp_${"CANARY".repeat(5)}`,
  ];

  /** The value with the secret in each text, and as a name in each map of texts. */
  function poisoned(value: unknown, secret: string, path: readonly string[] = []): unknown {
    const kept = ["format_version", "mode", "type", "actions", "references"];
    if (kept.includes(path.at(-1) ?? "")) return value;
    if (typeof value === "string") return path.at(-1) === "address" ? value : `${secret} ${value}`;
    if (Array.isArray(value)) return value.map((element) => poisoned(element, secret, path));
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).map(([name, child]) => [name, poisoned(child, secret, [...path, name])]);
    return Object.fromEntries(path.at(-1) === "labels" ? [...entries, [secret, secret]] : entries);
  }

  test.each(["raw/create.json", "raw/change.json", "own/plan.json", "retire.json"])("%s", (file) => {
    for (const secret of SECRETS) {
      const found = factsFromParsedPlan(file, poisoned(JSON.parse(text(file)), secret));
      expect(JSON.stringify(found)).not.toContain("CANARY");
      expect(found.apiKeys.length).toBeGreaterThan(0);
    }
  });

  test("nor what is marked as sensitive, whatever it looks like", () => {
    const found = plan([
      change(
        "google_apikeys_key.k",
        {
          name: "CANARY",
          display_name: "CANARY",
          key_string: "CANARY",
          restrictions: [{ api_targets: [{ service: "CANARY" }] }],
        },
        {
          after_sensitive: {
            name: true,
            display_name: true,
            key_string: true,
            restrictions: [{ api_targets: [{ service: true }] }],
          },
        },
      ),
      change("google_project.p", { project_id: "p", labels: { a: "CANARY" } }, { after_sensitive: { labels: true } }),
    ]);
    expect(JSON.stringify(found)).not.toContain("CANARY");
  });
});

test("a large plan of modules with a hundred instances", () => {
  const { apiKeys, secrets } = factsFromPlan("large.json", planOf(400));
  expect([apiKeys.length, secrets.length]).toEqual([100, 100]);
  expect(apiKeys[0]!.serviceAccount).toBe('module.key["key-0"].google_service_account.all');
});
