import { type Client, errorBody, project, startWithProject } from "./client";

const keys = `/apikeys/v2/projects/${project}/locations/global/keys`;
const base = `/mon/v3/projects/${project}`;
const prometheus = `/mon/v1/projects/${project}/location/global/prometheus/api/v1`;
const count = "serviceruntime.googleapis.com/api/request_count";
const pqlCount = "serviceruntime_googleapis_com:api_request_count";
const gemini = "generativelanguage_googleapis_com";
const model = "gemini-3.5-flash";
const method = "google.ai.generativelanguage.v1beta.GenerativeService.GenerateContent";

let client: Client;
let uid: string;
beforeEach(async () => {
  client = await startWithProject(["apikeys.googleapis.com", "monitoring.googleapis.com", "logging.googleapis.com"], {
    now: () => new Date("2030-01-02T12:00:00Z"),
  });
  const { body } = await client.post(`${keys}?keyId=web`, {});
  uid = body.response.uid;
});
afterEach(() => client.close());

async function add(at: string, calls: number, code = 200): Promise<void> {
  const entry = { projectId: project, keyId: "web", at: `2030-01-02T${at}Z`, count: calls, code, model };
  expect((await client.post("/_emulator/usage", [entry])).body).toEqual({ added: 1 });
}

const list = (filter: string, more: Record<string, string> = {}) => {
  const parameters = { "interval.startTime": "2030-01-02T11:00:00Z", "interval.endTime": "2030-01-02T12:00:00Z" };
  return client.get(`${base}/timeSeries?${new URLSearchParams({ filter, ...parameters, ...more })}`);
};

const consumed = (code: string, grpc: string) => ({
  metric: {
    type: count,
    labels: { protocol: "http", response_code: code, response_code_class: `${code[0]}xx`, grpc_status_code: grpc },
  },
  resource: {
    type: "consumed_api",
    labels: {
      project_id: project,
      service: "generativelanguage.googleapis.com",
      method,
      location: "global",
      credential_id: `apikey:${uid}`,
      version: "v1beta",
    },
  },
});
const point = (start: string, end: string, value: object) => ({
  interval: { startTime: `2030-01-02T${start}:00.000Z`, endTime: `2030-01-02T${end}:00.000Z` },
  value,
});

