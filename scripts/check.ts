import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { staleFiles } from "./generated-files";
import { importProblems, type Manifest, projectFiles } from "./import-rules";

// `npm run check`: what does not need a test run, cheapest first. No network, no account. Every step runs, also after
// one has failed.

const ROOT = path.join(__dirname, "..");

/** biome colours its report in a pipe too. */
const COLORS = process.stdout.isTTY ? ["--colors=force"] : ["--colors=off"];

interface Step {
  readonly name: string;
  /** What is wrong, as text to print; empty if nothing is. */
  readonly run: () => string;
}

const STEPS: readonly Step[] = [
  { name: "generated files", run: staleFilesProblem },
  {
    name: "format and lint",
    run: () => program("@biomejs/biome", "biome", ["ci", "--diagnostic-level=warn", ...COLORS]),
  },
  { name: "imports", run: () => importProblems(projectFiles(ROOT), manifest()).join("\n") },
  // Without bench/stock, see tsconfig.json.
  { name: "types", run: () => program("typescript", "tsc", ["--noEmit"]) },
  { name: "types of the page's script", run: () => program("typescript", "tsc", ["--project", "review/html/client"]) },
];

function main(): number {
  const failed = STEPS.filter((step) => !passes(step));
  return failed.length > 0 ? 1 : 0;
}

function passes({ name, run }: Step): boolean {
  const start = performance.now();
  const problem = run();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  process.stdout.write(`${problem === "" ? "✓" : "✗"} ${name} ${seconds} s\n${problem && `${problem}\n`}`);
  return problem === "";
}

function staleFilesProblem(): string {
  return staleFiles()
    .map((name) => `${name} is not up to date. Run: npm run generate`)
    .join("\n");
}

function manifest(): Manifest {
  return require("../package.json") as Manifest;
}

/** Runs a program of an installed package with this Node. */
function program(packageName: string, command: string, args: readonly string[]): string {
  const file = require.resolve(`${packageName}/package.json`);
  const { bin } = require(file) as { bin: Record<string, string> };
  const script = path.join(path.dirname(file), bin[command]!);
  const result = spawnSync(process.execPath, [script, ...args], { cwd: ROOT, encoding: "utf8" });
  if (result.error) return result.error.message;
  return result.status === 0 ? "" : `${result.stdout}${result.stderr}`.trim() || `ended with ${result.status}`;
}

process.exitCode = main();
