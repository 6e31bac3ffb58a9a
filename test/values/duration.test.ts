import fc from "fast-check";
import { parseDays } from "../../values/duration";
import { describeProblem, type Problem } from "../../values/problem";

/** The message without the name of the field. */
function messageOf(refusal: Problem | undefined): string | undefined {
  return refusal && describeProblem("x", refusal).slice("`x` ".length);
}

const RANGE = { min: 14, max: 365 };

function refusalOf(text: string): Problem | undefined {
  const parsed = parseDays(text, RANGE);
  return "problem" in parsed ? parsed.problem : undefined;
}

describe("parseDays, from 14 to 365", () => {
  test.each([
    ["14d", 14],
    ["90d", 90],
    ["365d", 365],
  ])("reads %s", (text, days) => {
    expect(parseDays(text, RANGE)).toEqual({ days });
  });

  test.each([
    ["6d", "must be between 14d and 365d, got: 6d. Raise it to 14d or more."],
    ["366d", "must be between 14d and 365d, got: 366d. Lower it to 365d or less."],
    ["0d", "must be between 14d and 365d, got: 0d. Raise it to 14d or more."],
    ["999999999d", "must be between 14d and 365d, got: 999999999d. Lower it to 365d or less."],
    ["9999999999d", "must be a number of days, got: 9999999999d. Write days, e.g. 90d."],
    ["90", "must be a number of days, got: 90. Write days, e.g. 90d."],
    ["90 days", "must be a number of days, got: 90 days. Write days, e.g. 90d."],
    ["90D", "must be a number of days, got: 90D. Write days, e.g. 90d."],
    ["090d", "must be a number of days, got: 090d. Write days, e.g. 90d."],
    [" 90d", 'must be a number of days, got: " 90d". Write days, e.g. 90d.'],
    ["12w", "must be a number of days, got: 12w. Write days, e.g. 84d."],
    ["2 weeks", "must be a number of days, got: 2 weeks. Write days, e.g. 14d."],
    ["3 months", "must be a number of days, got: 3 months. Write days, e.g. 90d."],
    ["3m", "must be a number of days, got: 3m. Write days, e.g. 90d."],
    ["1y", "must be a number of days, got: 1y. Write days, e.g. 90d."],
    ["P90D", "must be a number of days, got: P90D. Write days, e.g. 90d."],
    ["1.5d", "must be a number of days, got: 1.5d. Write days, e.g. 90d."],
    ["-3d", "must be a number of days, got: -3d. Write days, e.g. 90d."],
    ["2160h", "must be a number of days, got: 2160h. Write days, e.g. 90d."],
    ["", 'must be a number of days, got: "". Write days, e.g. 90d.'],
    ["3w", "must be a number of days, got: 3w. Write days, e.g. 21d."],
    ["1w", "must be a number of days, got: 1w. Write days, e.g. 90d."],
    ["53w", "must be a number of days, got: 53w. Write days, e.g. 90d."],
    ["366", "must be a number of days, got: 366. Write days, e.g. 90d."],
  ])("refuses %j", (text, message) => {
    expect(messageOf(refusalOf(text))).toBe(message);
  });

  test("gives an example that is in range", () => {
    expect(parseDays("x", { min: 100, max: 200 })).toMatchObject({ problem: { fix: "Write days, e.g. 100d." } });
    expect(parseDays("x", { min: 1, max: 30 })).toMatchObject({ problem: { fix: "Write days, e.g. 30d." } });
  });

  test("reads every number of days in the range", () => {
    fc.assert(
      fc.property(fc.integer({ min: 14, max: 365 }), (days) => {
        expect(parseDays(`${days}d`, RANGE)).toEqual({ days });
      }),
    );
  });
});
