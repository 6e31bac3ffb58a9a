import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { ENVIRONMENT, type Files, files, ORGANIZATION } from "../helpers/config-folder";
import { runGemkeys } from "../helpers/run-gemkeys";
import { SAMPLE_FOLDER } from "../helpers/sample";

jest.setTimeout(60_000);

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "gemkeys-check-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

function write(content: Files): void {
  for (const [name, text] of Object.entries(content)) {
    const file = path.join(folder, "config", name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  }
}

const check = (...args: string[]) => runGemkeys(["check", ...args], { cwd: folder });

/** A production environment that is not protected, with a key for half of the internet. */
const UNSAFE = ENVIRONMENT.replace("1.1.1.1", "8.0.0.0/9");

const IP_WAIVER = "    waive: [{ rule: GEMKEY-IP-02, reason: x, until: 2099-01-01, by: head@example.com }]\n";

describe("gemkeys check", () => {
  test("of the sample passes", async () => {
    const { code, stdout, stderr } = await runGemkeys(["check", "--config", SAMPLE_FOLDER]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/ in bootstrap, dev, prod, staging, by \d+ rules\.\n$/);
    expect(stdout).toContain("waived    GEMKEY-SECRET-03");
  });

  test("findings from high on end with code 1, at their line", async () => {
    write(files({ "environments/prod.yaml": UNSAFE }));
    const { code, stdout, stderr } = await check();
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(stdout).toContain(
      "  high      GEMKEY-IP-02 A range of addresses is narrow\n            config/environments/prod.yaml:8:26 keys.web.allow",
    );
    expect(fs.readdirSync(folder)).toEqual(["config"]);
  });

  test.each([
    ["critical", 0],
    ["high", 1],
    ["medium", 1],
    ["low", 1],
    ["never", 0],
  ])("--fail-on %s ends with code %d", async (severity, expected) => {
    write(files({ "environments/prod.yaml": UNSAFE }));
    const { code, stdout } = await check("--fail-on", severity, "--format", "json");
    const { format, summary } = JSON.parse(stdout);
    expect({ code, format, critical: summary.critical, high: summary.high > 0 }).toEqual({
      code: expected,
      format: "gemkeys.check/1",
      critical: 0,
      high: true,
    });
  });

  test("what is waived does not count", async () => {
    write(files({ "environments/prod.yaml": `${UNSAFE.replace("budget:", "protected: true\nbudget:")}${IP_WAIVER}` }));
    const { code, stdout } = await check("--format", "json");
    const { findings } = JSON.parse(stdout);
    const high = findings.filter(({ severity }: { severity: string }) => severity === "high");
    expect(high.map(({ rule, waiver }: { rule: string; waiver: unknown }) => [rule, waiver])).toEqual([
      ["GEMKEY-IP-02", { reason: "x", until: "2099-01-01", by: "head@example.com" }],
    ]);
    expect(code).toBe(0);
  });

  test("SARIF and Markdown", async () => {
    write(files({ "environments/prod.yaml": UNSAFE }));
    const sarif = JSON.parse((await check("--format", "sarif")).stdout);
    expect(sarif.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri).toBe(
      "config/environments/prod.yaml",
    );
    expect((await check("--format", "markdown")).stdout).toMatch(
      /^# gemkeys check\n\n.+ in `prod`, by \d+ rules\.\n\n## `prod`\n/,
    );
  });

  test.each([
    [["--format", "xml"], "`--format` must be one of terminal, json, sarif, markdown, got: xml.\n"],
    [["--fail-on", "error"], "`--fail-on` must be one of critical, high, medium, low, never, got: error.\n"],
  ])("%j is refused with code 2", async (args, message) => {
    write(files());
    expect(await check(...args)).toEqual({ code: 2, stdout: "", stderr: message });
  });

  test("a wrong configuration is no pass", async () => {
    write(files({ "environments/prod.yaml": UNSAFE.replace("owner: search", "owner: serch") }));
    const { code, stdout, stderr } = await check("--fail-on", "never");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("Did you mean search?");
  });
});

describe("--plan, what is no plan", () => {
  const HOW = "Write it with: terraform show -json plan.tfplan > plan.json";
  const SHOW =
    "Write it with `terraform show -json tfplan > plan.json`, where `tfplan` comes from `terraform plan -out=tfplan`.";
  const PLAN = { format_version: "1.2", planned_values: {}, configuration: {} };
  const FAKE_KEY = "AIzaFAKE-fixture-error-0000000000000000";

  test.each<[string, string | Buffer | number | undefined, string]>([
    ["no file", undefined, `must be readable, got: no such file. ${HOW}`],
    ["Terraform's own file", Buffer.from("PK\u0003\u0004"), `must be JSON, got: Terraform's own plan file. ${HOW}`],
    [
      "UTF-16, as PowerShell writes it",
      Buffer.from("\ufeff{}", "utf16le"),
      "must be UTF-8 text, got: UTF-16. In PowerShell, write it with: Out-File -Encoding utf8",
    ],
    ["other bytes", Buffer.from([0x7b, 0xff, 0x80]), `must be UTF-8 text, got: other bytes. ${HOW}`],
    [
      "more than 200 MB",
      200 * 1024 * 1024 + 1,
      "must have at most 200 MB, got: 201 MB. Split the root module, or plan a part of it.",
    ],
    ["an empty file", "", `must be the JSON of a Terraform plan, got: an empty file. ${SHOW}`],
    [
      "what terraform plan prints",
      "Terraform will perform the following actions:",
      `must be the JSON of a Terraform plan, got: text that is not JSON at line 1, column 1. ${SHOW}`,
    ],
    [
      "what terraform plan -json prints",
      '{"@level":"info","@message":"Terraform 1.11.0"}\n{"@level":"info"}\n',
      `must be the JSON of a Terraform plan, got: the log of \`terraform plan -json\`. ${SHOW}`,
    ],
    [
      "a file that was cut short, in a key",
      `${JSON.stringify({ ...PLAN, variables: { key: { value: FAKE_KEY } } }, null, 1).split("FAKE")[0]}`,
      `must be the JSON of a Terraform plan, got: JSON that ends too early at line 7, column 13. The file was cut short. ${SHOW}`,
    ],
    ["other JSON", '{"plan": {}}', `must be the JSON of a Terraform plan, got: JSON without format_version. ${SHOW}`],
    ["a list", JSON.stringify([PLAN]), `must be the JSON of a Terraform plan, got: a list. ${SHOW}`],
    [
      "a state",
      '{"version": 4, "serial": 1, "lineage": "x", "resources": []}',
      `must be the JSON of a Terraform plan, got: a state. ${SHOW}`,
    ],
    [
      "half of a plan",
      '{"format_version": "1.2", "planned_values": {}}',
      `must be the JSON of a Terraform plan, got: JSON without configuration. ${SHOW}`,
    ],
    [
      "a format to come",
      JSON.stringify({ ...PLAN, format_version: "2.0" }),
      "must have format_version 1.x, got: 2.0. Use a Terraform that writes it: 1.1 or later.",
    ],
    [
      "a format of before",
      JSON.stringify({ ...PLAN, format_version: "0.2" }),
      "must have format_version 1.x, got: 0.2. Use a Terraform that writes it: 1.1 or later.",
    ],
    [
      "values that are nested deeply",
      JSON.stringify(PLAN).replace(
        '"planned_values":{}',
        `"planned_values":${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`,
      ),
      `must be nested at most 200 levels deep, got: more levels. No plan of Terraform is like that. ${SHOW}`,
    ],
    [
      "a plan of a run that stopped at an error",
      JSON.stringify({ ...PLAN, errored: true }),
      "must be of a run without errors, got: a plan that stopped at an error. Mend the error, and plan again.",
    ],
  ])("%s: code 2, never a pass", async (_, content, message) => {
    const file = path.join(folder, "plan.json");
    if (typeof content === "number") {
      fs.writeFileSync(file, "");
      fs.truncateSync(file, content);
    } else if (content !== undefined) {
      fs.writeFileSync(file, content);
    }
    expect(await check("--plan", "plan.json", "--fail-on", "never")).toEqual({
      code: 2,
      stdout: "",
      stderr: `\`plan.json\` ${message}\n`,
    });
  });

  test("one bad plan of two: the good one is not told either", async () => {
    fs.writeFileSync(path.join(folder, "good.json"), JSON.stringify(PLAN));
    fs.writeFileSync(path.join(folder, "bad.json"), JSON.stringify({ ...PLAN, errored: true }));
    expect((await check("--plan", "good.json")).code).toBe(0);
    expect(await check("--plan", "good.json", "--plan", "bad.json", "--format", "json")).toEqual({
      code: 2,
      stdout: "",
      stderr:
        "`bad.json` must be of a run without errors, got: a plan that stopped at an error. Mend the error, and plan again.\n",
    });
  });

  test("a folder", async () => {
    expect(await check("--plan", ".")).toMatchObject({
      code: 2,
      stderr: `\`.\` must be a file, got: something else. ${HOW}\n`,
    });
  });
});

test("cdktf synth fails with the words of check, code 2, no stack trace, nothing written", async () => {
  write(files({ "environments/prod.yaml": UNSAFE, "organization.yaml": ORGANIZATION }));
  const { runChild } = await import("../../cli/child");
  const root = path.join(__dirname, "..", "..");
  const args = ["-r", path.join(root, "node_modules/ts-node/register/transpile-only"), path.join(root, "main.ts")];
  const env = { ...process.env, TS_NODE_PROJECT: path.join(root, "tsconfig.json") };
  const { code, output } = await runChild(process.execPath, args, { cwd: folder, env });
  expect(code).toBe(2);
  expect(fs.readdirSync(path.join(folder, "cdktf.out"), { recursive: true })).toEqual(["stacks"]);
  expect(output).not.toMatch(/^ +at /m);
  const [finding] = /^ {2}high {6}GEMKEY-IP-02.*\n.*\n.*\n.*$/m.exec(output)!;
  expect((await check()).stdout).toContain(finding);
  expect(output).toMatch(
    /\d high\. Nothing was written\. npx gemkeys explain GEMKEY-[A-Z]+-\d\d tells more; docs\/policies\.md tells how to waive\.$/,
  );
});
