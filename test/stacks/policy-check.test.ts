import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Aspects, type IAspect, TerraformStack } from "cdktf";
import type { Declaration } from "../../declaration/model";
import type { Rule } from "../../policies/rule";
import { buildApp } from "../../stacks/build-app";
import type { GemkeysStack } from "../../stacks/gemkeys-stack";
import type { PolicyOptions } from "../../stacks/judge";
import { PolicyError } from "../../stacks/policy-error";
import { synthesizeStacks } from "../../stacks/synthesize-stacks";
import { BOOTSTRAP } from "../helpers/bootstrap";
import { ENVIRONMENT, FULL_ENVIRONMENT, FULL_ORGANIZATION, KEY } from "../helpers/declaration";
import { ruleOf } from "../policies/sample-facts";

const TWO: Declaration = {
  organization: { ...FULL_ORGANIZATION, bootstrap: BOOTSTRAP },
  environments: [
    { ...ENVIRONMENT, name: "dev", project: { id: "acme-gemini-dev", adopt: false }, keys: [KEY] },
    FULL_ENVIRONMENT,
  ],
};

const TODAY = "2026-11-24";

/** A rule that finds something in the environments of these names. */
function against(names: readonly string[], more: Partial<Rule> = {}): Rule {
  return ruleOf("GEMKEY-A-01", [], {
    check: ({ facts }) =>
      names.includes(facts.name)
        ? [{ address: "x.y", key: "web", field: "owner", value: "search", message: "this is wrong." }]
        : [],
    ...more,
  });
}

/** Synthesizes into a temporary folder. Returns the error, and the stacks that were written. */
function synth(
  policies: Partial<PolicyOptions>,
  declaration = TWO,
  change: (stacks: GemkeysStack[]) => void = () => {},
) {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), "gemkeys-test-"));
  try {
    const app = buildApp(declaration, { outdir, policies: { today: TODAY, rules: [], ...policies } });
    change(app.node.children.filter(TerraformStack.isStack) as GemkeysStack[]);
    let error: unknown;
    try {
      app.synth();
    } catch (thrown) {
      error = thrown;
    }
    const written = fs.readdirSync(path.join(outdir, "stacks")).map((name) => ({
      name,
      stack: JSON.parse(fs.readFileSync(path.join(outdir, "stacks", name, "cdk.tf.json"), "utf8")) as unknown,
    }));
    return { error, written };
  } finally {
    fs.rmSync(outdir, { recursive: true, force: true });
  }
}

test("stacks that pass are written as they would be without policies", () => {
  const { error, written } = synth({ rules: [against([])] });
  expect(error).toBeUndefined();
  expect(written).toEqual(synthesizeStacks(TWO));
});

test("a finding in the last environment: the words of `gemkeys check`, nothing written", () => {
  const locate = (environment: string | undefined) => ({ file: `${environment}.yaml`, line: 7, column: 12 });
  const { error, written } = synth({ rules: [against(["dev", "prod"])], locate });
  expect(written).toEqual([]);
  expect(PolicyError.is(error) && error.message).toBe(`dev
  high      GEMKEY-A-01 Title of GEMKEY-A-01
            dev.yaml:7:12 keys.web.owner
            this is wrong.
            Do better.

prod
  high      GEMKEY-A-01 Title of GEMKEY-A-01
            prod.yaml:7:12 keys.web.owner
            this is wrong.
            Do better.

2 high. Nothing was written. npx gemkeys explain GEMKEY-A-01 tells more; docs/policies.md tells how to waive.`);
});

test.each<[Rule["severity"], boolean]>([
  ["critical", true],
  ["high", true],
  ["medium", false],
  ["low", false],
])("%s fails the synthesis: %s", (severity, fails) => {
  const { error, written } = synth({ rules: [against(["prod"], { severity })] });
  expect(PolicyError.is(error)).toBe(fails);
  expect(written.length === 0).toBe(fails);
});

test("what is waived does not fail", () => {
  const waiver = {
    rule: "GEMKEY-A-01",
    reason: "x",
    until: TODAY,
    by: "head@example.com",
    path: ["keys", "web", "waive", 0],
  };
  const [dev, prod] = TWO.environments;
  const waived = { ...TWO, environments: [dev!, { ...prod!, waivers: [waiver] }] };
  expect(synth({ rules: [against(["prod"])] }, waived).error).toBeUndefined();
  expect(PolicyError.is(synth({ rules: [against(["dev"])] }, waived).error)).toBe(true);
});

test("bootstrap is judged too, at the lines of the organization", () => {
  const locate = jest.fn(() => ({ file: "organization.yaml", line: 1, column: 1 }));
  const { error } = synth({ rules: [against(["bootstrap"])], locate });
  expect(PolicyError.is(error)).toBe(true);
  expect(locate).toHaveBeenCalledWith(undefined, ["keys", "web", "owner"], "search");
});

describe("each stack is resolved once", () => {
  const resolutions = (change?: (stacks: GemkeysStack[]) => void) => {
    const spies: jest.SpyInstance[] = [];
    const outcome = synth({ rules: [against([])] }, TWO, (stacks) => {
      change?.(stacks);
      for (const stack of stacks) spies.push(jest.spyOn(stack, "resolveAhead"));
    });
    return { ...outcome, counts: spies.map(({ mock }) => mock.calls.length) };
  };

  test("for the policies and for its file", () => {
    const { counts, written } = resolutions();
    expect(counts).toEqual([1, 1, 1]);
    expect(written).toEqual(synthesizeStacks(TWO));
  });

  test("and once more where an aspect may have changed it: what it does is judged and written", () => {
    const label: IAspect = {
      visit: (node) => {
        if (TerraformStack.isStack(node)) node.addOverride("locals.late", true);
      },
    };
    const { counts, written } = resolutions(([, prod]) => Aspects.of(prod!).add(label));
    expect(counts).toEqual([2, 2, 2]);
    const stacks = Object.fromEntries(written.map(({ name, stack }) => [name, stack as Record<string, unknown>]));
    expect(stacks["prod"]!["locals"]).toEqual({ late: true });
    expect(stacks["dev"]).not.toHaveProperty("locals");
  });
});
