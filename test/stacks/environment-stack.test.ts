import { TerraformResource } from "cdktf";
import fc from "fast-check";
import {
  environmentStack,
  FULL_ENVIRONMENT,
  FULL_KEY,
  FULL_ORGANIZATION,
  KEY,
  synthEnvironment,
} from "../helpers/declaration";
import { addresses, counts, messageOf, ofType, resource, synthTemplate, texts } from "../helpers/synth-template";

const FULL = synthEnvironment(FULL_ENVIRONMENT, FULL_ORGANIZATION);

const IGNORED = ["auto_create_network", "billing_account", "folder_id", "labels", "name", "org_id"];

test("a minimal environment: a project with its services, in no organization, unbilled and unprotected", () => {
  const template = synthEnvironment();
  expect(counts(template)).toEqual({ google_project: 1, google_project_service: 4 });
  expect(resource(template, "google_project.project")).toEqual({
    project_id: "acme-gemini-prod",
    name: "acme-gemini-prod",
    labels: { environment: "prod", "managed-by": "gemkeys" },
    auto_create_network: true,
    deletion_policy: "DELETE",
  });
  expect(Object.keys(template).sort()).toEqual(["output", "provider", "resource", "terraform"]);
});

test("a full environment: all resources of all types", () => {
  expect(addresses(FULL)).toEqual([
    "google_apikeys_key.key-chat-backend_g2",
    "google_apikeys_key.key-chat-backend_g3",
    "google_apikeys_key.key-chat-backend_g5",
    "google_apikeys_key.key-chat-backend_g6",
    "google_apikeys_key.key-web_g1",
    "google_billing_budget.budget",
    "google_cloud_quotas_quota_preference.quotas_GenerateRequestsPerDayPerProjectPerModel-gemini-3-5-flash-c85d6cb8",
    "google_logging_metric.audit_metric-audit-config-changed",
    "google_logging_metric.audit_metric-iam-changed",
    "google_logging_metric.audit_metric-key-changed",
    "google_logging_metric.audit_metric-key-string-read",
    "google_logging_metric.audit_metric-secret-read",
    "google_logging_project_bucket_config.audit_log-bucket",
    "google_logging_project_sink.audit_log-sink",
    "google_monitoring_alert_policy.audit_alert-audit-config-changed",
    "google_monitoring_alert_policy.audit_alert-iam-changed",
    "google_monitoring_alert_policy.audit_alert-key-changed",
    "google_monitoring_alert_policy.audit_alert-key-string-read",
    "google_monitoring_alert_policy.audit_alert-secret-read",
    "google_monitoring_alert_policy.usage_alert-denied",
    "google_monitoring_alert_policy.usage_alert-growth",
    "google_monitoring_alert_policy.usage_alert-quota",
    "google_monitoring_alert_policy.usage_alert-rate-limited",
    "google_monitoring_alert_policy.usage_alert-rejected",
    "google_monitoring_alert_policy.usage_alert-silence",
    "google_monitoring_dashboard.usage_dashboard",
    "google_monitoring_notification_channel.budget_email-finops-example-com-9c23acdb",
    "google_monitoring_notification_channel.budget_email-search-example-com-bb6043bb",
    "google_monitoring_notification_channel.notify_email-oncall-example-com-a1e50356",
    "google_org_policy_policy.key-policy",
    "google_project.project",
    "google_project_iam_audit_config.audit_log-key-reads",
    "google_project_iam_audit_config.audit_log-secret-reads",
    "google_project_iam_custom_role.access_administrators",
    "google_project_iam_custom_role.access_developers",
    "google_project_iam_custom_role.access_operators",
    "google_project_iam_custom_role.planner",
    "google_project_iam_member.access_administrators_member-group-gcp-platform-example-com-4e816cfb",
    "google_project_iam_member.access_administrators_member-user-admin-example-com-9044d75f",
    "google_project_iam_member.access_developers_member-group-gcp-search-example-com-95175036",
    "google_project_iam_member.access_operators_member-group-gcp-sre-example-com-c69221c0",
    "google_project_iam_member.planner_member-serviceAccount-gemkeys-planner-acme-gemini-admin-iam-gserviceaccount-com-7b006c92",
    "google_project_service.project_apikeys",
    "google_project_service.project_cloudquotas",
    "google_project_service.project_generativelanguage",
    "google_project_service.project_iam",
    "google_project_service.project_logging",
    "google_project_service.project_monitoring",
    "google_project_service.project_orgpolicy",
    "google_project_service.project_pubsub",
    "google_project_service.project_secretmanager",
    "google_pubsub_topic.budget_topic",
    "google_pubsub_topic_iam_member.budget_topic-publisher",
    "google_secret_manager_secret.secret-chat-backend",
    "google_secret_manager_secret.secret-web",
    "google_secret_manager_secret_iam_member.secret-chat-backend_reader-group-gcp-search-example-com-e8e4cab5",
    "google_secret_manager_secret_iam_member.secret-chat-backend_reader-serviceAccount-chat-acme-apps-iam-gserviceaccount-com-a2f6fdae",
    "google_secret_manager_secret_version.secret-chat-backend_g2",
    "google_secret_manager_secret_version.secret-chat-backend_g3",
    "google_secret_manager_secret_version.secret-chat-backend_g5",
    "google_secret_manager_secret_version.secret-web_g1",
    "google_service_account.key-chat-backend_service-account",
    "google_service_account.key-web_service-account",
  ]);
});

