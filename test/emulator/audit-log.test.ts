import type { JsonObject } from "../../emulator/fields";
import { addLogEntry, logEntries } from "../../emulator/log-entries";
import { compileLogFilter } from "../../emulator/log-filter";
import { Store } from "../../emulator/store";
import { type Client, project, projectNumber, startWithProject } from "./client";

const services = [
  "apikeys.googleapis.com",
  "iam.googleapis.com",
  "pubsub.googleapis.com",
  "secretmanager.googleapis.com",
];
const deployer = "gemkeys-deployer@acme-gemini-admin.iam.gserviceaccount.com";
const asDeployer = { authorization: `Bearer local-cloud/${deployer}` };
const keys = `/apikeys/v2/projects/${project}/locations/global/keys`;
const secrets = `/sm/v1/projects/${project}/secrets`;

let client: Client;
let start: number;
beforeEach(async () => {
  client = await startWithProject(services, { now: () => new Date("2030-01-02T03:04:05.678Z") });
  start = entries().length;
});
afterEach(() => client.close());

function entries(): readonly JsonObject[] {
  return logEntries(client.emulator.store, project);
}

/** What the test itself wrote. */
// biome-ignore lint/suspicious/noExplicitAny: the tests look into entries of every shape
function written(): any[] {
  return entries().slice(start);
}

/** The parts by which an entry is told from others. */
function summary(): string[] {
  return written().map(({ logName, operation, protoPayload }) =>
    [
      String(logName).split("%2F")[1],
      protoPayload.methodName.split(".").pop(),
      protoPayload.resourceName,
      ...(operation ? [operation.first ? "first" : "last"] : []),
      ...(protoPayload.status.code ? [protoPayload.status.code] : []),
    ].join(" "),
  );
}

async function setAudit(auditConfigs: object[]): Promise<void> {
  const body = { policy: { auditConfigs }, updateMask: "auditConfigs" };
  expect((await client.post(`/crm/v1/projects/${project}:setIamPolicy`, body)).status).toBe(200);
  start = entries().length;
}

test("a new key gives two entries, whole but for its string", async () => {
  const answer = await client.post(
    `${keys}?keyId=chat`,
    { displayName: "Chat", restrictions: { apiTargets: [{ service: "generativelanguage.googleapis.com" }] } },
    { ...asDeployer, "user-agent": "Terraform/1.11.4" },
  );
  const common = {
    logName: `projects/${project}/logs/cloudaudit.googleapis.com%2Factivity`,
    resource: {
      type: "audited_resource",
      labels: {
        project_id: project,
        service: "apikeys.googleapis.com",
        method: "google.api.apikeys.v2.ApiKeys.CreateKey",
      },
    },
    timestamp: "2030-01-02T03:04:05.678Z",
    receiveTimestamp: "2030-01-02T03:04:05.678Z",
    severity: "NOTICE",
    insertId: expect.stringMatching(/^local-[0-9a-z]+$/),
    protoPayload: {
      "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
      status: {},
      authenticationInfo: { principalEmail: deployer },
      requestMetadata: { callerIp: "127.0.0.1", callerSuppliedUserAgent: "Terraform/1.11.4" },
      serviceName: "apikeys.googleapis.com",
      methodName: "google.api.apikeys.v2.ApiKeys.CreateKey",
      authorizationInfo: [
        {
          resource: `projects/${project}/locations/global`,
          permission: "serviceusage.apiKeys.create",
          granted: true,
        },
      ],
      resourceName: `projects/${project}/locations/global`,
      request: {
        parent: `projects/${project}/locations/global`,
        keyId: "chat",
        key: {
          displayName: "Chat",
          restrictions: { apiTargets: [{ service: "generativelanguage.googleapis.com" }] },
        },
      },
    },
  };
  const operation = { id: answer.body.name, producer: "apikeys.googleapis.com" };
  expect(written()).toEqual([
    { ...common, operation: { ...operation, first: true } },
    { ...common, operation: { ...operation, last: true } },
  ]);
  expect(new Set(written().map(({ insertId }) => insertId)).size).toBe(2);
});

