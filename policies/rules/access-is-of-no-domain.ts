import { hasKeys, known } from "../keys";
import { isWide, memberText, resourceText, roleText } from "../members";
import { IAM_PRINCIPALS } from "../pages";
import type { Rule } from "../rule";

// The configuration refuses it early, unless it is waived there.
export const accessIsOfNoDomain: Rule = {
  id: "GEMKEY-ACCESS-01",
  title: "No whole domain has access",
  severity: "high",
  rationale:
    "A domain is everybody in the company, guests and accounts of machines among them: nobody decides who is in.",
  fix: "Name a group: `access` in YAML, `member` in HCL.",
  references: [IAM_PRINCIPALS],
  check: ({ facts }) =>
    !hasKeys(facts)
      ? []
      : facts.grants.flatMap((grant) => {
          if (!isWide(grant) || !known(grant.member)?.startsWith("domain:")) return [];
          const member = memberText(grant)!;
          const message = `${member} has ${roleText(grant)} on ${resourceText(grant)}.`;
          return [{ address: grant.address, field: "access", value: member, message }];
        }),
};
