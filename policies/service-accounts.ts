import type { ApiKeyFacts, Facts, GrantFacts, ServiceAccountFacts } from "../inventory/facts";
import { serviceAccountEmail } from "../values/key-names";
import { known } from "./keys";
import { isGlobal } from "./members";
import { memo } from "./memo";

const MEMBER = "serviceAccount:";

/**
 * The names under which the service account of a key may be met: its address within its module, and its e-mail address.
 * None for a standard key, or where it is not known: what is not known is not compared.
 */
export function accountsOfKey(facts: Facts, key: ApiKeyFacts): string[] {
  const account = known(key.serviceAccount);
  return account === undefined ? [] : namesOf(facts, account, known(key.project));
}

/** The same for the member of a grant; none for a member that is no service account. */
export function accountsOfMember(facts: Facts, grant: GrantFacts): string[] {
  const member = known(grant.member);
  if (member === undefined) return [];
  if (member.startsWith(MEMBER)) return namesOf(facts, member.slice(MEMBER.length), undefined);
  return isGlobal(member) ? [] : namesOf(facts, member, undefined);
}

/**
 * @param project where the account is, if it is said: Google binds a key only to a service account of its own project, so it
 * gives the e-mail address that Terraform will only know after the apply.
 */
function namesOf(facts: Facts, account: string, project: string | undefined): string[] {
  const own = accountsByName(facts).get(account);
  if (own === undefined) return [account.includes("@") ? account : local(facts, account)];
  const id = known(own.accountId);
  const derived = id !== undefined && project !== undefined ? serviceAccountEmail(id, project) : undefined;
  const email = known(own.email) ?? derived;
  return [local(facts, own.address), ...(email === undefined ? [] : [email])];
}

/** By address and e-mail address. */
const accountsByName = memo(({ serviceAccounts }: Facts): ReadonlyMap<string, ServiceAccountFacts> => {
  const names = (account: ServiceAccountFacts) => [
    account.address,
    ...(known(account.email) ? [known(account.email)!] : []),
  ];
  return new Map(serviceAccounts.flatMap((account) => names(account).map((name) => [name, account])));
});

function local(facts: Facts, address: string): string {
  return `${facts.name}\n${address}`;
}
