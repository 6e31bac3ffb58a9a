import * as fs from "node:fs";
import { inventoryFromStack } from "../../inventory/from-stack";
import type { EnvironmentInventory } from "../../inventory/model";
import { FULL_ENVIRONMENT, FULL_ORGANIZATION, KEY, synthEnvironment } from "../helpers/declaration";
import { SAMPLE_FILE, sampleInventory } from "../helpers/sample";
import { messageOf, type Template } from "../helpers/synth-template";

let synthesized: Template | undefined;
const full = () => (synthesized ??= synthEnvironment(FULL_ENVIRONMENT, FULL_ORGANIZATION));

const GEMINI = [{ service: "generativelanguage.googleapis.com", methods: [] }];

function generation(keyName: string, number: number, phase: string, created: string, addresses: string[]) {
  return {
    number,
    keyId: `${keyName}-g${number}`,
    displayName: `${keyName} g${number}`,
    phase,
    created,
    addresses,
    apiTargets: GEMINI,
    terraformAddress: `google_apikeys_key.key-${keyName}_g${number}`,
  };
}

const FULL_INVENTORY = {
  name: "prod",
  project: {
    id: "gen-lang-client-0123456789",
    name: "gen-lang-client-0123456789",
    parent: "organizations/123456789012",
    billingAccount: "012345-6789AB-CDEF01",
    labels: { environment: "prod", "managed-by": "gemkeys" },
    adopted: true,
    protected: true,
  },
  services: [
    "apikeys",
    "cloudquotas",
    "generativelanguage",
    "iam",
    "logging",
    "monitoring",
    "orgpolicy",
    "pubsub",
    "secretmanager",
  ].map((name) => `${name}.googleapis.com`),
  keys: [
    {
      name: "chat-backend",
      owner: "support",
      purpose: "Drafts answers",
      department: "Customer Care",
      contact: "support-leads@example.com",
      serviceAccount: {
        accountId: "gk-chat-backend",
        email: "gk-chat-backend@gen-lang-client-0123456789.iam.gserviceaccount.com",
        displayName: "Gemini key chat-backend",
        description: "Identity of a Gemini API key. Holds no role, and must not be given one.",
      },
      secret: {
        id: "gemini-chat-backend",
        labels: { environment: "prod", generation: "5", "managed-by": "gemkeys", owner: "support" },
        annotations: {
          contact: "support-leads@example.com",
          "created-g2": "2026-05-01",
          "created-g3": "2026-08-01",
          "created-g5": "2026-11-01",
          "created-g6": "2026-11-20",
          department: "Customer Care",
          purpose: "Drafts answers",
          "rotate-by": "2027-01-30",
          "rotate-every-days": "90",
        },
      },
      readers: ["group:gcp-search@example.com", "serviceAccount:chat@acme-apps.iam.gserviceaccount.com"],
      rotateEveryDays: 90,
      generations: [
        generation("chat-backend", 2, "draining", "2026-05-01", ["8.8.4.0/24", "8.8.8.8"]),
        generation("chat-backend", 3, "draining", "2026-08-01", ["8.8.4.0/24", "8.8.8.8"]),
        generation("chat-backend", 5, "serving", "2026-11-01", ["8.8.4.0/24", "8.8.8.8"]),
        generation("chat-backend", 6, "prepared", "2026-11-20", ["8.8.4.0/24", "8.8.8.8"]),
      ],
    },
    {
      name: "web",
      owner: "search",
      purpose: "Answers questions",
      serviceAccount: {
        accountId: "gk-web",
        email: "gk-web@gen-lang-client-0123456789.iam.gserviceaccount.com",
        displayName: "Gemini key web",
        description: "Identity of a Gemini API key. Holds no role, and must not be given one.",
      },
      secret: {
        id: "gemini-web",
        labels: { environment: "prod", generation: "1", "managed-by": "gemkeys", owner: "search" },
        annotations: { "created-g1": "2026-11-01", purpose: "Answers questions" },
      },
      readers: [],
      generations: [generation("web", 1, "serving", "2026-11-01", ["8.8.8.8"])],
    },
  ],
  budget: {
    displayName: "Gemini acme prod",
    amount: 2000,
    currency: "USD",
    services: [],
    thresholds: [
      { percent: 50, basis: "CURRENT_SPEND" },
      { percent: 120, basis: "CURRENT_SPEND" },
      { percent: 100, basis: "FORECASTED_SPEND" },
    ],
    emails: ["finops@example.com", "search@example.com"],
    topic: "budget-alerts",
  },
};

