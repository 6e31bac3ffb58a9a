import * as path from "node:path";
import { mergeAddresses } from "../values/address-set";
import { GITHUB_ISSUER, githubDeployer, githubPlanner } from "../values/ci-claims";
import { type DayRange, parseDays } from "../values/duration";
import { checkPrincipal, DEPLOYER_ID, PLANNER_ID, serviceAccountEmail } from "../values/google-ids";
import { type Money, parseMoney } from "../values/money";
import { DEFAULT_THRESHOLDS, THRESHOLD_RANGES } from "../values/usage-thresholds";
import { byPosition, type Note } from "./finding";
import type {
  Bootstrap,
  Budget,
  CiSystem,
  Declaration,
  Environment,
  Key,
  Monitoring,
  Organization,
  StateBackend,
  Team,
  TeamName,
  Waiver,
} from "./model";
import { oncePerFile } from "./once";
import { looksLikeAddress } from "./raw";
import type { ConfigFiles } from "./read-files";
import {
  ENCRYPTION_ROTATION_DAYS,
  type EnvironmentFile,
  GITHUB,
  LOG_DAYS,
  type OrganizationFile,
  ROTATION_DAYS,
  STATE_VERSION_DAYS,
} from "./schema";
import { type FieldPath, formatPath, type YamlFile } from "./yaml-file";

/**
 * Builds the declaration from files in which no problem was found, and notes what the reader should know.
 *
 * The content is taken as its schema describes it: the schema has accepted it, and changes nothing of it.
 */
export function resolve(files: ConfigFiles): { declaration: Declaration; notes: () => Note[] } {
  const file = files.organization!;
  const organization = file.content as OrganizationFile;
  const notes: LazyNote[] = organizationNotes(file, organization);
  const resolved = [...files.environments.values()].map((environment) => resolveFile(environment, file));
  for (const environment of resolved) notes.push(...environment.notes);
  const environments = resolved.map(({ environment }) => environment);
  return {
    declaration: { organization: resolveOrganization(organization), environments },
    notes: () => notes.map((read) => read()).sort(byPosition),
  };
}

function resolveOrganization(organization: OrganizationFile): Organization {
  const { deployers, planners } = identitiesOf(organization);
  return {
    name: organization.name,
    parent: organization.parent,
    billingAccount: organization.billingAccount,
    adminProject: organization.adminProject,
    state: resolveState(organization.state),
    googleProvider: organization.terraform.googleProvider,
    deployers,
    planners,
    extraPermissions: byTeam(organization.extraPermissions),
    criticalWaivers: sortedUnique(organization.criticalWaivers ?? []),
    deployOrder: organization.deployOrder ?? [],
    bootstrap: organization.bootstrap && resolveBootstrap(organization),
  };
}

/** Who deploys and plans: as declared, or else what the bootstrap stack makes. */
function identitiesOf({ deployers, planners, bootstrap, adminProject }: OrganizationFile) {
  const made = (id: string) => (bootstrap ? [`serviceAccount:${serviceAccountEmail(id, adminProject!)}`] : []);
  return {
    deployers: sortedUnique(deployers ?? made(DEPLOYER_ID)),
    planners: sortedUnique(planners ?? made(PLANNER_ID)),
  };
}

function resolveBootstrap(organization: OrganizationFile): Bootstrap {
  const { adopt, protected: isProtected = true, keepStateVersions, encryptState } = organization.bootstrap!;
  const bucket = organization.state.gcs?.bucket;
  return {
    project: { id: organization.adminProject!, adopt: adopt ?? false },
    protected: isProtected,
    ciSystems: resolveCiSystems(organization.ci),
    ...(bucket && {
      stateBucket: {
        name: bucket,
        region: organization.region!,
        keepVersionsDays: days(keepStateVersions ?? "90d", STATE_VERSION_DAYS),
        encryptionRotationDays: encryptState && days(encryptState.rotateEvery ?? "90d", ENCRYPTION_ROTATION_DAYS),
      },
    }),
  };
}

function resolveCiSystems({ github, oidc = {} }: NonNullable<OrganizationFile["ci"]> = {}): CiSystem[] {
  const others = Object.entries(oidc).map(([name, { issuer, audiences = [], planner, deployer }]) => ({
    name,
    issuer,
    audiences,
    planner,
    deployer,
  }));
  return [...(github ? [githubSystem(github)] : []), ...others].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function githubSystem(github: NonNullable<NonNullable<OrganizationFile["ci"]>["github"]>): CiSystem {
  const repository = { ...github, branch: github.branch ?? "main", environment: github.environment ?? "production" };
  return {
    name: GITHUB,
    issuer: GITHUB_ISSUER,
    audiences: [],
    planner: githubPlanner(repository),
    deployer: githubDeployer(repository),
  };
}

function byTeam(lists: Partial<Record<TeamName, readonly string[]>> = {}): Record<TeamName, readonly string[]> {
  const { developers = [], operators = [], administrators = [] } = lists;
  return {
    developers: sortedUnique(developers),
    operators: sortedUnique(operators),
    administrators: sortedUnique(administrators),
  };
}

function sortedUnique(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}

function resolveState({ gcs, hcpTerraform }: OrganizationFile["state"]): StateBackend {
  return gcs ? { kind: "gcs", bucket: gcs.bucket } : { kind: "hcpTerraform", ...hcpTerraform! };
}

const resolveFile = oncePerFile((file: YamlFile, organization: YamlFile) => {
  const notes: LazyNote[] = [];
  const name = path.posix.basename(file.name, ".yaml");
  return { environment: resolveEnvironment(name, file, organization.content as OrganizationFile, notes), notes };
});

function resolveEnvironment(
  name: string,
  file: YamlFile,
  organization: OrganizationFile,
  notes: LazyNote[],
): Environment {
  const content = file.content as EnvironmentFile;
  notes.push(...environmentNotes(file, content, organization));
  const { project } = content;
  return {
    name,
    project: typeof project === "string" ? { id: project, adopt: false } : { id: project.id, adopt: true },
    protected: content.protected ?? false,
    budget: content.budget && resolveBudget(content.budget),
    access: byTeam(content.access),
    monitoring: content.monitoring && resolveMonitoring(content.monitoring),
    audit: content.audit && {
      keepLogsDays: content.audit.keepLogs === undefined ? undefined : days(content.audit.keepLogs, LOG_DAYS),
    },
    quotas: [...(content.quotas ?? [])].sort((a, b) => (quotaKey(a) < quotaKey(b) ? -1 : 1)),
    allowServiceAccountKeys: content.allowServiceAccountKeys ?? false,
    waivers: resolveWaivers(content),
    keys: Object.entries(content.keys)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => resolveKey(key, value, file, organization, notes)),
  };
}

