import type { BudgetFacts, Facts } from "../../inventory/facts";
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
    facts.budgets.flatMap((budget) => {
      const { address, amount } = budget;
      if (amount === undefined) return [];
      const others = siblings(budget, amount.currency, all);
      if (others.length < FEWEST_SIBLINGS) return [];
      const middle = median(others);
      if (amount.units <= MOST_TIMES * middle) return [];
      const value = `${amount.units} ${amount.currency}`;
      const message = `The budget ${address} is ${value}, more than ${MOST_TIMES} times the median of the others, ${middle} ${amount.currency}.`;
      return [{ address, field: "budget.monthly", value, message }];
    }),
};

function siblings(budget: BudgetFacts, currency: string, all: readonly Facts[]): number[] {
  return all
    .flatMap(({ budgets }) => budgets)
    .flatMap((other) => (other !== budget && other.amount?.currency === currency ? [other.amount.units] : []));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
