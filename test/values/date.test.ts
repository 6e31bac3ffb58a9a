import fc from "fast-check";
import { addDays, checkDate, dayOf, daysBetween, isAfter } from "../../values/date";
import { describeProblem, type Problem } from "../../values/problem";

/** The message without the name of the field. */
function messageOf(refusal: Problem | undefined): string | undefined {
  return refusal && describeProblem("x", refusal).slice("`x` ".length);
}

const date = fc
  .date({ min: new Date("0000-01-01T00:00:00Z"), max: new Date("9999-12-31T00:00:00Z"), noInvalidDate: true })
  .map((moment) => moment.toISOString().slice(0, 10));

describe("checkDate", () => {
  test.each(["2026-11-24", "2024-02-29", "2000-02-29", "2026-12-31", "0000-01-01", "9999-12-31"])(
    "accepts %s",
    (text) => {
      expect(checkDate(text)).toBeUndefined();
    },
  );

  test.each([
    ["2026-02-29", "must be a day of the calendar, got: 2026-02-29. Use a day from 01 to 28: 2026-02 has no other."],
    ["2026-02-30", "must be a day of the calendar, got: 2026-02-30. Use a day from 01 to 28: 2026-02 has no other."],
    ["1900-02-29", "must be a day of the calendar, got: 1900-02-29. Use a day from 01 to 28: 1900-02 has no other."],
    ["2026-13-01", "must be a day of the calendar, got: 2026-13-01. Use a month from 01 to 12."],
    ["2026-00-10", "must be a day of the calendar, got: 2026-00-10. Use a month from 01 to 12."],
    ["2026-04-31", "must be a day of the calendar, got: 2026-04-31. Use a day from 01 to 30: 2026-04 has no other."],
    ["2026-01-32", "must be a day of the calendar, got: 2026-01-32. Use a day from 01 to 31: 2026-01 has no other."],
    ["2026-01-00", "must be a day of the calendar, got: 2026-01-00. Use a day from 01 to 31: 2026-01 has no other."],
    ["2026-1-5", "must be a date written YYYY-MM-DD, got: 2026-1-5. Write 2026-01-05."],
    ["2026/11/24", "must be a date written YYYY-MM-DD, got: 2026/11/24. Write 2026-11-24."],
    ["2026.11.24", "must be a date written YYYY-MM-DD, got: 2026.11.24. Write 2026-11-24."],
    [" 2026-11-24", 'must be a date written YYYY-MM-DD, got: " 2026-11-24". Write 2026-11-24.'],
    ["2026-2-30", "must be a date written YYYY-MM-DD, got: 2026-2-30. Write year, month and day, such as 2026-11-01."],
    [
      "24.11.2026",
      "must be a date written YYYY-MM-DD, got: 24.11.2026. Write year, month and day, such as 2026-11-01.",
    ],
    [
      "11/24/2026",
      "must be a date written YYYY-MM-DD, got: 11/24/2026. Write year, month and day, such as 2026-11-01.",
    ],
    [
      "2026-11-24T00:00:00Z",
      "must be a date written YYYY-MM-DD, got: 2026-11-24T00:00:00Z. Write the day alone, without a time.",
    ],
    [
      "2026-11-24 10:00",
      "must be a date written YYYY-MM-DD, got: 2026-11-24 10:00. Write the day alone, without a time.",
    ],
    ["20261124", "must be a date written YYYY-MM-DD, got: 20261124. Write year, month and day, such as 2026-11-01."],
    ["26-11-24", "must be a date written YYYY-MM-DD, got: 26-11-24. Write year, month and day, such as 2026-11-01."],
    ["today", "must be a date written YYYY-MM-DD, got: today. Write year, month and day, such as 2026-11-01."],
    ["", 'must be a date written YYYY-MM-DD, got: "". Write year, month and day, such as 2026-11-01.'],
  ])("refuses %j", (text, message) => {
    expect(messageOf(checkDate(text))).toBe(message);
  });

  test("accepts every day of the calendar", () => {
    fc.assert(fc.property(date, (text) => expect(checkDate(text)).toBeUndefined()));
  });
});

describe("days", () => {
  test.each([
    ["2026-11-24", 0, "2026-11-24"],
    ["2026-12-31", 1, "2027-01-01"],
    ["2024-02-28", 1, "2024-02-29"],
    ["2026-02-28", 1, "2026-03-01"],
    ["2026-11-01", 90, "2027-01-30"],
    ["2027-01-01", -1, "2026-12-31"],
    ["2026-03-28", 2, "2026-03-30"],
  ])("%s and %i days is %s", (from, days, to) => {
    expect(addDays(from, days)).toBe(to);
    expect(daysBetween(from, to)).toBe(days);
  });

  test("only later days are after", () => {
    expect(isAfter("2026-11-25", "2026-11-24")).toBe(true);
    expect(isAfter("2026-11-24", "2026-11-24")).toBe(false);
    expect(isAfter("2026-11-23", "2026-11-24")).toBe(false);
  });

  test("the day of a moment is that in UTC", () => {
    expect(dayOf(new Date("2026-11-24T23:59:59.999Z"))).toBe("2026-11-24");
    expect(dayOf(new Date("2026-11-25T08:59:59+09:00"))).toBe("2026-11-24");
  });

  test("what is no date is a mistake of the program", () => {
    expect(() => addDays("2026-02-30", 1)).toThrow("not a date written YYYY-MM-DD: 2026-02-30");
    expect(() => isAfter("2026-11-24", "soon")).toThrow("not a date written YYYY-MM-DD: soon");
    expect(() => addDays("9999-12-31", 1)).toThrow("outside the years 0000 to 9999");
    expect(() => addDays("0000-01-01", -1)).toThrow("outside the years 0000 to 9999");
    expect(() => addDays("2026-01-01", 1e12)).toThrow("outside the years 0000 to 9999");
  });

  test("adding and counting undo each other", () => {
    fc.assert(
      fc.property(date, date, (a, b) => {
        expect(addDays(a, daysBetween(a, b))).toBe(b);
        expect(isAfter(b, a)).toBe(daysBetween(a, b) > 0);
      }),
    );
  });
});
