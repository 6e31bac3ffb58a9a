import { describedRules, type PolicyReport } from "../report";
import { findingResult, findingRule, sarifLog } from "./sarif-log";

/**
 * The findings as SARIF 2.1.0, for code scanning.
 *
 * @param version of gemkeys.
 */
export function renderSarif({ findings, rules }: PolicyReport, version: string): string {
  return sarifLog({ rules: describedRules(rules).map(findingRule), results: findings.map(findingResult), version });
}
