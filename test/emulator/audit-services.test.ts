import type { JsonObject } from "../../emulator/fields";
import { logEntries } from "../../emulator/log-entries";
import { localIdToken } from "../../emulator/services/sts";
import { billingAccount, type Client, parent, project, projectNumber, startWithProject } from "./client";

// What each service writes, beyond those of audit-log.test.ts.

const services = [
  "apikeys.googleapis.com",
  "cloudkms.googleapis.com",
  "iam.googleapis.com",
  "iamcredentials.googleapis.com",
  "logging.googleapis.com",
  "monitoring.googleapis.com",
  "sts.googleapis.com",
];
const everything = [
  {
    service: "allServices",
    auditLogConfigs: [{ logType: "ADMIN_READ" }, { logType: "DATA_READ" }, { logType: "DATA_WRITE" }],
  },
];
const asOwner = { authorization: "Bearer local-cloud" };

let client: Client;
const starts = new Map<string, number>();
beforeEach(async () => {
  client = await startWithProject(services, { now: () => new Date("2030-01-02T03:04:05Z") });
  starts.clear();
  forget();
});
afterEach(() => client.close());

const owners = [project, parent, `billingAccounts/${billingAccount}`];
function forget(): void {
  for (const owner of owners) {
    starts.set(owner, logEntries(client.emulator.store, owner).length);
  }
}

// biome-ignore lint/suspicious/noExplicitAny: the tests look into entries of every shape
const written = (owner = project): any[] => logEntries(client.emulator.store, owner).slice(starts.get(owner));

/** Log, type of resource, method, and resource; `…` for what differs from run to run. */
const summary = (owner = project) =>
  written(owner).map(({ logName, resource, operation, protoPayload }) =>
    [
      String(logName).split("%2F")[1],
      resource.type,
      protoPayload.methodName,
      protoPayload.resourceName.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, "…"),
      ...(operation ? [operation.first ? "first" : "last"] : []),
      ...(protoPayload.status.code ? [protoPayload.status.code] : []),
    ].join(" "),
  );

const audit = async (url: string, auditConfigs: object[] = everything) => {
  const body = { policy: { auditConfigs }, updateMask: "auditConfigs" };
  expect((await client.post(`${url}:setIamPolicy`, body)).status).toBe(200);
  forget();
};

test("custom roles", async () => {
  const roles = `/iam/v1/projects/${project}/roles`;
  const role = { title: "Reader", stage: "GA", includedPermissions: ["apikeys.keys.get"] };
  await client.post(roles, { roleId: "reader", role });
  await client.patch(`${roles}/reader?updateMask=title`, { title: "x" });
  await client.delete(`${roles}/reader`);
  await client.post(`${roles}/reader:undelete`, {});
  const name = `projects/${project}/roles/reader`;
  expect(summary()).toEqual(
    ["CreateRole", "UpdateRole", "DeleteRole", "UndeleteRole"].map(
      (method) => `activity iam_role google.iam.admin.v1.${method} ${name}`,
    ),
  );
  expect(written()[0].resource.labels).toEqual({ project_id: project, role_name: name });
});

const pools = `/iambeta/v1/projects/${project}/locations/global/workloadIdentityPools`;
const issuerUri = "https://issuer.example.com";

async function createProvider(): Promise<string> {
  await client.post(`${pools}?workloadIdentityPoolId=github`, {});
  const body = { attributeMapping: { "google.subject": "'ci:' + assertion.sub" }, oidc: { issuerUri } };
  const made = await client.post(`${pools}/github/providers?workloadIdentityPoolProviderId=actions`, body);
  return made.body.response.name;
}

