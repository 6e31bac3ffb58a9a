import { billingAccount, type Client, createProject, errorBody, project, projectNumber, startClient } from "./client";

let client: Client;
beforeEach(async () => {
  client = await startClient();
});
afterEach(() => client.close());

const parent = { type: "organization", id: "123456789012" };

describe("projects", () => {
  test("are created, read by id and by number, changed and deleted", async () => {
    const labels = { env: "dev", "goog-terraform-provisioned": "true" };
    const created = await client.post("/crm/v1/projects", { projectId: project, name: "Gemini dev", labels, parent });
    const number = projectNumber(client);
    const wanted = {
      projectNumber: number,
      projectId: project,
      lifecycleState: "ACTIVE",
      name: "Gemini dev",
      createTime: expect.any(String),
      labels,
      parent,
    };
    expect(created.body).toMatchObject({
      name: expect.stringMatching(/^operations\/cp\.\d+$/),
      done: true,
      response: wanted,
    });
    expect((await client.get(`/crm/v1/projects/${project}`)).body).toEqual(wanted);
    expect((await client.get(`/crm/v1/projects/${number}`)).body).toEqual(wanted);
    const change = { ...wanted, name: "Other", labels: { env: "test" } };
    expect((await client.put(`/crm/v1/projects/${project}`, change)).body).toEqual(change);
    expect((await client.delete(`/crm/v1/projects/${project}`)).body).toEqual({});
    expect((await client.get(`/crm/v1/projects/${project}`)).body).toEqual({
      ...change,
      lifecycleState: "DELETE_REQUESTED",
    });
  });

  test("lose their labels when a PUT has none", async () => {
    await client.post("/crm/v1/projects", { projectId: project, labels: { env: "dev" } });
    expect((await client.put(`/crm/v1/projects/${project}`, { name: project })).body).not.toHaveProperty("labels");
  });

  test("are forbidden, not missing, when unknown", async () => {
    const answer = await client.get("/crm/v1/projects/who-knows");
    const body = errorBody(403, "PERMISSION_DENIED", "The caller does not have permission", "forbidden");
    expect([answer.status, answer.body]).toEqual([403, body]);
  });

  test("keep their id when deleted, and come back by undelete", async () => {
    await createProject(client, project, []);
    await client.delete(`/crm/v1/projects/${project}`);
    const again = await client.post("/crm/v1/projects", { projectId: project, parent });
    expect(again.body).toEqual(errorBody(409, "ALREADY_EXISTS", "Requested entity already exists", "alreadyExists"));
    const twice = await client.delete(`/crm/v1/projects/${project}`);
    const inactive = "Cannot delete an inactive project.";
    expect(twice.body).toEqual(errorBody(400, "FAILED_PRECONDITION", inactive, "failedPrecondition"));
    expect((await client.post(`/crm/v1/projects/${project}:undelete`)).body).toEqual({});
    expect((await client.get(`/crm/v1/projects/${project}`)).body).toMatchObject({ lifecycleState: "ACTIVE" });
    expect((await client.post(`/crm/v1/projects/${project}:undelete`)).status).toBe(400);
  });

  test.each(["short", "Upper-case", "1digit-first", "hyphen-last-", "a".repeat(31), "under_score"])(
    "refuse the id %s",
    async (projectId) => {
      const answer = await client.post("/crm/v1/projects", { projectId });
      const violation = {
        field: "project_id",
        description: `project_id must match ^[a-z][a-z0-9-]{4,28}[a-z0-9]$, got: ${projectId}`,
      };
      const details = [{ "@type": "type.googleapis.com/google.rpc.BadRequest", fieldViolations: [violation] }];
      const message = "Request contains an invalid argument.";
      expect(answer.body).toEqual(errorBody(400, "INVALID_ARGUMENT", message, "badRequest", details));
    },
  );

  test.each(["abc", "a".repeat(31), "no/slash"])("refuse the name %s", async (name) => {
    expect((await client.post("/crm/v1/projects", { projectId: project, name })).status).toBe(400);
  });

  test("need a parent that exists", async () => {
    const answer = await client.post("/crm/v1/projects", { projectId: project, parent: { type: "folder", id: "1" } });
    const message =
      "Permission 'resourcemanager.projects.create' denied on resource '//cloudresourcemanager.googleapis.com/folders/1' (or it may not exist).";
    expect(answer.body).toEqual(errorBody(403, "PERMISSION_DENIED", message, "forbidden"));
    const wrong = await client.post("/crm/v1/projects", { projectId: project, parent: { type: "team", id: "1" } });
    expect(wrong.status).toBe(400);
  });

  test("check their labels", async () => {
    const answer = await client.post("/crm/v1/projects", { projectId: project, labels: { Env: "dev" } });
    expect([answer.status, answer.body.error.message]).toEqual([
      400,
      'Label key "Env" violates format constraints: ^[\\p{Ll}\\p{Lo}][\\p{Ll}\\p{Lo}\\p{N}_-]{0,62}$',
    ]);
  });

  test("are listed in pages", async () => {
    await createProject(client, project, []);
    const first = await client.get("/crm/v1/projects?pageSize=1");
    expect(first.body.projects.map((entry: { projectId: string }) => entry.projectId)).toEqual([project]);
    const second = await client.get(`/crm/v1/projects?pageSize=1&pageToken=${first.body.nextPageToken}`);
    expect(second.body.projects.map((entry: { projectId: string }) => entry.projectId)).toEqual(["seed-project"]);
    expect(second.body).not.toHaveProperty("nextPageToken");
    expect((await client.get("/crm/v1/projects?pageToken=junk")).status).toBe(400);
  });

  test("show their organization, and which permissions the caller has", async () => {
    const name = "organizations/123456789012";
    const organization = { name, displayName: name, lifecycleState: "ACTIVE" };
    expect((await client.get(`/crm/v1/${name}`)).body).toEqual(organization);
    expect((await client.get("/crm/v1/organizations/1")).status).toBe(403);
    const permissions = ["resourcemanager.projects.get"];
    const tested = await client.post("/crm/v1/projects/seed-project:testIamPermissions", { permissions });
    expect(tested.body).toEqual({ permissions });
  });

  test("cannot be changed while deleted", async () => {
    await createProject(client, project, []);
    await client.delete(`/crm/v1/projects/${project}`);
    const answer = await client.put(`/crm/v1/projects/${project}`, { name: "Other" });
    const message = "Project is not active.";
    expect(answer.body).toEqual(errorBody(400, "FAILED_PRECONDITION", message, "failedPrecondition"));
  });

  test("of provider 6.50 have the version twice in the path", async () => {
    expect((await client.get("/crm/v1/v1/projects/seed-project?alt=json&prettyPrint=false")).status).toBe(200);
  });
});

