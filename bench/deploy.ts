import * as fs from "node:fs";
import * as path from "node:path";
import { cdktfEnvironment, runCdktf } from "../cli/cdktf";
import { runChild } from "../cli/child";
import { foundationOf } from "../cli/foundation";
import { findTerraform, type Terraform } from "../cli/terraform";
import { loadConfig } from "../declaration/load";
import { type Emulator, startEmulator } from "../emulator/emulator";
import { seedFoundation } from "../emulator/seed";
import { writeConfig } from "./write-config";

const STACK = "env-000";

interface Cost {
  readonly seconds: number;
  readonly requests: number;
  /** By API, e.g. `apikeys.googleapis.com`. */
  readonly byService: Readonly<Record<string, number>>;
}

export interface DeployResult {
  readonly keys: number;
  readonly resources: number;
  /** How many resources Terraform makes at the same time. */
  readonly parallelism: number;
  /** `cdktf deploy`, from the synthesis to the end. */
  readonly deploy: Cost;
  /** `terraform plan` after it, which finds no change. */
  readonly plan: Cost;
}

/**
 * Deploys an environment of so many keys, watched and audited, onto a local cloud by the real provider, once for each
 * parallelism.
 *
 * @returns or the reason why there is no provider.
 */
export async function benchDeploy(
  keys: number,
  parallelisms: readonly number[],
  folder: string,
): Promise<readonly DeployResult[] | { readonly reason: string }> {
  const config = path.join(folder, `config-deploy-${keys}`);
  writeWatchedConfig(config, keys);
  const terraform = await findTerraform("6.50.0", folder);
  if ("reason" in terraform) return terraform;
  const results: DeployResult[] = [];
  for (const parallelism of parallelisms) {
    results.push(await deployOnce(terraform, config, keys, parallelism, path.join(folder, `deploy-${parallelism}`)));
  }
  return results;
}

function writeWatchedConfig(config: string, keys: number): void {
  writeConfig(config, 1, keys);
  const environment = path.join(config, "environments", `${STACK}.yaml`);
  // Audit logs name no groups: with one, a key's reads would not be judged.
  const judged = fs.readFileSync(environment, "utf8").replaceAll("      - group:gcp-search-oncall@example.com\n", "");
  fs.writeFileSync(environment, `${judged}monitoring: { notify: { emails: [oncall@example.com] } }\naudit: {}\n`);
  fs.appendFileSync(path.join(config, "organization.yaml"), "deployers: [user:local-user@example.com]\n");
}

async function deployOnce(
  terraform: Terraform,
  config: string,
  keys: number,
  parallelism: number,
  output: string,
): Promise<DeployResult> {
  const cloud = await startEmulator();
  try {
    seedFoundation(cloud.store, foundationOf(loadConfig(config).declaration));
    const options = { terraform, config, output, environment: cloud.environment() };
    const args = ["--terraform-parallelism", String(parallelism)];
    const deploy = await cost(cloud, () => runCdktf("deploy", STACK, { ...options, args }));
    const cwd = path.join(output, "stacks", STACK);
    const plan = await cost(cloud, () =>
      runChild(
        terraform.binary,
        ["plan", "-detailed-exitcode", "-input=false", "-no-color", `-parallelism=${parallelism}`],
        { cwd, env: cdktfEnvironment(options) },
      ),
    );
    return { keys, resources: countResources(cwd), parallelism, deploy, plan };
  } finally {
    await cloud.close();
  }
}

/** Throws with the output unless the run ends with 0: for a plan, without changes. */
async function cost(cloud: Emulator, run: () => Promise<{ code: number; output: string }>): Promise<Cost> {
  const before = cloud.requestsByService();
  const requestsBefore = cloud.requestCount();
  const start = performance.now();
  const { code, output } = await run();
  const seconds = (performance.now() - start) / 1000;
  if (code !== 0) throw new Error(`it ended with ${code}:\n${output}`);
  const byService = Object.entries(cloud.requestsByService()).map(
    ([api, count]) => [api, count - (before[api] ?? 0)] as const,
  );
  return {
    seconds,
    requests: cloud.requestCount() - requestsBefore,
    byService: Object.fromEntries(byService.filter(([, count]) => count > 0)),
  };
}

function countResources(folder: string): number {
  const { resource } = JSON.parse(fs.readFileSync(path.join(folder, "cdk.tf.json"), "utf8"));
  return Object.values<object>(resource).reduce((sum, entries) => sum + Object.keys(entries).length, 0);
}
