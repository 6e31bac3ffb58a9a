import { isGeminiKey, keyName, keyViolation, known, listed } from "../keys";
import { cis, GEMINI_KEYS } from "../pages";
import type { Rule } from "../rule";

// The only rule that judges such keys: what holds for a key of a server does not hold for one of a map on a website.
export const keyTargetsGemini: Rule = {
  id: "GEMKEY-API-03",
  title: "A key beside Gemini keys is one, too",
  severity: "low",
  rationale:
    "A project should hold Gemini keys and nothing else: budget, quotas, alerts and roles then mean Gemini. The other rules of keys do not judge a key for other APIs.",
  fix: "Move the key for other APIs to a project of its own, and check it by the rules of its API.",
  references: [cis("1.12"), GEMINI_KEYS],
  check: ({ facts }) =>
    facts.apiKeys
      .filter((key) => !isGeminiKey(key))
      .map((key) => {
        const services = (key.apiTargets ?? []).map(({ service }) => known(service)!);
        const message = `${keyName(key)} is no Gemini key: it may call ${listed(services)}.`;
        return keyViolation(key, message, { ours: "", theirs: "restrictions.api_targets" }, services.join(", "));
      }),
};
