import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmulator } from "../../emulator/emulator";
import { StateFileError } from "../../emulator/state-file";
import { Client, createProject, project } from "./client";

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "gemkeys-test-"));
  file = join(directory, "sub", "state.json");
});
afterEach(() => rmSync(directory, { recursive: true }));

const services = ["apikeys.googleapis.com", "secretmanager.googleapis.com", "generativelanguage.googleapis.com"];
const keys = `/apikeys/v2/projects/${project}/locations/global/keys`;

test("a restart goes on where the last run ended", async () => {
  const first = new Client(await startEmulator({ stateFile: file }));
  await createProject(first, project, [...services, "translate.googleapis.com"]);
  const { keyString } = (await first.post(`${keys}?keyId=web-g1`, {})).body.response;
  const before = JSON.parse(JSON.stringify(first.emulator.store));
  await first.close();
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(directory, "sub"))).toEqual(["state.json"]);
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({
    format: "gemkeys local cloud",
    version: 1,
    note: expect.stringContaining("made up"),
  });

  const second = new Client(await startEmulator({ stateFile: file }));
  expect(JSON.parse(JSON.stringify(second.emulator.store))).toEqual(before);
  const number = second.emulator.store.project(project)!.projectNumber;
  expect((await second.get(`/crm/v1/projects/${number}`)).status).toBe(200);
  expect((await second.get(`${keys}/web-g1/keyString`)).body).toEqual({ keyString });
  expect((await second.get("/translate/v2/languages", { "x-goog-api-key": keyString })).status).toBe(200);
  const next = await second.post("/crm/v1/projects", { projectId: "acme-other" });
  expect(next.body.response.projectNumber).not.toBe(number);
  await second.close();
});

test("what is under way is finished before it is saved", async () => {
  const client = new Client(await startEmulator({ operationDelayMs: 3_600_000 }));
  await client.post("/crm/v1/projects", { projectId: project });
  client.emulator.save(file);
  await client.close();
  expect(JSON.parse(readFileSync(file, "utf8")).state.projects[""]).toHaveProperty(project);
});

test("a save replaces an older, more open file", async () => {
  mkdirSync(join(directory, "sub"));
  writeFileSync(file, "x");
  chmodSync(file, 0o644);
  const client = new Client(await startEmulator());
  client.emulator.save(file);
  await client.close();
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

const advice = "Delete the file to start with an empty local cloud, or name another one.";
const header = { format: "gemkeys local cloud", version: 1 };
test.each([
  ["", "is no JSON."],
  ["{", "is no JSON."],
  ["[]", "is no state of the local cloud."],
  ['{"version":4,"terraform_version":"1.11.4"}', "is no state of the local cloud."],
  [JSON.stringify({ ...header, version: 2, state: {} }), "is of version 2; this program reads 1."],
  [JSON.stringify(header), "holds no state."],
  [JSON.stringify({ ...header, state: { projects: 5 } }), "holds no state."],
])("the file %s is refused", async (text, problem) => {
  mkdirSync(join(directory, "sub"));
  writeFileSync(file, text);
  await expect(startEmulator({ stateFile: file })).rejects.toEqual(new StateFileError(file, problem));
  await expect(startEmulator({ stateFile: file })).rejects.toThrow(`${file}: ${problem} ${advice}`);
});

test("a folder in place of the file is refused", async () => {
  mkdirSync(file, { recursive: true });
  await expect(startEmulator({ stateFile: file })).rejects.toThrow(`${file}: cannot be read (EISDIR). ${advice}`);
});
