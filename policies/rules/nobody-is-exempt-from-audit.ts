import { echo } from "../../values/problem";
import { known, listed } from "../keys";
import { AUDIT_CONFIG, cis } from "../pages";
import { READS } from "../reads";
import type { Rule } from "../rule";

export const nobodyIsExemptFromAudit: Rule = {
  id: "GEMKEY-AUDIT-02",
  title: "Nobody is exempt from the logs",
  severity: "medium",
  rationale: "Who is exempt reads every key without a trace, and so does whoever takes over the account.",
  fix: "Remove `exempted_members`, and leave their reads out of the alerts instead, as `audit` in YAML does.",
  references: [cis("2.1"), AUDIT_CONFIG],
  check: ({ facts }) =>
    facts.auditConfigs.flatMap(({ address, service, exemptedMembers }) => {
      const name = known(service);
      const concerned = name === undefined || name === "allServices" || READS.some((read) => read.service === name);
      if (!concerned || exemptedMembers.length === 0) return [];
      const members = listed(exemptedMembers.map(echo));
      const message = `Reads by ${members} are not in the logs of ${name ?? "a service that is unknown until apply"}.`;
      return [{ address, field: "exempted_members", value: members, message }];
    }),
};
