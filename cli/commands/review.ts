import * as fs from "node:fs";
import { compare } from "../../review/compare";
import { type Review, RISKS } from "../../review/model";
import { compareRisks } from "../../review/risk";
import { dayOf } from "../../values/date";
import { describeProblem, problem } from "../../values/problem";
import { ExitCode } from "../exit-code";
import { onInterrupt } from "../interrupt";
import { oneOf } from "../one-of";
import { Progress } from "../progress";
import { UserError } from "../report-error";
import { sidesFromCode } from "../review/from-code";
import { sidesFromFolders } from "../review/from-folders";
import { sidesFromPlans } from "../review/from-plans";
import { FORMATS, render } from "../review/render";
import type { Sides } from "../review/sides";
import { inWorkFolder } from "../review/work-folder";

export interface ReviewOptions {
  readonly base?: string;
  readonly head?: string;
  readonly trustedCode?: boolean;
  readonly plan?: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly config?: string;
  readonly format: string;
  readonly output?: string;
  readonly failOn: string;
}

/** Tells what a change lets each key do. */
export async function review(options: ReviewOptions): Promise<ExitCode> {
  const format = oneOf("--format", FORMATS, options.format);
  const failOn = oneOf("--fail-on", [...RISKS, "never"] as const, options.failOn);
  checkSource(options);
  const sides = await sidesOf(options);
  const found = compare(sides.base, sides.head, sides.options);
  write(await render(found, format, options.output !== undefined), options.output);
  return isOver(found, failOn) ? ExitCode.Findings : ExitCode.Fine;
}

function isOver({ risk }: Review, limit: (typeof RISKS)[number] | "never"): boolean {
  return limit !== "never" && risk !== undefined && compareRisks(risk, limit) <= 0;
}

async function sidesOf(options: ReviewOptions): Promise<Sides> {
  const today = dayOf(new Date());
  const { base, head, config = "config", trustedCode = false, from, to } = options;
  if (options.plan) return sidesFromPlans(options.plan, options.config, today);
  if (from !== undefined && to !== undefined) return sidesFromFolders(from, to, today);
  const signal = onInterrupt();
  const progress = new Progress(process.stderr);
  return progress.step("", (onStep) =>
    inWorkFolder((folder) =>
      sidesFromCode({ base: base!, head, config, trustedCode }, { today, folder, signal, onStep }),
    ),
  );
}

/** Exactly one source, with all it needs. */
function checkSource({ base, head, trustedCode, plan, from, to }: ReviewOptions): void {
  const given = [
    ...(base !== undefined || head !== undefined || trustedCode ? ["--base"] : []),
    ...(plan !== undefined ? ["--plan"] : []),
    ...(from !== undefined || to !== undefined ? ["--from"] : []),
  ];
  const refuse = (option: string, rule: string, got: string, fix: string): never => {
    throw new UserError(describeProblem(option, problem(rule, got, fix)));
  };
  if (given.length !== 1) {
    refuse(
      "review",
      "must be told what to compare",
      given.length === 0 ? "nothing" : given.join(" and "),
      "Write one of: --base <git ref>, --plan <file...>, --from <folder> --to <folder>.",
    );
  }
  if (given[0] === "--base") {
    if (base === undefined)
      refuse(
        "--base",
        "must be given",
        "nothing",
        "Write the branch the change goes into, such as --base origin/main.",
      );
    if (trustedCode && head === undefined) {
      refuse(
        "--head",
        "must be given with --trusted-code",
        "nothing",
        "Write the commit to review: the working tree is not to be trusted.",
      );
    }
  }
  if (given[0] === "--from" && (from === undefined || to === undefined)) {
    refuse(
      from === undefined ? "--from" : "--to",
      "must be given",
      "nothing",
      "Write both: --from <folder> --to <folder>.",
    );
  }
}

function write(text: string, file: string | undefined): void {
  if (file === undefined) {
    process.stdout.write(text);
    return;
  }
  try {
    fs.writeFileSync(file, text);
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    throw new UserError(
      describeProblem("--output", problem("must be a file that can be written", `${file} (${code})`, "Name another.")),
    );
  }
}
