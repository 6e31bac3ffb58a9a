import * as fs from "node:fs";
import * as path from "node:path";
import { loadConfig } from "../../declaration/load";
import { type Emulator, startEmulator } from "../../emulator/emulator";
import {
  emulatorEnvironment,
  formatEnvironment,
  unsetVariables,
  writeDummyCredentials,
} from "../../emulator/environment";
import { seedEnvironment, seedFoundation } from "../../emulator/seed";
import { ExitCode } from "../exit-code";
import { foundationOf } from "../foundation";
import { untilInterrupted } from "../interrupt";
import { inventoryOf } from "../inventory-of";
import { listenOn } from "../listen";
import { oneOf } from "../one-of";
import { UserError } from "../report-error";

export interface EmulatorOptions {
  readonly config: string;
  readonly port: string;
  readonly printEnv?: string;
  readonly state?: string;
  readonly quota?: string;
  readonly seed?: boolean;
}

const SHELLS = ["sh", "fish", "powershell", "json"] as const;

/** Runs the local cloud until Ctrl-C, or prints the variables that point programs at it. */
export async function emulator(options: EmulatorOptions): Promise<ExitCode> {
  if (options.printEnv !== undefined) return printEnvironment(options.printEnv, options.port);
  const { declaration } = loadConfig(options.config);
  const quotaPerMinute = quota(options.quota);
  const running = await listenOn(options.port, (port) =>
    startEmulator({ port, stateFile: options.state, quotaPerMinute }),
  ).catch((error: Error) => {
    throw error.name === "StateFileError" ? new UserError(error.message) : error;
  });
  seedFoundation(running.store, foundationOf(declaration));
  if (options.seed) {
    for (const environment of inventoryOf(declaration).environments) seedEnvironment(running.store, environment);
  }
  const interrupted = untilInterrupted();
  process.stdout.write(`local Google Cloud on ${running.url}\n`);
  process.stdout.write(
    `gemkeys emulator --port ${running.port} --print-env sh prints how to use it. Ctrl-C ends it.\n`,
  );
  await interrupted;
  return end(running);
}

/** Closing also saves the state, where there is a file for it. */
async function end(running: Emulator): Promise<ExitCode> {
  const requests = running.requestCount();
  for (const route of running.unknownRoutes) process.stderr.write(`answered 501, not known here: ${route}\n`);
  await running.close();
  process.stdout.write(`\n${requests} requests, ${running.unknownRoutes.length} unknown routes.\n`);
  return ExitCode.Fine;
}

function printEnvironment(shell: string, port: string): ExitCode {
  const known = oneOf("--print-env", SHELLS, shell);
  if (!/^[1-9]\d{0,4}$/.test(port)) throw new UserError(`\`--port\` must be the port of the emulator, got: ${port}.`);
  const folder = path.join(__dirname, "..", "..", ".gemkeys");
  fs.mkdirSync(folder, { recursive: true });
  const variables = emulatorEnvironment(`http://127.0.0.1:${port}`, writeDummyCredentials(folder));
  process.stdout.write(`${formatEnvironment(variables, unsetVariables, known).trimEnd()}\n`);
  return ExitCode.Fine;
}

function quota(option: string | undefined): number | undefined {
  if (option === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(option))
    throw new UserError(`\`--quota\` must be a whole number above 0, got: ${option}.`);
  return Number(option);
}
