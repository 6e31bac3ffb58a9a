import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmulator } from "../../emulator/emulator";
import { Client, errorBody, project, startWithProject } from "./client";

const path = "/_emulator/clock";
const keys = `/apikeys/v2/projects/${project}/locations/global/keys`;
const hour = 60 * 60 * 1000;

const services = ["apikeys", "cloudkms", "iam", "logging", "secretmanager"].map((name) => `${name}.googleapis.com`);

let client: Client;
let now: number;
const settings = { now: () => new Date(now) };
beforeEach(async () => {
  now = Date.parse("2030-01-02T00:00:00.000Z");
  client = await startWithProject(services, settings);
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

describe("what was deleted or runs out is gone", () => {
  /** Moves the time to a second before the end, looks, and then to the end. */
  const over = async (days: number, before: () => Promise<void>) => {
    await client.post(path, { advanceSeconds: days * 24 * 60 * 60 - 1 });
    await before();
    await client.post(path, { advance: "1s" });
  };

  test("the id of a custom role is free after 37 days", async () => {
    const roles = `/iam/v1/projects/${project}/roles`;
    const role = { roleId: "reader", role: { stage: "GA", includedPermissions: ["apikeys.keys.get"] } };
    await client.post(roles, role);
    await client.delete(`${roles}/reader`);
    await over(37, async () => expect((await client.post(roles, role)).status).toBe(400));
    expect((await client.get(`${roles}?showDeleted=true`)).body).toEqual({});
    expect((await client.post(roles, role)).status).toBe(200);
  });

  test("the id of a pool is free after 30 days; its providers do not come back, and nobody is of it before", async () => {
    const pools = `/iam/v1/projects/${project}/locations/global/workloadIdentityPools`;
    const create = () => client.post(`${pools}?workloadIdentityPoolId=github`, {});
    const provider = {
      attributeMapping: { "google.subject": "assertion.sub" },
      oidc: { issuerUri: "https://i.example" },
    };
    const { name } = (await create()).body.response;
    await client.post(`${pools}/github/providers?workloadIdentityPoolProviderId=actions`, provider);
    await client.delete(`${pools}/github`);
    const policy = { bindings: [{ role: "roles/viewer", members: [`principalSet://iam.googleapis.com/${name}/*`] }] };
    const bind = async () => (await client.post(`/crm/v1/projects/${project}:setIamPolicy`, { policy })).status;
    await over(30, async () => {
      expect((await create()).status).toBe(409);
      expect(await bind()).toBe(200);
    });
    expect((await client.get(`${pools}/github`)).status).toBe(404);
    expect(await bind()).toBe(400);
    expect((await create()).status).toBe(200);
    expect((await client.get(`${pools}/github/providers`)).body).toEqual({});
    expect(await bind()).toBe(200);
  });

  test("a log bucket after 7 days", async () => {
    const buckets = `/log/v2/projects/${project}/locations/global/buckets`;
    await client.post(`${buckets}?bucketId=audit`, {});
    await client.delete(`${buckets}/audit`);
    await over(7, async () =>
      expect((await client.get(`${buckets}/audit`)).body.lifecycleState).toBe("DELETE_REQUESTED"),
    );
    expect((await client.get(`${buckets}/audit`)).status).toBe(404);
    expect((await client.post(`${buckets}?bucketId=audit`, {})).status).toBe(200);
  });

  test("a version of a KMS key after the 30 days it waits", async () => {
    const place = `projects/${project}/locations/europe-west3`;
    const key = `/kms/v1/${place}/keyRings/state/cryptoKeys/terraform`;
    await client.post(`/kms/v1/${place}/keyRings?keyRingId=state`, {});
    await client.post(`/kms/v1/${place}/keyRings/state/cryptoKeys?cryptoKeyId=terraform`, {
      purpose: "ENCRYPT_DECRYPT",
    });
    await client.post(`${key}/cryptoKeyVersions/1:destroy`, {});
    const state = async () => (await client.get(`${key}/cryptoKeyVersions`)).body.cryptoKeyVersions[0].state;
    await over(30, async () => expect(await state()).toBe("DESTROY_SCHEDULED"));
    expect(await state()).toBe("DESTROYED");
  });

  test("a secret at its expireTime, with its policy", async () => {
    const secrets = `/sm/v1/projects/${project}/secrets`;
    const create = () => client.post(`${secrets}?secretId=chat`, { replication: { automatic: {} }, ttl: "86400s" });
    expect((await create()).body.expireTime).toBe("2030-01-03T00:00:00.000Z");
    const bindings = [{ role: "roles/secretmanager.secretAccessor", members: ["user:a@example.com"] }];
    await client.post(`${secrets}/chat:setIamPolicy`, { policy: { bindings } });
    await over(1, async () => expect((await client.get(secrets)).body.totalSize).toBe(1));
    expect((await client.get(secrets)).body).toEqual({ totalSize: 0 });
    expect((await client.get(`${secrets}/chat`)).status).toBe(404);
    expect((await create()).status).toBe(200);
    expect((await client.get(`${secrets}/chat:getIamPolicy`)).body).not.toHaveProperty("bindings");
  });

  test("a version of a secret with a delay, which can be saved until then", async () => {
    const secrets = `/sm/v1/projects/${project}/secrets`;
    const versions = `${secrets}/chat/versions`;
    const body = { replication: { automatic: {} }, versionDestroyTtl: "864000s" };
    await client.post(`${secrets}?secretId=chat`, body);
    await client.post(`${secrets}/chat:addVersion`, { payload: { data: "c2VjcmV0" } });
    const destroy = async () => (await client.post(`${versions}/1:destroy`, {})).body;
    const waiting = { state: "DISABLED", scheduledDestroyTime: "2030-01-12T00:00:00.000Z" };
    expect(await destroy()).toMatchObject(waiting);
    expect((await client.get(`${versions}/1:access`)).status).toBe(400);
    const saved = (await client.post(`${versions}/1:enable`, {})).body;
    expect([saved.state, saved.scheduledDestroyTime]).toEqual(["ENABLED", undefined]);
    await destroy();
    const disabled = (await client.post(`${versions}/1:disable`, {})).body;
    expect([disabled.state, disabled.scheduledDestroyTime]).toEqual(["DISABLED", undefined]);
    await destroy();
    await over(10, async () => {
      expect(await destroy()).toMatchObject(waiting);
    });
    const gone = (await client.get(`${versions}/1`)).body;
    expect([gone.state, gone.destroyTime, gone.scheduledDestroyTime]).toEqual([
      "DESTROYED",
      "2030-01-12T00:00:00.000Z",
      undefined,
    ]);
    expect((await client.post(`${versions}/1:enable`, {})).status).toBe(400);
  });

  test.each([
    [{ versionDestroyTtl: "3600s" }, "versionDestroyTtl must be one to 1000 days in seconds, e.g. 86400s, got: 3600s"],
    [{ versionDestroyTtl: "1d" }, "versionDestroyTtl must be one to 1000 days in seconds, e.g. 86400s, got: 1d"],
    [{ expireTime: "2030-01-01T00:00:00Z" }, "expireTime must be a time to come, got: 2030-01-01T00:00:00Z"],
    [{ expireTime: "soon" }, "expireTime must be a time to come, got: soon"],
  ])("a secret with %j is refused", async (fields, message) => {
    const body = { replication: { automatic: {} }, ...fields };
    const answer = await client.post(`/sm/v1/projects/${project}/secrets?secretId=chat`, body);
    expect(answer.body).toEqual(errorBody(400, "INVALID_ARGUMENT", message, "badRequest"));
  });
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