describe("time series", () => {
  test("as they are, the newest point first", async () => {
    await add("11:10:30", 3);
    await add("11:20:00", 4);
    await add("11:20:00", 1, 429);
    await add("10:00:00", 9);
    const { body } = await list(`metric.type="${count}" AND resource.type="consumed_api"`);
    expect(body).toEqual({
      timeSeries: [
        {
          ...consumed("200", "0"),
          metricKind: "DELTA",
          valueType: "INT64",
          points: [point("11:19", "11:20", { int64Value: "4" }), point("11:09", "11:10", { int64Value: "3" })],
        },
        {
          ...consumed("429", "8"),
          metricKind: "DELTA",
          valueType: "INT64",
          points: [point("11:19", "11:20", { int64Value: "1" })],
        },
      ],
      unit: "1",
    });
    const headers = await list(`metric.type="${count}" metric.labels.response_code="429"`, { view: "HEADERS" });
    expect(headers.body.timeSeries).toEqual([{ ...consumed("429", "8"), metricKind: "DELTA", valueType: "INT64" }]);
  });

  test("added up over periods and series", async () => {
    await add("11:10:00", 3, 429);
    await add("11:40:00", 4);
    await add("11:45:00", 5);
    const sum = await list(`metric.type="${count}"`, {
      "aggregation.alignmentPeriod": "1800s",
      "aggregation.perSeriesAligner": "ALIGN_DELTA",
      "aggregation.crossSeriesReducer": "REDUCE_SUM",
      "aggregation.groupByFields": "resource.labels.credential_id",
    });
    expect(sum.body.timeSeries).toEqual([
      {
        metric: { type: count, labels: {} },
        resource: { type: "consumed_api", labels: { credential_id: `apikey:${uid}` } },
        metricKind: "DELTA",
        valueType: "INT64",
        points: [point("11:30", "12:00", { int64Value: "9" }), point("11:00", "11:30", { int64Value: "3" })],
      },
    ]);
    const rate = await list(`metric.type="${count}"`, {
      "aggregation.alignmentPeriod": "3600s",
      "aggregation.perSeriesAligner": "ALIGN_RATE",
      "aggregation.crossSeriesReducer": "REDUCE_SUM",
    });
    expect(rate.body.timeSeries).toEqual([
      expect.objectContaining({
        metricKind: "GAUGE",
        valueType: "DOUBLE",
        points: [point("12:00", "12:00", { doubleValue: 9 / 3600 + 3 / 3600 })],
      }),
    ]);
  });

  test("of latencies", async () => {
    await add("11:10:00", 2);
    const { body } = await list('metric.type="serviceruntime.googleapis.com/api/request_latencies"');
    const [series] = body.timeSeries;
    expect([series.valueType, body.unit]).toEqual(["DISTRIBUTION", "s"]);
    expect(series.points[0].value.distributionValue).toEqual({
      count: "2",
      mean: 0.8,
      bucketOptions: { explicitBuckets: { bounds: [0.001, 0.01, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] } },
      bucketCounts: ["0", "0", "0", "0", "0", "2", "0", "0", "0", "0", "0", "0"],
    });
  });

  test.each<[string, string[]]>([
    ['metric.labels.response_code="429"', ["429"]],
    ['metric.label.response_code!="429"', ["200"]],
    ['metric.labels.response_code=monitoring.regex.full_match("4..|5..")', ["429"]],
    ['metric.labels.response_code=monitoring.regex.full_match("4")', []],
    ['metric.labels.response_code=starts_with("2") OR metric.labels.response_code=ends_with("9")', ["200", "429"]],
    ['NOT metric.labels.response_code=one_of("200", "201")', ["429"]],
    ['(metric.labels.response_code=200 OR resource.labels.service="x")', ["200"]],
    [`resource.labels.method=has_substring('Generate') AND NOT (metric.labels.response_code_class="2xx")`, ["429"]],
    ['resource.type="x"', []],
  ])("filter %s", async (filter, codes) => {
    await add("11:10:00", 2);
    await add("11:10:00", 2, 429);
    const { body } = await list(`metric.type="${count}" AND ${filter}`);
    const series: { metric: { labels: { response_code: string } } }[] = body.timeSeries ?? [];
    expect(series.map(({ metric }) => metric.labels.response_code)).toEqual(codes);
  });

  const wrongFilter = (filter: string, problem: string) =>
    `Field filter had an invalid value of ${JSON.stringify(filter)}: ${problem}`;
  const type = 'metric.type="x"';
  test.each<[string, Record<string, string>, string]>([
    ["", {}, 'Field filter had an invalid value of "": must specify exactly one metric.type.'],
    [`${type} AND`, {}, wrongFilter(`${type} AND`, "unexpected end")],
    [`${type} )`, {}, wrongFilter(`${type} )`, "unexpected )")],
    [`${type} "`, {}, wrongFilter(`${type} "`, 'unexpected "\\""')],
    [
      `${type} AND metric.labels.a>1`,
      {},
      wrongFilter(`${type} AND metric.labels.a>1`, "the local cloud has no operator >"),
    ],
    [`${type} AND group.id=1`, {}, wrongFilter(`${type} AND group.id=1`, "the local cloud has no filter on group.id")],
    [
      `${type} AND jsonPayload.a=1`,
      {},
      wrongFilter(
        `${type} AND jsonPayload.a=1`,
        "The lefthand side of each expression must be prefixed with one of {group, metadata, metric, project, resource}",
      ),
    ],
    [
      `${type} AND resource.type=f("a")`,
      {},
      wrongFilter(`${type} AND resource.type=f("a")`, "the local cloud has no function f"),
    ],
    [
      `${type} AND resource.type=monitoring.regex.full_match("(")`,
      {},
      wrongFilter(`${type} AND resource.type=monitoring.regex.full_match("(")`, 'invalid regular expression "("'),
    ],
    [
      type,
      { "interval.endTime": "2030-01-02T10:00:00Z" },
      "Field interval had an invalid value: endTime must be set and not be before startTime.",
    ],
    [type, { "interval.startTime": "x" }, `Invalid value at 'interval.startTime' (TYPE_TIMESTAMP), "x"`],
    [
      type,
      { "aggregation.perSeriesAligner": "ALIGN_PERCENTILE_99" },
      'Field aggregation.perSeriesAligner had an invalid value of "ALIGN_PERCENTILE_99": the local cloud has only ALIGN_DELTA, ALIGN_RATE, ALIGN_SUM, ALIGN_COUNT, ALIGN_MEAN, ALIGN_MAX, ALIGN_MIN.',
    ],
    [
      type,
      { "aggregation.perSeriesAligner": "ALIGN_SUM" },
      'Field aggregation.alignmentPeriod had an invalid value of "": must be at least 60 seconds.',
    ],
    [
      type,
      { "aggregation.crossSeriesReducer": "REDUCE_SUM" },
      'Field aggregation.perSeriesAligner had an invalid value of "ALIGN_NONE": a crossSeriesReducer needs an aligner.',
    ],
    [
      type,
      { "aggregation.groupByFields": "metadata.x" },
      'Field aggregation.groupByFields had an invalid value of "metadata.x": the local cloud has only metric.labels.<name>, resource.labels.<name>.',
    ],
  ])("%s with %j is refused", async (filter, more, message) => {
    const { body } = await list(filter, more);
    expect(body).toEqual(errorBody(400, "INVALID_ARGUMENT", message, "badRequest"));
  });

  test("an aligner that does not fit the metric is refused", async () => {
    await add("11:10:00", 2);
    const { body } = await list('metric.type="serviceruntime.googleapis.com/api/request_latencies"', {
      "aggregation.alignmentPeriod": "60s",
      "aggregation.perSeriesAligner": "ALIGN_RATE",
    });
    expect(body.error.message).toBe(
      'Field aggregation.perSeriesAligner had an invalid value of "ALIGN_RATE": The aligner cannot be applied to metrics with kind DELTA and value type DISTRIBUTION.',
    );
  });
});