describe("Terraform's settings", () => {
  test("the state in Cloud Storage, one prefix per environment", () => {
    expect(synthEnvironment({ name: "staging" }).terraform).toEqual({
      backend: { gcs: { bucket: "acme-gemini-state", prefix: "gemkeys/staging" } },
      required_providers: { google: { source: "hashicorp/google", version: "6.50.0" } },
      required_version: ">= 1.11",
    });
  });

  test.each([
    ["in a project", "gemini", { name: "gemkeys-prod", project: "gemini" }],
    ["without a project", undefined, { name: "gemkeys-prod" }],
  ])("the state in HCP Terraform, %s", (_, project, workspaces) => {
    const state = { kind: "hcpTerraform", organization: "acme", project } as const;
    expect(synthEnvironment({}, { state }).terraform).toEqual({
      cloud: { organization: "acme", workspaces },
      required_providers: { google: { source: "hashicorp/google", version: "6.50.0" } },
      required_version: ">= 1.11",
    });
  });

  test.each(["6.50.0", "7.45.0", "8.5.0"])("the provider is pinned to exactly %s", (googleProvider) => {
    expect(synthEnvironment({}, { googleProvider }).terraform["required_providers"]).toEqual({
      google: { source: "hashicorp/google", version: googleProvider },
    });
  });

  test("calls are billed to the admin project if there is one", () => {
    expect(synthEnvironment({}, { adminProject: "acme-gemini-admin" }).provider).toEqual({
      google: [{ user_project_override: true, billing_project: "acme-gemini-admin" }],
    });
  });

  test("without an admin project the provider has no settings", () => {
    expect(synthEnvironment().provider).toEqual({ google: [{}] });
  });
});

