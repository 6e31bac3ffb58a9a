import { API_KEY_PRACTICES, cis } from "../pages";
import type { Rule } from "../rule";

// Only in a stack of ours, or its plan: elsewhere no key is declared. Keys that no code makes are for the inventory of the cloud.
export const stackHasNoForeignKeys: Rule = {
  id: "GEMKEY-PROJ-02",
  title: "Every key of a stack is declared",
  severity: "medium",
  rationale:
    "A key beside the declared ones has no owner, no secret and no rotation, and is in no list that anybody reads.",
  fix: "Declare it under `keys`, or remove the `google_apikeys_key` from the stack.",
  references: [cis("1.12"), API_KEY_PRACTICES],
  check: ({ facts }) => {
    const foreign = facts.apiKeys.filter(({ declared }) => declared === undefined);
    const ours = facts.origin === "stack" || foreign.length < facts.apiKeys.length;
    return (ours ? foreign : []).map(({ address }) => ({
      address,
      field: "keys",
      message: `${address} is a key that is not declared.`,
    }));
  },
};
