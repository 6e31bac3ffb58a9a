import { loadConfig } from "../../declaration/load";
import type { Facts } from "../../inventory/facts";
import { renderJson } from "../../policies/formats/json";
import { renderMarkdown } from "../../policies/formats/markdown";
import { renderSarif } from "../../policies/formats/sarif";
import { renderTerminal } from "../../policies/formats/terminal";
import { findingsFrom, type PolicyReport } from "../../policies/report";
import { SEVERITIES } from "../../policies/rule";
import { factsOf, judge } from "../../stacks/judge";
import { synthesizeStacks } from "../../stacks/synthesize-stacks";
import { dayOf } from "../../values/date";
import { ExitCode } from "../exit-code";
import { oneOf } from "../one-of";
import { readPlan } from "../read-plan";
import { terminal } from "../terminal";

export interface CheckOptions {
  /** Left out with `plan`: only the plans are judged. */
  readonly config?: string;
  readonly format: string;
  readonly failOn: string;
  readonly plan?: readonly string[];
}

const FORMATS = ["terminal", "json", "sarif", "markdown"] as const;

/** Judges the declared environments, or plans, by the policies. */
export function check(options: CheckOptions): ExitCode {
  const format = oneOf("--format", FORMATS, options.format);
  const failOn = oneOf("--fail-on", [...SEVERITIES, "never"] as const, options.failOn);
  const report = reportOf(options.plan ?? [], options.config);
  process.stdout.write(render(report, format));
  const fails = failOn !== "never" && findingsFrom(report.findings, failOn).length > 0;
  return fails ? ExitCode.Findings : ExitCode.Fine;
}

function reportOf(files: readonly string[], config: string | undefined): PolicyReport {
  const today = dayOf(new Date());
  const plans: Facts[] = files.map(readPlan);
  if (plans.length > 0 && config === undefined) return judge(plans, undefined, { today });
  const { declaration, locate } = loadConfig(config ?? "config");
  return judge([...factsOf(synthesizeStacks(declaration), declaration), ...plans], declaration, { today, locate });
}

function render(report: PolicyReport, format: (typeof FORMATS)[number]): string {
  switch (format) {
    case "json":
      return renderJson(report);
    case "sarif":
      return renderSarif(report, require("../../package.json").version);
    case "markdown":
      return renderMarkdown(report);
    case "terminal":
      return renderTerminal(report, terminal());
  }
}
