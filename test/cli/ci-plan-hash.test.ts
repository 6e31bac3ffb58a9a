import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { runGemkeys } from "../helpers/run-gemkeys";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gemkeys-test-"));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
const WIDEN = "test/fixtures/plans/widen.json";
const NARROW = "test/fixtures/plans/narrow.json";
const approved = path.join(folder, "approved.json");

test("prints the hash, keeps the effects, and tells what another plan would do instead", async () => {
  const first = await runGemkeys(["ci", "plan-hash", WIDEN, "--output", approved]);
  expect(first).toEqual({ code: 0, stdout: expect.stringMatching(/^[0-9a-f]{64}\n$/), stderr: "" });
  const hash = first.stdout.trim();
  expect((await runGemkeys(["ci", "plan-hash", WIDEN, "--expect", hash, "--approved", approved])).code).toBe(0);
  const other = await runGemkeys(["ci", "plan-hash", NARROW, "--approved", approved]);
  expect(other.code).toBe(1);
  expect(other.stderr).toBe(`The plan is not the approved one: its effects have another hash than ${hash}.
  ~ google_apikeys_key.web_g1: restrictions[0].server_key_restrictions[0].allowed_ips[1]: approved "198.51.100.0/24", now nothing
  ~ google_apikeys_key.web_g1: restrictions[0].server_key_restrictions[0].allowed_ips[2]: approved "0.0.0.0/0", now nothing
`);
  const without = await runGemkeys(["ci", "plan-hash", NARROW, "--expect", hash]);
  expect(without.code).toBe(1);
  expect(without.stderr).toBe(`The plan is not the approved one: its effects have another hash than ${hash}.
It would do:
  google_apikeys_key.web_g1: update
`);
});

test.each<[string, string[], string]>([
  [
    "a hash that is none",
    [WIDEN, "--expect", "abc"],
    "`--expect` must be 64 hexadecimal digits, got: abc. Take it from `gemkeys ci plan-hash`.\n",
  ],
  ["no such file of effects", [WIDEN, "--approved", "nowhere.json"], "`nowhere.json` must exist, got: no such file.\n"],
  [
    "a file that is no plan",
    ["package.json"],
    "`package.json` must be the JSON of a Terraform plan, got: JSON without format_version. Write it with `terraform show -json tfplan > plan.json`, where `tfplan` comes from `terraform plan -out=tfplan`.\n",
  ],
])("refused: %s", async (_what, args, message) => {
  expect(await runGemkeys(["ci", "plan-hash", ...args])).toEqual({ code: 2, stdout: "", stderr: message });
});
