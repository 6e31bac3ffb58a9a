import { known } from "../keys";
import { memberText, roleText } from "../members";
import { SECRET_ACCESS } from "../pages";
import type { Rule } from "../rule";
import { ACCESSOR, grantsOnKeySecrets, mayRead, readerViolation, secretText } from "../secrets";

// Custom roles are not judged: what they hold stands elsewhere. Basic roles are told by GEMKEY-IAM-01.
export const readerRoleIsAccessor: Rule = {
  id: "GEMKEY-SECRET-07",
  title: "A reader of a secret may read it and nothing else",
  severity: "high",
  rationale:
    "Who may also write the secret or its policy can put another key in its place, destroy it, or let others read.",
  fix: "Write `roles/secretmanager.secretAccessor`. `readers` in YAML are given this role.",
  references: [SECRET_ACCESS],
  check: ({ facts }) =>
    grantsOnKeySecrets(facts).flatMap((found) => {
      const role = known(found.grant.role);
      if (role === ACCESSOR || !mayRead(found.grant.role)) return [];
      if (role !== undefined && !role.startsWith("roles/secretmanager.")) return [];
      const who = memberText(found.grant) ?? "A member";
      const message = `${who} has ${roleText(found.grant)} on ${secretText(found)}.`;
      return [{ ...readerViolation(found, message, role), field: "role" }];
    }),
};
