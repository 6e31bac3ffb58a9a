import * as fs from "node:fs";
import * as path from "node:path";
import Ajv2020 from "ajv/dist/2020";
import fc from "fast-check";
import { reviewOfManyKeys } from "../../bench/many-keys";
import { renderJson } from "../../review/formats/json";
import type { Review } from "../../review/model";
import { parseReview, ReviewError } from "../../review/read-review";
import { arbitraryReview } from "./arbitrary-review";
import { environmentOf, NEW_FINDING, QUIET, reviewOf, SAMPLE, WIDENED } from "./sample-review";

const WRITE = "Write it with `gemkeys review --format json` of the same version.";

function problemsOf(text: string): readonly string[] {
  try {
    parseReview(text);
  } catch (error) {
    if (!ReviewError.is(error)) throw error;
    expect(error.message).toBe(error.problems.join("\n"));
    return error.problems;
  }
  return [];
}

test.each([
  ["the sample", SAMPLE],
  ["nothing", QUIET],
])("%s: written, and read again", (_, review) => {
  const text = renderJson(review);
  expect(text.endsWith("}\n")).toBe(true);
  expect(parseReview(text)).toEqual(JSON.parse(JSON.stringify(review)));
});

test("of 1,000 keys that all change: written, and read again", () => {
  const all = reviewOfManyKeys(1000);
  const [every] = all.environments[0]!.changes;
  const environments = all.environments.map((environment) => ({
    ...environment,
    // As many as there are where each key gets another owner, another contact, addresses, a reader and a secret.
    changes: environment.after!.keys.flatMap(({ name: key }) => Array(5).fill({ ...every, key })),
  }));
  const review = { ...all, environments };
  expect(parseReview(renderJson(review))).toEqual(review);
});

const validate = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true }).compile(
  JSON.parse(fs.readFileSync(path.join(__dirname, "../../schemas/review.schema.json"), "utf8")),
);

test("any review: valid by the published schema, and read again as it was", () => {
  fc.assert(
    fc.property(arbitraryReview(), (review) => {
      const json = JSON.parse(renderJson(review));
      validate(json);
      expect(validate.errors).toBeNull();
      expect(parseReview(JSON.stringify(json))).toEqual(json);
    }),
    { numRuns: 50 },
  );
});