test("changes of keys are logged, reads are not unless the project wants it", async () => {
  await client.post(`${keys}?keyId=chat`, {});
  await client.get(`${keys}/chat`);
  await client.get(`${keys}/chat/keyString`);
  await client.get(keys);
  await client.patch(`${keys}/chat?updateMask=displayName`, { displayName: "x" });
  await client.delete(`${keys}/chat`);
  await client.post(`${keys}/chat:undelete`, {});
  const parent = `projects/${project}/locations/global`;
  expect(summary()).toEqual([
    `activity CreateKey ${parent} first`,
    `activity CreateKey ${parent} last`,
    `activity UpdateKey ${parent}/keys/chat first`,
    `activity UpdateKey ${parent}/keys/chat last`,
    `activity DeleteKey ${parent}/keys/chat first`,
    `activity DeleteKey ${parent}/keys/chat last`,
    `activity UndeleteKey ${parent}/keys/chat first`,
    `activity UndeleteKey ${parent}/keys/chat last`,
  ]);
});

describe("reads are logged where the project's audit configuration says so", () => {
  const adminRead = { logType: "ADMIN_READ" };
  const exempt = (...exemptedMembers: string[]) => ({ ...adminRead, exemptedMembers });
  const api = "apikeys.googleapis.com";
  const deployerMember = `serviceAccount:${deployer}`;

  test.each<[string, object[], boolean, boolean]>([
    ["nothing", [], false, false],
    ["the service", [{ service: api, auditLogConfigs: [adminRead] }], true, true],
    ["all services", [{ service: "allServices", auditLogConfigs: [adminRead] }], true, true],
    ["another service", [{ service: "iam.googleapis.com", auditLogConfigs: [adminRead] }], false, false],
    ["another kind", [{ service: api, auditLogConfigs: [{ logType: "DATA_READ" }] }], false, false],
    ["one exempted", [{ service: api, auditLogConfigs: [exempt(deployerMember)] }], false, true],
    [
      "one exempted for all",
      [
        { service: api, auditLogConfigs: [adminRead] },
        { service: "allServices", auditLogConfigs: [exempt(deployerMember, "user:x@example.com")] },
      ],
      false,
      true,
    ],
    ["a user exempted", [{ service: api, auditLogConfigs: [exempt("user:Local-User@example.com")] }], true, false],
  ])("%s", async (_name, configs, deployerLogged, userLogged) => {
    await client.post(`${keys}?keyId=chat`, {});
    await setAudit(configs);
    await client.get(`${keys}/chat/keyString`, asDeployer);
    await client.get(`${keys}/chat/keyString`, { authorization: "Bearer local-cloud" });
    const seen = written().map(({ protoPayload }) => protoPayload.authenticationInfo.principalEmail);
    expect(seen).toEqual([...(deployerLogged ? [deployer] : []), ...(userLogged ? ["local-user@example.com"] : [])]);
  });

  test("a federated identity is named by its subject, and exempted by it", async () => {
    const subject = "principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/subject/main";
    const headers = { authorization: `Bearer local-cloud/${subject}` };
    await client.post(`${keys}?keyId=chat`, {}, headers);
    expect(written()[0].protoPayload.authenticationInfo).toEqual({ principalSubject: subject });
    await setAudit([{ service: api, auditLogConfigs: [exempt(subject)] }]);
    await client.get(`${keys}/chat/keyString`, headers);
    expect(written()).toEqual([]);
  });

  test("each with its method, in the log of data access", async () => {
    await client.post(`${keys}?keyId=chat`, {});
    await client.post(`${secrets}?secretId=chat`, { replication: { automatic: {} } });
    await client.post(`${secrets}/chat:addVersion`, { payload: { data: "c2VjcmV0" } });
    await setAudit([{ service: "allServices", auditLogConfigs: [adminRead, { logType: "DATA_READ" }] }]);
    await client.get(keys);
    await client.get(`${keys}/chat`);
    await client.get(`${keys}/chat/keyString`);
    await client.get(`${secrets}/chat/versions/latest:access`);
    expect(summary()).toEqual([
      `data_access ListKeys projects/${project}/locations/global`,
      `data_access GetKey projects/${project}/locations/global/keys/chat`,
      `data_access GetKeyString projects/${project}/locations/global/keys/chat`,
      `data_access AccessSecretVersion projects/${project}/secrets/chat/versions/latest`,
    ]);
    expect(written()[0]).toMatchObject({ severity: "INFO" });
  });
});

