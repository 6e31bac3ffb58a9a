import { type Client, errorBody, parent, project, projectNumber, startWithProject } from "./client";

let client: Client;
const constraint = "iam.managed.disableServiceAccountApiKeyCreation";

beforeEach(async () => {
  client = await startWithProject([], { now: () => new Date("2026-11-24T00:00:00Z") });
});
afterEach(() => client.close());

const owner = () => `projects/${projectNumber(client)}`;
const policies = () => `/orgpolicy/v2/${owner()}/policies`;
const enforce = (value: boolean) => ({ rules: [{ allowAll: null, denyAll: null, enforce: value }] });
const create = (body: object = {}, id = constraint) =>
  client.post(policies(), { name: `${owner()}/policies/${id}`, ...body });
const spec = (value: boolean) => ({
  etag: expect.any(String),
  updateTime: "2026-11-24T00:00:00.000Z",
  rules: [{ enforce: value }],
});
const invalid = (message: string) => errorBody(400, "INVALID_ARGUMENT", message, "badRequest");

test("a policy is created, read by number and id, changed, listed and deleted", async () => {
  const value = { name: `${owner()}/policies/${constraint}`, spec: spec(true), etag: expect.any(String) };
  const created = await create({ spec: { ...enforce(true), inheritFromParent: false, reset: false } });
  expect(created.body).toEqual(value);
  expect((await client.get(`/orgpolicy/v2/projects/${project}/policies/${constraint}`)).body).toEqual(created.body);
  const path = `${policies()}/${constraint}`;
  const changed = await client.patch(`${path}?updateMask=policy.spec`, { spec: enforce(false) });
  expect(changed.body).toEqual({ ...value, spec: spec(false) });
  const dry = await client.patch(`${path}?updateMask=policy.dryRunSpec`, { dryRunSpec: enforce(true) });
  expect(dry.body).toEqual({ ...value, spec: spec(false), dryRunSpec: spec(true) });
  expect((await client.get(policies())).body).toEqual({ policies: [dry.body] });
  expect((await create()).body).toEqual(
    errorBody(409, "ALREADY_EXISTS", "Requested entity already exists", "alreadyExists"),
  );
  expect((await client.delete(path)).body).toEqual({});
  expect((await client.get(path)).body).toEqual(
    errorBody(404, "NOT_FOUND", "Requested entity was not found.", "notFound"),
  );
});

test("an organization has policies, and an unknown one is not told of", async () => {
  const name = `${parent}/policies/gcp.restrictServiceUsage`;
  const rules = [{ values: { allowedValues: ["apikeys.googleapis.com"] } }];
  const { body } = await client.post(`/orgpolicy/v2/${parent}/policies`, { name, spec: { rules } });
  expect(body).toMatchObject({ name, spec: { rules } });
  expect((await client.get("/orgpolicy/v2/folders/1/policies")).body).toEqual(
    errorBody(
      403,
      "PERMISSION_DENIED",
      "The caller does not have permission on folders/1 (or it may not exist).",
      "forbidden",
    ),
  );
});

test.each<[string, object, string, string]>([
  [
    "two kinds",
    { rules: [{ allowAll: true, enforce: true }] },
    constraint,
    "policy.spec.rules: a rule has exactly one of values, allow_all, deny_all and enforce.",
  ],
  [
    "no kind",
    { rules: [{ allowAll: null }] },
    constraint,
    "policy.spec.rules: a rule has exactly one of values, allow_all, deny_all and enforce.",
  ],
  [
    "reset with rules",
    { reset: true, rules: [{ enforce: true }] },
    constraint,
    "policy.spec: a policy that resets has no rules.",
  ],
  [
    "many rules",
    { rules: Array(11).fill({ enforce: true }) },
    constraint,
    "policy.spec: at most 10 rules are allowed.",
  ],
  [
    "text for a boolean",
    { rules: [{ enforce: "TRUE" }] },
    constraint,
    "Invalid value at 'enforce' (TYPE_BOOL), \"TRUE\"",
  ],
])("refused: %s", async (_title, value, id, message) => {
  expect((await create({ spec: value }, id)).body).toEqual(invalid(message));
});

test("refused: a name that is none, a field that cannot change", async () => {
  const message = `The name of the policy must be ${owner()}/policies/<constraint>, got: "${owner()}/policies/x".`;
  expect((await create({}, "x")).body).toEqual(invalid(message));
  await create({ spec: enforce(true) });
  expect((await client.patch(`${policies()}/${constraint}?updateMask=name`, {})).body).toEqual(
    invalid("update_mask: name cannot be changed."),
  );
});
