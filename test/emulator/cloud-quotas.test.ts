import { type Client, errorBody, project, projectNumber, startWithProject } from "./client";

let client: Client;
const service = "generativelanguage.googleapis.com";
const quotaId = "GenerateRequestsPerMinutePerProjectPerModel";
const value = { service, quotaId, dimensions: { model: "gemini-2.5-pro" }, quotaConfig: { preferredValue: "60" } };

beforeEach(async () => {
  client = await startWithProject([], { now: () => new Date("2026-11-24T00:00:00Z") });
});
afterEach(() => client.close());

const owner = () => `projects/${projectNumber(client)}/locations/global`;
const preferences = () => `/quotas/v1/${owner()}/quotaPreferences`;
const create = (body: object = value, id = "rpm") => client.post(`${preferences()}?quotaPreferenceId=${id}`, body);
const granted = (preferredValue: string) => ({
  name: `${owner()}/quotaPreferences/rpm`,
  ...value,
  quotaConfig: { preferredValue, grantedValue: preferredValue },
  etag: expect.any(String),
  createTime: "2026-11-24T00:00:00.000Z",
  updateTime: "2026-11-24T00:00:00.000Z",
});
const invalid = (message: string) => errorBody(400, "INVALID_ARGUMENT", message, "badRequest");
const exists = errorBody(409, "ALREADY_EXISTS", "Requested entity already exists", "alreadyExists");
const missing = errorBody(404, "NOT_FOUND", "Requested entity was not found.", "notFound");

test("a preference is created, read, changed and listed; there is no way to delete it", async () => {
  const created = await create({ ...value, name: "rpm" });
  expect(created.body).toEqual(granted("60"));
  expect((await client.get(`${preferences()}/rpm`)).body).toEqual(created.body);
  const path = `${preferences()}/rpm?updateMask=quotaConfig`;
  const changed = await client.patch(path, { ...value, quotaConfig: { preferredValue: "70" } });
  expect(changed.body).toEqual(granted("70"));
  expect((await client.get(preferences())).body).toEqual({ quotaPreferences: [changed.body] });
  const stale = await client.patch(path, { ...value, etag: created.body.etag });
  expect(stale.body).toEqual(errorBody(409, "ABORTED", "The etag of the quota preference does not match.", "aborted"));
  expect((await client.get(`${preferences()}/other`)).body).toEqual(missing);
});

test("there is one preference a quota and dimensions", async () => {
  await create();
  expect((await create()).body).toEqual(exists);
  expect((await create(value, "again")).body).toEqual(exists);
  const other = await create({ ...value, dimensions: { model: "gemini-2.5-flash" } }, "");
  expect(other.body.name).toBe(`${owner()}/quotaPreferences/preference-1`);
});

test.each<[string, object, string, object]>([
  [
    "a quota that is not there",
    { quotaId: "Wishes" },
    "rpm",
    errorBody(404, "NOT_FOUND", `Quota "Wishes" of service "${service}" was not found.`, "notFound"),
  ],
  [
    "a negative value",
    { quotaConfig: { preferredValue: "-2" } },
    "rpm",
    invalid("quota_config.preferred_value must be a whole number of at least -1."),
  ],
  [
    "no value",
    { quotaConfig: {} },
    "rpm",
    invalid("quota_config.preferred_value must be a whole number of at least -1."),
  ],
  ["an id", {}, "a.b", invalid('The quota preference id "a.b" must match ^[a-z0-9_-]{1,63}$.')],
])("refused: %s", async (_title, change, id, error) => {
  expect((await create({ ...value, ...change }, id)).body).toEqual(error);
});

test("the quota of a preference cannot change", async () => {
  await create();
  expect((await client.patch(`${preferences()}/rpm?updateMask=quotaId`, value)).body).toEqual(
    invalid("update_mask: quotaId cannot be changed."),
  );
});

test("the Gemini API's quotas are told, with what was asked for", async () => {
  await create();
  const infos = `/quotas/v1/projects/${project}/locations/global/services/${service}/quotaInfos`;
  const { quotaInfos } = (await client.get(infos)).body;
  expect(quotaInfos).toHaveLength(10);
  expect((await client.get(`${infos}/${quotaId}`)).body).toEqual({
    name: `${owner()}/services/${service}/quotaInfos/${quotaId}`,
    quotaId,
    service,
    refreshInterval: "minute",
    containerType: "PROJECT",
    dimensions: ["model"],
    dimensionsInfos: [{ dimensions: value.dimensions, details: { value: "60" } }],
  });
  expect((await client.get(`${infos}/Wishes`)).body).toEqual(missing);
});
