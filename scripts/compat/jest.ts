import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

export interface Counts {
  readonly passed: number;
  readonly skipped: number;
}

/**
 * Runs tests with a Node of choice.
 *
 * @throws Error if one fails, or if jest has no result.
 */
export function runJest(root: string, node: string, args: readonly string[], env: Record<string, string> = {}): Counts {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gemkeys-jest-"));
  try {
    const file = path.join(folder, "result.json");
    const jest = path.join(root, "node_modules", "jest", "bin", "jest.js");
    spawnSync(node, [jest, ...args, "--ci", "--json", "--outputFile", file], {
      cwd: root,
      stdio: "ignore",
      env: { ...process.env, ...env },
    });
    if (!fs.existsSync(file)) throw new Error("the tests did not run.");
    const result = JSON.parse(fs.readFileSync(file, "utf8"));
    const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
    if (failed > 0 || !result.success) throw new Error(`${failed} tests failed.`);
    return { passed: result.numPassedTests, skipped: result.numPendingTests };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

export function describeCounts({ passed, skipped }: Counts): string {
  return skipped === 0 ? `${passed} tests passed` : `${passed} tests passed, ${skipped} skipped`;
}
