import * as path from "node:path";
import { unsetVariables } from "../emulator/environment";
import { type ChildResult, runChild } from "./child";
import type { Terraform } from "./terraform";

export interface CdktfOptions {
  readonly terraform: Terraform;
  /** The folder with the configuration. */
  readonly config: string;
  /** The output folder. One of its own: lock files and backends of a local run have no place in the user's. */
  readonly output: string;
  /** Variables that point Terraform at the local cloud. */
  readonly environment: Readonly<Record<string, string>>;
  /** Further options of the cdktf CLI. */
  readonly args?: readonly string[];
  readonly signal?: AbortSignal;
  readonly onStart?: (group: number) => void;
  readonly onLine?: (line: string) => void;
}

const ROOT = path.join(__dirname, "..");

/** True if the cdktf CLI is installed; it is a development dependency. */
export function hasCdktf(): boolean {
  try {
    return cdktfProgram() !== "";
  } catch {
    return false;
  }
}

/** Runs `cdktf deploy` or `cdktf destroy` of one stack against the local cloud. */
export function runCdktf(command: "deploy" | "destroy", stack: string, options: CdktfOptions): Promise<ChildResult> {
  // --skip-provider-lock: cdktf asks the registry otherwise, and the local cloud lets nothing out.
  const args = [command, stack, "--auto-approve", "--skip-provider-lock", "--no-color", "--output", options.output];
  return runChild(process.execPath, [cdktfProgram(), ...args, ...(options.args ?? [])], {
    cwd: ROOT,
    env: cdktfEnvironment(options),
    signal: options.signal,
    onStart: options.onStart,
    onLine: options.onLine,
  });
}

/** The variables of a run against the local cloud, for cdktf and for Terraform alike. */
export function cdktfEnvironment(options: CdktfOptions): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    ...options.environment,
    GEMKEYS_CONFIG: path.resolve(options.config),
    TERRAFORM_BINARY_NAME: options.terraform.binary,
    TF_CLI_CONFIG_FILE: options.terraform.cliConfigFile,
    TF_IN_AUTOMATION: "1",
    CI: "1",
    CHECKPOINT_DISABLE: "1",
    DISABLE_VERSION_CHECK: "1",
    CDKTF_DISABLE_PLUGIN_CACHE_ENV: "1",
  };
  for (const name of [...unsetVariables, "TF_DATA_DIR", "TF_WORKSPACE", "TF_CLI_ARGS", "TF_PLUGIN_CACHE_DIR"]) {
    delete env[name];
  }
  return env;
}

function cdktfProgram(): string {
  const manifest = require.resolve("cdktf-cli/package.json", { paths: [ROOT] });
  const { bin } = require(manifest) as { bin: { cdktf: string } };
  return path.join(path.dirname(manifest), bin.cdktf);
}
