import { checkAddress } from "../values/address-set";
import { closest } from "../values/closest";
import { checkDate, isAfter } from "../values/date";
import { checkPhases, type Generation, PHASES } from "../values/generations";
import { checkName } from "../values/google-ids";
import { checkKeyName } from "../values/key-names";
import { parseMoney } from "../values/money";
import { type Problem, problem } from "../values/problem";
import { type Finding, named, valued } from "./finding";
import { governanceFindings } from "./governance-checks";
import { oncePerFile } from "./once";
import { list, looksLikeAddress, projectIdOf, record, text } from "./raw";
import type { ConfigFiles } from "./read-files";
import { MAX_KEYS_PER_PROJECT, NAME_LENGTHS } from "./schema";
import type { FieldPath, YamlFile } from "./yaml-file";

/** Checks what the schema of a single field cannot see: names, references, other fields, other files, the calendar. */
export function crossFindings(files: ConfigFiles, today: string): Finding[] {
  const organization = record(files.organization?.content);
  return [
    ...(files.organization ? organizationFindings(files.organization, organization) : []),
    ...[...files.environments].flatMap(([name, file]) => [
      ...environmentNameFindings(name, file),
      ...budgetFindings(file, organization),
      ...(files.organization ? keyFindingsIn(file, files.organization)(today) : keyFindings(file, undefined, today)),
    ]),
    ...(files.organization ? orderFindings(files.organization, environmentNames(files)) : []),
    ...projectFindings(files, organization),
    ...currencyFindings(files),
    ...governanceFindings(files, today),
  ];
}

function organizationFindings(file: YamlFile, organization: Readonly<Record<string, unknown>>): Finding[] {
  const allowDocumentation = organization["allowDocumentationAddresses"] === true;
  const networks = Object.entries(record(organization["networks"]));
  return [
    ...Object.keys(record(organization["teams"])).flatMap((name) =>
      named(file, ["teams", name], checkName(name, NAME_LENGTHS.team)),
    ),
    ...networks.flatMap(([name]) => named(file, ["networks", name], checkName(name, NAME_LENGTHS.network))),
    ...networks.flatMap(([name, entries]) =>
      list(entries).flatMap((entry, index) =>
        valued(file, ["networks", name, index], addressProblem(entry, allowDocumentation)),
      ),
    ),
    ...stateFindings(file, organization),
  ];
}

function stateFindings(file: YamlFile, organization: Readonly<Record<string, unknown>>): Finding[] {
  const kinds = Object.keys(record(organization["state"])).filter((kind) => kind === "gcs" || kind === "hcpTerraform");
  if (organization["state"] === undefined || kinds.length === 1) return [];
  return valued(
    file,
    ["state"],
    problem("must name exactly one backend", kinds.join(" and ") || "none", "Write `gcs` or `hcpTerraform`."),
  );
}

function orderFindings(file: YamlFile, environments: readonly string[]): Finding[] {
  const names = list(record(file.content)["deployOrder"]);
  return names.flatMap((entry, index) => {
    const name = text(entry);
    if (name === undefined) return [];
    const again = problem("must not name an environment twice", name, "Remove it.");
    const found = names.indexOf(entry) < index ? again : unknownName(ORDER_RULE, name, environments, "environments/");
    return valued(file, ["deployOrder", index], found);
  });
}

/** Also of those that cannot be read: that is told elsewhere. */
function environmentNames({ environments, findings }: ConfigFiles): string[] {
  const unreadable = findings.flatMap(({ file }) => /\/environments\/([^/]+)\.yaml$/.exec(file)?.[1] ?? []);
  return [...environments.keys(), ...unreadable];
}

const ORDER_RULE = "must be the name of an environment, as its file has it";

function environmentNameFindings(name: string, file: YamlFile): Finding[] {
  const found = checkName(name, NAME_LENGTHS.environment);
  return found ? [{ file: file.name, line: 1, column: 1, field: "", problem: inFileName(found) }] : [];
}

function inFileName(found: Problem): Problem {
  return { ...found, rule: `must have a name, before .yaml, that ${found.rule.replace(/^must be/, "is")}` };
}

function budgetFindings(file: YamlFile, organization: Readonly<Record<string, unknown>>): Finding[] {
  const { budget } = record(file.content);
  if (budget === undefined || Object.keys(organization).length === 0) return [];
  const path: FieldPath = ["budget"];
  if (organization["billingAccount"] === undefined) {
    const fix = "Add `billingAccount` to organization.yaml, or remove the budget.";
    return named(file, path, problem("must have a billing account to watch", "none in organization.yaml", fix));
  }
  return [];
}

const keyFindingsIn = oncePerFile((file: YamlFile, organization: YamlFile) => {
  let known: { readonly today: string; readonly findings: readonly Finding[] } | undefined;
  return (today: string): readonly Finding[] => {
    if (known?.today !== today) known = { today, findings: keyFindings(file, record(organization.content), today) };
    return known.findings;
  };
});

