import { type Client, errorBody, project, startWithProject } from "./client";

const keys = `/apikeys/v2/projects/${project}/locations/global/keys`;
const policies = `/mon/v3/projects/${project}/alertPolicies`;
const count = "serviceruntime.googleapis.com/api/request_count";
const model = "gemini-3.5-flash";
const hour = 3_600_000;
const minute = 60_000;

let client: Client;
let uid: string;
beforeEach(async () => {
  client = await startWithProject(["apikeys.googleapis.com", "monitoring.googleapis.com"], {
    now: () => new Date("2030-01-20T12:00:00Z"),
  });
  const { body } = await client.post(`${keys}?keyId=web`, {});
  uid = body.response.uid;
});
afterEach(() => client.close());

/** Calls so many milliseconds ago. */
async function add(ago: number, calls: number, code = 200, keyId = "web"): Promise<void> {
  const at = new Date(client.emulator.store.now().getTime() - ago).toISOString();
  const { body } = await client.post("/_emulator/usage", [
    { projectId: project, keyId, at, count: calls, code, model },
  ]);
  expect(body).toEqual({ added: 1 });
}

async function policy(condition: object, more: object = {}): Promise<string> {
  const conditions = [{ displayName: "condition", ...condition }];
  const { status, text, body } = await client.post(policies, {
    displayName: "alert",
    combiner: "OR",
    conditions,
    ...more,
  });
  expect([status, text]).toEqual([200, text]);
  return body.name;
}

const alerts = () => client.emulator.alerts(project).alerts;
const alert = (name: string, labels: object = {}, at = client.emulator.store.timestamp()) => ({
  policy: "alert",
  name,
  condition: "condition",
  labels,
  at,
});

describe("a PromQL condition", () => {
  const pql = (query: string, more: object = {}) => policy({ conditionPrometheusQueryLanguage: { query, ...more } });
  const requests = (labels = "") =>
    `serviceruntime_googleapis_com:api_request_count{monitored_resource="consumed_api",service="generativelanguage.googleapis.com"${labels}}`;

  test("on the share of refused calls", async () => {
    const all = `sum(increase(${requests()}[10m]))`;
    const name = await pql(`sum(increase(${requests(',response_code="429"')}[10m])) / ${all} > 0.05 and ${all} > 20`);
    expect(alerts()).toEqual([]);
    // A large share of few calls, and a small share of many.
    await add(minute, 10, 429);
    expect(alerts()).toEqual([]);
    await add(minute, 300);
    expect(alerts()).toEqual([]);
    await add(minute, 10, 429);
    expect(alerts()).toEqual([alert(name)]);
    // Ten minutes later it is over.
    client.emulator.advance(10 * minute);
    expect(alerts()).toEqual([]);
  });

  test("on much more than in the same hour of last week", async () => {
    const now = `sum(increase(${requests()}[1h]))`;
    const name = await pql(`${now} > 3 * clamp_min(sum(increase(${requests()}[1h] offset 1w)), 100)`);
    await add(7 * 24 * hour + 30 * minute, 200);
    await add(30 * minute, 500);
    expect(alerts()).toEqual([]);
    await add(20 * minute, 101);
    expect(alerts()).toEqual([alert(name)]);
  });

  test("on a key that has fallen silent", async () => {
    const byKey = (window: string) => `sum by (credential_id)(increase(${requests()}${window}))`;
    const name = await pql(`${byKey("[7d] offset 1d")} > 50 unless ${byKey("[1d]")} > 0`);
    await client.post(`${keys}?keyId=other`, {});
    await add(3 * 24 * hour, 51);
    await add(3 * 24 * hour, 500, 200, "other");
    await add(hour, 1, 200, "other");
    expect(alerts()).toEqual([alert(name, { credential_id: `apikey:${uid}` })]);
    await add(hour, 1);
    expect(alerts()).toEqual([]);
  });

  test("on a daily quota that is nearly used up", async () => {
    client.emulator.store.project(project)!.billingAccount = "ABCDEF-ABCDEF-ABCDEF";
    const metric = (name: string) =>
      `generativelanguage_googleapis_com:quota_generate_requests_per_model_${name}{limit_name=~".*PerDay.*"}[23h]`;
    const name = await pql(
      `sum by (model, limit_name)(increase(${metric("usage")})) / max by (model, limit_name)(max_over_time(${metric("limit")})) > 0.8`,
    );
    await add(20 * hour, 8_000);
    expect(alerts()).toEqual([]);
    await add(2 * hour, 1);
    expect(alerts()).toEqual([alert(name, { model, limit_name: "GenerateRequestsPerDayPerProjectPerModel" })]);
  });

  test("must hold at every evaluation of its duration, and adds its labels", async () => {
    const name = await pql(`sum by (response_code)(increase(${requests()}[5m])) > 10`, {
      duration: "120s",
      evaluationInterval: "60s",
      labels: { team: "ai" },
    });
    await add(0, 20);
    expect(alerts()).toEqual([]);
    client.emulator.advance(minute);
    expect(alerts()).toEqual([]);
    client.emulator.advance(minute);
    expect(alerts()).toEqual([alert(name, { response_code: "200", team: "ai" })]);
    client.emulator.advance(3 * minute);
    expect(alerts()).toEqual([]);
  });

  test("of a number fires without labels", async () => {
    const name = await pql("scalar(vector(1)) + 1");
    expect(alerts()).toEqual([alert(name)]);
  });
});

