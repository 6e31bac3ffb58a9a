import { factsFromParsedPlan, factsFromPlan } from "../../inventory/facts-from-plan";
import { checkPlanSize, MAX_PLAN_SIZE, PlanError, readPlan } from "../../inventory/plan-file";
import { messageOf } from "../helpers/synth-template";

const SHOW =
  "Write it with `terraform show -json tfplan > plan.json`, where `tfplan` comes from `terraform plan -out=tfplan`.";
const FAKE_KEY = "AIzaFAKE-fixture-error-0000000000000000";

const PLAN = { format_version: "1.2", planned_values: {}, configuration: {} };

function json(changes: object): string {
  return JSON.stringify({ ...PLAN, ...changes });
}

function nested(levels: number): unknown {
  let value: unknown = "end";
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}

test.each<[string, string, string]>([
  ["nothing", " \n", `must be the JSON of a Terraform plan, got: an empty file. ${SHOW}`],
  [
    "the plan file",
    "PK\u0003\u0004x",
    `must be the JSON of a Terraform plan, got: the plan itself, which is not JSON. ${SHOW}`,
  ],
  [
    "UTF-16",
    "{\u0000",
    `must be the JSON of a Terraform plan, got: a file that is not UTF-8. ${SHOW} Keep it in UTF-8.`,
  ],
  [
    "text",
    "Terraform will perform",
    `must be the JSON of a Terraform plan, got: text that is not JSON at line 1, column 1. ${SHOW}`,
  ],
  [
    "a wrong comma",
    `{"key": "${FAKE_KEY}",\n "b": ,}`,
    `must be the JSON of a Terraform plan, got: text that is not JSON at line 2, column 7. ${SHOW}`,
  ],
  [
    "a truncated file",
    `{"format_version": "1.2",\n "key": "${FAKE_KEY}`,
    `must be the JSON of a Terraform plan, got: JSON that ends too early at line 2, column 9. The file was cut short. ${SHOW}`,
  ],
  [
    "a log",
    '{"@level":"info","@message":"x"}\n{"@level":"info"}\n',
    `must be the JSON of a Terraform plan, got: the log of \`terraform plan -json\`. ${SHOW}`,
  ],
  [
    "a log whose level comes later",
    ' {"type":"version","@level":"info"}\n{}',
    `must be the JSON of a Terraform plan, got: the log of \`terraform plan -json\`. ${SHOW}`,
  ],
  [
    "text that quotes a log",
    'see {"@level":"info"}',
    `must be the JSON of a Terraform plan, got: text that is not JSON at line 1, column 1. ${SHOW}`,
  ],
  ["a list", "[]", `must be the JSON of a Terraform plan, got: a list. ${SHOW}`],
  ["null", "null", `must be the JSON of a Terraform plan, got: null. ${SHOW}`],
  ["a number", "1", `must be the JSON of a Terraform plan, got: a number. ${SHOW}`],
  ["other JSON", "{}", `must be the JSON of a Terraform plan, got: JSON without format_version. ${SHOW}`],
  ["a state", '{"version":4,"serial":1,"lineage":"x"}', `must be the JSON of a Terraform plan, got: a state. ${SHOW}`],
  [
    "a state shown",
    '{"format_version":"1.0","values":{}}',
    `must be the JSON of a Terraform plan, got: a state. ${SHOW}`,
  ],
  [
    "another format",
    json({ format_version: "2.0" }),
    "must have format_version 1.x, got: 2.0. Use a Terraform that writes it: 1.1 or later.",
  ],
  [
    "an old format",
    json({ format_version: "0.1" }),
    "must have format_version 1.x, got: 0.1. Use a Terraform that writes it: 1.1 or later.",
  ],
  [
    "a key for a format",
    json({ format_version: FAKE_KEY }),
    "must have format_version 1.x, got: [redacted]. Use a Terraform that writes it: 1.1 or later.",
  ],
  [
    "half of a state",
    '{"serial":1}',
    `must be the JSON of a Terraform plan, got: JSON without format_version. ${SHOW}`,
  ],
  [
    "a format that begins like ours",
    json({ format_version: "1.2-beta" }),
    "must have format_version 1.x, got: 1.2-beta. Use a Terraform that writes it: 1.1 or later.",
  ],
  [
    "a format that ends like ours",
    json({ format_version: "11.2" }),
    "must have format_version 1.x, got: 11.2. Use a Terraform that writes it: 1.1 or later.",
  ],
  [
    "neither values nor planned values",
    json({ planned_values: undefined }),
    `must be the JSON of a Terraform plan, got: JSON without planned_values. ${SHOW}`,
  ],
  [
    "null for planned values",
    json({ planned_values: null }),
    `must be the JSON of a Terraform plan, got: JSON without planned_values. ${SHOW}`,
  ],
  [
    "no planned values",
    json({ planned_values: [] }),
    `must be the JSON of a Terraform plan, got: JSON without planned_values. ${SHOW}`,
  ],
  [
    "no configuration",
    json({ configuration: undefined }),
    `must be the JSON of a Terraform plan, got: JSON without configuration. ${SHOW}`,
  ],
  [
    "changes in another form",
    json({ resource_changes: {} }),
    `must be the JSON of a Terraform plan, got: resource_changes that are no list. ${SHOW}`,
  ],
  [
    "an errored run",
    json({ errored: true }),
    "must be of a run without errors, got: a plan that stopped at an error. Mend the error, and plan again.",
  ],
  [
    "deep nesting",
    json({ variables: nested(1000) as object }),
    `must be nested at most 200 levels deep, got: more levels. No plan of Terraform is like that. ${SHOW}`,
  ],
  [
    "nesting that would overflow the stack",
    "[".repeat(10_000_000),
    `must be nested at most 200 levels deep, got: more levels. No plan of Terraform is like that. ${SHOW}`,
  ],
])("%s is refused", (_, text, message) => {
  expect(messageOf(() => factsFromPlan("plan.json", text))).toBe(`\`plan.json\` ${message}`);
});

