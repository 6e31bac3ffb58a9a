import { approvedPlans, decide } from "../../ci/approval";
import { CiError } from "../../ci/ci-error";
import type { Effects } from "../../ci/effects";
import { changedKeys } from "../ci/changed-keys";
import { readArtifacts } from "../ci/read-artifacts";
import { stackNames, withStackPlan } from "../ci/stack-plan";
import { ExitCode } from "../exit-code";
import { onInterrupt } from "../interrupt";
import { reportError, UserError } from "../report-error";
import { probe } from "./ci-probe";

export interface DeployOptions {
  readonly stacks: string;
  /** The folder with the artifacts of the approved plans. */
  readonly approved: string;
  readonly pullRequest: string;
  readonly head: string;
  readonly config: string;
}

/** Applies stacks one after the other, each only if its plan does what was approved, and calls each changed key then. */
export async function deploy(names: readonly string[], options: DeployOptions): Promise<ExitCode> {
  if (!/^\d+$/.test(options.pullRequest)) {
    throw new UserError(
      `\`--pull-request\` must be a number, got: ${options.pullRequest}. Take it from \`gemkeys ci approved\`.`,
    );
  }
  const approval = { number: Number(options.pullRequest), head: options.head };
  const approved = approvedPlans(readArtifacts(options.approved), approval);
  const stacks = stackNames(names);
  const signal = onInterrupt();
  for (const [index, stack] of stacks.entries()) {
    const code = await deployOne(stack, approved.get(stack), options, signal).catch((error: unknown) => {
      const told = reportError(error);
      if (CiError.is(error)) print(HOW_TO_GO_ON);
      return told;
    });
    if (code === ExitCode.Fine) continue;
    const rest = stacks.slice(index + 1);
    if (rest.length > 0) print(`Not begun: ${rest.join(", ")}.`);
    return code;
  }
  return ExitCode.Fine;
}

const HOW_TO_GO_ON =
  "To go on: see docs/recovery.md for what Terraform said, then run this job again. If something was done already, that ends with a difference, and says what to do.";

async function deployOne(
  stack: string,
  approved: Effects | undefined,
  { stacks, config }: DeployOptions,
  signal: AbortSignal,
): Promise<ExitCode> {
  return withStackPlan({ stack, stacks, lock: true, signal }, async ({ effects, apply }) => {
    const decision = decide(stack, effects, approved);
    if (Array.isArray(decision)) {
      print(decision.join("\n"));
      return ExitCode.Findings;
    }
    if (decision === "apply") {
      await apply();
      print(`${stack}: applied what was approved.`);
    } else print(`${stack}: nothing left to do.`);
    return probe(stack, { config, keys: changedKeys(approved) });
  });
}

function print(text: string): void {
  process.stderr.write(`${text}\n`);
}
