import { hasKeys } from "../keys";
import type { Rule } from "../rule";

// Low: a cap is a preview at Google, Terraform cannot make one, and one set in AI Studio or in the console is in no plan.
export const productionHasSpendCap: Rule = {
  id: "GEMKEY-BUDGET-05",
  title: "Spend of production is capped",
  severity: "low",
  rationale: "A budget warns and stops nothing. Only a spend cap stops what a stolen key spends over a weekend.",
  fix: "Set a spend cap of the project in AI Studio or the console, declare it as `budget.cap` in YAML, and waive this rule where it cannot be seen.",
  references: [
    "https://ai.google.dev/gemini-api/docs/billing",
    "https://docs.cloud.google.com/billing/docs/how-to/budget-api-spend-cap",
  ],
  check: ({ facts, production }) => {
    if (!production(facts) || !hasKeys(facts) || facts.budgets.some(({ spendCap }) => spendCap)) return [];
    const address = (facts.budgets[0] ?? facts.projects[0] ?? facts.apiKeys[0] ?? facts.secrets[0])!.address;
    return [{ address, field: "budget.cap", message: `${facts.name} is production, and nothing caps what it spends.` }];
  },
};
