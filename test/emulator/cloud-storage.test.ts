import { createHash } from "node:crypto";
import { seedFoundation } from "../../emulator/seed";
import { type Answer, type Client, errorBody, startClient } from "./client";

let client: Client;
const buckets = "/storage/storage/v1/b";
const objects = `${buckets}/acme-state/o`;
const uploads = "/upload/storage/v1/b/acme-state/o";
const lock = "env/dev/default.tflock";
const precondition = errorBody(
  412,
  "FAILED_PRECONDITION",
  "At least one of the pre-conditions you specified did not hold.",
  "conditionNotMet",
);

beforeEach(async () => {
  client = await startClient();
  seedFoundation(client.emulator.store, { adminProject: "seed-project", stateBucket: "acme-state" });
});
afterEach(() => client.close());

/** As Google's Go client sends it. */
function upload(name: string, content: string | Buffer, query = ""): Promise<Answer> {
  const boundary = "abc123";
  const body = Buffer.concat([
    Buffer.from(
      `--${boundary}\r\nContent-Type: application/json\r\n\r\n${JSON.stringify({ name, bucket: "acme-state" })}\r\n`,
    ),
    Buffer.from(`--${boundary}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n`),
    Buffer.from(content),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  const headers = { "Content-Type": `multipart/related; boundary=${boundary}` };
  return client.send("POST", `${uploads}?uploadType=multipart&name=${encodeURIComponent(name)}${query}`, {
    body,
    headers,
  });
}

describe("the backend of Terraform", () => {
  test("writes a state, reads it and its description, and lists it", async () => {
    const name = "env/dev/default.tfstate";
    const text = '{"version":4,"umlaut":"ä"}';
    expect((await client.get(`/acme-state/${name}`)).status).toBe(404);
    const written = await upload(name, text);
    const md5Hash = createHash("md5").update(text).digest("base64");
    expect(written.body).toMatchObject({
      name,
      bucket: "acme-state",
      generation: expect.stringMatching(/^\d+$/),
      metageneration: "1",
      contentType: "text/plain; charset=utf-8",
      size: String(Buffer.byteLength(text)),
      md5Hash,
    });
    const read = await client.get(`/acme-state/${name}`);
    expect([read.status, read.text]).toEqual([200, text]);
    expect(read.headers).toMatchObject({
      "content-length": String(Buffer.byteLength(text)),
      "x-goog-generation": written.body.generation,
      "content-type": "text/plain; charset=utf-8",
    });
    const described = await client.get(`${objects}/${encodeURIComponent(name)}`);
    expect(described.body).toEqual(written.body);
    expect((await client.get(`${objects}/${encodeURIComponent(name)}?alt=media`)).text).toBe(text);
    expect((await client.get(`${objects}?prefix=env/dev/&delimiter=/`)).body.items).toEqual([written.body]);
    expect((await client.send("HEAD", `/acme-state/${name}`)).status).toBe(200);
  });

  test("holds a lock until it is released with the right generation", async () => {
    const held = await upload(lock, "{}", "&ifGenerationMatch=0");
    expect(held.status).toBe(200);
    const second = await upload(lock, "{}", "&ifGenerationMatch=0");
    expect([second.status, second.body]).toEqual([412, precondition]);
    const path = `${objects}/${encodeURIComponent(lock)}`;
    expect((await client.delete(`${path}?ifGenerationMatch=1`)).body).toEqual(precondition);
    const released = await client.delete(`${path}?ifGenerationMatch=${held.body.generation}`);
    expect([released.status, released.text]).toEqual([204, ""]);
    const missing = errorBody(404, "NOT_FOUND", `No such object: acme-state/${lock}`, "notFound");
    expect((await client.get(path)).body).toEqual(missing);
    expect((await upload(lock, "{}", "&ifGenerationMatch=0")).status).toBe(200);
  });

  test("keeps every byte, also those that look like a boundary", async () => {
    const bytes = Buffer.concat([
      Buffer.from("\r\n--abc12\r\n\r\n"),
      Buffer.from(Array.from({ length: 256 }, (_, i) => i)),
    ]);
    const { body } = await upload("bytes", bytes);
    expect(body.md5Hash).toBe(createHash("md5").update(bytes).digest("base64"));
  });

  test("gives every write a generation of its own", async () => {
    const generations = [];
    for (let index = 0; index < 5; index += 1) {
      generations.push((await upload("x", "y")).body.generation);
    }
    expect(new Set(generations).size).toBe(5);
    const old = await client.get(`${objects}/x?generation=1`);
    expect(old.body).toEqual(errorBody(404, "NOT_FOUND", "No such object: acme-state/x", "notFound"));
    expect((await client.get(`${objects}/x?ifGenerationNotMatch=${generations[4]}`)).status).toBe(412);
  });

  test("uploads a state of 12 MB", async () => {
    const { status, body } = await upload("big", Buffer.alloc(12 * 1024 * 1024, "x"));
    expect([status, body.size]).toEqual([200, String(12 * 1024 * 1024)]);
  });

  test("uploads in pieces", async () => {
    const begun = await client.send("POST", `${uploads}?uploadType=resumable&name=big`, {
      body: { name: "big" },
      headers: { "X-Upload-Content-Type": "text/plain" },
    });
    const path = new URL(String(begun.headers["location"]));
    const send = (content: string, range: string, no308?: string) =>
      client.send("POST", `${path.pathname}${path.search}`, {
        body: content,
        headers: { "Content-Range": range, ...(no308 && { "X-GUploader-No-308": no308 }) },
      });
    const first = await send("aaaa", "bytes 0-3/*", "yes");
    expect([first.status, first.headers["x-http-status-code-override"], first.headers["range"]]).toEqual([
      200,
      "308",
      "bytes=0-3",
    ]);
    expect((await send("bb", "bytes 4-5/*")).status).toBe(308);
    expect((await send("x", "bytes 9-9/*")).status).toBe(400);
    const last = await send("c", "bytes 6-6/7");
    expect(last.body).toMatchObject({ name: "big", size: "7", contentType: "text/plain" });
    expect((await client.get("/acme-state/big")).text).toBe("aaaabbc");
    expect((await send("c", "bytes 6-6/7")).status).toBe(404);
  });

  test.each([
    ["?uploadType=multipart&name=x", "The body of a multipart upload must have two parts."],
    ["?uploadType=carrier-pigeon", "uploadType must be media, multipart or resumable."],
    ["?uploadType=media", "Required parameter: name"],
  ])("is refused an upload %s", async (query, message) => {
    const { status, body } = await client.send("POST", `${uploads}${query}`, { body: "x" });
    expect([status, body]).toEqual([400, errorBody(400, "INVALID_ARGUMENT", message, "badRequest")]);
  });
});

test("a list shows folders with a delimiter, in pages", async () => {
  for (const name of ["a/1", "a/2", "b", "c/d/e"]) {
    await upload(name, "x");
  }
  const { body } = await client.get(`${objects}?delimiter=/`);
  expect([body.prefixes, body.items.map(({ name }: { name: string }) => name)]).toEqual([["a/", "c/"], ["b"]]);
  const names: string[] = [];
  let token = "";
  do {
    const page = (await client.get(`${objects}?maxResults=1${token && `&pageToken=${token}`}`)).body;
    names.push(...page.items.map(({ name }: { name: string }) => name));
    token = page.nextPageToken ?? "";
  } while (token !== "");
  expect(names).toEqual(["a/1", "a/2", "b", "c/d/e"]);
});

describe("a bucket", () => {
  const create = (body: object) => client.post(`${buckets}?project=seed-project`, body);

  test("is created, read, changed and deleted", async () => {
    const labels = { env: "dev", team: "a" };
    const created = await create({
      name: "acme-other",
      location: "asia-northeast1",
      labels,
      versioning: { enabled: true },
    });
    const wanted = {
      kind: "storage#bucket",
      id: "acme-other",
      name: "acme-other",
      selfLink: expect.any(String),
      projectNumber: client.emulator.store.project("seed-project")!.projectNumber,
      metageneration: "1",
      location: "ASIA-NORTHEAST1",
      storageClass: "STANDARD",
      labels,
      versioning: { enabled: true },
      softDeletePolicy: { retentionDurationSeconds: "604800", effectiveTime: expect.any(String) },
      timeCreated: expect.any(String),
      updated: expect.any(String),
      etag: expect.any(String),
    };
    expect(created.body).toEqual(wanted);
    const changed = await client.patch(`${buckets}/acme-other`, { labels: { team: null, x: "y" } });
    expect(changed.body).toEqual({ ...wanted, labels: { env: "dev", x: "y" }, metageneration: "2" });
    expect((await client.get(`${buckets}?project=seed-project`)).body.items).toHaveLength(2);
    expect((await client.delete(`${buckets}/acme-other`)).status).toBe(204);
    const missing = errorBody(404, "NOT_FOUND", "The specified bucket does not exist.", "notFound");
    expect((await client.get(`${buckets}/acme-other`)).body).toEqual(missing);
  });

  test("is not deleted while it holds something", async () => {
    await upload("x", "y");
    expect((await client.get(`${buckets}/acme-state/anywhereCaches/?alt=json`)).body).toEqual({
      kind: "storage#anywhereCaches",
    });
    const { status, body } = await client.delete(`${buckets}/acme-state`);
    expect([status, body.error.message]).toEqual([409, "The bucket you tried to delete is not empty."]);
    const { items } = (await client.get(`${objects}?versions=true`)).body;
    await client.delete(`${objects}/x?generation=${items[0].generation}`);
    expect((await client.delete(`${buckets}/acme-state`)).status).toBe(204);
  });

  test("has a name that is free and well formed, and a project", async () => {
    const taken = await create({ name: "acme-state" });
    expect([taken.status, taken.body.error.errors[0].reason]).toEqual([409, "conflict"]);
    expect((await create({ name: "No" })).body.error.message).toBe("Invalid bucket name: 'No'");
    expect((await client.post(`${buckets}?project=who-knows`, { name: "acme-other" })).status).toBe(403);
  });

  test("has a policy, sent bare", async () => {
    const path = `${buckets}/acme-state/iam`;
    const empty = (await client.get(`${path}?optionsRequestedPolicyVersion=3`)).body;
    expect(empty).toEqual({
      kind: "storage#policy",
      resourceId: "projects/_/buckets/acme-state",
      version: 1,
      etag: "ACAB",
    });
    const bindings = [{ role: "roles/storage.objectAdmin", members: ["serviceAccount:d@x.iam.gserviceaccount.com"] }];
    const set = (await client.put(path, { bindings, etag: empty.etag, version: 3 })).body;
    expect((await client.get(path)).body).toEqual({ ...empty, version: 3, bindings, etag: set.etag });
    expect((await client.put(path, { bindings, etag: empty.etag, version: 3 })).status).toBe(409);
    expect((await client.put(path, { version: 3 })).body).not.toHaveProperty("bindings");
  });
});

test("a project has a service account for storage", async () => {
  const number = client.emulator.store.project("seed-project")!.projectNumber;
  expect((await client.get("/storage/storage/v1/projects/seed-project/serviceAccount")).body).toEqual({
    kind: "storage#serviceAccount",
    email_address: `service-${number}@gs-project-accounts.iam.gserviceaccount.com`,
  });
});
