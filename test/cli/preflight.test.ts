import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { foundationOf } from "../../cli/foundation";
import { type Emulator, startEmulator } from "../../emulator/emulator";
import { seedFoundation } from "../../emulator/seed";
import { runGemkeys } from "../helpers/run-gemkeys";
import { SAMPLE_FOLDER, sampleDeclaration } from "../helpers/sample";

jest.setTimeout(60_000);

let emulator: Emulator;
let folder: string;
beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "gemkeys-preflight-"));
  emulator = await startEmulator();
  seedFoundation(emulator.store, foundationOf(sampleDeclaration()));
});
afterAll(async () => {
  await emulator.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

const preflight = (args: string[], env: Record<string, string> = {}) =>
  runGemkeys(["preflight", ...args, "--config", SAMPLE_FOLDER], { env: { ...emulator.environment(), ...env } });

test("0 where nothing is missing", async () => {
  const { code, stdout, stderr } = await preflight(["dev"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout.split("\n").slice(0, 2)).toEqual([
    "fine     credentials local-user@example.com, from GOOGLE_OAUTH_ACCESS_TOKEN.",
    "fine     project acme-gemini-admin you may let calls count against its quota.",
  ]);
  expect(stdout.endsWith("\n\nNothing is known to be missing for dev.\n")).toBe(true);
});

test("1 where something is missing, with the role and the command", async () => {
  emulator.setDenials([{ permissions: ["resourcemanager.projects.create", "billing.accounts.get"] }]);
  const { code, stdout } = await preflight(["dev"]);
  const json = await preflight(["dev", "--json"]);
  emulator.setDenials([]);
  expect(code).toBe(1);
  expect(stdout).toContain(
    "missing  organization 123456789012 you lack what it takes to create the project: resourcemanager.projects.create.\n" +
      "         role: roles/resourcemanager.projectCreator\n" +
      "         gcloud organizations add-iam-policy-binding 123456789012 --member=user:local-user@example.com --role=roles/resourcemanager.projectCreator\n",
  );
  expect(stdout.endsWith("\n\n1 thing missing for dev. 1 check could not be made.\n")).toBe(true);
  expect(json.code).toBe(1);
  const { environment, principal, findings } = JSON.parse(json.stdout);
  expect({ environment, principal }).toEqual({ environment: "dev", principal: "local-user@example.com" });
  expect(findings.find((finding: { verdict: string }) => finding.verdict === "missing")).toEqual({
    verdict: "missing",
    subject: "organization 123456789012",
    text: "you lack what it takes to create the project: resourcemanager.projects.create.",
    permissions: ["resourcemanager.projects.create"],
    role: "roles/resourcemanager.projectCreator",
    fix: "gcloud organizations add-iam-policy-binding 123456789012 --member=user:local-user@example.com --role=roles/resourcemanager.projectCreator",
  });
});

test("1 without any credentials", async () => {
  const none = {
    GOOGLE_OAUTH_ACCESS_TOKEN: "",
    GOOGLE_APPLICATION_CREDENTIALS: "",
    HOME: folder,
    CLOUDSDK_CONFIG: folder,
  };
  // No metadata server is asked for.
  const { code, stdout } = await preflight(["dev"], { ...none, METADATA_SERVER_DETECTION: "none" });
  expect({ code, stdout }).toEqual({
    code: 1,
    stdout:
      "missing  credentials No credentials were found.\n         gcloud auth application-default login\n\n1 thing missing for dev.\n",
  });
});

test("2 for an environment that is not declared", async () => {
  expect(await preflight(["prd"])).toEqual({
    code: 2,
    stdout: "",
    stderr: "`environment` must be one that is declared, got: prd. Did you mean prod?\n",
  });
  expect(await preflight(["something-else"])).toEqual({
    code: 2,
    stdout: "",
    stderr: "`environment` must be one that is declared, got: something-else. Write one of: dev, prod, staging.\n",
  });
});

test("3 where nobody answers", async () => {
  const { code, stdout, stderr } = await preflight(["dev"], {
    GOOGLE_OPENID_CUSTOM_ENDPOINT: "http://127.0.0.1:9/v1/",
  });
  expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
  expect(stderr).toMatch(/^127\.0\.0\.1:9 cannot be reached: .+\.\n$/);
});
