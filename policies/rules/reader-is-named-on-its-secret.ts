import { hasKeys, known } from "../keys";
import { isEveryone, isWide, memberText, resourceText, roleText } from "../members";
import { SECRET_ACCESS, SECRET_PRACTICES } from "../pages";
import type { Rule } from "../rule";
import { READ_ALL_SECRETS } from "../secrets";

// Basic roles are told by GEMKEY-IAM-01, everyone by GEMKEY-SECRET-01.
export const readerIsNamedOnItsSecret: Rule = {
  id: "GEMKEY-SECRET-08",
  title: "A reader is named on the secret, not above it",
  severity: "medium",
  rationale: "On a project the role reads every key in it, those that are made later too.",
  fix: "Grant the role on the secret: `readers` of the key in YAML, `google_secret_manager_secret_iam_member` in HCL.",
  references: [SECRET_ACCESS, SECRET_PRACTICES],
  check: ({ facts }) =>
    !hasKeys(facts)
      ? []
      : facts.grants.flatMap((grant) => {
          const role = known(grant.role);
          if (!isWide(grant) || !role?.startsWith("roles/secretmanager.") || !READ_ALL_SECRETS.includes(role))
            return [];
          const member = memberText(grant);
          if (member !== undefined && isEveryone(member)) return [];
          const message = `${member ?? "A member that is unknown until apply"} has ${roleText(grant)} on ${resourceText(grant)}, and so on every secret in it.`;
          return [{ address: grant.address, field: "role", value: role, message }];
        }),
};
