import { pacificDay } from "../../emulator/quotas";
import { billingAccount, type Client, createProject, project, projectNumber, startWithProject } from "./client";

const service = "generativelanguage.googleapis.com";
const apis = ["apikeys.googleapis.com", "iam.googleapis.com", "monitoring.googleapis.com", service];
const model = "gemini-3.5-flash";
const perMinute = "GenerateRequestsPerMinutePerProjectPerModel";
const perDay = "GenerateRequestsPerDayPerProjectPerModel";
const tokensPerMinute = "GenerateContentPaidTierInputTokensPerModelPerMinute";

let client: Client;
let now: number;
let key: string;
beforeEach(async () => {
  // Eight in the morning on the Pacific coast.
  now = Date.parse("2030-01-02T16:00:00Z");
  client = await startWithProject(apis, { now: () => new Date(now) });
  await payFor(project);
  key = await newKey(project);
});
afterEach(() => client.close());

async function payFor(id: string, account = `billingAccounts/${billingAccount}`): Promise<void> {
  await client.put(`/billing/v1/projects/${id}/billingInfo`, { billingAccountName: account });
}

async function newKey(id: string): Promise<string> {
  const email = `gk-web@${id}.iam.gserviceaccount.com`;
  await client.post(`/iam/v1/projects/${id}/serviceAccounts`, { accountId: "gk-web" });
  const body = { serviceAccountEmail: email, restrictions: { apiTargets: [{ service }] } };
  return (await client.post(`/apikeys/v2/projects/${id}/locations/global/keys?keyId=web`, body)).body.response
    .keyString;
}

async function prefer(quotaId: string, preferredValue: string, dimensions: object = { model }): Promise<string> {
  const place = `projects/${projectNumber(client)}/locations/global`;
  const body = { service, quotaId, quotaConfig: { preferredValue }, dimensions };
  const answer = await client.post(`/quotas/v1/${place}/quotaPreferences`, body);
  expect(answer.status).toBe(200);
  return `/quotas/v1/${answer.body.name}`;
}

const ask = (text = "one two three", of = model, by = key) =>
  client.post(`/v1beta/models/${of}:generateContent`, { contents: [{ parts: [{ text }] }] }, { "x-goog-api-key": by });
const status = async (...args: Parameters<typeof ask>) => (await ask(...args)).status;

/** The quotas that a refusal names, each with its limit, and the delay. */
async function refused(...args: Parameters<typeof ask>): Promise<unknown> {
  const { status: code, body } = await ask(...args);
  expect(code).toBe(429);
  const [, failure, retry] = body.error.details;
  return [
    failure.violations.map(({ quotaMetric, quotaId, quotaDimensions, quotaValue }: Record<string, object>) => {
      expect(quotaDimensions).toEqual({ location: "global", model: args[1] ?? model });
      return [String(quotaMetric).replace(`${service}/`, ""), quotaId, quotaValue];
    }),
    retry.retryDelay,
  ];
}

test("without a preference there is no limit", async () => {
  for (let call = 0; call < 20; call += 1) {
    expect(await status()).toBe(200);
  }
});

test("requests per minute, of one model and one project, until the minute is over", async () => {
  const preference = await prefer(perMinute, "2");
  expect([await status(), await status()]).toEqual([200, 200]);
  now += 15_000;
  expect(await refused()).toEqual([[["generate_requests_per_model", perMinute, "2"]], "45s"]);
  expect(await status("x", "gemini-3.6-flash")).toBe(200);
  await createProject(client, "acme-gemini-prod", apis);
  await payFor("acme-gemini-prod");
  expect(await status("x", model, await newKey("acme-gemini-prod"))).toBe(200);
  const changed = { quotaConfig: { preferredValue: "3" } };
  await client.patch(`${preference}?updateMask=quotaConfig.preferredValue`, changed);
  expect([await status(), await status()]).toEqual([200, 429]);
  await client.post("/_emulator/clock", { advance: "45s" });
  expect(await status()).toBe(200);
});

test("a stream counts, what is counted or refused does not", async () => {
  await prefer(perMinute, "2");
  const headers = { "x-goog-api-key": key };
  const contents = [{ parts: [{ text: "x" }] }];
  const path = `/v1beta/models/${model}`;
  expect((await client.post(`${path}:countTokens`, { contents }, headers)).status).toBe(200);
  expect((await client.post(`${path}:generateContent`, {}, headers)).status).toBe(400);
  expect((await client.post(`${path}:streamGenerateContent`, { contents }, headers)).status).toBe(200);
  expect([await status(), await status()]).toEqual([200, 429]);
});

test("requests per day, until midnight Pacific time", async () => {
  await prefer(perDay, "2");
  expect(await status()).toBe(200);
  client.emulator.advance(60 * 60 * 1000);
  expect(await status()).toBe(200);
  const hours = 15 * 60 * 60;
  expect(await refused()).toEqual([[["generate_requests_per_model_per_day", perDay, "2"]], `${hours}s`]);
  client.emulator.advance((hours - 1) * 1000);
  expect(await status()).toBe(429);
  client.emulator.advance(1000);
  expect(client.emulator.store.timestamp()).toBe("2030-01-03T08:00:00.000Z");
  expect(await status()).toBe(200);
});

