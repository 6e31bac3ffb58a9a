import { isUnknown } from "../../inventory/facts";
import { echo } from "../../values/problem";
import { GEMINI_SERVICE, geminiKeys, keyName, keyViolation } from "../keys";
import { API_KEY_PRACTICES, cis } from "../pages";
import type { Rule } from "../rule";

export const keyTargetsNothingBesidesGemini: Rule = {
  id: "GEMKEY-API-02",
  title: "A Gemini key may call nothing besides the Gemini API",
  severity: "high",
  rationale:
    "A key for several APIs is in more hands than each of them needs, and a leak opens them all. Google exempts only keys restricted to exactly the Gemini API from policies against keys, as far as is reported.",
  fix: `Leave one \`api_targets\` with \`service = "${GEMINI_SERVICE}"\`, and make another key for the other API. A key declared in YAML has no other target.`,
  references: [cis("1.14"), API_KEY_PRACTICES],
  check: ({ facts }) =>
    geminiKeys(facts).flatMap((key) =>
      (key.apiTargets ?? []).flatMap(({ service }, index) => {
        const field = { ours: "", theirs: `restrictions.api_targets[${index}].service` };
        if (isUnknown(service)) {
          return [keyViolation(key, `A target of ${keyName(key)} is unknown until apply.`, field)];
        }
        if (service === GEMINI_SERVICE) return [];
        return [keyViolation(key, `${keyName(key)} may also call ${echo(service)}.`, field, service)];
      }),
    ),
};
