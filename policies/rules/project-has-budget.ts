import { type Facts, isUnknown, type Maybe } from "../../inventory/facts";
import { hasKeys, known } from "../keys";
import { BUDGETS } from "../pages";
import type { Rule } from "../rule";

// A budget elsewhere counts if it may be for this project: it names none, or this one. One whose project is not known, or is a
// number, which no module says of its own, counts in a module that has no projects: others mean theirs.
// A project without billing needs no budget and can have none, but no stack and no plan says that it is one.
export const projectHasBudget: Rule = {
  id: "GEMKEY-BUDGET-01",
  title: "A project with keys has a budget",
  severity: "medium",
  rationale: "A stolen key spends until somebody looks at the bill.",
  fix: "Write `budget: { monthly: 100 USD, notify: … }` in YAML, `google_billing_budget` in HCL. Waive it for a project of the free tier.",
  references: [BUDGETS],
  compares: "each",
  check: ({ facts, all }) => {
    if (!hasKeys(facts) || facts.budgets.length > 0) return [];
    if (all.some((other) => mayCount(other, facts))) return [];
    const address = facts.projects[0]?.address ?? facts.apiKeys[0]?.address ?? facts.secrets[0]!.address;
    return [{ address, field: "budget", message: `${facts.name} has keys and no budget.` }];
  },
};

function mayCount(other: Facts, { projects, apiKeys }: Facts): boolean {
  const ids = new Set([
    ...projects.map(({ projectId }) => known(projectId)),
    ...apiKeys.map(({ project }) => known(project)),
  ]);
  const isOurs = (project: Maybe<string>) => {
    if (isUnknown(project) || /^projects\/\d+$/.test(project)) return other.projects.length === 0;
    return ids.has(project.replace(/^projects\//, ""));
  };
  return other.budgets.some((budget) => budget.projects.length === 0 || budget.projects.some(isOurs));
}
