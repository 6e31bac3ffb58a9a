import * as fs from "node:fs";
import * as path from "node:path";
import { importProblems, type Manifest, projectFiles } from "../scripts/import-rules";

const ROOT = path.join(__dirname, "..");
const MANIFEST = JSON.parse(fs.readFileSync(path.join(ROOT, "package.json"), "utf8")) as Manifest;

test("every import of the project is allowed, no folders depend on each other in a circle, no dependency is unused", () => {
  const files = projectFiles(ROOT);
  expect([...files.keys()]).toEqual(expect.arrayContaining(["main.ts", "values/money.ts", "test/imports.test.ts"]));
  expect(importProblems(files, MANIFEST)).toEqual([]);
});

const PACKAGES: Manifest = {
  dependencies: { cdktf: "1", constructs: "1", zod: "1", "cli-table3": "1" },
  devDependencies: { ajv: "1" },
};

/** The problems of one file, without those of unused dependencies. */
function problemsOf(name: string, text: string): string[] {
  return importProblems(new Map([[name, text]]), PACKAGES).filter((line) => !line.startsWith("package.json: "));
}

const STACKS =
  "stacks may import: its own folder, constructs/, declaration/, inventory/, policies/, values/, cdktf, constructs, @cdktf/provider-google/lib/*, what comes with Node.";
const PRIVATE = "is private to cdktf. Import from cdktf.";
const GUARD = "is false for a second copy of the library. Use its own guard, e.g. TerraformStack.isStack.";

test.each<[string, string, string, string]>([
  [
    "a folder that is not in the row",
    "stacks/a.ts",
    'import { x } from "../emulator/store";',
    `stacks/a.ts:1: ../emulator/store must not be imported here. ${STACKS}`,
  ],
  [
    "only as a type, where types are not allowed either",
    "stacks/a.ts",
    'import type { X } from "../emulator/store";',
    `stacks/a.ts:1: ../emulator/store must not be imported here. ${STACKS}`,
  ],
  [
    "a package that is not in the row",
    "values/a.ts",
    '\nimport { z } from "zod";',
    "values/a.ts:2: zod must not be imported here. values may import: its own folder, ipaddr.js, what comes with Node.",
  ],
  [
    "a value where only types are allowed",
    "emulator/a.ts",
    'import { type A, b } from "../inventory/model";',
    "emulator/a.ts:1: ../inventory/model must not be imported here. emulator may import: its own folder, values/, types of inventory/, ipaddr.js, @bufbuild/cel (emulator/cel*), @lezer/common (emulator/promql/*), @prometheus-io/lezer-promql (emulator/promql/*), what comes with Node.",
  ],
  [
    "the folder constructs/ where the package is meant",
    "inventory/a.ts",
    'import { Construct } from "constructs";',
    "inventory/a.ts:1: constructs must not be imported here. inventory may import: its own folder, values/, cli-table3 (inventory/render-*), what comes with Node.",
  ],
  [
    "the package's name for a file of constructs/",
    "stacks/a.ts",
    'import { GeminiKey } from "constructs/gemini-key";',
    `stacks/a.ts:1: constructs/gemini-key must not be imported here. ${STACKS}`,
  ],
  [
    "a table outside of the renderers",
    "inventory/rows.ts",
    'import Table from "cli-table3";',
    "inventory/rows.ts:1: cli-table3 must not be imported here. inventory may import: its own folder, values/, cli-table3 (inventory/render-*), what comes with Node.",
  ],
  [
    "another file of constructs/ in main.ts",
    "main.ts",
    'import { GeminiKey } from "./constructs/gemini-key";',
    "main.ts:1: ./constructs/gemini-key must not be imported here. main.ts may import: constructs/validation-error, declaration/, stacks/, values/date, values/problem, what comes with Node.",
  ],
  [
    "the root of the provider",
    "constructs/a.ts",
    'import * as google from "@cdktf/provider-google";',
    "constructs/a.ts:1: @cdktf/provider-google loads 1,470 files. Import from @cdktf/provider-google/lib/<resource>.",
  ],
  [
    "a private file of cdktf",
    "test/a.ts",
    'import { x } from "cdktf/lib/tokens/private/resolve";',
    `test/a.ts:1: cdktf/lib/tokens/private/resolve ${PRIVATE}`,
  ],
  [
    "the jest adapter outside of tests",
    "stacks/a.ts",
    'import "cdktf/lib/testing/adapters/jest";',
    `stacks/a.ts:1: cdktf/lib/testing/adapters/jest ${PRIVATE}`,
  ],
  [
    "require",
    "values/a.ts",
    'const yaml = require("yaml");',
    "values/a.ts:1: yaml must not be imported here. values may import: its own folder, ipaddr.js, what comes with Node.",
  ],
  [
    "import()",
    "values/a.ts",
    'const load = () => import("../declaration/load");',
    "values/a.ts:1: ../declaration/load must not be imported here. values may import: its own folder, ipaddr.js, what comes with Node.",
  ],
  [
    "a type of another file",
    "values/a.ts",
    'type A = import("../declaration/model").Key;',
    "values/a.ts:1: ../declaration/model must not be imported here. values may import: its own folder, ipaddr.js, what comes with Node.",
  ],
  [
    "export from",
    "values/a.ts",
    'export { x } from "../declaration/load";',
    "values/a.ts:1: ../declaration/load must not be imported here. values may import: its own folder, ipaddr.js, what comes with Node.",
  ],
  [
    "a package that is not in package.json",
    "cli/a.ts",
    'import chalk from "chalk";',
    "cli/a.ts:1: chalk must be in the dependencies of package.json.",
  ],
  [
    "a development dependency in the program",
    "cli/a.ts",
    'import Ajv from "ajv";',
    "cli/a.ts:1: ajv must be in the dependencies of package.json.",
  ],
  [
    "a test's helper in the program",
    "cli/a.ts",
    'import { x } from "../test/helpers/x";',
    "cli/a.ts:1: ../test/helpers/x must not be imported here. cli may import: its own folder, ci/, constructs/, declaration/, emulator/, google/, inventory/, package.json, policies/, preflight/, review/, stacks/, values/, *, what comes with Node.",
  ],
  [
    "a file outside of the project",
    "test/a.ts",
    'import { x } from "../../elsewhere";',
    "test/a.ts:1: ../../elsewhere lies outside of the project.",
  ],
  [
    "a folder without a row",
    "recipes/a.ts",
    'import { x } from "./b";',
    "recipes/a.ts:1: recipes has no row in the table of scripts/import-rules.ts. Add one.",
  ],
  [
    "instanceof of a class of cdktf",
    "stacks/a.ts",
    'import { TerraformStack } from "cdktf";\nif (x instanceof TerraformStack) y();',
    `stacks/a.ts:2: instanceof TerraformStack ${GUARD}`,
  ],
  [
    "instanceof by a namespace, in a function",
    "stacks/a.ts",
    'import * as lib from "constructs";\nconst f = (x: unknown) => x instanceof lib.Construct;',
    `stacks/a.ts:2: instanceof lib.Construct ${GUARD}`,
  ],
])("refused: %s", (_title, file, text, expected) => {
  expect(problemsOf(file, text)).toEqual([expected]);
});

