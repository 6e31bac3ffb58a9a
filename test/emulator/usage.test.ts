import type { EmulatorOptions } from "../../emulator/emulator";
import { recordUsage, retentionMs, type Usage } from "../../emulator/usage";
import { type Client, errorBody, project, startWithProject } from "./client";

const services = ["apikeys.googleapis.com", "iam.googleapis.com", "generativelanguage.googleapis.com"];
const email = `gk-web@${project}.iam.gserviceaccount.com`;
const keys = `/apikeys/v2/projects/${project}/locations/global/keys`;
const model = "gemini-3.5-flash";
const prompt = { contents: [{ parts: [{ text: "Say one word" }] }] };
const method = "google.ai.generativelanguage.v1beta.GenerativeService.GenerateContent";

let client: Client;
let now: number;
async function start(options: EmulatorOptions = {}): Promise<void> {
  now = Date.parse("2030-01-02T03:04:30Z");
  client = await startWithProject(services, { now: () => new Date(now), ...options });
  await client.post(`/iam/v1/projects/${project}/serviceAccounts`, { accountId: "gk-web" });
}
beforeEach(() => start());
afterEach(() => client.close());

async function newKey(id: string, more: object = { serviceAccountEmail: email }) {
  const { body } = await client.post(`${keys}?keyId=${id}`, more);
  return { text: body.response.keyString as string, uid: body.response.uid as string };
}

const generate = (key: string, of = model, path = "generateContent", body: object = prompt) =>
  client.post(`/v1beta/models/${of}:${path}`, body, { "x-goog-api-key": key });

/** Without the latency, which is the real one. */
function recorded(): object[] {
  return client.emulator.store.usage.list(project).map(({ minutes, ...record }) => ({
    ...record,
    minutes: minutes.map(({ minute, count, promptTokens, outputTokens, latencyCounts }) => {
      expect(latencyCounts.reduce((sum, calls) => sum + calls, 0)).toBe(count);
      return [minute * 60 - Date.parse("2030-01-02T00:00:00Z") / 1000, count, promptTokens, outputTokens];
    }),
  }));
}

const at = (hours: number, minutes: number) => hours * 3600 + minutes * 60;

test("calls are counted by the minute, with key, answer, model and tokens", async () => {
  const { text, uid } = await newKey("web");
  const credentialId = `apikey:${uid}`;
  const common = { credentialId, method, model, paid: false };
  await generate(text);
  await generate(text);
  now += 60_000;
  await generate(text);
  await generate(text, model, "generateContent", {});
  await generate(text, "nothing");
  await generate(text, model, "countTokens");
  await client.get("/v1beta/models", { "x-goog-api-key": text });
  expect(recorded()).toEqual([
    {
      ...common,
      method: "google.ai.generativelanguage.v1beta.GenerativeService.CountTokens",
      code: 200,
      minutes: [[at(3, 5), 1, 0, 0]],
    },
    {
      ...common,
      code: 200,
      minutes: [
        [at(3, 4), 2, 6, 16],
        [at(3, 5), 1, 3, 8],
      ],
    },
    { ...common, code: 400, minutes: [[at(3, 5), 1, 0, 0]] },
    { ...common, code: 404, model: "", minutes: [[at(3, 5), 1, 0, 0]] },
    {
      ...common,
      method: "google.ai.generativelanguage.v1beta.ModelService.ListModels",
      code: 200,
      model: "",
      minutes: [[at(3, 5), 1, 0, 0]],
    },
  ]);
});

test("refused calls of a key count, calls without a valid key do not", async () => {
  const standard = await newKey("standard", {});
  const { text } = await newKey("web");
  await generate(standard.text);
  await generate("AQ.FAKE-unknown");
  await client.post(`/v1beta/models/${model}:generateContent`, prompt);
  await client.post(`/v1beta/models/${model}:generateContent?key=${text}`, prompt, { "x-goog-api-key": text });
  await client.delete(`${keys}/web`);
  await generate(text);
  expect(recorded()).toEqual([
    {
      credentialId: `apikey:${standard.uid}`,
      method,
      model: "",
      paid: false,
      code: 401,
      minutes: [[at(3, 4), 1, 0, 0]],
    },
  ]);
});

test("a call over the quota counts as 429 of its model", async () => {
  await client.close();
  await start({ quotaPerMinute: 1 });
  const { text } = await newKey("web");
  await generate(text);
  await generate(text);
  expect(recorded()).toEqual([
    expect.objectContaining({ code: 200, model }),
    expect.objectContaining({ code: 429, model, minutes: [[at(3, 4), 1, 0, 0]] }),
  ]);
});

