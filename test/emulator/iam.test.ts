import { type Client, errorBody, project, startWithProject } from "./client";

let client: Client;
let now: number;
const accounts = `/iam/v1/projects/${project}/serviceAccounts`;
const email = `gk-web@${project}.iam.gserviceaccount.com`;
const unknown = errorBody(404, "NOT_FOUND", "Unknown service account", "notFound");

beforeEach(async () => {
  now = Date.parse("2026-11-24T00:00:00Z");
  client = await startWithProject(["iam.googleapis.com"], { now: () => new Date(now) });
});
afterEach(() => client.close());

const create = (accountId = "gk-web", serviceAccount: object = {}) =>
  client.post(accounts, { accountId, serviceAccount });

test("a service account is created, read, changed and deleted, at either endpoint", async () => {
  const account = {
    name: `projects/${project}/serviceAccounts/${email}`,
    projectId: project,
    uniqueId: expect.stringMatching(/^\d{21}$/),
    email,
    displayName: "Gemini key web",
    etag: expect.any(String),
    description: "Chat",
    oauth2ClientId: expect.any(String),
  };
  const created = await create("gk-web", { displayName: "Gemini key web", description: "Chat" });
  expect(created.body).toEqual(account);
  for (const path of [
    `${accounts}/${email}`,
    `/iambeta/v1/projects/${project}/serviceAccounts/${email}`,
    `/iam/v1/projects/-/serviceAccounts/${email}`,
    `${accounts}/${created.body.uniqueId}`,
  ]) {
    expect((await client.get(path)).body).toEqual(account);
  }
  const serviceAccount = { displayName: "Other", description: "ignored", etag: created.body.etag };
  const patched = await client.patch(`${accounts}/${email}`, { serviceAccount, updateMask: "display_name" });
  expect(patched.body).toEqual({ ...account, displayName: "Other" });
  expect((await client.delete(`${accounts}/${email}`)).body).toEqual({});
  expect((await client.get(`${accounts}/${email}`)).body).toEqual(unknown);
  expect((await client.delete(`${accounts}/${email}`)).body).toEqual(unknown);
});

test("a name is taken once", async () => {
  await create();
  const message = `Service account gk-web already exists within project projects/${project}.`;
  expect((await create()).body).toEqual(errorBody(409, "ALREADY_EXISTS", message, "alreadyExists"));
});

test.each(["short", "Upper-case", "1digit-first", "a".repeat(31), ""])("the id %j is refused", async (accountId) => {
  const message = `Invalid service account id ${JSON.stringify(accountId)}: it must have 6 to 30 characters and match ^[a-z][a-z0-9-]{4,28}[a-z0-9]$.`;
  expect((await create(accountId)).body).toEqual(errorBody(400, "INVALID_ARGUMENT", message, "badRequest"));
});

test("texts are limited in bytes", async () => {
  expect((await create("gk-web", { displayName: "é".repeat(50) })).status).toBe(200);
  const long = await create("gk-other", { displayName: `${"é".repeat(50)}x` });
  const message = "The display name must have at most 100 bytes.";
  expect(long.body).toEqual(errorBody(400, "INVALID_ARGUMENT", message, "badRequest"));
  const described = await create("gk-other", { description: "x".repeat(257) });
  expect(described.body.error.message).toBe("The description must have at most 256 bytes.");
});

test("a stale etag is refused, and so is a field that cannot change", async () => {
  await create();
  const stale = await client.patch(`${accounts}/${email}`, {
    serviceAccount: { etag: "x" },
    updateMask: "description",
  });
  expect(stale.status).toBe(400);
  const wrong = await client.patch(`${accounts}/${email}`, { serviceAccount: {}, updateMask: "email" });
  expect(wrong.body.error.message).toBe("update_mask: email cannot be changed.");
});

test("an account is disabled and enabled", async () => {
  await create();
  expect((await client.post(`${accounts}/${email}:disable`, {})).body).toEqual({});
  expect((await client.get(`${accounts}/${email}`)).body).toMatchObject({ disabled: true });
  await client.post(`${accounts}/${email}:enable`, {});
  expect((await client.get(`${accounts}/${email}`)).body).not.toHaveProperty("disabled");
});

test("a deleted account comes back by its unique id within 30 days, unless its name is taken again", async () => {
  const first = (await create()).body.uniqueId;
  await client.delete(`${accounts}/${email}`);
  const second = (await create()).body.uniqueId;
  expect(second).not.toBe(first);
  expect((await client.post(`${accounts}/${first}:undelete`, {})).status).toBe(409);
  await client.delete(`${accounts}/${email}`);
  const back = await client.post(`${accounts}/${first}:undelete`, {});
  expect(back.body).toMatchObject({ restoredAccount: { uniqueId: first, email } });
  now += 30 * 24 * 60 * 60 * 1000;
  expect((await client.post(`${accounts}/${second}:undelete`, {})).body).toEqual(unknown);
});

test("a policy is read by a POST without a body, and goes with the account", async () => {
  await create();
  const get = () => client.post(`${accounts}/${email}:getIamPolicy?options.requestedPolicyVersion=3`);
  expect((await get()).body).toEqual({ version: 1, etag: "ACAB" });
  const bindings = [{ role: "roles/iam.workloadIdentityUser", members: ["principalSet://iam.googleapis.com/x"] }];
  const set = await client.post(`${accounts}/${email}:setIamPolicy`, {
    policy: { bindings, etag: "ACAB", version: 3 },
  });
  expect(set.body).toEqual({ version: 3, etag: expect.any(String), bindings });
  const stale = await client.post(`${accounts}/${email}:setIamPolicy`, { policy: { etag: "ACAB" } });
  expect(stale.status).toBe(409);
  await client.delete(`${accounts}/${email}`);
  await create();
  expect((await get()).body).toEqual({ version: 1, etag: "ACAB" });
});

test("accounts are listed in pages", async () => {
  await create("gk-aaaa");
  await create("gk-bbbb");
  const first = await client.get(`${accounts}?pageSize=1`);
  const second = await client.get(`${accounts}?pageSize=1&pageToken=${first.body.nextPageToken}`);
  const emails = [...first.body.accounts, ...second.body.accounts].map((account) => account.email.split("@")[0]);
  expect(emails).toEqual(["gk-aaaa", "gk-bbbb"]);
});
