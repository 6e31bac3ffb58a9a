import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { ENVIRONMENT, type Files, files, ORGANIZATION } from "../helpers/config-folder";
import { runGemkeys } from "../helpers/run-gemkeys";

jest.setTimeout(30_000);

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "gemkeys-cli-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

function write(content: Files): void {
  for (const [name, text] of Object.entries(content)) {
    const file = path.join(folder, "config", name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  }
}

const broken = () =>
  files({ "environments/prod.yaml": ENVIRONMENT.replace("owner: search", "owner: serch").replace("90d", "3m") });

const MESSAGES = [
  "config/environments/prod.yaml:6:12: `keys.web.owner` must be a team from `teams` in organization.yaml, got: serch. Did you mean search?",
  "config/environments/prod.yaml:10:18: `keys.web.rotateEvery` must be a number of days, got: 3m. Write days, e.g. 90d.",
];

describe("gemkeys validate", () => {
  test("a valid configuration: what it holds, code 0", async () => {
    write(files());
    expect(await runGemkeys(["validate"], { cwd: folder })).toEqual({
      code: 0,
      stdout: "config is valid: 1 environment, 1 key.\n",
      stderr: "",
    });
  });

  test("a wrong configuration: every problem, code 2, nothing written", async () => {
    write(broken());
    expect(await runGemkeys(["validate"], { cwd: folder })).toEqual({
      code: 2,
      stdout: "",
      stderr: `${MESSAGES.join("\n")}\n\n2 problems in config.\n`,
    });
    expect(fs.readdirSync(folder)).toEqual(["config"]);
  });

  test("--json gives the same to a program", async () => {
    write(broken());
    const { code, stdout, stderr } = await runGemkeys(["validate", "--json"], { cwd: folder });
    expect({ code, stderr }).toEqual({ code: 2, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({
      problems: [
        {
          file: "config/environments/prod.yaml",
          line: 6,
          column: 12,
          field: "keys.web.owner",
          rule: "must be a team from `teams` in organization.yaml",
          got: "serch",
          fix: "Did you mean search?",
          message:
            "`keys.web.owner` must be a team from `teams` in organization.yaml, got: serch. Did you mean search?",
        },
        {
          file: "config/environments/prod.yaml",
          line: 10,
          column: 18,
          field: "keys.web.rotateEvery",
          rule: "must be a number of days",
          got: "3m",
          fix: "Write days, e.g. 90d.",
          message: "`keys.web.rotateEvery` must be a number of days, got: 3m. Write days, e.g. 90d.",
        },
      ],
      notes: [],
    });
  });

  test("a folder that is not there", async () => {
    const { code, stderr } = await runGemkeys(["validate", "--config", "nowhere"], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toBe(
      "nowhere/environments:1:1: `file` must be a folder with one file per environment, got: no such folder. Create it.\n" +
        "nowhere/organization.yaml:1:1: `file` must exist, got: no such file. Create it, or name another folder with --config.\n" +
        "\n2 problems in nowhere.\n",
    );
  });

  test("a key string in the configuration is not repeated", async () => {
    const keyString = "AQ.Ab8RFAKE0123456789FAKE0123456789FAKE0123456789FAKE";
    write(files({ "environments/prod.yaml": ENVIRONMENT.replace("owner: search", `owner: ${keyString}`) }));
    const { code, stdout, stderr } = await runGemkeys(["validate"], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toContain("got: [redacted]");
    expect(stdout + stderr).not.toContain(keyString.slice(5, 25));
  });
});

test.each([
  ["validate", "--AQ.Ab8RFAKE0123456789FAKE0123456789"],
  ["AQ.Ab8RFAKE0123456789FAKE0123456789"],
  ["inventory", "AQ.Ab8RFAKE0123456789FAKE0123456789"],
  ["inventory", "--format", "AQ.Ab8RFAKE0123456789FAKE0123456789"],
  ["emulator", "--print-env", "AQ.Ab8RFAKE0123456789FAKE0123456789"],
  ["emulator", "--quota", "AQ.Ab8RFAKE0123456789FAKE0123456789"],
  ["local", "--port", "AQ.Ab8RFAKE0123456789FAKE0123456789"],
  ["local", "--environment", "AQ.Ab8RFAKE0123456789FAKE0123456789"],
])("a key string typed to a wrong place is not repeated: %s %s", async (...args) => {
  const { code, stdout, stderr } = await runGemkeys(args);
  expect(code).toBe(2);
  expect(stderr).toContain("[redacted]");
  expect(stdout + stderr).not.toContain("FAKE");
});

describe("main.ts, as cdktf runs it", () => {
  const main = path.join(__dirname, "..", "..", "main.ts");
  const register = path.join(__dirname, "..", "..", "node_modules", "ts-node", "register", "transpile-only");

  /** As the policies want production to be. */
  const deployable = (changes: Files = {}) =>
    files({ "environments/prod.yaml": `${ENVIRONMENT}protected: true\n`, ...changes });

  async function synth(variables: NodeJS.ProcessEnv = {}): Promise<{ code: number; output: string }> {
    const { runChild } = await import("../../cli/child");
    const env = { ...process.env, ...variables, TS_NODE_PROJECT: path.join(__dirname, "..", "..", "tsconfig.json") };
    return runChild(process.execPath, ["-r", register, main], { cwd: folder, env });
  }

  test("writes a stack per environment", async () => {
    write(deployable());
    expect(await synth()).toMatchObject({ code: 0 });
    expect(fs.readdirSync(path.join(folder, "cdktf.out", "stacks"))).toEqual(["prod"]);
  });

  test("writes nothing for a wrong configuration, and keeps what was there", async () => {
    write(deployable());
    await synth();
    const file = path.join(folder, "cdktf.out", "stacks", "prod", "cdk.tf.json");
    const before = { text: fs.readFileSync(file, "utf8"), time: fs.statSync(file).mtimeMs };
    write(broken());
    expect(await synth()).toMatchObject({ code: 2, output: MESSAGES.join("\n") });
    expect({ text: fs.readFileSync(file, "utf8"), time: fs.statSync(file).mtimeMs }).toEqual(before);
  });

  test("GEMKEYS_BOOTSTRAP_STATE=local keeps the state of bootstrap in a file, and of nothing else", async () => {
    write(deployable({ "organization.yaml": `${ORGANIZATION}region: europe-west1\nbootstrap: {}\n` }));
    const backends = () =>
      ["bootstrap", "prod"].map((name) => {
        const file = path.join(folder, "cdktf.out", "stacks", name, "cdk.tf.json");
        return Object.keys(JSON.parse(fs.readFileSync(file, "utf8")).terraform.backend);
      });
    expect(await synth({ GEMKEYS_BOOTSTRAP_STATE: "local" })).toMatchObject({ code: 0 });
    expect(backends()).toEqual([["local"], ["gcs"]]);
    expect(await synth({ GEMKEYS_BOOTSTRAP_STATE: "" })).toMatchObject({ code: 0 });
    expect(backends()).toEqual([["gcs"], ["gcs"]]);
  });

  test("GEMKEYS_BOOTSTRAP_STATE is local or nothing", async () => {
    write(deployable());
    expect(await synth({ GEMKEYS_BOOTSTRAP_STATE: "gcs" })).toMatchObject({
      code: 2,
      output:
        "`GEMKEYS_BOOTSTRAP_STATE` must be local or unset, got: gcs. Unset it once the state is in its bucket: docs/bootstrap.md.",
    });
    expect(fs.readdirSync(folder)).toEqual(["config"]);
  });

  test("makes no cdktf.out for a wrong configuration", async () => {
    write(broken());
    expect(await synth()).toMatchObject({ code: 2 });
    expect(fs.readdirSync(folder)).toEqual(["config"]);
  });
});

describe("gemkeys inventory", () => {
  test("is JSON where asked for", async () => {
    write(files());
    const { code, stdout } = await runGemkeys(["inventory", "prod", "--format", "json"], { cwd: folder });
    expect(code).toBe(0);
    const inventory = JSON.parse(stdout);
    expect(inventory.format).toBe("gemkeys.inventory/1");
    expect(inventory.environments[0].keys[0].generations[0].addresses).toEqual(["1.1.1.1", "8.8.4.0/24", "8.8.8.8"]);
    expect(fs.readdirSync(folder)).toEqual(["config"]);
  });

  test("is a page where asked for, with who can read each key from where", async () => {
    write(files());
    const { code, stdout, stderr } = await runGemkeys(["inventory", "--format", "html"], { cwd: folder });
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^<!doctype html>\n/);
    const data = JSON.parse(/<script type="application\/json" id="data">(.*)<\/script>/.exec(stdout)![1]!);
    expect(data).toMatchObject({ kind: "inventory", environments: [{ name: "prod" }] });
    expect(data.keys[0].after.generations[0].addresses).toEqual(["1.1.1.1", "8.8.4.0/24", "8.8.8.8"]);
  });

  test.each([
    [["inventory", "prd"], "`environment` must be one of prod, got: prd.\n"],
    [["inventory", "--format", "xml"], "`--format` must be one of table, markdown, json, html, got: xml.\n"],
  ])("%j is refused with code 2", async (args, message) => {
    write(files());
    expect(await runGemkeys(args, { cwd: folder })).toEqual({ code: 2, stdout: "", stderr: message });
  });
});

describe("the program", () => {
  test.each([
    [["nope"], "error: unknown command 'nope'\n(gemkeys --help lists the commands)\n"],
    [["validate", "--nope"], "error: unknown option '--nope'\n(gemkeys --help lists the commands)\n"],
  ])("%j is a usage error, code 2", async (args, message) => {
    expect(await runGemkeys(args)).toEqual({ code: 2, stdout: "", stderr: message });
  });

  test("--help and --version are no errors", async () => {
    expect(await runGemkeys(["--version"])).toEqual({ code: 0, stdout: "0.1.0\n", stderr: "" });
    const help = await runGemkeys(["--help"]);
    expect(help.code).toBe(0);
    for (const command of ["validate", "inventory", "emulator", "local"]) expect(help.stdout).toContain(command);
  });
});
