import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import pc from "picocolors";
import { type LoadedConfig, loadConfig } from "../../declaration/load";
import type { Declaration } from "../../declaration/model";
import { CALLER_IP_HEADER, type Emulator, startEmulator } from "../../emulator/emulator";
import { formatEnvironment, unsetVariables } from "../../emulator/environment";
import { seedEnvironment, seedFoundation } from "../../emulator/seed";
import type { EnvironmentInventory } from "../../inventory/model";
import { redactKeys } from "../../values/redact";
import { hasCdktf, runCdktf } from "../cdktf";
import { count, describeDeclaration } from "../describe";
import { ExitCode } from "../exit-code";
import { foundationOf } from "../foundation";
import { type CallResult, callGemini } from "../gemini-calls";
import { onInterrupt, untilInterrupted } from "../interrupt";
import { inventoryOf } from "../inventory-of";
import { inventoryTable } from "../inventory-table";
import { listenOn } from "../listen";
import { oneOf } from "../one-of";
import { Progress } from "../progress";
import { findTerraform, type Terraform } from "../terraform";

export interface LocalOptions {
  readonly config: string;
  readonly environment: string;
  readonly port: string;
  readonly terraform: boolean;
  readonly keep?: boolean;
}

/**
 * The main job: validate, synthesize, show the inventory, deploy one environment onto a local Google Cloud, and call
 * Gemini there to show that the declared restrictions hold.
 */
