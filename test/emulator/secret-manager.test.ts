import { crc32c } from "../../emulator/services/secret-manager";
import { type Client, errorBody, project, projectNumber, startWithProject } from "./client";

let client: Client;
const secrets = `/sm/v1/projects/${project}/secrets`;
const automatic = { replication: { automatic: {} } };
const base64 = (text: string) => Buffer.from(text).toString("base64");

beforeEach(async () => {
  client = await startWithProject(["secretmanager.googleapis.com"]);
});
afterEach(() => client.close());

const create = (id = "gemini-web", body: object = automatic) => client.post(`${secrets}?secretId=${id}`, body);
const add = (text: string) => client.post(`${secrets}/gemini-web:addVersion`, { payload: { data: base64(text) } });
const version = (id: number | string) => `${secrets}/gemini-web/versions/${id}`;
const badRequest = (message: string) => errorBody(400, "INVALID_ARGUMENT", message, "badRequest");
const precondition = (message: string) => errorBody(400, "FAILED_PRECONDITION", message, "failedPrecondition");
const fullName = () => `projects/${projectNumber(client)}/secrets/gemini-web`;

describe("a secret", () => {
  test("is created, read by id and number, changed and deleted", async () => {
    const body = { ...automatic, labels: { owner: "team" }, annotations: { purpose: "chat" } };
    const secret = {
      name: fullName(),
      ...body,
      createTime: expect.any(String),
      etag: expect.stringMatching(/^"[0-9a-f]+"$/),
    };
    expect((await create("gemini-web", body)).body).toEqual(secret);
    expect((await client.get(`${secrets}/gemini-web`)).body).toEqual(secret);
    expect((await client.get(`/sm/v1/${fullName()}`)).body).toEqual(secret);
    const changed = await client.patch(`${secrets}/gemini-web?updateMask=labels`, {
      labels: { owner: "b" },
      annotations: {},
    });
    expect(changed.body).toEqual({ ...secret, labels: { owner: "b" } });
    const cleared = await client.patch(`${secrets}/gemini-web?updateMask=labels,annotations`, {});
    expect(cleared.body).toEqual({ name: fullName(), ...automatic, createTime: secret.createTime, etag: secret.etag });
    expect((await client.delete(`${secrets}/gemini-web`)).body).toEqual({});
    const missing = `Secret [${fullName()}] not found.`;
    expect((await client.get(`${secrets}/gemini-web`)).body).toEqual(errorBody(404, "NOT_FOUND", missing, "notFound"));
  });

  test("has a name of its own", async () => {
    await create();
    const message = `Secret [${fullName()}] already exists.`;
    expect((await create()).body).toEqual(errorBody(409, "ALREADY_EXISTS", message, "alreadyExists"));
  });

  test.each(["", "a.b", "a/b", "a".repeat(256)])("cannot be called %j", async (id) => {
    const message = `The secret id must match ^[A-Za-z0-9_-]{1,255}$, got: ${id}`;
    expect((await create(encodeURIComponent(id))).body).toEqual(badRequest(message));
  });

  test.each([
    [{}, "The secret needs a replication policy: set one of `automatic` and `userManaged`."],
    [
      { replication: { automatic: {}, userManaged: { replicas: [] } } },
      "The secret needs a replication policy: set one of `automatic` and `userManaged`.",
    ],
    [
      { ...automatic, annotations: { "-x": "y" } },
      'Annotation key "-x" must match ^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$.',
    ],
    [
      { ...automatic, annotations: { x: "y".repeat(16_384) } },
      "Annotations must have at most 16384 bytes together, got: 16385.",
    ],
    [
      { ...automatic, rotation: { rotationPeriod: "86400s" } },
      "A secret with a rotation needs at least one topic, which is told when it is due.",
    ],
    [
      { ...automatic, labels: { a: "B" } },
      'Label value "B" violates format constraints: ^[\\p{Ll}\\p{Lo}\\p{N}_-]{0,63}$',
    ],
  ])("is refused with %j", async (body, message) => {
    expect((await create("gemini-web", body)).body).toEqual(badRequest(message));
  });

  test("keeps topics, rotation and expiry", async () => {
    const topics = [{ name: "projects/p/topics/t" }];
    const rotation = { rotationPeriod: "86400s", nextRotationTime: "2027-01-01T00:00:00Z" };
    const { body } = await create("gemini-web", { ...automatic, topics, rotation, ttl: "3600s" });
    expect(body).toMatchObject({ topics, rotation, expireTime: expect.any(String) });
    const changed = await client.patch(`${secrets}/gemini-web?updateMask=expire_time`, {});
    expect(changed.body).not.toHaveProperty("expireTime");
    expect(changed.body).toMatchObject({ topics, rotation });
  });

  test("changes only with a mask of changeable fields and the right etag", async () => {
    await create();
    expect((await client.patch(`${secrets}/gemini-web`, {})).body).toEqual(
      badRequest("update_mask: is missing. Name the fields to change."),
    );
    expect((await client.patch(`${secrets}/gemini-web?updateMask=replication`, {})).body).toEqual(
      badRequest("update_mask: replication cannot be changed."),
    );
    expect((await client.patch(`${secrets}/gemini-web?updateMask=labels`, { etag: '"1"' })).body).toEqual(
      precondition("The etag in the request does not match the current etag."),
    );
  });

  test("loses its versions and its policy when it is deleted", async () => {
    await create();
    await add("one");
    const bindings = [{ role: "roles/secretmanager.secretAccessor", members: ["group:a@example.com"] }];
    const set = await client.post(`${secrets}/gemini-web:setIamPolicy`, { policy: { bindings, version: 3 } });
    expect(set.body.bindings).toEqual(bindings);
    await client.delete(`${secrets}/gemini-web`);
    await create();
    expect((await client.get(`${secrets}/gemini-web:getIamPolicy`)).body).toEqual({ version: 1, etag: "ACAB" });
    expect((await client.get(`${secrets}/gemini-web/versions`)).body).toEqual({ totalSize: 0 });
  });

  test("is listed in pages", async () => {
    await create("a");
    await create("b");
    const first = await client.get(`${secrets}?pageSize=1`);
    expect(first.body).toMatchObject({ secrets: [{ name: expect.stringMatching(/secrets\/a$/) }], totalSize: 2 });
    const second = await client.get(`${secrets}?pageSize=1&pageToken=${first.body.nextPageToken}`);
    expect(second.body.secrets).toEqual([expect.objectContaining({ name: expect.stringMatching(/secrets\/b$/) })]);
    expect((await client.get(`${secrets}?pageToken=junk`)).body).toEqual(
      badRequest("The page token is not valid for this list."),
    );
  });
});

