import { z } from "zod";
import * as ci from "../values/ci-claims";
import { checkDate } from "../values/date";
import { type DayRange, parseDays } from "../values/duration";
import { PHASES } from "../values/generations";
import * as ids from "../values/google-ids";
import { MAX_BUDGET_EMAILS, parseMoney } from "../values/money";
import { checkPercent, PERCENTS } from "../values/percent";
import { checkPermission, PERMISSION } from "../values/permissions";
import { checkRuleId, RULE_ID } from "../values/policy-rules";
import { checkLength, type Problem, problem } from "../values/problem";
import * as quotas from "../values/quota-catalogue";
import { DEFAULT_THRESHOLDS, THRESHOLD_RANGES, type UsageThresholds } from "../values/usage-thresholds";

/** Rotation periods, in days: shorter is faster than a safe rotation, longer is no rotation. */
export const ROTATION_DAYS = { min: 7, max: 365 } as const;

/** How long the state bucket keeps replaced versions, in days. */
export const STATE_VERSION_DAYS = { min: 7, max: 3650 } as const;

/** How often a customer-managed key may rotate, in days. */
export const ENCRYPTION_ROTATION_DAYS = { min: 1, max: 3650 } as const;

/** How long a log bucket keeps its entries, in days. @see https://docs.cloud.google.com/logging/quotas */
export const LOG_DAYS = { min: 1, max: 3650 } as const;

/** Google takes at most 16 channels for an alert policy. @see https://docs.cloud.google.com/monitoring/quotas */
export const MAX_ALERT_CHANNELS = 16;

/** The name under which GitHub's provider is made; no other system may have it. */
export const GITHUB = "github";

/** Google's limit. @see https://cloud.google.com/docs/authentication/api-keys#limits */
export const MAX_KEYS_PER_PROJECT = 300;

/** The longest names of ours, in characters: they become labels, and parts of a budget's name. */
export const NAME_LENGTHS = { organization: 20, environment: 30, team: 30, network: 63, oidc: 20 } as const;

type Rule<T> = (value: T) => Problem | undefined;

/** Text that has to pass a rule. The pattern is for editors: the rule decides, and says what is wrong. */
function text(rule: Rule<string>, description: string, pattern?: RegExp) {
  return z
    .string()
    .superRefine(refuse(rule))
    .meta({ description, ...(pattern ? { pattern: pattern.source } : {}) });
}

/** Hands the problem on: `load` reads it from the issue's params. */
function refuse<T>(rule: Rule<T>) {
  return (value: T, context: z.RefinementCtx<T>) => {
    const found = rule(value);
    if (found) context.addIssue({ code: "custom", message: found.rule, params: { problem: found } });
  };
}

function refusal<T>(parsed: T | { problem: Problem }): Problem | undefined {
  return typeof parsed === "object" && parsed !== null && "problem" in parsed ? parsed.problem : undefined;
}

const projectId = (description: string) => text(ids.checkProjectId, description, ids.PROJECT_ID);

const OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
const IPV4 = `${OCTET}(?:\\.${OCTET}){3}`;
/** The form of an address or a CIDR range, for editors. Which of them are public, the cross-checks say. */
const ADDRESS = `${IPV4}(?:\\/(?:[1-9]|[12][0-9]|3[0-2]))?|(?=[^:]*:[^:]*:)[0-9A-Fa-f:]+(?:${IPV4})?(?:\\/(?:[1-9]|[1-9][0-9]|1[01][0-9]|12[0-8]))?`;
/** Names of networks, by which a key may name its addresses. */
const NETWORK_NAME = ids.namePattern(NAME_LENGTHS.network).source;

const address = z.string().meta({
  description: "An IPv4 or IPv6 address, or a CIDR range, e.g. 198.51.100.7 or 203.0.113.0/28.",
  pattern: `^(?:${ADDRESS})$`,
});
const member = text(
  ids.checkIamMember,
  "An IAM member, e.g. serviceAccount:chat@acme-apps.iam.gserviceaccount.com or group:gcp-search@example.com.",
  ids.IAM_MEMBER,
);
const email = text(ids.checkEmail, "An e-mail address, e.g. finops@example.com.", ids.EMAIL);
const percent = z
  .number()
  .superRefine(refuse(checkPercent))
  .meta({ type: "integer", minimum: PERCENTS.min, maximum: PERCENTS.max, description: "A percentage, 1 to 200." });
