import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { sidesFromFolders } from "../../../cli/review/from-folders";
import { buildApp } from "../../../stacks/build-app";
import { TODAY } from "../../helpers/facts";
import { sampleDeclaration } from "../../helpers/sample";

let start: string;
let folder: string;
beforeEach(() => {
  start = process.cwd();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "gemkeys-test-"));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(start);
  fs.rmSync(folder, { recursive: true, force: true });
});

const messageOf = (from: string, to: string) => {
  try {
    sidesFromFolders(from, to, TODAY);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("was not refused");
};

test("what cdktf synth wrote", () => {
  const declaration = sampleDeclaration();
  buildApp(declaration, { outdir: path.join(folder, "before") }).synth();
  fs.cpSync("before", "after", { recursive: true });
  fs.rmSync("after/stacks/dev", { recursive: true });
  const { base, head, options } = sidesFromFolders("before", "after", TODAY);
  expect([base.label, head.label, options.source]).toEqual(["before", "after", "directory"]);
  expect([base, head].map(({ facts }) => facts.map(({ name }) => name))).toEqual([
    ["bootstrap", "dev", "prod", "staging"],
    ["bootstrap", "prod", "staging"],
  ]);
});

test("everything that is wrong at once", () => {
  const HOW = "Write it with: cdktf synth --output <folder>";
  fs.mkdirSync("empty");
  fs.mkdirSync("none/stacks/prod", { recursive: true });
  expect(messageOf("missing", "empty").split("\n")).toEqual([
    `\`--from\` must be a folder that cdktf synth wrote, got: missing, which is no folder. ${HOW}`,
    `\`--to\` must be a folder that cdktf synth wrote, got: empty, which has no stacks/. ${HOW}`,
  ]);
  for (const [name, text] of Object.entries({ dev: "{ \n}}", prod: "[]" })) {
    fs.mkdirSync(`broken/stacks/${name}`, { recursive: true });
    fs.writeFileSync(`broken/stacks/${name}/cdk.tf.json`, text);
  }
  expect(messageOf("none", "broken").split("\n")).toEqual([
    `\`--from\` must be a folder that cdktf synth wrote, got: none, which has no stacks/<name>/cdk.tf.json. ${HOW}`,
    "`broken/stacks/dev/cdk.tf.json` must be the JSON of a stack, got: text that is not JSON at line 2, column 2. Write it anew with: cdktf synth",
    "`broken/stacks/prod/cdk.tf.json` must be the JSON of a stack, got: another value. Write it anew with: cdktf synth",
  ]);
});
