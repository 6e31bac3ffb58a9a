import { type Facts, type GrantFacts, isUnknown, type Maybe } from "../../inventory/facts";
import { geminiKeys, keyName } from "../../policies/keys";
import { memo } from "../../policies/memo";
import { permissionsOf, readsKeys, readsSecret } from "../../policies/reading-roles";
import { accountsOfKey, accountsOfMember } from "../../policies/service-accounts";
import { escalation } from "../../values/permissions";
import { type Draft, draft, type Pair } from "../draft";
import type { SituationName } from "../risk";
import { some } from "../text";
import { memberName, ownProject, roleName, shown } from "../view";

/** Roles that are no way to read a key: those of the keys' own service accounts, and those around. */
export function accessChanges(pair: Pair): Draft[] {
  const [old, now] = [grantsOf(pair.before), grantsOf(pair.after)];
  const gained = [...now].flatMap(([id, grant]) => (old.has(id) || isTold(pair.after, grant) ? [] : [grant]));
  const lost = [...old].flatMap(([id, grant]) => (now.has(id) || isTold(pair.before, grant) ? [] : [grant]));
  return [
    ...gained.map((grant) => gain(pair.after, grant)),
    ...lost.map((grant) => loss(pair.before, grant)),
    ...roleChanges(pair),
  ];
}

/** By what they say. */
const grantsOf = memo(
  (facts: Facts): ReadonlyMap<string, GrantFacts> =>
    new Map(facts.grants.map((grant) => [JSON.stringify(wordsOf(facts, grant)), grant])),
);

/** True for a way to read keys: it stands among their readers, or with a key that comes or goes. */
function isTold(facts: Facts, grant: GrantFacts): boolean {
  return facts.apiKeys.length > 0 && reads(facts, grant) && keyOf(facts, grant) === undefined;
}

function reads(facts: Facts, { on, role }: GrantFacts): boolean {
  if (on === "secret") return readsSecret(facts, role);
  return (on === "project" || on === "folder" || on === "organization") && readsKeys(facts, role);
}

interface Words {
  readonly who: string;
  readonly role: string;
  readonly on: string;
}

function wordsOf(facts: Facts, grant: GrantFacts): Words {
  const name = roleName(facts, grant.role);
  const role = isUnknown(name) ? "a role that is unknown until apply" : name;
  const condition = grant.conditional ? " under a condition" : "";
  const member = memberName(facts, grant.member);
  return {
    who: isUnknown(member) ? "A principal that is unknown until apply" : member,
    role,
    on: `${resourceName(facts, grant)}${condition}`,
  };
}

const THINGS: Readonly<Record<GrantFacts["on"], string>> = {
  organization: "the organization",
  folder: "the folder",
  project: "the project",
  secret: "the secret",
  serviceAccount: "the service account",
  bucket: "the bucket",
  topic: "the topic",
  other: "a resource",
};

function resourceName(facts: Facts, { on, resource, address }: GrantFacts): string {
  const thing = THINGS[on];
  if (on === "other") return `what ${address} is about`;
  if (isUnknown(resource)) return `${thing} that is unknown until apply`;
  const own = ownProject(facts, resource);
  if (!own) return `${thing} ${resource}`;
  return facts.projects.length === 1 ? thing : `${thing} ${shown(own.projectId)}`;
}

/** The key whose service account holds the grant. */
function keyOf(facts: Facts, grant: GrantFacts): string | undefined {
  const holders = keyAccounts(facts);
  return accountsOfMember(facts, grant)
    .map((account) => holders.get(account))
    .find((name) => name !== undefined);
}

const keyAccounts = memo(
  (facts: Facts) =>
    new Map(geminiKeys(facts).flatMap((key) => accountsOfKey(facts, key).map((account) => [account, keyName(key)]))),
);

function gain(facts: Facts, grant: GrantFacts): Draft {
  const { who, role, on } = wordsOf(facts, grant);
  const key = keyOf(facts, grant);
  const details = { address: grant.address, key, added: [`${who}: ${role}`] };
  if (key !== undefined) {
    return draft(
      "service-account-role-gained",
      `The service account of ${key} gets ${role} on ${on}: whoever has the key has it.`,
      details,
    );
  }
  return draft(gainSituation(facts, grant), `${who} gets ${role} on ${on}.`, details);
}

function loss(facts: Facts, grant: GrantFacts): Draft {
  const { who, role, on } = wordsOf(facts, grant);
  const key = keyOf(facts, grant);
  const details = { address: grant.address, key, removed: [`${who}: ${role}`] };
  if (key !== undefined) {
    return draft("service-account-role-lost", `The service account of ${key} loses ${role} on ${on}.`, details);
  }
  return draft("access-lost", `${who} loses ${role} on ${on}.`, details);
}

/** Predefined roles whose holder can give itself more, or act as a service account. */
const ESCALATING =
  /^roles\/(?:owner|editor|admin|writer|iam\.(?:securityAdmin|serviceAccountTokenCreator|serviceAccountUser|serviceAccountKeyAdmin|serviceAccountAdmin|serviceAccountOpenIdTokenCreator|roleAdmin|organizationRoleAdmin|workloadIdentityUser|workloadIdentityPoolAdmin)|resourcemanager\.(?:projectIamAdmin|folderIamAdmin|folderAdmin|organizationAdmin)|secretmanager\.admin)$/;

function gainSituation(facts: Facts, { on, role }: GrantFacts): SituationName {
  if (isUnknown(role)) return "escalating-access-gained";
  if (on === "bucket") return "state-access-gained";
  const permissions = permissionsOf(facts, role);
  const escalates = permissions ? permissions.some(isEscalating) : ESCALATING.test(role);
  if (escalates) return "escalating-access-gained";
  return on === "topic" || on === "other" ? "side-access-gained" : "access-gained";
}

function isEscalating(permission: Maybe<string>): boolean {
  return isUnknown(permission) || escalation(permission) !== undefined;
}

/** What the custom roles of the module hold. */
function roleChanges({ before, after }: Pair): Draft[] {
  const old = new Map((before.surroundings?.customRoles ?? []).map((role) => [role.address, role]));
  return (after.surroundings?.customRoles ?? []).flatMap((role) => {
    const was = old.get(role.address);
    if (!was) return [];
    const [had, has] = [was.permissions, role.permissions].map((all) => all.map(shown));
    const [added, removed] = [has!.filter((each) => !had!.includes(each)), had!.filter((each) => !has!.includes(each))];
    const name = isUnknown(role.roleId) ? role.address : role.roleId;
    const details = { address: role.address, added, removed };
    const may = added.length > 0 ? [`now may: ${some(added)}`] : [];
    const mayNot = removed.length > 0 ? [`may no longer: ${some(removed)}`] : [];
    if (may.length + mayNot.length === 0) return [];
    const gained = role.permissions.filter((each) => added.includes(shown(each)));
    const situation = gained.some(isEscalating)
      ? "escalating-access-gained"
      : added.length > 0
        ? "role-widened"
        : "role-narrowed";
    return [draft(situation, `Whoever holds the role ${name} ${[...may, ...mayNot].join("; ")}.`, details)];
  });
}
