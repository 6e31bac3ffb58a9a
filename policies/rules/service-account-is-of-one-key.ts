import type { ApiKeyFacts, Facts } from "../../inventory/facts";
import { compare } from "../../values/intervals";
import { geminiKeys, keyIdentity, keyName, keyViolation, known, listed, MOST_LISTED, onceAKey } from "../keys";
import { memo } from "../memo";
import { API_KEY_PRACTICES, GEMINI_KEYS } from "../pages";
import type { Rule, Violation } from "../rule";
import { accountsOfKey } from "../service-accounts";

interface User {
  readonly identity: string;
  readonly facts: Facts;
  readonly name: string;
}

// Generations of a declared key share their account. Of other keys nothing tells that one replaces the other.
export const serviceAccountIsOfOneKey: Rule = {
  id: "GEMKEY-KEY-02",
  title: "A service account is of one key",
  severity: "high",
  rationale:
    "The service account is what logs and metrics name and what is disabled in an emergency: shared, it stops the keys of others, and nobody can tell whose calls they were.",
  fix: "Make a `google_service_account` for each `google_apikeys_key`. A key declared in YAML has one of its own.",
  references: [GEMINI_KEYS, API_KEY_PRACTICES],
  compares: "each",
  check: ({ facts, all }) => {
    const users = usersByAccount(all);
    return onceAKey(geminiKeys(facts).flatMap((key) => sharedBy(facts, key, users)));
  },
};

/** The keys of each account, each once, by name. */
const usersByAccount = memo((all: readonly Facts[]): ReadonlyMap<string, readonly User[]> => {
  const users = new Map<string, Map<string, User>>();
  for (const facts of all) {
    for (const key of facts.apiKeys) {
      const user = { identity: keyIdentity(facts, key), facts, name: keyName(key) };
      for (const account of accountsOfKey(facts, key)) {
        const own = users.get(account) ?? new Map<string, User>();
        users.set(account, own.set(user.identity, user));
      }
    }
  }
  const byName = (a: User, b: User) => compare(a.name, b.name) || compare(a.facts.name, b.facts.name);
  return new Map([...users].map(([account, own]) => [account, [...own.values()].sort(byName)]));
});

function sharedBy(facts: Facts, key: ApiKeyFacts, users: ReadonlyMap<string, readonly User[]>): Violation[] {
  // The e-mail address, where it is known, is known to all modules: its list holds the one of the address.
  const lists = accountsOfKey(facts, key).map((account) => users.get(account) ?? []);
  const sharing = lists.reduce((longest, list) => (list.length > longest.length ? list : longest), []);
  if (sharing.length < 2) return [];
  const identity = keyIdentity(facts, key);
  const others = sharing.slice(0, MOST_LISTED + 1).filter((user) => user.identity !== identity);
  const account = known(key.serviceAccount)!;
  const names = others.map((user) => (user.facts === facts ? user.name : `${user.name} of ${user.facts.name}`));
  const message = `${keyName(key)} shares ${account} with ${listed(names, sharing.length - 1)}.`;
  return [keyViolation(key, message, { ours: "", theirs: "service_account_email" }, account)];
}