test("workload identity pools and providers, with two entries a change", async () => {
  await createProvider();
  await client.patch(`${pools}/github?updateMask=displayName`, { displayName: "x" });
  await client.patch(`${pools}/github/providers/actions?updateMask=displayName`, { displayName: "x" });
  await client.delete(`${pools}/github/providers/actions`);
  await client.post(`${pools}/github/providers/actions:undelete`, {});
  await client.delete(`${pools}/github`);
  await client.post(`${pools}/github:undelete`, {});
  const place = `projects/${project}/locations/global`;
  const pool = `${place}/workloadIdentityPools/github`;
  const calls = [
    `CreateWorkloadIdentityPool ${place}`,
    `CreateWorkloadIdentityPoolProvider ${pool}`,
    `UpdateWorkloadIdentityPool ${pool}`,
    `UpdateWorkloadIdentityPoolProvider ${pool}/providers/actions`,
    `DeleteWorkloadIdentityPoolProvider ${pool}/providers/actions`,
    `UndeleteWorkloadIdentityPoolProvider ${pool}/providers/actions`,
    `DeleteWorkloadIdentityPool ${pool}`,
    `UndeleteWorkloadIdentityPool ${pool}`,
  ];
  expect(summary()).toEqual(
    calls.flatMap((call) =>
      ["first", "last"].map((end) => `activity audited_resource google.iam.v1.WorkloadIdentityPools.${call} ${end}`),
    ),
  );
  expect(written()[0].protoPayload.authorizationInfo).toEqual([
    { resource: place, permission: "iam.workloadIdentityPools.create", granted: true },
  ]);
});

describe("tokens", () => {
  const account = `ci-deployer@${project}.iam.gserviceaccount.com`;
  const exchange = (provider: string, subjectToken: string) =>
    client.post("/sts/v1/token", {
      grantType: "urn:ietf:params:oauth:grant-type:token-exchange",
      audience: `//iam.googleapis.com/${provider}`,
      scope: "https://www.googleapis.com/auth/cloud-platform",
      requestedTokenType: "urn:ietf:params:oauth:token-type:access_token",
      subjectTokenType: "urn:ietf:params:oauth:token-type:jwt",
      subjectToken,
    });
  const token = (provider: string, sub = "main") =>
    localIdToken({ iss: issuerUri, sub, aud: `https://iam.googleapis.com/${provider}` });
  const impersonate = (headers: { authorization?: string }) =>
    client.post(
      `/iamcredentials/v1/projects/-/serviceAccounts/${account}:generateAccessToken`,
      { scope: ["x"] },
      headers,
    );

  test("that are exchanged name who proved to be whom, not the token", async () => {
    const provider = await createProvider();
    await audit(`/crm/v1/projects/${project}`);
    await exchange(provider, token(provider));
    await exchange(provider, "canary.token.local");
    const method = "google.identity.sts.v1.SecurityTokenService.ExchangeToken";
    expect(summary()).toEqual([
      `data_access audited_resource ${method} ${provider}`,
      `data_access audited_resource ${method} ${provider} 3`,
    ]);
    const pool = provider.replace(/\/providers\/.*/, "");
    expect(written()[0].protoPayload).toMatchObject({
      serviceName: "sts.googleapis.com",
      authenticationInfo: { principalSubject: "main" },
      metadata: { mapped_principal: `principal://iam.googleapis.com/${pool}/subject/ci:main` },
    });
    expect(written()[1].protoPayload).toMatchObject({
      authenticationInfo: {},
      status: { code: 3, message: "Request contains an invalid argument." },
    });
    expect(JSON.stringify(written())).not.toContain("canary");
    expect(JSON.stringify(written())).not.toContain(token(provider));
  });

  test("for service accounts are logged where IAM's reads are", async () => {
    const { body } = await client.post(`/iam/v1/projects/${project}/serviceAccounts`, { accountId: "ci-deployer" });
    const adminRead = [{ logType: "ADMIN_READ" }];
    await audit(`/crm/v1/projects/${project}`, [
      { service: "iamcredentials.googleapis.com", auditLogConfigs: adminRead },
    ]);
    await impersonate(asOwner);
    expect(written()).toEqual([]);
    await audit(`/crm/v1/projects/${project}`, [{ service: "iam.googleapis.com", auditLogConfigs: adminRead }]);
    await impersonate(asOwner);
    await impersonate({ authorization: "Bearer local-cloud/alice@example.com" });
    await impersonate({});
    const call = `data_access service_account GenerateAccessToken projects/-/serviceAccounts/${body.uniqueId}`;
    expect(summary()).toEqual([call, `${call} 7`, `${call} 16`]);
    expect(written().map(({ protoPayload }) => protoPayload.authenticationInfo)).toEqual([
      { principalEmail: "local-user@example.com" },
      { principalEmail: "alice@example.com" },
      {},
    ]);
    expect(written()[0]).toMatchObject({
      resource: { labels: { project_id: project, email_id: account, unique_id: body.uniqueId } },
      protoPayload: {
        serviceName: "iamcredentials.googleapis.com",
        request: { name: `projects/-/serviceAccounts/${account}` },
      },
    });
  });
});

