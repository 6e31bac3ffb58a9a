import type { BudgetFacts, Facts, SurroundingFacts } from "../../inventory/facts";
import { MOST_TIMES } from "../../policies/rules/budget-is-like-its-siblings";
import { parseMoney } from "../../values/money";
import { type Draft, draft, type Pair } from "../draft";
import { pairByAddress } from "../pair-up";
import { some } from "../text";
import { moneyText, shown, thresholdTexts } from "../view";
import { channelNames } from "./alerts";

/** What the environment may cost before somebody is told, and before it is stopped. */
export function budgetChanges(pair: Pair): Draft[] {
  return pairByAddress(pair.before.budgets, pair.after.budgets).flatMap(({ before, after }) => {
    const drafts = before && after ? ofBudget(before, after, pair) : whole(before, after, pair);
    return [...drafts, ...capChanges(before, after, pair)].map((each) => ({
      ...each,
      address: (after ?? before)!.address,
      path: each.path ?? ["budget"],
    }));
  });
}

function amountText({ amount }: BudgetFacts): string {
  return moneyText(amount) ?? "an amount that is not known";
}

function whole(before: BudgetFacts | undefined, after: BudgetFacts | undefined, { name }: Pair): Draft[] {
  if (after) {
    const text = amountText(after);
    return [draft("budget-added", `${name} gets a budget of ${text}.`, { after: text })];
  }
  const text = amountText(before!);
  return [
    draft("budget-removed", `The budget of ${name} is removed; it was ${text}. Nobody is told what the keys cost.`, {
      before: text,
    }),
  ];
}

function ofBudget(before: BudgetFacts, after: BudgetFacts, pair: Pair): Draft[] {
  return [
    ...amountChange(before, after, pair),
    ...thresholdChange(before, after, pair),
    ...countingChange(before, after, pair),
    ...notificationChange(before, after, pair),
  ];
}

function amountChange(before: BudgetFacts, after: BudgetFacts, { name }: Pair): Draft[] {
  const [old, now] = [amountText(before), amountText(after)];
  if (old === now) return [];
  const details = { before: old, after: now, path: ["budget", "monthly"] };
  const sentence = `The budget of ${name} was ${old} and is ${now}`;
  if (!before.amount || !after.amount || before.amount.currency !== after.amount.currency) {
    return [draft("budget-unclear", `${sentence}: whether it warns earlier or later cannot be told.`, details)];
  }
  const times = after.amount.units / before.amount.units;
  if (times > 1) {
    const situation = times >= MOST_TIMES ? "budget-raised-tenfold" : "budget-raised";
    return [draft(situation, `${sentence}: it warns later.`, details)];
  }
  return [draft("budget-lowered", `${sentence}: it warns earlier.`, details)];
}

function thresholdChange(before: BudgetFacts, after: BudgetFacts, { name }: Pair): Draft[] {
  const [old, now] = [thresholdTexts(before), thresholdTexts(after)];
  const [added, removed] = differences(old, now);
  if (added.length + removed.length === 0) return [];
  const texts = [
    ...(added.length > 0 ? [`now warns at ${some(added)}`] : []),
    ...(removed.length > 0 ? [`no longer at ${some(removed)}`] : []),
  ];
  const situation = removed.length > 0 ? "threshold-lost" : "threshold-added";
  const [first, ...rest] = texts;
  const sentence = added.length > 0 ? [first, ...rest].join(", and ") : `warns ${first}`;
  return [draft(situation, `The budget of ${name} ${sentence}.`, { added, removed, path: ["budget", "alertAt"] })];
}

