import { loadConfig } from "../../declaration/load";
import { QUOTA_IDS } from "../../values/quota-catalogue";
import { configProblems, ENVIRONMENT, type Files, files, inConfigFolder, ORGANIZATION } from "../helpers/config-folder";

const NOW = new Date("2026-11-24T12:00:00Z");
const ENV = "config/environments/prod.yaml";
const ORG = "config/organization.yaml";

const problems = (content: Files) => configProblems(content, NOW);

const env = (lines: string, organization = ORGANIZATION) =>
  files({ "organization.yaml": organization, "environments/prod.yaml": `${ENVIRONMENT}${lines}` });
const org = (lines: string) => files({ "organization.yaml": `${ORGANIZATION}${lines}` });

const NOTIFY = "notify: { emails: [oncall@example.com] }";
// Made-up tokens: they open nothing.
const SLACK = "xoxb-000000000000-fakefakefake";
const HOOK = "https://hooks.slack.com/services/T0/B0/fake";
const GITHUB = "ghp_fakefakefakefakefakefakefakefakefake";

const channelRule = "must be projects/<project id>/notificationChannels/<number>";
const channelFix =
  "Write what `gcloud beta monitoring channels list` shows as name. Tokens and addresses of channels stay at Google.";

const REFUSED: readonly (readonly [string, Files, ...string[]])[] = [
  [
    "channel ids of other forms",
    env(`monitoring: { notify: { channels: ["12", projects/12/notificationChannels/3, slack] } }\n`),
    `${ENV}:13:36: \`monitoring.notify.channels[0]\` ${channelRule}, got: 12. ${channelFix}`,
    `${ENV}:13:42: \`monitoring.notify.channels[1]\` ${channelRule}, got: 34 characters of another form. ${channelFix}`,
    `${ENV}:13:78: \`monitoring.notify.channels[2]\` ${channelRule}, got: 5 characters of another form. ${channelFix}`,
  ],
  [
    "a token and a webhook's address as channels",
    env(`monitoring: { notify: { channels: [${SLACK}, "${HOOK}"] } }\n`),
    `${ENV}:13:36: \`monitoring.notify.channels[0]\` must not hold a token, got: [redacted]. Remove it, and revoke the token: it was written where many may read it.`,
    `${ENV}:13:36: \`monitoring.notify.channels[0]\` ${channelRule}, got: 30 characters of another form. ${channelFix}`,
    `${ENV}:13:68: \`monitoring.notify.channels[1]\` must not hold a token, got: [redacted]. Remove it, and revoke the token: it was written where many may read it.`,
    `${ENV}:13:68: \`monitoring.notify.channels[1]\` ${channelRule}, got: 43 characters of another form. ${channelFix}`,
  ],
  [
    "a token elsewhere",
    files({ "environments/prod.yaml": ENVIRONMENT.replace("Answers questions", `Answers with ${GITHUB}`) }),
    `${ENV}:7:14: \`keys.web.purpose\` must not hold a token, got: Answers with [redacted]. Remove it, and revoke the token: it was written where many may read it.`,
  ],
  [
    "monitoring without somebody to notify",
    env("monitoring: { notify: {} }\n"),
    `${ENV}:13:15: \`monitoring.notify\` must name somebody, got: nobody. Write \`emails\`, \`channels\` or both.`,
  ],
  [
    "more channels than a policy takes",
    env(
      `monitoring:\n  notify:\n    emails: [${Array.from({ length: 16 }, (_, i) => `a${i}@example.com`).join(", ")}]\n    channels: [projects/acme-gemini-prod/notificationChannels/1]\n`,
    ),
    `${ENV}:14:3: \`monitoring.notify\` must hold at most 16 addresses and channels, Google's limit for an alert policy, got: 17. Write the address of a group instead.`,
  ],
  [
    "a channel of another project",
    env("monitoring: { notify: { channels: [projects/acme-ops/notificationChannels/1] } }\n"),
    `${ENV}:13:36: \`monitoring.notify.channels[0]\` must be a channel of acme-gemini-prod, the project that alerts, got: projects/acme-ops/notificationChannels/1. Google takes no other: make it there, after the first deployment.`,
  ],
  [
    "thresholds out of range",
    env(
      `monitoring:\n  ${NOTIFY}\n  thresholds:\n    rateLimited: 0\n    denied: 101\n    rejected: 2.5\n    growth: 1.5\n    silence: 15d\n    quota: 80%\n    minimumRequests: 0\n`,
    ),
    `${ENV}:16:18: \`monitoring.thresholds.rateLimited\` must be at least 1, got: 0. Write 1 or more.`,
    `${ENV}:17:13: \`monitoring.thresholds.denied\` must be at most 100, got: 101. Write 100 or less.`,
    `${ENV}:18:15: \`monitoring.thresholds.rejected\` must be a whole number, got: 2.5. Write a number without a fraction and without quotes.`,
    `${ENV}:19:13: \`monitoring.thresholds.growth\` must be at least 2, got: 1.5. Write 2 or more.`,
    `${ENV}:20:14: \`monitoring.thresholds.silence\` must be between 1d and 14d, got: 15d. Lower it to 14d or less.`,
    `${ENV}:21:12: \`monitoring.thresholds.quota\` must be a number, got: 80%. Write a number, without quotes.`,
    `${ENV}:22:22: \`monitoring.thresholds.minimumRequests\` must be at least 1, got: 0. Write 1 or more.`,
  ],
  [
    "an audit without monitoring",
    env("audit: {}\n"),
    `${ENV}:13:1: \`audit\` must have \`monitoring\` beside it, got: none. Add \`monitoring.notify\`: an alert has to reach somebody.`,
  ],
  [
    "an audit that does not know who deploys, and keeps logs for too long",
    env(`monitoring: { ${NOTIFY} }\naudit: { keepLogs: 3651d }\n`, ORGANIZATION.replace(/deployers.*\n/, "")),
    `${ENV}:14:1: \`audit\` must know who deploys, got: neither \`deployers\` nor \`bootstrap\` in organization.yaml. Add \`deployers\`, or every deployment raises alerts.`,
    `${ENV}:14:20: \`audit.keepLogs\` must be between 1d and 3650d, got: 3651d. Lower it to 3650d or less.`,
  ],
  [
    "quotas that are not known, written twice, or stop everything",
    env(
      `quotas:\n  - { id: RequestsPerMinute, model: gemini-3.5-flash, limit: 5 }\n  - { id: ${QUOTA_IDS[1]}, model: models/gemini-3.5-flash, limit: 0 }\n  - { id: ${QUOTA_IDS[0]}, model: gemini-3.5-flash, limit: 5 }\n  - { id: ${QUOTA_IDS[0]}, model: gemini-3.5-flash, limit: 6 }\n`,
    ),
    `${ENV}:14:11: \`quotas[0].id\` must be a quota of the Gemini API that gemkeys knows, got: RequestsPerMinute. Write one of: ${QUOTA_IDS.join(", ")}.`,
    `${ENV}:15:60: \`quotas[1].model\` must be the name of a model, got: models/gemini-3.5-flash. Write gemini-3.5-flash.`,
    `${ENV}:15:92: \`quotas[1].limit\` must be at least 1, got: 0. Write 1 or more.`,
    `${ENV}:17:5: \`quotas[3]\` must be given once for a model, got: ${QUOTA_IDS[0]} of gemini-3.5-flash. Remove one of the two.`,
  ],
  [
    "a domain and everybody among the teams",
    env("access:\n  developers: [domain:example.com]\n  operators: [allUsers]\n"),
    `${ENV}:14:16: \`access.developers[0]\` must not be a whole domain (GEMKEY-ACCESS-01), got: domain:example.com. Name a group, or add a \`waive\` with rule, reason, until and by to \`access\`.`,
    `${ENV}:15:15: \`access.operators[0]\` must not be allUsers, which stands for everyone, got: allUsers. Name who needs it: serviceAccount:chat@acme-apps.iam.gserviceaccount.com or group:gcp-sre@example.com.`,
  ],
  [
    "a waiver that is over, and incomplete",
    env(
      "access:\n  developers: [domain:example.com]\n  waive: [{ rule: GEMKEY-ACCESS-01, until: 2026-11-01, by: me }]\n",
    ),
    `${ENV}:15:11: \`access.waive[0].reason\` must be given, got: nothing. Add it: why, in a sentence.`,
    `${ENV}:15:44: \`access.waive[0].until\` must not be over, got: 2026-11-01. Remove the waiver with what it excuses, or agree on a new day.`,
    `${ENV}:15:60: \`access.waive[0].by\` must be an e-mail address, got: me. Write one such as finops@example.com.`,
  ],
  [
    "a waiver of nothing",
    env("access:\n  waive: [{ rule: GEMKEY-ACCESS-01, reason: On call, until: 2027-01-31, by: head@example.com }]\n"),
    `${ENV}:14:11: \`access.waive[0]\` must excuse something, got: no member that is a domain. Remove the waiver.`,
  ],
  [
    "the organization policy lifted where there is no organization",
    env("allowServiceAccountKeys: true\n", ORGANIZATION.replace(/parent.*\n/, "")),
    `${ENV}:13:1: \`allowServiceAccountKeys\` must have an organization whose policy to lift, got: no \`parent\` in organization.yaml. Remove it: a project without an organization has no such policy.`,
  ],
  [
    "a group that deploys",
    org("planners: [group:ci@example.com]\n"),
    `${ORG}:14:12: \`planners[0]\` must be one person, service account or principal, got: group:ci@example.com. Audit logs name the one who acted. Write one such as serviceAccount:chat@acme-apps.iam.gserviceaccount.com.`,
  ],
  [
    "permissions that a custom role cannot hold",
    org(
      "extraPermissions:\n  developers: [resourcemanager.projects.list, apikeys.keys.getKeyString]\n  operators: [secretmanager.secrets.setIamPolicy, logging.*]\n  administrators: [roles/viewer]\n",
    ),
    `${ORG}:15:16: \`extraPermissions.developers[0]\` must be allowed in custom roles of a project, got: resourcemanager.projects.list. Remove it: it is asked of the organization or folder that holds the projects, never of a project.`,
    `${ORG}:15:47: \`extraPermissions.developers[1]\` must not be given to developers: it reads key strings, got: apikeys.keys.getKeyString. Only administrators may hold it.`,
    `${ORG}:16:15: \`extraPermissions.operators[0]\` must not be given to operators: its holder can grant itself anything there, got: secretmanager.secrets.setIamPolicy. Only administrators may hold it.`,
    `${ORG}:16:51: \`extraPermissions.operators[1]\` must be an IAM permission, got: logging.*. A custom role names each permission: wildcards are not taken.`,
    `${ORG}:17:20: \`extraPermissions.administrators[0]\` must be an IAM permission, got: roles/viewer. Write one such as logging.views.access.`,
  ],
];