test("keys of Cloud KMS, their versions and policies", async () => {
  const place = `projects/${project}/locations/europe-west3`;
  const ring = `${place}/keyRings/state`;
  const key = `${ring}/cryptoKeys/terraform`;
  await client.post(`/kms/v1/${place}/keyRings?keyRingId=state`, {});
  await client.post(`/kms/v1/${ring}/cryptoKeys?cryptoKeyId=terraform`, { purpose: "ENCRYPT_DECRYPT" });
  await client.patch(`/kms/v1/${key}?updateMask=labels`, { labels: { a: "b" } });
  const bindings = [{ role: "roles/viewer", members: ["user:a@example.com"] }];
  await client.post(`/kms/v1/${key}:setIamPolicy`, { policy: { bindings } });
  await client.post(`/kms/v1/${key}/cryptoKeyVersions/1:destroy`, {});
  await client.post(`/kms/v1/${key}/cryptoKeyVersions/1:restore`, {});
  await client.get(`/kms/v1/${key}`);
  expect(summary()).toEqual([
    `activity cloudkms_keyring CreateKeyRing ${place}`,
    `activity cloudkms_cryptokey CreateCryptoKey ${ring}`,
    `activity cloudkms_cryptokey UpdateCryptoKey ${key}`,
    `activity cloudkms_cryptokey SetIamPolicy ${key}`,
    `activity cloudkms_cryptokeyversion DestroyCryptoKeyVersion ${key}/cryptoKeyVersions/1`,
    `activity cloudkms_cryptokeyversion RestoreCryptoKeyVersion ${key}/cryptoKeyVersions/1`,
  ]);
  expect(written()[1].resource.labels).toEqual({
    project_id: project,
    location: "europe-west3",
    key_ring_id: "state",
    crypto_key_id: "terraform",
  });
  expect(written()[3].protoPayload.serviceData.policyDelta).toEqual({
    bindingDeltas: [{ action: "ADD", role: "roles/viewer", member: "user:a@example.com" }],
  });
  await audit(`/crm/v1/projects/${project}`);
  await client.get(`/kms/v1/${key}`);
  expect(summary()).toEqual([`data_access cloudkms_cryptokey GetCryptoKey ${key}`]);
});

