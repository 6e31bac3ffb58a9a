import { startEmulator } from "../../emulator/emulator";
import { ApiError } from "../../emulator/errors";
import { type FaultRule, Faults, type FaultyRequest } from "../../emulator/faults";
import { Store } from "../../emulator/store";
import { type Client, errorBody, project, projectNumber, startWithProject } from "./client";

const keys = `/apikeys/v2/projects/${project}/locations/global/keys`;

let client: Client;
beforeEach(async () => {
  client = await startWithProject(["apikeys.googleapis.com"]);
});
afterEach(() => client.close());

/** The status of each answer, or the error of the connection. */
async function outcome(answer: ReturnType<Client["get"]>): Promise<number | string> {
  return answer.then(
    ({ status }) => status,
    (error: NodeJS.ErrnoException) => error.code ?? error.message,
  );
}

async function outcomes(count: number, send: (index: number) => ReturnType<Client["get"]>): Promise<unknown[]> {
  const all: unknown[] = [];
  for (let index = 0; index < count; index += 1) {
    all.push(await outcome(send(index)));
  }
  return all;
}

describe("over HTTP", () => {
  const path = "/_emulator/faults";

  test("rules are set, listed with what they hit, and cleared", async () => {
    expect((await client.get(path)).body).toEqual({ rules: [] });
    const rule = { service: "apikeys", method: "POST", status: 503, times: 2 };
    expect((await client.post(path, rule)).body).toEqual({ rules: [{ ...rule, hits: 0 }] });
    expect(await outcomes(3, (index) => client.post(`${keys}?keyId=key-${index}`, {}))).toEqual([503, 503, 200]);
    expect(await outcome(client.get(keys))).toBe(200);
    expect((await client.get(path)).body).toEqual({ rules: [{ ...rule, hits: 2 }] });
    expect((await client.post(path, [{ status: 500 }, { latencyMs: 1 }])).body.rules).toHaveLength(2);
    expect(await outcome(client.get(keys))).toBe(500);
    expect((await client.delete(path)).body).toEqual({ rules: [] });
    expect(await outcome(client.get(keys))).toBe(200);
  });

  test("they never apply to the local cloud's own routes", async () => {
    client.emulator.setFaults([{ status: 503 }]);
    expect(await outcome(client.get("/_emulator/clock"))).toBe(200);
    expect(await outcome(client.get(path))).toBe(200);
  });

  test.each<[string, unknown, string]>([
    ["no JSON", "{", "The body must be a rule or a list of rules, as JSON."],
    ["a text", '"x"', "The body must be a rule or a list of rules, as JSON."],
    ["a list of texts", '["x"]', 'rules[0] must be an object, got: "x"'],
    [
      "an unknown field",
      [{ status: 503 }, { statuz: 503 }],
      "rules[1].statuz is no field of a rule. Use service, method, path, status, reason, reset, after, latencyMs, rate, times, seed.",
    ],
    ["nothing", {}, "rules[0] does nothing: set status, reset or latencyMs."],
    [
      "an unknown status",
      { status: 418 },
      "rules[0].status must be one of 400, 401, 403, 404, 409, 429, 500, 503, 504, got: 418",
    ],
    [
      "an unknown method",
      { status: 503, method: "get" },
      'rules[0].method must be one of GET, HEAD, POST, PUT, PATCH, DELETE, got: "get"',
    ],
    ["too high a rate", { status: 503, rate: 2 }, "rules[0].rate must be a number from 0 to 1, got: 2"],
    ["no times", { status: 503, times: 0 }, "rules[0].times must be a whole number from 1 to 1000000000, got: 0"],
    [
      "too much latency",
      { latencyMs: 600_001 },
      "rules[0].latencyMs must be a whole number from 0 to 600000, got: 600001",
    ],
    ["a wrong flag", { reset: 1 }, "rules[0].reset must be true or false, got: 1"],
    ["an empty path", { status: 503, path: "" }, 'rules[0].path must be a text, got: ""'],
    [
      "two outcomes",
      { status: 503, reset: true },
      "rules[0].status cannot be set with reset: a connection that is reset has no answer.",
    ],
    ["a reason alone", { reset: true, reason: "x" }, "rules[0].reason needs a status."],
  ])("%s is refused, and the rules before stay", async (_name, body, message) => {
    client.emulator.setFaults([{ service: "crm", status: 503 }]);
    const answer = await client.send("POST", path, { body: body as object });
    expect([answer.status, answer.body]).toEqual([400, errorBody(400, "INVALID_ARGUMENT", message, "badRequest")]);
    expect((await client.get(path)).body.rules).toHaveLength(1);
  });

  test("an unknown service is refused with those there are", async () => {
    const { body } = await client.post(path, { status: 503, service: "apikey" });
    expect(body.error.message).toMatch(
      /^rules\[0\]\.service must be one of crm, cloudresourcemanager\.googleapis\.com, .*, apikeys, apikeys\.googleapis\.com, .*, got: "apikey"$/,
    );
  });
});

