import { type Client, createProject, errorBody, project, projectNumber, startWithProject } from "./client";

const base = `/log/v2/projects/${project}`;
const time = "2030-01-02T03:04:05.678Z";
const day = 24 * 60 * 60 * 1000;

let client: Client;
let now: number;
beforeEach(async () => {
  now = Date.parse(time);
  client = await startWithProject(["logging.googleapis.com"], { now: () => new Date(now) });
});
afterEach(() => client.close());

async function refusal(answer: Promise<{ status: number; body: { error?: { status: string; message: string } } }>) {
  const { status, body } = await answer;
  return [status, body.error?.status, body.error?.message];
}

test("needs the API enabled, like every other", async () => {
  await createProject(client, "acme-other", []);
  for (const answer of [
    await client.get("/log/v2/projects/acme-other/metrics"),
    await client.get("/log/v2/projects/acme-other/sinks"),
    await client.get("/log/v2/projects/acme-other/locations/global/buckets"),
    await client.post("/log/v2/entries:list", { resourceNames: ["projects/acme-other"] }),
  ]) {
    expect([answer.status, answer.body.error.details[1].reason]).toEqual([403, "SERVICE_DISABLED"]);
  }
});

describe("metrics", () => {
  const metric = { name: "gemini/key-read", filter: 'protoPayload.methodName:"GetKeyString"' };
  const path = `${base}/metrics/gemini%2Fkey-read`;
  const type = "logging.googleapis.com/user/gemini/key-read";
  const filled = {
    ...metric,
    metricDescriptor: {
      metricKind: "DELTA",
      valueType: "INT64",
      unit: "1",
      name: `projects/${project}/metricDescriptors/${type}`,
      type,
    },
    createTime: time,
    updateTime: time,
  };

  test("are made, read, listed, replaced and deleted, also with a slash in the name", async () => {
    expect((await client.post(`${base}/metrics`, metric)).body).toEqual(filled);
    expect((await client.get(path)).body).toEqual(filled);
    expect((await client.get(`${base}/metrics`)).body).toEqual({ metrics: [filled] });
    now += 1000;
    const changed = { ...metric, description: "Reads", disabled: true };
    expect((await client.put(path, changed)).body).toEqual({
      ...filled,
      ...changed,
      updateTime: "2030-01-02T03:04:06.678Z",
    });
    expect((await client.delete(path)).body).toEqual({});
    expect(await refusal(client.get(path))).toEqual([404, "NOT_FOUND", "Metric gemini/key-read does not exist"]);
    expect(await refusal(client.delete(path))).toEqual([404, "NOT_FOUND", "Metric gemini/key-read does not exist"]);
    expect((await client.get(`${base}/metrics`)).body).toEqual({});
    expect((await client.put(path, metric)).status).toBe(200);
  });

  test("keep labels, extractors and the kind of their value", async () => {
    const rich = {
      name: "latency",
      filter: "severity>=INFO",
      valueExtractor: "EXTRACT(jsonPayload.latency)",
      labelExtractors: { method: 'REGEXP_EXTRACT(protoPayload.methodName, "([^.]+)$")' },
      metricDescriptor: { labels: [{ key: "method", valueType: "STRING" }], unit: "s" },
      bucketOptions: { linearBuckets: { numFiniteBuckets: 3, width: 1, offset: 1 } },
    };
    const { body } = await client.post(`${base}/metrics`, rich);
    expect(body).toMatchObject({
      ...rich,
      metricDescriptor: { ...rich.metricDescriptor, metricKind: "DELTA", valueType: "DISTRIBUTION" },
    });
  });

  test.each<[string, object, string]>([
    ["no filter", { name: "a" }, "The filter of a metric must not be empty."],
    ["a wrong filter", { name: "a", filter: "thud=1" }, "Unparseable filter: field not found: 'thud'"],
    [
      "a wrong name",
      { name: "/a", filter: "a" },
      "The name of a metric must match ^(?!\\/)[A-Za-z0-9_\\-.,+!*',()%/]{1,100}$, got: /a",
    ],
    [
      "an unknown field",
      { name: "a", filter: "a", filters: "b" },
      "Invalid JSON payload received. Unknown name \"filters\" at 'metric': Cannot find field.",
    ],
    [
      "a long description",
      { name: "a", filter: "a", description: "x".repeat(8001) },
      "The description of a metric must have at most 8000 characters.",
    ],
    [
      "a gauge",
      { name: "a", filter: "a", metricDescriptor: { metricKind: "GAUGE" } },
      "metricDescriptor.metricKind must be DELTA, got: GAUGE",
    ],
    [
      "a distribution of nothing",
      { name: "a", filter: "a", metricDescriptor: { valueType: "DISTRIBUTION" } },
      "A metric with the value type DISTRIBUTION needs a valueExtractor.",
    ],
    [
      "a label nobody declared",
      { name: "a", filter: "a", labelExtractors: { b: "EXTRACT(severity)" } },
      "labelExtractors.b: metricDescriptor.labels has no label of this key.",
    ],
    [
      "a wrong extractor",
      { name: "a", filter: "a", valueExtractor: "severity" },
      'valueExtractor must be EXTRACT(field) or REGEXP_EXTRACT(field, "regex"), got: severity',
    ],
  ])("with %s are refused", async (_name, body, message) => {
    expect(await refusal(client.post(`${base}/metrics`, body))).toEqual([400, "INVALID_ARGUMENT", message]);
  });

  test("are unique, and keep their name", async () => {
    await client.post(`${base}/metrics`, metric);
    expect(await refusal(client.post(`${base}/metrics`, metric))).toEqual([
      409,
      "ALREADY_EXISTS",
      "Metric gemini/key-read already exists",
    ]);
    expect(await refusal(client.put(path, { ...metric, name: "other" }))).toEqual([
      400,
      "INVALID_ARGUMENT",
      "The name in the metric must be that of the path, gemini/key-read, got: other",
    ]);
  });
});