describe("a condition on log entries", () => {
  const log = (filter: string, labelExtractors: object, more: object = {}) =>
    policy(
      { conditionMatchedLog: { filter, labelExtractors } },
      { alertStrategy: { notificationRateLimit: { period: "300s" }, autoClose: "1800s", ...more } },
    );
  const deleted = 'protoPayload.methodName="google.api.apikeys.v2.ApiKeys.DeleteKey"';
  const labels = {
    who: "EXTRACT(protoPayload.authenticationInfo.principalEmail)",
    key: 'REGEXP_EXTRACT(protoPayload.resourceName, "keys/(.+)$")',
    none: "EXTRACT(labels.nothing)",
  };

  test("has an alert for each set of labels, until it is closed", async () => {
    const name = await log(`${deleted} AND operation.first=true`, labels);
    await client.post(`${keys}?keyId=other`, {});
    expect(alerts()).toEqual([]);
    const who = "alice@example.com";
    const headers = { authorization: `Bearer local-cloud/${who}` };
    await client.delete(`${keys}/web`, headers);
    client.emulator.advance(minute);
    await client.delete(`${keys}/other`, headers);
    expect(alerts()).toEqual([
      alert(name, { who, key: "web" }, "2030-01-20T12:00:00.000Z"),
      alert(name, { who, key: "other" }, "2030-01-20T12:01:00.000Z"),
    ]);
    client.emulator.advance(29 * minute);
    expect(alerts()).toEqual([alert(name, { who, key: "other" }, "2030-01-20T12:01:00.000Z")]);
    client.emulator.advance(minute);
    expect(alerts()).toEqual([]);
  });

  test("stays open for a week if the policy does not say otherwise", async () => {
    const name = await log(deleted, {}, { autoClose: undefined });
    await client.delete(`${keys}/web`);
    const at = client.emulator.store.timestamp();
    client.emulator.advance(7 * 24 * hour - 1);
    expect(alerts()).toEqual([alert(name, {}, at)]);
    client.emulator.advance(1);
    expect(alerts()).toEqual([]);
  });
});

const aggregations = [
  {
    alignmentPeriod: "300s",
    perSeriesAligner: "ALIGN_DELTA",
    crossSeriesReducer: "REDUCE_SUM",
    groupByFields: ["metric.labels.response_code", "resource.labels.credential_id"],
  },
];
const filter = `resource.type="consumed_api" AND metric.type="${count}" AND metric.labels.response_code!="200"`;
const threshold = { filter, aggregations, comparison: "COMPARISON_GT", thresholdValue: 10, duration: "0s" };
const refused = () => ({ response_code: "429", credential_id: `apikey:${uid}` });

