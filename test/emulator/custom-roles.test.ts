import { unsupportedPermissions } from "../../values/unsupported-permissions";
import { type Client, errorBody, project, startWithProject } from "./client";

let client: Client;
let now: number;
const roles = `/iam/v1/projects/${project}/roles`;
const name = `projects/${project}/roles/keyOperator`;
const day = 24 * 60 * 60 * 1000;

beforeEach(async () => {
  now = Date.parse("2026-11-24T00:00:00Z");
  client = await startWithProject(["iam.googleapis.com"], { now: () => new Date(now) });
});
afterEach(() => client.close());

const value = {
  title: "Key operator",
  description: "Lists keys",
  includedPermissions: ["apikeys.keys.list", "monitoring.timeSeries.list"],
  stage: "GA",
};
const create = (roleId = "keyOperator", role: object = value) => client.post(roles, { roleId, role });
const invalid = (message: string) => errorBody(400, "INVALID_ARGUMENT", message, "badRequest");
const precondition = (message: string) => errorBody(400, "FAILED_PRECONDITION", message, "failedPrecondition");
const missing = errorBody(404, "NOT_FOUND", `The role named ${name} was not found.`, "notFound");

test("a role is created, read at either endpoint, and changed with and without a mask", async () => {
  const created = await create();
  const wanted = { name, ...value, etag: expect.any(String) };
  expect(created.body).toEqual(wanted);
  expect((await client.get(`/iambeta/v1/${name}`)).body).toEqual(created.body);
  const masked = await client.patch(`${roles}/keyOperator?updateMask=title`, { title: "Other", stage: "BETA" });
  expect(masked.body).toEqual({ ...wanted, title: "Other" });
  const whole = await client.patch(`${roles}/keyOperator`, { title: "Third", stage: "GA", includedPermissions: [] });
  expect(whole.body).toEqual({ name, title: "Third", stage: "GA", etag: expect.any(String) });
});

test("a stale etag is refused, and so is a field that cannot change", async () => {
  await create();
  const stale = await client.patch(`${roles}/keyOperator`, { ...value, etag: "AAAA" });
  const message = "The etag of the role does not match: it was changed in the meantime.";
  expect(stale.body).toEqual(errorBody(409, "ABORTED", message, "aborted"));
  const wrong = await client.patch(`${roles}/keyOperator?updateMask=name`, value);
  expect(wrong.body).toEqual(invalid("update_mask: name cannot be changed."));
});

test("a deleted role is shown, and comes back within 7 days", async () => {
  await create();
  const deleted = await client.delete(`${roles}/keyOperator`);
  expect(deleted.body).toEqual({ name, ...value, etag: expect.any(String), deleted: true });
  expect((await client.get(`${roles}/keyOperator`)).body).toEqual(deleted.body);
  expect((await client.get(roles)).body).toEqual({});
  expect((await client.get(`${roles}?showDeleted=true`)).body.roles).toHaveLength(1);
  expect((await create()).body).toEqual(
    precondition(
      "You can't create a role with role_id (keyOperator) where there is an existing role with that role_id in a deleted state.",
    ),
  );
  expect((await client.patch(`${roles}/keyOperator`, value)).body).toEqual(
    precondition("You can't update role_id (keyOperator) because it is in a deleted state."),
  );
  expect((await client.delete(`${roles}/keyOperator`)).body).toEqual(
    precondition("You can't delete role_id (keyOperator) because it is already deleted."),
  );
  now += 7 * day - 1;
  const back = await client.post(`${roles}/keyOperator:undelete`, {});
  expect(back.body).toEqual({ name, ...value, etag: expect.any(String) });
});

test("after 7 days a deleted role does not come back; after 37 its id is free", async () => {
  await create();
  await client.delete(`${roles}/keyOperator`);
  now += 7 * day;
  const message = "You can't undelete role_id (keyOperator): it is not deleted, or for more than 7 days.";
  expect((await client.post(`${roles}/keyOperator:undelete`, {})).body).toEqual(precondition(message));
  expect((await create()).status).toBe(400);
  now += 30 * day;
  expect((await client.get(`${roles}/keyOperator`)).body).toEqual(missing);
  expect((await create()).status).toBe(200);
});

