import { CALLER_IP_HEADER, type EmulatorOptions } from "../../emulator/emulator";
import { type Answer, type Client, project, projectNumber, startWithProject } from "./client";

let client: Client;
let now: number;
const keys = `/apikeys/v2/projects/${project}/locations/global/keys`;
const accounts = `/iam/v1/projects/${project}/serviceAccounts`;
const email = `gk-web@${project}.iam.gserviceaccount.com`;
const model = "/v1beta/models/gemini-3.5-flash-lite";
const prompt = { contents: [{ parts: [{ text: "Say one word" }] }] };
const gemini = { service: "generativelanguage.googleapis.com" };

async function start(options: EmulatorOptions = {}): Promise<void> {
  now = Date.parse("2026-11-24T00:00:00Z");
  client = await startWithProject(
    ["apikeys.googleapis.com", "iam.googleapis.com", gemini.service, "translate.googleapis.com"],
    { now: () => new Date(now), ...options },
  );
  await client.post(accounts, { accountId: "gk-web" });
}
afterEach(() => client.close());

let count = 0;
/** A new key, as its string. */
async function newKey(restrictions: object = { apiTargets: [gemini] }, bound = true): Promise<string> {
  count += 1;
  const body = { restrictions, ...(bound && { serviceAccountEmail: email }) };
  const answer = await client.post(`${keys}?keyId=key-${count}`, body);
  expect(answer.status).toBe(200);
  return answer.body.response.keyString;
}

const generate = (key: string, headers: Record<string, string> = {}, path = `${model}:generateContent`) =>
  client.post(path, prompt, { "x-goog-api-key": key, ...headers });

const info = (reason: string, metadata: object) => ({
  "@type": "type.googleapis.com/google.rpc.ErrorInfo",
  reason,
  domain: "googleapis.com",
  metadata: { service: gemini.service, ...metadata },
});
const error = (code: number, status: string, message: string, details?: object[]) => ({
  error: { code, message, status, ...(details && { details }) },
});
const unauthenticated = (reason: string, method: string) =>
  error(
    401,
    "UNAUTHENTICATED",
    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
    [info(reason, { method })],
  );
const generateMethod = "google.ai.generativelanguage.v1beta.GenerativeService.GenerateContent";
const consumer = () => ({ consumer: `projects/${projectNumber(client)}` });
const expectError = (answer: Answer, body: { error: { code: number } }) =>
  expect([answer.status, answer.body]).toEqual([body.error.code, body]);

describe("a good key", () => {
  beforeEach(() => start());

  test("lists models, shows one, counts and answers", async () => {
    const key = await newKey();
    const headers = { "x-goog-api-key": key };
    const list = await client.get("/v1beta/models?pageSize=2", headers);
    expect(list.body.models.map(({ name }: { name: string }) => name)).toEqual([
      "models/gemini-3.5-flash-lite",
      "models/gemini-3.5-flash",
    ]);
    const rest = await client.get(`/v1beta/models?pageToken=${list.body.nextPageToken}`, headers);
    expect(rest.body.models.length).toBeGreaterThan(2);
    expect((await client.get(model, headers)).body).toMatchObject({
      name: "models/gemini-3.5-flash-lite",
      supportedGenerationMethods: ["generateContent", "countTokens", "streamGenerateContent"],
    });
    expect((await client.post(`${model}:countTokens`, prompt, headers)).body).toMatchObject({ totalTokens: 3 });
    const answer = {
      candidates: [
        {
          content: { parts: [{ text: "This is the local cloud answering as gemini-3.5-flash-lite." }], role: "model" },
          finishReason: "STOP",
          index: 0,
        },
      ],
      usageMetadata: {
        promptTokenCount: 3,
        candidatesTokenCount: 8,
        totalTokenCount: 11,
        promptTokensDetails: [{ modality: "TEXT", tokenCount: 3 }],
      },
      modelVersion: "gemini-3.5-flash-lite",
      responseId: expect.any(String),
    };
    expect((await generate(key)).body).toEqual(answer);
    expect((await client.post(`${model}:generateContent?key=${key}`, prompt)).body).toEqual(answer);
    expect((await generate(key, {}, "/v1/models/gemini-3.5-flash-lite:generateContent")).body).toEqual(answer);
    expect((await generate(key, {}, `${model}:streamGenerateContent`)).body).toEqual([answer]);
    const events = await generate(key, {}, `${model}:streamGenerateContent?alt=sse`);
    expect(events.headers["content-type"]).toBe("text/event-stream");
    expect(JSON.parse(events.text.replace(/^data: /, ""))).toEqual(answer);
  });

  test("is told of an unknown model and an empty prompt", async () => {
    const key = await newKey();
    const message =
      "models/gemini-2.0-flash is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods.";
    const answer = await generate(key, {}, "/v1beta/models/gemini-2.0-flash:generateContent");
    expectError(answer, error(404, "NOT_FOUND", message));
    const empty = await client.post(`${model}:generateContent`, {}, { "x-goog-api-key": key });
    expectError(
      empty,
      error(400, "INVALID_ARGUMENT", "* GenerateContentRequest.contents: contents is not specified\n"),
    );
  });
});

