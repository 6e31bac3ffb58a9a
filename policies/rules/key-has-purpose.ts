import { keyName, keyViolation, onceAKey } from "../keys";
import { API_KEY_PRACTICES } from "../pages";
import type { Rule } from "../rule";

// Only of declared keys: `google_apikeys_key` has no labels to write it to.
export const keyHasPurpose: Rule = {
  id: "GEMKEY-META-02",
  title: "A key has a purpose",
  severity: "low",
  rationale: "Without its purpose nobody can tell whether a key is still needed, and what breaks without it.",
  fix: "Write `purpose`, what the key is for, in a sentence.",
  references: [API_KEY_PRACTICES],
  check: ({ facts }) =>
    onceAKey(
      facts.apiKeys
        .filter(({ declared }) => declared !== undefined && (declared.purpose ?? "").trim() === "")
        .map((key) => keyViolation(key, `${keyName(key)} has no purpose.`, { ours: "purpose", theirs: "" })),
    ),
};
