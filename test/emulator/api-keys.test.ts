import type { EmulatorOptions } from "../../emulator/emulator";
import { type Client, errorBody, project, projectNumber, startWithProject } from "./client";

let client: Client;
let now: number;
const day = 24 * 60 * 60 * 1000;
const keys = `/apikeys/v2/projects/${project}/locations/global/keys`;
const email = `gk-web@${project}.iam.gserviceaccount.com`;

async function start(options: EmulatorOptions = {}): Promise<void> {
  now = Date.parse("2026-11-24T00:00:00Z");
  client = await startWithProject(["apikeys.googleapis.com", "iam.googleapis.com"], {
    now: () => new Date(now),
    ...options,
  });
  await client.post(`/iam/v1/projects/${project}/serviceAccounts`, { accountId: "gk-web" });
}
afterEach(() => client.close());

const restrictions = {
  apiTargets: [{ service: "generativelanguage.googleapis.com", methods: [] }],
  serverKeyRestrictions: { allowedIps: ["203.0.113.10", "198.51.100.0/28"] },
};
const create = (id: string, body: object = {}) => client.post(`${keys}?alt=json&keyId=${id}`, body);
const badRequest = (message: string) => errorBody(400, "INVALID_ARGUMENT", message, "badRequest");

describe("a key", () => {
  beforeEach(() => start());

  test("is created, read, changed and deleted", async () => {
    const created = await create("web-g1", { displayName: "web g1", restrictions, serviceAccountEmail: email });
    const name = `projects/${projectNumber(client)}/locations/global/keys/web-g1`;
    const key = {
      name,
      uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      displayName: "web g1",
      createTime: expect.any(String),
      updateTime: expect.any(String),
      restrictions: { ...restrictions, apiTargets: [{ service: "generativelanguage.googleapis.com" }] },
      etag: expect.stringMatching(/^W\/"/),
      serviceAccountEmail: email,
    };
    const keyString = expect.stringMatching(/^AQ\.FAKE[0-9A-Za-z]{46}$/);
    expect(created.body).toEqual({
      name: expect.stringMatching(/^operations\/akmf\.p7-\d+$/),
      done: true,
      response: { "@type": "type.googleapis.com/google.api.apikeys.v2.Key", ...key, keyString },
    });
    expect((await client.get(`${keys}/web-g1`)).body).toEqual(key);
    expect((await client.get(`${keys}/web-g1/keyString`)).body).toEqual({ keyString });
    const changed = await client.patch(`${keys}/web-g1?updateMask=displayName`, {
      displayName: "other",
      restrictions: {},
    });
    expect(changed.body.response).toMatchObject({ displayName: "other", restrictions: key.restrictions });
    expect(changed.body.response.etag).not.toBe(created.body.response.etag);
    const deleted = await client.delete(`${keys}/web-g1`);
    expect(deleted.body.response).toEqual({
      "@type": "type.googleapis.com/google.api.apikeys.v2.Key",
      ...key,
      displayName: "other",
      deleteTime: expect.any(String),
    });
  });

  test("that is missing is not found in Google's words", async () => {
    const message = `key "projects/${project}/locations/global/keys/none" not found`;
    for (const path of [`${keys}/none`, `${keys}/none/keyString`]) {
      expect((await client.get(path)).body).toEqual(errorBody(404, "NOT_FOUND", message, "notFound"));
    }
  });

  test("without a service account has a standard key string", async () => {
    const { body } = await create("plain");
    expect(body.response.keyString).toMatch(/^AIzaFAKE[0-9A-Za-z]{31}$/);
    expect(body.response).not.toHaveProperty("serviceAccountEmail");
  });

  test("gets a UUID as its name if none is given", async () => {
    const { body } = await client.post(keys, {});
    expect(body.response.name).toMatch(/keys\/[0-9a-f]{8}-[0-9a-f-]{27}$/);
  });

  test("clears what the mask names and the body lacks", async () => {
    await create("web-g1", { displayName: "web g1", restrictions });
    const cleared = await client.patch(`${keys}/web-g1?updateMask=displayName,restrictions`, { displayName: "x" });
    expect(cleared.body.response).toMatchObject({ displayName: "x" });
    expect(cleared.body.response).not.toHaveProperty("restrictions");
    const sent = await client.patch(`${keys}/web-g1`, { restrictions });
    expect(sent.body.response).toMatchObject({ displayName: "x", restrictions: { serverKeyRestrictions: {} } });
    const all = await client.patch(`${keys}/web-g1?updateMask=*`, { annotations: { a: "b" } });
    expect(all.body.response).toMatchObject({ annotations: { a: "b" } });
    expect(all.body.response).not.toHaveProperty("displayName");
  });

  test.each(["serviceAccountEmail", "service_account_email", "uid", "restrictions.apiTargets"])(
    "cannot change %s",
    async (path) => {
      await create("web-g1");
      const answer = await client.patch(`${keys}/web-g1?updateMask=${path}`, { serviceAccountEmail: email });
      const camel = path.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
      const message = `update_mask: ${camel} cannot be changed. Use displayName, restrictions, annotations.`;
      expect(answer.body).toEqual(badRequest(message));
    },
  );

  test.each(["1web", "Web", "web-", "a".repeat(64), "web_1", "abcdef01-2345-6789-abcd-ef0123456789"])(
    "cannot be called %s",
    async (id) => {
      const message = `key_id must match ^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$ and must not be a UUID, got: ${id}`;
      expect((await create(id)).body).toEqual(badRequest(message));
    },
  );

  test.each(["a", "a".repeat(63)])("can be called %s", async (id) => {
    expect((await create(id)).status).toBe(200);
  });

  test.each([
    [
      { restrictions: { serverKeyRestrictions: {}, browserKeyRestrictions: {} } },
      "Invalid value at 'key.restrictions' (oneof), oneof field 'client_restrictions' is already set. Cannot set 'serverKeyRestrictions'",
    ],
    [{ displayName: "x".repeat(64) }, "displayName must have at most 63 characters, got: 64."],
    [{ displayName: 5 }, "Invalid value at 'displayName' (TYPE_STRING), 5"],
    [{ keyString: "x" }, `Invalid JSON payload received. Unknown name "keyString" at 'key': Cannot find field.`],
    [
      { restrictions: { allowedIps: [] } },
      `Invalid JSON payload received. Unknown name "allowedIps" at 'key.restrictions': Cannot find field.`,
    ],
    [{ restrictions: { apiTargets: [{}] } }, "restrictions.apiTargets: `service` is missing."],
    [
      { serviceAccountEmail: "ghost@acme-gemini-dev.iam.gserviceaccount.com" },
      "Service account ghost@acme-gemini-dev.iam.gserviceaccount.com does not exist.",
    ],
  ])("is refused with %j", async (body, message) => {
    expect((await create("web-g1", body)).body).toEqual(badRequest(message));
  });

  test.each(["010.0.0.1", "1.2.3", "1.2.3.4/33", "::1/129", "example.com", "", "1.2.3.4/", "1.2.3.4-1.2.3.9"])(
    "cannot be restricted to %j",
    async (address) => {
      const answer = await create("web-g1", { restrictions: { serverKeyRestrictions: { allowedIps: [address] } } });
      const message = `restrictions.serverKeyRestrictions.allowedIps: ${address} is no IP address and no CIDR range.`;
      expect(answer.body).toEqual(badRequest(message));
    },
  );

  test.each(["203.0.113.10", "0.0.0.0/0", "2001:db8::1", "2001:db8::/32"])(
    "can be restricted to %s",
    async (address) => {
      const allowed = { serverKeyRestrictions: { allowedIps: [address] } };
      const { body } = await create("web-g1", { restrictions: allowed });
      expect(body.response.restrictions).toEqual(allowed);
    },
  );

  test("keeps the other kinds of restriction", async () => {
    const kinds = [
      { browserKeyRestrictions: { allowedReferrers: ["*.example.com/*"] } },
      { androidKeyRestrictions: { allowedApplications: [{ packageName: "com.example", sha1Fingerprint: "AA:BB" }] } },
      { iosKeyRestrictions: { allowedBundleIds: ["com.example"] } },
      { apiTargets: [{ service: "translate.googleapis.com", methods: ["Get*"] }] },
    ];
    for (const [index, kind] of kinds.entries()) {
      expect((await create(`key-${index}`, { restrictions: kind })).body.response.restrictions).toEqual(kind);
    }
  });

  test("is deleted only with the right etag, if one is given", async () => {
    const { etag } = (await create("web-g1")).body.response;
    const message = "The etag does not match the key's current one.";
    const refused = await client.delete(`${keys}/web-g1?etag=x`);
    expect(refused.body).toEqual(errorBody(400, "FAILED_PRECONDITION", message, "failedPrecondition"));
    expect((await client.delete(`${keys}/web-g1?etag=${encodeURIComponent(etag)}`)).status).toBe(200);
  });

  test("is found by its string", async () => {
    const { keyString, name } = (await create("web-g1")).body.response;
    const found = await client.get(`/apikeys/v2/keys:lookupKey?keyString=${keyString}`);
    expect(found.body).toEqual({ parent: name.split("/keys/")[0], name });
    expect((await client.get("/apikeys/v2/keys:lookupKey?keyString=x")).status).toBe(404);
  });

  test("is in the location global only", async () => {
    const path = `/apikeys/v2/projects/${project}/locations/europe/keys`;
    expect((await client.get(path)).body).toEqual(badRequest("API keys are in the location global, got: europe"));
  });
});

describe("a deleted key", () => {
  test("keeps its name for 30 days", async () => {
    await start();
    await create("web-g1");
    await client.delete(`${keys}/web-g1`);
    const message = `key "projects/${projectNumber(client)}/locations/global/keys/web-g1" already exists`;
    now += 30 * day - 1;
    expect((await create("web-g1")).body).toEqual(errorBody(409, "ALREADY_EXISTS", message, "alreadyExists"));
    now += 1;
    expect((await create("web-g1")).status).toBe(200);
  });

  test.each([
    ["found" as const, 200],
    ["not-found" as const, 404],
  ])("is %s, as switched, and its name is taken all the same", async (deletedKeyReads, status) => {
    await start({ deletedKeyReads });
    await create("web-g1");
    await client.delete(`${keys}/web-g1`);
    expect((await client.get(`${keys}/web-g1`)).status).toBe(status);
    expect((await client.get(`${keys}/web-g1/keyString`)).status).toBe(status);
    expect((await client.patch(`${keys}/web-g1?updateMask=displayName`, {})).status).toBe(404);
    expect((await client.delete(`${keys}/web-g1`)).status).toBe(404);
    expect((await create("web-g1")).status).toBe(409);
  });

  test("is listed only on request, and comes back by undelete with its string", async () => {
    await start();
    const { keyString } = (await create("web-g1")).body.response;
    await create("web-g2");
    await client.delete(`${keys}/web-g1`);
    const ids = async (query: string) =>
      ((await client.get(`${keys}${query}`)).body.keys ?? []).map(({ name }: { name: string }) =>
        name.split("/").pop(),
      );
    expect(await ids("")).toEqual(["web-g2"]);
    expect(await ids("?showDeleted=true")).toEqual(["web-g1", "web-g2"]);
    const back = await client.post(`${keys}/web-g1:undelete`);
    expect(back.body.response).not.toHaveProperty("deleteTime");
    expect(await ids("")).toEqual(["web-g1", "web-g2"]);
    expect((await client.get(`${keys}/web-g1/keyString`)).body).toEqual({ keyString });
    expect((await client.post(`${keys}/web-g1:undelete`)).status).toBe(400);
  });
});

test("a project has 300 live keys at most, and lists them in pages", async () => {
  await start();
  for (let index = 0; index < 300; index += 1) {
    expect((await create(`key-${index}`)).status).toBe(200);
  }
  const message = "The project has 300 API keys, which is the most it can have.";
  const full = await create("one-more");
  expect(full.body).toEqual(errorBody(400, "FAILED_PRECONDITION", message, "failedPrecondition"));
  await client.delete(`${keys}/key-0`);
  expect((await create("one-more")).status).toBe(200);
  const first = await client.get(`${keys}?pageSize=200`);
  const second = await client.get(`${keys}?pageSize=200&pageToken=${first.body.nextPageToken}`);
  expect([first.body.keys.length, second.body.keys.length]).toEqual([200, 100]);
  expect((await client.get(`${keys}?showDeleted=true&pageToken=${first.body.nextPageToken}`)).status).toBe(400);
});

test("no request to API Keys is answered 401 or 501, which the provider would retry", async () => {
  await start();
  const answers = await Promise.all([
    client.get("/apikeys/v2/nothing"),
    client.post(`${keys}/web-g1:rotate`, {}),
    client.get(`${keys}/none`),
    client.get("/apikeys/v2/projects/who-knows/locations/global/keys"),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([400, 400, 404, 403]);
  expect(client.emulator.unknownRoutes).toHaveLength(2);
});
