import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { Transport, type TransportOptions } from "../../google/transport";

type Answer = { readonly status?: number; readonly headers?: Record<string, string>; readonly body?: unknown };

let answers: (Answer | "none")[];
let asked: string[];
let headers: http.IncomingHttpHeaders;
let waits: number[];
const server = http.createServer((request, response) => {
  asked.push(request.url!);
  headers = request.headers;
  const answer = answers.shift() ?? {};
  if (answer === "none") return;
  response.writeHead(answer.status ?? 200, { "content-type": "application/json", ...answer.headers });
  response.end(typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body ?? {}));
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  [answers, asked, waits] = [[], [], []];
});

function transport(options: Partial<TransportOptions> = {}): Transport {
  return new Transport({
    token: async () => "made-up-token",
    environment: { GOOGLE_SERVICE_USAGE_CUSTOM_ENDPOINT: address() },
    sleep: async (ms) => {
      waits.push(ms);
    },
    ...options,
  });
}

const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/su/v1`;
const call = (options?: Partial<TransportOptions>) => transport(options).call("serviceUsage", { path: "services" });

test("all pages are read, each with the same question", async () => {
  answers = [
    { body: { services: [1, 2], nextPageToken: "two/3" } },
    { body: { nextPageToken: "three" } },
    { body: { services: [3], nextPageToken: "" } },
  ];
  const request = { path: "projects/a/services", query: [["filter", "state:ENABLED"]] as const };
  expect(await transport().list("serviceUsage", request, "services")).toEqual([1, 2, 3]);
  expect(asked).toEqual([
    "/su/v1/projects/a/services?filter=state%3AENABLED",
    "/su/v1/projects/a/services?filter=state%3AENABLED&pageToken=two%2F3",
    "/su/v1/projects/a/services?filter=state%3AENABLED&pageToken=three",
  ]);
});

test("waits as long as it is told, at most half a minute, and otherwise longer each time", async () => {
  answers = [
    { status: 429, headers: { "retry-after": "7" } },
    { status: 503, headers: { "retry-after": "3600" } },
    { status: 500, headers: { "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT" } },
    { body: { name: "here" } },
  ];
  expect(await call()).toEqual({ name: "here" });
  expect(waits.slice(0, 2)).toEqual([7_000, 30_000]);
  expect(waits[2]).toBeGreaterThanOrEqual(1_000);
  expect(waits[2]).toBeLessThanOrEqual(2_000);
});

test("four attempts, then Google's last words", async () => {
  answers = Array.from({ length: 4 }, () => ({ status: 503, body: { error: { message: "Try again later." } } }));
  await expect(call()).rejects.toMatchObject({ name: "GoogleApiError", status: 503, message: "Try again later." });
  expect([asked.length, waits.length]).toEqual([4, 3]);
});

test("what is refused is not tried again, and an answer that is no JSON has its status", async () => {
  answers = [{ status: 403, body: "<html>Forbidden</html>" }];
  await expect(call()).rejects.toMatchObject({ status: 403, reason: "", message: "HTTP 403" });
  expect([asked.length, waits]).toEqual([1, []]);
});

test("nobody answers in time", async () => {
  answers = Array.from({ length: 4 }, () => "none" as const);
  const { host } = new URL(address());
  await expect(call({ timeoutMs: 20 })).rejects.toThrow(`${host} cannot be reached: no answer in time.`);
  expect(asked).toHaveLength(4);
});

test("a redirection is not followed: the token would go along", async () => {
  answers = Array.from({ length: 4 }, () => ({ status: 302, headers: { location: `${address()}/elsewhere` } }));
  await expect(call()).rejects.toMatchObject({ name: "UnreachableError" });
  expect(asked).toEqual(Array.from({ length: 4 }, () => "/su/v1/services"));
});

test("the token and whose quota it counts against are in the headers only", async () => {
  await transport().withQuotaProject("acme-admin").call("serviceUsage", { path: "services" });
  expect([headers.authorization, headers["x-goog-user-project"]]).toEqual(["Bearer made-up-token", "acme-admin"]);
  await call();
  expect(headers["x-goog-user-project"]).toBeUndefined();
});
