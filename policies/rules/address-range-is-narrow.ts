import { type ApiKeyFacts, isUnknown } from "../../inventory/facts";
import { BITS, type Family } from "../../values/address-range";
import { type AddressEntry, addressField, entriesOf } from "../addresses";
import { geminiKeys, keyName, keyViolation, onceAKey } from "../keys";
import { API_KEY_PRACTICES, cis } from "../pages";
import type { Rule, Violation } from "../rule";

/** The widest prefix of a network somebody may hold for themselves: a large company's egress, a provider's customer. */
export const WIDEST: Readonly<Record<Family, number>> = { 4: 20, 6: 32 };

// What is unknown until apply is told here, and by no other rule of addresses.
export const addressRangeIsNarrow: Rule = {
  id: "GEMKEY-IP-02",
  title: "A range of addresses is narrow",
  severity: "high",
  rationale:
    "A range wider than /20 of IPv4 or /32 of IPv6 is more than one network sends from: strangers are in it. Nobody can judge addresses that are not known yet.",
  fix: "Write the egress addresses themselves, or the ranges that are yours alone: `allow` in YAML, `allowed_ips` in HCL. Write addresses that are known before the apply, or have them checked after it.",
  references: [cis("1.13"), API_KEY_PRACTICES],
  check: ({ facts }) =>
    onceAKey(
      geminiKeys(facts).flatMap((key) => [...unknowns(key), ...entriesOf(key).flatMap((entry) => wide(key, entry))]),
    ),
};

function unknowns(key: ApiKeyFacts): Violation[] {
  const { allowedIps } = key;
  if (allowedIps === undefined) return [];
  if (isUnknown(allowedIps)) {
    return [keyViolation(key, `The addresses of ${keyName(key)} are unknown until apply.`, addressField())];
  }
  return allowedIps.flatMap((entry, index) =>
    isUnknown(entry)
      ? [keyViolation(key, `Address ${index + 1} of ${keyName(key)} is unknown until apply.`, addressField(index))]
      : [],
  );
}

function wide(key: ApiKeyFacts, { text, index, range }: AddressEntry): Violation[] {
  if (range === undefined) return [];
  const limit = WIDEST[range.family];
  if (range.end - range.start < 1n << BigInt(BITS[range.family] - limit)) return [];
  const message = `${keyName(key)} may be used from ${text}, a range wider than /${limit}.`;
  return [keyViolation(key, message, addressField(index), text)];
}
