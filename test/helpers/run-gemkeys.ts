import { type ChildProcess, spawn } from "node:child_process";
import * as path from "node:path";

const PROGRAM = path.join(__dirname, "..", "..", "cli", "gemkeys.js");

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Called as soon as standard output holds this text, with the running program. */
  readonly when?: readonly [string, (child: ChildProcess, stdout: string) => void];
}

/** Runs the program as a person in a pipe would, to its end. */
export function runGemkeys(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      cwd: options.cwd ?? path.join(__dirname, "..", ".."),
      env: { ...process.env, NO_COLOR: "1", ...options.env },
    });
    let stdout = "";
    let stderr = "";
    let told = false;
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
      if (options.when && !told && stdout.includes(options.when[0])) {
        told = true;
        options.when[1](child, stdout);
      }
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}
