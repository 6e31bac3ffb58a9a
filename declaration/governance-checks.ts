import {
  BRANCH_CLAIMS,
  CLAIM_NAME,
  type Claims,
  checkClaimName,
  checkSubject,
  exclude,
  REPOSITORY_CLAIMS,
} from "../values/ci-claims";
import { addDays, checkDate, isAfter } from "../values/date";
import { checkBucketName, checkChannelName, checkName, checkStateBucketName } from "../values/google-ids";
import { checkCustomRolePermission } from "../values/permissions";
import { DOMAIN_RULE } from "../values/policy-rules";
import { type Problem, problem } from "../values/problem";
import { type Finding, named, valued } from "./finding";
import { list, projectIdOf, record, text } from "./raw";
import type { ConfigFiles } from "./read-files";
import { GITHUB, MAX_ALERT_CHANNELS, NAME_LENGTHS } from "./schema";
import type { FieldPath, YamlFile } from "./yaml-file";

type Content = Readonly<Record<string, unknown>>;

/** Checks of bootstrap, CI, access, audit, monitoring and quotas that the schema of a single field cannot make. */
export function governanceFindings(files: ConfigFiles, today: string): Finding[] {
  const organization = record(files.organization?.content);
  return [
    ...(files.organization ? organizationFindings(files.organization, organization) : []),
    ...[...files.environments].flatMap(([name, file]) => {
      const environment = record(file.content);
      return [
        ...reservedNameFindings(name, file, organization),
        ...accessFindings(file, environment, today),
        ...monitoringFindings(file, environment),
        ...quotaFindings(file, environment),
        ...(files.organization ? referenceFindings(file, environment, organization) : []),
      ];
    }),
  ];
}

function organizationFindings(file: YamlFile, organization: Content): Finding[] {
  return [
    ...bootstrapFindings(file, organization),
    ...(organization["ci"] === undefined ? [] : ciFindings(file, record(organization["ci"]))),
    ...permissionFindings(file, record(organization["extraPermissions"])),
  ];
}

function bootstrapFindings(file: YamlFile, organization: Content): Finding[] {
  if (organization["bootstrap"] === undefined) return [];
  const bootstrap = record(organization["bootstrap"]);
  const gcs = record(organization["state"])["gcs"] !== undefined;
  const bucket = text(record(record(organization["state"])["gcs"])["bucket"]);
  const needs = (field: string, fix: string) =>
    organization[field] === undefined
      ? named(file, ["bootstrap"], problem(`must have \`${field}\` beside it`, "none", fix))
      : [];
  return [
    ...needs("adminProject", "Add the id of the admin project to make."),
    ...(gcs ? needs("region", "Add the region of the state bucket, such as europe-west1.") : []),
    ...(gcs && bootstrap["adopt"] !== true
      ? needs("billingAccount", "Cloud Storage takes billing: add the account that pays for the state.")
      : []),
    // Another mistake in the name is the schema's to tell.
    ...(bucket !== undefined && !checkBucketName(bucket)
      ? valued(file, ["state", "gcs", "bucket"], checkStateBucketName(bucket))
      : []),
    ...(!gcs && bootstrap["encryptState"] !== undefined
      ? named(
          file,
          ["bootstrap", "encryptState"],
          problem(
            "must have a state bucket to encrypt",
            "none in `state`",
            "Remove it: HCP Terraform encrypts its state.",
          ),
        )
      : []),
  ];
}

function ciFindings(file: YamlFile, ci: Content): Finding[] {
  const empty = problem("must name a system", "none", "Write `github`, `oidc` or both.");
  if (ci["github"] === undefined && Object.keys(record(ci["oidc"])).length === 0) return named(file, ["ci"], empty);
  return Object.entries(record(ci["oidc"])).flatMap(([name, value]) => {
    const path: FieldPath = ["ci", "oidc", name];
    const system = record(value);
    const taken = problem("must not be `github`", name, "Declare GitHub Actions as `ci.github`.");
    return [
      ...named(file, path, name === GITHUB ? taken : checkName(name, NAME_LENGTHS.oidc)),
      ...(["planner", "deployer"] as const).flatMap((identity) =>
        claimFindings(file, [...path, identity], identity, system[identity]),
      ),
      ...exclusionFindings(file, path, claimsOf(system["planner"]), claimsOf(system["deployer"])),
    ];
  });
}

