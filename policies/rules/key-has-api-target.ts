import { GEMINI_SERVICE, geminiKeys, keyName, keyViolation } from "../keys";
import { API_KEYS, cis, GEMINI_KEYS } from "../pages";
import type { Rule } from "../rule";

export const keyHasApiTarget: Rule = {
  id: "GEMKEY-API-01",
  title: "A key is restricted to APIs",
  severity: "critical",
  rationale:
    "Without targets a key calls every API of its project that takes keys, those that are enabled later too. The Gemini API rejects such keys.",
  fix: `Add \`api_targets { service = "${GEMINI_SERVICE}" }\` to \`restrictions\`. A key declared in YAML has it.`,
  references: [cis("1.14"), GEMINI_KEYS, API_KEYS],
  check: ({ facts }) =>
    geminiKeys(facts)
      .filter(({ apiTargets = [] }) => apiTargets.length === 0)
      .map((key) =>
        keyViolation(key, `${keyName(key)} may call every API of its project: it has no \`api_targets\`.`, {
          ours: "",
          theirs: "restrictions.api_targets",
        }),
      ),
};
