import { type ApiKeyFacts, isUnknown } from "../../inventory/facts";
import { findCloudRange } from "../../policies/cloud-ranges";
import { type AddressRange, readRange } from "../../values/address-range";
import { AddressSet } from "../../values/address-set";
import { lies, SPECIAL_RANGES } from "../../values/special-ranges";
import { type Draft, draft, type Pair } from "../draft";
import type { GenerationPair, KeyPair } from "../key-pairs";
import type { SituationName } from "../risk";
import type { NetworkUse } from "../side";
import { joined, some, subject } from "../text";
import { allowedAddresses } from "../view";

/** From where a key may be used: what a generation of it did and does allow. */
export function addressChanges(pair: Pair): Draft[] {
  return pair.keys.flatMap((key) => (key.before && key.after ? ofKey(key, pair) : []));
}

/** Generations share the declared addresses, so most changes are the same for all: they are told once. */
function ofKey(key: KeyPair, pair: Pair): Draft[] {
  const kept = key.generations.filter(({ before, after }) => before && after);
  const drafts = kept.map((generation) => ofGeneration(key, generation, pair, undefined));
  const [first] = drafts;
  const same = drafts.every((own) => JSON.stringify(own.map(essence)) === JSON.stringify(first?.map(essence)));
  if (kept.length < 2 || same) {
    // The worst of them: a prepared generation serves nobody.
    const serving = kept.find(({ after }) => after!.declared?.phase !== "prepared") ?? kept[0];
    return serving ? ofGeneration(key, serving, pair, undefined) : [];
  }
  return kept.flatMap((generation) => ofGeneration(key, generation, pair, generation.number));
}

function essence({ added, removed, kind }: Draft): unknown {
  return [kind.replace("unused-", ""), added, removed];
}

/** What an allow list lets in. */
interface Allowed {
  /** Undefined: from everywhere. */
  readonly set: AddressSet;
  readonly open: boolean;
  /** Entries that are no address. */
  readonly others: readonly string[];
  /** How many entries are not known, or true if nothing is. */
  readonly unknown: number;
}

function allowed(key: ApiKeyFacts): Allowed {
  const entries = allowedAddresses(key);
  if (isUnknown(entries)) return { set: AddressSet.empty, open: false, others: [], unknown: 1 };
  // Google's list without entries restricts nothing: GEMKEY-IP-01 says the same.
  if (entries === undefined || entries.length === 0) {
    return { set: AddressSet.everything, open: true, others: [], unknown: 0 };
  }
  const known = entries.flatMap((entry) => (isUnknown(entry) ? [] : [entry]));
  const ranges = known.filter((entry) => readRange(entry) !== undefined);
  return {
    set: AddressSet.of(ranges),
    open: false,
    others: known.filter((entry) => readRange(entry) === undefined),
    unknown: entries.length - known.length,
  };
}

function ofGeneration(key: KeyPair, pairOf: GenerationPair, pair: Pair, number: number | undefined): Draft[] {
  const [before, after] = [allowed(pairOf.before!), allowed(pairOf.after!)];
  const name = subject(key.name, number);
  const place = {
    key: key.name,
    generation: number,
    address: pairOf.address,
    ...(key.declared ? { path: ["keys", key.name, "allow"] } : {}),
  };
  if (after.unknown > 0 && JSON.stringify(list(pairOf.before!)) !== JSON.stringify(list(pairOf.after!))) {
    const sentence = `${name} will be restricted to addresses that are unknown until apply.`;
    return [draft("addresses-unknown", sentence, { ...place, ...texts(before, after) })];
  }
  if (before.unknown > 0 && after.unknown === 0) {
    const sentence = `${name} was restricted to addresses that are not known; now ${describe(after)} may use it.`;
    return [
      draft(after.open ? "restriction-removed" : "addresses-became-known", sentence, {
        ...place,
        ...texts(before, after),
      }),
    ];
  }
  if (after.open || before.open) return open(name, before, after, place);
  const came = after.set.difference(before.set);
  const went = before.set.difference(after.set);
  const added = [...pieces(after.set, came), ...missing(after.others, before.others)];
  const removed = [...pieces(before.set, went), ...missing(before.others, after.others)];
  if (added.length === 0 && removed.length === 0) return [];
  const uses = { before: usesOf(pair.networks.before, key), after: usesOf(pair.networks.after, key) };
  const networks = [...namesOf(uses.after, came), ...namesOf(uses.before, went)];
  const details = { ...place, added, removed, networks };
  const unused = pairOf.after!.declared?.phase === "prepared";
  const inWords = some(added.map((range) => withOwner(range, uses.after)));
  const outWords = some(removed.map((range) => withOwner(range, uses.before)));
  const widening = wideningOf(before.set, after.set);
  const from = widening === "restriction-removed" ? "the whole internet" : more(came, added);
  if (removed.length === 0) return [draft(widening, `${name} may now be used from ${from}: ${inWords}.`, details)];
  if (added.length === 0) {
    const situation = unused ? "unused-addresses-narrowed" : "addresses-narrowed";
    return [draft(situation, `${name} may no longer be used from ${count(went, removed)}: ${outWords}.`, details)];
  }
  const sentence = `${name} may now be used from ${from}: ${inWords}; and no longer from ${count(went, removed)}: ${outWords}.`;
  const moved = draft("addresses-moved", sentence, details);
  return [{ ...moved, risk: draft(worseThanMoving(widening), "").risk }];
}