test("secrets and their versions", async () => {
  await client.post(`${secrets}?secretId=chat`, { replication: { automatic: {} } });
  await client.post(`${secrets}/chat:addVersion`, { payload: { data: "c2VjcmV0" } });
  await client.get(`${secrets}/chat/versions/1:access`);
  await client.post(`${secrets}/chat/versions/1:disable`, {});
  await client.post(`${secrets}/chat/versions/1:enable`, {});
  await client.post(`${secrets}/chat/versions/1:destroy`, {});
  await client.patch(`${secrets}/chat?updateMask=labels`, { labels: { a: "b" } });
  await client.delete(`${secrets}/chat`);
  const secret = `projects/${project}/secrets/chat`;
  expect(summary()).toEqual([
    `activity CreateSecret ${secret}`,
    `activity AddSecretVersion ${secret}`,
    `activity DisableSecretVersion ${secret}/versions/1`,
    `activity EnableSecretVersion ${secret}/versions/1`,
    `activity DestroySecretVersion ${secret}/versions/1`,
    `activity UpdateSecret ${secret}`,
    `activity DeleteSecret ${secret}`,
  ]);
});

test("service accounts, with the account as the resource", async () => {
  const accounts = `/iam/v1/projects/${project}/serviceAccounts`;
  const email = `gk-chat@${project}.iam.gserviceaccount.com`;
  const { body } = await client.post(accounts, { accountId: "gk-chat" });
  await client.post(`/iam/v1/projects/-/serviceAccounts/${email}:disable`, {});
  await client.post(`${accounts}/${email}:enable`, {});
  await client.delete(`${accounts}/${email}`);
  await client.post(`${accounts}/${body.uniqueId}:undelete`, {});
  expect(summary()).toEqual([
    `activity CreateServiceAccount projects/${project}`,
    `activity DisableServiceAccount projects/-/serviceAccounts/${email}`,
    `activity EnableServiceAccount projects/${project}/serviceAccounts/${email}`,
    `activity DeleteServiceAccount projects/${project}/serviceAccounts/${email}`,
    `activity UndeleteServiceAccount projects/${project}/serviceAccounts/${body.uniqueId}`,
  ]);
  const labels = { project_id: project, email_id: email, unique_id: body.uniqueId };
  expect(written().map(({ resource }) => resource)).toEqual(Array(5).fill({ type: "service_account", labels }));
});

test("services, topics, buckets and the project itself", async () => {
  await client.post(`/su/v1/projects/${project}/services/translate.googleapis.com:enable`, {});
  await client.post(`/su/v1/projects/${project}/services/translate.googleapis.com:disable`, {});
  await client.put(`/pubsub/v1/projects/${project}/topics/news`, {});
  await client.delete(`/pubsub/v1/projects/${project}/topics/news`);
  await client.post(`/storage/storage/v1/b?project=${project}`, { name: "acme-state" });
  await client.delete("/storage/storage/v1/b/acme-state");
  await client.delete(`/crm/v1/projects/${project}`);
  const service = `projects/${project}/services/translate.googleapis.com`;
  expect(summary()).toEqual([
    `activity EnableService ${service} first`,
    `activity EnableService ${service} last`,
    `activity DisableService ${service} first`,
    `activity DisableService ${service} last`,
    `activity CreateTopic projects/${project}/topics/news`,
    `activity DeleteTopic projects/${project}/topics/news`,
    "activity create projects/_/buckets/acme-state",
    "activity delete projects/_/buckets/acme-state",
    `activity DeleteProject projects/${project}`,
  ]);
  expect(entries()[0]).toMatchObject({
    resource: { type: "project", labels: { project_id: project } },
    protoPayload: { methodName: "CreateProject", resourceName: `projects/${project}` },
  });
});