describe("metric descriptors", () => {
  test("are listed and read", async () => {
    const all = await client.get(`${base}/metricDescriptors`);
    const types = all.body.metricDescriptors.map((metric: { type: string }) => metric.type);
    const quota = "generativelanguage.googleapis.com/quota";
    expect(types).toEqual([
      count,
      "serviceruntime.googleapis.com/api/request_latencies",
      `${quota}/generate_requests_per_model/usage`,
      `${quota}/generate_requests_per_model/limit`,
      `${quota}/generate_content_free_tier_requests/usage`,
      `${quota}/generate_content_free_tier_requests/limit`,
      `${quota}/generate_content_paid_tier_input_token_count/usage`,
      `${quota}/generate_content_free_tier_input_token_count/usage`,
      "generativelanguage.googleapis.com/generate_content_usage_output_token_count",
    ]);
    const one = {
      name: `projects/${project}/metricDescriptors/${count}`,
      type: count,
      labels: ["protocol", "response_code", "response_code_class", "grpc_status_code"].map((key) => ({ key })),
      metricKind: "DELTA",
      valueType: "INT64",
      unit: "1",
      displayName: "Request count",
      monitoredResourceTypes: ["consumed_api"],
    };
    expect((await client.get(`${base}/metricDescriptors/${count}`)).body).toEqual(one);
    const found = await client.get(`${base}/metricDescriptors?filter=${encodeURIComponent(`metric.type="${count}"`)}`);
    expect(found.body).toEqual({ metricDescriptors: [one] });
    expect((await client.get(`${base}/metricDescriptors/x/y`)).body).toEqual(
      errorBody(404, "NOT_FOUND", "Could not find descriptor for metric 'x/y'.", "notFound"),
    );
  });
});

