import { spawn } from "node:child_process";

export interface ChildOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Milliseconds after which the child is ended. */
  readonly timeout?: number;
  /** Ends the child. */
  readonly signal?: AbortSignal;
  /**
   * Milliseconds between the request to end and the end by force.
   *
   * @default 5000
   */
  readonly grace?: number;
  /**
   * The request to end, to the whole group. Terraform's providers end at SIGTERM at once, and leave SIGINT to Terraform.
   *
   * @default SIGTERM
   */
  readonly endWith?: NodeJS.Signals;
  /** Called with the number of the process group once it is there. */
  readonly onStart?: (group: number) => void;
  /** Called for every line of output. */
  readonly onLine?: (line: string) => void;
}

export interface ChildResult {
  readonly code: number;
  /** Standard output. */
  readonly stdout: string;
  /** Both outputs, in the order they came. */
  readonly output: string;
  readonly timedOut: boolean;
}

/** Milliseconds between the request to end and the end by force: Terraform writes its state meanwhile. */
const GRACE = 5_000;

/**
 * Runs a program to its end. Its process group ends with it: cdktf leaves Terraform behind otherwise.
 *
 * @returns code 127 if the program cannot be started.
 */
export function runChild(program: string, args: readonly string[], options: ChildOptions): Promise<ChildResult> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    if (child.pid !== undefined) options.onStart?.(child.pid);
    const output: string[] = [];
    const stdout: string[] = [];
    let timedOut = false;
    let force: NodeJS.Timeout | undefined;
    const end = () => {
      killGroup(child.pid, options.endWith ?? "SIGTERM");
      force ??= setTimeout(() => killGroup(child.pid, "SIGKILL"), options.grace ?? GRACE);
    };
    const timer = options.timeout
      ? setTimeout(() => {
          timedOut = true;
          end();
        }, options.timeout)
      : undefined;
    options.signal?.addEventListener("abort", end, { once: true });
    if (options.signal?.aborted) end();

    const readers = [child.stdout, child.stderr].map((stream) => {
      // Characters of several bytes may come in two chunks, and lines of the two streams in between each other.
      stream.setEncoding("utf8");
      const lines = lineReader((line) => {
        output.push(line);
        options.onLine?.(line);
      });
      stream.on("data", lines.push);
      return lines;
    });
    child.stdout.on("data", (text: string) => stdout.push(text));

    const finish = (code: number) => {
      clearTimeout(timer);
      clearTimeout(force);
      options.signal?.removeEventListener("abort", end);
      killGroup(child.pid, "SIGKILL");
      for (const lines of readers) lines.end();
      resolve({ code, stdout: stdout.join(""), output: output.join("\n"), timedOut });
    };
    child.on("error", (error) => {
      output.push(error.message);
      finish(127);
    });
    child.on("close", (code) => finish(code ?? 1));
  });
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody is left in the group.
  }
}

function lineReader(onLine: (line: string) => void) {
  let rest = "";
  return {
    push: (text: string) => {
      const lines = (rest + text).split(/\r?\n/);
      rest = lines.pop()!;
      lines.forEach(onLine);
    },
    end: () => {
      if (rest !== "") onLine(rest);
      rest = "";
    },
  };
}