test("quota preferences, dashboards and the billing of a project", async () => {
  const place = `projects/${projectNumber(client)}/locations/global`;
  const preference = {
    service: "generativelanguage.googleapis.com",
    quotaId: "GenerateRequestsPerMinutePerProjectPerModel",
    quotaConfig: { preferredValue: "60" },
  };
  await client.post(`/quotas/v1/${place}/quotaPreferences?quotaPreferenceId=rpm`, preference);
  await client.patch(`/quotas/v1/${place}/quotaPreferences/rpm?updateMask=quotaConfig`, preference);
  const grid = { displayName: "Gemini", gridLayout: { widgets: [] } };
  const { body } = await client.post(`/mon/v1/projects/${project}/dashboards`, grid);
  await client.patch(`/mon/v1/${body.name}`, { ...grid, etag: body.etag });
  await client.delete(`/mon/v1/${body.name}`);
  const billing = `/billing/v1/projects/${project}/billingInfo`;
  await client.put(billing, { billingAccountName: `billingAccounts/${billingAccount}` });
  await client.put(billing, { billingAccountName: "" });
  const quotas = "activity audited_resource google.api.cloudquotas.v1.CloudQuotas.";
  const dashboards = "activity audited_resource google.monitoring.dashboard.v1.DashboardsService.";
  expect(summary()).toEqual([
    `${quotas}CreateQuotaPreference ${place}`,
    `${quotas}UpdateQuotaPreference ${place}/quotaPreferences/rpm`,
    `${dashboards}CreateDashboard projects/${project}`,
    `${dashboards}UpdateDashboard projects/${projectNumber(client)}/dashboards/…`,
    `${dashboards}DeleteDashboard projects/${projectNumber(client)}/dashboards/…`,
    `activity project AssignResourceToBillingAccount projects/${project}`,
    `activity project DisableResourceBilling projects/${project}`,
  ]);
});

test("objects of a bucket, once all of an object is there", async () => {
  await client.post(`/storage/storage/v1/b?project=${project}`, { name: "acme-state" });
  await audit(`/crm/v1/projects/${project}`);
  const bucket = "/storage/storage/v1/b/acme-state";
  const upload = "/upload/storage/v1/b/acme-state/o";
  const canary = "canary-content";
  await client.send("POST", `${upload}?uploadType=media&name=a/b`, { body: canary });
  const { headers } = await client.send("POST", `${upload}?uploadType=resumable&name=c`, { body: "" });
  expect(summary()).toHaveLength(1);
  const session = new URL(String(headers["location"]));
  await client.send("PUT", `${session.pathname}${session.search}`, { body: canary });
  await client.get(`${bucket}/o`);
  await client.get(`${bucket}/o/a%2Fb?alt=media`);
  await client.get("/acme-state/a/b");
  await client.get("/acme-state/nothing");
  await client.delete(`${bucket}/o/c`);
  const object = "projects/_/buckets/acme-state/objects";
  expect(summary()).toEqual([
    `data_access gcs_bucket storage.objects.create ${object}/a/b`,
    `data_access gcs_bucket storage.objects.create ${object}/c`,
    "data_access gcs_bucket storage.objects.list projects/_/buckets/acme-state",
    `data_access gcs_bucket storage.objects.get ${object}/a/b`,
    `data_access gcs_bucket storage.objects.get ${object}/a/b`,
    `data_access gcs_bucket storage.objects.get ${object}/nothing 5`,
    `data_access gcs_bucket storage.objects.delete ${object}/c`,
  ]);
  expect(JSON.stringify(written())).not.toContain(canary);
});

test("who looks up a key string is logged, the string is not", async () => {
  const keys = `/apikeys/v2/projects/${project}/locations/global/keys`;
  const { keyString } = (await client.post(`${keys}?keyId=chat`, {})).body.response;
  await audit(`/crm/v1/projects/${project}`);
  await client.get(`/apikeys/v2/keys:lookupKey?keyString=${keyString}`);
  await client.get("/apikeys/v2/keys:lookupKey?keyString=nothing");
  expect(summary()).toEqual([
    `data_access audited_resource google.api.apikeys.v2.ApiKeys.LookupKey projects/${project}/locations/global`,
  ]);
  expect(JSON.stringify(written())).not.toContain(keyString);
});

