import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { describeCounts, runJest } from "./jest";
import { copyProject } from "./project";

/**
 * `npm run compat:cdktn`: CDK Terrain in the place of cdktf, in a copy. Installs it, checks the types, runs the tests, and
 * compares what both synthesize, value by value.
 */

const VERSION = "0.24.0";

/** @returns what was seen, in words. @throws Error with what does not hold. */
export function tryCdktn(root: string): { readonly version: string; readonly result: string } {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gemkeys-cdktn-"));
  try {
    const copy = path.join(folder, "project");
    copyProject(root, copy);
    run(copy, "npm", ["install", "--save-exact", "--no-audit", "--no-fund", `cdktf@npm:cdktn@${VERSION}`]);
    run(copy, process.execPath, [require.resolve("typescript/bin/tsc"), "--noEmit", "-p", "."]);
    const stacks = compareStacks(
      synthesize(root, path.join(folder, "cdktf")),
      synthesize(copy, path.join(folder, "cdktn")),
    );
    const counts = runJest(copy, process.execPath, ["--config", "jest.config.json"]);
    return { version: VERSION, result: `types, ${describeCounts(counts)}; ${stacks} stacks equal those of cdktf` };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function synthesize(project: string, outdir: string): string {
  run(project, process.execPath, ["-r", "./register.js", "main.ts"], { CDKTF_OUTDIR: outdir });
  return path.join(outdir, "stacks");
}

/** @throws Error naming the stacks that differ. */
function compareStacks(ours: string, theirs: string): number {
  const names = fs.readdirSync(ours).sort();
  if (!isDeepStrictEqual(names, fs.readdirSync(theirs).sort())) throw new Error("the stacks have other names.");
  const different = names.filter((name) => !isDeepStrictEqual(content(ours, name), content(theirs, name)));
  if (different.length > 0) throw new Error(`other JSON of the stacks ${different.join(", ")}.`);
  return names.length;
}

/** The stack without the version of the library, which is the only thing that may differ. */
function content(stacks: string, name: string): unknown {
  const stack = JSON.parse(fs.readFileSync(path.join(stacks, name, "cdk.tf.json"), "utf8")) as {
    "//": { metadata: { version?: unknown } };
  };
  delete stack["//"].metadata.version;
  return stack;
}

function run(cwd: string, command: string, args: readonly string[], env: Record<string, string> = {}): void {
  const result = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    env: { ...process.env, ...env },
    shell: process.platform === "win32" && command === "npm",
  });
  if (result.status === 0) return;
  const said = `${result.stdout}${result.stderr}`.trim().split("\n").slice(-5).join("\n");
  throw new Error(`\`${path.basename(command)} ${args.at(-1)}\` failed: ${said || result.error?.message}`);
}

if (require.main === module) {
  const { version, result } = tryCdktn(path.join(__dirname, "..", ".."));
  process.stdout.write(`cdktn ${version}: ${result}\n`);
}
