import * as fs from "node:fs";
import * as path from "node:path";
import { runChild } from "./child";

/** A Terraform or OpenTofu that can run our stacks, with the provider beside it. */
export interface Terraform {
  /** `terraform` or `tofu`. */
  readonly binary: string;
  readonly version: string;
  readonly providerVersion: string;
  /** A CLI configuration that takes the provider from the disk, so that a run needs no registry. */
  readonly cliConfigFile: string;
}

/** Write-only arguments need it. */
const MINIMUM = [1, 11];

/** Milliseconds: the provider may have to be downloaded. */
const INIT_TIMEOUT = 300_000;

/**
 * Finds a Terraform or OpenTofu that is new enough and can install the provider.
 *
 * @param providerVersion a version, or a constraint such as `~> 8.0`.
 * @param workFolder a folder of ours; the provider is kept in it.
 * @returns what was found, or the reason why none can be used.
 */
export async function findTerraform(
  providerVersion: string,
  workFolder: string,
  signal?: AbortSignal,
): Promise<Terraform | { readonly reason: string }> {
  const reasons: string[] = [];
  for (const binary of candidates()) {
    const found = await tryBinary(
      binary,
      providerVersion,
      path.join(workFolder, `init-${path.basename(binary)}`),
      signal,
    );
    if (!("reason" in found)) return found;
    reasons.push(found.reason);
  }
  return { reason: reasons.join("; ") };
}

function candidates(): string[] {
  const chosen = process.env["TERRAFORM_BINARY_NAME"];
  return chosen ? [chosen] : ["terraform", "tofu"];
}

async function tryBinary(
  binary: string,
  providerVersion: string,
  folder: string,
  signal?: AbortSignal,
): Promise<Terraform | { readonly reason: string }> {
  fs.mkdirSync(folder, { recursive: true });
  const env = { ...process.env, CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" };
  const asked = await runChild(binary, ["version", "-json"], { cwd: folder, env, timeout: 10_000, signal });
  if (asked.code !== 0) return { reason: `no \`${binary}\` was found` };
  const version = versionIn(asked.stdout);
  if (!version || !atLeast(version, MINIMUM)) {
    return { reason: `\`${binary}\` is ${version ?? "of an unknown version"}, and ${MINIMUM.join(".")} is needed` };
  }
  fs.writeFileSync(
    path.join(folder, "main.tf.json"),
    JSON.stringify({
      terraform: { required_providers: { google: { source: "hashicorp/google", version: providerVersion } } },
    }),
  );
  const init = await runChild(binary, ["init", "-backend=false", "-input=false", "-no-color"], {
    cwd: folder,
    env,
    timeout: INIT_TIMEOUT,
    signal,
  });
  if (init.code !== 0) {
    const cause = /Error: (.+)/.exec(init.output)?.[1] ?? (init.timedOut ? "no answer in 5 minutes" : "see its output");
    return { reason: `\`${binary} init\` could not install hashicorp/google ${providerVersion} (${cause})` };
  }
  return { binary, version, providerVersion: installedVersion(folder), cliConfigFile: writeCliConfig(folder) };
}

// .terraform/providers/<host>/hashicorp/google/<version>
function installedVersion(folder: string): string {
  const providers = path.join(folder, ".terraform", "providers");
  const [host] = fs.readdirSync(providers);
  return fs.readdirSync(path.join(providers, host!, "hashicorp", "google"))[0]!;
}

// init leaves the provider in the layout of a filesystem mirror.
function writeCliConfig(folder: string): string {
  const file = path.join(folder, "terraform.rc");
  const mirror = path.join(folder, ".terraform", "providers");
  fs.writeFileSync(
    file,
    `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`,
  );
  return file;
}

function versionIn(json: string): string | undefined {
  try {
    return (JSON.parse(json.slice(json.indexOf("{"))) as { terraform_version?: string }).terraform_version;
  } catch {
    return undefined;
  }
}

function atLeast(version: string, [major, minor]: readonly number[]): boolean {
  const [a, b] = version.split(/[.-]/).map(Number);
  return a! > major! || (a === major && b! >= minor!);
}