describe("an answer", () => {
  test("of a used up quota is Google's", async () => {
    client.emulator.setFaults([{ status: 429 }]);
    const { status, body } = await client.post(`${keys}?keyId=a`, {});
    const number = projectNumber(client);
    const message =
      "Quota exceeded for quota metric 'Write requests' and limit 'Write requests per minute' of service " +
      `'apikeys.googleapis.com' for consumer 'project_number:${number}'.`;
    const info = {
      "@type": "type.googleapis.com/google.rpc.ErrorInfo",
      reason: "RATE_LIMIT_EXCEEDED",
      domain: "googleapis.com",
      metadata: {
        service: "apikeys.googleapis.com",
        consumer: `projects/${number}`,
        quota_metric: "apikeys.googleapis.com/write_requests",
        quota_limit: "WriteRequestsPerMinutePerProject",
        quota_limit_value: "60",
        quota_location: "global",
      },
    };
    expect([status, body]).toEqual([429, errorBody(429, "RESOURCE_EXHAUSTED", message, "rateLimitExceeded", [info])]);
  });

  test("has the reason that was asked for", async () => {
    client.emulator.setFaults([{ method: "GET", status: 403, reason: "IAM_PERMISSION_DENIED" }]);
    const info = {
      "@type": "type.googleapis.com/google.rpc.ErrorInfo",
      reason: "IAM_PERMISSION_DENIED",
      domain: "googleapis.com",
      metadata: { service: "apikeys.googleapis.com" },
    };
    expect((await client.get(keys)).body).toEqual(
      errorBody(403, "PERMISSION_DENIED", "The caller does not have permission", "forbidden", [info]),
    );
    client.emulator.setFaults([{ status: 503, reason: "tryLater" }]);
    expect((await client.get(keys)).body).toEqual(
      errorBody(503, "UNAVAILABLE", "The service is currently unavailable.", "tryLater"),
    );
  });

  test("of the Gemini API has its own form", async () => {
    client.emulator.setFaults([{ service: "generativelanguage.googleapis.com", status: 503 }]);
    expect((await client.get("/v1beta/models")).body).toEqual({
      error: { code: 503, message: "The service is currently unavailable.", status: "UNAVAILABLE" },
    });
  });

  test("that is late comes all the same", async () => {
    client.emulator.setFaults([
      { latencyMs: 20 },
      { path: "/keys", latencyMs: 20 },
      { path: "keyId=a", latencyMs: 5000 },
    ]);
    const start = performance.now();
    expect(await outcome(client.post(`${keys}?keyId=a`, {}))).toBe(200);
    // A timer may come up to a millisecond early.
    expect(performance.now() - start).toBeGreaterThanOrEqual(38);
    client.emulator.clearFaults();
    expect((await client.get(`${keys}/a`)).status).toBe(200);
  });
});

describe("a connection that is reset", () => {
  const exists = async () => (await client.get(`${keys}/a`)).status === 200;

  test.each([true, false])("leaves the change made if it comes after: %s", async (after) => {
    client.emulator.setFaults([{ method: "POST", reset: true, after }]);
    expect(await outcome(client.post(`${keys}?keyId=a`, {}))).toBe("ECONNRESET");
    expect(await exists()).toBe(after);
  });

  test("is so half of the times", async () => {
    client.emulator.setFaults([{ method: "POST", reset: true }]);
    expect(await outcomes(40, (index) => client.post(`${keys}?keyId=key-${index}`, {}))).toEqual(
      Array(40).fill("ECONNRESET"),
    );
    const made = [...client.emulator.store.keys.all()].length;
    expect(made).toBeGreaterThan(10);
    expect(made).toBeLessThan(30);
  });

  test("a status can hide a change too", async () => {
    client.emulator.setFaults([{ method: "POST", status: 503, after: true }]);
    expect(await outcome(client.post(`${keys}?keyId=a`, {}))).toBe(503);
    expect(await outcome(client.post(`${keys}?keyId=A`, {}))).toBe(503);
    expect(await exists()).toBe(true);
  });
});

describe("chance", () => {
  const services = ["apikeys", "apikeys.googleapis.com"];
  const request = (path: string): FaultyRequest => ({
    prefix: "apikeys",
    api: "apikeys.googleapis.com",
    method: "GET",
    path,
  });
  /** Which of the requests are hit, by their path. */
  function hits(rule: FaultRule, paths: readonly string[]): string[] {
    const faults = new Faults(new Store(), services);
    faults.set([rule]);
    return paths.filter((path) => faults.next(request(path)) !== undefined).sort();
  }
  const paths = Array.from({ length: 1000 }, (_, index) => `/v2/keys/${index}`);

  test("hits about the share that was asked for", () => {
    expect(hits({ status: 503, rate: 0 }, paths)).toHaveLength(0);
    expect(hits({ status: 503 }, paths)).toHaveLength(1000);
    const few = hits({ status: 503, rate: 0.1 }, paths).length;
    expect(few).toBeGreaterThan(60);
    expect(few).toBeLessThan(140);
  });

  test("hits the same requests with the same seed, in whatever order they come", () => {
    const rule = { status: 503, rate: 0.3, seed: 7 };
    expect(hits(rule, [...paths].reverse())).toEqual(hits(rule, paths));
    expect(hits({ ...rule, seed: 8 }, paths)).not.toEqual(hits(rule, paths));
  });

  test("lets a request that is repeated through", () => {
    const faults = new Faults(new Store(), services);
    faults.set([{ status: 503, rate: 0.5 }]);
    const answers = Array.from({ length: 20 }, () => faults.next(request("/v2/keys/a")) !== undefined);
    expect(new Set(answers)).toEqual(new Set([true, false]));
  });
});

test("the emulator's own method throws what is wrong with a rule", async () => {
  const emulator = await startEmulator();
  try {
    const message = "rules[0].rate must be a number from 0 to 1, got: -1";
    expect(() => emulator.setFaults([{ status: 503, rate: -1 }])).toThrow(new ApiError("INVALID_ARGUMENT", message));
  } finally {
    await emulator.close();
  }
});
