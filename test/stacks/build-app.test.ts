import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { isMap, isSeq, parseDocument } from "yaml";
import { ValidationError } from "../../constructs/validation-error";
import { loadConfig } from "../../declaration/load";
import type { Declaration } from "../../declaration/model";
import { buildApp } from "../../stacks/build-app";
import { synthesizeStacks } from "../../stacks/synthesize-stacks";
import { withoutStackTraces } from "../../stacks/without-stack-traces";
import { type Files, inConfigFolder } from "../helpers/config-folder";
import { ENVIRONMENT, FULL_ENVIRONMENT, FULL_ORGANIZATION, KEY, ORGANIZATION } from "../helpers/declaration";
import { NOW, SAMPLE_FOLDER, sampleDeclaration } from "../helpers/sample";
import { messageOf, TEST_OUTDIR } from "../helpers/synth-template";

const TWO: Declaration = {
  organization: FULL_ORGANIZATION,
  environments: [
    { ...ENVIRONMENT, name: "dev", project: { id: "acme-gemini-dev", adopt: false }, keys: [KEY] },
    FULL_ENVIRONMENT,
  ],
};

const WRONG: Declaration = {
  organization: ORGANIZATION,
  environments: [{ ...ENVIRONMENT, keys: [{ ...KEY, allow: [] }] }],
};

const REFUSAL =
  "[prod/key-web] `allowedIps` must name at least one address, got: none. A key without addresses works from the whole internet.";

/** Runs in an empty temporary folder, which is also where temporary folders are made meanwhile. */
function inTemporaryFolder<T>(run: (folder: string) => T): T {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gemkeys-test-"));
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = folder;
  try {
    return run(folder);
  } finally {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

describe("buildApp", () => {
  test("makes a stack per environment, with its name", () => {
    inTemporaryFolder((outdir) => {
      const app = buildApp(TWO, { outdir });
      expect(app.node.children.map(({ node }) => node.id)).toEqual(["dev", "prod"]);
      expect(app.outdir).toBe(outdir);
    });
  });

  test("synthesizes to the files that synthesizeStacks shows", () => {
    inTemporaryFolder((outdir) => {
      buildApp(TWO, { outdir }).synth();
      const written = ["dev", "prod"].map((name) => ({
        name,
        stack: JSON.parse(fs.readFileSync(path.join(outdir, "stacks", name, "cdk.tf.json"), "utf8")),
      }));
      expect(synthesizeStacks(TWO)).toEqual(written);
      expect(fs.readdirSync(path.join(outdir, "stacks")).sort()).toEqual(["dev", "prod"]);
    });
  });

  test("throws what a construct refuses, and writes nothing", () => {
    inTemporaryFolder((outdir) => {
      let thrown: unknown;
      try {
        buildApp(WRONG, { outdir });
      } catch (error) {
        thrown = error;
      }
      expect(ValidationError.is(thrown) && thrown.message).toBe(REFUSAL);
      expect(ValidationError.is(thrown) && thrown.constructPath).toBe("prod/key-web");
      expect(fs.readdirSync(outdir, { recursive: true })).toEqual(["stacks"]);
    });
  });
});

describe("synthesizeStacks", () => {
  test("sorts by name", () => {
    const reversed = { ...TWO, environments: [...TWO.environments].reverse() };
    expect(synthesizeStacks(reversed)).toEqual(synthesizeStacks(TWO));
  });

  test("leaves nothing on disk, not even when it fails", () => {
    inTemporaryFolder((folder) => {
      synthesizeStacks(TWO);
      expect(messageOf(() => synthesizeStacks(WRONG))).toBe(REFUSAL);
      expect(fs.readdirSync(folder)).toEqual([]);
    });
  });

  test("gives the same each time", () => {
    expect(JSON.stringify(synthesizeStacks(TWO))).toBe(JSON.stringify(synthesizeStacks(TWO)));
  });
});

describe("withoutStackTraces", () => {
  const hooks = () => [Error.captureStackTrace, Error.prepareStackTrace];
  const before = hooks();
  afterEach(() => expect(hooks()).toEqual(before));

  test("returns what was built", () => {
    expect(withoutStackTraces(() => 42)).toBe(42);
  });

  test("throws what was thrown, and the stack traces are as before", () => {
    const error = new Error("x");
    expect(messageOf(() => withoutStackTraces(() => fail(error)))).toBe("x");
    expect(hooks()).toEqual(before);
    expect(new Error("y").stack).toContain("build-app.test.ts");
  });

  test("can be nested", () => {
    withoutStackTraces(() => {
      const outer = hooks();
      expect(messageOf(() => withoutStackTraces(() => fail(new Error("inner"))))).toBe("inner");
      expect(hooks()).toEqual(outer);
    });
  });

  test("is over after buildApp has thrown", () => {
    expect(messageOf(() => buildApp(WRONG, { outdir: TEST_OUTDIR }))).toBe(REFUSAL);
    expect(hooks()).toEqual(before);
  });

  function fail(error: Error): never {
    throw error;
  }
});

describe("order in the configuration has no meaning", () => {
  /** The sample with every list reversed, but for generations, and the fields of every mapping too. */
  function reversedSample(): Files {
    const names = ["organization.yaml", ...["dev", "prod", "staging"].map((name) => `environments/${name}.yaml`)];
    return Object.fromEntries(
      names.map((name) => [name, reversed(fs.readFileSync(path.join(SAMPLE_FOLDER, name), "utf8"))]),
    );
  }

  function reversed(yaml: string): string {
    const document = parseDocument(yaml);
    reverse(document.contents);
    return document.toString();
  }

  function reverse(node: unknown, name?: string): void {
    if (isMap<{ value: string }>(node)) {
      node.items.reverse();
      for (const { key, value } of node.items) reverse(value, key.value);
    } else if (isSeq(node) && name !== "generations") {
      node.items.reverse();
    }
  }

  test("reversing all lists and mappings of the sample changes nothing", () => {
    const files = reversedSample();
    expect(files["environments/prod.yaml"]).toContain("search-oncall@example.com, finops@example.com");
    const declaration = inConfigFolder(files, () => loadConfig("config", NOW).declaration);
    expect(JSON.stringify(synthesizeStacks(declaration))).toBe(JSON.stringify(synthesizeStacks(sampleDeclaration())));
  });
});
