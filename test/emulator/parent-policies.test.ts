import { seedFoundation } from "../../emulator/seed";
import { billingAccount, type Client, errorBody, parent, startClient } from "./client";

// Who may create projects and pay for them: the policies of organizations, folders and billing accounts.

let client: Client;
beforeEach(async () => {
  client = await startClient();
});
afterEach(() => client.close());

const bindings = [{ role: "roles/resourcemanager.projectCreator", members: ["user:jo@example.com"] }];
const updateMask = "bindings,etag,auditConfigs";
const forbidden = errorBody(403, "PERMISSION_DENIED", "The caller does not have permission", "forbidden");
const stale = errorBody(
  409,
  "ABORTED",
  "There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.",
  "aborted",
);

test.each([
  ["an organization", `/crm/v1/${parent}`],
  ["an organization, as provider 6.50 asks over plain HTTP", `/crm/v1/v1/${parent}`],
])("%s", async (_, path) => {
  const empty = await client.post(`${path}:getIamPolicy`, { options: { requestedPolicyVersion: 3 } });
  expect(empty.body).toEqual({ version: 1, etag: "ACAB" });
  const set = await client.post(`${path}:setIamPolicy`, {
    policy: { ...empty.body, bindings, version: 3 },
    updateMask,
  });
  expect(set.body).toEqual({ version: 3, etag: expect.any(String), bindings });
  expect((await client.post(`${path}:getIamPolicy`, {})).body).toEqual(set.body);
  const again = await client.post(`${path}:setIamPolicy`, { policy: { ...empty.body, bindings }, updateMask });
  expect([again.status, again.body]).toEqual([409, stale]);
});

test.each(["/crm/v3/folders/345678901234", "/crm/v3/v3/folders/345678901234"])("a folder, by %s", async (path) => {
  seedFoundation(client.emulator.store, { parent: "folders/345678901234" });
  expect((await client.post(`${path}:setIamPolicy`, { policy: { bindings }, updateMask })).status).toBe(200);
  expect((await client.post(`${path}:getIamPolicy`, {})).body.bindings).toEqual(bindings);
  expect((await client.post(`/crm/v1/${parent}:getIamPolicy`, {})).body).not.toHaveProperty("bindings");
});

test("a billing account, whose policy is read by GET", async () => {
  const path = `/billing/v1/billingAccounts/${billingAccount}`;
  const empty = await client.get(`${path}:getIamPolicy`);
  expect(empty.body).toEqual({ version: 1, etag: "ACAB" });
  const user = [{ role: "roles/billing.user", members: ["user:jo@example.com"] }];
  const set = await client.post(`${path}:setIamPolicy`, { policy: { ...empty.body, bindings: user } });
  expect(set.body.bindings).toEqual(user);
  expect((await client.get(`${path}:getIamPolicy`)).body).toEqual(set.body);
  expect((await client.post(`${path}:setIamPolicy`, { policy: empty.body })).body).toEqual(stale);
});

test.each([
  ["POST", "/crm/v1/organizations/1:getIamPolicy"],
  ["POST", "/crm/v1/organizations/1:setIamPolicy"],
  ["POST", "/crm/v3/folders/1:getIamPolicy"],
  ["POST", "/crm/v3/folders/1:setIamPolicy"],
  ["GET", "/billing/v1/billingAccounts/000000-000000-000000:getIamPolicy"],
  ["POST", "/billing/v1/billingAccounts/000000-000000-000000:setIamPolicy"],
])("%s %s is forbidden: it is not there", async (method, path) => {
  const { status, body } = await client.send(method, path, { ...(method === "POST" && { body: {} }) });
  expect([status, body]).toEqual([403, forbidden]);
});

test.each([`/crm/v1/${parent}`, `/billing/v1/billingAccounts/${billingAccount}`])(
  "%s takes no policy of another form",
  async (path) => {
    const missing = "The policy to set is missing: send it in the field `policy`.";
    const { body } = await client.post(`${path}:setIamPolicy`, {});
    expect(body).toEqual(errorBody(400, "INVALID_ARGUMENT", missing, "badRequest"));
  },
);

test("a service account that is not there cannot be a member", async () => {
  await client.post("/crm/v1/projects", { projectId: "acme-gemini-own" });
  const member = "serviceAccount:nobody@acme-gemini-own.iam.gserviceaccount.com";
  const policy = { bindings: [{ role: "roles/billing.user", members: [member] }] };
  const { status } = await client.post(`/billing/v1/billingAccounts/${billingAccount}:setIamPolicy`, { policy });
  expect(status).toBe(400);
});