test("a name is taken once", async () => {
  expect((await client.get(`${roles}/keyOperator`)).body).toEqual(missing);
  await create();
  const message = `A role named keyOperator in projects/${project} already exists.`;
  expect((await create()).body).toEqual(errorBody(409, "ALREADY_EXISTS", message, "alreadyExists"));
});

test.each<[string, string, object, string]>([
  ["a short id", "ab", value, 'The role id "ab" must match ^[a-zA-Z0-9_.]{3,64}$.'],
  ["a hyphen", "key-operator", value, 'The role id "key-operator" must match ^[a-zA-Z0-9_.]{3,64}$.'],
  ["a long title", "ok1", { title: "é".repeat(51) }, "The title must have at most 100 bytes."],
  ["a long description", "ok1", { description: "x".repeat(301) }, "The description must have at most 300 bytes."],
  ["a stage", "ok1", { stage: "DONE" }, "Invalid value at 'role.stage' (TYPE_ENUM), \"DONE\""],
  ["no permission", "ok1", { includedPermissions: ["keys.list"] }, "Permission keys.list is not valid."],
  [
    "a field",
    "ok1",
    { permissions: [] },
    "Invalid JSON payload received. Unknown name \"permissions\" at 'role': Cannot find field.",
  ],
])("refused: %s", async (_title, id, role, message) => {
  expect((await create(id, role)).body).toEqual(invalid(message));
});

test.each([...unsupportedPermissions.keys()])("%s is refused in a role of a project", async (permission) => {
  const { body } = await create("keyOperator", { ...value, includedPermissions: ["apikeys.keys.list", permission] });
  expect(body).toEqual(invalid(`Permission ${permission} is not valid.`));
});

test("roles are listed in pages, with permissions on request", async () => {
  await create("aaa");
  await create("bbb");
  const first = (await client.get(`${roles}?pageSize=1`)).body;
  const second = (await client.get(`${roles}?pageSize=1&view=FULL&pageToken=${first.nextPageToken}`)).body;
  const { includedPermissions: _, ...basic } = { ...value, etag: expect.any(String) };
  expect(first.roles).toEqual([{ ...basic, name: `projects/${project}/roles/aaa` }]);
  expect(second).toEqual({ roles: [{ ...value, etag: expect.any(String), name: `projects/${project}/roles/bbb` }] });
});

describe("a policy of the project", () => {
  const members = ["user:ops@example.com"];
  const set = (role: string) =>
    client.post(`/crm/v1/projects/${project}:setIamPolicy`, { policy: { bindings: [{ role, members }] } });
  const unknown = (role: string) => invalid(`Role (${role}) does not exist in the resource's hierarchy.`);

  test("takes only custom roles that are there", async () => {
    expect((await set(name)).body).toEqual(unknown(name));
    await create();
    expect((await set(name)).body.bindings).toEqual([{ role: name, members }]);
    await client.delete(`${roles}/keyOperator`);
    // What is bound already stays, without effect.
    expect((await set(name)).status).toBe(200);
    expect((await set("roles/viewer")).status).toBe(200);
    expect((await set(name)).body).toEqual(unknown(name));
  });

  test("takes none of another project", async () => {
    expect((await set("projects/seed-project/roles/any")).body).toEqual(unknown("projects/seed-project/roles/any"));
    expect((await set("projects/who-knows/roles/any")).body).toEqual(unknown("projects/who-knows/roles/any"));
  });

  test("takes any of a project that was there before", async () => {
    const role = "projects/seed-project/roles/any";
    const body = { policy: { bindings: [{ role, members }] } };
    expect((await client.post("/crm/v1/projects/seed-project:setIamPolicy", body)).status).toBe(200);
  });
});
