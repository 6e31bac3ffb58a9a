import { type Facts, isUnknown } from "../../inventory/facts";
import { hasKeys, known } from "../keys";
import { isEveryone, isWide, memberText, resourceText, roleText } from "../members";
import { IAM_PRINCIPALS, SECRET_ACCESS } from "../pages";
import type { Rule, Violation } from "../rule";
import { grantsOnKeySecrets, keySecrets, READ_ALL_SECRETS, readerViolation, secretText } from "../secrets";

export const secretIsNotPublic: Rule = {
  id: "GEMKEY-SECRET-01",
  title: "The secret of a key is not public",
  severity: "critical",
  rationale: "`allUsers` is everybody on the internet, `allAuthenticatedUsers` everybody with a Google account.",
  fix: "Name who needs the key, such as a service account: `readers` in YAML, `member` in HCL. Then rotate the key: it has to be taken for known.",
  references: [SECRET_ACCESS, IAM_PRINCIPALS],
  check: ({ facts }) => [...onSecrets(facts), ...above(facts)],
};

function onSecrets(facts: Facts): Violation[] {
  return grantsOnKeySecrets(facts).flatMap((found) => {
    const member = memberText(found.grant);
    if (member === undefined || !isEveryone(member)) return [];
    return [readerViolation(found, `${member} has ${roleText(found.grant)} on ${secretText(found)}.`, member)];
  });
}

/** On a project or above, and on a secret that is not known but may be the one of a key. */
function above(facts: Facts): Violation[] {
  return facts.grants.flatMap((grant) => {
    const member = memberText(grant);
    if (member === undefined || !isEveryone(member)) return [];
    const role = known(grant.role);
    const wide = isWide(grant) && hasKeys(facts) && (role === undefined || READ_ALL_SECRETS.includes(role));
    const maybe = grant.on === "secret" && isUnknown(grant.resource) && keySecrets(facts).length > 0;
    if (!wide && !maybe) return [];
    const message = `${member} has ${roleText(grant)} on ${resourceText(grant)}.`;
    return [{ address: grant.address, field: "member", value: member, message }];
  });
}
