import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/**
 * Runs all tests: first the fast ones, then those with the real Terraform provider, which skip themselves, in words,
 * where it cannot be had. Ends with the line `N passed, N failed, N skipped`.
 */

interface Counts {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numFailedTestSuites: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly success: boolean;
}

const ROOT = path.join(__dirname, "..");
const CONFIGS = ["jest.config.json", "test/e2e/jest.config.json"];

function run(config: string, folder: string): Counts {
  const result = path.join(folder, `${config.replace(/\W+/g, "-")}.json`);
  const jest = path.join(path.dirname(require.resolve("jest/package.json")), "bin", "jest.js");
  const args = [jest, "--config", config, "--json", "--outputFile", result, ...(process.stdout.isTTY ? [] : ["--ci"])];
  // With --json jest prints the result on standard output as well; what people read is on standard error.
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] });
  if (!fs.existsSync(result)) throw new Error(`jest ended with code ${status} before it had a result.`);
  const counts = JSON.parse(fs.readFileSync(result, "utf8")) as Counts;
  return { ...counts, success: counts.success && status === 0 };
}

function main(): number {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gemkeys-test-results-"));
  try {
    const results = CONFIGS.map((config) => run(config, folder));
    const sum = (count: (counts: Counts) => number) => results.reduce((total, counts) => total + count(counts), 0);
    const passed = sum(({ numPassedTests }) => numPassedTests);
    // A suite that could not even start has no failed test to count.
    const failed = sum(({ numFailedTests, numRuntimeErrorTestSuites }) => numFailedTests + numRuntimeErrorTestSuites);
    const skipped = sum(({ numPendingTests }) => numPendingTests);
    process.stdout.write(`\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
    return results.every(({ success }) => success) && failed === 0 ? 0 : 1;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = main();
