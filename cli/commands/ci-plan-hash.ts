import * as fs from "node:fs";
import { compareEffects, describeEffects } from "../../ci/compare-effects";
import { type Effects, effectHash, effectsOf } from "../../ci/effects";
import { MAX_EFFECTS_SIZE, parseEffects } from "../../ci/effects-file";
import { ExitCode } from "../exit-code";
import { withPlan } from "../read-plan";
import { readSmallFile } from "../read-small-file";
import { UserError } from "../report-error";

export interface PlanHashOptions {
  /** Writes the effects there. */
  readonly output?: string;
  /** The hash that was approved. */
  readonly expect?: string;
  /** The effects that were approved. */
  readonly approved?: string;
}

/** Prints the hash of what a plan would do, or compares it with what was approved. */
export function planHash(plan: string, options: PlanHashOptions): ExitCode {
  const { expect, approved } = options;
  if (expect !== undefined && !/^[0-9a-f]{64}$/.test(expect)) {
    throw new UserError(
      `\`--expect\` must be 64 hexadecimal digits, got: ${expect}. Take it from \`gemkeys ci plan-hash\`.`,
    );
  }
  const effects = withPlan(plan, effectsOf);
  const before = approved === undefined ? undefined : parseEffects(approved, readSmallFile(approved, MAX_EFFECTS_SIZE));
  if (before && expect !== undefined && effectHash(before) !== expect) {
    throw new UserError(
      `\`--approved\` must have the hash of --expect, got: ${effectHash(before)}. Take both from the same plan.`,
    );
  }
  if (options.output !== undefined) fs.writeFileSync(options.output, `${JSON.stringify(effects)}\n`);
  const hash = effectHash(effects);
  process.stdout.write(`${hash}\n`);
  const wanted = expect ?? (before && effectHash(before));
  if (wanted === undefined || wanted === hash) return ExitCode.Fine;
  process.stderr.write(`${difference(wanted, before, effects).join("\n")}\n`);
  return ExitCode.Findings;
}

function difference(wanted: string, before: Effects | undefined, now: Effects): string[] {
  const head = `The plan is not the approved one: its effects have another hash than ${wanted}.`;
  if (!before) return [head, "It would do:", ...describeEffects(now).map((line) => `  ${line}`)];
  return [head, ...compareEffects(before, now).lines.map((line) => `  ${line}`)];
}
