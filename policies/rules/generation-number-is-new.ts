import type { ApiKeyFacts, ChangeFacts, Facts } from "../../inventory/facts";
import { keyIdentity, keyViolation, known } from "../keys";
import { UNDELETE_KEY } from "../pages";
import type { Rule, Violation } from "../rule";

export const generationNumberIsNew: Rule = {
  id: "GEMKEY-ROT-07",
  title: "The number of a generation is never used again",
  severity: "high",
  rationale:
    "Google keeps the id of a deleted key for 30 days and refuses another key of that id: the old key is gone and the new one cannot be made. A lower number puts the new key before the one it replaces.",
  fix: "Write the next number that was never used, `{ number: <highest + 1>, … }`, or another `name` in HCL.",
  references: [UNDELETE_KEY],
  check: ({ facts }) => facts.changes.flatMap((change) => [...reusedId(facts, change), ...lowerNumber(facts, change)]),
};

/** What the change makes anew. */
function made({ address, actions, after }: ChangeFacts): ApiKeyFacts | undefined {
  return after && actions.includes("create") ? { ...after, address } : undefined;
}

function reusedId(facts: Facts, change: ChangeFacts): Violation[] {
  const key = made(change);
  const id = key && known(key.keyId);
  const project = key && known(key.project);
  if (key === undefined || id === undefined) return [];
  const deleted = facts.changes.some(
    ({ actions, before }) =>
      before !== undefined &&
      actions.includes("delete") &&
      known(before.keyId) === id &&
      (project === undefined || known(before.project) === project),
  );
  if (!deleted) return [];
  const field = { ours: "generations", theirs: "name" };
  return [keyViolation(key, `The plan deletes the key ${id} and makes another of the same id.`, field, id)];
}

// Only of declared keys: nothing else is known to count.
function lowerNumber(facts: Facts, change: ChangeFacts): Violation[] {
  const key = made(change);
  if (!key?.declared) return [];
  const { name, generation } = key.declared;
  const identity = keyIdentity(facts, key);
  const numbers = facts.changes.flatMap(({ before }) =>
    before?.declared && keyIdentity(facts, before) === identity ? [before.declared.generation] : [],
  );
  const highest = Math.max(0, ...numbers);
  if (generation > highest || numbers.includes(generation)) return [];
  const message = `${name} gets a generation ${generation}, but has had ${highest}.`;
  return [keyViolation(key, message, { ours: "generations", theirs: "name" }, String(generation))];
}
