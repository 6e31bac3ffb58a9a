import * as fs from "node:fs";
import * as path from "node:path";
import { effectHash } from "../../ci/effects";
import { compare } from "../../review/compare";
import { dayOf } from "../../values/date";
import { type StackPlan, stackNames, withStackPlan } from "../ci/stack-plan";
import { ExitCode } from "../exit-code";
import { onInterrupt } from "../interrupt";
import { reportError } from "../report-error";
import { sidesFromPlans } from "../review/from-plans";
import { pack } from "./ci-pack";

export interface PlanOptions {
  readonly stacks: string;
  /** The folder for the artifacts. */
  readonly output: string;
  readonly config: string;
  readonly event?: string;
  readonly summary?: string;
}

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
  const sides = sidesFromPlans([file("plan.json")], options.config, dayOf(new Date()));
  fs.writeFileSync(file("review.json"), JSON.stringify(compare(sides.base, sides.head, sides.options)));
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
