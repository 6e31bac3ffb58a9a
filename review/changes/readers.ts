import { isUnknown } from "../../inventory/facts";
import { isEveryone } from "../../policies/members";
import { type Draft, draft, type Pair } from "../draft";
import type { KeyPair } from "../key-pairs";
import type { ReaderView } from "../model";
import type { SituationName } from "../risk";
import { joined } from "../text";
import { environmentView, shown } from "../view";

/** Who can read a key that could not before, and who no longer can, by whatever way. */
export function readerChanges(pair: Pair): Draft[] {
  const [before, after] = [readersByKey(pair.before), readersByKey(pair.after)];
  const kept = pair.keys.filter((key) => key.before && key.after);
  const changes = kept.map((key) => ({
    key,
    drafts: ofKey(key, before.get(key.before!.name) ?? [], after.get(key.after!.name) ?? []),
  }));
  return together(changes, pair);
}

function readersByKey(facts: Pair["before"]): Map<string, readonly ReaderView[]> {
  return new Map(environmentView(facts).keys.map(({ name, readers }) => [name, readers]));
}

/** A role on the project reaches all keys: what is the same for every one is told once. */
function together(
  changes: readonly { readonly key: KeyPair; readonly drafts: readonly WayDraft[] }[],
  pair: Pair,
): Draft[] {
  const counts = new Map<string, number>();
  for (const { drafts } of changes) {
    for (const way of drafts) counts.set(way.essence, (counts.get(way.essence) ?? 0) + 1);
  }
  const shared = (way: WayDraft) => changes.length > 1 && way.wide && counts.get(way.essence) === changes.length;
  const once = (changes[0]?.drafts ?? []).filter(shared).map((way) => way.tell(`any key of ${pair.name}`));
  return [
    ...once,
    ...changes.flatMap(({ key, drafts }) =>
      drafts
        .filter((way) => !shared(way))
        .map((way) => ({
          ...way.tell(key.name),
          key: key.name,
          ...(key.declared && !way.wide ? { path: ["keys", key.name, "readers"] } : {}),
        })),
    ),
  ];
}

interface WayDraft {
  readonly essence: string;
  /** All ways are above the secret. */
  readonly wide: boolean;
  readonly tell: (what: string) => Draft;
}

function ofKey(_: KeyPair, before: readonly ReaderView[], after: readonly ReaderView[]): WayDraft[] {
  const [old, now] = [byMember(before), byMember(after)];
  const members = [...new Set([...old.keys(), ...now.keys()])].sort();
  return members.flatMap((member) => {
    const [had, has] = [old.get(member) ?? [], now.get(member) ?? []];
    const gained = has.filter((way) => !had.some((other) => sameWay(way, other)));
    const lost = had.filter((way) => !has.some((other) => sameWay(way, other)));
    return [...gainedBy(member, gained, had), ...lostBy(member, lost, has)];
  });
}

function byMember(readers: readonly ReaderView[]): Map<string, ReaderView[]> {
  const found = new Map<string, ReaderView[]>();
  for (const reader of readers) {
    const member = shown(reader.member);
    const ways = found.get(member);
    if (ways) ways.push(reader);
    else found.set(member, [reader]);
  }
  return found;
}

function sameWay(a: ReaderView, b: ReaderView): boolean {
  return a.via === b.via && shown(a.role) === shown(b.role) && a.conditional === b.conditional;
}

function gainedBy(member: string, ways: readonly ReaderView[], had: readonly ReaderView[]): WayDraft[] {
  if (ways.length === 0) return [];
  // Somebody without conditions loses nothing to one with.
  const could =
    had.length > 0 && (had.some(({ conditional }) => !conditional) || ways.every(({ conditional }) => conditional));
  const situation = could ? "reader-gained-another-way" : gainedSituation(ways);
  const how = waysText(ways);
  return [
    {
      essence: JSON.stringify(["gained", member, could, how]),
      wide: ways.every(({ via }) => via !== "secret"),
      tell: (what) => {
        const who = whoText(member, ways);
        const sentence = could
          ? `${who} could read ${what} already, and now also by ${how}.`
          : `${who} can now read ${what}, by ${how}.`;
        return draft(situation, sentence, { added: [member], after: how });
      },
    },
  ];
}

function lostBy(member: string, ways: readonly ReaderView[], has: readonly ReaderView[]): WayDraft[] {
  if (ways.length === 0) return [];
  const can = has.length > 0;
  const how = waysText(ways);
  const situation: SituationName = can
    ? "reader-lost-a-way"
    : member.startsWith("serviceAccount:") || member.startsWith("principal")
      ? "service-reader-lost"
      : "reader-lost";
  return [
    {
      essence: JSON.stringify(["lost", member, can, how, can ? waysText(has) : ""]),
      wide: [...ways, ...has].every(({ via }) => via !== "secret"),
      tell: (what) => {
        const who = whoText(member, ways);
        const sentence = can
          ? `${who} can still read ${what}, by ${waysText(has)}, but no longer by ${how}.`
          : `${who} can no longer read ${what}; it could by ${how}.`;
        return draft(situation, sentence, { removed: [member], before: how });
      },
    },
  ];
}

function gainedSituation(ways: readonly ReaderView[]): SituationName {
  const [{ member, many }] = ways as [ReaderView];
  if (isUnknown(member)) return "read-by-unknown";
  if (isEveryone(member)) return "read-by-everyone";
  if (ways.some(({ via }) => via !== "secret")) return "read-from-above";
  return many ? "read-by-many" : "reader-gained";
}

function whoText(member: string, [way]: readonly ReaderView[]): string {
  if (isUnknown(way!.member)) return "A principal that is unknown until apply";
  return isEveryone(member) ? `Everybody (${member})` : member;
}

/** `roles/owner on the project and roles/x on the secret, under a condition`. */
function waysText(ways: readonly ReaderView[]): string {
  const texts = ways.map(({ role, via, conditional }) => {
    const what = isUnknown(role) ? "a role that is unknown until apply" : role;
    return `${what} on the ${via}${conditional ? " under a condition" : ""}`;
  });
  return joined([...new Set(texts)].sort());
}
