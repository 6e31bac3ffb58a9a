import * as fs from "node:fs";
import * as path from "node:path";
import { CiError } from "../../ci/ci-error";
import { effectHash } from "../../ci/effects";
import { runChild } from "../child";
import { type StackPlan, stackNames, withStackPlan } from "../ci/stack-plan";
import { ExitCode } from "../exit-code";
import { onInterrupt } from "../interrupt";
import { reportError } from "../report-error";
import { pack } from "./ci-pack";

export interface PlanOptions {
  readonly stacks: string;
  /** The folder for the artifacts. */
  readonly output: string;
  readonly config: string;
  readonly event?: string;
  readonly summary?: string;
}

const PROGRAM = path.join(__dirname, "..", "gemkeys.js");

/** Plans stacks and writes an artifact for each: the review, and what would be done. The plans themselves are not kept. */
export async function plan(names: readonly string[], options: PlanOptions): Promise<ExitCode> {
  const stacks = stackNames(names);
  const signal = onInterrupt();
  fs.mkdirSync(options.output, { recursive: true });
  let worst = ExitCode.Fine;
  for (const stack of stacks) {
    if (signal.aborted) return ExitCode.Failed;
    try {
      await withStackPlan({ stack, stacks: options.stacks, lock: false, signal }, (made) => keep(stack, made, options));
    } catch (error) {
      // The others may be well.
      worst = Math.max(worst, reportError(error));
    }
  }
  return worst;
}

async function keep(stack: string, { json, effects, folder }: StackPlan, options: PlanOptions): Promise<void> {
  const file = (name: string) => path.join(folder, name);
  fs.writeFileSync(file("plan.json"), json);
  fs.writeFileSync(file("effects.json"), JSON.stringify(effects));
  const args = [
    "review",
    "--plan",
    file("plan.json"),
    "--config",
    options.config,
    "--format",
    "json",
    "--output",
    file("review.json"),
  ];
  const { code, output } = await runChild(process.execPath, [PROGRAM, ...args, "--fail-on", "never"], {
    cwd: process.cwd(),
    env: process.env,
  });
  if (code !== 0) throw new CiError(`${stack}: the plan could not be reviewed.\n${output}`, "failure");
  pack({
    review: file("review.json"),
    effects: file("effects.json"),
    stack,
    event: options.event,
    summary: options.summary,
    output: path.join(options.output, `${stack}.json`),
  });
  process.stdout.write(`${stack}: ${effectHash(effects)}\n`);
}
