import type { Review } from "../../review/model";

/** A review of one widened key in each environment, whose sentence can be chosen. */
export function reviewOf(
  environments: readonly string[],
  sentence = "`web` may now be called from 9.9.9.0/24.",
): Review {
  return {
    formatVersion: 1,
    source: "code",
    base: "main (1a2b3c4)",
    head: "5d6e7f8",
    risk: "high",
    environments: environments.map((name) => ({
      name,
      status: "changed",
      risk: "high",
      changes: [{ kind: "addresses-widened", risk: "high", key: "web", sentence, added: ["9.9.9.0/24"] }],
      drift: [],
      notInCode: [],
      findings: { new: [], fixed: [], standing: [] },
      others: [],
    })),
    untouched: 2,
    notes: [],
  };
}