describe("a change of a policy", () => {
  const url = `/crm/v1/projects/${project}:setIamPolicy`;

  test("names the members that were added and removed", async () => {
    const owner = { role: "roles/owner", members: ["user:a@example.com", "user:b@example.com"] };
    await client.post(url, { policy: { bindings: [owner] } });
    const viewer = { role: "roles/viewer", members: ["user:b@example.com"] };
    await client.post(url, { policy: { bindings: [{ ...owner, members: ["user:a@example.com"] }, viewer] } });
    await client.post(url, { policy: { bindings: [{ ...owner, members: ["user:a@example.com"] }, viewer] } });
    expect(written().map(({ protoPayload }) => protoPayload.serviceData?.policyDelta)).toEqual([
      {
        bindingDeltas: [
          { action: "ADD", role: "roles/owner", member: "user:a@example.com" },
          { action: "ADD", role: "roles/owner", member: "user:b@example.com" },
        ],
      },
      {
        bindingDeltas: [
          { action: "REMOVE", role: "roles/owner", member: "user:b@example.com" },
          { action: "ADD", role: "roles/viewer", member: "user:b@example.com" },
        ],
      },
      undefined,
    ]);
    expect(written()[0]).toMatchObject({
      resource: { type: "project", labels: { project_id: project } },
      protoPayload: {
        serviceName: "cloudresourcemanager.googleapis.com",
        methodName: "SetIamPolicy",
        serviceData: { "@type": "type.googleapis.com/google.iam.v1.logging.AuditData" },
      },
    });
  });

  test("names the audit configuration that was switched off, and who was exempted", async () => {
    const config = { service: "allServices", auditLogConfigs: [{ logType: "ADMIN_READ" }, { logType: "DATA_READ" }] };
    await setAudit([config]);
    const less = {
      service: "allServices",
      auditLogConfigs: [{ logType: "ADMIN_READ", exemptedMembers: ["user:a@example.com"] }],
    };
    await client.post(url, { policy: { auditConfigs: [less] }, updateMask: "auditConfigs" });
    expect(written()[0].protoPayload.serviceData.policyDelta).toEqual({
      auditConfigDeltas: [
        { action: "REMOVE", service: "allServices", logType: "DATA_READ" },
        { action: "ADD", service: "allServices", logType: "ADMIN_READ", exemptedMember: "user:a@example.com" },
      ],
    });
    const filter =
      'protoPayload.serviceData.policyDelta.auditConfigDeltas.action="REMOVE" OR ' +
      "protoPayload.serviceData.policyDelta.auditConfigDeltas.exemptedMember:*";
    expect(written().filter(compileLogFilter(filter))).toHaveLength(1);
  });

  test("of a secret, a service account, a topic and a bucket too", async () => {
    const email = `gk-chat@${project}.iam.gserviceaccount.com`;
    await client.post(`${secrets}?secretId=chat`, { replication: { automatic: {} } });
    await client.post(`/iam/v1/projects/${project}/serviceAccounts`, { accountId: "gk-chat" });
    await client.put(`/pubsub/v1/projects/${project}/topics/news`, {});
    await client.post(`/storage/storage/v1/b?project=${projectNumber(client)}`, { name: "acme-state" });
    start = entries().length;
    const bindings = [{ role: "roles/viewer", members: ["user:a@example.com"] }];
    const policy = { bindings };
    await client.post(`${secrets}/chat:setIamPolicy`, { policy });
    await client.post(`/iam/v1/projects/${project}/serviceAccounts/${email}:setIamPolicy`, { policy });
    await client.post(`/pubsub/v1/projects/${project}/topics/news:setIamPolicy`, { policy });
    await client.put("/storage/storage/v1/b/acme-state/iam", policy);
    expect(
      written().map(({ protoPayload }) => [protoPayload.methodName, protoPayload.serviceData.policyDelta]),
    ).toEqual(
      [
        "google.cloud.secretmanager.v1.SecretManagerService.SetIamPolicy",
        "google.iam.admin.v1.SetIAMPolicy",
        "google.iam.v1.IAMPolicy.SetIamPolicy",
        "storage.setIamPermissions",
      ].map((method) => [
        method,
        { bindingDeltas: [{ action: "ADD", role: "roles/viewer", member: "user:a@example.com" }] },
      ]),
    );
  });
});