test("parsed JSON is refused in the same words", () => {
  expect(messageOf(() => factsFromParsedPlan("p", { ...PLAN, variables: nested(100_000) }))).toBe(
    `\`p\` must be nested at most 200 levels deep, got: more levels. No plan of Terraform is like that. ${SHOW}`,
  );
  expect(messageOf(() => factsFromParsedPlan("p", []))).toBe(
    `\`p\` must be the JSON of a Terraform plan, got: a list. ${SHOW}`,
  );
});

test("a file over 200 MB is refused before it is read", () => {
  expect(messageOf(() => checkPlanSize("plan.json", MAX_PLAN_SIZE + 1))).toBe(
    "`plan.json` must have at most 200 MB, got: 201 MB. Split the root module, or plan a part of it.",
  );
  expect(checkPlanSize("plan.json", MAX_PLAN_SIZE)).toBeUndefined();
});

test("200 levels are allowed and 201 are not, as text and parsed", () => {
  const deep = (levels: number) => ({ ...PLAN, variables: { a: { value: nested(levels - 3) } } });
  for (const read of [
    (levels: number) => factsFromPlan("p", JSON.stringify(deep(levels))),
    (levels: number) => factsFromParsedPlan("p", deep(levels)),
  ]) {
    expect(read(200).apiKeys).toEqual([]);
    expect(messageOf(() => read(201))).toContain("must be nested at most 200 levels deep");
  }
});

test("what is left of a failed replacement, and a change without content, are no resources", () => {
  const type = "google_apikeys_key";
  const key = { address: `${type}.k`, mode: "managed", type, change: { actions: ["create"], after: { name: "k" } } };
  const read = (...resource_changes: object[]) =>
    factsFromParsedPlan("p", { ...PLAN, resource_changes }).apiKeys.length;
  expect([read(key), read({ ...key, deposed: "1234" }), read({ ...key, change: undefined }), read({})]).toEqual([
    1, 0, 0, 0,
  ]);
});

test("an error is told from others by its kind", () => {
  try {
    readPlan("plan.json", "");
    throw new Error("nothing was thrown");
  } catch (error) {
    expect(PlanError.is(error)).toBe(true);
    expect(error).toMatchObject({ name: "PlanError", file: "plan.json" });
  }
  expect([new Error("x"), undefined, null, "x"].filter(PlanError.is)).toEqual([]);
});

test("a later format of the same kind, and values beside planned values, are fine", () => {
  expect(factsFromPlan("plan.json", json({ format_version: "1.10", values: {} })).apiKeys).toEqual([]);
});

test("nesting as deep as allowed, a byte order mark, and OpenTofu's plans are fine", () => {
  const text = `\uFEFF${json({ variables: { a: { value: nested(190) } }, complete: false, applyable: true })}`;
  expect(factsFromPlan("plan.json", text).apiKeys).toEqual([]);
});