test.each(REFUSED.map(([title, content, ...expected]) => [title, content, expected] as const))(
  "refused: %s",
  (_title, content, expected) => {
    expect(problems(content)).toEqual(expected);
  },
);

test("no message repeats a token", () => {
  const told = REFUSED.flatMap(([, content]) => problems(content)).join("\n");
  expect([SLACK, HOOK, GITHUB].filter((token) => told.includes(token))).toEqual([]);
});

test("accepted: everything of it at once, resolved with defaults", () => {
  const content = env(
    `monitoring:\n  ${NOTIFY}\n  thresholds: { quota: 90 }\naudit: {}\naccess:\n  operators: [domain:example.com]\n  waive: [{ rule: GEMKEY-ACCESS-01, reason: On call, until: 2026-11-24, by: head@example.com }]\n` +
      `quotas:\n  - { id: ${QUOTA_IDS[1]}, model: b, limit: 5 }\n  - { id: ${QUOTA_IDS[1]}, model: a, limit: 5 }\nallowServiceAccountKeys: true\n`,
  );
  expect(inConfigFolder(content, () => loadConfig("config", NOW)).declaration.environments[0]).toMatchObject({
    access: { developers: [], operators: ["domain:example.com"], administrators: [] },
    monitoring: {
      emails: ["oncall@example.com"],
      channels: [],
      thresholds: {
        rateLimited: 5,
        denied: 5,
        rejected: 20,
        growth: 3,
        silenceDays: 2,
        quota: 90,
        minimumRequests: 20,
      },
    },
    audit: { keepLogsDays: undefined },
    quotas: [
      { id: QUOTA_IDS[1], model: "a", limit: 5 },
      { id: QUOTA_IDS[1], model: "b", limit: 5 },
    ],
    allowServiceAccountKeys: true,
  });
});
