import type { AuditConfigFacts } from "../../inventory/facts";
import { hasKeys } from "../keys";
import { AUDIT_CONFIG, cis } from "../pages";
import { READS } from "../reads";
import type { Rule } from "../rule";

// A configuration of the folder or the organization counts as well, but is seen only where it is in the same module.
export const keyReadsAreLogged: Rule = {
  id: "GEMKEY-AUDIT-01",
  title: "Reads of keys are logged",
  severity: "medium",
  rationale:
    "Google logs who changes a key by itself, and who reads one only if it is asked to. Without it nobody can say who had the key that leaked.",
  fix: "Write `audit: {}` in YAML, or `google_project_iam_audit_config` for each service in HCL.",
  references: [
    cis("2.1"),
    AUDIT_CONFIG,
    "https://cloud.google.com/api-keys/docs/audit-logging",
    "https://cloud.google.com/secret-manager/docs/audit-logging",
  ],
  check: ({ facts }) => {
    if (!hasKeys(facts)) return [];
    const address = (facts.projects[0] ?? facts.apiKeys[0] ?? facts.secrets[0])!.address;
    return READS.filter((read) => !facts.auditConfigs.some((config) => logs(config, read))).map(
      ({ service, logType, what }) => ({
        address,
        field: "audit",
        value: `${service} ${logType}`,
        message: `${facts.name} does not log ${what}: no audit config of ${service} has ${logType}.`,
      }),
    );
  },
};

function logs({ service, logTypes }: AuditConfigFacts, read: (typeof READS)[number]): boolean {
  return (service === read.service || service === "allServices") && logTypes.includes(read.logType);
}
