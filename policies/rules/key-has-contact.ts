import { keyName, keyViolation, onceAKey } from "../keys";
import { API_KEY_PRACTICES } from "../pages";
import type { Rule } from "../rule";

// Only of declared keys: `google_apikeys_key` has no labels to write it to.
export const keyHasContact: Rule = {
  id: "GEMKEY-META-03",
  title: "A key has a contact",
  severity: "low",
  rationale: "Who finds a leaked key at night needs somebody to write to.",
  fix: "Write `contact` of the team that owns the key, in `organization.yaml`.",
  references: [API_KEY_PRACTICES],
  check: ({ facts }) =>
    onceAKey(
      facts.apiKeys
        .filter(({ declared }) => declared !== undefined && (declared.contact ?? "").trim() === "")
        .map((key) => keyViolation(key, `${keyName(key)} has no contact.`, { ours: "owner", theirs: "" })),
    ),
};
