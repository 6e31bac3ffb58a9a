import { addDays } from "../../values/date";
import { ageInDays, days, declaredKeys, keyViolation } from "../keys";
import { API_KEY_PRACTICES, cis } from "../pages";
import type { Rule } from "../rule";

// The day of the generation in the configuration. Google's own day of creation is in no stack and no plan.
export const keyIsRotatedInTime: Rule = {
  id: "GEMKEY-ROT-01",
  title: "A key is rotated in time",
  severity: "medium",
  rationale: "A key never expires by itself: the longer it is used, the more copies of it there are.",
  fix: "Add a generation with the next number and `phase: prepared`, deploy, then set it to `serving` and the old one to `draining`.",
  references: [cis("1.15"), API_KEY_PRACTICES],
  check: ({ facts, today }) =>
    declaredKeys(facts).flatMap((generations) =>
      generations.flatMap(({ key, declared }) => {
        const { name, generation, phase, created, rotateEveryDays } = declared;
        const age = ageInDays(declared, today);
        if (phase !== "serving" || rotateEveryDays === undefined || age === undefined || age <= rotateEveryDays)
          return [];
        const due = addDays(created!, rotateEveryDays);
        const message = `${name} was to be rotated by ${due}: generation ${generation} is of ${created}, ${days(age)} ago.`;
        return [keyViolation(key, message, { ours: "rotateEvery", theirs: "" }, days(rotateEveryDays))];
      }),
    ),
};
