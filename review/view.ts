import {
  type ApiKeyFacts,
  type Facts,
  type GrantFacts,
  isUnknown,
  type Maybe,
  type ProjectFacts,
  type SecretFacts,
} from "../inventory/facts";
import { push } from "../inventory/references";
import { entriesOf } from "../policies/addresses";
import { firstBy, groupBy } from "../policies/index-by";
import { known } from "../policies/keys";
import { isCrowd, isEveryone } from "../policies/members";
import { memo } from "../policies/memo";
import { readsKeys, readsSecret } from "../policies/reading-roles";
import { AddressSet } from "../values/address-set";
import { secretIdOf, serviceAccountEmail } from "../values/key-names";
import type { BudgetView, EnvironmentView, GenerationView, KeyView, ProjectView, ReaderView } from "./model";
import { sortedUnique } from "./text";

/** Of an environment, by name. */
export const keyViews = memo((facts: Facts) => firstBy(environmentView(facts).keys, ({ name }) => name));

/** What an environment holds, and what its keys may do. The same object for the same facts. */
export const environmentView = memo((facts: Facts): EnvironmentView => {
  const project = projectView(facts);
  const budget = budgetView(facts);
  return {
    name: facts.name,
    ...(project ? { project } : {}),
    ...(budget ? { budget } : {}),
    audit: sortedUnique(
      facts.auditConfigs.flatMap(({ service, logTypes }) => logTypes.map((type) => `${shown(service)}: ${type}`)),
    ),
    alerts: sortedUnique(
      (facts.surroundings?.alertPolicies ?? [])
        .filter(({ enabled }) => enabled === true)
        .map(({ name }) => shown(name)),
    ),
    keys: keyGroups(facts).map((group) => keyView(facts, group)),
  };
});

/** The generations of a declared key, or one key that nobody declared. */
export interface KeyGroup {
  /** The declared name, or the address. */
  readonly name: string;
  readonly declared: boolean;
  /** Sorted by number, then by address. */
  readonly keys: readonly ApiKeyFacts[];
}

