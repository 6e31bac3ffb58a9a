import { known } from "../keys";
import { memberText, resourceText } from "../members";
import { IAM_ROLES } from "../pages";
import type { Rule } from "../rule";

/** Three of always, and three that are to take their place. */
const BASIC_ROLES = ["owner", "editor", "viewer", "admin", "writer", "reader"].map((name) => `roles/${name}`);

export const noBasicRoles: Rule = {
  id: "GEMKEY-IAM-01",
  title: "Nobody holds a basic role",
  severity: "high",
  rationale:
    "Basic roles hold thousands of permissions of all services: an editor makes keys without restrictions, an owner reads every secret.",
  fix: "Grant a predefined or custom role that holds what is needed: `access` in YAML, `google_project_iam_member` in HCL.",
  references: [IAM_ROLES],
  check: ({ facts }) =>
    facts.grants.flatMap((grant) => {
      const role = known(grant.role);
      if (role === undefined || !BASIC_ROLES.includes(role)) return [];
      const message = `${memberText(grant) ?? "A member that is unknown until apply"} has ${role} on ${resourceText(grant)}.`;
      return [{ address: grant.address, field: "role", value: role, message }];
    }),
};