/** The part of an allow list in the fewest ranges: as what came, or as the entries of the list that it lies in. */
function pieces(whole: AddressSet, part: AddressSet): string[] {
  const exact = part.toStrings();
  if (exact.length < 2) return exact;
  const entries = whole.toStrings().filter((entry) => !AddressSet.of([entry]).intersection(part).isEmpty());
  return entries.length < exact.length ? entries : exact;
}

function open(name: string, before: Allowed, after: Allowed, place: Partial<Draft>): Draft[] {
  if (after.open && before.open) return [];
  if (after.open) {
    const sentence = `${name} may now be used from the whole internet: its restriction to ${describe(before)} is gone.`;
    return [
      draft("restriction-removed", sentence, { ...place, added: ["the whole internet"], removed: textsOf(before) }),
    ];
  }
  const sentence = `${name} may now be used from ${describe(after)} only, and no longer from the whole internet.`;
  return [draft("restriction-added", sentence, { ...place, added: textsOf(after), removed: ["the whole internet"] })];
}

function list(key: ApiKeyFacts) {
  return allowedAddresses(key) ?? null;
}

function textsOf({ set, others, unknown, open: all }: Allowed): string[] {
  if (all) return ["the whole internet"];
  return [...set.toStrings(), ...others, ...(unknown > 0 ? ["unknown until apply"] : [])];
}

/** Lists are told in full only where they can be compared. */
function texts(before: Allowed, after: Allowed) {
  return { added: missing(textsOf(after), textsOf(before)), removed: missing(textsOf(before), textsOf(after)) };
}

function missing(of: readonly string[], from: readonly string[]): string[] {
  return of.filter((text) => !from.includes(text));
}

/** More addresses than those of a /16 are no organization's egress. */
const LARGE_V4 = 1n << 16n;
/** The same of IPv6, where a site has a /48. */
const LARGE_V6 = 1n << 80n;

/** The whole of what Google can see a request come from. */
const INTERNET = [AddressSet.of(["0.0.0.0/0"]), AddressSet.of(["2000::/3"])];

function wideningOf(before: AddressSet, after: AddressSet): SituationName {
  if (INTERNET.some((all) => after.covers(all) && !before.covers(all))) return "restriction-removed";
  const came = after.difference(before);
  const ranges = came.toStrings().map((text) => readRange(text)!);
  if (ranges.length > 0 && ranges.every((range) => specialKind(range))) return "unreachable-range-added";
  if (ranges.some((range) => findCloudRange(range))) return "cloud-range-added";
  if (came.sizeV4() > LARGE_V4 || came.sizeV6() > LARGE_V6) return "large-range-added";
  return "range-added";
}

/** Why no request can come from it. Addresses for documentation stand for real ones in examples: they are taken for such. */
function specialKind(range: AddressRange): string | undefined {
  const around = SPECIAL_RANGES.filter(
    ({ kind, range: block }) => kind !== "documentation" && block.family === range.family,
  );
  return around.find((special) => lies(range, special.range))?.kind;
}

function cloudOf(range: AddressRange): string | undefined {
  const found = findCloudRange(range);
  if (found === undefined || lies(range, found.range)) return found?.cloud;
  return range.start === 0n ? undefined : `with addresses of ${found.cloud}`;
}

/** A move is at least as bad as the loss of addresses. */
function worseThanMoving(widening: SituationName): SituationName {
  return widening === "unreachable-range-added" ? "addresses-moved" : widening;
}

function more(set: AddressSet, entries: readonly string[]): string {
  const text = count(set, entries);
  return text.replace(/^(\S+) (?=address)/, "$1 more ").replace(/^about (\S+) (?=address)/, "about $1 more ");
}

/** `16 addresses`; entries that are no addresses are counted as such. */
function count(set: AddressSet, entries: readonly string[]): string {
  const size = set.size();
  if (size === 0n) return entries.length === 1 ? "1 entry" : `${entries.length} entries`;
  return size === 1n ? "1 address" : `${sizeText(size)} addresses`;
}

/** `4,096`; above a thousand millions as a power of two: `2^64`, `about 2^65`. */
function sizeText(size: bigint): string {
  if (size < 1_000_000_000n) return size.toString().replace(/\B(?=(\d{3})+$)/g, ",");
  const bits = size.toString(2).length - 1;
  return size === 1n << BigInt(bits) ? `2^${bits}` : `about 2^${bits}`;
}

function describe(one: Allowed): string {
  return one.open ? "the whole internet" : some(textsOf(one));
}

/** `203.0.113.0/28 (tokyo-office)`, `34.64.0.0/10 (Google Cloud)`, `10.0.0.0/8 (private)`. */
function withOwner(text: string, uses: readonly NetworkUse[]): string {
  const range = readRange(text);
  if (range === undefined) return `${text} (no address)`;
  const networks = namesOf(uses, AddressSet.of([text]));
  const whose = networks.length > 0 ? `network ${joined(networks)}` : (cloudOf(range) ?? specialKind(range));
  return whose === undefined ? text : `${text} (${whose})`;
}

function usesOf(networks: readonly NetworkUse[], key: KeyPair): NetworkUse[] {
  return key.declared ? networks.filter((use) => use.key === key.name) : [];
}

/** Named networks that the addresses are of. */
function namesOf(uses: readonly NetworkUse[], set: AddressSet): string[] {
  if (set.isEmpty()) return [];
  return uses
    .filter(({ addresses }) => !readable(addresses).intersection(set).isEmpty())
    .map(({ network }) => network)
    .sort();
}

function readable(addresses: readonly string[]): AddressSet {
  return AddressSet.of(addresses.filter((address) => readRange(address) !== undefined));
}