describe("sinks", () => {
  const sink = {
    name: "key-audit",
    destination: "storage.googleapis.com/acme-audit",
    filter: 'protoPayload.serviceName="apikeys.googleapis.com"',
  };
  const unique = "?uniqueWriterIdentity=true";
  const identity = () => `serviceAccount:service-${projectNumber(client)}@gcp-sa-logging.iam.gserviceaccount.com`;

  test("are made, read, changed by mask and deleted", async () => {
    const path = `${base}/sinks/key-audit`;
    const created = await client.post(`${base}/sinks${unique}`, sink);
    expect(created.body).toEqual({
      ...sink,
      writerIdentity: identity(),
      resourceName: `projects/${project}/sinks/key-audit`,
      createTime: time,
      updateTime: time,
    });
    const exclusions = [{ name: "mine", filter: "severity<NOTICE" }];
    const patched = await client.patch(`${path}${unique}&updateMask=exclusions,filter`, {
      destination: "storage.googleapis.com/ignored",
      filter: "",
      exclusions,
    });
    const { filter: _, ...withoutFilter } = created.body;
    expect(patched.body).toEqual({ ...withoutFilter, exclusions });
    expect((await client.get(path)).body).toEqual(patched.body);
    expect((await client.patch(`${path}?updateMask=exclusions`, {})).body).toEqual(withoutFilter);
    expect((await client.delete(path)).body).toEqual({});
    expect(await refusal(client.get(path))).toEqual([404, "NOT_FOUND", "Sink key-audit does not exist"]);
  });

  test("two are there from the start", async () => {
    const { body } = await client.get(`${base}/sinks`);
    expect(
      body.sinks.map(({ name, destination }: { name: string; destination: string }) => [name, destination]),
    ).toEqual(
      ["_Default", "_Required"].map((name) => [
        name,
        `logging.googleapis.com/projects/${project}/locations/global/buckets/${name}`,
      ]),
    );
    expect((await client.patch(`${base}/sinks/_Default?updateMask=disabled`, { disabled: true })).body.disabled).toBe(
      true,
    );
    expect(await refusal(client.patch(`${base}/sinks/_Required?updateMask=disabled`, { disabled: true }))).toEqual([
      400,
      "FAILED_PRECONDITION",
      "The sink _Required cannot be changed.",
    ]);
    expect(await refusal(client.delete(`${base}/sinks/_Required`))).toEqual([
      400,
      "FAILED_PRECONDITION",
      "The sink _Required cannot be deleted.",
    ]);
    await client.delete(`${base}/sinks/_Default`);
    expect((await client.get(`${base}/sinks`)).body.sinks).toHaveLength(1);
  });

  test("share an identity until they get their own", async () => {
    const shared = await client.post(`${base}/sinks`, sink);
    expect(shared.body.writerIdentity).toBe("serviceAccount:cloud-logs@system.gserviceaccount.com");
    const changed = await client.patch(`${base}/sinks/key-audit${unique}&updateMask=exclusions`, {});
    expect(changed.body.writerIdentity).toBe(identity());
  });

  test.each<[string, object, string]>([
    [
      "a wrong name",
      { ...sink, name: "a/b" },
      "The name of a sink must match ^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$, got: a/b",
    ],
    ["a wrong filter", { ...sink, filter: "a=" }, "Unparseable filter: field not found: 'a'"],
    [
      "a wrong destination",
      { ...sink, destination: "gs://acme-audit" },
      "The destination of a sink must be a bucket, dataset, topic, log bucket or project, e.g. storage.googleapis.com/BUCKET, got: gs://acme-audit",
    ],
    ["a nameless exclusion", { ...sink, exclusions: [{ filter: "a" }] }, "exclusions[0] needs a name and a filter."],
  ])("with %s are refused", async (_name, body, message) => {
    expect(await refusal(client.post(`${base}/sinks`, body))).toEqual([400, "INVALID_ARGUMENT", message]);
  });

  test("are unique, and only known fields are changed", async () => {
    await client.post(`${base}/sinks`, sink);
    expect(await refusal(client.post(`${base}/sinks`, sink))).toEqual([
      409,
      "ALREADY_EXISTS",
      "Sink key-audit already exists",
    ]);
    expect(await refusal(client.patch(`${base}/sinks/key-audit?updateMask=nonsense`, {}))).toEqual([
      400,
      "INVALID_ARGUMENT",
      "update_mask: nonsense cannot be changed.",
    ]);
  });
});