test.each<[string, string, string]>([
  [
    "types where types are allowed",
    "emulator/a.ts",
    'import type { A } from "../inventory/model";\nimport { type B } from "../inventory/model";',
  ],
  [
    "the package constructs beside the folder",
    "stacks/a.ts",
    'import { Construct } from "constructs";\nimport { GeminiKey } from "../constructs/gemini-key";',
  ],
  [
    "what comes with Node, with and without prefix",
    "values/a.ts",
    'import * as fs from "node:fs";\nimport * as path from "path";',
  ],
  ["a table in a renderer", "inventory/render-table.ts", 'import Table from "cli-table3";'],
  ["an import in a comment or a text", "values/a.ts", '// import "zod";\nconst text = `import "yaml"`;'],
  ["the jest adapter in a test", "test/a.ts", 'import "cdktf/lib/testing/adapters/jest";'],
  ["a development dependency in a test", "test/a.ts", 'import Ajv from "ajv/dist/2020";'],
  ["instanceof of a class of our own", "stacks/a.ts", 'import { Token } from "cdktf";\nx instanceof Error;'],
])("accepted: %s", (_title, file, text) => {
  expect(problemsOf(file, text)).toEqual([]);
});

test("the stock style of the benchmark may import the root of the provider", () => {
  const manifest = { ...PACKAGES, dependencies: { ...PACKAGES.dependencies, "@cdktf/provider-google": "1" } };
  const stock = new Map([["bench/stock/main.ts", 'import * as google from "@cdktf/provider-google";']]);
  expect(importProblems(stock, manifest).filter((line) => !line.startsWith("package.json"))).toEqual([]);
});

test("a cycle between folders is named once, with the import that closes it", () => {
  const files = new Map([
    ["bench/a.ts", 'import "../scripts/b";'],
    ["scripts/b.ts", 'import "../test/c";'],
    ["test/c.ts", '\nimport "../bench/a";'],
  ]);
  expect(importProblems(files, { dependencies: {}, devDependencies: {} })).toEqual([
    "test/c.ts:2: closes a cycle of folders: bench → scripts → test → bench.",
  ]);
});

test("an unused dependency is named, one that a tool uses is not", () => {
  const manifest = { dependencies: { zod: "1", "left-pad": "1" }, devDependencies: { jest: "1", "@scope/name": "1" } };
  const files = new Map([["declaration/a.ts", 'import { z } from "zod";']]);
  expect(importProblems(files, manifest)).toEqual([
    "package.json: left-pad is imported by no file. Remove it.",
    "package.json: @scope/name is imported by no file. Remove it.",
  ]);
});