/** A copy of the full stack with something changed. */
function changed(change: (resources: Record<string, Record<string, Record<string, unknown>>>) => void): Template {
  const copy = JSON.parse(JSON.stringify(full()));
  change(copy.resource);
  return copy;
}

test("a full environment", () => {
  expect(inventoryFromStack("prod", full())).toEqual(FULL_INVENTORY);
});

test("a minimal environment", () => {
  expect(inventoryFromStack("prod", synthEnvironment())).toEqual({
    name: "prod",
    project: {
      id: "acme-gemini-prod",
      name: "acme-gemini-prod",
      labels: { environment: "prod", "managed-by": "gemkeys" },
      adopted: false,
      protected: false,
    },
    services: ["apikeys", "generativelanguage", "iam", "secretmanager"].map((name) => `${name}.googleapis.com`),
    keys: [],
  });
});

test("a project in a folder", () => {
  const { project } = inventoryFromStack("prod", synthEnvironment({}, { parent: "folders/345678901234" }));
  expect(project.parent).toBe("folders/345678901234");
});

test.each([
  ["e-mail alone", { emails: ["finops@example.com"], pubsub: false }, ["finops@example.com"], undefined],
  ["Pub/Sub alone", { emails: [], pubsub: true }, [], "budget-alerts"],
  ["neither", { emails: [], pubsub: false }, [], undefined],
])("a budget with %s", (_, notify, emails, topic) => {
  const budget = { ...FULL_ENVIRONMENT.budget!, ...notify };
  const { budget: read } = inventoryFromStack("prod", synthEnvironment({ budget }, FULL_ORGANIZATION));
  expect({ emails: read!.emails, topic: read!.topic }).toEqual({ emails, topic });
});

test("percentages are whole again, although Terraform has fractions", () => {
  const budget = { ...FULL_ENVIRONMENT.budget!, alertAt: Array.from({ length: 200 }, (_, i) => i + 1), forecastAt: [] };
  const { budget: read } = inventoryFromStack("prod", synthEnvironment({ budget }, FULL_ORGANIZATION));
  expect(read!.thresholds.map(({ percent }) => percent)).toEqual(budget.alertAt);
});

test("the phases come from the secret's versions, whatever their order in the file", () => {
  const reordered = changed((resources) => {
    const versions = resources["google_secret_manager_secret_version"]!;
    resources["google_secret_manager_secret_version"] = Object.fromEntries(Object.entries(versions).reverse());
    const keys = resources["google_apikeys_key"]!;
    resources["google_apikeys_key"] = Object.fromEntries(Object.entries(keys).reverse());
  });
  expect(inventoryFromStack("prod", reordered)).toEqual(FULL_INVENTORY);
});

test("lists are sorted, whatever the order of the file", () => {
  const reordered = changed((resources) => {
    for (const type of Object.keys(resources)) {
      resources[type] = Object.fromEntries(Object.entries(resources[type]!).reverse());
    }
    const rule = resources["google_billing_budget"]!["budget"]!["all_updates_rule"] as Record<string, string[]>;
    rule["monitoring_notification_channels"]!.reverse();
  });
  expect(inventoryFromStack("prod", reordered)).toEqual(FULL_INVENTORY);
});

test("a project is adopted by an import of its own id alone", () => {
  const stack = { ...changed(() => {}), import: [{ id: "another", to: "google_project.project" }] };
  expect(inventoryFromStack("prod", stack).project.adopted).toBe(false);
});

test("what a stack does not say of a key is empty", () => {
  const stack = changed((resources) => {
    resources["google_secret_manager_secret"]!["secret-web"] = { secret_id: "gemini-web" };
  });
  expect(inventoryFromStack("prod", stack).keys[1]).toMatchObject({
    owner: "",
    purpose: "",
    secret: { id: "gemini-web", labels: {}, annotations: {} },
    generations: [{ created: "" }],
  });
});

test("a key of a service account that is named like no generation is none of ours", () => {
  const stack = changed((resources) => {
    resources["google_apikeys_key"]!["key-web_g1"]!["name"] = "web";
  });
  expect(messageOf(() => inventoryFromStack("prod", stack))).toBe(
    "google_apikeys_key.key-web_g1: its name is not that of a generation.",
  );
});

