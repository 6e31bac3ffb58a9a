import { BUDGETS } from "../pages";
import type { Rule } from "../rule";

export const budgetForecasts: Rule = {
  id: "GEMKEY-BUDGET-02",
  title: "A budget warns of what is forecast",
  severity: "low",
  rationale:
    "Spend is known up to a day late. A forecast warns in the first days of a rise, a threshold of actual spend when the money is gone.",
  fix: 'Write `forecastAt: [100]` in `budget`, or `threshold_rules { threshold_percent = 1.0, spend_basis = "FORECASTED_SPEND" }` in HCL.',
  references: [BUDGETS],
  check: ({ facts }) =>
    facts.budgets
      .filter(({ forecastThresholds, spendCap }) => forecastThresholds.length === 0 && !spendCap)
      .map(({ address }) => ({
        address,
        field: "budget.forecastAt",
        message: `The budget ${address} warns of no forecast.`,
      })),
};
