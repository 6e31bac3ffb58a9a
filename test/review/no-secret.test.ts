import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { sidesFromPlans } from "../../cli/review/from-plans";
import type { Facts } from "../../inventory/facts";
import { factsFromParsedPlan } from "../../inventory/facts-from-plan";
import { factsFromStack } from "../../inventory/facts-from-stack";
import { parsedPlanFacts } from "../../inventory/plan-facts";
import { environmentOf as environmentName } from "../../policies/engine";
import type { CompareOptions } from "../../review/compare";
import { renderJson } from "../../review/formats/json";
import { renderMarkdown } from "../../review/formats/markdown";
import { renderSarif } from "../../review/formats/sarif";
import { renderTerminal } from "../../review/formats/terminal";
import { renderHtml } from "../../review/html/render";
import type { Review } from "../../review/model";
import { parseReview } from "../../review/read-review";
import type { Side } from "../../review/side";
import { environmentView } from "../../review/view";
import { judge } from "../../stacks/judge";
import { mapTexts } from "../../values/redact";
import { TODAY } from "../helpers/facts";
import { runGemkeys } from "../helpers/run-gemkeys";
import { SAMPLE } from "./sample-review";
import { reviewed, side } from "./sides";

type Json = Record<string, unknown>;

const PLANS = path.join(__dirname, "../fixtures/plans");
const FILES = [
  "create.json",
  "issue.json",
  "retire.json",
  "widen.json",
  "own/plan.json",
  "raw/create.json",
  "raw/change.json",
  "raw/target.json",
];

/** None is a key: each only looks like one. */
const SECRETS: Readonly<Record<string, string>> = {
  "a standard key": `AIza${"FAKE-canary-".repeat(3)}`,
  "an auth key": `AQ.${"FAKE-canary-".repeat(4)}`,
  "a token": `ghp_${"FAKEcanary".repeat(4)}`,
  "a private key": "-----BEGIN PRIVATE KEY-----\nFAKEcanary\n-----END PRIVATE KEY-----",
};
const MARK = /FAKE-?canary/;

function read(file: string): Json {
  return JSON.parse(fs.readFileSync(path.join(PLANS, file), "utf8"));
}

/** All texts of all formats that a review can give. */
function formats(review: Review): string[] {
  return [
    renderTerminal(review, { color: true, width: 40 }),
    renderTerminal(review, { color: false, width: 160 }),
    renderMarkdown(review),
    renderJson(review),
    renderSarif(review, "0.1.0"),
    renderHtml({ kind: "review", review }),
    JSON.stringify(parseReview(JSON.stringify(review))),
  ];
}

function judged(facts: Facts, over: Partial<Side> = {}): Side {
  const { findings } = judge([facts], undefined, { today: TODAY });
  return side([facts], { findings, ...over });
}

/** Everything that the program can tell of two sides, from the facts on. */
function everything(before: Side, after: Side, options: Partial<CompareOptions>): string[] {
  const review = reviewed(before, after, options);
  const environments = after.facts.map(environmentView);
  return [
    JSON.stringify([before, after, options]),
    ...formats(review),
    renderHtml({ kind: "inventory", environments, today: TODAY }),
  ];
}

/** What `gemkeys review --plan` tells, with a stack of ours as what the code says. */
function planTexts(file: string, plan: Json, code: Json): string[] {
  const { before, after, driftedFrom, others } = parsedPlanFacts(file, plan);
  return everything(judged(before), judged(after), {
    source: "plan",
    plans: [{ environment: environmentName(after), driftedFrom, others }],
    code: [{ ...stackFacts(code), name: environmentName(after) }],
  });
}

function stackFacts(stack: Json): Facts {
  return factsFromStack("prod", stack, { surroundings: {} });
}

/** The values of a stack, without the references. */
function stackWith(change: (text: string) => string): Json {
  return mapValues(read("own/stack.json"), (text) => (isReference(text) ? text : change(text))) as Json;
}

