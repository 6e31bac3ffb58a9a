import fc from "fast-check";
import { MAX_MARKDOWN, renderMarkdown } from "../../../review/formats/markdown";
import type { Change, EnvironmentReview, Review } from "../../../review/model";
import { expectGolden } from "../../helpers/golden";
import { GITHUB_LINKS, renderGithub } from "../../helpers/render-github";
import { arbitraryReview } from "../arbitrary-review";
import { environmentOf, NEW_FINDING, QUIET, reviewOf, SAMPLE, WIDENED } from "../sample-review";

const TAGS = "blockquote|code|details|h2|h3|li|p|strong|summary|table|tbody|td|th|thead|tr|ul"
  .split("|")
  .flatMap((name) => [`<${name}>`, `</${name}>`])
  .concat("<br>");

test("the sample, and nothing of it is more than text", () => {
  const markdown = renderMarkdown(SAMPLE);
  expectGolden("sample.md", markdown);
  expectSound(markdown);
});

test("no change", () => {
  expect(renderMarkdown(QUIET)).toBe(`## No change to any key

From \`main (1a2b3c4)\` to \`working tree\`.

Unchanged: \`dev\` and 3 more.
`);
});

test("only drift", () => {
  const environments = [environmentOf({ status: "unchanged", drift: [{ ...WIDENED, location: undefined }] })];
  expect(renderMarkdown(reviewOf({ environments }))).toBe(`## No change to any key by this change

1 change made outside of Terraform.

From \`main (1a2b3c4)\` to \`working tree\`.

### \`prod\`: unchanged

**Changed outside of Terraform (drift)**

| risk | key or resource | what changes | where |
| --- | --- | --- | --- |
| critical | \`chat g2\` | chat may be used from 65,792 more addresses, 65,536 of them of Google Cloud.<br>+ \`34.64.0.0/16\`, \`93.184.216.0/24\`<br>by \`prod-egress\` | \`google_apikeys_key.key-chat_g2\` |
`);
});

test("what the sentence says is not told again, but for a part of a longer name", () => {
  const change = {
    kind: "access",
    risk: "high",
    address: 'module.team["ads"].google_project_iam_member.reader["search"]',
    sentence: "group:a@example.com gets roles/viewer on the project; chat may be used from 198.51.100.70.",
  } as const;
  const rows = renderMarkdown(
    reviewOf({
      environments: [
        environmentOf({
          changes: [
            { ...change, after: "roles/viewer on the project" },
            { ...change, before: "roles/viewer", after: "roles/owner" },
            { ...change, added: ["group:a@example.com: roles/viewer"] },
            { ...change, added: ["198.51.100.7"], removed: ["198.51.100.70"] },
            { ...change, added: ["a@example.com"], address: "google_project.project", after: "" },
          ],
        }),
      ],
    }),
  )
    .split("\n")
    .filter((line) => line.startsWith("| high"));
  const said = "`group:a@example.com` gets roles/viewer on the project; chat may be used from `198.51.100.70`.";
  const where = '`module.team["ads"].google_project_iam_member.reader["search"]`';
  const [subject, whole] = ['`team["ads"].reader["search"]`', "`google_project.project`"];
  expect(rows).toEqual([
    `| high | ${subject} | ${said} | ${where} |`,
    `| high | ${subject} | ${said}<br>\`roles/viewer\` → \`roles/owner\` | ${where} |`,
    `| high | ${subject} | ${said} | ${where} |`,
    `| high | ${subject} | ${said}<br>+ \`198.51.100.7\` | ${where} |`,
    `| high | ${whole} | ${said}<br>+ \`a@example.com\` |  |`,
  ]);
});

