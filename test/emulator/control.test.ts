import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmulator } from "../../emulator/emulator";
import { Client, errorBody, project, startWithProject } from "./client";

const path = "/_emulator/clock";
const keys = `/apikeys/v2/projects/${project}/locations/global/keys`;
const hour = 60 * 60 * 1000;

let client: Client;
let now: number;
const settings = { now: () => new Date(now) };
beforeEach(async () => {
  now = Date.parse("2030-01-02T00:00:00.000Z");
  client = await startWithProject(["apikeys.googleapis.com"], settings);
});
afterEach(() => client.close());

test("the time is moved forward, and goes on from there", async () => {
  expect((await client.get(path)).body).toEqual({ now: "2030-01-02T00:00:00.000Z", offsetSeconds: 0 });
  expect((await client.post(path, { advance: "30d" })).body).toEqual({
    now: "2030-02-01T00:00:00.000Z",
    offsetSeconds: 2_592_000,
  });
  await client.post(path, { advance: "2h" });
  await client.post(path, { advance: "3m" });
  await client.post(path, { advance: "4s" });
  await client.post(path, { advanceSeconds: 0.5 });
  now += 1000;
  expect((await client.get(path)).body.now).toBe("2030-02-01T02:03:05.500Z");
  client.emulator.advance(hour);
  expect((await client.get(path)).body.now).toBe("2030-02-01T03:03:05.500Z");
});

test.each<[object, string]>([
  [{}, 'Set one of advance, e.g. "30d", and advanceSeconds.'],
  [{ advance: "1d", advanceSeconds: 1 }, 'Set one of advance, e.g. "30d", and advanceSeconds.'],
  [
    { advance: "1 month" },
    'advance must be a number of days, hours, minutes or seconds, e.g. 30d, and at most 100 years, got: "1 month"',
  ],
  [
    { advance: 1 },
    "advance must be a number of days, hours, minutes or seconds, e.g. 30d, and at most 100 years, got: 1",
  ],
  [
    { advance: "36601d" },
    'advance must be a number of days, hours, minutes or seconds, e.g. 30d, and at most 100 years, got: "36601d"',
  ],
  [{ advanceSeconds: -1 }, "advanceSeconds must be a number from 0 to 3162240000, got: -1"],
  [{ advanceSeconds: "1" }, 'advanceSeconds must be a number from 0 to 3162240000, got: "1"'],
  [{ back: "1d" }, 'Invalid JSON payload received. Unknown name "back": Cannot find field.'],
])("%j is refused", async (body, message) => {
  const answer = await client.post(path, body);
  expect([answer.status, answer.body]).toEqual([400, errorBody(400, "INVALID_ARGUMENT", message, "badRequest")]);
  expect((await client.get(path)).body.offsetSeconds).toBe(0);
});

test("never goes back", () => {
  expect(() => client.emulator.advance(-1)).toThrow(new RangeError("time only goes forward, got: -1 ms"));
});

test("a deleted key's name is free again after thirty days, and its string is no key's", async () => {
  const { body } = await client.post(`${keys}?keyId=chat`, {});
  const lookup = `/apikeys/v2/keys:lookupKey?keyString=${body.response.keyString}`;
  await client.delete(`${keys}/chat`);
  await client.post(path, { advanceSeconds: 30 * 24 * 60 * 60 - 1 });
  expect((await client.post(`${keys}?keyId=chat`, {})).status).toBe(409);
  expect((await client.get(lookup)).status).toBe(200);
  await client.post(path, { advance: "1s" });
  expect((await client.get(lookup)).status).toBe(404);
  expect((await client.post(`${keys}?keyId=chat`, {})).status).toBe(200);
});

test("a deleted project can be restored for thirty days, and its id is never free again", async () => {
  const url = `/crm/v1/projects/${project}`;
  await client.delete(url);
  client.emulator.advance(30 * 24 * hour - 1);
  expect((await client.get(url)).body.lifecycleState).toBe("DELETE_REQUESTED");
  expect((await client.post(`${url}:undelete`, {})).status).toBe(200);
  await client.delete(url);
  client.emulator.advance(30 * 24 * hour);
  expect((await client.get(url)).status).toBe(403);
  expect((await client.post(`${url}:undelete`, {})).status).toBe(403);
  expect((await client.get("/crm/v1/projects")).text).not.toContain(project);
  expect((await client.post("/crm/v1/projects", { projectId: project })).status).toBe(409);
});

test("pending operations are done", async () => {
  await client.close();
  client = new Client(await startEmulator({ ...settings, operationDelayMs: hour }));
  const { body } = await client.post("/crm/v1/projects", { projectId: project });
  expect(body.done).toBe(false);
  await client.post(path, { advance: "59m" });
  expect((await client.get(`/crm/v1/${body.name}`)).body.done).toBe(false);
  await client.post(path, { advance: "1m" });
  expect((await client.get(`/crm/v1/${body.name}`)).body.done).toBe(true);
  expect(client.emulator.store.project(project)?.createTime).toBe("2030-01-02T01:00:00.000Z");
});

test("the time is saved with the state", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gemkeys-clock-"));
  try {
    const stateFile = join(folder, "state.json");
    await client.post(path, { advance: "1d" });
    client.emulator.save(stateFile);
    const second = await startEmulator({ ...settings, stateFile });
    expect(second.store.timestamp()).toBe("2030-01-03T00:00:00.000Z");
    await second.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