export async function local(options: LocalOptions): Promise<ExitCode> {
  const progress = new Progress();
  const config = loadConfig(options.config);
  tellConfig(progress, options, config);
  const environment = chosenEnvironment(options, config.declaration, progress);

  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gemkeys-local-"));
  const interrupt = onInterrupt();
  let emulator: Emulator | undefined;
  try {
    emulator = await listenOn(options.port, (port) => startEmulator({ port }));
    progress.done(`local Google Cloud on ${emulator.url}`);
    seedFoundation(emulator.store, foundationOf(config.declaration));
    const deployed = await deploy(options, config.declaration, environment, emulator, folder, interrupt, progress);
    if (interrupt.aborted) return tellInterrupted();
    if (!deployed) return ExitCode.Failed;
    const calls = await callGemini({ url: emulator.url, callerIpHeader: CALLER_IP_HEADER }, environment);
    const code = tellCalls(progress, calls, emulator);
    if (options.keep) await keep(emulator);
    return code;
  } finally {
    await emulator?.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function tellConfig(progress: Progress, options: LocalOptions, { declaration, notes }: LoadedConfig): void {
  progress.done(`${options.config} is valid: ${describeDeclaration(declaration)}`);
  if (notes.length > 0) progress.skipped(`${count(notes.length, "note")} on it: \`npx gemkeys validate\` tells more`);
}

function chosenEnvironment(options: LocalOptions, declaration: Declaration, progress: Progress): EnvironmentInventory {
  const { environments } = inventoryOf(declaration);
  progress.done(`synthesized ${count(environments.length, "environment")}`);
  const names = environments.map(({ name }) => name);
  const name = oneOf("--environment", names, options.environment);
  const environment = environments[names.indexOf(name)]!;
  process.stdout.write(`\n${inventoryTable({ environments: [environment] })}\n`);
  return environment;
}

/** Deploys with Terraform where it can be had, otherwise fills the local cloud and says why. False if it failed. */
async function deploy(
  options: LocalOptions,
  declaration: Declaration,
  environment: EnvironmentInventory,
  emulator: Emulator,
  folder: string,
  signal: AbortSignal,
  progress: Progress,
): Promise<boolean> {
  const found = await progress.step("looking for Terraform and its provider", () =>
    terraformFor(options, declaration, folder, signal),
  );
  if (signal.aborted) return false;
  if ("reason" in found) {
    seedEnvironment(emulator.store, environment);
    progress.skipped(`${pc.bold("Terraform did not run")}: ${found.reason}.`);
    progress.skipped("The local cloud was filled from the synthesized stack instead.");
    return true;
  }
  progress.done(`${found.binary} ${found.version} with hashicorp/google ${found.providerVersion}`);
  return deployWith(found, options, emulator, folder, signal, progress);
}

async function terraformFor(
  options: LocalOptions,
  { organization }: Declaration,
  folder: string,
  signal: AbortSignal,
): Promise<Terraform | { readonly reason: string }> {
  if (!options.terraform) return { reason: "--no-terraform was given" };
  if (organization.state.kind !== "gcs")
    return { reason: "the state is in HCP Terraform, which has no local stand-in" };
  if (!hasCdktf()) return { reason: "the cdktf CLI is not installed (npm ci installs it)" };
  return findTerraform(organization.googleProvider, folder, signal);
}

async function deployWith(
  terraform: Terraform,
  options: LocalOptions,
  emulator: Emulator,
  folder: string,
  signal: AbortSignal,
  progress: Progress,
): Promise<boolean> {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  let created = 0;
  const result = await progress.step(`cdktf deploy ${options.environment}`, (update) =>
    runCdktf("deploy", options.environment, {
      terraform,
      config: options.config,
      output: path.join(folder, "cdktf.out"),
      environment: emulator.environment(),
      signal,
      onLine: (line) => {
        if (line.includes(": Creation complete") || line.includes(": Import complete")) created++;
        update(`cdktf deploy ${options.environment}: ${created} resources, ${seconds()} s`);
      },
    }),
  );
  if (signal.aborted) return false;
  if (result.code === 0) {
    progress.done(`cdktf deploy ${options.environment}: ${created} resources in ${seconds()} s`);
    return true;
  }
  progress.failed(`cdktf deploy ${options.environment} ended with code ${result.code}:`);
  process.stderr.write(`${redactKeys(lastWords(result.output))}\n`);
  tellUnknownRoutes(emulator);
  return false;
}

/** The end of Terraform's output without the lines that only tell progress. */
function lastWords(output: string): string {
  const progress = /: (Creating|Still creating|Creation complete|Refreshing state|Reading|Read complete)/;
  return output
    .split("\n")
    .filter((line) => !progress.test(line))
    .slice(-40)
    .join("\n");
}

function tellCalls(progress: Progress, calls: readonly CallResult[], emulator: Emulator): ExitCode {
  if (calls.length === 0) {
    progress.skipped("No key is declared in this environment, so nothing was called.");
    return ExitCode.Fine;
  }
  process.stdout.write("\nCalls to the Gemini API of the local cloud:\n");
  const width = Math.max(...calls.map(({ key, what }) => key.length + what.length)) + 2;
  for (const { key, what, expected, got, holds } of calls) {
    const line = `${`${key}: ${what}`.padEnd(width)}  ${got}`;
    if (holds) progress.done(line);
    else progress.failed(`${line}, expected ${expected}`);
  }
  tellUnknownRoutes(emulator);
  const broken = calls.filter(({ holds }) => !holds).length;
  process.stdout.write(
    broken === 0
      ? "\nEvery declared restriction holds.\n"
      : `\n${broken} of ${calls.length} calls were answered otherwise than declared.\n`,
  );
  return broken === 0 ? ExitCode.Fine : ExitCode.Findings;
}

function tellUnknownRoutes(emulator: Emulator): void {
  for (const route of emulator.unknownRoutes) process.stderr.write(`The local cloud has no ${route}\n`);
}

async function keep(emulator: Emulator): Promise<void> {
  const interrupted = untilInterrupted();
  process.stdout.write(
    `\nThe local cloud stays on ${emulator.url} until Ctrl-C. To point Terraform and SDKs at it, in another shell:\n\n` +
      `${formatEnvironment(emulator.environment(), unsetVariables, "sh")}\n`,
  );
  await interrupted;
}

function tellInterrupted(): ExitCode {
  process.stderr.write("\nInterrupted. Every process of this run has ended.\n");
  return ExitCode.Failed;
}