/** What the budget sees of the spend. */
function countingChange(before: BudgetFacts, after: BudgetFacts, pair: Pair): Draft[] {
  const drafts: Draft[] = [];
  if (before.netOfCredits !== after.netOfCredits) {
    const [old, now] = [before, after].map((budget) => (budget.netOfCredits ? "after credits" : "before credits"));
    const situation = after.netOfCredits ? "budget-counts-less" : "budget-counts-more";
    const sentence = `The budget of ${pair.name} counts spend ${now} and counted it ${old}.`;
    drafts.push(draft(situation, sentence, { before: old, after: now }));
  }
  const [counted, counts] = [before, after].map((budget) => budget.projects.map(shown).sort());
  // The number of a project that is not there yet is unknown; what it counted before is then known.
  const [added, removed] = differences(counted!, counts!);
  if (removed.length > 0 || added.length > 0) {
    const situation = removed.length > 0 || counted!.length === 0 ? "budget-counts-less" : "budget-counts-more";
    const sentence = `The budget of ${pair.name} counts ${projectsText(counts!)} and counted ${projectsText(counted!)}.`;
    drafts.push(draft(situation, sentence, { added, removed }));
  }
  const [services, now] = [detailsOf(pair.before, before), detailsOf(pair.after, after)].map((each) =>
    each?.services.map(shown),
  );
  if (services && now && JSON.stringify(services) !== JSON.stringify(now)) {
    const all = (list: readonly string[]) => (list.length === 0 ? "all services" : some(list));
    const [more, fewer] = differences(services, now);
    const situation =
      now.length > 0 && (services.length === 0 || fewer.length > 0) ? "budget-counts-less" : "budget-counts-more";
    const sentence = `The budget of ${pair.name} counts ${all(now)} and counted ${all(services)}.`;
    drafts.push(draft(situation, sentence, { added: more, removed: fewer }));
  }
  return drafts;
}

function projectsText(projects: readonly string[]): string {
  return projects.length === 0 ? "every project of the billing account" : some(projects);
}

function notificationChange(before: BudgetFacts, after: BudgetFacts, pair: Pair): Draft[] {
  const [old, now] = [detailsOf(pair.before, before), detailsOf(pair.after, after)];
  if (!old || !now) return [];
  const told = (facts: Facts, details: NonNullable<typeof old>) => [
    ...channelNames(facts, details.channels),
    ...(details.topic ? ["the Pub/Sub topic"] : []),
  ];
  const [added, removed] = differences(told(pair.before, old), told(pair.after, now));
  const path = ["budget", "notify"];
  return [
    ...(removed.length > 0
      ? [
          draft("budget-notifies-fewer", `The budget of ${pair.name} no longer notifies ${some(removed)}.`, {
            removed,
            path,
          }),
        ]
      : []),
    ...(added.length > 0
      ? [draft("budget-notifies-more", `The budget of ${pair.name} now notifies ${some(added)}.`, { added, path })]
      : []),
  ];
}

function detailsOf({ surroundings }: Facts, budget: BudgetFacts): SurroundingFacts["budgets"][number] | undefined {
  return surroundings?.budgets.find(({ address }) => address === budget.address);
}

/** The cap stands in no resource, so a plan does not know of it. */
function capChanges(before: BudgetFacts | undefined, after: BudgetFacts | undefined, pair: Pair): Draft[] {
  if (pair.before.origin === "plan" || pair.after.origin === "plan") return [];
  const [old, now] = [capOf(pair.before, before), capOf(pair.after, after)];
  if (old === now) return [];
  const details = { before: old, after: now, path: ["budget", "cap"] };
  if (now === undefined) {
    return [
      draft(
        "cap-removed",
        `The spend cap of ${pair.name} is removed; it was ${old}. Nothing stops the spend.`,
        details,
      ),
    ];
  }
  if (old === undefined) {
    return [draft("cap-added", `${pair.name} gets a spend cap of ${now}, which is set at Google by hand.`, details)];
  }
  const raised = (unitsOf(now) ?? Infinity) > (unitsOf(old) ?? 0);
  const what = raised ? "a leaked key can spend more before it is stopped" : "calls are refused earlier";
  return [
    draft(
      raised ? "cap-raised" : "cap-lowered",
      `The spend cap of ${pair.name} was ${old} and is ${now}: ${what}.`,
      details,
    ),
  ];
}

function capOf(facts: Facts, budget: BudgetFacts | undefined): string | undefined {
  if (!budget) return undefined;
  return detailsOf(facts, budget)?.cap ?? (budget.spendCap ? "an amount that is not known" : undefined);
}

function unitsOf(text: string): number | undefined {
  const parsed = parseMoney(text);
  return "money" in parsed ? parsed.money.units : undefined;
}

export function differences(before: readonly string[], after: readonly string[]): [added: string[], removed: string[]] {
  return [after.filter((each) => !before.includes(each)), before.filter((each) => !after.includes(each))];
}
