import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { startEmulator } from "../../emulator/emulator";
import { seedFoundation } from "../../emulator/seed";
import { createServiceAccount } from "../../emulator/services/iam";
import { findCredentials } from "../../google/credentials";

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "gemkeys-credentials-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const file = (text: string) => {
  const name = path.join(folder, "key.json");
  fs.writeFileSync(name, text);
  return name;
};
const ACCOUNT = JSON.stringify({
  type: "service_account",
  client_email: "ci@acme.iam.gserviceaccount.com",
  private_key: "FAKE",
});

test("a token of the environment comes first", async () => {
  const found = await findCredentials({ GOOGLE_OAUTH_ACCESS_TOKEN: "one", GOOGLE_CREDENTIALS: "{}" });
  expect({ source: found.source, token: await found.token() }).toEqual({
    source: "GOOGLE_OAUTH_ACCESS_TOKEN",
    token: "one",
  });
});

test.each([
  ["GOOGLE_CREDENTIALS", () => ACCOUNT],
  ["GOOGLE_CREDENTIALS", () => file(ACCOUNT)],
  ["GOOGLE_APPLICATION_CREDENTIALS", () => file(ACCOUNT)],
])("%s: the key of a service account says whose it is", async (variable, value) => {
  const { source, email } = await findCredentials({ [variable]: value() });
  expect({ source, email }).toEqual({
    source: `${variable} (service_account)`,
    email: "ci@acme.iam.gserviceaccount.com",
  });
});

test("a person's credentials", async () => {
  const content = JSON.stringify({
    type: "authorized_user",
    client_id: "FAKE",
    client_secret: "FAKE",
    refresh_token: "FAKE",
  });
  const { source, email } = await findCredentials({ GOOGLE_APPLICATION_CREDENTIALS: file(content) });
  expect({ source, email }).toEqual({ source: "GOOGLE_APPLICATION_CREDENTIALS (authorized_user)", email: undefined });
});

test.each([
  [
    () => "/nowhere/key.json",
    "GOOGLE_APPLICATION_CREDENTIALS names a file that cannot be read (ENOENT): /nowhere/key.json.",
  ],
  [() => file("not json"), "GOOGLE_APPLICATION_CREDENTIALS holds no JSON."],
])("a file that is wrong", async (value, message) => {
  await expect(findCredentials({ GOOGLE_APPLICATION_CREDENTIALS: value() })).rejects.toMatchObject({
    message,
    command: "unset GOOGLE_APPLICATION_CREDENTIALS, or: gcloud auth application-default login",
  });
});

test("a service account to act as", async () => {
  const emulator = await startEmulator();
  try {
    seedFoundation(emulator.store, { adminProject: "acme-gemini-admin" });
    createServiceAccount(emulator.store, emulator.store.project("acme-gemini-admin")!, { accountId: "deployer" });
    const email = "deployer@acme-gemini-admin.iam.gserviceaccount.com";
    const found = await findCredentials({ ...emulator.environment(), GOOGLE_IMPERSONATE_SERVICE_ACCOUNT: email });
    expect({ source: found.source, email: found.email, token: await found.token() }).toEqual({
      source: "GOOGLE_IMPERSONATE_SERVICE_ACCOUNT, by GOOGLE_OAUTH_ACCESS_TOKEN",
      email,
      token: `local-cloud/${email}`,
    });
  } finally {
    await emulator.close();
  }
});