/** What a threshold is, with its range and what it is without being given. */
const threshold = (name: keyof UsageThresholds, description: string, whole = true) => {
  const { min, max } = THRESHOLD_RANGES[name];
  const number = whole ? z.int() : z.number();
  return number
    .min(min)
    .max(max)
    .meta({ description: `${description}. Left out: ${DEFAULT_THRESHOLDS[name]}.` })
    .optional();
};
const money = (description: string) =>
  text((value) => refusal(parseMoney(value)), description, /^[1-9][0-9]{0,11} [A-Z]{3}$/);
/** A number of days such as `90d`; the pattern has to say the same as the range. */
const days = (range: DayRange, description: string, pattern: RegExp) =>
  text((value) => refusal(parseDays(value, range)), description, pattern);
/** The form of a day, for editors. */
const DATE = /^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$/;
const UP_TO_3650 = "[12][0-9]{3}|3[0-5][0-9]{2}|36[0-4][0-9]|3650";
const freeText = (description: string, max: number) =>
  text(
    (value) => checkLength(value.trim(), 1, max),
    description,
    new RegExp(`^(?![\\s\\S]*[$%]\\{)\\s*\\S(?:[\\s\\S]{0,${max - 2}}\\S)?\\s*$`),
  );
/** A name in HCP Terraform. @see https://developer.hashicorp.com/terraform/cloud-docs/api-docs/organizations */
const hcpName = (description: string, spaces: string) =>
  text(
    (value) => checkLength(value, 3, 40) ?? checkHcpName(value, spaces),
    description,
    new RegExp(`^[A-Za-z0-9_${spaces}-]{3,40}$`),
  );

function checkHcpName(name: string, spaces: string): Problem | undefined {
  if (new RegExp(`^[A-Za-z0-9_${spaces}-]*$`).test(name)) return undefined;
  const rule = `must be letters, digits, hyphens${spaces && ", spaces"} or underscores`;
  return problem(rule, name, "Write the name as HCP Terraform shows it.");
}

const team = z
  .strictObject({
    group: text(ids.checkEmail, "The team's Google group.", ids.EMAIL),
    contact: text(ids.checkEmail, "Whom to write to about the team's keys.", ids.EMAIL).optional(),
    department: freeText("The department that pays, as free text.", 100).optional(),
  })
  .meta({ description: "A team that owns keys." });

/** Audit logs name one person or one service account, so a group cannot be told from others there. */
const principal = text(
  ids.checkPrincipal,
  "One person, service account or workload identity, e.g. serviceAccount:gemkeys-deployer@acme-gemini-admin.iam.gserviceaccount.com.",
  ids.PRINCIPAL,
);

const permissions = (team: string) =>
  z
    .array(text(checkPermission, "An IAM permission, e.g. logging.views.access.", PERMISSION))
    .min(1)
    .meta({ description: `More permissions for ${team}.` })
    .optional();

const claims = (description: string) =>
  z
    .record(z.string(), text(ci.checkClaimValue, "The claim's exact value.", ci.CLAIM_VALUE))
    .meta({ description, propertyNames: { type: "string", pattern: ci.CLAIM_NAME.source } });

const ciSystems = z
  .strictObject({
    github: z
      .strictObject({
        repository: text(ids.checkRepository, "owner/name of the GitHub repository.", ids.REPOSITORY),
        repositoryId: text(
          ci.checkRepositoryId,
          "The repository's number, in quotes: a name that is given up may be taken by somebody else.",
          /^[1-9][0-9]{0,19}$/,
        ).optional(),
        branch: text(ci.checkBranch, "The protected branch that deploys. Left out: main.", ci.BRANCH).optional(),
        environment: text(
          ci.checkGithubEnvironment,
          "The deployment environment that deploys. Left out: production.",
          ci.GITHUB_ENVIRONMENT,
        ).optional(),
      })
      .meta({ description: "GitHub Actions: pull requests of the repository plan, pushes to the branch deploy." })
      .optional(),
    oidc: z
      .record(
        z.string(),
        z
          .strictObject({
            issuer: text(ci.checkIssuer, "The issuer's address, e.g. https://gitlab.com.", ci.ISSUER),
            audiences: z
              .array(freeText("An accepted audience.", 256))
              .min(1)
              .max(10)
              .meta({ description: "Accepted audiences. Left out: the provider's own name at Google." })
              .optional(),
            planner: claims("The claims of a token that may plan, and the value of each."),
            deployer: claims("The claims of a token that may deploy, and the value of each."),
          })
          .meta({ description: "An OIDC issuer." }),
      )
      .meta({
        description:
          "Other systems by name, 1 to 20 lower-case letters, digits and hyphens, each an OIDC issuer such as GitLab.",
        propertyNames: { type: "string", pattern: ids.namePattern(NAME_LENGTHS.oidc).source },
      })
      .optional(),
  })
  .meta({
    description: "What plans and deploys, without keys: `bootstrap` makes an identity for each.",
    minProperties: 1,
  });