describe("buckets", () => {
  const buckets = `${base}/locations/global/buckets`;
  const path = `${buckets}/key-audit`;
  const name = `projects/${project}/locations/global/buckets/key-audit`;
  const made = { name, retentionDays: 400, lifecycleState: "ACTIVE", createTime: time, updateTime: time };

  test("are made by an operation, changed and deleted; a deleted one is shown for seven days", async () => {
    const body = { name: "", description: "", locked: false, retentionDays: 400, cmekSettings: null, indexConfigs: [] };
    const created = await client.post(`${buckets}:createAsync?bucketId=key-audit`, body);
    const type = { "@type": "type.googleapis.com/google.logging.v2.LogBucket" };
    const operation = {
      name: expect.stringMatching(new RegExp(`^projects/${project}/locations/global/operations/\\d+$`)),
      done: true,
      response: { ...type, ...made },
    };
    expect(created.body).toEqual(operation);
    expect((await client.get(`/log/v2/${created.body.name}`)).body).toEqual(operation);
    expect((await client.get(path)).body).toEqual(made);
    const patched = await client.patch(`${path}?updateMask=retentionDays,description`, {
      retentionDays: 500,
      description: "Keys",
    });
    expect(patched.body).toEqual({ ...made, retentionDays: 500, description: "Keys" });
    const updated = await client.post(`${path}:updateAsync?updateMask=analyticsEnabled`, { analyticsEnabled: true });
    expect(updated.body.response).toEqual({ ...type, ...patched.body, analyticsEnabled: true });
    expect((await client.delete(path)).body).toEqual({});
    expect((await client.get(path)).body.lifecycleState).toBe("DELETE_REQUESTED");
    expect(await refusal(client.delete(path))).toEqual([
      400,
      "FAILED_PRECONDITION",
      "Bucket key-audit is deleted. Undelete it first.",
    ]);
    now += 7 * day - 1;
    expect(await refusal(client.post(`${buckets}?bucketId=key-audit`, {}))).toEqual([
      409,
      "ALREADY_EXISTS",
      "Bucket key-audit already exists",
    ]);
    now += 1;
    expect(await refusal(client.get(path))).toEqual([404, "NOT_FOUND", "Bucket `key-audit` does not exist"]);
    expect((await client.post(`${buckets}?bucketId=key-audit`, {})).body.retentionDays).toBe(30);
  });

  test("come back when they are undeleted", async () => {
    await client.post(`${buckets}?bucketId=key-audit`, {});
    expect(await refusal(client.post(`${path}:undelete`, {}))).toEqual([
      400,
      "FAILED_PRECONDITION",
      "Bucket key-audit is not deleted",
    ]);
    await client.delete(path);
    await client.post(`${path}:undelete`, {});
    expect((await client.get(path)).body.lifecycleState).toBe("ACTIVE");
  });

  test("two are there from the start and cannot be deleted", async () => {
    await client.post(`${base}/locations/europe-west1/buckets?bucketId=eu`, {});
    const list = async (location: string) =>
      (await client.get(`${base}/locations/${location}/buckets`)).body.buckets.map((entry: { name: string }) =>
        entry.name.split("/").pop(),
      );
    expect(await list("global")).toEqual(["_Default", "_Required"]);
    expect(await list("-")).toEqual(["eu", "_Default", "_Required"]);
    expect((await client.patch(`${buckets}/_Default?updateMask=retentionDays`, { retentionDays: 90 })).status).toBe(
      200,
    );
    expect(await refusal(client.delete(`${buckets}/_Default`))).toEqual([
      400,
      "INVALID_ARGUMENT",
      "The bucket _Default cannot be deleted.",
    ]);
  });

  test("that are locked stay as they are", async () => {
    await client.post(`${buckets}?bucketId=key-audit`, { retentionDays: 400 });
    await client.patch(`${path}?updateMask=locked`, { locked: true });
    const locked = [
      400,
      "FAILED_PRECONDITION",
      "Bucket key-audit is locked: its retention cannot be changed any more.",
    ];
    expect(await refusal(client.patch(`${path}?updateMask=locked`, { locked: false }))).toEqual(locked);
    expect(await refusal(client.patch(`${path}?updateMask=retentionDays`, { retentionDays: 1 }))).toEqual(locked);
    expect((await client.patch(`${path}?updateMask=description`, { description: "x" })).status).toBe(200);
    expect(await refusal(client.delete(path))).toEqual([
      400,
      "FAILED_PRECONDITION",
      "Bucket key-audit is locked and cannot be deleted.",
    ]);
  });

  test.each<[string, string, object, string]>([
    ["a wrong id", "-a", {}, "bucketId must match ^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$, got: -a"],
    ["no day", "a", { retentionDays: -1 }, "retentionDays must be a whole number of at least 1, got: -1"],
    ["too many days", "a", { retentionDays: 3651 }, "retentionDays must be at most 3650, got: 3651"],
  ])("with %s are refused", async (_name, id, body, message) => {
    expect(await refusal(client.post(`${buckets}:createAsync?bucketId=${id}`, body))).toEqual([
      400,
      "INVALID_ARGUMENT",
      message,
    ]);
  });

  test("are changed only where a mask says so", async () => {
    await client.post(`${buckets}?bucketId=key-audit`, {});
    expect(await refusal(client.patch(path, {}))).toEqual([
      400,
      "INVALID_ARGUMENT",
      "update_mask: is missing. Name the fields to change.",
    ]);
    expect(await refusal(client.patch(`${path}?updateMask=name`, {}))).toEqual([
      400,
      "INVALID_ARGUMENT",
      "update_mask: name cannot be changed.",
    ]);
    expect(await refusal(client.get(`${base}/locations/global/operations/1`))).toEqual([
      404,
      "NOT_FOUND",
      "Operation 1 does not exist",
    ]);
  });
});

