import { type Client, errorBody, project, projectNumber, startWithProject } from "./client";

const dashboards = `/mon/v1/projects/${project}/dashboards`;
const text = { title: "About", text: { content: "x" } };
const grid = (widgets: object[] = [text]) => ({ displayName: "Gemini", gridLayout: { columns: "2", widgets } });

let client: Client;
beforeEach(async () => {
  client = await startWithProject(["monitoring.googleapis.com"]);
});
afterEach(() => client.close());

test("a dashboard is made, read, listed, replaced and deleted", async () => {
  const made = await client.post(dashboards, grid());
  const { name, etag } = made.body;
  expect(name).toMatch(new RegExp(`^projects/${projectNumber(client)}/dashboards/[0-9a-f-]{36}$`));
  expect(made.body).toEqual({ ...grid(), name, etag });
  expect((await client.get(`/mon/v1/${name}`)).body).toEqual(made.body);
  expect((await client.get(dashboards)).body).toEqual({ dashboards: [made.body] });

  const mosaic = { displayName: "New", mosaicLayout: { columns: 12, tiles: [{ width: 6, height: 4, widget: text }] } };
  const replaced = await client.patch(`/mon/v1/${name}`, { ...mosaic, etag });
  expect(replaced.body).toEqual({ ...mosaic, name, etag: expect.not.stringMatching(etag) });
  expect((await client.patch(`/mon/v1/${name}`, { ...mosaic, etag })).body).toEqual(
    errorBody(409, "ABORTED", "The etag of the dashboard does not match: it was changed by someone else.", "aborted"),
  );
  expect((await client.patch(`/mon/v1/${name}`, mosaic)).body).toEqual(
    errorBody(400, "INVALID_ARGUMENT", "Field dashboard.etag is required for an update.", "badRequest"),
  );

  expect((await client.delete(`/mon/v1/${name}`)).body).toEqual({});
  expect((await client.get(`/mon/v1/${name}`)).body).toEqual(
    errorBody(404, "NOT_FOUND", "Requested entity was not found.", "notFound"),
  );
});

test("the id can be chosen, once", async () => {
  const body = { ...grid(), name: `projects/${project}/dashboards/gemini` };
  expect((await client.post(dashboards, body)).body.name).toBe(`projects/${projectNumber(client)}/dashboards/gemini`);
  expect((await client.post(dashboards, body)).body).toEqual(
    errorBody(409, "ALREADY_EXISTS", "Dashboard gemini already exists.", "alreadyExists"),
  );
  const foreign = { ...grid(), name: "projects/other/dashboards/gemini" };
  expect((await client.post(dashboards, foreign)).body).toEqual(
    errorBody(
      400,
      "INVALID_ARGUMENT",
      'Field dashboard.name had an invalid value of "projects/other/dashboards/gemini".',
      "badRequest",
    ),
  );
});

const unknown = (name: string, at: string) =>
  `Invalid JSON payload received. Unknown name "${name}" at '${at}': Cannot find field.`;
const oneLayout = (got: string) =>
  `Field dashboard.layout: exactly one of gridLayout, mosaicLayout, rowLayout, columnLayout must be set, got: ${got}.`;

test.each<[string, object, string]>([
  [
    "no name",
    { ...grid(), displayName: undefined },
    'Field dashboard.displayName had an invalid value of "": must not be empty.',
  ],
  ["no layout", { displayName: "x" }, oneLayout("none")],
  ["two layouts", { ...grid(), rowLayout: {} }, oneLayout("gridLayout, rowLayout")],
  ["an unknown field", { ...grid(), colour: 1 }, unknown("colour", "dashboard")],
  [
    "an unknown field of the layout",
    { displayName: "x", gridLayout: { rows: 1 } },
    unknown("rows", "dashboard.gridLayout"),
  ],
  ["an unknown widget", grid([text, { chart: {} }]), unknown("chart", "dashboard.gridLayout.widgets[1]")],
  [
    "an unknown widget in a tile",
    { displayName: "x", mosaicLayout: { tiles: [{ widget: { chart: {} } }] } },
    unknown("chart", "dashboard.mosaicLayout.tiles[0].widget"),
  ],
  [
    "an unknown widget in a row",
    { displayName: "x", rowLayout: { rows: [{ widgets: [{ chart: {} }] }] } },
    unknown("chart", "dashboard.rowLayout.rows[0].widgets[0]"),
  ],
  [
    "a widget of two kinds",
    grid([{ text: {}, xyChart: {} }]),
    "Invalid value at 'dashboard.gridLayout.widgets[0]' (oneof), oneof field 'content' is already set. Cannot set 'text'",
  ],
])("%s is refused", async (_name, body, message) => {
  const answer = await client.post(dashboards, body);
  expect(answer.body).toEqual(errorBody(400, "INVALID_ARGUMENT", message, "badRequest"));
});
