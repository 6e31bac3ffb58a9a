import type { Finding } from "../declaration/finding";
import type { StarterAnswers, StartingPoint } from "../declaration/starter";

/** Answers by the name of the question, which is also the option. Several values are separated by commas. */
export type Answers = Readonly<Partial<Record<QuestionName, string>>>;

export type QuestionName =
  | "organization"
  | "parent"
  | "billingAccount"
  | "adminProject"
  | "bootstrap"
  | "region"
  | "stateBucket"
  | "github"
  | "team"
  | "teamGroup"
  | "environments"
  | "projects"
  | "budget"
  | "notify"
  | "key"
  | "purpose"
  | "allow"
  | "readers";

export interface Question {
  readonly name: QuestionName;
  /** What is asked for, as the help and a prompt tell it. */
  readonly text: string;
  /** Whether it is asked, after what was answered before. */
  readonly when: (answers: Answers, start: StartingPoint) => boolean;
  readonly required: (answers: Answers, start: StartingPoint) => boolean;
  /** What an empty answer means. */
  readonly preset?: (answers: Answers, start: StartingPoint) => string | undefined;
  /** A valid answer, to try the others with while this one is missing. */
  readonly sample: string;
}

const never = () => false;
const always = () => true;
const isNew = (_: Answers, { files }: StartingPoint) => !files.organization;
const hasKey = ({ key }: Answers) => key !== undefined;
const hasBilling = ({ billingAccount }: Answers, start: StartingPoint) =>
  billingAccount !== undefined || start.hasBillingAccount;
/** Whether an environment is to be written at all. */
const adds = ({ environments }: Answers, { files }: StartingPoint) =>
  listOf(environments).some((name) => !files.environments.has(name));

/** In the order they are asked: what a later one depends on comes first. */
export const QUESTIONS: readonly Question[] = [
  {
    name: "organization",
    text: "short name of the organization, e.g. acme",
    when: isNew,
    required: always,
    sample: "sample",
  },
  {
    name: "parent",
    text: "where projects are created, organizations/<number> or folders/<number>; none: an account without an organization",
    when: isNew,
    required: never,
    sample: "organizations/1",
  },
  {
    name: "billingAccount",
    text: "billing account, e.g. 012345-6789AB-CDEF01; none: the free tier, without budgets",
    when: isNew,
    required: never,
    sample: "012345-6789AB-CDEF01",
  },
  {
    name: "adminProject",
    text: "project for the state and for CI, whose quota every API call counts against",
    when: isNew,
    required: always,
    preset: ({ organization }) => organization && `${organization}-gemini-admin`,
    sample: "sample-gemini-admin",
  },
  {
    name: "bootstrap",
    text: "let gemkeys make the admin project, the state bucket and who deploys: yes or no",
    when: (answers, start) => isNew(answers, start) && answers.billingAccount !== undefined,
    required: always,
    preset: () => "yes",
    sample: "yes",
  },
  {
    name: "region",
    text: "region of the state bucket, e.g. europe-west1",
    when: (answers, start) => isNew(answers, start) && answers.bootstrap === "yes",
    required: always,
    sample: "europe-west1",
  },
  {
    name: "stateBucket",
    text: "bucket for the Terraform state",
    when: isNew,
    required: always,
    preset: ({ organization }) => organization && `${organization}-gemini-state`,
    sample: "sample-gemini-state",
  },
  {
    name: "github",
    text: "GitHub repository that plans and deploys, owner/name; none: you deploy by hand",
    when: (answers, start) => isNew(answers, start) && answers.bootstrap === "yes",
    required: never,
    sample: "sample/keys",
  },
  {
    name: "environments",
    text: "environments, e.g. dev,prod: each gets a project and a file",
    when: always,
    required: always,
    preset: (answers, start) => (isNew(answers, start) ? "dev" : undefined),
    sample: "sample-environment",
  },
  {
    name: "projects",
    text: "project of each environment, in the same order; they are created",
    when: adds,
    required: always,
    preset: projectNames,
    sample: "sample-gemini-environment",
  },
  {
    name: "budget",
    text: "monthly budget of each environment, e.g. 100 USD; none: no warnings of cost",
    when: (answers, start) => adds(answers, start) && hasBilling(answers, start),
    required: never,
    sample: "100 USD",
  },
  {
    name: "notify",
    text: "e-mail addresses for budget and alerts; none: no alerts",
    when: adds,
    required: never,
    sample: "sample@example.com",
  },
  {
    name: "key",
    text: "name of the first key, e.g. chat-backend",
    when: adds,
    required: isNew,
    sample: "sample-key",
  },
  {
    name: "team",
    text: "team that owns the key, e.g. search",
    when: (answers, start) => isNew(answers, start) || (adds(answers, start) && hasKey(answers)),
    required: always,
    preset: (_, { teams }) => (teams.length === 1 ? teams[0] : undefined),
    sample: "sample-team",
  },
  {
    name: "teamGroup",
    text: "Google group of the team",
    when: isNew,
    required: always,
    sample: "sample@example.com",
  },
  {
    name: "purpose",
    text: "what the key is for, in a sentence",
    when: (answers, start) => adds(answers, start) && hasKey(answers),
    required: always,
    sample: "sample",
  },
  {
    name: "allow",
    text: "addresses and ranges the key may be used from, as Google sees them; or networks of organization.yaml",
    when: (answers, start) => adds(answers, start) && hasKey(answers),
    required: always,
    sample: "8.8.8.8",
  },
  {
    name: "readers",
    text: "who may read its secret, e.g. serviceAccount:chat@acme-apps.iam.gserviceaccount.com; none: nobody yet",
    when: (answers, start) => adds(answers, start) && hasKey(answers),
    required: never,
    sample: "group:sample@example.com",
  },
];