describe("credentials", () => {
  test("must be one", async () => {
    await start();
    const key = await newKey();
    const none =
      "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.";
    expectError(await client.get("/v1beta/models"), error(403, "PERMISSION_DENIED", none));
    expectError(
      await client.get(`/v1beta/models?key=${key}`, { "x-goog-api-key": key }),
      error(400, "INVALID_ARGUMENT", "Multiple authentication credentials received. Please pass only one."),
    );
    const bearer = await client.get("/v1beta/models", { Authorization: `Bearer ${key}` });
    expect([bearer.status, bearer.body.error.details[0].reason]).toEqual([401, "ACCESS_TOKEN_TYPE_UNSUPPORTED"]);
  });

  test.each([`AIza${"x".repeat(35)}`, `AQ.${"x".repeat(50)}`, "something"])(
    "of an unknown key %s are 400",
    async (key) => {
      await start();
      const details = [info("API_KEY_INVALID", {})];
      const message = "API key not valid. Please pass a valid API key.";
      expectError(await generate(key), error(400, "INVALID_ARGUMENT", message, details));
    },
  );

  test("of a bad AQ key are 401 where that is switched on", async () => {
    await start({ badAuthKeyError: "ACCESS_TOKEN_TYPE_UNSUPPORTED" });
    const unsupported = unauthenticated("ACCESS_TOKEN_TYPE_UNSUPPORTED", generateMethod);
    expectError(await generate(`AQ.${"x".repeat(50)}`), unsupported);
    expect((await generate(`AIza${"x".repeat(35)}`)).status).toBe(400);
  });

  test("of a deleted key are 400 until it is undeleted", async () => {
    await start();
    const key = await newKey();
    await client.delete(`${keys}/key-${count}`);
    const message = "API Key not found. Please pass a valid API key.";
    expectError(await generate(key), error(400, "INVALID_ARGUMENT", message, [info("API_KEY_INVALID", {})]));
    await client.post(`${keys}/key-${count}:undelete`);
    expect((await generate(key)).status).toBe(200);
  });

  test("of a standard key are 401, restricted or not", async () => {
    await start();
    for (const restrictions of [{}, { apiTargets: [gemini] }]) {
      const key = await newKey(restrictions, false);
      expectError(await generate(key), unauthenticated("ACCESS_TOKEN_TYPE_UNSUPPORTED", generateMethod));
    }
  });
});

describe("the project of a key", () => {
  beforeEach(() => start());

  test("must have the API enabled", async () => {
    const key = await newKey();
    await client.post(`/su/v1/projects/${project}/services/${gemini.service}:disable`, {});
    const { status, body } = await generate(key);
    const number = projectNumber(client);
    expect([status, body.error.status, body.error.message, body.error.details[1]]).toEqual([
      403,
      "PERMISSION_DENIED",
      expect.stringMatching(`^Gemini API has not been used in project ${number} before or it is disabled\\.`),
      info("SERVICE_DISABLED", {
        ...consumer(),
        serviceTitle: "Gemini API",
        containerInfo: number,
        activationUrl: expect.any(String),
      }),
    ]);
    expect(body.error).not.toHaveProperty("errors");
  });

  test("must not be deleted", async () => {
    const key = await newKey();
    await client.delete(`/crm/v1/projects/${project}`);
    const message = `Project #${projectNumber(client)} has been deleted.`;
    expectError(await generate(key), error(403, "PERMISSION_DENIED", message, [info("CONSUMER_INVALID", consumer())]));
  });
});

