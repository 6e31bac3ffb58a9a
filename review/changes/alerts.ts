import { type Facts, isUnknown, type Maybe, type SurroundingFacts } from "../../inventory/facts";
import { type Draft, draft, type Pair } from "../draft";
import { type Both, pairBy, pairByAddress } from "../pair-up";
import { counted, some } from "../text";
import { environmentView, shown } from "../view";

type Alert = SurroundingFacts["alertPolicies"][number];

/** Who notices what: alert policies, the metrics of logs, and the channels by which people are told. */
export function alertChanges(pair: Pair): Draft[] {
  const [before, after] = [pair.before.surroundings, pair.after.surroundings];
  if (!before || !after || pair.status !== "kept") return [];
  const alerts = pairByAddress(before.alertPolicies, after.alertPolicies);
  return [
    ...presence(alerts),
    ...alerts.flatMap((both) => kept(both, pair)),
    ...metricChanges(before.logMetrics, after.logMetrics),
    ...channelChanges(before.notificationChannels, after.notificationChannels),
  ];
}

function presence(alerts: readonly Both<Alert>[]): Draft[] {
  const names = (all: readonly Both<Alert>[], side: "before" | "after") =>
    all.map((each) => shown(each[side]!.name)).sort();
  const gone = alerts.filter(({ before, after }) => before && isOn(before) && !(after && isOn(after)));
  const made = alerts.filter(({ before, after }) => after && isOn(after) && !(before && isOn(before)));
  const [removed, added] = [names(gone, "before"), names(made, "after")];
  const lost = gone.map(({ before, after }) => {
    const how = after
      ? isUnknown(after.enabled)
        ? "may be disabled: that is unknown until apply"
        : "is disabled"
      : "is removed";
    const name = shown(before!.name);
    return draft("alert-lost", `The alert "${name}" ${how}: nobody is told any more.`, {
      address: before!.address,
      removed: [name],
    });
  });
  // Where everything is new, a list says enough.
  const news =
    added.length > 0
      ? [
          draft("alert-added", `${counted(added.length, "alert is", "alerts are")} new: ${some(added.map(quoted))}.`, {
            added,
          }),
        ]
      : [];
  return removed.length > 0 ? [...lost, ...news] : news;
}

function isOn({ enabled }: Alert): boolean {
  return enabled === true;
}

function quoted(name: string): string {
  return `"${name}"`;
}

function kept({ before, after }: Both<Alert>, pair: Pair): Draft[] {
  if (!before || !after || !isOn(before) || !isOn(after)) return [];
  const name = shown(after.name);
  const details = { address: after.address };
  const drafts: Draft[] = [];
  if (JSON.stringify([...before.watches].sort()) !== JSON.stringify([...after.watches].sort())) {
    const follows = namesChanged(pair);
    const because = follows ? ", as keys or readers did" : "";
    drafts.push(
      draft(
        follows ? "alert-follows" : "alert-changed",
        `What the alert "${name}" looks at changes${because}.`,
        details,
      ),
    );
  }
  const [old, now] = [channelNames(pair.before, before.channels), channelNames(pair.after, after.channels)];
  const [added, removed] = [now.filter((each) => !old.includes(each)), old.filter((each) => !now.includes(each))];
  if (removed.length > 0 && now.length === 0) {
    drafts.push(
      draft("alert-silent", `The alert "${name}" notifies nobody any more; it notified ${some(removed)}.`, {
        ...details,
        removed,
      }),
    );
  } else if (removed.length > 0) {
    drafts.push(
      draft("alert-tells-fewer", `The alert "${name}" no longer notifies ${some(removed)}.`, { ...details, removed }),
    );
  }
  if (added.length > 0) {
    drafts.push(draft("alert-tells-more", `The alert "${name}" now notifies ${some(added)}.`, { ...details, added }));
  }
  return drafts;
}

/** True if keys, generations or readers are others than before: filters and queries name them. */
function namesChanged({ before, after }: Pair): boolean {
  const named = (facts: Facts) =>
    environmentView(facts).keys.map(({ name, generations, readers }) => [
      name,
      generations.map(({ number, phase, keyId }) => [number, phase, keyId]),
      readers.map(({ member }) => shown(member)),
    ]);
  return JSON.stringify(named(before)) !== JSON.stringify(named(after));
}

/** Channels as people know them: an e-mail address, or a name. */
export function channelNames({ surroundings }: Facts, channels: readonly Maybe<string>[]): string[] {
  const targets = new Map((surroundings?.notificationChannels ?? []).map(({ address, target }) => [address, target]));
  return [
    ...new Set(channels.map((channel) => (isUnknown(channel) ? shown(channel) : (targets.get(channel) ?? channel)))),
  ].sort();
}

function metricChanges(before: SurroundingFacts["logMetrics"], after: SurroundingFacts["logMetrics"]): Draft[] {
  return pairBy(before, after, ({ address }) => address).flatMap(({ before: old, after: now }) => {
    const [was, is] = [old?.enabled === true, now?.enabled === true];
    const { address, name } = (now ?? old)!;
    if (was === is) return [];
    return is
      ? [draft("metric-added", `The log metric ${shown(name)} is new.`, { address })]
      : [draft("metric-lost", `The log metric ${shown(name)} counts no more.`, { address })];
  });
}

function channelChanges(
  before: SurroundingFacts["notificationChannels"],
  after: SurroundingFacts["notificationChannels"],
): Draft[] {
  const on = (all: SurroundingFacts["notificationChannels"]) =>
    new Map(
      all
        .filter(({ enabled }) => enabled === true)
        .map(({ type, target, address }) => [`${target} (${shown(type)})`, address]),
    );
  const [old, now] = [on(before), on(after)];
  return [
    ...[...old]
      .filter(([text]) => !now.has(text))
      .map(([text, address]) =>
        draft("channel-lost", `The notification channel ${text} is gone or disabled.`, { address, removed: [text] }),
      ),
    ...[...now]
      .filter(([text]) => !old.has(text))
      .map(([text, address]) =>
        draft("channel-added", `The notification channel ${text} is new.`, { address, added: [text] }),
      ),
  ];
}