/** `<organization>-gemini-<environment>`, where the organization is named by this call. */
function projectNames({ organization, environments }: Answers): string | undefined {
  if (organization === undefined) return undefined;
  return listOf(environments)
    .map((name) => `${organization}-gemini-${name}`)
    .join(",");
}

/** `--team-group` */
export function optionOf(name: QuestionName): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

export function listOf(answer: string | undefined): string[] {
  return [...new Set((answer ?? "").split(/[,\s]+/).filter((part) => part !== ""))];
}

/** The answers as a configuration. All that apply must be given. */
export function starterAnswers(answers: Answers, start: StartingPoint): StarterAnswers {
  const { billingAccount, budget, key, notify, parent, projects, region } = answers;
  const projectIds = listOf(projects);
  const organization = {
    name: answers.organization!,
    ...(parent !== undefined && { parent }),
    ...(billingAccount !== undefined && { billingAccount }),
    adminProject: answers.adminProject!,
    ...(region !== undefined && { region }),
    bootstrap: answers.bootstrap === "yes",
    stateBucket: answers.stateBucket!,
    team: answers.team!,
    teamGroup: answers.teamGroup!,
    ...(answers.github !== undefined && { repository: answers.github }),
  };
  const environments = listOf(answers.environments);
  // The projects are those of the environments to write, in their order, or of all that were named.
  const missing = environments.filter((name) => !start.files.environments.has(name));
  const named = projectIds.length === environments.length ? environments : missing;
  return {
    ...(!start.files.organization && { organization }),
    environments: environments.map((name) => ({ name, project: projectIds[named.indexOf(name)] ?? "" })),
    ...(budget !== undefined && { budget }),
    notify: listOf(notify),
    ...(key !== undefined && {
      key: {
        name: key,
        owner: answers.team!,
        purpose: answers.purpose!,
        allow: listOf(answers.allow),
        readers: listOf(answers.readers),
      },
    }),
  };
}

/** What must hold before a configuration can be made of the answers. */
export function answerProblem(name: QuestionName, answers: Answers, start: StartingPoint) {
  const got = answers[name]!;
  if (name === "bootstrap" && got !== "yes" && got !== "no") {
    return { rule: "must be yes or no", got, fix: "Without bootstrap the admin project and the bucket have to exist." };
  }
  if (name === "projects") {
    const environments = listOf(answers.environments);
    const missing = environments.filter((each) => !start.files.environments.has(each));
    const count = listOf(got).length;
    if (count === environments.length || count === missing.length) return undefined;
    return {
      rule: `must name ${missing.length}, one for each of ${missing.join(", ")}`,
      got: String(count),
      fix: "Separate them by commas, in the order of the environments.",
    };
  }
  return undefined;
}

const ORGANIZATION_FIELDS: readonly (readonly [RegExp, QuestionName])[] = [
  [/^name/, "organization"],
  [/^parent/, "parent"],
  [/^billingAccount/, "billingAccount"],
  [/^adminProject/, "adminProject"],
  [/^region/, "region"],
  [/^bootstrap/, "bootstrap"],
  [/^state/, "stateBucket"],
  [/^ci/, "github"],
  [/^teams\..*\.group$/, "teamGroup"],
  [/^teams/, "team"],
];

const ENVIRONMENT_FIELDS: readonly (readonly [RegExp, QuestionName])[] = [
  [/^$/, "environments"],
  [/^project/, "projects"],
  [/^budget\.notify/, "notify"],
  [/^budget/, "budget"],
  [/^(?:monitoring|audit)/, "notify"],
  [/^keys\.[^.]*\.owner/, "team"],
  [/^keys\.[^.]*\.purpose/, "purpose"],
  [/^keys\.[^.]*\.allow/, "allow"],
  [/^keys\.[^.]*\.readers/, "readers"],
  [/^keys/, "key"],
];

/** The question whose answer a finding is about. */
export function questionOf({ file, field }: Finding): QuestionName | undefined {
  const fields = file.endsWith("organization.yaml") ? ORGANIZATION_FIELDS : ENVIRONMENT_FIELDS;
  return fields.find(([pattern]) => pattern.test(field))?.[1];
}
