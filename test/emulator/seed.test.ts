import { seedEnvironment, seedFoundation } from "../../emulator/seed";
import { snapshotEnvironment } from "../../emulator/snapshot";
import type { EnvironmentInventory, GenerationEntry, KeyEntry } from "../../inventory/model";
import type { Phase } from "../../values/generations";
import { billingAccount, type Client, parent, project, startClient } from "./client";

let client: Client;
beforeEach(async () => {
  client = await startClient();
});
afterEach(() => client.close());

function generation(number: number, phase: Phase, addresses: readonly string[] = ["203.0.113.10"]): GenerationEntry {
  const apiTargets = [{ service: "generativelanguage.googleapis.com", methods: [] }];
  return {
    number,
    keyId: `web-g${number}`,
    displayName: `web g${number}`,
    phase,
    created: "2026-11-01",
    addresses,
    apiTargets,
    terraformAddress: `google_apikeys_key.key-web_g${number}`,
  };
}

function key(generations: readonly GenerationEntry[], more: Partial<KeyEntry> = {}): KeyEntry {
  return {
    name: "web",
    owner: "search",
    purpose: "Drafts answers",
    serviceAccount: {
      accountId: "gk-web",
      email: `gk-web@${project}.iam.gserviceaccount.com`,
      displayName: "Gemini key web",
      description: "Holds no role",
    },
    secret: { id: "gemini-web", labels: { owner: "search" }, annotations: { purpose: "Drafts answers" } },
    readers: ["serviceAccount:chat@acme-apps.iam.gserviceaccount.com"],
    generations,
    ...more,
  };
}

function environment(keys: readonly KeyEntry[]): EnvironmentInventory {
  return {
    name: "dev",
    project: {
      id: project,
      name: "Gemini dev",
      parent,
      billingAccount,
      labels: { env: "dev" },
      adopted: false,
      protected: false,
    },
    services: ["apikeys.googleapis.com", "generativelanguage.googleapis.com", "secretmanager.googleapis.com"],
    keys,
    budget: {
      displayName: "gemini dev",
      amount: 200,
      currency: "USD",
      services: ["services/AEFD-7695-64FA"],
      thresholds: [
        { percent: 50, basis: "CURRENT_SPEND" },
        { percent: 100, basis: "FORECASTED_SPEND" },
      ],
      emails: ["finops@example.com"],
      topic: "budget-alerts",
    },
  };
}

const snapshot = () => snapshotEnvironment(client.emulator.store, "dev", project);

test("an environment is there as a deploy would leave it", () => {
  const { store } = client.emulator;
  seedEnvironment(
    store,
    environment([key([generation(1, "draining"), generation(2, "serving"), generation(3, "prepared")])]),
  );
  const keyOf = (number: number) => ({
    id: `web-g${number}`,
    displayName: `web g${number}`,
    serviceAccount: `gk-web@${project}.iam.gserviceaccount.com`,
    apiTargets: [{ service: "generativelanguage.googleapis.com", methods: [] }],
    addresses: ["203.0.113.10"],
    otherRestrictions: [],
  });
  expect(snapshot()).toEqual({
    environment: "dev",
    project: { id: project, name: "Gemini dev", parent, billingAccount, labels: { env: "dev" } },
    services: [
      "apikeys.googleapis.com",
      // By the provider, to remove the default network.
      "compute.googleapis.com",
      "generativelanguage.googleapis.com",
      "secretmanager.googleapis.com",
    ],
    serviceAccounts: [
      {
        email: `gk-web@${project}.iam.gserviceaccount.com`,
        displayName: "Gemini key web",
        description: "Holds no role",
        disabled: false,
      },
    ],
    keys: [keyOf(1), keyOf(2), keyOf(3)],
    secrets: [
      {
        id: "gemini-web",
        labels: { owner: "search" },
        annotations: { purpose: "Drafts answers" },
        accessors: ["serviceAccount:chat@acme-apps.iam.gserviceaccount.com"],
        versions: [
          { state: "ENABLED", key: "web-g1" },
          { state: "ENABLED", key: "web-g2" },
        ],
      },
    ],
    budgets: [
      {
        billingAccount,
        displayName: "gemini dev",
        amount: 200,
        currency: "USD",
        services: ["services/AEFD-7695-64FA"],
        thresholds: [
          { percent: 100, basis: "FORECASTED_SPEND" },
          { percent: 50, basis: "CURRENT_SPEND" },
        ],
        emails: ["finops@example.com"],
        topic: "budget-alerts",
      },
    ],
    topics: [{ id: "budget-alerts", publishers: ["serviceAccount:billing-budget-alert@system.gserviceaccount.com"] }],
  });
});

