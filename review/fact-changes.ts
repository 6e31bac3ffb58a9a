import type { ChangeFacts, Facts } from "../inventory/facts";
import { pairKeys } from "./key-pairs";

/**
 * The facts of the head's stacks with `changes`, which otherwise only a plan has: so rules on changes judge code too, such as that
 * a key that serves is not removed.
 */
export function withChanges(base: readonly Facts[], head: readonly Facts[]): Facts[] {
  const before = new Map(base.map((facts) => [facts.name, facts]));
  return head.map((facts) => {
    const old = before.get(facts.name);
    return old && facts.origin === "stack" ? { ...facts, changes: changesBetween(old, facts) } : facts;
  });
}

/** What Terraform would do to the keys and projects of a stack, as far as the code tells. Sorted by address. */
export function changesBetween(base: Facts, head: Facts): ChangeFacts[] {
  const type = "google_apikeys_key";
  const keys = pairKeys(base, head).flatMap(({ generations }) =>
    generations.flatMap(({ before, after, replaced }): ChangeFacts[] => {
      if (!before) return [{ address: after!.address, type, actions: ["create"], after }];
      if (!after) return [{ address: before.address, type, actions: ["delete"], before }];
      if (replaced === undefined) return [];
      if (before.address === after.address)
        return [{ address: after.address, type, actions: ["delete", "create"], before, after }];
      return [
        { address: before.address, type, actions: ["delete"], before },
        { address: after.address, type, actions: ["create"], after },
      ];
    }),
  );
  const left = new Set(head.projects.map(({ address }) => address));
  const projects = base.projects
    .filter(({ address }) => !left.has(address))
    .map(({ address }): ChangeFacts => ({ address, type: "google_project", actions: ["delete"] }));
  return [...keys, ...projects].sort((a, b) => (a.address < b.address ? -1 : 1));
}