function keyFindings(
  file: YamlFile,
  organization: Readonly<Record<string, unknown>> | undefined,
  today: string,
): Finding[] {
  const keys = Object.entries(record(record(file.content)["keys"]));
  return [
    ...keys.flatMap(([name, key]) => [
      ...named(file, ["keys", name], checkKeyName(name)),
      ...(organization ? referenceFindings(file, name, record(key), organization) : []),
      ...generationFindings(file, name, list(record(key)["generations"]), today),
    ]),
    ...countFindings(file, keys),
  ];
}

function referenceFindings(
  file: YamlFile,
  name: string,
  key: Readonly<Record<string, unknown>>,
  organization: Readonly<Record<string, unknown>>,
): Finding[] {
  const teams = Object.keys(record(organization["teams"]));
  const networks = Object.keys(record(organization["networks"]));
  const allowDocumentation = organization["allowDocumentationAddresses"] === true;
  const owner = text(key["owner"]);
  return [
    ...(owner !== undefined
      ? valued(file, ["keys", name, "owner"], unknownName(TEAM_RULE, owner, teams, "teams"))
      : []),
    ...list(key["allow"]).flatMap((entry, index) => {
      const value = text(entry);
      if (value === undefined) return [];
      const found = looksLikeAddress(value)
        ? addressProblem(value, allowDocumentation)
        : unknownName(ALLOW_RULE, value, networks, "networks");
      return valued(file, ["keys", name, "allow", index], found);
    }),
  ];
}

const TEAM_RULE = "must be a team from `teams` in organization.yaml";
const ALLOW_RULE = "must be an address, a CIDR range or a name from `networks` in organization.yaml";

function unknownName(rule: string, name: string, known: readonly string[], field: string): Problem | undefined {
  if (known.includes(name)) return undefined;
  const guess = closest(name, known);
  return problem(
    rule,
    name,
    guess ? `Did you mean ${guess}?` : `Add it to \`${field}\`, or write one of: ${known.join(", ") || "(none yet)"}.`,
  );
}

function addressProblem(entry: unknown, allowDocumentation: boolean): Problem | undefined {
  return typeof entry === "string" ? checkAddress(entry, { allowDocumentation }) : undefined;
}

function generationFindings(file: YamlFile, name: string, entries: readonly unknown[], today: string): Finding[] {
  const path: FieldPath = ["keys", name, "generations"];
  const future = entries.flatMap((entry, index) => {
    const created = text(record(entry)["created"]);
    if (created === undefined || checkDate(created) || !isAfter(created, today)) return [];
    const found = problem("must not be in the future", created, `Write the day you declare it: ${today} or before.`);
    return valued(file, [...path, index, "created"], found);
  });
  if (entries.length === 0 || !entries.every(isGeneration)) return future;
  const phases = checkPhases(entries).flatMap(({ index, field, problem: found }) =>
    valued(file, index === undefined ? path : [...path, index, field], found),
  );
  return [...future, ...phases];
}

function isGeneration(entry: unknown): entry is Generation {
  const { number, phase } = record(entry);
  return Number.isInteger(number) && PHASES.some((known) => known === phase);
}

function countFindings(file: YamlFile, keys: readonly [string, unknown][]): Finding[] {
  const count = keys.reduce((sum, [, key]) => sum + list(record(key)["generations"]).length, 0);
  if (count <= MAX_KEYS_PER_PROJECT) return [];
  const rule = `must hold at most ${MAX_KEYS_PER_PROJECT} generations of keys, Google's limit for a project`;
  return named(file, ["keys"], problem(rule, String(count), "Move keys to another environment."));
}

function projectFindings(files: ConfigFiles, organization: Readonly<Record<string, unknown>>): Finding[] {
  const owners = new Map<string, string>();
  const admin = text(organization["adminProject"]);
  if (admin !== undefined && files.organization) owners.set(admin, `adminProject in ${files.organization.name}`);
  return [...files.environments.values()].flatMap((file) => {
    const id = projectIdOf(file.content);
    if (id === undefined) return [];
    const owner = owners.get(id);
    if (owner === undefined) {
      owners.set(id, file.name);
      return [];
    }
    const found = problem(`must not be used twice: it is the project of ${owner}`, id, "Give each its own project.");
    return valued(file, ["project"], found);
  });
}

/** All environments share one billing account, which has one currency; Google refuses a budget in another. */
function currencyFindings(files: ConfigFiles): Finding[] {
  let first: { readonly currency: string; readonly file: string } | undefined;
  return [...files.environments.values()].flatMap((file) => {
    const monthly = text(record(record(file.content)["budget"])["monthly"]);
    const parsed = monthly === undefined ? undefined : parseMoney(monthly);
    if (parsed === undefined || "problem" in parsed) return [];
    const { currency } = parsed.money;
    first ??= { currency, file: file.name };
    if (currency === first.currency) return [];
    const rule = `must be in ${first.currency} as in ${first.file}, since they share a billing account`;
    const fix = "Write every budget in the currency of the billing account.";
    return valued(file, ["budget", "monthly"], problem(rule, currency, fix));
  });
}
