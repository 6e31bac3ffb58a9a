import { counts } from "../engine";
import { byEnvironment, describeSummary, type PolicyReport, placeOf, subjectOf, summaryOf } from "../report";
import type { PolicyFinding } from "../rule";

/** The findings as Markdown, for a comment or a job's summary: a table for each environment. */
export function renderMarkdown({ findings, judged, rules }: PolicyReport): string {
  const summary = describeSummary(summaryOf(findings));
  const names = judged.map(({ name }) => escapeMarkdown(name)).join(", ");
  const tables = byEnvironment(findings).map(
    ([environment, group]) =>
      `\n## ${escapeMarkdown(environment)}\n\n| severity | rule | where | what |\n| --- | --- | --- | --- |\n${group.map(row).join("")}`,
  );
  return `# gemkeys check\n\n${summary || "Nothing found"} in ${names || "nothing"}, by ${rules.length} rules.\n${tables.join("")}`;
}

function row(finding: PolicyFinding): string {
  const { severity, rule, title, message, fix, waiver } = finding;
  const then = waiver ? `Waived until ${waiver.until} by ${waiver.by}: ${waiver.reason}` : fix;
  const cells = [
    [counts(finding) ? severity : `${severity}, waived`],
    [rule],
    [placeOf(finding) ?? "", subjectOf(finding)],
    [title, message, then],
  ];
  return `| ${cells
    .map((lines) =>
      lines
        .filter((line) => line)
        .map(escapeMarkdown)
        .join("<br>"),
    )
    .join(" | ")} |\n`;
}

/** Text stays text: no markup, table cell, link, address or line break of its own. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/[\\|*_`[\]{}()#+!~$]/g, "\\$&")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/@/g, "&#64;")
    .replace(/:\/\//g, "&#58;//")
    .replace(/www\./gi, (found) => `${found.slice(0, -1)}&#46;`);
}
