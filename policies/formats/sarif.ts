import { createHash } from "node:crypto";
import { type DescribedRule, describedRules, type PolicyReport, subjectOf } from "../report";
import type { PolicyFinding, Severity } from "../rule";

/** GitHub sorts by it: above 9 is critical, above 7 high, above 4 medium. */
const SECURITY_SEVERITY: Readonly<Record<Severity, string>> = {
  critical: "9.5",
  high: "8.0",
  medium: "5.5",
  low: "3.0",
};
const LEVEL: Readonly<Record<Severity, string>> = { critical: "error", high: "error", medium: "warning", low: "note" };

/** Where a rule without a page of its own sends its reader. */
const HELP = "https://cloud.google.com/docs/authentication/api-keys-best-practices";

/**
 * The findings as SARIF 2.1.0, for code scanning.
 *
 * @param version of gemkeys.
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html
 * @see https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
 */
export function renderSarif({ findings, rules }: PolicyReport, version: string): string {
  const described = describedRules(rules);
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "gemkeys", semanticVersion: version, rules: described.map(ruleOf) } },
        columnKind: "utf16CodeUnits",
        originalUriBaseIds: { ROOT: { description: { text: "The folder in which gemkeys ran." } } },
        results: findings.map((finding) => resultOf(finding, described)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function ruleOf(rule: DescribedRule) {
  const { id, title, severity, rationale, fix, references } = rule;
  const pages = references.flatMap((text) => /https:\/\/[^\s)>\]]+/.exec(text)?.[0] ?? []);
  const more = references.length === 0 ? "" : `\n\n${references.join("\n")}`;
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: rationale },
    help: { text: `${rationale}\n\n${fix}${more}` },
    helpUri: pages[0] ?? HELP,
    defaultConfiguration: { level: LEVEL[severity] },
    properties: { tags: ["security"], severity, "security-severity": SECURITY_SEVERITY[severity] },
  };
}

function resultOf(finding: PolicyFinding, rules: readonly DescribedRule[]) {
  const { rule, severity, environment, address, message, fix, waiver } = finding;
  return {
    ruleId: rule,
    ruleIndex: rules.findIndex(({ id }) => id === rule),
    level: LEVEL[severity],
    message: { text: `${environment}: ${subjectOf(finding)}: ${message} ${fix}` },
    locations: [
      {
        physicalLocation: physicalLocation(finding),
        ...(address === "" ? {} : { logicalLocations: [{ fullyQualifiedName: address, kind: "resource" }] }),
      },
    ],
    partialFingerprints: { "gemkeysFinding/v1": fingerprint(finding) },
    ...(waiver
      ? {
          suppressions: [
            {
              kind: "inSource",
              status: "accepted",
              justification: `${waiver.reason} (until ${waiver.until}, by ${waiver.by})`,
            },
          ],
        }
      : {}),
  };
}

/** The line of the YAML; of a plan the file as a whole, since nobody wrote its lines. */
function physicalLocation({ location, environment }: PolicyFinding) {
  const { file, line, column } = location ?? { file: environment, line: 1, column: 1 };
  return {
    artifactLocation: artifact(file),
    region: { startLine: line, startColumn: column },
  };
}

function artifact(file: string) {
  const uri = file.split(/[\\/]/).map(encodeURIComponent).join("/");
  return /^(?:\/|[A-Za-z]:)/.test(file)
    ? { uri: `file://${uri.startsWith("/") ? "" : "/"}${uri}` }
    : { uri, uriBaseId: "ROOT" };
}

/** The same for the same finding, also after lines have moved and words of the message have changed. */
function fingerprint({ rule, environment, address, key, field, value }: PolicyFinding): string {
  const parts = JSON.stringify([rule, environment, address, key ?? "", field ?? "", value ?? ""]);
  return createHash("sha256").update(parts).digest("hex").slice(0, 32);
}