function claimFindings(file: YamlFile, path: FieldPath, identity: string, value: unknown): Finding[] {
  if (value === undefined) return [];
  const names = Object.keys(record(value));
  const lacks = (known: readonly string[], rule: string, fix: string): Problem | undefined =>
    names.some((name) => known.includes(name)) ? undefined : problem(rule, names.join(", ") || "none", fix);
  const repository = lacks(
    REPOSITORY_CLAIMS,
    `must name the repository by one of ${REPOSITORY_CLAIMS.map((claim) => `\`${claim}\``).join(", ")}`,
    "Without it every repository of the issuer would pass.",
  );
  const branch = lacks(
    BRANCH_CLAIMS,
    `must name the branch by ${BRANCH_CLAIMS.map((claim) => `\`${claim}\``).join(" or ")}`,
    "Without it every branch could deploy.",
  );
  return [
    ...names.flatMap((name) => named(file, [...path, name], CLAIM_NAME.test(name) ? undefined : checkClaimName(name))),
    ...valued(file, [...path, "sub"], checkSubject(text(record(value)["sub"]) ?? "")),
    ...named(file, path, repository ?? (identity === "deployer" ? branch : undefined)),
  ];
}

function exclusionFindings(file: YamlFile, path: FieldPath, planner: Claims, deployer: Claims): Finding[] {
  if (Object.keys(planner).length === 0 || Object.keys(deployer).length === 0 || exclude(planner, deployer)) return [];
  const rule = "must differ from `planner` in the value of one claim";
  const fix = "A token of a pull request could deploy: name the event in both, such as `pipeline_source` of GitLab.";
  return named(file, [...path, "deployer"], problem(rule, "none that differs", fix));
}

function claimsOf(value: unknown): Claims {
  return Object.fromEntries(Object.entries(record(value)).map(([name, claim]) => [name, String(claim)]));
}

function permissionFindings(file: YamlFile, extra: Content): Finding[] {
  return Object.entries(extra).flatMap(([team, permissions]) =>
    list(permissions).flatMap((permission, index) =>
      typeof permission === "string"
        ? valued(file, ["extraPermissions", team, index], checkCustomRolePermission(team, permission))
        : [],
    ),
  );
}

function reservedNameFindings(name: string, file: YamlFile, organization: Content): Finding[] {
  if (name !== "bootstrap" || organization["bootstrap"] === undefined) return [];
  const rule = "must not be named bootstrap, which is the stack of the admin project";
  return [
    { file: file.name, line: 1, column: 1, field: "", problem: problem(rule, "bootstrap.yaml", "Rename the file.") },
  ];
}

function accessFindings(file: YamlFile, environment: Content, today: string): Finding[] {
  const access = record(environment["access"]);
  const waivers = [waiversAt(environment, []), waiversAt(access, ["access"])].flat();
  const domains = ["developers", "operators", "administrators"].flatMap((team) =>
    list(access[team]).flatMap((member, index) =>
      typeof member === "string" && member.startsWith("domain:") ? [{ path: ["access", team, index], member }] : [],
    ),
  );
  const rule = `must not be a whole domain (${DOMAIN_RULE})`;
  const fix = "Name a group, or add a `waive` with rule, reason, until and by to `access`.";
  return [
    ...(waivers.length > 0
      ? []
      : domains.flatMap(({ path, member }) => valued(file, path, problem(rule, member, fix)))),
    ...waivers.flatMap(({ path, until }) => domainWaiverFindings(file, path, until, domains.length > 0, today)),
  ];
}

/** The waivers of `DOMAIN_RULE` beside a field. Those of the other rules are for `policies/` to judge. */
function waiversAt(beside: Content, path: FieldPath): { path: FieldPath; until: string | undefined }[] {
  return list(beside["waive"]).flatMap((entry, index) => {
    const { rule, until } = record(entry);
    return rule === DOMAIN_RULE ? [{ path: [...path, "waive", index], until: text(until) }] : [];
  });
}

function domainWaiverFindings(
  file: YamlFile,
  path: FieldPath,
  until: string | undefined,
  used: boolean,
  today: string,
): Finding[] {
  // `today` is the day where it begins first; a waiver holds through its last day everywhere.
  const expired = until !== undefined && !checkDate(until) && isAfter(addDays(today, -1), until);
  return [
    ...valued(
      file,
      [...path, "until"],
      expired
        ? problem("must not be over", until, "Remove the waiver with what it excuses, or agree on a new day.")
        : undefined,
    ),
    ...(used
      ? []
      : valued(file, path, problem("must excuse something", "no member that is a domain", "Remove the waiver."))),
  ];
}

function monitoringFindings(file: YamlFile, environment: Content): Finding[] {
  const monitoring = record(environment["monitoring"]);
  if (monitoring["notify"] === undefined) return [];
  const notify = record(monitoring["notify"]);
  const count = new Set([...list(notify["emails"]), ...list(notify["channels"])]).size;
  const path: FieldPath = ["monitoring", "notify"];
  if (count === 0) {
    return named(file, path, problem("must name somebody", "nobody", "Write `emails`, `channels` or both."));
  }
  const rule = `must hold at most ${MAX_ALERT_CHANNELS} addresses and channels, Google's limit for an alert policy`;
  return [
    ...(count > MAX_ALERT_CHANNELS
      ? named(file, path, problem(rule, String(count), "Write the address of a group instead."))
      : []),
    ...foreignChannelFindings(file, environment, list(notify["channels"])),
  ];
}

