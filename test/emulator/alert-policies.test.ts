import { type Client, createProject, errorBody, project, projectNumber, startWithProject } from "./client";

const policies = `/mon/v3/projects/${project}/alertPolicies`;
const channels = `/mon/v3/projects/${project}/notificationChannels`;
const promql = { query: "sum(increase(serviceruntime_googleapis_com:api_request_count[10m])) > 1" };
const threshold = {
  filter: 'resource.type="consumed_api" AND metric.type="serviceruntime.googleapis.com/api/request_count"',
  comparison: "COMPARISON_GT",
  thresholdValue: 1,
  duration: "300s",
  aggregations: [{ alignmentPeriod: "60s", perSeriesAligner: "ALIGN_RATE" }],
};
const rateLimit = { alertStrategy: { notificationRateLimit: { period: "300s" } } };

let client: Client;
let now: number;
beforeEach(async () => {
  now = Date.parse("2030-01-02T03:04:05Z");
  client = await startWithProject(["monitoring.googleapis.com"], { now: () => new Date(now) });
});
afterEach(() => client.close());

const policy = (condition: object, more: object = {}) => ({
  displayName: "429",
  combiner: "OR",
  conditions: [{ displayName: "c", ...condition }],
  ...more,
});

async function newChannel(of = project): Promise<string> {
  const body = { type: "email", labels: { email_address: "a@example.com" } };
  const { body: channel } = await client.post(`/mon/v3/projects/${of}/notificationChannels`, body);
  return channel.name;
}

async function create(body: object = policy({ conditionPrometheusQueryLanguage: promql })): Promise<string> {
  const answer = await client.post(policies, body, { authorization: "Bearer local-cloud/alice@example.com" });
  expect([answer.status, answer.text]).toEqual([200, answer.text]);
  return answer.body.name;
}

test("a policy is made, read, listed, changed and deleted", async () => {
  const channel = await newChannel();
  const sent = policy(
    { conditionPrometheusQueryLanguage: promql },
    { notificationChannels: [channel], severity: "ERROR", userLabels: { team: "ai" }, documentation: { content: "x" } },
  );
  const name = await create(sent);
  const record = { mutateTime: "2030-01-02T03:04:05.000Z", mutatedBy: "alice@example.com" };
  const made = {
    ...sent,
    name,
    enabled: true,
    conditions: [{ ...sent.conditions[0], name: expect.stringMatching(new RegExp(`^${name}/conditions/\\d+$`)) }],
    creationRecord: record,
    mutationRecord: record,
  };
  expect(name).toMatch(new RegExp(`^projects/${project}/alertPolicies/\\d+$`));
  const read = await client.get(`/mon/v3/${name}`);
  expect(read.body).toEqual(made);
  expect((await client.get(policies)).body).toEqual({ alertPolicies: [made], totalSize: 1 });

  now += 1000;
  const [condition] = read.body.conditions;
  const changed = { displayName: "new", enabled: false, conditions: [{ ...condition, displayName: "d" }] };
  const answer = await client.patch(`/mon/v3/${name}?updateMask=display_name,enabled,conditions`, changed);
  expect(answer.body).toEqual({
    ...made,
    displayName: "new",
    enabled: false,
    conditions: [{ ...condition, displayName: "d" }],
    // By nobody: the call had no token.
    mutationRecord: { mutateTime: "2030-01-02T03:04:06.000Z" },
  });
  // Without a mask everything is replaced.
  const replaced = await client.patch(`/mon/v3/${name}`, policy({ conditionThreshold: threshold }));
  expect(replaced.body).toEqual({
    ...policy({}),
    name,
    enabled: true,
    conditions: [{ displayName: "c", conditionThreshold: threshold, name: expect.not.stringMatching(condition.name) }],
    creationRecord: record,
    // By nobody: the call had no token.
    mutationRecord: { mutateTime: "2030-01-02T03:04:06.000Z" },
  });

  expect((await client.delete(`/mon/v3/${name}`)).body).toEqual({});
  expect((await client.get(`/mon/v3/${name}`)).body).toEqual(
    errorBody(404, "NOT_FOUND", `Alert policy ${name} not found.`, "notFound"),
  );
  expect((await client.get(policies)).body).toEqual({ totalSize: 0 });
});

