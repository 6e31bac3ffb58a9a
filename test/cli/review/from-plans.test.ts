import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { sidesFromPlans } from "../../../cli/review/from-plans";
import { compare } from "../../../review/compare";
import { TODAY } from "../../helpers/facts";
import { SAMPLE_FOLDER } from "../../helpers/sample";

const PLANS = path.join(__dirname, "../../fixtures/plans");
const OWN = path.join(PLANS, "own/plan.json");
const WIDEN = path.join(PLANS, "widen.json");
const RAW = path.join(PLANS, "raw/change.json");

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "gemkeys-test-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

function copyOf(plan: string, name: string, change = (text: string) => text): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, change(fs.readFileSync(plan, "utf8")));
  return file;
}

const messageOf = (files: readonly string[]) => {
  try {
    sidesFromPlans(files, undefined, TODAY);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("was not refused");
};

const reviewOf = (files: readonly string[], config?: string) => {
  const { base, head, options } = sidesFromPlans(files, config, TODAY);
  return compare(base, head, options);
};

test("a first plan of a stack of ours makes its environment", () => {
  const { source, base, head, environments } = reviewOf([OWN]);
  expect([source, base, head]).toEqual(["plan", "before the apply", "after the apply"]);
  expect(environments.map(({ name, status }) => [name, status])).toEqual([["prod", "created"]]);
});

test("several plans, of ours and of others", () => {
  const { environments } = reviewOf([OWN, WIDEN, RAW]);
  expect(new Map(environments.map(({ name, status }) => [path.basename(name), status]))).toEqual(
    new Map([
      ["prod", "created"],
      ["change.json", "changed"],
      ["widen.json", "changed"],
    ]),
  );
});

test("with the configuration, its lines and its other environments", () => {
  const { base, head, options } = sidesFromPlans([OWN], SAMPLE_FOLDER, TODAY);
  expect(options.code?.map(({ name }) => name)).toEqual(["prod"]);
  const places = head.findings.map(({ rule, location }) => [rule, location && path.basename(location.file)]);
  // It compares with dev, which has no plan.
  expect(places).toContainEqual(["GEMKEY-IP-06", "prod.yaml"]);
  expect(head.waivers.map(({ rule }) => rule)).toEqual(["GEMKEY-SECRET-03"]);
  expect(head.waivers).toEqual(base.waivers);
});

describe("refused", () => {
  test("two plans of one stack", () => {
    const copy = copyOf(OWN, "copy.json");
    expect(messageOf([OWN, copy])).toBe(
      `\`--plan\` must be one plan of each stack, got: ${OWN} and ${copy}, both of prod. Leave one of them out.`,
    );
  });

  test("one file twice", () => {
    const file = copyOf(WIDEN, "w.json");
    expect(messageOf([file, file])).toBe(
      `\`--plan\` must be one plan of each stack, got: ${file} twice. Leave one of them out.`,
    );
  });

  test("plans of different versions of Terraform", () => {
    const start = process.cwd();
    try {
      process.chdir(folder);
      copyOf(WIDEN, "a.json");
      copyOf(RAW, "b.json", (text) => text.replace('"terraform_version":"1.11.4"', '"terraform_version":"1.12.0"'));
      expect(messageOf(["a.json", "b.json"])).toBe(
        "`--plan` must all be written by the same version of Terraform, got: 1.11.4 (a.json) and 1.12.0 (b.json). Plan all of them with one version.",
      );
    } finally {
      process.chdir(start);
    }
  });

  test("everything that is wrong at once", () => {
    const broken = copyOf(OWN, "broken.json", (text) => text.slice(0, 200));
    const state = path.join(folder, "state.json");
    fs.writeFileSync(state, '{ "format_version": "1.0", "serial": 1, "lineage": "x" }');
    expect(messageOf([broken, state, path.join(folder, "none.json")]).split("\n")).toEqual([
      expect.stringMatching(
        /broken\.json` must be the JSON of a Terraform plan, got: JSON that ends too early at line 1, column \d+\. /,
      ),
      expect.stringMatching(/state\.json` must be the JSON of a Terraform plan, got: a state\. /),
      expect.stringMatching(/none\.json` must be readable, got: no such file\. /),
    ]);
  });
});
