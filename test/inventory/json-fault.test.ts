import * as fc from "fast-check";
import { isDeeperThan, jsonFault } from "../../inventory/json-fault";

test.each([
  ["", 1, 1, true],
  ["{", 1, 2, true],
  ['{"a":1,}', 1, 8, false],
  ['{"a":tru', 1, 6, true],
  ['{\n  "a": "x', 2, 8, true],
  ['["a\\', 1, 2, true],
  ["[1,2", 1, 5, true],
  ['{"a":01}', 1, 7, false],
  ['{"a" 1}', 1, 6, false],
  ["[1]]", 1, 4, false],
  ['{"a":"\n"}', 1, 6, false],
  ['["\\x"]', 1, 2, false],
  ['["\\u12"]', 1, 2, false],
  ["nope", 1, 1, false],
  ["[1 2]", 1, 4, false],
])("%j stops being JSON at line %i, column %i", (text, line, column, atEnd) => {
  expect(jsonFault(text)).toEqual({ line, column, atEnd });
});

test("finds a fault exactly where JSON.parse refuses", () => {
  const cut = fc.tuple(fc.json(), fc.nat(), fc.string({ maxLength: 3 }));
  fc.assert(
    fc.property(cut, ([text, at, insert]) => {
      const place = at % (text.length + 1);
      const changed = text.slice(0, place) + insert + text.slice(place + (at % 3));
      let valid = true;
      try {
        JSON.parse(changed);
      } catch {
        valid = false;
      }
      expect({ changed, valid: jsonFault(changed) === undefined }).toEqual({ changed, valid });
    }),
    { numRuns: 2000 },
  );
});

test("text and number of any length", () => {
  expect(jsonFault(`["${"a".repeat(5_000_000)}", ${"1".repeat(1000)}]`)).toBeUndefined();
});

test.each([
  ["[]", 1, false],
  ["[[]]", 1, true],
  ['["[[[[", {}]', 2, false],
  ['["\\"[[[[", {"a": []}]', 2, true],
  ['["\\\\", [[]]]', 2, true],
  ["[".repeat(5_000_000), 200, true],
  ['"[[[', 0, false],
])("depth of %.20s against %i", (text, limit, deeper) => {
  expect(isDeeperThan(text, limit)).toBe(deeper);
});