const bootstrap = z
  .strictObject({
    adopt: z
      .literal(true)
      .meta({ description: "The admin project exists: take it over and change nothing of it." })
      .optional(),
    protected: z
      .boolean()
      .meta({ description: "Refuse plans that delete the admin project or the state. Left out: true." })
      .optional(),
    keepStateVersions: days(
      STATE_VERSION_DAYS,
      "How long replaced versions of the state are kept, 7d to 3650d. Left out: 90d.",
      new RegExp(`^(?:[7-9]|[1-9][0-9]{1,2}|${UP_TO_3650})d$`),
    ).optional(),
    encryptState: z
      .strictObject({
        rotateEvery: days(
          ENCRYPTION_ROTATION_DAYS,
          "How often the key gets a new version, 1d to 3650d. Left out: 90d.",
          new RegExp(`^(?:[1-9][0-9]{0,2}|${UP_TO_3650})d$`),
        ).optional(),
      })
      .meta({ description: "Encrypt the state with a key of Cloud KMS that is yours. Left out: with Google's." })
      .optional(),
  })
  .meta({
    description:
      "Make the admin project, the state bucket, the identities of deployer and planner: the stack `bootstrap`, see docs/bootstrap.md.",
  });

const ruleId = (description: string) => text(checkRuleId, description, RULE_ID);

export const organizationSchema = z
  .strictObject({
    name: text(
      (value) => ids.checkName(value, NAME_LENGTHS.organization),
      "The organization's short name: 1 to 20 lower-case letters, digits and hyphens.",
      ids.namePattern(NAME_LENGTHS.organization),
    ),
    parent: text(
      ids.checkParent,
      "Where projects are created: organizations/<number> or folders/<number>. Leave it out for an account without an organization.",
      ids.PARENT,
    ).optional(),
    billingAccount: text(
      ids.checkBillingAccount,
      "The billing account, e.g. 012345-6789AB-CDEF01. Leave it out to stay on the free tier, then without budgets.",
      ids.BILLING_ACCOUNT,
    ).optional(),
    adminProject: projectId(
      "Holds the state and the CI identities; the quota project of every API call. `bootstrap` makes it, or it exists.",
    ).optional(),
    region: text(ids.checkRegion, "The region of the state bucket, e.g. asia-northeast1.", ids.REGION).optional(),
    bootstrap: bootstrap.optional(),
    state: z
      .strictObject({
        gcs: z
          .strictObject({
            bucket: text(
              ids.checkBucketName,
              "The bucket's name. `bootstrap` makes it, or it exists.",
              ids.BUCKET_NAME,
            ),
          })
          .meta({ description: "A bucket of Cloud Storage." })
          .optional(),
        hcpTerraform: z
          .strictObject({
            organization: hcpName("The HCP Terraform organization.", ""),
            project: hcpName("The HCP Terraform project. Left out: the default project.", " ").optional(),
          })
          .meta({ description: "A workspace of HCP Terraform for each environment." })
          .optional(),
      })
      .meta({
        description: "Where Terraform keeps its state: gcs or hcpTerraform. Key strings are in it: few may read it.",
        minProperties: 1,
        maxProperties: 1,
      }),
    terraform: z
      .strictObject({
        googleProvider: text(
          ids.checkProviderVersion,
          "The exact version of the provider hashicorp/google, e.g. 6.50.0. 6.50, 7.x and 8.x are proven.",
          ids.PROVIDER_VERSION,
        ),
      })
      .meta({ description: "Versions Terraform uses." }),
    ci: ciSystems.optional(),
    deployers: z
      .array(principal)
      .min(1)
      .meta({
        description:
          "Who deploys: what they do to keys raises no alert. Left out: the deployer that `bootstrap` makes in the admin project.",
      })
      .optional(),
    planners: z
      .array(principal)
      .min(1)
      .meta({
        description:
          "Who plans: in each environment they may read what a refresh reads, key strings included. Left out: the planner of `bootstrap`.",
      })
      .optional(),
    extraPermissions: z
      .strictObject({
        developers: permissions("developers"),
        operators: permissions("operators"),
        administrators: permissions("administrators"),
      })
      .meta({ description: "Permissions that the custom roles of `access` hold besides those of docs/access.md." })
      .optional(),
    criticalWaivers: z
      .array(ruleId("A rule, by its id in docs/policies.md."))
      .min(1)
      .meta({ description: "Rules of severity critical that a `waive` may name. Left out: none." })
      .optional(),
    deployOrder: z
      .array(z.string().meta({ description: "The name of an environment." }))
      .min(1)
      .meta({
        description:
          "The order in which CI deploys environments, see docs/ci.md. Those that are not in it come last, by name.",
      })
      .optional(),
    teams: z.record(z.string(), team).meta({
      description: "Teams that own keys, by name.",
      propertyNames: { type: "string", pattern: ids.namePattern(NAME_LENGTHS.team).source },
    }),
    networks: z
      .record(z.string(), z.array(address).min(1).meta({ description: "Addresses and CIDR ranges." }))
      .meta({
        description: "Named address ranges, for the `allow` of keys.",
        propertyNames: { type: "string", pattern: NETWORK_NAME },
      })
      .optional(),
    allowDocumentationAddresses: z
      .boolean()
      .meta({
        description:
          "Accept addresses reserved for documentation. For the sample only: nobody can call from them, so remove it with them.",
      })
      .optional(),
  })
  .meta({ title: "gemkeys organization", description: "What all environments share." });

