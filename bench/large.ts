import * as fs from "node:fs";
import * as path from "node:path";
import { type Command, countResources, type Measurement, measure } from "./measure";
import { manyRepository } from "./review";

const ROOT = path.join(__dirname, "..");
const ENVIRONMENTS = 1_000;

/** Of `manyRepository`. */
const KEYS = 10;

export interface LargeResult {
  readonly environments: number;
  /** Of each environment. */
  readonly keys: number;
  readonly resources: number;
  readonly steps: readonly Step[];
}

interface Step {
  readonly name: string;
  /** What it should take at most, if something was decided. */
  readonly aim?: string;
  readonly use: Measurement;
}

/** What every command takes for 1,000 environments, with Node's own memory limits, once each. */
export function benchLarge(folder: string, progress: (text: string) => void): LargeResult {
  const repository = manyRepository(path.join(folder, "large"), ENVIRONMENTS);
  const config = path.join(repository, "config");
  const output = path.join(folder, "large-out");
  const gemkeys = (...args: string[]): Command => ({
    args: [path.join(ROOT, "cli", "gemkeys.js"), ...args],
    cwd: repository,
    env: {},
  });
  const step = (name: string, command: Command, aim?: string): Step => {
    progress(`${ENVIRONMENTS} environments: ${name}`);
    return { name, aim, use: measure([command], 1, folder)[0]! };
  };
  const synth: Command = {
    args: ["-r", "./register.js", "main.ts"],
    cwd: ROOT,
    env: { GEMKEYS_CONFIG: config, CDKTF_OUTDIR: output },
  };
  const review = gemkeys("review", "--base", "main", "--format", "json");
  const steps = [
    step("synthesis of all", synth, "30 s, 400 MB"),
    step("gemkeys validate", gemkeys("validate")),
    step("gemkeys check", gemkeys("check", "--fail-on", "never")),
    step("gemkeys review: an environment", review, "3 s"),
  ];
  useOtherAddresses(config);
  steps.push(step("gemkeys review: a network of all", review));
  const counts = Object.values(countResources(output));
  return {
    environments: ENVIRONMENTS,
    keys: KEYS,
    resources: counts.reduce((sum, count) => sum + count, 0),
    steps,
  };
}

/** Changes the network that every key of every environment allows. */
function useOtherAddresses(config: string): void {
  const file = path.join(config, "organization.yaml");
  fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace("8.8.4.4", "8.8.4.5"));
}
