import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { CiError } from "../../ci/ci-error";
import { type Effects, effectsOf } from "../../ci/effects";
import { PlanError } from "../../inventory/plan-file";
import { redactKeys } from "../../values/redact";
import { type ChildResult, runChild } from "../child";

export interface StackOptions {
  /** The environment's name. */
  readonly stack: string;
  /** The folder that cdktf wrote, with a folder for each stack. */
  readonly stacks: string;
  /** Whether the state is locked. Who may not write it cannot. */
  readonly lock: boolean;
  readonly signal: AbortSignal;
}

export interface StackPlan {
  readonly effects: Effects;
  /** What `terraform show -json` says: key strings in clear. */
  readonly json: string;
  /** Does what was planned, and nothing else. @throws CiError if it does not come to its end. */
  readonly apply: () => Promise<void>;
  /** A folder that nobody else may read, and that goes with the plan. */
  readonly folder: string;
}

/** Names as they come from a matrix: several in one text. */
export function stackNames(names: readonly string[]): string[] {
  return names.flatMap((text) => text.split(/\s+/)).filter((name) => name !== "");
}

/** Milliseconds that Terraform has to write the state when it is told to end. Who runs us may give it less. */
const GRACE = 600_000;

/** What Google says to somebody who may read the state and not write one where none is. */
const NEVER_DEPLOYED = /storage\.objects\.create/;

/**
 * Plans a stack that was synthesized. The plan holds key strings in clear: it is kept in a folder of its own for as long as `use`
 * runs, and nowhere else.
 *
 * @throws CiError if there is no such stack, or Terraform fails.
 */
export async function withStackPlan<T>(options: StackOptions, use: (plan: StackPlan) => Promise<T>): Promise<T> {
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), "gemkeys-plan-"));
  const remove = () => {
    fs.rmSync(folder, { recursive: true, force: true });
    fs.rmSync(overrideOf(options), { force: true });
  };
  process.once("exit", remove);
  try {
    return await use(await plan(options, folder));
  } finally {
    process.off("exit", remove);
    remove();
  }
}

/** By this a stack gets another backend as long as it is planned. */
function overrideOf({ stacks, stack }: StackOptions): string {
  return path.join(stacks, stack, "backend_override.tf.json");
}

async function plan(options: StackOptions, folder: string): Promise<StackPlan> {
  const { stack } = options;
  const place = stackFolder(options);
  const file = path.join(folder, "tfplan");
  const lock = options.lock ? "-lock-timeout=5m" : "-lock=false";
  const run = (args: readonly string[], quiet = false) => terraform(options, place, args, quiet);
  await init(options, place, folder);
  await mustPass(stack, "plan", run(["plan", "-input=false", "-no-color", lock, `-out=${file}`]));
  const shown = await mustPass(stack, "show", run(["show", "-json", file], true));
  return {
    effects: readEffects(stack, shown.stdout),
    json: shown.stdout,
    apply: async () => {
      await mustPass(stack, "apply", run(["apply", "-input=false", "-no-color", lock, file]));
    },
    folder,
  };
}

function stackFolder({ stack, stacks }: StackOptions): string {
  const place = path.join(stacks, stack);
  if (/^[a-z0-9-]+$/.test(stack) && fs.existsSync(path.join(place, "cdk.tf.json"))) return place;
  throw new CiError(
    `\`${stack}\` must be a stack in ${stacks}, got: none of this name. Run \`npx cdktf synth\` first.`,
  );
}

/**
 * Who only plans cannot write the empty state that init wants where none is. Then the stack was never deployed, and its plan is that
 * of an empty state, which is as good in a folder of ours.
 */
async function init(options: StackOptions, place: string, folder: string): Promise<void> {
  const args = ["init", "-input=false", "-no-color", "-reconfigure"];
  const first = await terraform(options, place, args, false);
  if (first.code === 0) return;
  if (options.lock || !NEVER_DEPLOYED.test(first.output)) throw failed(options.stack, "init", first.code);
  process.stderr.write(`${options.stack} was never deployed: planned as if from nothing.\n`);
  const backend = { local: { path: path.join(folder, "terraform.tfstate") } };
  fs.writeFileSync(overrideOf(options), JSON.stringify({ terraform: { backend } }));
  await mustPass(options.stack, "init", terraform(options, place, args, false));
}

function terraform(
  { stack, signal }: StackOptions,
  cwd: string,
  args: readonly string[],
  quiet: boolean,
): Promise<ChildResult> {
  return runChild(process.env["TERRAFORM_BINARY_NAME"] || "terraform", args, {
    cwd,
    env: { ...process.env, TF_IN_AUTOMATION: "1", TF_INPUT: "0", CHECKPOINT_DISABLE: "1" },
    signal,
    grace: GRACE,
    // What is on its way comes to its end, and into the state.
    endWith: "SIGINT",
    // With the name in front no line begins as a command to the CI system does.
    onLine: quiet ? undefined : (line) => process.stderr.write(`${stack} | ${redactKeys(line)}\n`),
  });
}

async function mustPass(stack: string, step: string, running: Promise<ChildResult>): Promise<ChildResult> {
  const result = await running;
  if (result.code !== 0) throw failed(stack, step, result.code);
  return result;
}

function failed(stack: string, step: string, code?: number): CiError {
  const why = code === 127 ? "could not be started" : "failed";
  return new CiError(`${stack}: terraform ${step} ${why}. Its own words are above.`, "failure");
}

function readEffects(stack: string, json: string): Effects {
  try {
    return effectsOf(`the plan of ${stack}`, json);
  } catch (error) {
    if (PlanError.is(error)) throw new CiError(error.message, "failure");
    throw error;
  }
}