test("every kind of condition is taken", async () => {
  const absent = { filter: threshold.filter, duration: "600s", aggregations: threshold.aggregations };
  const log = { filter: 'severity="ERROR"', labelExtractors: { who: "EXTRACT(protoPayload.methodName)" } };
  await create(policy({ conditionThreshold: threshold }));
  await create(policy({ conditionAbsent: absent }));
  await create(policy({ conditionMatchedLog: log }, rateLimit));
  await create(policy({ conditionMonitoringQueryLanguage: { query: "fetch x", duration: "0s" } }));
  await create(policy({ conditionSql: { query: "SELECT 1", minutes: { periodicity: 10 } } }));
  // Right at Google, but outside of what is evaluated here.
  await create(policy({ conditionPrometheusQueryLanguage: { query: "topk(3, a)" } }));
});

const condition = "alert_policy.conditions[0]";
const pql = `${condition}.condition_prometheus_query_language`;
const limitRule = (value: string, rule: string) =>
  `Field alertStrategy.notificationRateLimit had an invalid value of "${value}": ${rule} alert policies must`;

test.each<[string, object, string]>([
  [
    "no name",
    policy({ conditionThreshold: threshold }, { displayName: "" }),
    'Field alert_policy.display_name had an invalid value of "": must not be empty.',
  ],
  [
    "no combiner",
    policy({ conditionThreshold: threshold }, { combiner: undefined }),
    'Field alert_policy.combiner had an invalid value of "COMBINE_UNSPECIFIED": must be one of AND, OR, AND_WITH_MATCHING_RESOURCE.',
  ],
  [
    "an unknown severity",
    policy({ conditionThreshold: threshold }, { severity: "BAD" }),
    'Field alert_policy.severity had an invalid value of "BAD": must be one of CRITICAL, ERROR, WARNING.',
  ],
  [
    "no condition",
    policy({}, { conditions: [] }),
    "Field alert_policy.conditions: there must be 1 to 6 conditions, got: 0.",
  ],
  [
    "seven conditions",
    policy({}, { conditions: new Array(7).fill({ conditionThreshold: threshold }) }),
    "Field alert_policy.conditions: there must be 1 to 6 conditions, got: 7.",
  ],
  [
    "an unknown field",
    policy({ conditionThreshold: threshold }, { colour: "red" }),
    `Invalid JSON payload received. Unknown name "colour" at 'alert_policy': Cannot find field.`,
  ],
  [
    "an unknown kind of condition",
    policy({ conditionMagic: {} }),
    `Invalid JSON payload received. Unknown name "conditionMagic" at '${condition}': Cannot find field.`,
  ],
  [
    "a condition of no kind",
    policy({}),
    `Field ${condition}.condition_case had an invalid value of "0": Condition subtype (e.g. "condition_absent","condition_threshold", etc.) is absent or unknown.`,
  ],
  [
    "a condition of two kinds",
    policy({ conditionThreshold: threshold, conditionSql: {} }),
    `Invalid value at '${condition}' (oneof), oneof field 'condition' is already set. Cannot set 'conditionSql'`,
  ],
  [
    "an unknown field of a condition",
    policy({ conditionThreshold: { ...threshold, query: "x" } }),
    `Invalid JSON payload received. Unknown name "query" at '${condition}.conditionThreshold': Cannot find field.`,
  ],
  [
    "a filter without a resource",
    policy({ conditionThreshold: { ...threshold, filter: 'metric.type="x"' } }),
    `Field ${condition}.condition_threshold.filter had an invalid value of "metric.type="x"": must specify a restriction on "resource.type" in the filter`,
  ],
  [
    "no comparison",
    policy({ conditionThreshold: { ...threshold, comparison: undefined } }),
    `Field ${condition}.condition_threshold.comparison had an invalid value of "COMPARISON_UNSPECIFIED": only COMPARISON_GT and COMPARISON_LT are supported.`,
  ],
  [
    "a duration that is no whole minute",
    policy({ conditionThreshold: { ...threshold, duration: "90s" } }),
    `Field ${condition}.condition_threshold.duration had an invalid value of "90s": must be a whole number of minutes.`,
  ],
  [
    "a duration that is none",
    policy({ conditionThreshold: { ...threshold, duration: "5m" } }),
    `Field ${condition}.condition_threshold.duration had an invalid value of "5m": must be a duration of at least 0 seconds.`,
  ],
  [
    "missing data without a duration",
    policy({
      conditionThreshold: {
        ...threshold,
        duration: "0s",
        evaluationMissingData: "EVALUATION_MISSING_DATA_INACTIVE",
      },
    }),
    `Field ${condition}.condition_threshold.evaluation_missing_data had an invalid value of "EVALUATION_MISSING_DATA_INACTIVE": Conditions setting evaluation_missing_data must have a non-zero duration.`,
  ],
  [
    "an alignment below a minute",
    policy({
      conditionThreshold: {
        ...threshold,
        aggregations: [{ alignmentPeriod: "30s", perSeriesAligner: "ALIGN_RATE" }],
      },
    }),
    `Field ${condition}.condition_threshold.aggregations.alignment_period had an invalid value of "30s": must be at least 60 seconds.`,
  ],
  [
    "an absence below two minutes",
    policy({ conditionAbsent: { filter: threshold.filter, duration: "60s" } }),
    `Field ${condition}.condition_absent.duration had an invalid value of "60s": must be at least two minutes.`,
  ],
  [
    "an absence of a day",
    policy({ conditionAbsent: { filter: threshold.filter, duration: "86400s" } }),
    `Field ${condition}.condition_absent.duration had an invalid value of "86400s": Durations longer than 23h30m are not supported.`,
  ],
  [
    "no query",
    policy({ conditionPrometheusQueryLanguage: { query: " " } }),
    `Field ${pql}.query had an invalid value of "": must not be empty.`,
  ],
  [
    "a query that does not parse",
    policy({ conditionPrometheusQueryLanguage: { query: "sum(a" } }),
    `Field ${pql}.query had an invalid value of "sum(a": 1:6: parse error: unexpected end of input`,
  ],
  [
    "an evaluation interval of 45 s",
    policy({ conditionPrometheusQueryLanguage: { ...promql, evaluationInterval: "45s" } }),
    `Field ${pql}.evaluation_interval had an invalid value of "45s": must be a positive multiple of 30 seconds.`,
  ],
  [
    "a rate limit of metrics",
    policy({ conditionThreshold: threshold }, rateLimit),
    `${limitRule("300s", "metric-based")} not specify a notification rate limit`,
  ],
  [
    "no rate limit of logs",
    policy({ conditionMatchedLog: { filter: "severity=ERROR" } }),
    `${limitRule("", "log-based")} specify a notification rate limit`,
  ],
  [
    "two conditions of which one is of logs",
    policy(
      {},
      {
        ...rateLimit,
        conditions: [{ conditionMatchedLog: { filter: "severity=ERROR" } }, { conditionThreshold: threshold }],
      },
    ),
    "Alert policies with a log matching condition can only have a single condition.",
  ],
  [
    "an extractor that is none",
    policy({ conditionMatchedLog: { filter: "severity=ERROR", labelExtractors: { a: "protoPayload.x" } } }, rateLimit),
    `Field ${condition}.condition_matched_log.label_extractors["a"] had an invalid value of "protoPayload.x": must be EXTRACT(field) or REGEXP_EXTRACT(field, regex).`,
  ],
  [
    "a channel that is no name",
    policy({ conditionThreshold: threshold }, { notificationChannels: ["mail"] }),
    "Name must begin with 'projects/{project_id}/notificationChannels/{channel_id}', got: mail",
  ],
  [
    "too many channels",
    policy({ conditionThreshold: threshold }, { notificationChannels: new Array(17).fill("mail") }),
    "Field alert_policy.notification_channels: at most 16 channels are allowed, got: 17.",
  ],
])("%s is refused", async (_name, body, message) => {
  const answer = await client.post(policies, body);
  expect(answer.body).toEqual(errorBody(400, "INVALID_ARGUMENT", message, "badRequest"));
  expect((await client.get(policies)).body).toEqual({ totalSize: 0 });
});