describe("entries", () => {
  const list = (body: object) => client.post("/log/v2/entries:list", body);
  const resourceNames = [`projects/${project}`];
  interface Listed {
    readonly timestamp: string;
    readonly protoPayload: { readonly methodName: string; readonly resourceName: string };
  }
  const methods = (entries: readonly Listed[]) =>
    entries.map(({ protoPayload }) => protoPayload.methodName.split(".").pop());

  beforeEach(async () => {
    for (const id of ["a", "b", "c"]) {
      now += 1000;
      await client.post(`${base}/sinks`, { name: id, destination: "storage.googleapis.com/x" });
    }
  });

  test("are found by filter, in order, over pages", async () => {
    const filter = 'log_id("cloudaudit.googleapis.com/activity") protoPayload.methodName:"CreateSink"';
    const first = await list({ resourceNames, filter, pageSize: 2 });
    expect(methods(first.body.entries)).toEqual(["CreateSink", "CreateSink"]);
    const second = await list({ resourceNames, filter, pageSize: 2, pageToken: first.body.nextPageToken });
    expect(second.body.nextPageToken).toBeUndefined();
    const ascending: Listed[] = [...first.body.entries, ...second.body.entries];
    expect(ascending.map(({ timestamp }) => timestamp.slice(17))).toEqual(["06.678Z", "07.678Z", "08.678Z"]);
    const descending = await list({ resourceNames, filter, orderBy: "timestamp desc" });
    expect(descending.body.entries).toEqual([...ascending].reverse());
    const late = await list({ resourceNames, filter: `${filter} timestamp>"2030-01-02T03:04:07.678Z"` });
    expect(late.body.entries).toEqual([ascending[2]]);
    expect((await list({ resourceNames, filter: "severity=EMERGENCY" })).body).toEqual({});
  });

  describe("are kept by the buckets that sinks bring them to", () => {
    const reads = 'log_id("cloudaudit.googleapis.com/data_access")';
    const changes = 'log_id("cloudaudit.googleapis.com/activity") protoPayload.methodName:"CreateSink"';
    const view = [`projects/${project}/locations/global/buckets/key-audit/views/_AllLogs`];
    const count = async (filter: string, names: readonly string[] = resourceNames) =>
      ((await list({ resourceNames: names, filter })).body.entries ?? []).length;

    beforeEach(async () => {
      const auditConfigs = [{ service: "allServices", auditLogConfigs: [{ logType: "ADMIN_READ" }] }];
      const policy = { policy: { auditConfigs }, updateMask: "auditConfigs" };
      await client.post(`/crm/v1/projects/${project}:setIamPolicy`, policy);
    });
    const readPolicy = () => client.post(`/crm/v1/projects/${project}:getIamPolicy`, {});

    test("reads for 30 days, changes for 400", async () => {
      await readPolicy();
      expect([await count(reads), await count(changes)]).toEqual([1, 3]);
      client.emulator.advance(30 * day);
      expect([await count(reads), await count(changes)]).toEqual([1, 3]);
      client.emulator.advance(1000);
      expect([await count(reads), await count(changes)]).toEqual([0, 3]);
      client.emulator.advance(370 * day + 3000);
      expect(await count(changes)).toBe(0);
    });

    test("reads for longer in a bucket of their own, from the sink on", async () => {
      await readPolicy();
      now += 1000;
      await client.post(`${base}/locations/global/buckets?bucketId=key-audit`, { retentionDays: 365 });
      await client.post(`${base}/sinks`, {
        name: "key-audit",
        destination: `logging.googleapis.com/projects/${projectNumber(client)}/locations/global/buckets/key-audit`,
        filter: reads,
        exclusions: [{ name: "mine", filter: 'protoPayload.authenticationInfo.principalEmail="a@example.com"' }],
      });
      await readPolicy();
      await client.post(
        `/crm/v1/projects/${project}:getIamPolicy`,
        {},
        { authorization: "Bearer local-cloud/a@example.com" },
      );
      expect([await count(reads), await count(reads, view)]).toEqual([3, 1]);
      expect(await count(reads, [...resourceNames, ...view])).toBe(3);
      client.emulator.advance(31 * day);
      expect([await count(reads), await count(reads, view)]).toEqual([1, 1]);
      await client.delete(`${base}/locations/global/buckets/key-audit`);
      expect(await count(reads)).toBe(0);
    });

    test("not at all where the default sink is disabled", async () => {
      await client.patch(`${base}/sinks/_Default?updateMask=disabled`, { disabled: true });
      await readPolicy();
      expect([await count(reads), await count(changes)]).toEqual([0, 3]);
    });

    test("a bucket there is not", async () => {
      expect(await refusal(list({ resourceNames: view }))).toEqual([
        404,
        "NOT_FOUND",
        "Bucket `key-audit` does not exist",
      ]);
    });
  });

  test("of several projects come together", async () => {
    await createProject(client, "acme-other", ["logging.googleapis.com"]);
    const { body } = await list({ resourceNames: [...resourceNames, "projects/acme-other"] });
    const names = new Set(body.entries.map(({ logName }: { logName: string }) => logName.split("/")[1]));
    expect(names).toEqual(new Set([project, "acme-other"]));
  });

  test.each<[string, object, string]>([
    ["no project", {}, "resourceNames is empty. Name at least one project, as projects/PROJECT_ID."],
    [
      "something else",
      { resourceNames: ["regions/1"] },
      "resourceNames: the local cloud takes projects/PROJECT_ID, the views of their buckets, organizations/ID, folders/ID and billingAccounts/ID, got: regions/1",
    ],
    [
      "a wrong filter",
      { resourceNames, filter: "(" },
      "Unparseable filter: syntax error at line 1, column 2, at the end of the text",
    ],
    [
      "a wrong order",
      { resourceNames, orderBy: "severity" },
      'orderBy must be "timestamp asc" or "timestamp desc", got: severity',
    ],
    ["a foreign token", { resourceNames, pageToken: "x" }, "The page token is not valid for this list."],
  ])("with %s are refused", async (_name, body, message) => {
    const answer = await list(body);
    expect([answer.status, answer.body]).toEqual([400, errorBody(400, "INVALID_ARGUMENT", message, "badRequest")]);
  });
});