const generation = z
  .strictObject({
    number: z
      .int()
      .min(1)
      .max(ids.MAX_GENERATION)
      .meta({ description: "Rises by one with each rotation. Never used again." }),
    created: text(checkDate, "The day the generation was declared, YYYY-MM-DD.", DATE),
    phase: z.enum(PHASES).meta({
      description:
        "prepared: the key exists, nobody is given it. serving: the newest version of the secret. draining: still accepted, no longer the newest.",
    }),
  })
  .meta({ description: "One API key of a declared key, until a rotation replaces it." });

const waiver = z
  .strictObject({
    rule: ruleId("The rule that is waived, by its id in docs/policies.md."),
    reason: freeText("Why, in a sentence.", 300),
    until: text(checkDate, "The last day, YYYY-MM-DD.", DATE),
    by: text(ids.checkEmail, "Who answers for it, an e-mail address.", ids.EMAIL),
  })
  .meta({ description: "An exception from a rule, with a reason and an end." });

const waive = (of: string) =>
  z
    .array(waiver)
    .min(1)
    .meta({ description: `Exceptions from rules of docs/policies.md, for ${of}.` })
    .optional();

const key = z
  .strictObject({
    owner: z.string().meta({
      description: "The team that owns the key, a name from `teams`.",
      pattern: ids.namePattern(NAME_LENGTHS.team).source,
    }),
    purpose: freeText("What the key is for, in a sentence.", 200),
    allow: z
      .array(z.string().meta({ pattern: `^(?:${ADDRESS})$|${NETWORK_NAME}` }))
      .min(1)
      .meta({
        description: "Networks by name, addresses and CIDR ranges the key may be used from, as Google sees them.",
      }),
    readers: z.array(member).meta({ description: "Who may read the secret." }).optional(),
    rotateEvery: days(
      ROTATION_DAYS,
      "The rotation period in days, 7d to 365d, e.g. 90d.",
      /^(?:[7-9]|[1-9][0-9]|[12][0-9]{2}|3[0-5][0-9]|36[0-5])d$/,
    ).optional(),
    generations: z
      .array(generation)
      .min(1)
      .meta({ description: "The generations of the key. Exactly one is serving." }),
    waive: waive("this key"),
  })
  .meta({ description: "A Gemini key." });

const budget = z
  .strictObject({
    monthly: money("The monthly amount in the currency of the billing account, e.g. 2000 USD."),
    alertAt: z
      .array(percent)
      .min(1)
      .meta({ description: "Percentages of actual spend to alert at. Left out: 50, 80 and 100." })
      .optional(),
    forecastAt: z.array(percent).meta({ description: "Percentages of forecast spend to alert at." }).optional(),
    notify: z
      .strictObject({
        emails: z.array(email).max(MAX_BUDGET_EMAILS).meta({ description: "At most 5 addresses." }).optional(),
        pubsub: z.boolean().meta({ description: "Publish to the topic budget-alerts of the project." }).optional(),
      })
      .meta({ description: "Whom to notify. Billing administrators are notified in any case." })
      .optional(),
    cap: money("A spend cap. Checked, but nothing is made of it yet.").optional(),
  })
  .meta({ description: "A monthly budget of the whole project. It warns; it stops nothing." });

const access = z
  .strictObject({
    developers: z.array(member).meta({ description: "IAM members who see keys and their usage." }).optional(),
    operators: z
      .array(member)
      .meta({ description: "IAM members who also read logs, change quotas and stop a key." })
      .optional(),
    administrators: z
      .array(member)
      .meta({ description: "IAM members who also issue, restrict, rotate and retire keys." })
      .optional(),
    waive: waive("`access`"),
  })
  .meta({ description: "Who works with the keys of this environment, by a custom role each: see docs/access.md." });