test("a log filter that does not parse is refused", async () => {
  const answer = await client.post(policies, policy({ conditionMatchedLog: { filter: 'a = "' } }, rateLimit));
  expect(answer.status).toBe(400);
  expect(answer.body.error.message).toMatch(
    /^Field alert_policy\.conditions\[0\]\.filter had an invalid value of "a = "": Unparseable filter: /,
  );
});

test.each([
  [
    "a threshold",
    {
      conditionThreshold: {
        ...threshold,
        filter: threshold.filter.replace(/metric.*/, 'metric.type="logging.googleapis.com/user/x"'),
      },
    },
    "logging.googleapis.com/user/x",
  ],
  [
    "a query",
    { conditionPrometheusQueryLanguage: { query: "logging_googleapis_com:user_x > 1" } },
    "logging_googleapis_com:user_x",
  ],
])("%s on a log metric that does not exist is refused", async (_name, body, type) => {
  const message = `Cannot find metric(s) that match type = "${type}". If a metric was created recently, it could take up to 10 minutes to become available. Please try again soon.`;
  const answer = await client.post(policies, policy(body));
  expect(answer.body).toEqual(errorBody(404, "NOT_FOUND", message, "notFound"));
});

test("the metrics of a query are not looked for if that is switched off", async () => {
  const query = "logging_googleapis_com:user_x > 1";
  await create(policy({ conditionPrometheusQueryLanguage: { query, disableMetricValidation: true } }));
});

