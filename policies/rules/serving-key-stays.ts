import type { ApiKeyFacts, ChangeFacts, Facts } from "../../inventory/facts";
import { isGeminiKey, keyName, keyViolation, known } from "../keys";
import { UNDELETE_KEY } from "../pages";
import type { Rule, Violation } from "../rule";

// Where the plan does not say whether a key serves, its removal is told if nothing takes its place: if the plan replaces it at
// once, or if it leaves no other key of the same service account, or of the project for standard keys.
export const servingKeyStays: Rule = {
  id: "GEMKEY-ROT-06",
  title: "A key that serves is not removed",
  severity: "high",
  rationale: "Applications that hold the key fail with the next call, all at once.",
  fix: "Rotate first: publish another generation, let this one drain, then remove it. Where the key is to go for good, make sure that nobody uses it.",
  references: [UNDELETE_KEY],
  check: ({ facts }) => facts.changes.flatMap((change) => removal(facts, change)),
};

function removal(facts: Facts, { address, actions, before }: ChangeFacts): Violation[] {
  if (before === undefined || !actions.includes("delete") || !isGeminiKey(before)) return [];
  const replaced = actions.includes("create");
  const how = replaced ? "is replaced by another key" : "is deleted";
  const tell = (why: string) => [
    keyViolation({ ...before, address }, `${keyName({ ...before, address })} ${how}: ${why}.`, {
      ours: "generations",
      theirs: "",
    }),
  ];
  if (before.declared) {
    return before.declared.phase === "serving" ? tell(`generation ${before.declared.generation} still serves`) : [];
  }
  if (replaced) return tell("its string changes at once");
  const left = facts.apiKeys.some((key) => key.address !== address && isGeminiKey(key) && sameCallers(key, before));
  return left ? [] : tell("no other key is left for its callers");
}

function sameCallers(key: ApiKeyFacts, removed: ApiKeyFacts): boolean {
  const account = known(removed.serviceAccount);
  if (account !== undefined) return known(key.serviceAccount) === account;
  return key.serviceAccount === undefined && known(key.project) === known(removed.project);
}
