import { markdownCode, markdownText } from "../../values/escape-markdown";
import { counts } from "../engine";
import { byEnvironment, describeSummary, type PolicyReport, placeOf, subjectOf, summaryOf } from "../report";
import type { PolicyFinding } from "../rule";

/** The findings as Markdown, for a comment or a job's summary: a table for each environment. */
export function renderMarkdown({ findings, judged, rules }: PolicyReport): string {
  const summary = describeSummary(summaryOf(findings));
  const names = judged.map(({ name }) => markdownCode(name)).join(", ");
  const tables = byEnvironment(findings).map(
    ([environment, group]) =>
      `\n## ${markdownCode(environment)}\n\n| severity | rule | where | what |\n| --- | --- | --- | --- |\n${group.map(row).join("")}`,
  );
  return `# gemkeys check\n\n${summary || "Nothing found"} in ${names || "nothing"}, by ${rules.length} rules.\n${tables.join("")}`;
}

function row(finding: PolicyFinding): string {
  const { severity, rule, title, message, fix, waiver } = finding;
  const then = waiver ? `Waived until ${waiver.until} by ${waiver.by}: ${waiver.reason}` : fix;
  const cells = [
    [counts(finding) ? severity : `${severity}, waived`],
    [markdownCode(rule)],
    [placeOf(finding) ?? "", subjectOf(finding)].map(markdownCode),
    [title, message, then].map(markdownText),
  ];
  return `| ${cells.map((lines) => lines.filter((line) => line).join("<br>")).join(" | ")} |\n`;
}