/** An alert policy takes channels of its own project only. */
function foreignChannelFindings(file: YamlFile, environment: Content, channels: readonly unknown[]): Finding[] {
  const project = projectIdOf(environment);
  return channels.flatMap((channel, index) => {
    if (typeof channel !== "string" || checkChannelName(channel) || project === undefined) return [];
    if (channel.startsWith(`projects/${project}/`)) return [];
    const fix = "Google takes no other: make it there, after the first deployment.";
    const rule = `must be a channel of ${project}, the project that alerts`;
    return valued(file, ["monitoring", "notify", "channels", index], problem(rule, channel, fix));
  });
}

function quotaFindings(file: YamlFile, environment: Content): Finding[] {
  const seen = new Set<string>();
  return list(environment["quotas"]).flatMap((entry, index) => {
    const { id, model } = record(entry);
    const name = `${String(id)} of ${String(model)}`;
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    return valued(file, ["quotas", index], problem("must be given once for a model", name, "Remove one of the two."));
  });
}

/** What an environment needs of the organization or of another of its own fields. */
function referenceFindings(file: YamlFile, environment: Content, organization: Content): Finding[] {
  return [
    ...(environment["audit"] === undefined ? [] : auditFindings(file, environment, organization)),
    ...(environment["allowServiceAccountKeys"] === true && organization["parent"] === undefined && !adopted(environment)
      ? named(
          file,
          ["allowServiceAccountKeys"],
          problem(
            "must have an organization whose policy to lift",
            "no `parent` in organization.yaml",
            "Remove it: a project without an organization has no such policy.",
          ),
        )
      : []),
  ];
}

function auditFindings(file: YamlFile, environment: Content, organization: Content): Finding[] {
  const known = organization["deployers"] !== undefined || organization["bootstrap"] !== undefined;
  return [
    ...(environment["monitoring"] === undefined
      ? named(
          file,
          ["audit"],
          problem(
            "must have `monitoring` beside it",
            "none",
            "Add `monitoring.notify`: an alert has to reach somebody.",
          ),
        )
      : []),
    ...(known
      ? []
      : named(
          file,
          ["audit"],
          problem(
            "must know who deploys",
            "neither `deployers` nor `bootstrap` in organization.yaml",
            "Add `deployers`, or every deployment raises alerts.",
          ),
        )),
  ];
}

function adopted(environment: Content): boolean {
  return record(environment["project"])["adopt"] === true;
}
