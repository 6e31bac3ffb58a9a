import type { ApiKeyFacts } from "../../inventory/facts";
import { readRange } from "../../values/address-range";
import { echo } from "../../values/problem";
import { type AddressEntry, addressField, entriesOf } from "../addresses";
import { geminiKeys, keyName, keyViolation, onceAKey } from "../keys";
import { API_KEYS } from "../pages";
import type { Rule, Violation } from "../rule";

export const addressIsWrittenExactly: Rule = {
  id: "GEMKEY-IP-07",
  title: "An address is written so that it has one meaning",
  severity: "medium",
  rationale:
    "What Google makes of 203.0.113.7/24, of 010.0.0.1 or of a host name is not known: refused at best, wider than meant at worst. The other rules of addresses do not judge what is no address.",
  fix: "Write an IPv4 or IPv6 address, or a CIDR range that begins at its first address: `allow` in YAML, `allowed_ips` in HCL.",
  references: [API_KEYS],
  check: ({ facts }) =>
    onceAKey(geminiKeys(facts).flatMap((key) => entriesOf(key).flatMap((entry) => inexact(key, entry)))),
};

function inexact(key: ApiKeyFacts, { text, index, range }: AddressEntry): Violation[] {
  if (readRange(text) !== undefined) return [];
  const what = range === undefined ? "is no address and no range" : `has host bits: the range is ${range.text}`;
  return [keyViolation(key, `${echo(text)} of ${keyName(key)} ${what}.`, addressField(index), text)];
}