const thresholds = z
  .strictObject({
    rateLimited: threshold("rateLimited", "Percent of an hour's answers with 429"),
    denied: threshold("denied", "Percent of an hour's answers with 401 or 403: a broken or blocked key"),
    rejected: threshold("rejected", "Percent of an hour's answers with another 4xx"),
    growth: threshold("growth", "How many times the calls of the same hour last week", false),
    silence: days(
      THRESHOLD_RANGES.silenceDays,
      `How long a key that was used in the 7 days before may be silent, 1d to 14d. Left out: ${DEFAULT_THRESHOLDS.silenceDays}d.`,
      /^(?:[1-9]|1[0-4])d$/,
    ).optional(),
    quota: threshold("quota", "Percent of a quota per day"),
    minimumRequests: threshold("minimumRequests", "Shares and growth of fewer calls an hour raise no alert"),
  })
  .meta({ description: "When an alert is raised." });

const monitoring = z
  .strictObject({
    notify: z
      .strictObject({
        emails: z
          .array(email)
          .min(1)
          .max(MAX_ALERT_CHANNELS)
          .meta({ description: "Addresses to write to; a channel is made for each." })
          .optional(),
        channels: z
          .array(text(ids.checkChannelName, "The name of a channel that exists.", ids.CHANNEL_NAME))
          .min(1)
          .max(MAX_ALERT_CHANNELS)
          .meta({
            description: "Channels of other kinds (Slack, PagerDuty, webhook) that exist in the project, by name.",
          })
          .optional(),
      })
      .meta({ description: "Whom to notify of alerts of usage and audit.", minProperties: 1 }),
    thresholds: thresholds.optional(),
  })
  .meta({ description: "A dashboard of the keys' usage, and alerts." });

const quota = z
  .strictObject({
    id: z
      .string()
      .superRefine(refuse(quotas.checkQuotaId))
      .meta({ description: "The quota, by its id at Google.", enum: quotas.QUOTA_IDS }),
    model: text(quotas.checkModel, "The model, e.g. gemini-3.5-flash.", quotas.MODEL_NAME),
    limit: z
      .int()
      .min(1)
      .max(quotas.MAX_QUOTA)
      .meta({ description: "Requests or tokens, whichever the quota counts." }),
  })
  .meta({ description: "A quota of one model." });

export const environmentSchema = z
  .strictObject({
    project: z
      .union([
        projectId("The id of the project to create."),
        z
          .strictObject({
            id: projectId("The id of the project."),
            adopt: z.literal(true).meta({ description: "The project exists: take it over and change nothing of it." }),
          })
          .meta({ description: "A project that exists." }),
      ])
      .meta({ description: "The project of this environment. It should hold Gemini keys and nothing else." }),
    protected: z
      .boolean()
      .meta({ description: "Refuse plans that delete the project or a serving key. Left out: false." })
      .optional(),
    budget: budget.optional(),
    access: access.optional(),
    monitoring: monitoring.optional(),
    audit: z
      .strictObject({
        keepLogs: days(
          LOG_DAYS,
          "Keep the audit logs of keys and secrets in a bucket of their own for 1d to 3650d. Left out: Google's 30 days.",
          new RegExp(`^(?:[1-9][0-9]{0,2}|${UP_TO_3650})d$`),
        ).optional(),
      })
      .meta({
        description:
          "Log who reads key strings and secrets, and alert on what is not done by `deployers` and readers. Write {} for the defaults.",
      })
      .optional(),
    quotas: z
      .array(quota)
      .min(1)
      .meta({ description: "Limits on what all keys of the environment together may ask for, by model." })
      .optional(),
    allowServiceAccountKeys: z
      .literal(true)
      .meta({
        description:
          "Lift the organization policy that forbids keys bound to service accounts, for this project. Only where Google refuses them: see docs/governance.md.",
      })
      .optional(),
    waive: waive("everything in this environment"),
    keys: z.record(z.string(), key).meta({
      description: "The keys of this environment, by name: 3 to 27 lower-case letters, digits and hyphens.",
      propertyNames: { type: "string", pattern: ids.KEY_NAME.source },
    }),
  })
  .meta({ title: "gemkeys environment", description: "One environment: one project, one stack." });

export type OrganizationFile = z.infer<typeof organizationSchema>;
export type EnvironmentFile = z.infer<typeof environmentSchema>;
