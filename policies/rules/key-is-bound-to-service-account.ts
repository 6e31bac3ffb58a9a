import { geminiKeys, keyName, keyViolation } from "../keys";
import { API_KEY_PRACTICES, GEMINI_KEYS } from "../pages";
import type { Rule } from "../rule";

// An account that is unknown until apply is still an account: the address of one that is being made.
export const keyIsBoundToServiceAccount: Rule = {
  id: "GEMKEY-KEY-01",
  title: "A key is bound to a service account",
  severity: "high",
  rationale:
    "A standard key is anonymous: it has no identity that could be disabled, watched or denied. The Gemini API rejects standard keys.",
  fix: "Set `service_account_email` of the `google_apikeys_key` to a service account made for this key. A key declared in YAML is always bound to one.",
  references: [GEMINI_KEYS, API_KEY_PRACTICES],
  check: ({ facts }) =>
    geminiKeys(facts)
      .filter(({ serviceAccount }) => serviceAccount === undefined)
      .map((key) =>
        keyViolation(key, `${keyName(key)} is a standard key: it is bound to no service account.`, {
          ours: "",
          theirs: "service_account_email",
        }),
      ),
};
