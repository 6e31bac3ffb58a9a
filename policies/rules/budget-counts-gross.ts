import { BUDGETS } from "../pages";
import type { Rule } from "../rule";

export const budgetCountsGross: Rule = {
  id: "GEMKEY-BUDGET-03",
  title: "A budget counts spend before credits",
  severity: "medium",
  rationale: "Credits pay for what a stolen key spends, and the budget stays silent until they are used up.",
  fix: 'Write `credit_types_treatment = "EXCLUDE_ALL_CREDITS"` in `budget_filter`. A budget in YAML does.',
  references: [BUDGETS],
  check: ({ facts }) =>
    facts.budgets
      .filter(({ netOfCredits }) => netOfCredits)
      .map(({ address }) => ({
        address,
        field: "budget_filter.credit_types_treatment",
        message: `The budget ${address} takes credits off before it warns.`,
      })),
};
