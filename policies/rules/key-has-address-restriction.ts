import type { ApiKeyFacts } from "../../inventory/facts";
import { isUnknown } from "../../inventory/facts";
import { AddressSet } from "../../values/address-set";
import { addressesOf, addressField } from "../addresses";
import { geminiKeys, keyName, keyViolation, onceAKey } from "../keys";
import { API_KEYS, cis, GEMINI_KEYS } from "../pages";
import type { Rule } from "../rule";

/** All that can be the source of a request: IPv6 is handed out from 2000::/3 only. */
const EVERYWHERE = [AddressSet.of(["0.0.0.0/0"]), AddressSet.of(["2000::/3"])];

// Addresses that are unknown until apply are a restriction: GEMKEY-IP-02 tells that their width is not known.
export const keyHasAddressRestriction: Rule = {
  id: "GEMKEY-IP-01",
  title: "A key is restricted to addresses",
  severity: "critical",
  rationale:
    "A key that leaks, in a log, an image or a commit, is of use to whoever may call from where it works. Without addresses that is everybody.",
  fix: "Write the egress addresses of the callers: `allow` of the key in YAML, `restrictions { server_key_restrictions { allowed_ips = […] } }` in HCL. Give callers without a fixed address a NAT.",
  references: [cis("1.13"), GEMINI_KEYS, API_KEYS],
  check: ({ facts }) =>
    onceAKey(
      geminiKeys(facts).flatMap((key) => {
        const what = opening(key);
        return what === undefined
          ? []
          : [keyViolation(key, `${keyName(key)} works from everywhere: ${what}.`, addressField())];
      }),
    ),
};

function opening(key: ApiKeyFacts): string | undefined {
  const { allowedIps } = key;
  if (isUnknown(allowedIps)) return undefined;
  if (allowedIps === undefined) return "it has no restriction of addresses";
  if (allowedIps.length === 0) return "its list of addresses is empty";
  const allowed = addressesOf(key);
  return EVERYWHERE.some((all) => allowed.covers(all)) ? "its addresses are the whole internet" : undefined;
}