describe("a version", () => {
  beforeEach(() => create());

  test("is added, read, accessed by number, by latest and by alias", async () => {
    const added = await add("one");
    const first = {
      name: `${fullName()}/versions/1`,
      createTime: expect.any(String),
      state: "ENABLED",
      replicationStatus: { automatic: {} },
      etag: expect.any(String),
    };
    expect(added.body).toEqual(first);
    await add("two");
    expect((await client.get(version(1))).body).toEqual(first);
    expect((await client.get(version("latest"))).body).toMatchObject({ name: `${fullName()}/versions/2` });
    const aliases = await client.patch(`${secrets}/gemini-web?updateMask=version_aliases`, {
      versionAliases: { old: 1 },
    });
    expect(aliases.body).toMatchObject({ versionAliases: { old: "1" } });
    const texts = [];
    for (const id of [1, "latest", "old"]) {
      const { body } = await client.get(`${version(id)}:access`);
      texts.push([
        body.name.split("/").pop(),
        Buffer.from(body.payload.data, "base64").toString(),
        body.payload.dataCrc32c,
      ]);
    }
    const [one, two] = ["one", "two"].map((text) => String(crc32c(Buffer.from(text))));
    expect(texts).toEqual([
      ["1", "one", one],
      ["2", "two", two],
      ["1", "one", one],
    ]);
    const wrong = await client.patch(`${secrets}/gemini-web?updateMask=versionAliases`, {
      versionAliases: { next: 3 },
    });
    expect(wrong.body).toEqual(badRequest("versionAliases: next must be a name and name an existing version, got: 3"));
  });

  test("that is newest stays latest when disabled, and is then refused", async () => {
    await add("one");
    await add("two");
    expect((await client.post(`${version(2)}:disable`)).body).toMatchObject({ state: "DISABLED" });
    const answer = await client.get(`${version("latest")}:access`);
    expect(answer.body).toEqual(precondition(`Secret Version [${fullName()}/versions/2] is in DISABLED state.`));
    expect((await client.get(`${version(1)}:access`)).status).toBe(200);
  });

  test("that is destroyed is empty and stays destroyed", async () => {
    await add("one");
    const destroyed = await client.post(`${version(1)}:destroy`);
    expect(destroyed.body).toMatchObject({ state: "DESTROYED", destroyTime: expect.any(String) });
    expect(JSON.stringify(client.emulator.store)).not.toContain(base64("one"));
    const refused = precondition(`Secret Version [${fullName()}/versions/1] is in DESTROYED state.`);
    expect((await client.get(`${version(1)}:access`)).body).toEqual(refused);
    for (const verb of ["enable", "disable", "destroy"]) {
      expect((await client.post(`${version(1)}:${verb}`)).body).toEqual(refused);
    }
    expect((await add("two")).body.name).toBe(`${fullName()}/versions/2`);
  });

  test("changes its etag with its state only, and refuses a stale one", async () => {
    const { etag } = (await add("one")).body;
    expect((await client.post(`${version(1)}:enable`)).body.etag).toBe(etag);
    const changed = (await client.post(`${version(1)}:disable`, { etag })).body.etag;
    expect(changed).not.toBe(etag);
    const stale = await client.post(`${version(1)}:enable`, { etag });
    expect(stale.body).toEqual(precondition("The etag in the request does not match the current etag."));
  });

  test("is not found in Google's words", async () => {
    const none = `Secret [${fullName()}] not found or has no versions.`;
    expect((await client.get(`${version("latest")}:access`)).body).toEqual(
      errorBody(404, "NOT_FOUND", none, "notFound"),
    );
    const missing = `Secret Version [${fullName()}/versions/7] not found.`;
    for (const id of ["7", "0", "x"]) {
      const message = missing.replace("/7]", `/${id}]`);
      expect((await client.get(version(id))).body).toEqual(errorBody(404, "NOT_FOUND", message, "notFound"));
    }
  });

  test.each([
    [{ payload: { data: "%%%" } }, "Invalid value at 'payload.data' (TYPE_BYTES), Base64 decoding failed."],
    [{ payload: {} }, "The payload is empty."],
    [{}, "The payload is empty."],
    [{ payload: { data: base64("x".repeat(65_537)) } }, "The payload must have at most 65536 bytes, got: 65537."],
    [{ payload: { data: base64("x"), dataCrc32c: "1" } }, "The checksum of the payload does not match its data."],
  ])("is refused with a wrong payload %#", async (body, message) => {
    expect((await client.post(`${secrets}/gemini-web:addVersion`, body)).body).toEqual(badRequest(message));
  });

  test("takes a right checksum", async () => {
    const payload = { data: base64("123456789"), dataCrc32c: String(0xe3069283) };
    const { body } = await client.post(`${secrets}/gemini-web:addVersion`, { payload });
    expect(body).toMatchObject({ clientSpecifiedPayloadChecksum: true });
  });

  test("is listed newest first, in pages and by state", async () => {
    await add("one");
    await add("two");
    await add("three");
    await client.post(`${version(2)}:disable`);
    const numbers = (body: { versions: { name: string }[] }) => body.versions.map(({ name }) => name.split("/").pop());
    const first = await client.get(`${secrets}/gemini-web/versions?pageSize=2`);
    expect([numbers(first.body), first.body.totalSize]).toEqual([["3", "2"], 3]);
    const second = await client.get(`${secrets}/gemini-web/versions?pageSize=2&pageToken=${first.body.nextPageToken}`);
    expect(numbers(second.body)).toEqual(["1"]);
    expect(numbers((await client.get(`${secrets}/gemini-web/versions?filter=state:ENABLED`)).body)).toEqual(["3", "1"]);
  });
});
