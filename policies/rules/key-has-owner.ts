import { keyName, keyViolation, onceAKey } from "../keys";
import { API_KEY_PRACTICES } from "../pages";
import type { Rule } from "../rule";

// Only of declared keys: `google_apikeys_key` has no labels to write it to.
export const keyHasOwner: Rule = {
  id: "GEMKEY-META-01",
  title: "A key has an owner",
  severity: "medium",
  rationale:
    "Nobody answers for a key without an owner: it is neither rotated nor removed, and nobody is asked when it leaks.",
  fix: "Write `owner`, the name of a team of `organization.yaml`.",
  references: [API_KEY_PRACTICES],
  check: ({ facts }) =>
    onceAKey(
      facts.apiKeys
        .filter(({ declared }) => declared !== undefined && (declared.owner ?? "").trim() === "")
        .map((key) => keyViolation(key, `${keyName(key)} has no owner.`, { ours: "owner", theirs: "" })),
    ),
};
