import fc from "fast-check";
import { renderTerminal } from "../../../review/formats/terminal";
import { expectGolden } from "../../helpers/golden";
import { arbitraryReview } from "../arbitrary-review";
import { environmentOf, QUIET, reviewOf, SAMPLE, WIDENED } from "../sample-review";

test.each([40, 80, 160])("the sample in %d columns", (width) => {
  const text = renderTerminal(SAMPLE, { color: false, width });
  expectGolden(`sample-${width}.txt`, text);
  const long = text.split("\n").filter((line) => line.length > width && / \S+ /.test(line.trim()));
  // Names of environments and keys stay on the line that they head.
  expect(long.filter((line) => !/^(?:prod|`x`\||critical|high|medium)/.test(line))).toEqual([]);
});

test("no change", () => {
  expect(renderTerminal(QUIET, { color: false, width: 80 })).toBe(`No change to any key
From main (1a2b3c4) to working tree.

Unchanged: dev and 3 more.
`);
});

test("colours", () => {
  const review = reviewOf({
    risk: "critical",
    environments: [environmentOf({ risk: "critical", changes: [WIDENED] })],
  });
  expect(renderTerminal(review, { color: true, width: Number.POSITIVE_INFINITY })).toBe(
    [
      "\u001b[31m\u001b[1mCritical risk\u001b[22m\u001b[39m",
      "1 critical change in prod.",
      "From main (1a2b3c4) to working tree.",
      "",
      "\u001b[1mprod\u001b[22m changed, \u001b[31mcritical risk\u001b[39m",
      "  \u001b[31mcritical\u001b[39m  chat may be used from 65,792 more addresses, 65,536 of them of Google Cloud.",
      "            \u001b[32m+ 34.64.0.0/16, 93.184.216.0/24\u001b[39m",
      "            by prod-egress",
      "            \u001b[2mconfig/environments/prod.yaml:14  chat g2\u001b[22m",
      "",
    ].join("\n"),
  );
});

test("any review: nothing that moves the cursor, colours, turns the direction or hides", () => {
  fc.assert(
    fc.property(arbitraryReview(), fc.constantFrom(40, 80), (review, width) => {
      const text = renderTerminal(review, { color: false, width });
      expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u200b\u2028\ufeff]/u);
      expect(text.startsWith("\n")).toBe(false);
      expect(text.endsWith("\n")).toBe(true);
      expect(text).not.toContain("\n\n\n");
    }),
    { numRuns: 60 },
  );
});
