import { billingAccount, type Client, project, startWithProject } from "./client";

let client: Client;
beforeAll(async () => {
  client = await startWithProject(["secretmanager.googleapis.com"]);
  await client.post("/storage/storage/v1/b?project=seed-project", { name: "acme-state", location: "EU" });
  await client.post(`/sm/v1/projects/${project}/secrets?secretId=one`, { replication: { automatic: {} } });
});
afterEach(() => client.delete("/_emulator/denials"));
afterAll(() => client.close());

const HEAD = { authorization: "Bearer local-cloud/head@example.com" };
const deny = (...rules: object[]) => client.post("/_emulator/denials", rules);

test.each([
  [`/crm/v1/projects/${project}`, "resourcemanager.projects.update"],
  ["/crm/v1/organizations/123456789012", "resourcemanager.projects.create"],
  [`/billing/v1/billingAccounts/${billingAccount}`, "billing.budgets.create"],
  [`/sm/v1/projects/${project}/secrets/one`, "secretmanager.versions.add"],
])("%s: testIamPermissions leaves out what is denied", async (path, permission) => {
  const ask = async () =>
    (await client.post(`${path}:testIamPermissions`, { permissions: [permission, "a.b.c"] }, HEAD)).body;
  expect(await ask()).toEqual({ permissions: [permission, "a.b.c"] });
  await deny({ permissions: [permission], caller: "user:head@example.com" });
  expect(await ask()).toEqual({ permissions: ["a.b.c"] });
  await deny({ permissions: [permission, "a.*"] });
  expect(await ask()).toEqual({});
  await deny(
    { permissions: [permission], caller: "user:other@example.com" },
    { permissions: ["a.b.c"], path: "/elsewhere/" },
  );
  expect(await ask()).toEqual({ permissions: [permission, "a.b.c"] });
});

test("of a bucket too", async () => {
  const path =
    "/storage/storage/v1/b/acme-state/iam/testPermissions?permissions=storage.objects.get&permissions=storage.objects.list";
  await deny({ permissions: ["storage.objects.list"] });
  expect((await client.get(path)).body).toEqual({
    kind: "storage#testIamPermissionsResponse",
    permissions: ["storage.objects.get"],
  });
});

test("the calls themselves are refused, in Google's words", async () => {
  await deny({ permissions: ["resourcemanager.projects.get"] });
  const { status, body } = await client.get(`/crm/v1/projects/${project}`);
  const message = `Permission 'resourcemanager.projects.get' denied on resource '/crm/v1/projects/${project}' (or it may not exist).`;
  expect(status).toBe(403);
  expect(body.error).toMatchObject({
    message,
    status: "PERMISSION_DENIED",
    details: [{ reason: "IAM_PERMISSION_DENIED" }],
  });
});

test("a quota project that may not be used refuses every call", async () => {
  await deny({ permissions: ["serviceusage.services.use"], path: "projects/seed-project" });
  const { status, body } = await client.get(`/crm/v1/projects/${project}`, { "x-goog-user-project": "seed-project" });
  expect({ status, reason: body.error.details[0].reason }).toEqual({ status: 403, reason: "USER_PROJECT_DENIED" });
  expect((await client.get(`/crm/v1/projects/${project}`)).status).toBe(200);
});

test.each([
  [{}, "rules[0].permissions must be a list of permissions, got: undefined"],
  [{ permissions: ["*"] }, 'rules[0].permissions must be a list of permissions, got: ["*"]'],
  [{ permissions: ["a.b.c"], caller: 1 }, "rules[0].caller must be a text, got: 1"],
])("a wrong rule: %j", async (rule, message) => {
  const { status, body } = await deny(rule);
  expect({ status, message: body.error.message }).toEqual({ status: 400, message });
});

test("a billing account is closed and opened", async () => {
  await client.post(`/_emulator/billingAccounts/${billingAccount}`, { open: false });
  expect((await client.get(`/billing/v1/billingAccounts/${billingAccount}`)).body.open).toBe(false);
  await client.post(`/_emulator/billingAccounts/${billingAccount}`, { open: true });
  expect((await client.get(`/billing/v1/billingAccounts/${billingAccount}`)).body.open).toBe(true);
});

test("who a token is for", async () => {
  expect((await client.get("/openid/v1/userinfo", HEAD)).body).toEqual({
    sub: "head@example.com",
    email: "head@example.com",
    email_verified: true,
  });
  expect((await client.get("/openid/v1/userinfo", { authorization: "Bearer other" })).status).toBe(401);
});

test("the effective organization policy is the project's, its parent's, or open", async () => {
  const effective = async (id: string) =>
    (await client.get(`/orgpolicy/v2/projects/${project}/policies/${id}:getEffectivePolicy`)).body.spec.rules;
  expect(await effective("gcp.resourceLocations")).toEqual([{ allowAll: true }]);
  expect(await effective("iam.managed.disableServiceAccountApiKeyCreation")).toEqual([{ enforce: false }]);
  const name = "organizations/123456789012/policies/gcp.resourceLocations";
  await client.post("/orgpolicy/v2/organizations/123456789012/policies", {
    name,
    spec: { rules: [{ denyAll: true }] },
  });
  expect(await effective("gcp.resourceLocations")).toEqual([{ denyAll: true }]);
});
