import { type Client, errorBody, parent, projectNumber, startWithProject } from "./client";

let client: Client;
const value = { email: "sec@example.com", languageTag: "en", notificationCategorySubscriptions: ["SECURITY"] };

beforeEach(async () => {
  client = await startWithProject([], { now: () => new Date("2026-11-24T00:00:00Z") });
});
afterEach(() => client.close());

const owner = () => `projects/${projectNumber(client)}`;
const contacts = () => `/contacts/v1/${owner()}/contacts`;
const invalid = (message: string) => errorBody(400, "INVALID_ARGUMENT", message, "badRequest");
const state = { validationState: "VALID", validateTime: "2026-11-24T00:00:00.000Z" };

test("a contact is created, read, changed, listed and deleted", async () => {
  const wanted = { name: `${owner()}/contacts/1`, ...value, ...state };
  expect((await client.post(contacts(), value)).body).toEqual(wanted);
  const path = `/contacts/v1/${owner()}/contacts/1`;
  expect((await client.get(path)).body).toEqual(wanted);
  const change = { notificationCategorySubscriptions: ["SECURITY", "BILLING"] };
  const changed = await client.patch(`${path}?updateMask=notificationCategorySubscriptions`, change);
  expect(changed.body).toEqual({ ...wanted, ...change });
  expect((await client.get(contacts())).body).toEqual({ contacts: [changed.body] });
  expect((await client.post(contacts(), value)).body).toEqual(
    errorBody(409, "ALREADY_EXISTS", "Requested entity already exists", "alreadyExists"),
  );
  expect((await client.delete(path)).body).toEqual({});
  expect((await client.get(path)).body).toEqual(
    errorBody(404, "NOT_FOUND", "Requested entity was not found.", "notFound"),
  );
});

test("an organization has contacts of its own", async () => {
  await client.post(contacts(), value);
  const { body } = await client.post(`/contacts/v1/${parent}/contacts`, value);
  expect(body.name).toBe(`${parent}/contacts/2`);
});

test.each<[object, string]>([
  [{ email: "nobody" }, 'The contact\'s e-mail address is not valid: "nobody".'],
  [{ languageTag: "English" }, 'The contact\'s language tag is not valid: "English".'],
  ...[[], ["PARTY"]].map((notificationCategorySubscriptions): [object, string] => [
    { notificationCategorySubscriptions },
    "The contact's notification categories must be one or more of ALL, SUSPENSION, SECURITY, TECHNICAL, BILLING, LEGAL, PRODUCT_UPDATES, TECHNICAL_INCIDENTS.",
  ]),
])("refused: %j", async (change, message) => {
  expect((await client.post(contacts(), { ...value, ...change })).body).toEqual(invalid(message));
});

test("the address of a contact cannot change", async () => {
  await client.post(contacts(), value);
  expect((await client.patch(`${contacts()}/1?updateMask=email`, value)).body).toEqual(
    invalid("update_mask: email cannot be changed."),
  );
});
