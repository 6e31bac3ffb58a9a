import fc from "fast-check";
import { htmlText, markdownCode, markdownText } from "../../values/escape-markdown";
import { visibleText } from "../../values/visible-text";
import { GITHUB_LINKS, renderGithub } from "../helpers/render-github";

test.each([
  ["chat may be used from 65,536 more addresses (12.5% of them).", undefined],
  ["Don't: it's well-known, and/or “new”", undefined],
  ["@team #1 GH-1 a1b2c3d4 :tada:", "`@team` `#1` `GH-1` `a1b2c3d4` `:tada`:"],
  ["by user:a@example.com, from 8.8.8.0/24.", "by `user:a@example.com`, from `8.8.8.0/24`."],
  ["https://evil.example www.evil.example", "`https://evil.example` `www.evil.example`"],
  ["[a](javascript:b) ![c](d)", "`[a](javascript:b)` `![c](d)`"],
  ["<img src=x> &lt; <!-- -->", "`<img` `src=x>` `&lt`; `<!--` `-->`"],
  ["a|b c\\| d`e", "`a`&#124;`b` `c\\`&#124; `d`&#96;`e`"],
  ["**a** _b_ ~~c~~ $d$", "`**a**` `_b_` `~~c~~` `$d$`"],
  ["# h", "`#` h"],
  ["a\n\n- b\n1. c", "a `-` b 1. c"],
  ["1. a", "1\\. a"],
  ["2) a", "2\\) a"],
  ["The field `allow`, (`a | b`).", "The field `allow`, (`a`&#32;&#124;&#32;`b`)."],
  ["x`a`y `b``c`", "`x`&#96;`a`&#96;`y` &#96;`b`&#96;&#96;`c`&#96;"],
  ["\u202Eabc", "`\\u202eabc`"],
  ["", ""],
])("text: %j", (text, markdown = text) => {
  expect(markdownText(text)).toBe(markdown.replaceAll("&#32;", " "));
});

test.each([
  ["a b", "`a b`"],
  ["a`|`b", "`a`&#96;&#124;&#96;`b`"],
  ["``` x ```", "&#96;&#96;&#96; `x` &#96;&#96;&#96;"],
  ["a\\|", "`a\\`&#124;"],
  ["a\nb", "`a b`"],
  ["", ""],
])("code: %j", (value, markdown) => {
  expect(markdownCode(value)).toBe(markdown);
});

test("HTML: one line, no tag, no entity, no back-tick", () => {
  expect(htmlText("<b a='1' c=\"2\">\n\n&amp; `x`")).toBe(
    "&#60;b a=&#39;1&#39; c=&#34;2&#34;&#62; &#38;amp; &#96;x&#96;",
  );
});

/** Pieces that mean something somewhere, in any order. */
const PIECES =
  "a|B|1|12.|7|é|東|\u0301|@|#|:|/|//|\\|\\\\|`|``|```|~|~~|*|**|_|__|-|---|=|===|+|<|>|</|<b>|</b>|<!--|-->|<a href=x>|&|&lt;|&#64;|!|[|]|(|)|![a](b)|[a](b)|[a]: b|{|}|$|$$|'|\"|,|.|;|?|%|^|https://x.example|http:|www.x.example|a@x.example|mailto:a@x.example|@acme/team|#12|acme/x#1|GH-1|ABC-12|deadbeef1|:tada:|javascript:a|<https://x.example>|</details>|<summary>|\n|\n\n|\t|  |\u00a0|\u2028|\u202e|\u2066|\u200b|\u00ad|\ufeff|\u0000|\u001b[31m|\ud800|❤\ufe0f|    x|> q|- x|1) y|# h"
    .split(/(?<!^)\|(?!$)/)
    .concat("|", "\\|", "| a |");

const hostile = fc.oneof(
  { weight: 3, arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((parts) => parts.join("")) },
  { weight: 2, arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((parts) => parts.join(" ")) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 30 }) },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme-ascii", maxLength: 30 }) },
);

const TABLE = ["<table>", "<tbody>", "<td>", "<th>", "<thead>", "<tr>"];
const PLACES: readonly [name: string, place: (markdown: string) => string, tags: readonly string[]][] = [
  ["a cell", (markdown) => `| h | h |\n| --- | --- |\n| ${markdown} | x<br>${markdown} |\n`, [...TABLE, "<br>"]],
  ["an entry", (markdown) => `- ${markdown}\n  - x: ${markdown}\n`, ["<ul>", "<li>"]],
  ["a paragraph", (markdown) => `x ${markdown}\n`, ["<p>"]],
  ["a paragraph of its own", (markdown) => `${markdown}\n`, ["<p>"]],
  ["a heading", (markdown) => `### ${markdown}: x\n`, ["<h3>"]],
  ["a quote", (markdown) => `> **x**: ${markdown}\n`, ["<blockquote>", "<p>", "<strong>"]],
  [
    "a folded part",
    (markdown) => `<details><summary>x</summary>\n\n- ${markdown}\n\n</details>\n`,
    ["<details>", "<summary>", "<ul>", "<li>"],
  ],
];

describe.each(PLACES)("any text in %s", (_, place, tags) => {
  const expected = new Set(["<code>", ...tags].flatMap((tag) => [tag, tag.replace("<", "</")]));
  const seen = (text: string) => text.replace(/[\s`]/g, "");
  const empty = seen(renderGithub(place("")).text);
  const repeats = renderGithub(place("y")).text.split("y").length - 1;

  test.each([
    ["as text", markdownText],
    ["as code", markdownCode],
  ])("%s: shows itself, and nothing else", (_, escaped) => {
    fc.assert(
      fc.property(hostile, (text) => {
        const markdown = escaped(text);
        const rendered = renderGithub(place(markdown));
        expect(rendered.tags.filter((tag) => !expected.has(tag))).toEqual([]);
        expect(rendered.outside).not.toMatch(GITHUB_LINKS);
        const visible = seen(visibleText(text));
        expect(seen(rendered.text).split(visible).join("").length).toBeLessThanOrEqual(empty.length);
        expect(seen(rendered.text)).toHaveLength(empty.length + repeats * visible.length);
        expect(markdown).not.toMatch(/[\r\n|]/);
      }),
      { numRuns: 200 },
    );
  });
});
