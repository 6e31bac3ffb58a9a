import { ageInDays, type DeclaredKey, days, declaredKeys, keyViolation } from "../keys";
import { API_KEY_PRACTICES } from "../pages";
import type { Rule, Violation } from "../rule";

/** Long enough for a monthly job to take the new key, and not longer than Google keeps a deleted key for undeleting. */
export const LONGEST_DRAIN_DAYS = 30;

// When a generation began to drain stands nowhere. It was not before its successor was made, so what counts is the day of the
// oldest later generation that serves: a key that was prepared for long is told too early.
export const keyDrainsBriefly: Rule = {
  id: "GEMKEY-ROT-02",
  title: "A replaced key is removed soon",
  severity: "medium",
  rationale:
    "A generation that drains is still accepted: until it is removed, the rotation has changed nothing for whoever has a copy.",
  fix: "Look at its usage, then remove the generation from `generations`.",
  references: [API_KEY_PRACTICES],
  check: ({ facts, today }) => declaredKeys(facts).flatMap((generations) => drainingLong(generations, today)),
};

function drainingLong(generations: readonly DeclaredKey[], today: string): Violation[] {
  return generations.flatMap(({ key, declared }) => {
    if (declared.phase !== "draining") return [];
    const next = generations.find(
      (other) => other.declared.generation > declared.generation && other.declared.phase === "serving",
    )?.declared;
    const age = next && ageInDays(next, today);
    if (age === undefined || age <= LONGEST_DRAIN_DAYS) return [];
    const message = `Generation ${declared.generation} of ${declared.name} still drains, ${days(age)} after the day of generation ${next!.generation}.`;
    return [keyViolation(key, message, { ours: "generations", theirs: "" }, String(declared.generation))];
  });
}
