import type { ApiKeyFacts } from "../../inventory/facts";
import { echo } from "../../values/problem";
import { findSpecialRange, type SpecialKind } from "../../values/special-ranges";
import { addressField, entriesOf } from "../addresses";
import { geminiKeys, keyName, keyViolation, onceAKey } from "../keys";
import { API_KEYS } from "../pages";
import type { Rule } from "../rule";

export const addressIsPublic: Rule = {
  id: "GEMKEY-IP-04",
  title: "An address is one that Google can see",
  severity: "medium",
  rationale:
    "Google compares the address that a request comes from, after NAT. A private or reserved one never is: the caller is locked out, until somebody opens the key to everybody.",
  fix: "Write the egress address of the NAT: `allow` in YAML, `allowed_ips` in HCL.",
  references: [API_KEYS, "https://www.iana.org/assignments/iana-ipv4-special-registry/"],
  check: ({ facts }) =>
    onceAKey(
      geminiKeys(facts).flatMap((key) =>
        entriesOf(key).flatMap(({ text, index, range }) => {
          const special = range && findSpecialRange(range, ignoredFor(key));
          if (!special) return [];
          const message = `${keyName(key)} may be used from ${echo(text)}, but ${special.range.text} is ${special.what}.`;
          return [keyViolation(key, message, addressField(index), text)];
        }),
      ),
    ),
};

/** The configuration refuses documentation addresses by itself, except in a sample, which says that it is one. */
function ignoredFor({ declared }: ApiKeyFacts): readonly SpecialKind[] {
  return declared ? ["documentation"] : [];
}
