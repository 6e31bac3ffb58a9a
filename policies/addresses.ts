import { type ApiKeyFacts, isUnknown } from "../inventory/facts";
import { type AddressRange, BITS, rangeOf, readAddress, readPrefix } from "../values/address-range";
import { AddressSet } from "../values/address-set";
import { memo } from "./memo";

export interface AddressEntry {
  readonly text: string;
  readonly index: number;
  /** Undefined if it is no address and no range. */
  readonly range?: AddressRange;
}

const FIELD = "restrictions.server_key_restrictions.allowed_ips";

/** Where an entry stands. The addresses of a stack of ours are merged and sorted: their places are not those of `allow`. */
export function addressField(index?: number): { readonly ours: string; readonly theirs: string } {
  return { ours: "allow", theirs: index === undefined ? FIELD : `${FIELD}[${index}]` };
}

/** The addresses of a key that are known. */
export const entriesOf = memo(({ allowedIps }: ApiKeyFacts): readonly AddressEntry[] => {
  if (allowedIps === undefined || isUnknown(allowedIps)) return [];
  return allowedIps.flatMap((text, index) => (isUnknown(text) ? [] : [{ text, index, range: rangeIn(text) }]));
});

/** All known addresses of a key that can be read. */
export const addressesOf = memo(
  (key: ApiKeyFacts): AddressSet => AddressSet.of(entriesOf(key).flatMap(({ range }) => (range ? [range.text] : []))),
);

/** By text: most keys share the addresses of their network. */
const ranges = new Map<string, AddressRange | undefined>();

function rangeIn(text: string): AddressRange | undefined {
  if (!ranges.has(text)) ranges.set(text, readWithHostBits(text));
  return ranges.get(text);
}

/** Ranges with host bits as well: how Google reads 203.0.113.7/24 is not known, at worst as the whole range. */
function readWithHostBits(text: string): AddressRange | undefined {
  const slash = text.indexOf("/");
  const address = readAddress(slash < 0 ? text : text.slice(0, slash));
  if (address === undefined) return undefined;
  const { family, value } = address;
  const prefix = slash < 0 ? BITS[family] : readPrefix(text.slice(slash + 1), family);
  return prefix === undefined ? undefined : rangeOf(family, value, prefix);
}