describe("a service account", () => {
  beforeEach(() => start());
  const invalid = unauthenticated("ACCOUNT_STATE_INVALID", generateMethod);

  test("that is disabled stops its keys until it is enabled", async () => {
    const key = await newKey();
    await client.post(`${accounts}/${email}:disable`, {});
    expectError(await generate(key), invalid);
    await client.post(`${accounts}/${email}:enable`, {});
    expect((await generate(key)).status).toBe(200);
  });

  test("that is deleted stops its keys", async () => {
    const key = await newKey();
    await client.delete(`${accounts}/${email}`);
    expectError(await generate(key), invalid);
  });
});

describe("an API restriction", () => {
  beforeEach(() => start());

  test.each(["/translate/v2/languages", "/language/translate/v2/languages"])("to Gemini blocks %s", async (path) => {
    const key = await newKey();
    const service = "translate.googleapis.com";
    const method = "google.cloud.translate.v2.TranslateService.GetSupportedLanguage";
    const message = `Requests to this API ${service} method ${method} are blocked.`;
    const details = [info("API_KEY_SERVICE_BLOCKED", { service, ...consumer(), apiName: service, methodName: method })];
    expectError(await client.get(path, { "x-goog-api-key": key }), error(403, "PERMISSION_DENIED", message, details));
    const free = await newKey({}, false);
    expect((await client.get(path, { "x-goog-api-key": free })).body.data.languages).toHaveLength(3);
  });

  test("to another API blocks Gemini", async () => {
    const key = await newKey({ apiTargets: [{ service: "translate.googleapis.com" }] });
    const message = `Requests to this API ${gemini.service} method ${generateMethod} are blocked.`;
    const metadata = { ...consumer(), apiName: gemini.service, methodName: generateMethod };
    expectError(
      await generate(key),
      error(403, "PERMISSION_DENIED", message, [info("API_KEY_SERVICE_BLOCKED", metadata)]),
    );
  });

  test.each([
    [["GenerateContent"], 200, 403],
    [["generatecontent"], 200, 403],
    [["Generate*"], 200, 403],
    [["google.ai.generativelanguage.v1beta.GenerativeService.*"], 200, 403],
    [["google.ai.generativelanguage.v1.*"], 403, 403],
    [["generativelanguage.googleapis.com.list*"], 403, 200],
    [["*"], 200, 200],
    [["ListModels", "GenerateContent"], 200, 200],
    [["Content"], 403, 403],
  ])("to the methods %j answers generate with %d and list with %d", async (methods, generated, listed) => {
    const key = await newKey({ apiTargets: [{ ...gemini, methods }] });
    const list = await client.get("/v1beta/models", { "x-goog-api-key": key });
    expect([(await generate(key)).status, list.status]).toEqual([generated, listed]);
  });
});