describe("the project", () => {
  test("has the organization's parent and billing account", () => {
    const project = resource(
      synthEnvironment({}, { parent: "folders/1", billingAccount: "012345-6789AB-CDEF01" }),
      "google_project.project",
    );
    expect(project).toMatchObject({ folder_id: "1", billing_account: "012345-6789AB-CDEF01" });
    expect(project).not.toHaveProperty("org_id");
  });

  test("no service is ever disabled, and each is enabled explicitly", () => {
    const services = Object.values(ofType(FULL, "google_project_service"));
    expect(services.map(({ disable_on_destroy }) => disable_on_destroy)).toEqual(services.map(() => false));
  });

  test.each([
    ["no budget", undefined, []],
    ["a budget that notifies nobody", { emails: [], pubsub: false }, []],
    ["e-mail", { emails: ["a@example.com"], pubsub: false }, ["monitoring"]],
    ["Pub/Sub", { emails: [], pubsub: true }, ["pubsub"]],
    ["both", { emails: ["a@example.com"], pubsub: true }, ["monitoring", "pubsub"]],
  ])("its services with %s", (_, notify, added) => {
    const budget = notify && { monthly: { units: 1, currency: "USD" }, alertAt: [50], forecastAt: [], ...notify };
    const template = synthEnvironment({ budget }, FULL_ORGANIZATION);
    const names = Object.values(ofType(template, "google_project_service")).map(({ service }) => service);
    expect(names).toEqual(
      ["apikeys", "generativelanguage", "iam", "secretmanager", ...added]
        .sort()
        .map((name) => `${name}.googleapis.com`),
    );
  });

  test("adopted: imported, left in place, and what it was is ignored", () => {
    const template = synthEnvironment({ project: { id: "gen-lang-client-1", adopt: true } });
    expect(template.import).toEqual([{ to: "google_project.project", id: "gen-lang-client-1" }]);
    expect(resource(template, "google_project.project")).toMatchObject({
      deletion_policy: "ABANDON",
      auto_create_network: true,
      lifecycle: { ignore_changes: IGNORED },
    });
  });

  test("adopted and protected", () => {
    expect(resource(FULL, "google_project.project")).toMatchObject({
      deletion_policy: "PREVENT",
      lifecycle: { prevent_destroy: true, ignore_changes: IGNORED },
    });
  });

  test("not adopted: no import block", () => {
    expect(synthEnvironment({ keys: [KEY] })).not.toHaveProperty("import");
  });
});

describe("protection", () => {
  const prevented = (template: typeof FULL) =>
    addresses(template).filter(
      (address) => (resource(template, address)["lifecycle"] as Record<string, unknown>)?.["prevent_destroy"] === true,
    );

  test("is on the project and on the serving generation of each key, and nowhere else", () => {
    expect(prevented(FULL)).toEqual([
      "google_apikeys_key.key-chat-backend_g5",
      "google_apikeys_key.key-web_g1",
      "google_project.project",
    ]);
  });

  test("is nowhere in an unprotected environment", () => {
    expect(prevented(synthEnvironment({ ...FULL_ENVIRONMENT, protected: false }, FULL_ORGANIZATION))).toEqual([]);
  });
});

