import { parse } from "yaml";

/** What `organization.yaml` starts with. Left out is what was not answered. */
export interface StarterOrganization {
  readonly name: string;
  readonly parent?: string;
  readonly billingAccount?: string;
  readonly adminProject: string;
  /** Of the state bucket, where the stack `bootstrap` makes it. */
  readonly region?: string;
  readonly bootstrap: boolean;
  readonly stateBucket: string;
  readonly team: string;
  readonly teamGroup: string;
  /** `owner/name` at GitHub. */
  readonly repository?: string;
}

/** What `environments/<name>.yaml` starts with. */
export interface StarterEnvironment {
  readonly name: string;
  readonly project: string;
  readonly protected: boolean;
  readonly budget?: string;
  /** E-mail addresses for the budget and for alerts. */
  readonly notify: readonly string[];
  /** Whether somebody is known to deploy, so that what others do can be told from it. */
  readonly audit: boolean;
  readonly key?: StarterKey;
}

export interface StarterKey {
  readonly name: string;
  readonly owner: string;
  readonly purpose: string;
  readonly allow: readonly string[];
  readonly readers: readonly string[];
  /** `YYYY-MM-DD`. */
  readonly created: string;
}

/** The provider version the bindings are made from. */
const GOOGLE_PROVIDER = "6.50.0";

/** Where comments begin. */
const COMMENT_COLUMN = 39;

/**
 * @param schemas the path from the configuration folder to `schemas/`, for editors. Left out: no line for them.
 */
export function organizationText(answers: StarterOrganization, schemas?: string): string {
  const { name, parent, billingAccount, adminProject, region, bootstrap, stateBucket, team, teamGroup } = answers;
  return lines(
    schemas && `# yaml-language-server: $schema=${schemas}/organization.schema.json`,
    "# What all environments share. Every field: docs/configuration.md",
    `name: ${plain(name)}`,
    parent === undefined
      ? noted("# parent: organizations/123456789012", "or folders/…; without it: an account without an organization")
      : noted(`parent: ${plain(parent)}`, "where projects are created"),
    billingAccount === undefined
      ? noted("# billingAccount: 012345-6789AB-CDEF01", "without it: the free tier, and no budgets")
      : noted(`billingAccount: ${plain(billingAccount)}`, "pays for every project"),
    noted(`adminProject: ${plain(adminProject)}`, "holds the state; every API call counts against its quota"),
    region !== undefined && noted(`region: ${plain(region)}`, "of the state bucket"),
    bootstrap &&
      noted("bootstrap: {}", "makes the admin project, the bucket, who plans and deploys: docs/bootstrap.md"),
    "state:",
    noted(`  gcs: { bucket: ${plain(stateBucket)} }`, "or hcpTerraform: { organization: acme, project: gemini }"),
    "terraform:",
    noted(`  googleProvider: ${GOOGLE_PROVIDER}`, "exact; 6.50, 7.x and 8.x are proven"),
    ...(answers.repository === undefined
      ? []
      : [
          "ci:",
          noted(`  github: { repository: ${plain(answers.repository)} }`, "pull requests plan, pushes to main deploy"),
        ]),
    "",
    noted("teams:", "who owns keys; also: contact, department"),
    `  ${plain(team)}: { group: ${plain(teamGroup)} }`,
    "",
    noted("# networks:", "addresses with a name, for `allow` of keys"),
    "#   office: [203.0.113.0/28]",
  );
}

export function environmentText(answers: StarterEnvironment, schemas?: string): string {
  const { project, budget, notify, audit, key } = answers;
  const emails = `{ emails: ${flow(notify)} }`;
  return lines(
    schemas && `# yaml-language-server: $schema=../${schemas}/environment.schema.json`,
    "# One environment: one project, one stack. The file's name is its name. Every field: docs/configuration.md",
    noted(`project: ${plain(project)}`, "is created; or { id: gen-lang-client-…, adopt: true } for one that exists"),
    answers.protected && noted("protected: true", "refuses plans that delete the project or a serving key"),
    ...(budget === undefined
      ? []
      : [
          noted("budget:", "warns, and stops nothing"),
          `  monthly: ${plain(budget)}`,
          noted("  forecastAt: [100]", "percent; of actual spend at 50, 80 and 100"),
          notify.length > 0 && `  notify: ${emails}`,
        ]),
    ...(notify.length === 0
      ? []
      : [
          noted("monitoring:", "a dashboard of the keys' usage, and alerts: docs/governance.md"),
          `  notify: ${emails}`,
          audit && noted("audit: {}", "logs who reads keys, and alerts on strangers"),
        ]),
    ...(key ? ["keys:", ...keyLines(key)] : ["keys: {}", ...EXAMPLE.map((line) => `# ${line}`)]),
  );
}

function keyLines({ name, owner, purpose, allow, readers, created }: StarterKey): string[] {
  return [
    `  ${plain(name)}:`,
    noted(`    owner: ${plain(owner)}`, "a team of organization.yaml"),
    `    purpose: ${plain(purpose)}`,
    noted(`    allow: ${flow(allow)}`, "where calls come from, as Google sees them, after NAT"),
    noted(`    readers: ${flow(readers)}`, "who may read the secret, e.g. serviceAccount:…, group:…"),
    noted("    rotateEvery: 90d", "a new generation is due after it; nothing is rotated by itself"),
    "    generations:",
    `      - { number: 1, created: ${plain(created)}, phase: serving }`,
  ];
}

const EXAMPLE = [
  "keys:",
  ...keyLines({
    name: "chat-backend",
    owner: "team",
    purpose: "Drafts answers in the support console",
    allow: ["198.51.100.7"],
    readers: [],
    created: "2026-11-01",
  }),
];

function noted(text: string, comment: string): string {
  return `${text.padEnd(COMMENT_COLUMN - 1)} # ${comment}`;
}

function lines(...all: readonly (string | false | undefined)[]): string {
  return `${all.filter((line) => typeof line === "string").join("\n")}\n`;
}

function flow(entries: readonly string[]): string {
  return `[${entries.map(plain).join(", ")}]`;
}

/** The text without quotes where YAML reads it back as it is, else in quotes. */
function plain(text: string): string {
  try {
    const read: unknown = parse(`[${text}]`);
    if (Array.isArray(read) && read.length === 1 && read[0] === text) return text;
  } catch {
    // Not plain.
  }
  return JSON.stringify(text);
}
