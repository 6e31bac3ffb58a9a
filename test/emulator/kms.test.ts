import { type Client, errorBody, project, startWithProject } from "./client";

let client: Client;
let now: number;
const day = 24 * 60 * 60 * 1000;
const location = `projects/${project}/locations/us`;
const ring = `${location}/keyRings/state`;
const key = `${ring}/cryptoKeys/state`;
const versionTemplate = { algorithm: "GOOGLE_SYMMETRIC_ENCRYPTION", protectionLevel: "SOFTWARE" };

beforeEach(async () => {
  now = Date.parse("2026-11-24T00:00:00Z");
  client = await startWithProject(["cloudkms.googleapis.com"], { now: () => new Date(now) });
});
afterEach(() => client.close());

const createRing = (id = "state") => client.post(`/kms/v1/${location}/keyRings?keyRingId=${id}`);
const createKey = (body: object = { purpose: "ENCRYPT_DECRYPT" }, query = "") =>
  client.post(`/kms/v1/${ring}/cryptoKeys?cryptoKeyId=state${query}`, body);
const version = (number: number, more: object = {}) => ({
  name: `${key}/cryptoKeyVersions/${number}`,
  state: "ENABLED",
  createTime: "2026-11-24T00:00:00.000Z",
  ...versionTemplate,
  generateTime: "2026-11-24T00:00:00.000Z",
  ...more,
});
const invalid = (message: string) => errorBody(400, "INVALID_ARGUMENT", message, "badRequest");
const missing = (message: string) => errorBody(404, "NOT_FOUND", message, "notFound");

test("a ring is created without a body, read, listed, and never deleted", async () => {
  const value = { name: ring, createTime: "2026-11-24T00:00:00.000Z" };
  expect((await client.get(`/kms/v1/${ring}`)).body).toEqual(missing(`KeyRing ${ring} not found.`));
  expect((await createRing()).body).toEqual(value);
  expect((await client.get(`/kms/v1/v1/${ring}`)).body).toEqual(value);
  expect((await client.get(`/kms/v1/${location}/keyRings`)).body).toEqual({ keyRings: [value], totalSize: 1 });
  const message = `KeyRing ${ring} already exists.`;
  expect((await createRing()).body).toEqual(errorBody(409, "ALREADY_EXISTS", message, "alreadyExists"));
  expect((await createRing("no.dots")).body).toEqual(
    invalid('keyRingId must match ^[a-zA-Z0-9_-]{1,63}$, got: "no.dots".'),
  );
});

test("the API must be enabled", async () => {
  await client.post(`/su/v1/projects/${project}/services/cloudkms.googleapis.com:disable`, {});
  expect((await createRing()).body.error.errors[0].reason).toBe("accessNotConfigured");
});

