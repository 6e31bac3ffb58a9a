import { foundationOf } from "../../cli/foundation";
import { startEmulator } from "../../emulator/emulator";
import { seedEnvironment, seedFoundation } from "../../emulator/seed";
import { Client } from "../emulator/client";
import { DEPLOYER, DRILLS, DrilledCloud } from "../helpers/alert-drill";
import { deployAlerts } from "../helpers/deploy-alerts";
import { sampleDeclaration, sampleInventory, sampleTemplates } from "../helpers/sample";
import { ofType } from "../helpers/synth-template";

// Every alert of the sample's dev, tried on the local cloud's own audit entries and metrics.

const PROJECT = "acme-gemini-dev";
const TEMPLATE = sampleTemplates()["dev"]!;

let client: Client;
let cloud: DrilledCloud;
beforeAll(async () => {
  client = new Client(await startEmulator());
  seedFoundation(client.emulator.store, foundationOf(sampleDeclaration()));
  const { environments } = sampleInventory();
  seedEnvironment(client.emulator.store, environments.find(({ name }) => name === "dev")!);
  for (const api of ["logging.googleapis.com", "monitoring.googleapis.com", "pubsub.googleapis.com"]) {
    await client.post(`/su/v1/projects/${PROJECT}/services/${api}:enable`, {});
  }
  await deployAlerts(client, PROJECT, TEMPLATE);
  cloud = new DrilledCloud(client.emulator, PROJECT);
});
afterAll(() => client.close());

test.each(DRILLS.map((drill) => [drill.what, drill] as const))("%s", async (_what, drill) => {
  cloud.forget();
  expect(cloud.raised()).toEqual([]);
  await drill.run(cloud);
  expect(cloud.raised()).toEqual(drill.raises);
});

test("every alert policy is raised by a drill", () => {
  const names = Object.values(ofType(TEMPLATE, "google_monitoring_alert_policy")).map(({ display_name }) =>
    String(display_name).replace(/^.*\(([\w-]+)\)$/, "$1"),
  );
  const raised = new Set(DRILLS.flatMap(({ raises }) => raises));
  expect(names.sort()).toEqual([...raised].sort());
});

test("a long-running call is logged twice, and counted once", async () => {
  cloud.forget();
  const before = new Date(client.emulator.store.now().getTime() - 1000).toISOString();
  await cloud.createKey("mallory@example.com");
  const entries = await client.post("/log/v2/entries:list", {
    resourceNames: [`projects/${PROJECT}`],
    filter: `protoPayload.methodName:"CreateKey" AND timestamp>="${before}"`,
  });
  expect(entries.body.entries).toHaveLength(2);
  client.emulator.advance(120_000);
  const query = "sum(increase(logging_googleapis_com:user_gemkeys_key_changed[10m]))";
  const counted = await client.get(
    `/mon/v1/projects/${PROJECT}/location/global/prometheus/api/v1/query?query=${encodeURIComponent(query)}`,
  );
  expect(counted.body.data.result.map(({ value }: { value: [number, string] }) => value[1])).toEqual(["1"]);
});

test("an alert names who it was", async () => {
  cloud.forget();
  await cloud.as("mallory@example.com", "GET", `${cloud.keys()}/ci-tests-g1/keyString`);
  expect(cloud.principals()).toEqual(["mallory@example.com"]);
});

test("deployer of the drills is the one of the sample", () => {
  const filters = JSON.stringify(ofType(TEMPLATE, "google_monitoring_alert_policy"));
  expect(filters).toContain(DEPLOYER);
});