/** Sorted by name. */
export const keyGroups = memo((facts: Facts): readonly KeyGroup[] => {
  const groups = groupBy(facts.apiKeys, ({ declared, address }) => (declared ? `declared ${declared.name}` : address));
  return [...groups.values()]
    .map((keys) => ({
      name: keys[0]!.declared?.name ?? keys[0]!.address,
      declared: keys[0]!.declared !== undefined,
      keys: keys.sort((a, b) => numberOf(a) - numberOf(b) || (a.address < b.address ? -1 : 1)),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
});

function numberOf({ declared }: ApiKeyFacts): number {
  return declared?.generation ?? 0;
}

function keyView(facts: Facts, group: KeyGroup): KeyView {
  // The newest says how the key is declared now.
  const declared = group.keys.at(-1)!.declared;
  const [secret] = secretsOf(facts, group);
  return {
    name: group.name,
    declared: group.declared,
    ...given({
      owner: declared?.owner,
      purpose: declared?.purpose,
      contact: declared?.contact,
      rotateEveryDays: declared?.rotateEveryDays,
    }),
    generations: group.keys.map((key) => generationView(facts, key)),
    ...(secret ? { secret: isUnknown(secret.secretId) ? secret.address : secret.secretId } : {}),
    readers: keyReaders(facts, group),
  };
}

function generationView(facts: Facts, key: ApiKeyFacts): GenerationView {
  const { address, keyId, declared, apiTargets, clientRestrictions } = key;
  return {
    address,
    keyId,
    ...given({
      number: declared?.generation,
      phase: declared?.phase,
      created: declared?.created,
      serviceAccount: boundTo(facts, key),
      apiTargets: apiTargets?.map(targetText).sort(byText),
      addresses: allowedAddresses(key),
    }),
    clientRestrictions,
  };
}

/** Canonical, merged and sorted; what cannot be read stays as it is, after the others. Undefined: from anywhere. */
export const allowedAddresses = memo((key: ApiKeyFacts): Maybe<readonly Maybe<string>[]> | undefined => {
  const { allowedIps } = key;
  if (allowedIps === undefined || isUnknown(allowedIps)) return allowedIps;
  const entries = entriesOf(key);
  const readable = AddressSet.of(entries.flatMap(({ range }) => (range ? [range.text] : []))).toStrings();
  const others = sortedUnique(entries.flatMap(({ range, text }) => (range ? [] : [text])));
  return [...readable, ...others, ...allowedIps.filter(isUnknown)];
});

/** `generativelanguage.googleapis.com`, with methods in brackets where not all may be called. */
export function targetText({ service, methods }: NonNullable<ApiKeyFacts["apiTargets"]>[number]): Maybe<string> {
  if (isUnknown(service) || methods.length === 0) return service;
  return `${service} (${[...methods].sort().join(", ")})`;
}

/** The secrets that hold the key. */
export function secretsOf(facts: Facts, { keys }: KeyGroup): SecretFacts[] {
  const found = new Set(keys.flatMap(({ address }) => holders(facts).get(address) ?? []));
  const [{ declared, project }] = keys as [ApiKeyFacts];
  if (declared && found.size === 0) {
    for (const secret of secretsById(facts).get(secretIdOf(declared.name)) ?? []) {
      if (known(secret.project) === known(project)) found.add(secret);
    }
  }
  return [...found];
}

const holders = memo(({ secrets }: Facts) => {
  const byKey = new Map<string, SecretFacts[]>();
  for (const secret of secrets) for (const key of secret.holds) push(byKey, key, secret);
  return byKey;
});

const secretsById = memo(({ secrets }: Facts) => groupBy(secrets, ({ secretId }) => known(secretId)));

/** Who can read the key's string, by whatever way. */
function keyReaders(facts: Facts, group: KeyGroup): ReaderView[] {
  const secrets = secretsOf(facts, group);
  const direct = secrets.flatMap((secret) => grantsOnSecret(facts, secret)).map((grant) => readerOf(facts, grant));
  const project = group.keys[0]!.project;
  const wide = wideReaders(facts)
    .filter(({ grant }) => grant.on !== "project" || mayBeProject(facts, grant.resource, project, secrets))
    .map(({ reader }) => reader);
  const unique = new Map([...direct, ...wide].map((reader) => [readerKey(reader), reader]));
  return [...unique].sort(([a], [b]) => byText(a, b)).map(([, reader]) => reader);
}

/** The same for two readers of the same kind. */
function readerKey({ member, via, role, conditional }: ReaderView): string {
  return JSON.stringify([shown(member), via, shown(role), conditional]);
}

interface SecretGrants {
  /** By the address or id of the secret. */
  readonly byName: ReadonlyMap<string, readonly GrantFacts[]>;
  /** By the id at the end of the secret's path. */
  readonly byPath: ReadonlyMap<string, readonly GrantFacts[]>;
  /** A secret that is not known may be any. */
  readonly ofAny: readonly GrantFacts[];
}

const secretGrants = memo((facts: Facts): SecretGrants => {
  const grants = facts.grants.filter(({ on, role }) => on === "secret" && readsSecret(facts, role));
  return {
    byName: groupBy(grants, ({ resource }) => known(resource)),
    byPath: groupBy(grants, ({ resource }) => /\/secrets\/([^/]+)$/.exec(known(resource) ?? "")?.[1]),
    ofAny: grants.filter(({ resource }) => isUnknown(resource)),
  };
});

function grantsOnSecret(facts: Facts, { address, secretId }: SecretFacts): GrantFacts[] {
  const id = known(secretId);
  const { byName, byPath, ofAny } = secretGrants(facts);
  const byId = id === undefined ? [] : [...(byName.get(id) ?? []), ...(byPath.get(id) ?? [])];
  return [...(byName.get(address) ?? []), ...byId, ...ofAny];
}

interface WideReader {
  readonly grant: GrantFacts;
  readonly reader: ReaderView;
}

const wideReaders = memo((facts: Facts): readonly WideReader[] =>
  facts.grants
    .filter(({ on, role }) => (on === "project" || on === "folder" || on === "organization") && readsKeys(facts, role))
    .map((grant) => ({ grant, reader: readerOf(facts, grant) })),
);

/** False only if the project is known to be another. */
function mayBeProject(
  facts: Facts,
  resource: Maybe<string>,
  project: Maybe<string>,
  secrets: readonly SecretFacts[],
): boolean {
  const granted = projectNames(facts, resource);
  if (granted === undefined) return true;
  return [project, ...secrets.map((secret) => secret.project)].some((own) => {
    const names = projectNames(facts, own);
    return names === undefined || names.some((name) => granted.includes(name));
  });
}

/** The address and id of a project; undefined if it is not known. */
function projectNames(facts: Facts, project: Maybe<string>): string[] | undefined {
  if (isUnknown(project)) return undefined;
  const name = project.replace(/^projects\//, "");
  const own = ownProject(facts, name);
  // An id that will only be known after the apply may be this one.
  if (own && isUnknown(own.projectId)) return undefined;
  return own ? [own.address, known(own.projectId)!] : [name];
}

/** The project of the module with this address or id. */
export function ownProject(facts: Facts, name: string): ProjectFacts | undefined {
  return projectsByName(facts).get(name)?.project;
}

const projectsByName = memo(({ projects }: Facts) => {
  const names = projects.flatMap((project) => [
    { name: project.address, project },
    { name: known(project.projectId), project },
  ]);
  return firstBy(names, ({ name }) => name);
});

function readerOf(facts: Facts, grant: GrantFacts): ReaderView {
  const member = memberName(facts, grant.member);
  return {
    member,
    role: roleName(facts, grant.role),
    via: grant.on as ReaderView["via"],
    conditional: grant.conditional,
    many: !isUnknown(member) && isMany(member),
  };
}

/** The id of a custom role of the module: its address says less. */
export function roleName(facts: Facts, role: Maybe<string>): Maybe<string> {
  return isUnknown(role) ? role : (known(customRoles(facts).get(role)?.roleId) ?? role);
}

const customRoles = memo(({ surroundings }: Facts) => firstBy(surroundings?.customRoles ?? [], addressOf));

/** A member that is more than one, or that nobody can see the members of. */
export function isMany(member: string): boolean {
  return isEveryone(member) || isCrowd(member) || /^(?:group|principalSet):/.test(member);
}

/** A member as Google writes it, also for a service account of the module where its e-mail address can be told. */
export function memberName(facts: Facts, member: Maybe<string>): Maybe<string> {
  if (isUnknown(member) || member.includes(":")) return member;
  const email = accountName(facts, member, undefined);
  return isUnknown(email) || !email.includes("@") ? member : `serviceAccount:${email}`;
}

/** The service account that a key acts as; undefined for a standard key. */
export function boundTo(facts: Facts, { serviceAccount, project }: ApiKeyFacts): Maybe<string> | undefined {
  return serviceAccount === undefined ? undefined : accountName(facts, serviceAccount, project);
}

/** The e-mail address of a service account, or its address in the module where that cannot be told. */
export function accountName(facts: Facts, account: Maybe<string>, project: Maybe<string> | undefined): Maybe<string> {
  if (isUnknown(account)) return account;
  const own = accountsByAddress(facts).get(account);
  const [email, id, projectId] = [known(own?.email), known(own?.accountId), known(project)];
  if (email !== undefined) return email;
  return id !== undefined && projectId !== undefined && !projectId.includes(":")
    ? serviceAccountEmail(id, projectId)
    : account;
}

const accountsByAddress = memo(({ serviceAccounts }: Facts) => firstBy(serviceAccounts, addressOf));

function projectView({ projects }: Facts): ProjectView | undefined {
  const [project] = projects;
  return project && { id: project.projectId, protected: project.protected };
}

function budgetView({ budgets, surroundings }: Facts): BudgetView | undefined {
  const [budget] = budgets;
  if (!budget) return undefined;
  const cap = surroundings?.budgets.find(({ address }) => address === budget.address)?.cap;
  return {
    ...given({ amount: moneyText(budget.amount), cap }),
    thresholds: thresholdTexts(budget),
  };
}

export function moneyText(
  amount: { readonly units: number; readonly currency: string } | undefined,
): string | undefined {
  return amount && `${amount.units} ${amount.currency}`.trim();
}

/** `50% spent`, `100% forecast`. */
export function thresholdTexts({
  actualThresholds,
  forecastThresholds,
}: {
  readonly actualThresholds: readonly number[];
  readonly forecastThresholds: readonly number[];
}): string[] {
  const texts = (percents: readonly number[], what: string) =>
    [...new Set(percents)].sort((a, b) => a - b).map((percent) => `${percent}% ${what}`);
  return [...texts(actualThresholds, "spent"), ...texts(forecastThresholds, "forecast")];
}

function addressOf({ address }: { readonly address: string }): string {
  return address;
}

/** A value for people. */
export function shown(value: Maybe<string>): string {
  return isUnknown(value) ? "unknown until apply" : value;
}

function byText(a: Maybe<string>, b: Maybe<string>): number {
  const [left, right] = [shown(a), shown(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Without what is undefined: it would be no JSON. */
function given<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