test("traffic of the past counts for its day", async () => {
  await prefer(perDay, "10");
  const add = async (at: string) => {
    const traffic = [{ projectId: project, keyId: "web", at, count: 10, code: 200, model }];
    return (await client.post("/_emulator/usage", traffic)).status;
  };
  expect(await add("2030-01-02T07:59:00Z")).toBe(200);
  expect(await status()).toBe(200);
  expect(await add("2030-01-02T08:00:00Z")).toBe(200);
  expect(await status()).toBe(429);
});

test("input tokens per minute, with those of the call itself", async () => {
  await prefer(tokensPerMinute, "5");
  expect(await status("one two three")).toBe(200);
  expect(await refused("four five six")).toEqual([
    [["generate_content_paid_tier_input_token_count", tokensPerMinute, "5"]],
    "60s",
  ]);
  expect(await status("four five")).toBe(200);
  now += 60_000;
  expect(await status("one two three four five six")).toBe(429);
});

test("a project that does not pay has the quotas of the free tier", async () => {
  await payFor(project, "");
  await prefer(perMinute, "0");
  expect(await status()).toBe(200);
  await prefer(`${perMinute}-FreeTier`, "1");
  await prefer(`${perDay}-FreeTier`, "1");
  await prefer("GenerateContentInputTokensPerModelPerMinute-FreeTier", "1000");
  await prefer("GenerateContentInputTokensPerModelPerDay-FreeTier", "4");
  const requests = "generate_content_free_tier_requests";
  const tokens = "generate_content_free_tier_input_token_count";
  expect(await refused()).toEqual([
    [
      [requests, `${perMinute}-FreeTier`, "1"],
      [requests, `${perDay}-FreeTier`, "1"],
      [tokens, "GenerateContentInputTokensPerModelPerDay-FreeTier", "4"],
    ],
    `${16 * 60 * 60}s`,
  ]);
});

test("a preference for the model counts before one for all, and -1 is no limit", async () => {
  await prefer(perMinute, "0", {});
  expect(await status()).toBe(429);
  await prefer(perMinute, "1", { model });
  expect([await status(), await status()]).toEqual([200, 429]);
  await prefer(perMinute, "-1", { model: "gemini-3.6-flash" });
  expect([await status("x", "gemini-3.6-flash"), await status("x", "gemini-3.6-flash")]).toEqual([200, 200]);
});

test("the metric of the limit shows what is enforced", async () => {
  await prefer(perMinute, "7");
  await prefer(perDay, "-1");
  await ask();
  await ask("x", "gemini-3.6-flash");
  const query = new URLSearchParams({
    filter: `metric.type="${service}/quota/generate_requests_per_model/limit"`,
    "interval.startTime": "2030-01-02T15:00:00Z",
    "interval.endTime": "2030-01-02T16:01:00Z",
  });
  const { body } = await client.get(`/mon/v3/projects/${project}/timeSeries?${query}`);
  const limits = body.timeSeries.map(({ metric, points }: { metric: { labels: object }; points: unknown[] }) => [
    metric.labels,
    points,
  ]);
  const point = (int64Value: string) => [expect.objectContaining({ value: { int64Value } })];
  expect(limits).toHaveLength(3);
  expect(limits).toEqual(
    expect.arrayContaining([
      [{ model, limit_name: perMinute }, point("7")],
      [{ model: "gemini-3.6-flash", limit_name: perMinute }, point("1000")],
      [{ model: "gemini-3.6-flash", limit_name: perDay }, point("10000")],
    ]),
  );
});

test.each([
  ["in winter", "2030-01-02T07:59:59Z", "2030-01-01T08:00:00Z", "2030-01-02T08:00:00Z"],
  ["in summer", "2030-07-02T07:00:00Z", "2030-07-02T07:00:00Z", "2030-07-03T07:00:00Z"],
  ["before the clocks go forward", "2030-03-10T09:00:00Z", "2030-03-10T08:00:00Z", "2030-03-11T07:00:00Z"],
  ["after they went forward", "2030-03-11T06:59:59Z", "2030-03-10T08:00:00Z", "2030-03-11T07:00:00Z"],
  ["before they go back", "2030-11-03T07:30:00Z", "2030-11-03T07:00:00Z", "2030-11-04T08:00:00Z"],
  ["after they went back", "2030-11-04T07:59:59Z", "2030-11-03T07:00:00Z", "2030-11-04T08:00:00Z"],
])("a day of the Pacific coast %s", (_when, at, start, end) => {
  expect(pacificDay(Date.parse(at))).toEqual({ start: Date.parse(start), end: Date.parse(end) });
});