describe("policies", () => {
  const path = "/crm/v1/projects/seed-project";
  const stale = errorBody(
    409,
    "ABORTED",
    "There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.",
    "aborted",
  );
  const audit = [{ service: "apikeys.googleapis.com", auditLogConfigs: [{ logType: "ADMIN_READ" }] }];
  const set = (policy: object, updateMask?: string) =>
    client.post(`${path}:setIamPolicy`, { policy, ...(updateMask && { updateMask }) });
  const get = async () => (await client.post(`${path}:getIamPolicy`, { options: { requestedPolicyVersion: 3 } })).body;

  test("change their etag with every write and refuse a stale one", async () => {
    const etags = [(await get()).etag];
    for (const member of ["group:a@example.com", "group:a@example.com", "group:b@example.com"]) {
      const bindings = [{ role: "roles/viewer", members: [member] }];
      etags.push((await set({ bindings, etag: etags[etags.length - 1], version: 3 })).body.etag);
    }
    expect(new Set(etags).size).toBe(4);
    expect((await set({ bindings: [], etag: etags[1], version: 3 })).body).toEqual(stale);
    expect((await get()).etag).toBe(etags[3]);
  });

  test("are stored with one binding a role, sorted and in lower case", async () => {
    const bindings = [
      { role: "roles/viewer", members: ["user:B@Example.com", "group:a@example.com"] },
      { role: "roles/editor", members: ["principalSet://iam.googleapis.com/Pool"] },
      { role: "roles/viewer", members: ["group:a@example.com"] },
      { role: "roles/owner", members: [] },
    ];
    expect((await set({ bindings, version: 3 })).body.bindings).toEqual([
      { role: "roles/editor", members: ["principalSet://iam.googleapis.com/Pool"] },
      { role: "roles/viewer", members: ["group:a@example.com", "user:b@example.com"] },
    ]);
  });

  test("keep the audit configuration unless the mask names it", async () => {
    await set({ auditConfigs: audit, version: 3 }, "bindings,etag,auditConfigs");
    await set({ bindings: [{ role: "roles/viewer", members: ["group:a@example.com"] }], version: 3 });
    expect(await get()).toMatchObject({ auditConfigs: audit });
    const cleared = (await set({ version: 3 }, "bindings,etag,auditConfigs")).body;
    expect(cleared).toEqual({ version: 3, etag: expect.any(String) });
  });

  test.each([
    ["nobody", "The member nobody is of an unknown type. Please set a valid type prefix for the member."],
    [
      "serviceAccount:ghost@acme-gemini-dev.iam.gserviceaccount.com",
      "Service account ghost@acme-gemini-dev.iam.gserviceaccount.com does not exist.",
    ],
  ])("refuse the member %s", async (member, message) => {
    await createProject(client, project, []);
    const answer = await set({ bindings: [{ role: "roles/viewer", members: [member] }], version: 3 });
    expect(answer.body).toEqual(errorBody(400, "INVALID_ARGUMENT", message, "badRequest"));
  });

  test("take a service account of a project that is not known here", async () => {
    const members = [
      "serviceAccount:chat@elsewhere.iam.gserviceaccount.com",
      "serviceAccount:x@seed-project.iam.gserviceaccount.com",
    ];
    expect((await set({ bindings: [{ role: "roles/viewer", members }], version: 3 })).status).toBe(200);
  });

  test("refuse a wrong role, a wrong version and a missing policy", async () => {
    const condition = { title: "x", expression: "true" };
    const members = ["group:a@example.com"];
    const answers = [
      await set({ bindings: [{ role: "viewer", members }] }),
      await set({ version: 2 }),
      await set({ version: 1, bindings: [{ role: "roles/viewer", members, condition }] }),
      await client.post(`${path}:setIamPolicy`, {}),
    ];
    expect(answers.map(({ status, body }) => [status, body.error.message])).toEqual([
      [400, "Role (viewer) does not exist in the resource's hierarchy."],
      [400, "Invalid policy version: 2. Use 1 or 3."],
      [400, "Conditional policies require policy version 3."],
      [400, "The policy to set is missing: send it in the field `policy`."],
    ]);
  });
});

