import { redactKeys } from "../../values/redact";
import { API_KEY_PRACTICES, STATE_SECRETS } from "../pages";
import type { Rule } from "../rule";

// The value itself is in no facts.
export const noKeyMaterialInCode: Rule = {
  id: "GEMKEY-EXPO-04",
  title: "No key is written out",
  severity: "critical",
  rationale: "What stands in code or in a plan is in every clone and every backup, and cannot be taken back.",
  fix: "Revoke it now, since it was written where many may read it. Then remove it, and read it from Secret Manager.",
  references: [API_KEY_PRACTICES, STATE_SECRETS],
  check: ({ facts }) =>
    facts.keyMaterial.map(({ address, field, kind }) => ({
      address: redactKeys(address),
      field: redactKeys(field),
      message: `${redactKeys(field)} of ${redactKeys(address)} holds what looks like ${article(kind)}.`,
    })),
};

function article(kind: string): string {
  return kind.startsWith("auth") ? `an ${kind}` : `a ${kind}`;
}
