import { parseDuration, parseNumber, parseString, wholeMatch } from "../../../emulator/promql/literals";

test.each([
  ["5m", 300_000],
  ["1h30m", 5_400_000],
  ["1w", 604_800_000],
  ["1y2d3ms", 31_708_800_003],
  ["-5m", -300_000],
  ["--1s", 1_000],
  ["90", 90_000],
  ["1.5", 1_500],
  ["", undefined],
  ["5", 5_000],
  ["30m1h", undefined],
  ["step()", undefined],
])("duration %s", (text, expected) => {
  expect(parseDuration(text)).toBe(expected);
});

test.each([
  ["1", 1],
  ["1e3", 1000],
  ["0x1F", 31],
  ["017", 15],
  ["1_000", 1000],
  ["Inf", Number.POSITIVE_INFINITY],
  ["-inf", Number.NEGATIVE_INFINITY],
  ["NaN", Number.NaN],
  ["5m", 300],
  ["x", Number.NaN],
])("number %s", (text, expected) => {
  expect(parseNumber(text)).toBe(expected);
});

test.each([
  [String.raw`"a\"b\\c"`, 'a"b\\c'],
  [String.raw`'it\'s'`, "it's"],
  ["`raw\\n`", "raw\\n"],
  [String.raw`"\x41\101\u0042\U00000043\n"`, "AABC\n"],
  [String.raw`"\."`, undefined],
])("string %s", (text, expected) => {
  expect(parseString(text)).toBe(expected);
});

test("a regular expression covers the whole value", () => {
  const matches = wholeMatch("a|b.*");
  expect(["a", "bc", "ab", "xa", "b\nc", ""].map(matches)).toEqual([true, true, false, false, true, false]);
  expect(wholeMatch(".*PerDay.*")("GenerateRequestsPerDayPerProjectPerModel")).toBe(true);
});

test.each(["(?=a)", "(?<!a)b", "(a)\\1"])("no %s, which RE2 does not have", (pattern) => {
  expect(() => wholeMatch(pattern)).toThrow("RE2 has no look-around and no back-references");
});
