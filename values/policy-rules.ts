import { type Problem, problem } from "./problem";

// Names of policies: what a `waive` may name. Which of them exist, `policies/` knows.

export const RULE_ID = /^GEMKEY-[A-Z]+-[0-9]{2}$/;

/** No whole domain as a member of `access`. The declaration itself refuses it, as early as it can, unless it is waived. */
export const DOMAIN_RULE = "GEMKEY-ACCESS-01";

/** A problem if the text has not the form of a rule's id. */
export function checkRuleId(text: string): Problem | undefined {
  if (RULE_ID.test(text)) return undefined;
  const upper = text.trim().toUpperCase().replace(/[ _]/g, "-");
  const fix = RULE_ID.test(upper) ? `Write ${upper}.` : "Write one of docs/policies.md, such as GEMKEY-IP-02.";
  return problem("must be the id of a rule", text, fix);
}
