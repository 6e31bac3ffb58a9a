import { z } from "zod";
import { checkDate } from "../values/date";
import { parseDays } from "../values/duration";
import { PHASES } from "../values/generations";
import * as ids from "../values/google-ids";
import { MAX_BUDGET_EMAILS, parseMoney } from "../values/money";
import { checkPercent, PERCENTS } from "../values/percent";
import { checkLength, type Problem, problem } from "../values/problem";

/** Rotation periods, in days: shorter is faster than a safe rotation, longer is no rotation. */
export const ROTATION_DAYS = { min: 7, max: 365 } as const;

/** Google's limit. @see https://cloud.google.com/docs/authentication/api-keys#limits */
export const MAX_KEYS_PER_PROJECT = 300;

/** The longest names of ours, in characters: they become labels, and parts of a budget's name. */
export const NAME_LENGTHS = { organization: 20, environment: 30, team: 30, network: 63 } as const;

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
const money = (description: string) =>
  text((value) => refusal(parseMoney(value)), description, /^[1-9][0-9]{0,11} [A-Z]{3}$/);
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
    adminProject: projectId("Holds the state; the quota project of every API call. It has to exist.").optional(),
    region: text(ids.checkRegion, "The region of the state bucket, e.g. asia-northeast1.", ids.REGION).optional(),
    state: z
      .strictObject({
        gcs: z
          .strictObject({ bucket: text(ids.checkBucketName, "The bucket's name. It has to exist.", ids.BUCKET_NAME) })
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
    ci: z
      .strictObject({
        github: z
          .strictObject({
            repository: text(ids.checkRepository, "owner/name of the GitHub repository.", ids.REPOSITORY),
          })
          .meta({ description: "GitHub Actions." }),
      })
      .meta({ description: "What deploys. Checked, but nothing is made of it yet." })
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
    created: text(
      checkDate,
      "The day the generation was declared, YYYY-MM-DD.",
      /^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$/,
    ),
    phase: z.enum(PHASES).meta({
      description:
        "prepared: the key exists, nobody is given it. serving: the newest version of the secret. draining: still accepted, no longer the newest.",
    }),
  })
  .meta({ description: "One API key of a declared key, until a rotation replaces it." });

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
    rotateEvery: text(
      (value) => refusal(parseDays(value, ROTATION_DAYS)),
      "The rotation period in days, 7d to 365d, e.g. 90d.",
      /^(?:[7-9]|[1-9][0-9]|[12][0-9]{2}|3[0-5][0-9]|36[0-5])d$/,
    ).optional(),
    generations: z
      .array(generation)
      .min(1)
      .meta({ description: "The generations of the key. Exactly one is serving." }),
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
    access: z
      .strictObject({
        developers: z.array(member).meta({ description: "IAM members who develop with the keys." }).optional(),
        operators: z.array(member).meta({ description: "IAM members who operate the keys." }).optional(),
        administrators: z.array(member).meta({ description: "IAM members who administer the project." }).optional(),
      })
      .meta({ description: "Who works with the keys of this environment. Checked, but nothing is made of it yet." })
      .optional(),
    keys: z.record(z.string(), key).meta({
      description: "The keys of this environment, by name: 3 to 27 lower-case letters, digits and hyphens.",
      propertyNames: { type: "string", pattern: ids.KEY_NAME.source },
    }),
  })
  .meta({ title: "gemkeys environment", description: "One environment: one project, one stack." });

export type OrganizationFile = z.infer<typeof organizationSchema>;
export type EnvironmentFile = z.infer<typeof environmentSchema>;
