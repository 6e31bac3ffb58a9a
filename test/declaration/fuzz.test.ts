import * as fs from "node:fs";
import * as fc from "fast-check";
import { ConfigError, loadConfig } from "../../declaration/load";
import { synthesizeStacks } from "../../stacks/synthesize-stacks";
import { ENVIRONMENT, files, inConfigFolder, ORGANIZATION } from "../helpers/config-folder";

const NOW = new Date("2026-11-24T12:00:00Z");

/** A text with a few places replaced by what breaks parsers, or by another part of the same text. */
function damaged(text: string): fc.Arbitrary<string> {
  const piece = fc.oneof(
    fc.constantFrom(
      ..."{}[]:,-#&*!|>'\"%@`?\t\n ~".split(""),
      "${",
      "%{",
      "<<",
      "null",
      "true",
      "0",
      "1e9",
      "\u0000",
      "é",
      "- ",
    ),
    fc.tuple(fc.nat(text.length), fc.nat(30)).map(([start, length]) => text.slice(start, start + length)),
  );
  const edit = fc.tuple(fc.nat(text.length), fc.nat(6), piece);
  return fc
    .array(edit, { minLength: 1, maxLength: 3 })
    .map((edits) => edits.reduce((result, [at, cut, put]) => result.slice(0, at) + put + result.slice(at + cut), text));
}

test("a damaged configuration is refused with positions, or can be synthesized: nothing else happens", () => {
  let [refused, accepted] = [0, 0];
  inConfigFolder(files(), () => {
    fc.assert(
      fc.property(damaged(ENVIRONMENT), damaged(ORGANIZATION), fc.boolean(), (environment, organization, both) => {
        fs.writeFileSync("config/environments/prod.yaml", environment);
        fs.writeFileSync("config/organization.yaml", both ? organization : ORGANIZATION);
        try {
          const { declaration } = loadConfig("config", NOW);
          accepted++;
          expect(synthesizeStacks(declaration)).toHaveLength(1);
        } catch (error) {
          if (!ConfigError.is(error)) throw error;
          refused++;
          for (const line of error.message.split("\n")) {
            expect(line).toMatch(/^config\/(organization|environments\/prod)\.yaml:\d+:\d+: `.+` .+, got: .+\. .+/);
          }
        }
      }),
      { numRuns: 600 },
    );
  });
  expect(Math.min(refused, accepted)).toBeGreaterThan(0);
});