describe.each(Object.entries(SECRETS))("%s", (_, secret) => {
  const texts = (text: string) => `${text} ${secret}`;

  test.each(FILES)("in each value of each resource of %s: not in the facts, a finding or a format", (file) => {
    const plan = withSecrets(read(file), texts);
    expect(JSON.stringify(plan)).toMatch(MARK);
    for (const text of planTexts(file, plan, stackWith(texts))) expect(text).not.toMatch(MARK);
  });

  test("alone as each value of a plan", () => {
    const plan = withSecrets(read("widen.json"), () => secret);
    for (const text of planTexts(
      "widen.json",
      plan,
      stackWith(() => secret),
    ))
      expect(text).not.toMatch(MARK);
  });

  test("in each value of a synthesized stack, on one side or on both", () => {
    const clean = stackFacts(read("own/stack.json"));
    const marked = stackFacts(stackWith(texts));
    const other = stackFacts(stackWith((text) => `${secret} ${text}`));
    const [waiver, network] = [
      { environment: "prod", rule: "GEMKEY-IP-02", reason: secret, until: "2027-01-31", by: secret, path: [] },
      { environment: "prod", key: "chat", network: secret, addresses: ["8.8.8.8"] },
    ];
    for (const [before, after] of [
      [clean, marked],
      [marked, other],
    ] as const) {
      for (const text of everything(judged(before), judged(after), {})) expect(text).not.toMatch(MARK);
    }
    const more = { waivers: [waiver], networks: [network] };
    for (const text of formats(reviewed(judged(clean), judged(marked, more)))) expect(text).not.toMatch(MARK);
  });

  test("in each text of a review, in every format", () => {
    const spared = new Set(["2026-11-01", "2027-01-31", "GEMKEY-IP-02", "GEMKEY-DOC-01"]);
    const review = withTexts(SAMPLE, (text) => (spared.has(text) ? text : texts(text)));
    expect(JSON.stringify(review)).toMatch(MARK);
    for (const text of formats(review)) {
      expect(text).not.toMatch(MARK);
      expect(text).toContain("redacted");
    }
  });

  test("in an artifact that is refused", () => {
    const broken = { ...SAMPLE, [secret]: 1, base: 1, source: secret };
    expect(() => parseReview(JSON.stringify(broken))).toThrow(
      expect.not.objectContaining({ message: expect.stringMatching(MARK) }),
    );
    expect(() => parseReview(`{ "${secret}": `)).toThrow(
      expect.not.objectContaining({ message: expect.stringMatching(MARK) }),
    );
  });
});

describe("a plan that is refused", () => {
  const ALL = Object.values(SECRETS).join(" ");
  const GOOD = withSecrets(read("widen.json"), (text) => `${text} ${ALL}`);
  const TEXT = JSON.stringify(GOOD);
  let folder: string;
  beforeAll(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "gemkeys-test-"));
  });
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  const written = (name: string, text: string): string => {
    const file = path.join(folder, name);
    fs.writeFileSync(file, text);
    return file;
  };
  const first = TEXT.search(MARK);

  test.each<[string, ...string[]]>([
    ["is cut short", TEXT.slice(0, TEXT.length / 2)],
    ["is cut in a secret", TEXT.slice(0, first + 8)],
    ["is not JSON", ALL],
    ["is broken after a secret", `${TEXT.slice(0, first + 30)}" ] ${TEXT.slice(first)}`],
    ["is a log", `{"@level":"info","@message":${JSON.stringify(ALL)}}\n{"a":1}`],
    ["is of another version", JSON.stringify({ ...GOOD, format_version: ALL })],
    ["has no list of resources", JSON.stringify({ ...GOOD, resource_changes: ALL })],
    ["has no configuration", JSON.stringify({ ...GOOD, configuration: ALL })],
    ["is of one stack twice", TEXT, TEXT],
    [
      "is of another Terraform",
      JSON.stringify({ terraform_version: "1.0", ...GOOD }),
      JSON.stringify({ ...read("raw/change.json"), terraform_version: ALL }),
    ],
  ])("since it %s", (_, ...plans) => {
    const files = plans.map((text) => written(`${plans.indexOf(text)}-${SECRETS["a standard key"]}.json`, text));
    const refused = refusalOf(files);
    expect(refused).toMatch(/got: |twice/);
    expect(refused).not.toMatch(MARK);
  });

  test("by the command, and one that is not", async () => {
    const broken = written("broken.json", TEXT.slice(0, TEXT.length / 2));
    const good = written("good.json", TEXT);
    const runs = await Promise.all([
      runGemkeys(["review", "--plan", broken, good]),
      runGemkeys(["review", "--plan", good, "--format", "html"]),
    ]);
    expect(runs.map(({ code }) => code)).toEqual([2, 0]);
    for (const { stdout, stderr } of runs) expect(stdout + stderr).not.toMatch(MARK);
  });
});