describe("billing", () => {
  test("is linked, shown and unlinked", async () => {
    await createProject(client, project, []);
    const path = `/billing/v1/projects/${project}/billingInfo`;
    const info = { name: `projects/${project}/billingInfo`, projectId: project };
    expect((await client.get(path)).body).toEqual({ ...info, billingAccountName: "", billingEnabled: false });
    const billingAccountName = `billingAccounts/${billingAccount}`;
    const linked = { ...info, billingAccountName, billingEnabled: true };
    expect((await client.put(path, { billingAccountName })).body).toEqual(linked);
    expect((await client.get(`/billing/v1/projects/${projectNumber(client)}/billingInfo`)).body).toEqual(linked);
    const projects = await client.get(`/billing/v1/billingAccounts/${billingAccount}/projects`);
    expect(projects.body.projectBillingInfo.map((entry: { projectId: string }) => entry.projectId)).toEqual([
      project,
      "seed-project",
    ]);
    expect((await client.put(path, { billingAccountName: "" })).body).toMatchObject({ billingEnabled: false });
  });

  test("shows accounts and permissions", async () => {
    const account = {
      name: `billingAccounts/${billingAccount}`,
      open: true,
      displayName: "Local billing account",
      masterBillingAccount: "",
      currencyCode: "USD",
    };
    expect((await client.get(`/billing/v1/billingAccounts/${billingAccount}`)).body).toEqual(account);
    expect((await client.get("/billing/v1/billingAccounts")).body).toEqual({ billingAccounts: [account] });
    const permissions = ["billing.resourceAssociations.create"];
    const test = (id: string) => client.post(`/billing/v1/billingAccounts/${id}:testIamPermissions`, { permissions });
    expect((await test(billingAccount)).body).toEqual({ permissions });
    expect((await test("000000-000000-000000")).body).toEqual({});
  });

  test("refuses what is unknown", async () => {
    const forbidden = errorBody(403, "PERMISSION_DENIED", "The caller does not have permission", "forbidden");
    const link = { billingAccountName: "billingAccounts/000000-000000-000000" };
    expect((await client.get("/billing/v1/billingAccounts/000000-000000-000000")).body).toEqual(forbidden);
    expect((await client.get("/billing/v1/projects/who-knows/billingInfo")).body).toEqual(forbidden);
    expect((await client.put("/billing/v1/projects/seed-project/billingInfo", link)).body).toEqual(forbidden);
    expect(
      (await client.put("/billing/v1/projects/seed-project/billingInfo", { billingAccountName: "x" })).status,
    ).toBe(400);
  });
});
