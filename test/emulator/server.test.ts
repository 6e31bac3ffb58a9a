import { connect } from "node:net";
import { PortInUseError, startEmulator } from "../../emulator/emulator";
import { type Client, errorBody, project, startWithProject } from "./client";

let client: Client;
beforeEach(async () => {
  client = await startWithProject(["apikeys.googleapis.com", "secretmanager.googleapis.com"]);
});
afterEach(() => client.close());

/** Sends bytes and gives what comes back until the other end closes. */
function raw(text: string): Promise<string> {
  return new Promise((done, fail) => {
    const socket = connect(client.emulator.port, "127.0.0.1", () => socket.write(text));
    let answer = "";
    socket.on("data", (chunk) => {
      answer += chunk.toString();
    });
    socket.on("end", () => socket.end());
    socket.on("close", () => done(answer));
    socket.on("error", fail);
  });
}

describe("a request nothing answers", () => {
  test("is 501 and recorded once, without its query", async () => {
    const answers = [
      await client.get("/tasks/v2/projects/x/queues?alt=json&key=secret"),
      await client.get("/tasks/v2/projects/x/queues"),
      await client.post("/crm/v1/projects/x:move", {}),
      await client.get("/nowhere"),
      await client.get("/unknown-bucket/object"),
      await client.get("/"),
    ];
    expect(answers.map(({ status }) => status)).toEqual([501, 501, 501, 501, 501, 501]);
    const message =
      "The local cloud has no route for GET /tasks/v2/projects/x/queues. If a deploy needs it, it is missing in emulator/services.";
    expect(answers[0]!.body).toEqual(errorBody(501, "UNIMPLEMENTED", message, "notImplemented"));
    expect(client.emulator.unknownRoutes).toEqual([
      "GET /tasks/v2/projects/x/queues",
      "POST /crm/v1/projects/x:move",
      "GET /nowhere",
      "GET /unknown-bucket/object",
      "GET /",
    ]);
  });
});

describe("a body", () => {
  const path = "/crm/v1/projects";
  test.each([
    ["{", "Invalid JSON payload received. The body is not JSON."],
    ["[]", "Invalid JSON payload received. Root must be an object."],
    ["null", "Invalid JSON payload received. Root must be an object."],
    ['"x"', "Invalid JSON payload received. Root must be an object."],
  ])("%s is refused", async (body, message) => {
    const answer = await client.send("POST", path, { body });
    expect([answer.status, answer.body]).toEqual([400, errorBody(400, "INVALID_ARGUMENT", message, "badRequest")]);
  });

  test("of the wrong types is refused, not a crash", async () => {
    const bodies = [
      { projectId: 1 },
      { projectId: project, labels: [] },
      { projectId: project, labels: { a: 1 } },
      { projectId: project, parent: "x" },
    ];
    const messages = [];
    for (const body of bodies) {
      messages.push((await client.post(path, body)).body.error.message);
    }
    expect(messages).toEqual([
      "Invalid value at 'projectId' (TYPE_STRING), 1",
      "Invalid value at 'labels' (TYPE_MESSAGE), []",
      "Invalid value at 'labels.a' (TYPE_STRING), 1",
      `Invalid value at 'parent' (TYPE_MESSAGE), "x"`,
    ]);
    expect(
      (await client.post(`${path}/seed-project:setIamPolicy`, { policy: { bindings: {} } })).body.error.message,
    ).toBe("Invalid value at 'bindings' (TYPE_LIST), {}");
  });

  test("over 10 MB is refused", async () => {
    const answer = await client.send("POST", path, { body: Buffer.alloc(10 * 1024 * 1024 + 1, " ") });
    expect(answer.body).toEqual(errorBody(413, "INVALID_ARGUMENT", "The request is too large.", "uploadTooLarge"));
    expect((await client.get("/crm/v1/projects/seed-project")).status).toBe(200);
  });
});

test("a malformed path is refused", async () => {
  const answer = await client.get("/crm/v1/projects/%zz");
  const message = "The path holds a malformed percent-encoding.";
  expect(answer.body).toEqual(errorBody(400, "INVALID_ARGUMENT", message, "badRequest"));
});

test("HEAD and OPTIONS are answered without a body", async () => {
  const head = await client.send("HEAD", "/crm/v1/projects/seed-project");
  expect([head.status, head.text]).toEqual([200, ""]);
  expect((await client.send("OPTIONS", "/crm/v1/projects")).status).toBe(204);
});

test("what would leave the machine by proxy is refused and recorded, every time", async () => {
  for (let index = 0; index < 2; index += 1) {
    const answer = await raw(
      "CONNECT openidconnect.googleapis.com:443 HTTP/1.1\r\nHost: openidconnect.googleapis.com:443\r\n\r\n",
    );
    expect(answer).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
  }
  await raw("GET http://example.com/path?key=x HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n");
  expect(client.emulator.connects).toEqual([
    "openidconnect.googleapis.com:443",
    "openidconnect.googleapis.com:443",
    "http://example.com/path",
  ]);
});

