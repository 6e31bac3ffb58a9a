import type { ApiKeyFacts, Facts, GrantFacts } from "../../inventory/facts";
import { geminiKeys, keyName, known } from "../keys";
import { resourceText, roleText } from "../members";
import { memo } from "../memo";
import { cis, GEMINI_KEYS } from "../pages";
import type { Rule, Violation } from "../rule";
import { accountsOfKey, accountsOfMember } from "../service-accounts";

interface Holding {
  readonly facts: Facts;
  readonly grant: GrantFacts;
}

// Told once a grant: an account that several keys share is told by GEMKEY-KEY-02.
export const serviceAccountHoldsNoRole: Rule = {
  id: "GEMKEY-KEY-03",
  title: "The service account of a key holds no role",
  severity: "critical",
  rationale:
    "Who has the key acts as its service account. The Gemini API needs no role of it, so each one it holds is a gift to whoever finds the key.",
  fix: "Remove the grant. Let the application run as a service account of its own, and give that one the role.",
  references: [cis("1.5"), GEMINI_KEYS],
  compares: "each",
  check: ({ facts, all }) => {
    const holdings = holdingsByAccount(all);
    const told = new Set<Holding>();
    return geminiKeys(facts).flatMap((key) =>
      accountsOfKey(facts, key)
        .flatMap((account) => holdings.get(account) ?? [])
        .flatMap((holding) => {
          if (told.has(holding)) return [];
          told.add(holding);
          return [violation(facts, key, holding)];
        }),
    );
  },
};

function violation(facts: Facts, key: ApiKeyFacts, holding: Holding): Violation {
  const { grant } = holding;
  const here = holding.facts === facts;
  const role = known(grant.role);
  const where = here ? "" : `, by ${grant.address} of ${holding.facts.name}`;
  return {
    address: here ? grant.address : key.address,
    ...(key.declared ? { key: key.declared.name } : {}),
    field: "role",
    ...(role === undefined ? {} : { value: roleText(grant) }),
    message: `The service account of ${keyName(key)} holds ${roleText(grant)} on ${resourceText(grant)}${where}.`,
  };
}

const holdingsByAccount = memo((all: readonly Facts[]): ReadonlyMap<string, readonly Holding[]> => {
  const holdings = new Map<string, Holding[]>();
  for (const facts of all) {
    for (const grant of facts.grants) {
      const holding = { facts, grant };
      for (const account of accountsOfMember(facts, grant)) {
        const own = holdings.get(account);
        if (own) own.push(holding);
        else holdings.set(account, [holding]);
      }
    }
  }
  return holdings;
});