test("addresses are merged and sorted; a key without any may be used from anywhere", () => {
  const stack = changed((resources) => {
    const keys = resources["google_apikeys_key"]!;
    const allowed_ips = ["8.8.8.9", "2001:4860::/32", "8.8.8.8/32"];
    keys["key-web_g1"]!["restrictions"] = [{ server_key_restrictions: [{ allowed_ips }] }];
    delete keys["key-chat-backend_g5"]!["restrictions"];
  });
  const [chat, web] = inventoryFromStack("prod", stack).keys;
  expect(web!.generations[0]).toMatchObject({ addresses: ["8.8.8.8/31", "2001:4860::/32"], apiTargets: [] });
  expect(chat!.generations[2]).toMatchObject({ addresses: [], apiTargets: [] });
});

test("API targets are read with their methods, from a block or a list of blocks", () => {
  const stack = changed((resources) => {
    const target = { service: "generativelanguage.googleapis.com", methods: ["GenerateContent"] };
    resources["google_apikeys_key"]!["key-web_g1"]!["restrictions"] = { api_targets: target };
  });
  expect(inventoryFromStack("prod", stack).keys[1]!.generations[0]!.apiTargets).toEqual([
    { service: "generativelanguage.googleapis.com", methods: ["GenerateContent"] },
  ]);
});

test("a member with another role on the secret is no reader", () => {
  const stack = changed((resources) => {
    resources["google_secret_manager_secret_iam_member"]!["other"] = {
      secret_id: "${google_secret_manager_secret.secret-web.secret_id}",
      role: "roles/secretmanager.viewer",
      member: "user:a@example.com",
    };
  });
  expect(inventoryFromStack("prod", stack)).toEqual(FULL_INVENTORY);
});

test("is plain JSON, and holds no key and no reference to one", () => {
  const inventory = inventoryFromStack("prod", full());
  const json = JSON.stringify(inventory);
  expect(JSON.parse(json)).toEqual(FULL_INVENTORY);
  expect(json).not.toMatch(/key_string|AIza|AQ\.|\$\{/);
});

describe("a stack that is not ours is refused", () => {
  const secretOfWeb = "${google_secret_manager_secret.secret-web.id}";

  test.each<[string, () => unknown, string]>([
    ["nothing", () => undefined, "stack x: expected one google_project, found 0."],
    ["no object", () => "text", "stack x: expected one google_project, found 0."],
    ["no resources", () => ({ terraform: {} }), "stack x: expected one google_project, found 0."],
    [
      "two projects",
      () => ({ resource: { google_project: { a: {}, b: {} } } }),
      "stack x: expected one google_project, found 2.",
    ],
    [
      "a service account without a key",
      () => ({ resource: { google_project: { project: {} }, google_service_account: { ci: { account_id: "ci" } } } }),
      "stack x: google_service_account.ci belongs to no API key with a secret.",
    ],
    [
      "a key in no secret",
      () => changed((resources) => delete resources["google_secret_manager_secret_version"]),
      "stack x: google_service_account.key-chat-backend_service-account belongs to no API key with a secret.",
    ],
    [
      "a version of a secret elsewhere",
      () => changed((resources) => delete resources["google_secret_manager_secret"]!["secret-web"]),
      `stack x: ${secretOfWeb} refers to no resource of this stack.`,
    ],
    [
      "a channel elsewhere",
      () => changed((resources) => delete resources["google_monitoring_notification_channel"]),
      "stack x: ${google_monitoring_notification_channel.budget_email-finops-example-com-9c23acdb.name} refers to no resource of this stack.",
    ],
  ])("%s", (_, stack, message) => {
    expect(messageOf(() => inventoryFromStack("x", stack()))).toBe(message);
  });
});

test("the sample", () => {
  const { format, ...expected } = JSON.parse(fs.readFileSync(SAMPLE_FILE, "utf8"));
  expect(format).toBe("gemkeys.inventory/1");
  expect(JSON.parse(JSON.stringify(sampleInventory()))).toEqual(expected);
});

test("keys are sorted by name", () => {
  const keys = ["web", "app", "app-2"].map((name) => ({ ...KEY, name }));
  const inventory: EnvironmentInventory = inventoryFromStack("prod", synthEnvironment({ keys }));
  expect(inventory.keys.map(({ name }) => name)).toEqual(["app", "app-2", "web"]);
});
