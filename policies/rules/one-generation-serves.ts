import { declaredKeys, keyViolation, listed } from "../keys";
import { SECRET_PRACTICES } from "../pages";
import type { Rule } from "../rule";

// The configuration refuses it: it takes a stack of other origin, or a changed one.
export const oneGenerationServes: Rule = {
  id: "GEMKEY-ROT-04",
  title: "One generation of a key serves",
  severity: "high",
  rationale:
    "Readers ask the secret for `latest` and are given one key. Which of two that serve it is depends on the order they were stored in.",
  fix: "Set the older one to `draining`.",
  references: [SECRET_PRACTICES],
  check: ({ facts }) =>
    declaredKeys(facts).flatMap((generations) => {
      const serving = generations.filter(({ declared }) => declared.phase === "serving");
      if (serving.length < 2) return [];
      const numbers = listed(serving.map(({ declared }) => String(declared.generation)));
      const { key, declared } = serving.at(-1)!;
      const message = `${declared.name} has ${serving.length} generations that serve: ${numbers}.`;
      return [keyViolation(key, message, { ours: "generations", theirs: "" }, numbers)];
    }),
};