describe("a key", () => {
  beforeEach(async () => {
    await createRing();
  });

  test("is created with its first version, and once", async () => {
    const value = {
      name: key,
      primary: version(1),
      createTime: "2026-11-24T00:00:00.000Z",
      purpose: "ENCRYPT_DECRYPT",
      versionTemplate,
      destroyScheduledDuration: "2592000s",
    };
    expect((await client.get(`/kms/v1/${key}`)).body).toEqual(missing(`CryptoKey ${key} not found.`));
    expect((await createKey()).body).toEqual(value);
    expect((await client.get(`/kms/v1/${key}`)).body).toEqual(value);
    expect((await client.get(`/kms/v1/${ring}/cryptoKeys`)).body).toEqual({ cryptoKeys: [value], totalSize: 1 });
    const message = `CryptoKey ${key} already exists.`;
    expect((await createKey()).body).toEqual(errorBody(409, "ALREADY_EXISTS", message, "alreadyExists"));
  });

  test("may be created without a version", async () => {
    expect((await createKey(undefined, "&skipInitialVersionCreation=true")).body).not.toHaveProperty("primary");
    expect((await client.get(`/kms/v1/${key}/cryptoKeyVersions`)).body).toEqual({});
    expect((await client.get(`/kms/v1/${key}/cryptoKeyVersions/1`)).body).toEqual(
      missing(`CryptoKeyVersion ${key}/cryptoKeyVersions/1 not found.`),
    );
  });

  const rotation = { purpose: "ENCRYPT_DECRYPT", nextRotationTime: "2027-01-01T00:00:00Z" };
  test.each<[string, object, string]>([
    [
      "no purpose",
      {},
      "The purpose of a key must be one of ENCRYPT_DECRYPT, ASYMMETRIC_SIGN, ASYMMETRIC_DECRYPT, RAW_ENCRYPT_DECRYPT, MAC.",
    ],
    ["no algorithm", { purpose: "ASYMMETRIC_SIGN" }, "A key for ASYMMETRIC_SIGN needs version_template.algorithm."],
    [
      "a fast rotation",
      { ...rotation, rotationPeriod: "86399s" },
      "rotation_period must be between 86400s and 3153600000s, got: 86399s.",
    ],
    [
      "a slow rotation",
      { ...rotation, rotationPeriod: "3153600001s" },
      "rotation_period must be between 86400s and 3153600000s, got: 3153600001s.",
    ],
    [
      "no duration",
      { ...rotation, rotationPeriod: "90d" },
      "rotation_period must be between 86400s and 3153600000s, got: 90d.",
    ],
    [
      "no first time",
      { purpose: "ENCRYPT_DECRYPT", rotationPeriod: "7776000s" },
      "If rotation_period is set, next_rotation_time must also be set.",
    ],
    [
      "no time",
      { ...rotation, nextRotationTime: "soon" },
      "Invalid value at 'crypto_key.next_rotation_time' (Timestamp), \"soon\"",
    ],
    [
      "rotation of a key for signing",
      { purpose: "ASYMMETRIC_SIGN", versionTemplate: { algorithm: "EC_SIGN_P256_SHA256" }, rotationPeriod: "7776000s" },
      "Only keys for ENCRYPT_DECRYPT are rotated by themselves.",
    ],
    [
      "a short wait",
      { purpose: "ENCRYPT_DECRYPT", destroyScheduledDuration: "60s" },
      "destroy_scheduled_duration must be between 86400s and 10368000s, got: 60s.",
    ],
    [
      "a level",
      { purpose: "ENCRYPT_DECRYPT", versionTemplate: { protectionLevel: "PAPER" } },
      "The protection level must be one of SOFTWARE, HSM, EXTERNAL, EXTERNAL_VPC.",
    ],
  ])("is refused for %s", async (_title, body, message) => {
    expect((await createKey(body)).body).toEqual(invalid(message));
  });

  test("rotates when the time has come", async () => {
    await createKey({ ...rotation, rotationPeriod: "7776000s" });
    now = Date.parse("2027-04-02T00:00:00Z");
    const { primary, nextRotationTime } = (await client.get(`/kms/v1/${key}`)).body;
    expect(primary).toEqual(
      version(3, { createTime: "2027-04-01T00:00:00.000Z", generateTime: "2027-04-01T00:00:00.000Z" }),
    );
    expect(nextRotationTime).toBe("2027-06-30T00:00:00.000Z");
    const { cryptoKeyVersions } = (await client.get(`/kms/v1/${key}/cryptoKeyVersions`)).body;
    expect(cryptoKeyVersions).toHaveLength(3);
  });

  test("changes what may change, and loses its rotation by an empty mask", async () => {
    await createKey({ ...rotation, rotationPeriod: "7776000s" });
    const labels = { env: "dev" };
    expect((await client.patch(`/kms/v1/${key}?updateMask=labels`, { labels })).body.labels).toEqual(labels);
    const bare = (await client.patch(`/kms/v1/${key}?updateMask=rotationPeriod,nextRotationTime`, {})).body;
    expect([bare.rotationPeriod, bare.nextRotationTime]).toEqual([undefined, undefined]);
    expect((await client.patch(`/kms/v1/${key}?updateMask=purpose`, {})).body).toEqual(
      invalid("update_mask: purpose cannot be changed."),
    );
    expect((await client.patch(`/kms/v1/${key}`, { labels })).body).toEqual(invalid("update_mask must be set."));
  });

  test("a version waits 30 days for its end, and can be restored until then", async () => {
    await createKey();
    const path = `/kms/v1/${key}/cryptoKeyVersions/1`;
    const waiting = version(1, { state: "DESTROY_SCHEDULED", destroyTime: "2026-12-24T00:00:00.000Z" });
    expect((await client.post(`${path}:destroy`, {})).body).toEqual(waiting);
    const wrong = (state: string) =>
      errorBody(
        400,
        "FAILED_PRECONDITION",
        `CryptoKeyVersion ${key}/cryptoKeyVersions/1 is in state ${state}.`,
        "failedPrecondition",
      );
    expect((await client.post(`${path}:destroy`, {})).body).toEqual(wrong("DESTROY_SCHEDULED"));
    expect((await client.post(`${path}:restore`, {})).body).toEqual(version(1, { state: "DISABLED" }));
    await client.post(`${path}:destroy`, {});
    now += 30 * day;
    expect((await client.get(path)).body).toEqual(
      version(1, { state: "DESTROYED", destroyEventTime: "2026-12-24T00:00:00.000Z" }),
    );
    expect((await client.post(`${path}:restore`, {})).body).toEqual(wrong("DESTROYED"));
  });

  test("has a policy", async () => {
    await createKey();
    const read = () => client.get(`/kms/v1/${key}:getIamPolicy?options.requestedPolicyVersion=3`);
    expect((await read()).body).toEqual({ version: 1, etag: "ACAB" });
    const bindings = [{ role: "roles/cloudkms.cryptoKeyEncrypterDecrypter", members: ["user:a@example.com"] }];
    await client.post(`/kms/v1/${key}:setIamPolicy`, { policy: { bindings, etag: "ACAB", version: 3 } });
    expect((await read()).body).toEqual({ version: 3, etag: expect.any(String), bindings });
  });
});
