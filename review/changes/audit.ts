import { type Facts, isUnknown, type Maybe, type SurroundingFacts } from "../../inventory/facts";
import { READS } from "../../policies/reads";
import { type Draft, draft, type Pair } from "../draft";
import { pairBy } from "../pair-up";
import { counted, some } from "../text";
import { shown } from "../view";

/** What is logged, and for how long. */
export function auditChanges(pair: Pair): Draft[] {
  if (pair.status !== "kept") return [];
  return [...coverage(pair), ...exemptions(pair), ...logs(pair)].map((each) => ({ ...each, path: ["audit"] }));
}

interface Logged {
  readonly service: string;
  readonly type: string;
}

function loggedIn({ auditConfigs }: Facts): Logged[] {
  return auditConfigs.flatMap(({ service, logTypes }) => logTypes.map((type) => ({ service: shown(service), type })));
}

/** What is logged for all services is logged for each. */
function covers(logged: readonly Logged[], { service, type }: Logged): boolean {
  return logged.some((each) => each.type === type && (each.service === service || each.service === "allServices"));
}

function coverage({ name, before, after }: Pair): Draft[] {
  const [old, now] = [loggedIn(before), loggedIn(after)];
  const lost = old.filter((each) => !covers(now, each));
  const gained = now.filter((each) => !covers(old, each));
  return [
    ...lost.map((each) => {
      const text = `${each.service}: ${each.type}`;
      const read = READS.find(({ service, logType }) => covers([each], { service, type: logType }));
      const what = read ? `${read.what} can no longer be found out` : "what happens there can no longer be found out";
      return draft(read ? "audit-lost" : "other-audit-lost", `${name} no longer logs ${text}: ${what}.`, {
        removed: [text],
      });
    }),
    ...gained.map((each) => {
      const text = `${each.service}: ${each.type}`;
      return draft("audit-gained", `${name} now logs ${text}.`, { added: [text] });
    }),
  ];
}

function exemptions({ name, before, after }: Pair): Draft[] {
  const of = (facts: Facts) => new Set(facts.auditConfigs.flatMap(({ exemptedMembers }) => exemptedMembers));
  const [old, now] = [of(before), of(after)];
  const [added, removed] = [
    [...now].filter((each) => !old.has(each)).sort(),
    [...old].filter((each) => !now.has(each)).sort(),
  ];
  return [
    ...(added.length > 0
      ? [
          draft("audit-exempts", `${name} no longer logs what ${some(added)} do${added.length === 1 ? "es" : ""}.`, {
            added,
          }),
        ]
      : []),
    ...(removed.length > 0
      ? [
          draft(
            "audit-exempts-no-more",
            `${name} now logs what ${some(removed)} do${removed.length === 1 ? "es" : ""}.`,
            { removed },
          ),
        ]
      : []),
  ];
}

function logs({ before, after }: Pair): Draft[] {
  const [old, now] = [before.surroundings, after.surroundings];
  if (!old || !now) return [];
  return [...sinks(old, now), ...buckets(old, now)];
}

function sinks(before: SurroundingFacts, after: SurroundingFacts): Draft[] {
  return pairBy(before.logSinks, after.logSinks, ({ address }) => address).flatMap(({ before: was, after: is }) => {
    const { address, name } = (is ?? was)!;
    const sink = `The log sink ${shown(name)}`;
    if (!is || (was?.enabled && !is.enabled))
      return [draft("logs-changed", `${sink} is removed or disabled: it keeps nothing more.`, { address })];
    if (!was || (is.enabled && !was.enabled))
      return [draft("audit-gained", `${sink} is new: it keeps entries.`, { address })];
    const essence = ({ filter, exclusions }: typeof is) => JSON.stringify([filter, exclusions.map(shown).sort()]);
    return essence(was) === essence(is)
      ? []
      : [draft("logs-changed", `${sink} keeps other entries than before.`, { address })];
  });
}

function buckets(before: SurroundingFacts, after: SurroundingFacts): Draft[] {
  return pairBy(before.logBuckets, after.logBuckets, ({ address }) => address).flatMap(({ before: was, after: is }) => {
    const { address, bucketId } = (is ?? was)!;
    const bucket = `The log bucket ${shown(bucketId)}`;
    if (!is) return [draft("logs-kept-shorter", `${bucket} is removed, and with it what it kept.`, { address })];
    const [old, now] = [daysText(was?.retentionDays), daysText(is.retentionDays)];
    if (!was)
      return [draft("logs-kept-longer", `${bucket} is new and keeps entries for ${now}.`, { address, after: now })];
    if (old === now) return [];
    const longer = numberOf(is.retentionDays) > numberOf(was.retentionDays);
    const sentence = `${bucket} kept entries for ${old} and keeps them for ${now}.`;
    return [draft(longer ? "logs-kept-longer" : "logs-kept-shorter", sentence, { address, before: old, after: now })];
  });
}

/** Google keeps entries for 30 days where nothing is said. https://cloud.google.com/logging/quotas#logs_retention_periods */
const DEFAULT_DAYS = 30;

function daysText(days: Maybe<number> | undefined): string {
  return isUnknown(days) ? "a time that is unknown until apply" : counted(days ?? DEFAULT_DAYS, "day");
}

function numberOf(days: Maybe<number> | undefined): number {
  return isUnknown(days) ? 0 : (days ?? DEFAULT_DAYS);
}
