import { ageInDays, days, declaredKeys, keyViolation } from "../keys";
import { API_KEY_PRACTICES, cis } from "../pages";
import type { Rule } from "../rule";

/** A rotation takes a deployment to prepare and one to publish. */
export const LONGEST_PREPARATION_DAYS = 30;

// How long it has been prepared is how long it exists: a generation begins as one that is prepared.
export const keyIsPreparedBriefly: Rule = {
  id: "GEMKEY-ROT-03",
  title: "A prepared key is published soon",
  severity: "low",
  rationale:
    "A prepared generation works, and nobody needs it yet. A rotation that stopped halfway leaves the old key in use.",
  fix: "Set the generation to `serving` and the one before to `draining`, or remove it from `generations`.",
  references: [cis("1.12"), API_KEY_PRACTICES],
  check: ({ facts, today }) =>
    declaredKeys(facts).flatMap((generations) =>
      generations.flatMap(({ key, declared }) => {
        const age = ageInDays(declared, today);
        if (declared.phase !== "prepared" || age === undefined || age <= LONGEST_PREPARATION_DAYS) return [];
        const message = `Generation ${declared.generation} of ${declared.name} is prepared since ${declared.created}, ${days(age)} ago.`;
        return [keyViolation(key, message, { ours: "generations", theirs: "" }, String(declared.generation))];
      }),
    ),
};