describe("keys and secrets", () => {
  test("every generation may call one API, from the declared addresses", () => {
    const keys = ofType(FULL, "google_apikeys_key");
    expect(Object.entries(keys).map(([id, { restrictions }]) => [id, restrictions])).toEqual(
      Object.keys(keys).map((id) => [
        id,
        {
          api_targets: [{ service: "generativelanguage.googleapis.com" }],
          server_key_restrictions: { allowed_ips: id === "key-web_g1" ? ["8.8.8.8"] : ["8.8.4.0/24", "8.8.8.8"] },
        },
      ]),
    );
  });

  test("published generations have a version, disabled and not destroyed, after all older ones", () => {
    const versions = ofType(FULL, "google_secret_manager_secret_version");
    const version = (number: number, older?: number) => ({
      secret: "${google_secret_manager_secret.secret-chat-backend.id}",
      secret_data_wo: `\${google_apikeys_key.key-chat-backend_g${number}.key_string}`,
      secret_data_wo_version: number,
      deletion_policy: "DISABLE",
      ...(older ? { depends_on: [`google_secret_manager_secret_version.secret-chat-backend_g${older}`] } : {}),
    });
    expect(versions).toEqual({
      "secret-chat-backend_g2": version(2),
      "secret-chat-backend_g3": version(3, 2),
      "secret-chat-backend_g5": version(5, 3),
      "secret-web_g1": {
        secret: "${google_secret_manager_secret.secret-web.id}",
        secret_data_wo: "${google_apikeys_key.key-web_g1.key_string}",
        secret_data_wo_version: 1,
        deletion_policy: "DISABLE",
      },
    });
  });

  test("the secret says whose key it is and when to rotate it", () => {
    expect(resource(FULL, "google_secret_manager_secret.secret-chat-backend")).toEqual({
      project: "gen-lang-client-0123456789",
      secret_id: "gemini-chat-backend",
      replication: { auto: {} },
      labels: { environment: "prod", generation: "5", "managed-by": "gemkeys", owner: "support" },
      annotations: {
        purpose: "Drafts answers",
        contact: "support-leads@example.com",
        department: "Customer Care",
        "created-g2": "2026-05-01",
        "created-g3": "2026-08-01",
        "created-g5": "2026-11-01",
        "created-g6": "2026-11-20",
        "rotate-every-days": "90",
        "rotate-by": "2027-01-30",
      },
      depends_on: ["google_project_service.project_secretmanager"],
    });
  });

  test("of a minimal key says no more than was declared", () => {
    expect(resource(FULL, "google_secret_manager_secret.secret-web")).toMatchObject({
      labels: { environment: "prod", generation: "1", "managed-by": "gemkeys", owner: "search" },
      annotations: { purpose: "Answers questions", "created-g1": "2026-11-01" },
    });
  });

  test("wait for the services they call", () => {
    const services = ["apikeys", "generativelanguage", "iam"].map((name) => `google_project_service.project_${name}`);
    for (const address of ["google_apikeys_key.key-web_g1", "google_service_account.key-web_service-account"]) {
      expect(resource(synthEnvironment({ keys: [KEY] }), address)["depends_on"]).toEqual(services);
      // With the organization policy lifted, they wait for that too.
      expect(resource(FULL, address)["depends_on"]).toEqual([...services, "google_org_policy_policy.key-policy"]);
    }
  });

  test("adding a generation, a reader or a key changes nothing of what is there", () => {
    const before = synthEnvironment({ keys: [KEY] });
    const after = synthEnvironment({
      keys: [
        FULL_KEY,
        {
          ...KEY,
          readers: ["group:gcp-search@example.com"],
          generations: [...KEY.generations, { number: 2, created: "2026-11-20", phase: "prepared" }],
        },
      ],
    });
    for (const address of addresses(before).filter((address) => !address.startsWith("google_secret_manager_secret."))) {
      expect(resource(after, address)).toEqual(resource(before, address));
    }
  });
});

describe("access", () => {
  test("every binding is a reader, a team, the planner or Google's budget publisher: no key's account has a role", () => {
    const bindings = addresses(FULL).filter((address) =>
      /_iam_(?:member|binding|policy)$/.test(address.split(".")[0]!),
    );
    expect(bindings.map((address) => [resource(FULL, address)["role"], resource(FULL, address)["member"]])).toEqual([
      ["${google_project_iam_custom_role.access_administrators.name}", "group:gcp-platform@example.com"],
      ["${google_project_iam_custom_role.access_administrators.name}", "user:admin@example.com"],
      ["${google_project_iam_custom_role.access_developers.name}", "group:gcp-search@example.com"],
      ["${google_project_iam_custom_role.access_operators.name}", "group:gcp-sre@example.com"],
      [
        "${google_project_iam_custom_role.planner.name}",
        "serviceAccount:gemkeys-planner@acme-gemini-admin.iam.gserviceaccount.com",
      ],
      ["roles/pubsub.publisher", "serviceAccount:billing-budget-alert@system.gserviceaccount.com"],
      ["roles/secretmanager.secretAccessor", "group:gcp-search@example.com"],
      ["roles/secretmanager.secretAccessor", "serviceAccount:chat@acme-apps.iam.gserviceaccount.com"],
    ]);
    const emails = texts(FULL).filter(({ text }) => /google_service_account\.[\w-]+\.(?:email|member|name)/.test(text));
    expect(emails.every(({ path }) => path.endsWith(".service_account_email"))).toBe(true);
  });
});

describe("the budget", () => {
  test("is of this project, with the organization's billing account", () => {
    expect(resource(FULL, "google_billing_budget.budget")).toMatchObject({
      billing_account: "012345-6789AB-CDEF01",
      display_name: "Gemini acme prod",
      budget_filter: { projects: ["projects/${google_project.project.number}"] },
      amount: { specified_amount: { currency_code: "USD", units: "2000" } },
      threshold_rules: [
        { threshold_percent: 0.5, spend_basis: "CURRENT_SPEND" },
        { threshold_percent: 1.2, spend_basis: "CURRENT_SPEND" },
        { threshold_percent: 1, spend_basis: "FORECASTED_SPEND" },
      ],
    });
  });
});

