import fc from "fast-check";
import { checkPhases, type Generation, PHASES, type Phase } from "../../values/generations";
import { describeProblem } from "../../values/problem";

/** Writes `2 draining, 3 serving` as generations. */
function read(text: string): Generation[] {
  if (text === "") return [];
  return text.split(", ").map((entry) => {
    const [number, phase] = entry.split(" ");
    return { number: Number(number), phase: phase as Phase };
  });
}

/** The messages, with the place each is about. */
function messages(generations: readonly Generation[]): string[] {
  return checkPhases(generations).map(({ index, field, problem }) =>
    describeProblem(index === undefined ? field : `${index}.${field}`, problem),
  );
}

test.each([
  "1 serving",
  "7 serving",
  "1 serving, 2 prepared",
  "1 draining, 2 serving",
  "1 draining, 2 draining, 5 serving, 6 prepared, 9 prepared",
])("accepts %s", (text) => {
  expect(messages(read(text))).toEqual([]);
});

const REUSE = "a number is never used again, since Google keeps a deleted key's id for 30 days.";
const NONE =
  "`phase` must hold exactly one generation with `phase: serving`, got: none. Readers of the secret are given the serving key: set one generation to `serving`.";
const SERVE =
  "The newest secret version has to be the serving one: serve a new generation with a higher number instead.";
const PREPARE =
  "Its secret version would become the newest when published: prepare a new generation with a higher number.";

test.each([
  ["", NONE],
  ["1 draining", NONE],
  ["1 draining, 2 prepared", NONE],
  ["1 serving, 1 prepared", `\`1.number\` must be higher than 1, the number before it, got: 1. Write 2: ${REUSE}`],
  ["5 serving, 4 prepared", `\`1.number\` must be higher than 5, the number before it, got: 4. Write 6: ${REUSE}`],
  ["0 serving", `\`0.number\` must be higher than 0, the number before it, got: 0. Write 1: ${REUSE}`],
  [
    "1 serving, 2 serving",
    "`1.phase` must be `serving` for exactly one generation, got: serving for 1 and 2. Set generation 1 to `draining` when 2 takes over.",
  ],
  [
    "1 serving, 2 draining",
    `\`1.phase\` must not be \`draining\` above the serving generation, got: draining 2, serving 1. ${SERVE}`,
  ],
  [
    "1 prepared, 2 serving",
    `\`0.phase\` must not be \`prepared\` below the serving generation, got: prepared 1, serving 2. ${PREPARE}`,
  ],
])("refuses %j", (text, message) => {
  expect(messages(read(text))).toEqual([message]);
});

test("reports all problems, numbers first", () => {
  expect(messages(read("3 prepared, 2 serving, 2 serving, 4 draining"))).toEqual([
    `\`1.number\` must be higher than 3, the number before it, got: 2. Write 4: ${REUSE}`,
    `\`2.number\` must be higher than 3, the number before it, got: 2. Write 4: ${REUSE}`,
    `\`0.phase\` must not be \`prepared\` below the serving generation, got: prepared 3, serving 2. ${PREPARE}`,
    "`2.phase` must be `serving` for exactly one generation, got: serving for 2 and 2. Set generation 2 to `draining` when 2 takes over.",
    `\`3.phase\` must not be \`draining\` above the serving generation, got: draining 4, serving 2. ${SERVE}`,
  ]);
});

describe("whatever is accepted", () => {
  const generation = fc.record({ number: fc.integer({ min: -1, max: 12 }), phase: fc.constantFrom(...PHASES) });
  // Half of them by rising number: few random lists are.
  const random = fc.array(generation, { maxLength: 5 });
  const rising = random.map((list) =>
    [...new Map(list.map((entry) => [entry.number, entry])).values()].sort((a, b) => a.number - b.number),
  );
  const lists = fc.oneof(random, rising);

  test("has one serving generation, with the highest number of those that are published", () => {
    let accepted = 0;
    fc.assert(
      fc.property(lists, (generations) => {
        if (checkPhases(generations).length > 0) return;
        accepted++;
        const serving = generations.filter(({ phase }) => phase === "serving");
        const published = generations.filter(({ phase }) => phase !== "prepared");
        expect(serving).toHaveLength(1);
        expect(serving[0]!.number).toBe(Math.max(...published.map(({ number }) => number)));
      }),
      { numRuns: 2000 },
    );
    expect(accepted).toBeGreaterThan(20);
  });

  test("has rising numbers from 1, and what is refused breaks one of the rules", () => {
    fc.assert(
      fc.property(lists, (generations) => {
        const numbers = generations.map(({ number }) => number);
        const isRising = numbers.every((number, i) => number > (numbers[i - 1] ?? 0));
        const phases = generations.map(({ phase }) => phase[0]).join("");
        expect(checkPhases(generations).length === 0).toBe(isRising && /^d*sp*$/.test(phases));
      }),
      { numRuns: 2000 },
    );
  });

  test("can go on: the next generation is prepared, published and the old one drained", () => {
    fc.assert(
      fc.property(lists, (generations) => {
        if (checkPhases(generations).length > 0) return;
        const next = Math.max(...generations.map(({ number }) => number)) + 1;
        const published = generations.filter(({ phase }) => phase !== "prepared");
        const drained = published.map(({ number }) => ({ number, phase: "draining" as const }));
        expect(checkPhases([...generations, { number: next, phase: "prepared" }])).toEqual([]);
        expect(checkPhases([...drained, { number: next, phase: "serving" }])).toEqual([]);
      }),
    );
  });
});
