import { type Answer, type Client, errorBody, project, projectNumber, startWithProject } from "./client";

let client: Client;
let now: number;
const day = 24 * 60 * 60 * 1000;
const buckets = "/storage/storage/v1/b";
const objects = `${buckets}/acme-keys/o`;

beforeEach(async () => {
  now = Date.parse("2026-11-24T00:00:00Z");
  client = await startWithProject(["cloudkms.googleapis.com"], { now: () => new Date(now) });
});
afterEach(() => client.close());

const create = (body: object = {}) => client.post(`${buckets}?project=${project}`, { name: "acme-keys", ...body });
const write = (name: string, content: string): Promise<Answer> =>
  client.send("POST", `/upload/storage/v1/b/acme-keys/o?uploadType=media&name=${name}`, {
    body: content,
    headers: { "Content-Type": "text/plain" },
  });
const invalid = (message: string) => errorBody(400, "INVALID_ARGUMENT", message, "badRequest");
const generations = async (query = ""): Promise<string[]> =>
  ((await client.get(`${objects}?versions=true${query}`)).body.items ?? []).map(
    ({ name, generation }: { name: string; generation: string }) => `${name}#${generation}`,
  );

test("a bucket of the bootstrap is created with everything it asks for", async () => {
  const asked = {
    location: "EU",
    versioning: { enabled: true },
    iamConfiguration: { uniformBucketLevelAccess: { enabled: true }, publicAccessPrevention: "enforced" },
    lifecycle: {
      rule: [
        { action: { type: "Delete" }, condition: { numNewerVersions: 50, daysSinceNoncurrentTime: 90 } },
        { action: { type: "SetStorageClass", storageClass: "NEARLINE" }, condition: { age: 30 } },
      ],
    },
  };
  const { body } = await create({
    ...asked,
    logging: { logBucket: "acme-logs" },
    retentionPolicy: { retentionPeriod: "3600" },
    softDeletePolicy: { retentionDurationSeconds: "2592000" },
  });
  const effectiveTime = "2026-11-24T00:00:00.000Z";
  expect(body).toMatchObject({
    ...asked,
    logging: { logBucket: "acme-logs", logObjectPrefix: "acme-keys" },
    retentionPolicy: { retentionPeriod: "3600", effectiveTime },
    softDeletePolicy: { retentionDurationSeconds: "2592000", effectiveTime },
  });
  now += day;
  const changed = (await client.patch(`${buckets}/acme-keys`, { labels: { a: "b" }, logging: null })).body;
  expect([changed.logging, changed.softDeletePolicy.effectiveTime]).toEqual([undefined, effectiveTime]);
});

test.each<[object, string]>([
  [{ iamConfiguration: { publicAccessPrevention: "maybe" } }, 'Invalid argument: publicAccessPrevention "maybe".'],
  [
    { lifecycle: { rule: [{ action: { type: "Burn" }, condition: { age: 1 } }] } },
    'A lifecycle rule has an action that is not valid: {"type":"Burn"}.',
  ],
  [
    { lifecycle: { rule: [{ action: { type: "SetStorageClass" }, condition: { age: 1 } }] } },
    'A lifecycle rule has an action that is not valid: {"type":"SetStorageClass"}.',
  ],
  [{ lifecycle: { rule: [{ action: { type: "Delete" } }] } }, "A lifecycle rule must have at least one condition."],
  [
    { lifecycle: { rule: [{ action: { type: "Delete" }, condition: { age: -1 } }] } },
    'A lifecycle rule has a condition that is not valid: {"age":-1}.',
  ],
  [
    { lifecycle: { rule: [{ action: { type: "Delete" }, condition: { mood: 1 } }] } },
    'A lifecycle rule has a condition that is not valid: {"mood":1}.',
  ],
  [{ lifecycle: { rule: Array(101).fill({}) } }, "A lifecycle configuration must have at most 100 rules."],
  [{ logging: { logObjectPrefix: "x" } }, "logging.logBucket is missing."],
  [{ retentionPolicy: { retentionPeriod: "0" } }, "retentionPolicy.retentionPeriod must be 1 to 3155759999 seconds."],
  [
    { softDeletePolicy: { retentionDurationSeconds: "60" } },
    "softDeletePolicy.retentionDurationSeconds must be 0 or 604800 to 7776000, got: 60.",
  ],
  [{ encryption: { defaultKmsKeyName: "my-key" } }, 'Invalid Cloud KMS key name: "my-key".'],
])("refused: %j", async (body, message) => {
  expect((await create(body)).body).toEqual(invalid(message));
});

