import fc from "fast-check";
import { closest } from "../../values/closest";

const FIELDS = ["owner", "purpose", "allow", "readers", "rotateEvery", "generations"];

test.each([
  ["owner", "owner"],
  ["ownr", "owner"],
  ["Owner", "owner"],
  ["PURPOSE", "purpose"],
  ["reader", "readers"],
  ["allowed", "allow"],
  ["rotate_every", "rotateEvery"],
  ["generation", "generations"],
  ["zzzzzzzz", undefined],
  ["", undefined],
])("%j most likely meant %j", (word, expected) => {
  expect(closest(word, FIELDS)).toBe(expected);
});

test.each([
  ["prd", "prod"],
  ["dev1", "dev"],
  ["stagin", "staging"],
  ["production", undefined],
])("%j of the environments is %j", (word, expected) => {
  expect(closest(word, ["dev", "prod", "staging"])).toBe(expected);
});

test("two edits are the limit for a short word, a third of its length for a long one", () => {
  expect(closest("abcd", ["abxx"])).toBe("abxx");
  expect(closest("abcd", ["axxx"])).toBeUndefined();
  expect(closest("abcdefghijkl", ["abcdefghxxxx"])).toBe("abcdefghxxxx");
  expect(closest("abcdefghijkl", ["abcdefgxxxxx"])).toBeUndefined();
});

test("the nearest wins, and of two as near the first", () => {
  expect(closest("ownex", ["owxxx", "owner"])).toBe("owner");
  expect(closest("ab", ["ac", "ad"])).toBe("ac");
});

test("of no candidates there is none", () => {
  expect(closest("owner", [])).toBeUndefined();
});

test("a candidate itself is always found, whatever the case", () => {
  const word = fc.stringMatching(/^[a-z-]{1,12}$/);
  fc.assert(
    fc.property(fc.uniqueArray(word, { minLength: 1 }), fc.nat(), (candidates, index) => {
      const wanted = candidates[index % candidates.length]!;
      expect(closest(wanted.toUpperCase(), candidates)).toBe(wanted);
    }),
  );
});