function refusalOf(files: readonly string[]): string {
  try {
    sidesFromPlans(files, undefined, TODAY);
  } catch (error) {
    const { message, stack } = error as Error;
    return `${message} ${stack}`;
  }
  throw new Error("was not refused");
}

/**
 * What the facts take from a plan, by type of resource: nothing else is ever printed, whatever it looks like. A new fact means
 * a new entry here; think of what its attribute may hold.
 */
const PRINTABLE: Readonly<Record<string, readonly string[]>> = {
  google_apikeys_key: [
    "display_name",
    "name",
    "project",
    "restrictions.api_targets.methods",
    "restrictions.api_targets.service",
    "restrictions.server_key_restrictions.allowed_ips",
    "service_account_email",
  ],
  google_billing_budget: ["amount.specified_amount.currency_code"],
  google_project: ["labels.env", "labels.environment", "labels.managed-by", "project_id"],
  google_project_iam_audit_config: ["audit_log_config.exempted_members", "audit_log_config.log_type", "service"],
  google_project_iam_binding: ["members", "project", "role"],
  google_project_iam_member: ["member", "project"],
  google_project_service: ["project", "service"],
  google_pubsub_topic_iam_member: ["member", "role", "topic"],
  google_secret_manager_secret: [
    "annotations.contact",
    "annotations.created-g1",
    "annotations.created-g3",
    "annotations.created-g4",
    "annotations.purpose",
    "labels.environment",
    "labels.owner",
    "project",
    "secret_id",
  ],
  google_secret_manager_secret_iam_member: ["member", "role", "secret_id"],
  google_secret_manager_secret_iam_policy: ["secret_id"],
  google_secret_manager_secret_version: ["secret"],
  google_service_account: ["account_id", "email"],
  google_service_account_iam_member: ["member", "role", "service_account_id"],
  variable: ["billing_project.value"],
};

const NO_PRINTING = "canary-without-meaning";

test("only attributes of the list are in the facts, whatever the others hold", () => {
  const found = new Map<string, Set<string>>();
  for (const file of ["own/plan.json", "raw/change.json"]) {
    const plan = read(file);
    for (const field of fieldsOf(plan)) {
      const text = JSON.stringify(factsFromParsedPlan(file, withMark(plan, field)));
      for (const [, type = ""] of text.matchAll(/canary-without-meaning-of-(\w+)/g)) {
        found.set(type, (found.get(type) ?? new Set()).add(field));
      }
    }
  }
  const sorted = [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([type, fields]) => [type, [...fields].sort()]);
  expect(Object.fromEntries(sorted)).toEqual(PRINTABLE);
});

test.each(FILES)("what Terraform marks as sensitive in %s is not in the facts", (file) => {
  const plan = read(file);
  const marked = (value: unknown) => mapValues(value, () => NO_PRINTING);
  const changes = (list(plan["resource_changes"]) as { change: Json }[]).map((resource) => {
    const { before, after, ...change } = resource.change;
    const values = { before: marked(before), after: marked(after), before_sensitive: true, after_sensitive: true };
    return { ...resource, change: { ...change, ...values } };
  });
  const configuration = plan["configuration"] as { root_module: { variables?: Record<string, Json> } };
  const variables = Object.entries(configuration.root_module.variables ?? {}).map(([name, variable]) => [
    name,
    { ...variable, default: NO_PRINTING, sensitive: true },
  ]);
  const facts = factsFromParsedPlan(file, {
    ...plan,
    prior_state: undefined,
    variables: marked(plan["variables"]),
    resource_changes: changes,
    configuration: {
      ...configuration,
      root_module: { ...configuration.root_module, variables: Object.fromEntries(variables) },
    },
  });
  expect(JSON.stringify(facts)).not.toContain(NO_PRINTING);
});

