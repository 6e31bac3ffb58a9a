import { renderRule } from "../../policies/formats/terminal";
import { describedRules } from "../../policies/report";
import { RULES } from "../../policies/rules";
import { closest } from "../../values/closest";
import { describeProblem, problem } from "../../values/problem";
import { ExitCode } from "../exit-code";
import { UserError } from "../report-error";
import { terminal } from "../terminal";

/** Tells about one rule: what it finds, why it matters, what to do. */
export function explain(id: string): ExitCode {
  const rules = describedRules(RULES);
  const wanted = id.toUpperCase();
  const rule = rules.find((known) => known.id === wanted);
  if (!rule) {
    const guess = closest(
      wanted,
      rules.map((known) => known.id),
    );
    const fix = guess ? `Did you mean ${guess}?` : "docs/policies.md lists the rules.";
    throw new UserError(describeProblem("rule", problem("must be the id of a rule", id, fix)));
  }
  process.stdout.write(renderRule(rule, terminal()));
  return ExitCode.Fine;
}