test("seeding again changes nothing, not even key strings", () => {
  const { store } = client.emulator;
  const inventory = environment([key([generation(1, "draining"), generation(2, "serving")])]);
  seedEnvironment(store, inventory);
  const before = snapshot();
  const strings = store.keys.list(project).map(({ keyString }) => keyString);
  seedEnvironment(store, inventory);
  seedFoundation(store, { parent, billingAccount, adminProject: "seed-project" });
  expect(snapshot()).toEqual(before);
  expect(store.keys.list(project).map(({ keyString }) => keyString)).toEqual(strings);
  expect(store.secrets.list(project)[0]!.versions).toHaveLength(2);
});

test("a rotation goes through its phases", () => {
  const { store } = client.emulator;
  const versions = (...generations: GenerationEntry[]) => {
    seedEnvironment(store, environment([key(generations)]));
    const { secrets, keys } = snapshot() as { secrets: { versions: unknown[] }[]; keys: { id: string }[] };
    return [keys.map(({ id }) => id), secrets[0]!.versions];
  };
  const enabled = { state: "ENABLED" };
  const first = { ...enabled, key: "web-g1" };
  expect(versions(generation(1, "serving"))).toEqual([["web-g1"], [first]]);
  expect(versions(generation(1, "serving"), generation(2, "prepared"))).toEqual([["web-g1", "web-g2"], [first]]);
  const second = { ...enabled, key: "web-g2" };
  expect(versions(generation(1, "draining"), generation(2, "serving"))).toEqual([
    ["web-g1", "web-g2"],
    [first, second],
  ]);
  expect(versions(generation(2, "serving"))).toEqual([["web-g2"], [{ state: "DISABLED", key: "web-g1" }, second]]);
});

test("a change of the declaration arrives", () => {
  const { store } = client.emulator;
  seedEnvironment(store, environment([key([generation(1, "serving")])]));
  seedEnvironment(store, environment([key([generation(1, "serving", [])], { readers: ["group:b@example.com"] })]));
  const { keys, secrets } = snapshot() as { keys: { addresses: string[] }[]; secrets: { accessors: string[] }[] };
  expect([keys[0]!.addresses, secrets[0]!.accessors]).toEqual([[], ["group:b@example.com"]]);
});

test("an adopted project keeps its name and labels, and gets no Compute", () => {
  const { store } = client.emulator;
  seedFoundation(store, { parent, billingAccount, existingProjects: [{ id: project, name: "Older" }] });
  const inventory = environment([key([generation(1, "serving")])]);
  seedEnvironment(store, { ...inventory, project: { ...inventory.project, adopted: true } });
  expect(snapshot()).toMatchObject({
    project: { id: project, name: "Older", parent, billingAccount, labels: {} },
    services: inventory.services,
    keys: [{ id: "web-g1" }],
  });
});

test("what is seeded answers like what was deployed", async () => {
  const { store } = client.emulator;
  seedEnvironment(store, environment([key([generation(1, "serving", ["198.51.100.7"])])]));
  const access = `/sm/v1/projects/${project}/secrets/gemini-web/versions/latest:access`;
  const keyString = Buffer.from((await client.get(access)).body.payload.data, "base64").toString();
  const call = (ip: string) => client.get("/v1beta/models", { "x-goog-api-key": keyString, "x-gemkeys-caller-ip": ip });
  expect([(await call("198.51.100.7")).status, (await call("198.51.100.8")).status]).toEqual([200, 403]);
});

test("the foundation has an admin project with every API, a bucket and existing projects", async () => {
  const { store } = client.emulator;
  const existingProjects = [{ id: "acme-existing", name: "Existing" }];
  seedFoundation(store, {
    parent,
    billingAccount,
    adminProject: "seed-project",
    stateBucket: "acme-state",
    existingProjects,
  });
  expect(store.isEnabled("seed-project", "billingbudgets.googleapis.com")).toBe(true);
  expect((await client.get("/storage/storage/v1/b/acme-state")).body).toMatchObject({ versioning: { enabled: true } });
  expect((await client.get("/crm/v1/projects/acme-existing")).body).toMatchObject({
    name: "Existing",
    parent: { type: "organization", id: "123456789012" },
  });
});

test("a snapshot holds no key string, no number and nothing Google makes up", () => {
  const { store } = client.emulator;
  seedEnvironment(store, environment([key([generation(1, "serving")])]));
  const text = JSON.stringify(snapshot());
  const found = store.project(project)!;
  for (const secret of [store.keys.list(project)[0]!.keyString, found.projectNumber, found.createTime, "etag", "uid"]) {
    expect(text).not.toContain(secret);
  }
});

test("the snapshot of a project that is not there says so", () => {
  expect(snapshot()).toEqual({ environment: "dev", project: null });
});