describe("an artifact that anybody made", () => {
  const with1 = (over: object) => JSON.stringify({ ...reviewOf(), ...over });
  const inEnvironment = (over: object) => with1({ environments: [{ ...environmentOf(), ...over }] });
  const inChange = (over: object) => inEnvironment({ changes: [{ ...WIDENED, ...over }] });
  const at = "environments[0].changes[0]";

  test.each<[string, string, string | readonly string[]]>([
    ["not JSON", "{]", `\`review\` must be JSON, got: something else at line 1, column 2. ${WRITE}`],
    ["empty", "", `\`review\` must be JSON, got: something else at line 1, column 1. ${WRITE}`],
    ["a list", "[]", `\`review\` must be an object, got: a list of 0. ${WRITE}`],
    ["null", "null", `\`review\` must be an object, got: null. ${WRITE}`],
    ["a later version", with1({ formatVersion: 2 }), `\`formatVersion\` must be 1, got: 2. ${WRITE}`],
    ["no number as version", with1({ formatVersion: "1" }), `\`formatVersion\` must be 1, got: 1. ${WRITE}`],
    ["something else", with1({ x: 1 }), `\`review\` must have no field of another name, got: x. ${WRITE}`],
    [
      "a prototype",
      renderJson(QUIET).replace("{", '{"__proto__":{"a":1},'),
      `\`review\` must have no field of another name, got: __proto__. ${WRITE}`,
    ],
    [
      "a prototype inside",
      inChange({}).replace('{"kind"', '{"__proto__":1,"constructor":1,"kind"'),
      ["__proto__", "constructor"].map(
        (name) => `\`${at}\` must have no field of another name, got: ${name}. ${WRITE}`,
      ),
    ],
    [
      "another risk",
      inChange({ risk: "none" }),
      `\`${at}.risk\` must be one of critical, high, medium, low, info, got: none. ${WRITE}`,
    ],
    ["no sentence", inChange({ sentence: undefined }), `\`${at}.sentence\` must be given, got: nothing. ${WRITE}`],
    ["no text", inChange({ sentence: {} }), `\`${at}.sentence\` must be text, got: an object. ${WRITE}`],
    ["no list", inChange({ added: "a" }), `\`${at}.added\` must be a list, got: a. ${WRITE}`],
    [
      "a long text",
      inChange({ sentence: "x".repeat(10_001) }),
      `\`${at}.sentence\` must have at most 10000 characters, got: 10001 characters. ${WRITE}`,
    ],
    [
      "a long list",
      inChange({ added: Array(10_001).fill("") }),
      `\`${at}.added\` must have at most 10000 entries, got: a list of 10001. ${WRITE}`,
    ],
    [
      "a line of zero",
      inChange({ location: { file: "a", line: 0, column: 1.5 } }),
      [
        `\`${at}.location.line\` must be at least 1, got: 0. ${WRITE}`,
        `\`${at}.location.column\` must be a whole number, got: 1.5. ${WRITE}`,
      ],
    ],
    ["a large number", with1({ untouched: 1e9 }), `\`untouched\` must be at most 999999, got: 1000000000. ${WRITE}`],
    [
      "no day",
      inEnvironment({
        findings: { new: [{ ...NEW_FINDING, waiver: { reason: "", until: "soon", by: "" } }], fixed: [], standing: [] },
      }),
      `\`environments[0].findings.new[0].waiver.until\` must be a day as YYYY-MM-DD, got: soon. ${WRITE}`,
    ],
    [
      "no rule",
      inEnvironment({ findings: { new: [{ ...NEW_FINDING, rule: "[a](b)" }], fixed: [], standing: [] } }),
      `\`environments[0].findings.new[0].rule\` must be the id of a rule, got: [a](b). ${WRITE}`,
    ],
    [
      "no such unknown value",
      inEnvironment({
        after: { name: "", audit: [], alerts: [], keys: [], project: { id: { unknown: false }, protected: true } },
      }),
      `\`environments[0].after.project.id.unknown\` must be true, got: false. ${WRITE}`,
    ],
    [
      "a number where text may be unknown",
      inEnvironment({ after: { name: "", audit: [], alerts: [], keys: [], project: { id: 1, protected: true } } }),
      `\`environments[0].after.project.id\` must be a value or { "unknown": true }, got: 1. ${WRITE}`,
    ],
    [
      "deep nesting",
      `${"[".repeat(100_000)}`,
      `\`review\` must be nested at most 20 levels deep, got: more levels. ${WRITE}`,
    ],
    ["21 MB", `"${"x".repeat(20 * 1024 * 1024)}"`, "`review` must have at most 20 MB, got: 21 MB. Compare less."],
    [
      "23 MB of UTF-8",
      `"${"é".repeat(11.5 * 1024 * 1024)}"`,
      "`review` must have at most 20 MB, got: 24 MB. Compare less.",
    ],
  ])("%s is refused", (_, text, problems) => {
    expect(problemsOf(text)).toEqual([problems].flat());
  });

  test("many problems are counted", () => {
    const problems = problemsOf(inEnvironment({ changes: Array(50).fill(1) }));
    expect(problems).toHaveLength(21);
    expect(problems[20]).toBe("And 30 more problems.");
  });

  test("a name is shown on one line, without its key", () => {
    const key = `AIza${"FAKE-fixture-".repeat(3)}`;
    expect(problemsOf(with1({ [`a\n::add-mask::${key}`]: 1 }))).toEqual([
      `\`review\` must have no field of another name, got: "a\\n::add-mask::[redacted]". ${WRITE}`,
    ]);
    const review: Review = reviewOf({ base: key });
    expect(parseReview(JSON.stringify(review)).base).toBe("[redacted]");
    expect(renderJson(review)).not.toContain("FAKE");
  });
});
