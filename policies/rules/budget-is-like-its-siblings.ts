import type { Facts } from "../../inventory/facts";
import { memo } from "../memo";
import { BUDGETS } from "../pages";
import type { Rule } from "../rule";

/** A zero too many is ten times. */
export const MOST_TIMES = 10;

// One other budget is no measure: production may well be far above a single environment for tests.
const FEWEST_SIBLINGS = 2;

export const budgetIsLikeItsSiblings: Rule = {
  id: "GEMKEY-BUDGET-04",
  title: "A budget is of the size of its siblings",
  severity: "low",
  rationale:
    "A budget that is far too high warns of nothing. It is often a zero too many, or an amount in another currency.",
  fix: "Write what the environment is to spend: `monthly` in YAML, `specified_amount` in HCL.",
  references: [BUDGETS],
  compares: "all",
  check: ({ facts, all }) =>
    facts.budgets.flatMap(({ address, amount }) => {
      if (amount === undefined) return [];
      const amounts = sortedAmounts(all).get(amount.currency) ?? [];
      // Without its own, which is not there if it is compared with others alone.
      const own = amounts.indexOf(amount.units);
      const others = own < 0 || !all.includes(facts) ? amounts : [...amounts.slice(0, own), ...amounts.slice(own + 1)];
      if (others.length < FEWEST_SIBLINGS) return [];
      const middle = median(others);
      if (amount.units <= MOST_TIMES * middle) return [];
      const value = `${amount.units} ${amount.currency}`;
      const message = `The budget ${address} is ${value}, more than ${MOST_TIMES} times the median of the others, ${middle} ${amount.currency}.`;
      return [{ address, field: "budget.monthly", value, message }];
    }),
};

/** The amounts of all budgets by currency. */
const sortedAmounts = memo((all: readonly Facts[]): ReadonlyMap<string, readonly number[]> => {
  const amounts = new Map<string, number[]>();
  for (const { amount } of all.flatMap(({ budgets }) => budgets)) {
    if (!amount) continue;
    const list = amounts.get(amount.currency);
    if (list) list.push(amount.units);
    else amounts.set(amount.currency, [amount.units]);
  }
  for (const list of amounts.values()) list.sort((a, b) => a - b);
  return amounts;
});

function median(sorted: readonly number[]): number {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
