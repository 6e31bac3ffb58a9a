import type { ApiKeyFacts, ChangeFacts, Facts } from "../../inventory/facts";
import { groupBy } from "../index-by";
import { keyIdentity, keyViolation, known } from "../keys";
import { memo } from "../memo";
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
  const deleted = deletedById(facts)
    .get(id)
    ?.some(({ before }) => project === undefined || known(before!.project) === project);
  if (!deleted) return [];
  const field = { ours: "generations", theirs: "name" };
  return [keyViolation(key, `The plan deletes the key ${id} and makes another of the same id.`, field, id)];
}

const deletedById = memo(({ changes }: Facts) =>
  groupBy(changes, ({ actions, before }) => (before && actions.includes("delete") ? known(before.keyId) : undefined)),
);

/** By the identity of the key. */
const declaredBefore = memo((facts: Facts) =>
  groupBy(facts.changes, ({ before }) => (before?.declared ? keyIdentity(facts, before) : undefined)),
);

// Only of declared keys: nothing else is known to count.
function lowerNumber(facts: Facts, change: ChangeFacts): Violation[] {
  const key = made(change);
  if (!key?.declared) return [];
  const { name, generation } = key.declared;
  const earlier = declaredBefore(facts).get(keyIdentity(facts, key)) ?? [];
  const numbers = earlier.map(({ before }) => before!.declared!.generation);
  const highest = Math.max(0, ...numbers);
  if (generation > highest || numbers.includes(generation)) return [];
  const message = `${name} gets a generation ${generation}, but has had ${highest}.`;
  return [keyViolation(key, message, { ours: "generations", theirs: "name" }, String(generation))];
}
