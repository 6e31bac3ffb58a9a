import type { ApiKeyFacts, Facts } from "../../inventory/facts";
import { AddressSet } from "../../values/address-set";
import { addressesOf, addressField } from "../addresses";
import { geminiKeys, keyName, keyViolation, listed, onceAKey } from "../keys";
import { memo } from "../memo";
import { API_KEY_PRACTICES } from "../pages";
import type { Rule, Violation } from "../rule";

// Told at the production key alone: it is the one that more can use than should.
export const productionAddressesAreItsOwn: Rule = {
  id: "GEMKEY-IP-06",
  title: "The addresses of production serve production only",
  severity: "medium",
  rationale:
    "A key of production that leaks into development, in a copied file or a log, works there, where more people and less tested code are.",
  fix: "Give production egress addresses of its own, and remove the shared ones from one side: `allow` in YAML, `allowed_ips` in HCL.",
  references: [API_KEY_PRACTICES],
  compares: "each",
  check: (context) => {
    if (!context.production(context.facts)) return [];
    const others = context.all.filter((facts) => !context.production(facts));
    return onceAKey(geminiKeys(context.facts).flatMap((key) => others.flatMap((other) => common(key, other))));
  },
};

/** All addresses of an environment, which spares most comparisons. */
const allAddresses = memo((facts: Facts) =>
  geminiKeys(facts).reduce((all, key) => all.union(addressesOf(key)), AddressSet.empty),
);

function common(key: ApiKeyFacts, facts: Facts): Violation[] {
  const own = addressesOf(key);
  const shared = own.intersection(allAddresses(facts));
  if (shared.isEmpty()) return [];
  const sharing = geminiKeys(facts).filter((other) => !shared.intersection(addressesOf(other)).isEmpty());
  const text = listed(shared.toStrings());
  const names = listed([...new Set(sharing.map(keyName))].sort());
  const message = `${keyName(key)} may be used from ${text}, and so may ${names} of ${facts.name}.`;
  return [keyViolation(key, message, addressField(), text)];
}