describe("what is not of a project", () => {
  const list = async (name: string) =>
    (await client.post("/log/v2/entries:list", { resourceNames: [name] })).body.entries ?? [];

  test("an organization has a log of its own: policies, constraints, contacts", async () => {
    const rules = [{ enforce: true }];
    const name = `${parent}/policies/iam.managed.disableServiceAccountApiKeyCreation`;
    await client.post(`/orgpolicy/v2/${parent}/policies`, { name, spec: { rules } }, asOwner);
    await client.patch(`/orgpolicy/v2/${name}?updateMask=policy.spec`, { spec: { rules } });
    await client.delete(`/orgpolicy/v2/${name}`);
    const contact = {
      email: "sre@example.com",
      languageTag: "en",
      notificationCategorySubscriptions: ["SECURITY"],
    };
    await client.post(`/contacts/v1/${parent}/contacts`, contact);
    const bindings = [{ role: "roles/viewer", members: ["user:a@example.com"] }];
    await client.post(`/crm/v1/${parent}:setIamPolicy`, { policy: { bindings } });
    const orgPolicy = "activity organization google.cloud.orgpolicy.v2.OrgPolicy.";
    expect(summary(parent)).toEqual([
      `${orgPolicy}CreatePolicy ${parent}`,
      `${orgPolicy}UpdatePolicy ${name}`,
      `${orgPolicy}DeletePolicy ${name}`,
      `activity organization SetIamPolicy ${parent}`,
    ]);
    expect(written(parent)[0]).toMatchObject({
      logName: `${parent}/logs/cloudaudit.googleapis.com%2Factivity`,
      resource: { type: "organization", labels: { organization_id: "123456789012" } },
      protoPayload: { authenticationInfo: { principalEmail: "local-user@example.com" } },
    });
    expect(written(parent)[3].protoPayload.serviceData.policyDelta.bindingDeltas).toHaveLength(1);
    await audit(`/crm/v1/${parent}`);
    await client.post(`/contacts/v1/${parent}/contacts`, { ...contact, email: "b@example.com" });
    expect(summary(parent)).toEqual([
      `data_access organization google.cloud.essentialcontacts.v1.EssentialContactsService.CreateContact ${parent}`,
    ]);
    expect(written()).toEqual([]);
    const all = [...logEntries(client.emulator.store, parent)];
    expect(await list(parent)).toEqual(all);
    client.emulator.advance(31 * 24 * 60 * 60 * 1000);
    // Only the changes, with the one that switched the reads on.
    expect(await list(parent)).toEqual(all.filter(({ logName }) => String(logName).endsWith("activity")));
    client.emulator.advance(370 * 24 * 60 * 60 * 1000);
    // All but the reads by this test.
    expect(
      (await list(parent)).filter((entry: JsonObject) => all.some(({ insertId }) => insertId === entry["insertId"])),
    ).toEqual([]);
  });

  test("a billing account too: its policy and its budgets", async () => {
    const name = `billingAccounts/${billingAccount}`;
    await client.post(`/billing/v1/${name}:setIamPolicy`, { policy: { bindings: [] } });
    const amount = { specifiedAmount: { units: "100" } };
    const { body } = await client.post(`/budgets/v1/${name}/budgets`, { amount });
    await client.patch(`/budgets/v1/${body.name}?updateMask=amount`, { amount });
    await client.delete(`/budgets/v1/${body.name}`);
    const budgets = "activity billing_account google.cloud.billing.budgets.v1.BudgetService.";
    expect(summary(name)).toEqual([
      `activity billing_account SetIamPolicy ${name}`,
      `${budgets}CreateBudget ${name}`,
      `${budgets}UpdateBudget ${name}/budgets/…`,
      `${budgets}DeleteBudget ${name}/budgets/…`,
    ]);
    expect(written(name)[0].resource.labels).toEqual({ account_id: billingAccount });
    expect(await list(name)).toHaveLength(4);
  });

  test("a parent that does not exist has none", async () => {
    await client.post("/crm/v1/organizations/1:setIamPolicy", { policy: {} });
    await client.post("/budgets/v1/billingAccounts/000000-000000-000000/budgets", {});
    expect(client.emulator.store.logEntries.ids("")).toEqual(expect.not.arrayContaining(["organizations/1"]));
    const { status } = await client.post("/log/v2/entries:list", {
      resourceNames: ["billingAccounts/000000-000000-000000"],
    });
    expect(status).toBe(403);
  });
});
