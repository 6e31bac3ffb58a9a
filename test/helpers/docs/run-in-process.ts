import { runProgram } from "../../../cli/program";
import type { Run } from "../run-gemkeys";

/** Runs `gemkeys` with these arguments in this process, which saves the second that a process takes to start. */
export async function runInProcess(args: readonly string[]): Promise<Run> {
  const before = process.exitCode;
  let [stdout, stderr] = ["", ""];
  const out = jest.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    stdout += chunk;
    return true;
  });
  const err = jest.spyOn(process.stderr, "write").mockImplementation((chunk) => {
    stderr += chunk;
    return true;
  });
  try {
    process.exitCode = 0;
    await runProgram(args);
    return { code: Number(process.exitCode), stdout, stderr };
  } finally {
    process.exitCode = before;
    out.mockRestore();
    err.mockRestore();
  }
}