describe("with versioning", () => {
  beforeEach(async () => {
    await create({ versioning: { enabled: true } });
  });

  test("what is written again or deleted stays, until its generation is deleted", async () => {
    const first = (await write("x", "one")).body.generation;
    now += 1000;
    const second = (await write("x", "two")).body.generation;
    await write("a", "other");
    expect(await generations("&prefix=x")).toEqual([`x#${first}`, `x#${second}`]);
    const old = (await client.get(`${objects}/x?generation=${first}`)).body;
    expect([old.timeCreated, old.timeDeleted]).toEqual(["2026-11-24T00:00:00.000Z", "2026-11-24T00:00:01.000Z"]);
    expect((await client.get(`${objects}/x?generation=${first}&alt=media`)).text).toBe("one");
    expect((await client.get(`/acme-keys/x?generation=${first}`)).text).toBe("one");
    expect((await client.get(`${objects}/x?alt=media`)).text).toBe("two");
    expect((await client.get(objects)).body.items).toHaveLength(2);

    expect((await client.delete(`${objects}/x`)).status).toBe(204);
    expect((await client.get(`${objects}/x`)).status).toBe(404);
    expect(await generations("&prefix=x")).toEqual([`x#${first}`, `x#${second}`]);
    expect((await client.delete(`${objects}/x?generation=${first}`)).status).toBe(204);
    expect(await generations("&prefix=x")).toEqual([`x#${second}`]);
    expect((await client.delete(`${objects}/x?generation=${first}`)).status).toBe(404);
  });

  test("versions are listed in pages", async () => {
    for (const content of ["1", "2", "3"]) {
      await write("x", content);
    }
    const first = (await client.get(`${objects}?versions=true&maxResults=2`)).body;
    const rest = (await client.get(`${objects}?versions=true&pageToken=${first.nextPageToken}`)).body;
    expect([first.items.length, rest.items.length]).toEqual([2, 1]);
  });

  test("a live object is deleted for good by its generation", async () => {
    const { generation } = (await write("x", "one")).body;
    await client.delete(`${objects}/x?generation=${generation}`);
    expect(await generations()).toEqual([]);
    expect((await client.delete(`${buckets}/acme-keys`)).status).toBe(204);
  });

  test("a bucket with old versions is not empty", async () => {
    await write("x", "one");
    await client.delete(`${objects}/x`);
    const message = "The bucket you tried to delete is not empty.";
    expect((await client.delete(`${buckets}/acme-keys`)).body).toEqual(
      errorBody(409, "ALREADY_EXISTS", message, "conflict"),
    );
  });

  test.each<[string, object, readonly string[]]>([
    ["the number of newer ones", { numNewerVersions: 2 }, ["2", "3"]],
    ["days since it was replaced", { daysSinceNoncurrentTime: 11 }, ["2", "3"]],
    ["both", { daysSinceNoncurrentTime: 1, numNewerVersions: 3 }, ["1", "2", "3"]],
    ["its state", { isLive: false }, ["3"]],
    ["another name", { isLive: false, matchesPrefix: ["y"] }, ["1", "2", "3"]],
    ["the end of its name", { isLive: false, matchesSuffix: ["x"] }, ["3"]],
    ["a condition that is not modelled", { isLive: false, customTimeBefore: "2030-01-01" }, ["1", "2", "3"]],
  ])("a lifecycle rule deletes old versions by %s", async (_title, condition, left) => {
    const contents = new Map<string, string>();
    for (const content of ["1", "2", "3"]) {
      contents.set((await write("x", content)).body.generation, content);
      now += 10 * day;
    }
    now -= 9 * day;
    await client.patch(`${buckets}/acme-keys`, { lifecycle: { rule: [{ action: { type: "Delete" }, condition }] } });
    expect((await generations()).map((id) => contents.get(id.split("#")[1]!))).toEqual(left);
  });
});

test("without versioning a lifecycle rule deletes what is old", async () => {
  await create({ lifecycle: { rule: [{ action: { type: "Delete" }, condition: { age: 30 } }] } });
  await write("x", "one");
  now += 30 * day - 1;
  expect((await client.get(`${objects}/x`)).status).toBe(200);
  now += 1;
  expect((await client.get(`${objects}/x`)).status).toBe(404);
});