describe("a threshold", () => {
  const over = (more: object = {}, policyMore: object = {}) =>
    policy({ conditionThreshold: { ...threshold, ...more } }, policyMore);

  test("is crossed by each group for itself", async () => {
    const name = await over();
    await add(0, 100);
    await add(minute, 6, 429);
    await add(minute, 6, 403);
    expect(alerts()).toEqual([]);
    await add(0, 5, 429);
    expect(alerts()).toEqual([alert(name, refused())]);
  });

  test("must be crossed at every minute of the duration", async () => {
    const name = await over({ duration: "120s" });
    await add(0, 20, 429);
    client.emulator.advance(minute);
    expect(alerts()).toEqual([]);
    client.emulator.advance(minute);
    expect(alerts()).toEqual([alert(name, refused())]);
  });

  test("as a rate, and from above", async () => {
    const aggregation = { alignmentPeriod: "60s", perSeriesAligner: "ALIGN_RATE", crossSeriesReducer: "REDUCE_SUM" };
    const name = await over({ aggregations: [aggregation], comparison: "COMPARISON_LT", thresholdValue: 1 });
    expect(alerts()).toEqual([]);
    await add(0, 59, 429);
    expect(alerts()).toEqual([alert(name)]);
    await add(0, 1, 429);
    expect(alerts()).toEqual([]);
  });

  test.each([
    ["count", { count: 2 }],
    ["percent", { percent: 60 }],
  ])("with a trigger by %s needs more than one group", async (_name, trigger) => {
    const name = await over({ trigger });
    await add(0, 20, 429);
    await add(0, 1, 403);
    expect(alerts()).toEqual([]);
    await add(0, 20, 403);
    expect(alerts()).toEqual([alert(name, { ...refused(), response_code: "403" }), alert(name, refused())]);
  });

  test("of a disabled policy is not looked at", async () => {
    await over({}, { enabled: false });
    await add(0, 20, 429);
    expect(client.emulator.alerts(project)).toEqual({ alerts: [], notEvaluated: [] });
  });

  test("with AND needs every condition", async () => {
    const second = { displayName: "second", conditionThreshold: { ...threshold, thresholdValue: 30 } };
    const first = { displayName: "condition", conditionThreshold: threshold };
    const name = await policy({}, { combiner: "AND", conditions: [first, second] });
    await add(0, 20, 429);
    expect(alerts()).toEqual([]);
    await add(0, 20, 429);
    expect(alerts()).toEqual([alert(name, refused()), { ...alert(name, refused()), condition: "second" }]);
  });
});

test("a series that was there and is no more is absent", async () => {
  const name = await policy({ conditionAbsent: { filter, aggregations, duration: "600s" } });
  expect(alerts()).toEqual([]);
  await add(9 * minute, 1, 429);
  await add(20 * minute, 1, 429);
  expect(alerts()).toEqual([]);
  client.emulator.advance(minute);
  expect(alerts()).toEqual([alert(name, refused())]);
});

test.each<[string, object, string]>([
  [
    "outside of the subset",
    { conditionPrometheusQueryLanguage: { query: "topk(1, a)" } },
    "1:1: the local cloud has no aggregation topk",
  ],
  [
    "on a metric that is never written",
    { conditionPrometheusQueryLanguage: { query: "compute_googleapis_com:instance_cpu_utilization > 1" } },
    "the local cloud has no metric compute_googleapis_com:instance_cpu_utilization",
  ],
  [
    "on another metric by filter",
    { conditionThreshold: { ...threshold, filter: 'resource.type="x" metric.type="x.googleapis.com/y"' } },
    "the local cloud has no metric x.googleapis.com/y",
  ],
  [
    "without an aligner",
    { conditionThreshold: { ...threshold, aggregations: [] } },
    "the local cloud judges conditions with exactly one aggregation that has an aligner",
  ],
  [
    "with a denominator",
    { conditionThreshold: { ...threshold, denominatorFilter: filter } },
    "the local cloud does not judge denominatorFilter",
  ],
  ["in SQL", { conditionSql: { query: "SELECT 1" } }, "the local cloud judges no conditions of this kind"],
])("a condition %s is named as not judged", async (_name, condition, why) => {
  const name = await policy(condition);
  expect(client.emulator.alerts(project)).toEqual({
    alerts: [],
    notEvaluated: [{ policy: "alert", name, condition: "condition", why }],
  });
});

test("the report can be had over HTTP", async () => {
  const name = await policy({ conditionThreshold: threshold });
  await add(0, 20, 429);
  expect((await client.get(`/_emulator/alerts?project=${project}`)).body).toEqual({
    alerts: [alert(name, refused())],
    notEvaluated: [],
  });
  const bad = (message: string) => errorBody(400, "INVALID_ARGUMENT", message, "badRequest");
  expect((await client.get("/_emulator/alerts")).body).toEqual(bad("The parameter project is missing."));
  expect((await client.get("/_emulator/alerts?project=x")).body).toEqual(bad("project: there is no project x."));
  expect(() => client.emulator.alerts("x")).toThrow("The local cloud has no project x.");
});
