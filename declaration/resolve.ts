import { mergeAddresses } from "../values/address-set";
import { parseDays } from "../values/duration";
import { type Money, parseMoney } from "../values/money";
import { byPosition, type Note } from "./finding";
import type { Budget, Declaration, Environment, Key, Organization, StateBackend, Team } from "./model";
import { looksLikeAddress } from "./raw";
import type { ConfigFiles } from "./read-files";
import { type EnvironmentFile, type OrganizationFile, ROTATION_DAYS } from "./schema";
import { type FieldPath, formatPath, type YamlFile } from "./yaml-file";

/**
 * Builds the declaration from files in which no problem was found, and notes what the reader should know.
 *
 * The content is taken as its schema describes it: the schema has accepted it, and changes nothing of it.
 */
export function resolve(files: ConfigFiles): { declaration: Declaration; notes: Note[] } {
  const file = files.organization!;
  const organization = file.content as OrganizationFile;
  const notes: Note[] = organizationNotes(file, organization);
  const environments = [...files.environments].map(([name, environment]) =>
    resolveEnvironment(name, environment, organization, notes),
  );
  return {
    declaration: { organization: resolveOrganization(organization), environments },
    notes: notes.sort(byPosition),
  };
}

function resolveOrganization(organization: OrganizationFile): Organization {
  return {
    name: organization.name,
    parent: organization.parent,
    billingAccount: organization.billingAccount,
    adminProject: organization.adminProject,
    state: resolveState(organization.state),
    googleProvider: organization.terraform.googleProvider,
  };
}

function resolveState({ gcs, hcpTerraform }: OrganizationFile["state"]): StateBackend {
  return gcs ? { kind: "gcs", bucket: gcs.bucket } : { kind: "hcpTerraform", ...hcpTerraform! };
}

function resolveEnvironment(name: string, file: YamlFile, organization: OrganizationFile, notes: Note[]): Environment {
  const content = file.content as EnvironmentFile;
  notes.push(...environmentNotes(file, content));
  const { project } = content;
  return {
    name,
    project: typeof project === "string" ? { id: project, adopt: false } : { id: project.id, adopt: true },
    protected: content.protected ?? false,
    budget: content.budget && resolveBudget(content.budget),
    keys: Object.entries(content.keys)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => resolveKey(key, value, file, organization, notes)),
  };
}

function resolveBudget(budget: NonNullable<EnvironmentFile["budget"]>): Budget {
  return {
    monthly: money(budget.monthly),
    alertAt: budget.alertAt ?? [50, 80, 100],
    forecastAt: budget.forecastAt ?? [],
    emails: budget.notify?.emails ?? [],
    pubsub: budget.notify?.pubsub ?? false,
  };
}

function money(text: string): Money {
  const parsed = parseMoney(text);
  if ("problem" in parsed) throw new Error(`not checked before: ${text}`);
  return parsed.money;
}

function resolveKey(
  name: string,
  key: EnvironmentFile["keys"][string],
  file: YamlFile,
  organization: OrganizationFile,
  notes: Note[],
): Key {
  const path: FieldPath = ["keys", name, "allow"];
  const addresses = key.allow.flatMap((entry) => (looksLikeAddress(entry) ? [entry] : organization.networks![entry]!));
  const { merged, notes: merges } = mergeAddresses(addresses);
  for (const merge of merges) notes.push(note(file, path, `merged, ${merge}.`));
  return {
    name,
    owner: resolveTeam(key.owner, organization),
    purpose: key.purpose.trim(),
    allow: merged,
    readers: [...new Set(key.readers ?? [])].sort(),
    rotateEveryDays: key.rotateEvery === undefined ? undefined : days(key.rotateEvery),
    generations: key.generations,
  };
}

function days(text: string): number {
  const parsed = parseDays(text, ROTATION_DAYS);
  if ("problem" in parsed) throw new Error(`not checked before: ${text}`);
  return parsed.days;
}

function resolveTeam(name: string, organization: OrganizationFile): Team {
  return { name, ...organization.teams[name]! };
}

const NOT_YET = "checked, but nothing is made of it yet.";

function organizationNotes(file: YamlFile, organization: OrganizationFile): Note[] {
  return (["region", "ci"] as const).flatMap((field) =>
    organization[field] === undefined ? [] : [note(file, [field], NOT_YET)],
  );
}

function environmentNotes(file: YamlFile, environment: EnvironmentFile): Note[] {
  return [
    ...(environment.access === undefined ? [] : [note(file, ["access"], NOT_YET)]),
    ...(environment.budget?.cap === undefined ? [] : [note(file, ["budget", "cap"], NOT_YET)]),
  ];
}

function note(file: YamlFile, path: FieldPath, text: string): Note {
  return { ...file.keyPosition(path), field: formatPath(path), text };
}