test("a fault in place of an answer counts, a connection that is reset does not", async () => {
  const { text } = await newKey("web");
  client.emulator.setFaults([{ service: "v1beta", status: 503, times: 1 }]);
  expect((await generate(text)).status).toBe(503);
  client.emulator.setFaults([{ service: "v1beta", status: 429, after: true, times: 1 }]);
  expect((await generate(text)).status).toBe(429);
  client.emulator.setFaults([{ service: "v1beta", reset: true, after: false }]);
  await expect(generate(text)).rejects.toThrow();
  // After the fault the change was made: here, that the call was answered.
  expect(recorded()).toEqual([
    expect.objectContaining({ code: 200, model, minutes: [[at(3, 4), 1, 3, 8]] }),
    expect.objectContaining({ code: 503, model, minutes: [[at(3, 4), 1, 0, 0]] }),
  ]);
});

const usage: Usage = {
  method,
  credentialId: "apikey:1",
  code: 200,
  at: 0,
  count: 1,
  promptTokens: 2,
  outputTokens: 3,
  latencyMs: 40_000,
};

test("past calls go to their place, and what is older than six weeks is forgotten", () => {
  const { store } = client.emulator;
  const owner = store.project(project)!;
  const add = (ago: number) => recordUsage(store, owner, { ...usage, at: now - ago });
  const minutes = () =>
    store.usage.list(project)[0]!.minutes.map(({ minute, count }) => [minute * 60_000 - now, count]);
  add(0);
  add(120_000);
  add(60_000);
  add(120_000);
  add(retentionMs - 30_000);
  add(retentionMs + 60_000);
  expect(minutes()).toEqual([
    [-retentionMs + 30_000, 1],
    [-150_000, 2],
    [-90_000, 1],
    [-30_000, 1],
  ]);
  now += 120_000;
  add(0);
  expect(minutes()).toEqual([
    [-270_000, 2],
    [-210_000, 1],
    [-150_000, 1],
    [-30_000, 1],
  ]);
  expect(store.usage.list(project)[0]!.minutes[0]).toMatchObject({
    promptTokens: 4,
    outputTokens: 6,
    latencySeconds: 80,
    latencyCounts: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0],
  });
});

test("usage is part of the saved state", async () => {
  const { text } = await newKey("web");
  await generate(text);
  const { store } = client.emulator;
  const before = recorded();
  store.load(JSON.parse(JSON.stringify(store)));
  expect(recorded()).toEqual(before);
});

describe("adding traffic of the past", () => {
  const entry = { projectId: project, keyId: "web", at: "2029-12-26T03:04:00Z", count: 7, code: 429, model };

  test("is counted like calls", async () => {
    const { uid } = await newKey("web");
    const answer = await client.post("/_emulator/usage", [entry, { ...entry, count: 1 }]);
    expect(answer.body).toEqual({ added: 2 });
    const minute = at(3, 4) - 7 * 24 * 3600;
    expect(recorded()).toEqual([
      { credentialId: `apikey:${uid}`, method, model, paid: false, code: 429, minutes: [[minute, 8, 0, 0]] },
    ]);
  });

  const fields = "projectId, keyId, at, count, code, model";
  test.each<[string, object | string, string]>([
    ["no JSON", "[", "The body must be JSON."],
    ["no list", entry, `The body must be a list of ${fields}.`],
    ["no object", ["x"], `[0] must be an object with ${fields}.`],
    ["an unknown field", [{ ...entry, tokens: 1 }], `[0].tokens is no field. There are ${fields}.`],
    ["no project", [{ ...entry, projectId: "" }], "[0].projectId must be a text that is not empty."],
    ["an unknown project", [entry, { ...entry, projectId: "x" }], "[1].projectId: there is no project x."],
    ["an unknown key", [{ ...entry, keyId: "x" }], `[0].keyId: there is no key x in project ${project}.`],
    ["a date", [{ ...entry, at: "2029-12-26" }], "[0].at must be a time such as 2026-01-31T08:00:00Z, got: 2029-12-26"],
    [
      "the future",
      [{ ...entry, at: "2030-01-02T03:04:31Z" }],
      "[0].at must be within the six weeks before 2030-01-02T03:04:30.000Z, got: 2030-01-02T03:04:31Z",
    ],
    [
      "too long ago",
      [{ ...entry, at: "2029-11-01T00:00:00Z" }],
      "[0].at must be within the six weeks before 2030-01-02T03:04:30.000Z, got: 2029-11-01T00:00:00Z",
    ],
    ["no count", [{ ...entry, count: 0 }], "[0].count must be a whole number of 1 to 1000000000."],
    ["a count as text", [{ ...entry, count: "1" }], "[0].count must be a whole number of 1 to 1000000000."],
    ["no code", [{ ...entry, code: 99 }], "[0].code must be a whole number of 100 to 599."],
    ["no model", [{ ...entry, model: 1 }], "[0].model must be a text that is not empty."],
  ])("refuses %s, and adds nothing", async (_name, body, message) => {
    await newKey("web");
    const answer = await client.send("POST", "/_emulator/usage", {
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
    expect(answer.body).toEqual(errorBody(400, "INVALID_ARGUMENT", message, "badRequest"));
    expect(recorded()).toEqual([]);
  });
});