describe("a call that fails", () => {
  test("has an entry with its status", async () => {
    await client.delete(`${secrets}/nothing`);
    await client.post(`/su/v1/projects/${project}/services/apikeys.googleapis.com:disable`, {});
    start = entries().length;
    await client.delete(`${keys}/chat`);
    expect(written()).toEqual([
      expect.objectContaining({
        severity: "ERROR",
        protoPayload: expect.objectContaining({
          status: { code: 7, message: expect.stringMatching(/^API Keys API has not been used in project /) },
          authorizationInfo: [
            {
              resource: `projects/${project}/locations/global/keys/chat`,
              permission: "serviceusage.apiKeys.delete",
            },
          ],
        }),
      }),
    ]);
    expect(written()[0].operation).toBeUndefined();
  });

  test("has none where there is no project, and none in a project it did not make", async () => {
    await client.delete("/sm/v1/projects/no-such-project/secrets/x");
    await client.post("/crm/v1/projects", { projectId: project });
    expect(written()).toEqual([]);
    expect(logEntries(client.emulator.store, "no-such-project")).toEqual([]);
  });
});

test("an operation that takes time has its second entry at its end", async () => {
  await client.close();
  let time = Date.parse("2030-01-02T00:00:00Z");
  client = await startWithProject([], { now: () => new Date(time), operationDelayMs: 1000 });
  expect(logEntries(client.emulator.store, project)).toEqual([]);
  time += 1000;
  await client.post(`/su/v1/projects/${project}/services/iam.googleapis.com:enable`, {});
  start = 0;
  expect(summary()).toEqual([
    `activity CreateProject projects/${project}`,
    `activity EnableService projects/${project}/services/iam.googleapis.com first`,
  ]);
  time += 1000;
  await client.get("/crm/v1/projects");
  expect(summary()[2]).toBe(`activity EnableService projects/${project}/services/iam.googleapis.com last`);
  expect(written()[2].timestamp).toBe("2030-01-02T00:00:02.000Z");
});

test("no key string and no payload gets into an entry, whatever goes wrong", async () => {
  await setAudit([
    {
      service: "allServices",
      auditLogConfigs: [{ logType: "ADMIN_READ" }, { logType: "DATA_READ" }, { logType: "DATA_WRITE" }],
    },
  ]);
  const payload = "canary-payload";
  const data = Buffer.from(payload).toString("base64");
  const { body } = await client.post(`${keys}?keyId=chat`, {});
  const keyString: string = body.response.keyString;
  await client.get(`${keys}/chat/keyString`);
  await client.post(`${keys}?keyId=${keyString}`, { displayName: keyString });
  await client.post(`${secrets}?secretId=chat`, { replication: { automatic: {} } });
  await client.post(`${secrets}/chat:addVersion`, { payload: { data } });
  await client.post(`${secrets}/chat:addVersion`, { payload });
  await client.post(`${secrets}/chat:addVersion`, { payload: { data: [payload, data] } });
  await client.post(`${secrets}/chat:addVersion`, { payload: { data, dataCrc32c: "1" } });
  await client.get(`${secrets}/chat/versions/1:access`, { "user-agent": keyString });
  await client.post(`${secrets}?secretId=${keyString}`, { replication: { automatic: {} } });
  const text = JSON.stringify(written());
  expect(text).toContain("AccessSecretVersion");
  expect(text).toContain("GetKeyString");
  expect([keyString, payload, data].filter((canary) => text.includes(canary))).toEqual([]);
});

test("only the newest entries are kept", () => {
  const store = new Store();
  for (let index = 0; index < 25_000; index += 1) {
    addLogEntry(store, "p", { index });
  }
  const kept = logEntries(store, "p");
  expect(kept.length).toBeGreaterThanOrEqual(10_000);
  expect(kept.length).toBeLessThanOrEqual(11_000);
  expect(kept[kept.length - 1]).toEqual({ index: 24_999 });
  expect(kept[0]).toEqual({ index: 25_000 - kept.length });
});
