import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { probeKey } from "../../ci/probe-key";

const KEY = "AQ.FAKEfakeFAKEfakeFAKEfake"; // made up

let secret: { status: number; data: string };
let gemini: { status: number; reason?: string }[];
const server = http.createServer((request, response) => {
  const isSecret = request.url!.startsWith("/sm/");
  const { status, reason } = isSecret
    ? { status: secret.status, reason: undefined }
    : (gemini.shift() ?? { status: 500 });
  response.writeHead(status, { "content-type": "application/json" });
  const payload = { data: Buffer.from(secret.data).toString("base64") };
  response.end(JSON.stringify(isSecret ? { payload } : { error: { details: [{}, { reason }] } }));
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => new Promise((resolve) => server.close(resolve)));

const waits: number[] = [];
async function probe(answers: typeof gemini, read: Partial<typeof secret> = {}) {
  secret = { status: 200, data: KEY, ...read };
  gemini = answers;
  waits.length = 0;
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const env = {
    GOOGLE_SECRET_MANAGER_CUSTOM_ENDPOINT: `${url}/sm/v1/`,
    GOOGLE_GEMINI_BASE_URL: url,
    GEMKEYS_ACCESS_TOKEN: "t",
  };
  const wait = async (milliseconds: number) => waits.push(milliseconds);
  return probeKey({ project: "acme-gemini-dev", secret: "gemini-web" }, { env, wait });
}

test("a key that works, and one that is there but not for this address", async () => {
  expect(await probe([{ status: 200 }])).toEqual({ holds: true, what: "200" });
  const blocked = [{ status: 403, reason: "API_KEY_IP_ADDRESS_BLOCKED" }];
  expect(await probe(blocked)).toEqual({ holds: true, what: "403 API_KEY_IP_ADDRESS_BLOCKED" });
});

test("a new key is waited for", async () => {
  const invalid = { status: 400, reason: "API_KEY_INVALID" };
  expect(await probe([invalid, invalid, { status: 200 }])).toEqual({ holds: true, what: "200" });
  expect(waits).toEqual([15_000, 15_000]);
});

test.each<[string, { status: number; reason?: string }, string]>([
  ["a key that does not exist", { status: 400, reason: "API_KEY_INVALID" }, "400 API_KEY_INVALID"],
  ["a key for another API", { status: 403, reason: "API_KEY_SERVICE_BLOCKED" }, "403 API_KEY_SERVICE_BLOCKED"],
])("%s does not hold, after five minutes", async (_what, answer, what) => {
  expect(await probe(Array.from({ length: 20 }, () => answer))).toEqual({ holds: false, what });
  expect(waits.length * 15).toBe(285);
});

test("a secret that cannot be read, and one that holds no key", async () => {
  expect(await probe([], { status: 403 })).toEqual({ holds: false, what: "the secret could not be read: 403" });
  expect(await probe([], { data: "two\nlines" })).toEqual({ holds: false, what: "the secret holds no key" });
});
