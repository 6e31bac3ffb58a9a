import { describedRules, type PolicyReport, summaryOf } from "../report";

/**
 * The findings for machines. The form is a contract, described in docs/policies.md: fields are added, never changed, or
 * the number after the slash rises.
 */
export function renderJson({ findings, judged, rules }: PolicyReport): string {
  const known = describedRules(rules).map(({ id, title, severity }) => ({ id, title, severity }));
  const content = { format: "gemkeys.check/1", judged, summary: summaryOf(findings), findings, rules: known };
  return `${JSON.stringify(content, null, 2)}\n`;
}
