import fc from "fast-check";
import { renderSarif } from "../../../review/formats/sarif";
import { CHANGE_KINDS, type Change, type Review } from "../../../review/model";
import { expectGolden } from "../../helpers/golden";
import { sarifErrors } from "../../helpers/sarif-errors";
import { arbitraryReview } from "../arbitrary-review";
import { environmentOf, NEW_FINDING, QUIET, reviewOf, SAMPLE, WIDENED } from "../sample-review";

interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly baselineState: string;
  readonly message: { readonly text: string };
  readonly partialFingerprints: Readonly<Record<string, string>>;
}

function runOf(review: Review) {
  const [run] = JSON.parse(renderSarif(review, "0.1.0")).runs;
  return { rules: run.tool.driver.rules as { id: string }[], results: run.results as Result[] };
}

function printOf(change: Change): string {
  const { results } = runOf(reviewOf({ environments: [environmentOf({ changes: [change] })] }));
  return results[0]!.partialFingerprints["gemkeysChange/v1"]!;
}

test("the sample is valid by the schema of the standard", () => {
  expect(sarifErrors(JSON.parse(renderSarif(SAMPLE, "0.1.0")))).toEqual([]);
});

test("a change and its finding", () => {
  const findings = { new: [NEW_FINDING], fixed: [], standing: [] };
  expectGolden(
    "widened.sarif",
    renderSarif(reviewOf({ environments: [environmentOf({ changes: [WIDENED], findings })] }), "0.1.0"),
  );
});

test("no change", () => {
  const text = renderSarif(QUIET, "0.1.0");
  expect(sarifErrors(JSON.parse(text))).toEqual([]);
  expect(runOf(QUIET)).toEqual({ rules: [], results: [] });
});

test("levels by risk; nothing of a change without one", () => {
  const changes = (["critical", "high", "medium", "low", "info"] as const).map((risk) => ({ ...WIDENED, risk }));
  const { results } = runOf(reviewOf({ environments: [environmentOf({ changes })] }));
  expect(results.map(({ level }) => level)).toEqual(["error", "error", "warning", "note"]);
});

test("findings are new, unchanged or absent", () => {
  const findings = { new: [NEW_FINDING], fixed: [NEW_FINDING, NEW_FINDING], standing: [NEW_FINDING] };
  const { results } = runOf(reviewOf({ environments: [environmentOf({ findings })] }));
  expect(results.map(({ baselineState }) => baselineState)).toEqual(["new", "unchanged", "absent", "absent"]);
});

test("a rule for each kind of change", () => {
  const changes = CHANGE_KINDS.map((kind) => ({ ...WIDENED, kind }));
  const { rules, results } = runOf(reviewOf({ environments: [environmentOf({ changes })] }));
  expect(rules.map(({ id }) => id)).toEqual(CHANGE_KINDS.map((kind) => `GEMKEY-CHANGE-${kind}`));
  expect(results.map(({ ruleIndex }) => ruleIndex)).toEqual(CHANGE_KINDS.map((_, index) => index));
});

test("the fingerprint is the same after lines and words have moved, and another for another change", () => {
  const before = printOf(WIDENED);
  expect(printOf({ ...WIDENED, sentence: "Other words.", location: undefined, risk: "low", networks: [] })).toBe(
    before,
  );
  for (const other of [{ kind: "audit" }, { key: "web" }, { generation: 3 }, { added: [] }, { after: "x" }] as const) {
    expect(printOf({ ...WIDENED, ...other })).not.toBe(before);
  }
  expect(printOf({ ...WIDENED, added: ["a"], removed: [] })).not.toBe(
    printOf({ ...WIDENED, added: [], removed: ["a"] }),
  );
});

test("a rule that this version does not know, and a name that would be a link", () => {
  const unknown = { ...NEW_FINDING, rule: "GEMKEY-NEW-01", message: "[a](https://evil.example) is bad." };
  const { rules, results } = runOf(
    reviewOf({ environments: [environmentOf({ findings: { new: [unknown], fixed: [], standing: [] } })] }),
  );
  expect(rules).toMatchObject([{ id: "GEMKEY-NEW-01", shortDescription: { text: NEW_FINDING.title } }]);
  expect(results[0]!.message.text).toContain("keys.chat.allow[1]: \\[a](https://evil.example) is bad.");
});

test("any review is valid by the schema of the standard", () => {
  fc.assert(
    fc.property(arbitraryReview(), (review) => {
      expect(sarifErrors(JSON.parse(renderSarif(review, "0.1.0")))).toEqual([]);
      for (const { message } of runOf(review).results) expect(message.text).not.toMatch(/(?<!\\)\[[^\]]*\]\(/);
    }),
    { numRuns: 40 },
  );
});