describe("PromQL", () => {
  const query = (text: string, more: Record<string, string> = {}) =>
    client.get(`${prometheus}/query?${new URLSearchParams({ query: text, ...more })}`);
  const noon = Date.parse("2030-01-02T12:00:00Z") / 1000;

  test("a query by mapped name, by type, with GET and POST", async () => {
    await add("11:55:00", 3);
    const labels = {
      ...consumed("200", "0").metric.labels,
      ...consumed("200", "0").resource.labels,
      monitored_resource: "consumed_api",
    };
    const answer = {
      status: "success",
      data: { resultType: "vector", result: [{ metric: labels, value: [noon, "3"] }] },
    };
    expect((await query(`increase(${pqlCount}{response_code="200"}[10m])`)).body).toEqual(answer);
    expect((await query(`increase({"${count}"}[10m])`)).body).toEqual(answer);
    const text = `increase({"__name__"="${count}",monitored_resource="consumed_api"}[10m])`;
    const form = new URLSearchParams({ query: text, time: "2030-01-02T12:00:00Z" });
    const posted = await client.send("POST", `${prometheus}/query`, {
      body: String(form),
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });
    expect(posted.body).toEqual(answer);
    expect((await client.post(`${prometheus}/query`, { query: text })).body).toEqual(answer);
    expect((await query(`increase(${pqlCount}[10m])`, { time: String(noon - 300.5) })).body.data.result).toEqual([]);
    expect((await query("1 / 0")).body.data).toEqual({ resultType: "scalar", result: [noon, "+Inf"] });
  });

  test("a range", async () => {
    await add("11:50:00", 3);
    await add("11:55:00", 4);
    const parameters = {
      query: `sum(increase(${pqlCount}[10m]))`,
      start: String(noon - 900),
      end: String(noon),
      step: "5m",
    };
    const { body } = await client.get(`${prometheus}/query_range?${new URLSearchParams(parameters)}`);
    const values = [
      [noon - 600, "3"],
      [noon - 300, "7"],
      [noon, "4"],
    ];
    expect(body).toEqual({ status: "success", data: { resultType: "matrix", result: [{ metric: {}, values }] } });
  });

  test("quotas count for the tier of the project", async () => {
    await add("11:50:00", 3);
    const usage = (name: string) => query(`sum by (model, limit_name)(increase(${gemini}:quota_${name}_usage[1h]))`);
    const limits = ["GenerateRequestsPerDayPerProjectPerModel", "GenerateRequestsPerMinutePerProjectPerModel"];
    const counts = (suffix: string, calls: string) =>
      limits.map((name) => ({ metric: { model, limit_name: name + suffix }, value: [noon, calls] }));
    expect((await usage("generate_requests_per_model")).body.data.result).toEqual([]);
    expect((await usage("generate_content_free_tier_requests")).body.data.result).toEqual(counts("-FreeTier", "3"));
    client.emulator.store.project(project)!.billingAccount = "ABCDEF-ABCDEF-ABCDEF";
    await add("11:51:00", 5);
    await add("11:51:00", 7, 429);
    expect((await usage("generate_requests_per_model")).body.data.result).toEqual(counts("", "5"));
    expect((await usage("generate_content_free_tier_requests")).body.data.result).toEqual(counts("-FreeTier", "3"));
    const limit = await query(
      `max by (limit_name)(max_over_time(${gemini}:quota_generate_requests_per_model_limit[1h]))`,
    );
    expect(limit.body.data.result).toEqual([
      { metric: { limit_name: limits[0] }, value: [noon, "10000"] },
      { metric: { limit_name: limits[1] }, value: [noon, "1000"] },
    ]);
  });

  test("latencies are a histogram", async () => {
    await add("11:50:00", 3);
    const latencies = "serviceruntime_googleapis_com:api_request_latencies";
    const value = async (text: string) => (await query(text)).body.data.result[0].value[1];
    expect(await value(`histogram_quantile(0.5, sum by (le)(increase(${latencies}_bucket[1h])))`)).toBe("0.75");
    expect(await value(`increase(${latencies}_sum[1h]) / increase(${latencies}_count[1h])`)).toBe(
      String(2.4000000000000004 / 3),
    );
  });

  const bad = (error: string) => [400, { status: "error", errorType: "bad_data", error }];
  test.each<[string, Record<string, string>, unknown]>([
    ["sum(", {}, bad('invalid parameter "query": 1:5: parse error: unexpected end of input')],
    ["topk(1, a)", {}, bad('invalid parameter "query": 1:1: the local cloud has no aggregation topk')],
    ['{a="b"}', {}, bad("the local cloud has no selector without a metric name")],
    ['{__name__=~"a"}', {}, bad("the local cloud has no =~ on the metric name")],
    ["1", { time: "x" }, bad('invalid parameter "time": cannot parse "x" to a valid timestamp')],
    [
      `increase(${gemini}:quota_generate_content_free_tier_requests_limit[1h])`,
      {},
      [
        422,
        {
          status: "error",
          errorType: "execution",
          error: `increase() needs a metric that counts, and ${gemini}:quota_generate_content_free_tier_requests_limit is a gauge`,
        },
      ],
    ],
  ])("%s with %j is refused", async (text, more, expected) => {
    await add("11:50:00", 3);
    const { status, body } = await query(text, more);
    expect([status, body]).toEqual(expected);
  });

  test.each<[Record<string, string>, string]>([
    [{ start: "0", end: "1" }, 'invalid parameter "step": cannot parse "" to a valid duration'],
    [
      { start: "0", end: "1", step: "0" },
      'invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer',
    ],
    [{ end: "1", step: "1" }, 'invalid parameter "start": cannot parse "" to a valid timestamp'],
    [{ start: "2", end: "1", step: "1" }, 'invalid parameter "end": end timestamp must not be before start time'],
    [
      { start: "0", end: "11001", step: "1" },
      "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)",
    ],
  ])("a range of %j is refused", async (parameters, error) => {
    const { body } = await client.get(
      `${prometheus}/query_range?${new URLSearchParams({ query: "1", ...parameters })}`,
    );
    expect(body).toEqual({ status: "error", errorType: "bad_data", error });
  });
});

test("a log metric counts the entries after it, by its labels", async () => {
  const metric = {
    name: "keys/deleted",
    filter: 'protoPayload.methodName="google.api.apikeys.v2.ApiKeys.DeleteKey" operation.last=true',
    metricDescriptor: { labels: [{ key: "who" }] },
    labelExtractors: { who: "EXTRACT(protoPayload.authenticationInfo.principalEmail)" },
  };
  await client.post(`${keys}?keyId=old`, {});
  await client.delete(`${keys}/old`);
  client.emulator.advance(1000);
  expect((await client.post(`/log/v2/projects/${project}/metrics`, metric)).status).toBe(200);
  await client.delete(`${keys}/web`, { authorization: "Bearer local-cloud/alice@example.com" });
  const text = "sum by (who, monitored_resource)(increase(logging_googleapis_com:user_keys_deleted[10m]))";
  const { body } = await client.get(`${prometheus}/query?${new URLSearchParams({ query: text })}`);
  expect(body.data.result).toEqual([
    {
      metric: { who: "alice@example.com", monitored_resource: "audited_resource" },
      value: [expect.any(Number), "1"],
    },
  ]);
});