describe("nothing leaks", () => {
  test("the outputs are the project and the secret ids", () => {
    expect(FULL.output).toEqual({
      project_id: { value: "gen-lang-client-0123456789" },
      project_number: { value: "${google_project.project.number}" },
      secret_ids: { value: ["gemini-chat-backend", "gemini-web"] },
    });
  });

  test("the only use of a key string is the write-only value of a secret version", () => {
    const uses = texts(FULL).filter(({ text }) => text.includes("key_string"));
    expect(uses).toHaveLength(4);
    for (const { path } of uses) {
      expect(path).toMatch(/^resource\.google_secret_manager_secret_version\.[\w-]+\.secret_data_wo$/);
    }
  });

  test("nothing is read from another stack, and nothing looks like a key", () => {
    expect(FULL).not.toHaveProperty("data");
    expect(JSON.stringify(FULL)).not.toMatch(/terraform_remote_state|AIza|AQ\./);
  });
});

describe("addresses", () => {
  const separators = ["", ".", "-", "_", "+", "'"];
  const part = fc.stringMatching(/^[a-z0-9]{1,3}$/);
  const email = fc
    .tuple(part, fc.constantFrom(...separators), part)
    .map(([a, separator, b]) => `${a}${separator}${b}@example.com`);
  const reader = fc.oneof(
    fc.tuple(fc.constantFrom("user", "group", "serviceAccount"), email).map(([kind, address]) => `${kind}:${address}`),
    fc
      .tuple(fc.constantFrom("principal", "principalSet"), part, fc.constantFrom("/", ".", "-", "_", ":"), part)
      .map(([kind, a, separator, b]) => `${kind}://iam.googleapis.com/${a}${separator}${b}`),
  );
  const keyName = fc.stringMatching(/^[a-b]-{0,2}[a-b]-?[a-b]$/);

  test("are unique and valid, whatever the readers, the e-mail addresses and the names of keys", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(reader, { maxLength: 8 }),
        fc.uniqueArray(email, { maxLength: 5 }),
        fc.uniqueArray(keyName, { maxLength: 3 }),
        (readers, emails, names) => {
          const stack = environmentStack(
            {
              ...FULL_ENVIRONMENT,
              budget: { ...FULL_ENVIRONMENT.budget!, emails },
              keys: names.map((name) => ({ ...FULL_KEY, name, readers })),
            },
            FULL_ORGANIZATION,
          );
          const elements = stack.node.findAll().filter(TerraformResource.isTerraformResource);
          const ids = elements.map((element) => `${element.terraformResourceType}.${element.friendlyUniqueId}`);
          expect(new Set(ids).size).toBe(ids.length);
          for (const id of ids) expect(id).toMatch(/^[a-z_]+\.[A-Za-z_][\w-]*$/);
        },
      ),
    );
  });

  test("of readers that differ in punctuation alone differ", () => {
    const readers = separators.map((separator) => `group:a${separator}b@example.com`);
    const template = synthEnvironment({ keys: [{ ...KEY, readers }] });
    expect(counts(template)["google_secret_manager_secret_iam_member"]).toBe(readers.length);
  });

  test("no two elements of a stack share one: none is lost in the output", () => {
    const stack = environmentStack(FULL_ENVIRONMENT, FULL_ORGANIZATION);
    const resources = stack.node.findAll().filter(TerraformResource.isTerraformResource);
    expect(addresses(synthTemplate(stack))).toHaveLength(resources.length);
  });
});

test("a wrong declaration is refused with the path of the construct", () => {
  expect(messageOf(() => environmentStack({ keys: [{ ...KEY, allow: ["10.0.0.1"] }] }))).toBe(
    "[prod/key-web] `allowedIps[0]` must be a public range, got: 10.0.0.1. Use the egress address of your NAT: 10.0.0.0/8 is private (RFC 1918).",
  );
});
