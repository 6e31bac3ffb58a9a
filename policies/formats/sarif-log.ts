import { createHash } from "node:crypto";
import { type DescribedRule, subjectOf } from "../report";
import type { PolicyFinding, Severity } from "../rule";

/** GitHub sorts by it: above 9 is critical, above 7 high, above 4 medium. */
export const SECURITY_SEVERITY: Readonly<Record<Severity, string>> = {
  critical: "9.5",
  high: "8.0",
  medium: "5.5",
  low: "3.0",
};
const LEVEL: Readonly<Record<Severity, string>> = { critical: "error", high: "error", medium: "warning", low: "note" };

/** Where a rule without a page of its own sends its reader. */
const HELP = "https://cloud.google.com/docs/authentication/api-keys-best-practices";

export interface SarifRule {
  readonly id: string;
  readonly [property: string]: unknown;
}

export interface SarifResult {
  readonly ruleId: string;
  readonly [property: string]: unknown;
}

/**
 * A log with one run.
 *
 * @param version of gemkeys.
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html
 * @see https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
 */
export function sarifLog({
  rules,
  results,
  version,
}: {
  readonly rules: readonly SarifRule[];
  readonly results: readonly SarifResult[];
  readonly version: string;
}): string {
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "gemkeys", semanticVersion: version, rules } },
        columnKind: "utf16CodeUnits",
        originalUriBaseIds: { ROOT: { description: { text: "The folder in which gemkeys ran." } } },
        results: results.map(({ ruleId, ...result }) => ({ ruleId, ruleIndex: indexes.get(ruleId) ?? -1, ...result })),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

export function findingRule(rule: DescribedRule): SarifRule {
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

export function findingResult(finding: PolicyFinding): SarifResult {
  const { rule, severity, environment, address, key, field, value, message, fix, waiver } = finding;
  return {
    ruleId: rule,
    level: LEVEL[severity],
    message: messageOf(`${environment}: ${subjectOf(finding)}: ${message} ${fix}`),
    locations: locationsOf(finding),
    partialFingerprints: {
      "gemkeysFinding/v1": fingerprintOf([rule, environment, address, key ?? "", field ?? "", value ?? ""]),
    },
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

/** The line of the YAML; of a plan the file as a whole, since nobody wrote its lines. And the resource. */
export function locationsOf({
  location,
  environment,
  address = "",
}: Pick<PolicyFinding, "location" | "environment"> & { readonly address?: string }) {
  const { file, line, column } = location ?? { file: environment, line: 1, column: 1 };
  return [
    {
      physicalLocation: { artifactLocation: artifact(file), region: { startLine: line, startColumn: column } },
      ...(address === "" ? {} : { logicalLocations: [{ fullyQualifiedName: address, kind: "resource" }] }),
    },
  ];
}

function artifact(file: string) {
  const uri = file.split(/[\\/]/).map(encodeURIComponent).join("/");
  return /^(?:\/|[A-Za-z]:)/.test(file)
    ? { uri: `file://${uri.startsWith("/") ? "" : "/"}${uri}` }
    : { uri, uriBaseId: "ROOT" };
}

/** Text in which a name makes no link: `[text](target)` is one, by section 3.11.6 of the specification. */
export function messageOf(text: string): { text: string } {
  return { text: text.replace(/\[(?=[^\]]*\]\()/g, "\\[") };
}

/** The same for the same thing, also after lines have moved and words of the message have changed. */
export function fingerprintOf(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}