function resolveWaivers({ waive, access, keys }: EnvironmentFile): Waiver[] {
  const places: readonly (readonly [FieldPath, EnvironmentFile["waive"]])[] = [
    [[], waive],
    [["access"], access?.waive],
    ...Object.entries(keys).map(([name, key]) => [["keys", name], key.waive] as const),
  ];
  return places.flatMap(([path, waivers = []]) =>
    waivers.map((waiver, index) => ({ ...waiver, reason: waiver.reason.trim(), path: [...path, "waive", index] })),
  );
}

function resolveMonitoring({ notify, thresholds = {} }: NonNullable<EnvironmentFile["monitoring"]>): Monitoring {
  const { silence, ...others } = thresholds;
  return {
    emails: sortedUnique(notify.emails ?? []),
    channels: sortedUnique(notify.channels ?? []),
    thresholds: {
      ...DEFAULT_THRESHOLDS,
      ...others,
      ...(silence !== undefined && { silenceDays: days(silence, THRESHOLD_RANGES.silenceDays) }),
    },
  };
}

/** Sorts quotas, and tells two of the same quota and model. */
export function quotaKey({ id, model }: { readonly id: string; readonly model: string }): string {
  return `${id} ${model}`;
}

function resolveBudget(budget: NonNullable<EnvironmentFile["budget"]>): Budget {
  return {
    monthly: money(budget.monthly),
    alertAt: budget.alertAt ?? [50, 80, 100],
    forecastAt: budget.forecastAt ?? [],
    emails: budget.notify?.emails ?? [],
    pubsub: budget.notify?.pubsub ?? false,
    ...(budget.cap === undefined ? {} : { cap: money(budget.cap) }),
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
  notes: LazyNote[],
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
    readers: sortedUnique(key.readers ?? []),
    rotateEveryDays: key.rotateEvery === undefined ? undefined : days(key.rotateEvery, ROTATION_DAYS),
    generations: key.generations,
  };
}

function days(text: string, range: DayRange): number {
  const parsed = parseDays(text, range);
  if ("problem" in parsed) throw new Error(`not checked before: ${text}`);
  return parsed.days;
}

function resolveTeam(name: string, organization: OrganizationFile): Team {
  return { name, ...organization.teams[name]! };
}

function organizationNotes(file: YamlFile, organization: OrganizationFile): LazyNote[] {
  if (organization.bootstrap) return [];
  const text = "has an effect only with `bootstrap`, which makes the bucket and the identities.";
  return (["region", "ci"] as const).flatMap((field) =>
    organization[field] === undefined ? [] : [note(file, [field], text)],
  );
}

function environmentNotes(file: YamlFile, environment: EnvironmentFile, organization: OrganizationFile): LazyNote[] {
  const beyondFolder =
    environment.allowServiceAccountKeys === true &&
    organization.bootstrap &&
    organization.parent?.startsWith("folders/");
  const text =
    "bootstrap cannot allow the deployer to: Google grants roles/orgpolicy.policyAdmin on an organization only.";
  return [
    ...(beyondFolder ? [note(file, ["allowServiceAccountKeys"], text)] : []),
    ...(environment.budget?.cap === undefined
      ? []
      : [note(file, ["budget", "cap"], "checked, but nothing is made of it yet.")]),
    ...(environment.audit === undefined ? [] : groupReaderNotes(file, environment)),
  ];
}

/** Audit logs name a person, not the group that let the person in. */
function groupReaderNotes(file: YamlFile, environment: EnvironmentFile): LazyNote[] {
  const text = "no alert tells who else reads this secret: audit logs do not name groups. Name each reader to get one.";
  return Object.entries(environment.keys).flatMap(([key, { readers = [] }]) => {
    const index = readers.findIndex((reader) => checkPrincipal(reader) !== undefined);
    return index < 0 ? [] : [note(file, ["keys", key, "readers"], text)];
  });
}

/** Where something stands is known only after the text is read a second time, which most commands do not need. */
type LazyNote = () => Note;

function note(file: YamlFile, path: FieldPath, text: string): LazyNote {
  return () => ({ ...file.keyPosition(path), field: formatPath(path), text });
}
