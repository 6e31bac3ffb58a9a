import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { tryCdktn } from "./cdktn";
import { describeCounts, runJest } from "./jest";

/**
 * `npm run compat`: runs the tests with everything that the README says gemkeys works with, and writes its table. What is
 * not on the machine is said, and not counted as working. `-- --print` only prints the table.
 */

const ROOT = path.join(__dirname, "..", "..");
const README = path.join(ROOT, "README.md");
const [BEGIN, END] = ["<!-- Written by `npm run compat`. -->", "<!-- End of what `npm run compat` writes. -->"];

interface Row {
  readonly what: string;
  readonly version: string;
  readonly result: string;
}

function main(): void {
  const { values } = parseArgs({ options: { print: { type: "boolean" } } });
  const rows: Row[] = [];
  const add = (row: Row) => {
    process.stderr.write(`${row.what} ${row.version}: ${row.result}\n`);
    rows.push(row);
  };
  for (const major of [20, 22]) add(attempt("Node.js", String(major), () => tryNode(major)));
  for (const [name, binary] of [
    ["Terraform", "terraform"],
    ["OpenTofu", "tofu"],
  ] as const) {
    add(attempt(name, "1.11 or newer", () => tryTerraform(binary)));
  }
  for (const major of [7, 8]) add(attempt("provider hashicorp/google", `${major}.x`, () => tryProvider(major)));
  add(attempt("CDK Terrain for cdktf", "", () => tryCdktn(ROOT)));
  add({
    what: "macOS, Windows",
    version: "",
    result: "not run; the tests of line ends (CRLF) and of paths with backslashes run on any system",
  });
  const table = tableOf(rows);
  if (values.print) process.stdout.write(table);
  else writeTable(table);
  if (rows.some(({ result }) => result.startsWith("failed"))) process.exitCode = 1;
}

type Outcome = { readonly version: string; readonly result: string };

function attempt(what: string, wanted: string, run: () => Outcome): Row {
  try {
    return { what, ...run() };
  } catch (error) {
    return { what, version: wanted, result: `failed: ${(error as Error).message.replaceAll("\n", " ")}` };
  }
}

/** Our own Node, or that of the package `node`, which holds the binary of a release. */
function tryNode(major: number): Outcome {
  const node = process.versions.node.startsWith(`${major}.`) ? process.execPath : installedNode(major);
  if (node === undefined) return { version: `${major}.x`, result: "not run: it could not be installed" };
  const version = execFileSync(node, ["--version"], { encoding: "utf8" }).trim().slice(1);
  return { version, result: describeCounts(runJest(ROOT, node, ["--config", "jest.config.json"])) };
}

function installedNode(major: number): string | undefined {
  const args = ["exec", "--yes", `--package=node@${major}`, "-c", 'node -p "process.execPath"'];
  const { status, stdout } = spawnSync("npm", args, { encoding: "utf8", shell: process.platform === "win32" });
  return status === 0 ? stdout.trim() : undefined;
}

function tryTerraform(binary: string): Outcome {
  const asked = spawnSync(binary, ["version", "-json"], { encoding: "utf8" });
  if (asked.status !== 0) return { version: "1.11 or newer", result: `not run: no \`${binary}\` on the machine` };
  const { terraform_version: version } = JSON.parse(asked.stdout) as { terraform_version: string };
  return { version, result: `with provider 6.50.0: ${endToEnd("provider-6", { TERRAFORM_BINARY_NAME: binary })}` };
}

function tryProvider(major: number): Outcome {
  return { version: `${major}.x`, result: endToEnd(`provider-${major}`) };
}

/** The life of `dev` on the local cloud: deployed, planned clean, changed, rotated, destroyed. */
function endToEnd(test: string, env: Record<string, string> = {}): string {
  const counts = runJest(ROOT, process.execPath, ["--config", "test/e2e/jest.config.json", `${test}\\.e2e`], env);
  return counts.passed === 0 ? "not run: it could not be installed" : describeCounts(counts);
}

function tableOf(rows: readonly Row[]): string {
  const lines = rows.map(({ what, version, result }) => `| ${what} | ${version} | ${result} |`);
  return ["| with | version | what was seen |", "| --- | --- | --- |", ...lines, ""].join("\n");
}

function writeTable(table: string): void {
  const text = fs.readFileSync(README, "utf8");
  const [before, rest] = text.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`README.md must hold ${BEGIN} and ${END}.`);
  fs.writeFileSync(README, `${before}${BEGIN}\n\n${table}\n${END}${after}`);
}

main();
