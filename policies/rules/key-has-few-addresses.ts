import type { ApiKeyFacts } from "../../inventory/facts";
import { addressesOf, addressField } from "../addresses";
import { geminiKeys, keyName, keyViolation, onceAKey } from "../keys";
import { API_KEY_PRACTICES, cis } from "../pages";
import type { Rule, Violation } from "../rule";

/**
 * Two of the widest ranges that GEMKEY-IP-02 lets pass: two sites of a large network, one of them for failures. A key for
 * more than that is a key for several applications. Of IPv6 only the networks of /64 are counted, since each host has one.
 */
export const MOST_ADDRESSES = 8192n;
export const MOST_NETWORKS = 1n << 33n;

export const keyHasFewAddresses: Rule = {
  id: "GEMKEY-IP-03",
  title: "The addresses of a key are few in all",
  severity: "medium",
  rationale: "Many ranges, each of them narrow, let in as many strangers as a wide one.",
  fix: "Leave the addresses that use this key, and declare a key for each application: `allow` in YAML, `allowed_ips` in HCL.",
  references: [cis("1.13"), API_KEY_PRACTICES],
  check: ({ facts }) => onceAKey(geminiKeys(facts).flatMap(tooMany)),
};

function tooMany(key: ApiKeyFacts): Violation[] {
  const allowed = addressesOf(key);
  const networks = allowed.sizeV6() >> 64n;
  const found = [
    [allowed.sizeV4(), MOST_ADDRESSES, "IPv4 addresses"] as const,
    [networks, MOST_NETWORKS, "IPv6 networks of /64"] as const,
  ];
  return found
    .filter(([count, most]) => count > most)
    .map(([count, most, what]) =>
      keyViolation(
        key,
        `${keyName(key)} may be used from ${count} ${what}, more than ${most}.`,
        addressField(),
        `${count}`,
      ),
    );
}