describe("with a retention policy", () => {
  const retained = errorBody(
    403,
    "PERMISSION_DENIED",
    "Object 'acme-keys/x' is subject to bucket's retention policy and cannot be deleted, overwritten or archived until 2026-11-24T01:00:00.000Z",
    "retentionPolicyNotMet",
  );

  test("an object is neither deleted nor overwritten before its time", async () => {
    await create({ retentionPolicy: { retentionPeriod: "3600" } });
    await write("x", "one");
    expect((await write("x", "two")).body).toEqual(retained);
    expect((await client.delete(`${objects}/x`)).body).toEqual(retained);
    now += 3600_000;
    expect((await client.delete(`${objects}/x`)).status).toBe(204);
  });

  test("a locked policy only grows", async () => {
    const path = `${buckets}/acme-keys`;
    const { metageneration } = (await create({ retentionPolicy: { retentionPeriod: "3600" } })).body;
    expect((await client.post(`${path}/lockRetentionPolicy?ifMetagenerationMatch=9`)).status).toBe(412);
    const locked = await client.post(`${path}/lockRetentionPolicy?ifMetagenerationMatch=${metageneration}`);
    expect(locked.body.retentionPolicy.isLocked).toBe(true);
    const message = "Cannot reduce retention duration of a locked Retention Policy for bucket 'acme-keys'.";
    for (const retentionPolicy of [null, { retentionPeriod: "60" }]) {
      expect((await client.patch(path, { retentionPolicy })).body).toEqual(
        errorBody(403, "PERMISSION_DENIED", message, "forbidden"),
      );
    }
    const grown = await client.patch(path, { retentionPolicy: { retentionPeriod: "7200" } });
    expect(grown.body.retentionPolicy).toEqual({
      retentionPeriod: "7200",
      effectiveTime: "2026-11-24T00:00:00.000Z",
      isLocked: true,
    });
  });
});

test("a policy that opens the bucket to everybody is refused where that is prevented", async () => {
  await create({ iamConfiguration: { publicAccessPrevention: "enforced" } });
  const bindings = [{ role: "roles/storage.objectViewer", members: ["allUsers"] }];
  const message =
    "The member bindings allUsers and allAuthenticatedUsers are not allowed since public access prevention is enforced.";
  expect((await client.put(`${buckets}/acme-keys/iam`, { bindings })).body).toEqual(
    errorBody(412, "FAILED_PRECONDITION", message, "conditionNotMet"),
  );
});

describe("with a key", () => {
  const key = `projects/${project}/locations/eu/keyRings/state/cryptoKeys/state`;
  const encryption = { defaultKmsKeyName: key };
  const denied = errorBody(
    403,
    "PERMISSION_DENIED",
    "Permission denied on Cloud KMS key. Please ensure that your Cloud Storage service account has been authorized to use this key.",
    "forbidden",
  );
  const bindings = () => [
    {
      role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
      members: [`serviceAccount:service-${projectNumber(client)}@gs-project-accounts.iam.gserviceaccount.com`],
    },
  ];
  const allow = (resource: string) =>
    client.post(`${resource}:setIamPolicy`, { policy: { version: 3, bindings: bindings() } });

  const createKey = async () => {
    await client.post(`/kms/v1/projects/${project}/locations/eu/keyRings?keyRingId=state`);
    const path = `/kms/v1/projects/${project}/locations/eu/keyRings/state/cryptoKeys?cryptoKeyId=state`;
    expect((await client.post(path, { purpose: "ENCRYPT_DECRYPT" })).status).toBe(200);
  };

  test("the key must be there, and the agent of Cloud Storage allowed to use it", async () => {
    const missing = `Cloud KMS key ${key} was not found.`;
    expect((await create({ location: "EU", encryption })).body).toEqual(
      errorBody(404, "NOT_FOUND", missing, "notFound"),
    );
    await createKey();
    expect((await create({ location: "EU", encryption })).body).toEqual(denied);
    expect((await allow(`/kms/v1/${key}`)).status).toBe(200);
    expect((await create({ location: "US", encryption })).body).toEqual(
      invalid("The Cloud KMS key is in eu, but the bucket is in us."),
    );
    expect((await create({ location: "EU", encryption })).body.encryption).toEqual(encryption);
    expect((await write("x", "one")).status).toBe(200);
    await client.post(`/kms/v1/${key}/cryptoKeyVersions/1:destroy`, {});
    expect((await write("x", "two")).body).toEqual(denied);
    expect((await client.patch(`${buckets}/acme-keys`, { labels: { a: "b" } })).status).toBe(200);
  });

  test("a grant on the project counts as well", async () => {
    await createKey();
    expect((await allow(`/crm/v1/projects/${project}`)).status).toBe(200);
    expect((await create({ location: "EU", encryption })).status).toBe(200);
  });
});