describe("an address restriction", () => {
  beforeEach(() => start());
  const allowedIps = ["203.0.113.10", "198.51.100.0/28", "2001:db8::/32"];
  const from = (ip: string) => ({ [CALLER_IP_HEADER]: ip });

  test.each(["203.0.113.10", "198.51.100.0", "198.51.100.15", "2001:db8:1::1", "::ffff:203.0.113.10"])(
    "lets %s pass",
    async (ip) => {
      const key = await newKey({ apiTargets: [gemini], serverKeyRestrictions: { allowedIps } });
      expect((await generate(key, from(ip))).status).toBe(200);
    },
  );

  test.each(["203.0.113.11", "198.51.100.16", "2001:db9::1", "127.0.0.1"])("blocks %s", async (ip) => {
    const key = await newKey({ apiTargets: [gemini], serverKeyRestrictions: { allowedIps } });
    const message = `The provided API key has an IP address restriction. The originating IP address of the call (${ip}) violates this restriction.`;
    const details = [info("API_KEY_IP_ADDRESS_BLOCKED", { ...consumer(), callerIp: ip })];
    expectError(await generate(key, from(ip)), error(403, "PERMISSION_DENIED", message, details));
  });

  test("sees the address of the socket without the header", async () => {
    const key = await newKey({ serverKeyRestrictions: { allowedIps: ["127.0.0.1"] } });
    expect((await generate(key)).status).toBe(200);
    const other = await newKey({ serverKeyRestrictions: { allowedIps: ["192.0.2.1"] } });
    expect((await generate(other)).body.error.details[0].metadata.callerIp).toBe("127.0.0.1");
  });

  test.each(["", "localhost", "203.0.113.0/24", "1.2.3"])("refuses the caller's address %j", async (ip) => {
    const key = await newKey();
    const message = `The header ${CALLER_IP_HEADER} must be one IP address.`;
    expectError(await generate(key, from(ip)), error(400, "INVALID_ARGUMENT", message));
  });
});

describe("an application restriction", () => {
  beforeEach(() => start());
  const application = { packageName: "com.example", sha1Fingerprint: "AA:BB:CC" };

  test.each([
    [
      { browserKeyRestrictions: { allowedReferrers: ["*.example.com/*"] } },
      { Referer: "https://www.example.com/page" },
      "API_KEY_HTTP_REFERRER_BLOCKED",
      "Requests from referer <empty> are blocked.",
    ],
    [
      { androidKeyRestrictions: { allowedApplications: [application] } },
      { "X-Android-Package": "com.example", "X-Android-Cert": "aabbcc" },
      "API_KEY_ANDROID_APP_BLOCKED",
      "Requests from this Android client application <empty> are blocked.",
    ],
    [
      { iosKeyRestrictions: { allowedBundleIds: ["com.example"] } },
      { "X-Ios-Bundle-Identifier": "com.example" },
      "API_KEY_IOS_APP_BLOCKED",
      "Requests from this iOS client application <empty> are blocked.",
    ],
  ])("of %j", async (restrictions, headers, reason, message) => {
    const key = await newKey({ apiTargets: [gemini], ...restrictions });
    expect((await generate(key, headers as unknown as Record<string, string>)).status).toBe(200);
    const { status, body } = await generate(key);
    expect([status, body.error.message, body.error.details[0].reason]).toEqual([403, message, reason]);
    const wrong = Object.fromEntries(Object.keys(headers).map((name) => [name, "other"]));
    expect((await generate(key, wrong)).body.error.details[0].reason).toBe(reason);
  });
});

test("a quota ends in 429 until the minute is over", async () => {
  await start({ quotaPerMinute: 2 });
  const key = await newKey();
  expect([(await generate(key)).status, (await generate(key)).status]).toEqual([200, 200]);
  now += 20_000;
  const message =
    "You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits. To monitor your current usage, head to: https://ai.dev/rate-limit. \n* Quota exceeded for metric: generativelanguage.googleapis.com/generate_content_free_tier_requests, limit: 2, model: gemini-3.5-flash-lite\nPlease retry in 40s.";
  expectError(
    await generate(key),
    error(429, "RESOURCE_EXHAUSTED", message, [
      {
        "@type": "type.googleapis.com/google.rpc.Help",
        links: [
          {
            description: "Learn more about Gemini API quotas",
            url: "https://ai.google.dev/gemini-api/docs/rate-limits",
          },
        ],
      },
      {
        "@type": "type.googleapis.com/google.rpc.QuotaFailure",
        violations: [
          {
            quotaMetric: "generativelanguage.googleapis.com/generate_content_free_tier_requests",
            quotaId: "GenerateRequestsPerMinutePerProjectPerModel-FreeTier",
            quotaDimensions: { location: "global", model: "gemini-3.5-flash-lite" },
            quotaValue: "2",
          },
        ],
      },
      { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "40s" },
    ]),
  );
  expect((await generate(key, {}, "/v1beta/models/gemini-3.5-flash:generateContent")).status).toBe(200);
  now += 40_000;
  expect((await generate(key)).status).toBe(200);
});
