import { type Client, errorBody, project, startClient } from "./client";

let client: Client;
let now: number;
const start = Date.parse("2026-11-24T00:00:00Z");

beforeEach(async () => {
  now = start;
  client = await startClient({ operationDelayMs: 5000, now: () => new Date(now) });
});
afterEach(() => client.close());

const create = () => client.post("/crm/v1/projects", { projectId: project });

test("an operation is not done first, changes nothing until it is, and then holds the response", async () => {
  const begun = await create();
  expect(begun.body).toEqual({ name: expect.any(String), done: false, metadata: expect.any(Object) });
  expect((await client.get(`/crm/v1/projects/${project}`)).status).toBe(403);
  now += 4999;
  expect((await client.get(`/crm/v1/${begun.body.name}`)).body.done).toBe(false);
  now += 1;
  const done = await client.get(`/crm/v1/${begun.body.name}`);
  expect(done.body).toMatchObject({ done: true, response: { projectId: project, lifecycleState: "ACTIVE" } });
  expect((await client.get(`/crm/v1/projects/${project}`)).status).toBe(200);
});

test("of two that begin together for one name, the second ends with an error", async () => {
  await create();
  const second = await create();
  expect(second.status).toBe(200);
  now += 5000;
  expect((await client.get(`/crm/v1/${second.body.name}`)).body).toMatchObject({
    done: true,
    error: { code: 6, message: "Requested entity already exists", details: [] },
  });
});

test("services and keys are polled at their own endpoints", async () => {
  await create();
  now += 5000;
  const enable = async (service: string) => client.post(`/su/v1/projects/${project}/services/${service}:enable`, {});
  const [first] = [await enable("apikeys.googleapis.com"), await enable("iam.googleapis.com")];
  const keys = `/apikeys/v2/projects/${project}/locations/global/keys`;
  expect((await client.get(keys)).status).toBe(403);
  now += 5000;
  expect((await client.get(`/su/v1/${first.body.name}`)).body).toMatchObject({
    done: true,
    response: { service: { state: "ENABLED" } },
  });
  const begun = await client.post(`${keys}?keyId=web-g1`, {});
  expect((await client.get(`${keys}/web-g1`)).status).toBe(404);
  now += 5000;
  const done = await client.get(`/apikeys/v2/${begun.body.name}`);
  expect(done.body.response).toMatchObject({
    "@type": "type.googleapis.com/google.api.apikeys.v2.Key",
    uid: expect.any(String),
    keyString: expect.stringMatching(/^AIzaFAKE/),
  });
  expect((await client.get(`${keys}/web-g1`)).status).toBe(200);
});

test.each(["/crm/v1", "/su/v1", "/apikeys/v2"])("an unknown operation of %s is not found", async (prefix) => {
  const answer = await client.get(`${prefix}/operations/none`);
  expect(answer.body).toEqual(errorBody(404, "NOT_FOUND", "Operation operations/none not found.", "notFound"));
});