test("no HTTP is refused", async () => {
  expect(await raw("hello\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 Bad Request/);
});

test("a bug answers 500 without a word of it", async () => {
  Object.defineProperty(client.emulator.store.secrets, "ids", {
    value: () => {
      throw new TypeError("secret detail");
    },
  });
  const answer = await client.get(`/sm/v1/projects/${project}/secrets`);
  const message = "Internal error of the local cloud.";
  expect([answer.status, answer.body]).toEqual([500, errorBody(500, "INTERNAL", message, "backendError")]);
});

test("requests are counted", async () => {
  const before = client.emulator.requestCount();
  const byService = client.emulator.requestsByService();
  await client.get("/crm/v1/projects");
  await client.get("/nowhere");
  expect(client.emulator.requestCount()).toBe(before + 2);
  const api = "cloudresourcemanager.googleapis.com";
  expect(client.emulator.requestsByService()).toEqual({ ...byService, [api]: (byService[api] ?? 0) + 1 });
});

test("a busy port is told by its own error", async () => {
  const { port } = client.emulator;
  await expect(startEmulator({ port })).rejects.toEqual(new PortInUseError(port));
  await expect(startEmulator({ port })).rejects.toMatchObject({ name: "PortInUseError", port });
});

test("it closes with connections open, and says where it was", async () => {
  const emulator = await startEmulator();
  const socket = connect(emulator.port, "127.0.0.1");
  await new Promise((done) => socket.once("connect", done));
  socket.on("error", () => {});
  expect(emulator.url).toBe(`http://127.0.0.1:${emulator.port}`);
  const environment = emulator.environment();
  expect(environment["GOOGLE_APIKEYS_CUSTOM_ENDPOINT"]).toBe(`${emulator.url}/apikeys/v2/`);
  await emulator.close();
  expect(
    socket.destroyed || socket.readableEnded || (await new Promise((done) => socket.once("close", () => done(true)))),
  ).toBe(true);
});

describe("a key string", () => {
  test("appears in no record, no error and no log", async () => {
    const written: string[] = [];
    const spies = (["log", "info", "warn", "error"] as const).map((method) =>
      jest.spyOn(console, method).mockImplementation((...texts) => void written.push(texts.join(" "))),
    );
    const keys = `/apikeys/v2/projects/${project}/locations/global/keys`;
    const { keyString } = (await client.post(`${keys}?keyId=web-g1`, {})).body.response;
    const unknown = `AQ.${"Z".repeat(50)}`;
    const texts: string[] = [];
    for (const key of [keyString, unknown]) {
      const encoded = key.replace(/[A-Z]/g, (letter: string) => `%${letter.charCodeAt(0).toString(16)}`);
      for (const [method, path] of [
        ["GET", `/v1beta/models?key=${key}`],
        ["GET", `/v1beta/${key}?key=${key}`],
        ["GET", `/v1beta/${encoded}`],
        ["GET", `/${key}/${key}`],
        ["GET", `/crm/v1/projects/${key}`],
        ["GET", `/sm/v1/projects/${key}/secrets`],
        ["GET", `/sm/v1/projects/${project}/secrets/${key}`],
        ["GET", `${keys}/${key}`],
        ["POST", `${keys}?keyId=${key}`],
        ["POST", `/sm/v1/projects/${project}/secrets?secretId=${key}.`],
        ["GET", `/apikeys/v2/keys/${key}`],
      ] as const) {
        const answer = await client.send(
          method,
          path,
          method === "POST" ? { body: { displayName: key.repeat(9) } } : {},
        );
        expect([path.replace(key, "KEY"), answer.status]).toEqual([path.replace(key, "KEY"), expect.any(Number)]);
        expect(answer.status).toBeGreaterThanOrEqual(400);
        texts.push(answer.text);
      }
      const bodies = [
        { projectId: key },
        { projectId: "acme-other", name: [key] },
        { projectId: "acme-other", labels: { [key]: key } },
      ];
      for (const body of bodies) {
        texts.push((await client.post("/crm/v1/projects", body)).text);
      }
    }
    texts.push(await raw(`CONNECT ${unknown}:443 HTTP/1.1\r\nHost: x\r\n\r\n`));
    texts.push(...client.emulator.unknownRoutes, ...client.emulator.connects, ...written);
    for (const spy of spies) {
      spy.mockRestore();
    }
    expect(texts.filter((text) => text.includes(keyString) || text.includes(unknown))).toEqual([]);
    expect(client.emulator.connects).toEqual(["[redacted]:443"]);
    expect(client.emulator.unknownRoutes.every((text) => !/AIza|AQ\./.test(decodeURIComponent(text)))).toBe(true);
  });
});