test("channels must be there, and of the same project", async () => {
  await createProject(client, "acme-gemini-prod", ["monitoring.googleapis.com"]);
  const foreign = await newChannel("acme-gemini-prod");
  const withChannel = (name: string) => policy({ conditionThreshold: threshold }, { notificationChannels: [name] });
  expect((await client.post(policies, withChannel(foreign))).body).toEqual(
    errorBody(
      400,
      "INVALID_ARGUMENT",
      `Field alert_policy.notification_channels[0] had an invalid value of "${foreign}": Project "acme-gemini-prod" in the channel name ("${foreign}") does not match the request's project of "${project}".`,
      "badRequest",
    ),
  );
  const missing = `projects/${project}/notificationChannels/1`;
  expect((await client.post(policies, withChannel(missing))).body).toEqual(
    errorBody(404, "NOT_FOUND", `Notification channel ${missing} not found.`, "notFound"),
  );
  const own = await newChannel();
  const byNumber = own.replace(project, projectNumber(client));
  expect((await client.post(policies, withChannel(byNumber))).body.notificationChannels).toEqual([own]);
});

test("a channel in use is only deleted by force, and then taken out of the policies", async () => {
  const channel = await newChannel();
  const other = await newChannel();
  const name = await create(policy({ conditionThreshold: threshold }, { notificationChannels: [channel, other] }));
  const message = `Could not delete "${channel}" because it is still being referenced by: "${name}"`;
  expect((await client.delete(`/mon/v3/${channel}?force=false`)).body).toEqual(
    errorBody(400, "FAILED_PRECONDITION", message, "failedPrecondition"),
  );
  expect((await client.delete(`/mon/v3/${channel}?force=true`)).status).toBe(200);
  expect((await client.get(`/mon/v3/${name}`)).body.notificationChannels).toEqual([other]);
  expect((await client.get(channels)).body.totalSize).toBe(1);
});