/** The attributes with texts. */
function fieldsOf(plan: Json): Set<string> {
  const fields = new Set<string>();
  const collect = (text: string, field: string) => {
    fields.add(field);
    return text;
  };
  for (const { change } of list(plan["resource_changes"]) as { change: Json }[]) {
    mapValues([change["before"], change["after"]], collect);
  }
  mapValues([plan["variables"], plan["output_changes"]], collect);
  return fields;
}

/** With a mark after the texts of one attribute, in all resources, variables and outputs. */
function withMark(plan: Json, marked: string): Json {
  const mark = (type: string, value: unknown) =>
    mapValues(value, (text, field) => (field === marked ? `${text}${NO_PRINTING}-of-${type}` : text));
  const changes = (list(plan["resource_changes"]) as { type: string; change: Json }[]).map((resource) => {
    const { before, after, ...change } = resource.change;
    const values = { before: mark(resource.type, before), after: mark(resource.type, after) };
    return { ...resource, change: { ...change, ...values } };
  });
  return {
    ...plan,
    resource_changes: changes,
    variables: mark("variable", plan["variables"]),
    output_changes: mark("output", plan["output_changes"]),
  };
}

/** A plan with a secret in each value of its resources, before and after, of drift, state, variables and outputs. */
function withSecrets(plan: Json, change: (text: string) => string): Json {
  const values = (value: unknown) => withNames(mapValues(value, change));
  /** Also a label may have a secret as its name. */
  const withNames = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    const { labels, annotations, ...rest } = value as Json;
    const named = (map: unknown) => (typeof map === "object" && map !== null ? { ...map, [change("name")]: "x" } : map);
    return { ...rest, labels: named(labels), annotations: named(annotations) };
  };
  const changed = (resources: unknown) =>
    (list(resources) as { change: Json }[]).map((resource) => ({
      ...resource,
      change: {
        ...resource.change,
        before: values(resource.change["before"]),
        after: values(resource.change["after"]),
      },
    }));
  const module = (value: unknown): unknown => {
    const { resources, child_modules, ...rest } = (value ?? {}) as Json;
    const own = list(resources).map((resource) => ({
      ...(resource as Json),
      values: values((resource as Json)["values"]),
    }));
    return { ...rest, resources: own, child_modules: list(child_modules).map(module) };
  };
  const prior = plan["prior_state"] as { values?: { root_module?: unknown } } | undefined;
  const drift = list(plan["resource_drift"]).length > 0 ? plan["resource_drift"] : plan["resource_changes"];
  return {
    ...plan,
    variables: values(plan["variables"]),
    output_changes: values(plan["output_changes"]),
    resource_changes: changed(plan["resource_changes"]),
    resource_drift: changed(drift),
    prior_state: { ...prior, values: { ...prior?.values, root_module: module(prior?.values?.root_module) } },
  };
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isReference(text: string): boolean {
  return text.includes("${");
}

/** The texts that are values, with the path of each without indexes; names stay. */
function mapValues(value: unknown, change: (text: string, field: string) => string, field = ""): unknown {
  if (typeof value === "string") return change(value, field);
  if (Array.isArray(value)) return value.map((entry) => mapValues(entry, change, field));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, child]) => [
      name,
      mapValues(child, change, field === "" ? name : `${field}.${name}`),
    ]),
  );
}

/** The texts of a review but names of fields and words of the format. */
function withTexts(review: Review, change: (text: string) => string): Review {
  const words = new Set<string>(
    "code critical high medium low info created removed changed unchanged serving secret project prepared".split(" "),
  );
  const kinds = new Set(SAMPLE.environments.flatMap(({ changes }) => changes.map(({ kind }) => kind as string)));
  const fields = new Set<string>();
  mapTexts(review, (text) => text);
  const collect = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    if (!Array.isArray(value)) for (const name of Object.keys(value)) fields.add(name);
    Object.values(value).forEach(collect);
  };
  collect(review);
  return mapTexts(review, (text) => (words.has(text) || kinds.has(text) || fields.has(text) ? text : change(text)));
}