describe("too long for a comment", () => {
  const many = (count: number, over: Partial<Change>) =>
    Array.from({ length: count }, (_, index) => ({ ...WIDENED, key: `key-${index}`, ...over }));
  const environments: EnvironmentReview[] = [
    environmentOf({
      name: "a-low",
      risk: "low",
      changes: many(400, { risk: "low" }),
      findings: { new: [], fixed: [], standing: Array.from({ length: 50 }, () => NEW_FINDING) },
    }),
    environmentOf({ name: "b-critical", risk: "critical", changes: [WIDENED, ...many(90, { risk: "medium" })] }),
    environmentOf({ name: "c-high", risk: "high", changes: many(20, { risk: "high" }), drift: many(1, {}) }),
  ];
  const markdown = renderMarkdown(reviewOf({ risk: "critical", environments }));

  test("what has the least risk is left out first, in whole rows, and counted", () => {
    expect(markdown.length).toBeLessThanOrEqual(MAX_MARKDOWN);
    expect(markdown.length).toBeGreaterThan(MAX_MARKDOWN - 2000);
    const rows = (name: string) =>
      (sectionOf(markdown, name).match(/^\| (?:critical|high|medium|low) /gm) ?? []).length;
    expect([rows("b-critical"), rows("c-high")]).toEqual([91, 21]);
    const low = rows("a-low");
    expect(low).toBeGreaterThan(50);
    expect(markdown).toContain(
      `**Left out, since it is too long for a comment:** ${400 - low} low changes and 50 high findings, those of the least risk. \`gemkeys review\` shows all.`,
    );
    expectSound(markdown);
  });

  test("the worst environment is the first", () => {
    expect([...markdown.matchAll(/^### `(.*?)`/gm)].map(([, name]) => name)).toEqual(["b-critical", "c-high", "a-low"]);
  });

  test("a thousand changed environments: their headings do not push out what is critical", () => {
    const created = Array.from({ length: 3000 }, (_, index) => environmentOf({ name: `e${index}`, status: "created" }));
    const long = renderMarkdown(reviewOf({ risk: "critical", environments: [...created, ...environments] }));
    expect(long).toContain("### `b-critical`: changed, critical risk");
    expect(long).toMatch(/\d+ low changes, 50 high findings and 3000 environments, those of the least risk/);
    expect(long.length).toBeLessThanOrEqual(MAX_MARKDOWN);
  });
});

test("any review: short enough, the same each time, tables and folded parts whole, no markup of its own", () => {
  fc.assert(
    fc.property(arbitraryReview(), (review) => {
      const markdown = renderMarkdown(review);
      expect(markdown.length).toBeLessThanOrEqual(MAX_MARKDOWN);
      expect(renderMarkdown(structuredClone(review))).toBe(markdown);
      expectSound(markdown);
    }),
    { numRuns: 30 },
  );
});

test("the longest texts everywhere", () => {
  const text = "|`a @b ".repeat(300);
  const texts = Array.from({ length: 300 }, () => text);
  const change: Change = {
    kind: "other",
    risk: "critical",
    key: text,
    sentence: text,
    added: texts,
    removed: texts,
    networks: texts,
    before: text,
    after: text,
    location: { file: text, line: 1, column: 1 },
  };
  const environments = Array.from({ length: 6 }, (_, index) =>
    environmentOf({
      name: text + index,
      risk: "critical",
      changes: Array.from({ length: 6 }, () => change),
      others: texts.map((type) => ({ type, action: type, count: 1 })),
    }),
  );
  const notes = texts.map((each) => ({ risk: "critical" as const, text: `${each}\n${each}` }));
  const review: Review = reviewOf({ risk: "critical", base: text, head: text, environments, notes });
  const markdown = renderMarkdown(review);
  expect(markdown.length).toBeLessThanOrEqual(MAX_MARKDOWN);
  expect(markdown).toContain("Left out, since it is too long for a comment:");
  expect(markdown).toContain("| critical |");
  expectSound(markdown);
});

/** Only our elements, without attributes; nothing that GitHub links; all rows of a table as long as its head. */
function expectSound(markdown: string): void {
  const { html, tags, outside } = renderGithub(markdown);
  expect(tags.filter((tag) => !TAGS.includes(tag))).toEqual([]);
  expect(outside).not.toMatch(GITHUB_LINKS);
  expect(outside).not.toMatch(/\|\s*---/);
  for (const name of ["details", "summary", "table"]) {
    expect(html.split(`<${name}>`)).toHaveLength(html.split(`</${name}>`).length);
  }
  for (const table of html.match(/<table>.*?<\/table>/gs) ?? []) {
    const cells = table
      .split("<tr>")
      .slice(1)
      .map((row) => row.split(/<t[hd]>/).length - 1);
    expect(new Set(cells)).toEqual(new Set([4]));
    expect(cells.length).toBeGreaterThan(1);
  }
  const lines = markdown.split("\n").filter((line) => line.startsWith("| "));
  expect(lines.filter((line) => line.split("|").length !== 6)).toEqual([]);
}

function sectionOf(markdown: string, name: string): string {
  return markdown.split(/^### /m).find((section) => section.startsWith(`\`${name}\``)) ?? "";
}
