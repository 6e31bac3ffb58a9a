import { z } from "zod";
import { SEVERITIES } from "../policies/rule";
import { CHANGE_KINDS, type Review, RISKS } from "./model";

/** Bounds of what is read, in characters, entries and counts: far above what a real review has. */
const MAX_TEXT = 10_000;
const MAX_ENTRIES = 10_000;
const MAX_COUNT = 999_999;

const text = (description: string) => z.string().max(MAX_TEXT).describe(description);
const list = <T extends z.ZodType>(entry: T, description: string) =>
  z.array(entry).max(MAX_ENTRIES).describe(description);
const count = (description: string) => z.int().min(0).max(MAX_COUNT).describe(description);
const flag = (description: string) => z.boolean().describe(description);
const day = (description: string) =>
  z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/)
    .describe(description);
const risk = (description: string) => z.enum(RISKS).describe(description);

const unknown = z.strictObject({ unknown: z.literal(true).describe("Not known before the apply.") });
const maybeText = (description: string) => z.union([z.string().max(MAX_TEXT), unknown]).describe(description);

const location = z
  .strictObject({
    file: text("Path, as the command was given it."),
    line: z.int().min(1).max(MAX_COUNT).describe("From 1."),
    column: z.int().min(1).max(MAX_COUNT).describe("From 1."),
  })
  .describe("The line of the YAML of the head, where it is known.");

const change = z.strictObject({
  kind: z.enum(CHANGE_KINDS).describe("The kind of change."),
  risk: risk("How bad it is if it was not meant."),
  key: text("The declared key's name, or the address of a key that is not declared.").optional(),
  generation: count("The generation's number.").optional(),
  address: text("The Terraform address, where it is about one resource.").optional(),
  sentence: text("What may now be done that could not be before, or the reverse."),
  added: list(text("One of them."), "What came in, sorted.").optional(),
  removed: list(text("One of them."), "What went out, sorted.").optional(),
  before: text("A single value before; not given for none.").optional(),
  after: text("A single value after; not given for none.").optional(),
  networks: list(text("A name."), "Named networks through which addresses came in or went out.").optional(),
  location: location.optional(),
});

const finding = z.strictObject({
  address: text("The Terraform address."),
  key: text("The declared key.").optional(),
  field: text("The field of the configuration or of the resource.").optional(),
  value: text("What was found; never a key.").optional(),
  message: text("What is wrong."),
  rule: text("The id of the rule."),
  title: text("The title of the rule."),
  severity: z.enum(SEVERITIES).describe("Of the rule."),
  environment: text("The environment, or the plan's file."),
  fix: text("What to do."),
  location: location.optional(),
  waiver: z
    .strictObject({
      reason: text("Why it is waived."),
      until: day("The last day, `YYYY-MM-DD`."),
      by: text("Who waived it."),
    })
    .describe("The waiver that excuses it.")
    .optional(),
});

const generation = z.strictObject({
  address: text("The Terraform address."),
  keyId: maybeText("The id of the API key."),
  number: count("The generation's number.").optional(),
  phase: z.enum(["prepared", "serving", "draining"]).describe("Its phase.").optional(),
  created: day("`YYYY-MM-DD`.").optional(),
  serviceAccount: maybeText("The service account that it is bound to.").optional(),
  apiTargets: list(
    maybeText("A service, with methods in brackets."),
    "What it may call; not given for any API.",
  ).optional(),
  addresses: z
    .union([z.array(maybeText("An address or a range.")).max(MAX_ENTRIES), unknown])
    .describe("From where it may be used; not given for anywhere.")
    .optional(),
  clientRestrictions: list(text("A kind."), "Kinds of client restriction other than addresses."),
});

const reader = z.strictObject({
  member: maybeText("An IAM member, or the address of a service account."),
  role: maybeText("The role through which it reads."),
  via: z.enum(["secret", "project", "folder", "organization"]).describe("What the role is granted on."),
  conditional: flag("Only under a condition."),
  many: flag("A group, a domain or the world: more than one."),
});

const key = z.strictObject({
  name: text("The declared name, or the address."),
  declared: flag("In the YAML."),
  owner: text("The team.").optional(),
  purpose: text("What it is for.").optional(),
  contact: text("Whom to ask.").optional(),
  rotateEveryDays: count("In days.").optional(),
  generations: list(generation, "Sorted by number, then by address."),
  secret: maybeText("The id of the secret that holds it, or its address.").optional(),
  readers: list(reader, "Who can read the key's string, sorted by member."),
});

const view = (description: string) =>
  z
    .strictObject({
      name: text("The environment."),
      project: z
        .strictObject({
          id: maybeText("The project id."),
          protected: flag("Terraform refuses to delete it."),
        })
        .describe("The project.")
        .optional(),
      budget: z
        .strictObject({
          amount: text("With its currency, for a month.").optional(),
          thresholds: list(text("One of them."), "When it warns."),
          cap: text("The declared spend cap.").optional(),
        })
        .describe("The budget.")
        .optional(),
      audit: list(text("A service and a log type."), "What is logged."),
      alerts: list(text("A display name."), "Enabled alert policies."),
      keys: list(key, "Sorted by name."),
    })
    .describe(description);

const other = z.strictObject({
  type: text("The type of the resources."),
  action: text("What the plan does to them."),
  count: count("How many."),
});

const environment = z.strictObject({
  name: text("The environment, or the plan's file."),
  status: z.enum(["created", "removed", "changed", "unchanged"]).describe("What happens to it as a whole."),
  risk: risk("Of the worst change or new finding; not given if there is none.").optional(),
  changes: list(change, "Worst first."),
  drift: list(change, "What happened in the cloud without Terraform."),
  notInCode: list(change, "What the plan does and the code does not say."),
  findings: z
    .strictObject({
      new: list(finding, "Only in the head."),
      fixed: list(finding, "Only in the base."),
      standing: list(finding, "In both."),
    })
    .describe("Of the policies."),
  others: list(other, "Changed resources that are no part of Gemini keys."),
  before: view("How it was.").optional(),
  after: view("How it will be.").optional(),
});

/** The format of `gemkeys review --format json`: the same as the type, with bounds and nothing else allowed. */
export const reviewSchema = z
  .strictObject({
    formatVersion: z.literal(1).describe("Of this format. Fields are added; for anything else it rises."),
    source: z.enum(["code", "plan", "directory"]).describe("What was compared."),
    base: text("The side before, as a person calls it."),
    head: text("The side after."),
    risk: risk("Of the worst change or new finding; not given if there is none.").optional(),
    environments: list(environment, "Sorted by name."),
    untouched: count("How many more environments there are, which the change cannot reach."),
    notes: list(
      z.strictObject({
        risk: risk("How much it limits the review."),
        text: text("May have line breaks."),
      }),
      "What a reader has to know about the review itself.",
    ),
  })
  .meta({ title: "gemkeys review", description: "What a change lets each Gemini key do." });

type Plain<T> = T extends readonly (infer E)[]
  ? Plain<E>[]
  : T extends object
    ? { -readonly [K in keyof T]: Plain<T[K]> }
    : T;
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : never;

/** Fails to compile where the schema and the type say different things. */
export const SAME_AS_TYPE: Same<Plain<z.infer<typeof reviewSchema>>, Plain<Review>> = true;
