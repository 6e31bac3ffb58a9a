import * as fs from "node:fs";
import * as path from "node:path";
import fc from "fast-check";
import { YamlFile } from "../../declaration/yaml-file";
import { ENVIRONMENT, ORGANIZATION } from "../helpers/config-folder";
import { SAMPLE_FOLDER } from "../helpers/sample";

const SAMPLES = [
  ORGANIZATION,
  ENVIRONMENT,
  ...["organization.yaml", "environments/dev.yaml", "environments/prod.yaml", "environments/staging.yaml"].map((name) =>
    fs.readFileSync(path.join(SAMPLE_FOLDER, name), "utf8"),
  ),
];

/** What YAML gives a meaning to, and values that parsers take for numbers, dates or nothing. */
const PIECES = [
  ..."&*!|>%@`?~#:-,[]{}'\"\\ \n\t$<=+._0aé東\u00a0\u2028\u0000\ufeff",
  ...[
    "${",
    "%{",
    "<<: ",
    "---",
    "...",
    "- ",
    ": ",
    " #",
    "? ",
    "&a ",
    "*a",
    "!!str ",
    "|\n",
    ">-\n",
    "\r\n",
    "\n\n",
    "\n  ",
  ],
  ...[
    "true",
    "True",
    "NULL",
    "null",
    "~",
    "yes",
    "no",
    "on",
    "0x1F",
    "0o17",
    "017",
    "1_000",
    "1e3",
    ".5",
    "5.",
    "-.inf",
    ".NaN",
    "1:30",
  ],
  ...[
    "2026-11-01",
    "2026-11-01T10:00:00Z",
    '""',
    "''",
    '"a # b"',
    "'it''s'",
    "{}",
    "[]",
    "{ a: 1 }",
    "[a, b]",
    "12:",
    "__proto__: x",
  ],
];

/** Both parsers, and whether the fast one was enough. */
function compare(text: string): boolean {
  const quick = YamlFile.parse("a.yaml", text);
  const full = YamlFile.parseFully("a.yaml", text);
  expect({ text, findings: quick.findings, content: quick.content }).toEqual({
    text,
    findings: full.findings,
    content: full.content,
  });
  return quick["parsed"] === undefined;
}

test("the sample is plain, and its positions are found", () => {
  expect(SAMPLES.map(compare)).toEqual(SAMPLES.map(() => true));
  expect(YamlFile.parse("a.yaml", ENVIRONMENT).position(["keys", "web", "allow", 1])).toEqual({
    file: "a.yaml",
    line: 8,
    column: 26,
  });
});

test("whatever is written into a file, both parsers read the same", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...SAMPLES),
      fc.array(fc.tuple(fc.nat(), fc.nat(3), fc.constantFrom(...PIECES)), { minLength: 1, maxLength: 3 }),
      (sample, changes) => {
        const text = changes.reduce((before, [at, left, piece]) => {
          const place = at % before.length;
          return before.slice(0, place) + piece + before.slice(place + left);
        }, sample);
        compare(text);
      },
    ),
    { numRuns: 800 },
  );
});

test("made of nothing but special pieces", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...PIECES, "a: ", "b: ", "\n  c: "), { maxLength: 12 }), (pieces) => {
      compare(pieces.join(""));
    }),
    { numRuns: 4000, examples: [[[" ", "---"]]] },
  );
});
