import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { reviewOfManyKeys } from "../../../bench/many-keys";
import { pageScript } from "../../../review/html/bundle";
import { renderHtml } from "../../../review/html/render";
import { embeddedJson, escapeHtml } from "../../../review/html/to-html";
import type { Review } from "../../../review/model";
import { BIDI, BIDI_WRITTEN, HOSTILE, hostileReview } from "./hostile-review";
import { environment, environmentReview, finding, key, reader, review, sampleReview } from "./sample-review";

const TAGS = [
  ..."!doctype html head meta title style body div a header h1 h2 h3 p code span button nav ul li form label input select".split(
    " ",
  ),
  ..."option main section details summary table caption thead tbody tr th td footer script wbr".split(" "),
];

function render(page: Review): string {
  return renderHtml({ kind: "review", review: page });
}

/** The elements of a page, and how many scripts there are. */
function tagsOf(html: string): { readonly tags: Set<string>; readonly scripts: number } {
  const found = [...html.matchAll(/<\/?([^\s>]+)/g)].map(([, tag]) => tag!.toLowerCase());
  return { tags: new Set(found), scripts: found.filter((tag) => tag === "script").length };
}

/** Values are in double quotes, and hold none. */
function attributesOf(html: string): Set<string> {
  const elements = markupOf(html)
    .replace(/"[^"]*"/g, "")
    .match(/<[a-z][^>]*>/g)!;
  return new Set(elements.flatMap((element) => element.replace(/[<>=]/g, "").split(/\s+/).slice(1)));
}

/** What the browser would take as a page: without the script and the style, which are ours. */
function markupOf(html: string): string {
  return html.replace(pageScript(), "").replace(/<style>[^<]*<\/style>/, "<style></style>");
}

describe("escaping", () => {
  test("markup and quotes become entities", () => {
    expect(escapeHtml(`<a href="x" title='y'>&amp;</a>`)).toBe(
      "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;",
    );
  });

  test("JSON in a script holds nothing that could end it, and is the same JSON", () => {
    const value = { text: "</script><!-- & \u2028\u2029" };
    expect(embeddedJson(value)).toBe('{"text":"\\u003c/script\\u003e\\u003c!-- \\u0026 \\u2028\\u2029"}');
    expect(JSON.parse(embeddedJson(value))).toEqual(value);
  });

  test("no text of a review makes an element, a comment or an attribute", () => {
    const { tags, scripts } = tagsOf(markupOf(render(hostileReview())));
    expect([...tags].filter((tag) => !TAGS.includes(tag))).toEqual([]);
    expect(scripts).toBe(4);
    expect([...attributesOf(render(hostileReview()))].filter((name) => /^(on.*|style|src.*)$/.test(name))).toEqual([]);
    expect(markupOf(render(hostileReview()))).not.toMatch(/<[^>]* href="(?!#)/);
  });

  test("whatever the texts are", () => {
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(...HOSTILE));
    fc.assert(
      fc.property(text, text, (one, other) => {
        const before = environment(one, [key(other)]);
        const after = environment(one, [key(other, { readers: [reader(one)], purpose: other })]);
        const page = review([
          environmentReview(one, {
            status: "changed",
            changes: [{ kind: "other", risk: "low", key: other, sentence: one, added: [other] }],
            findings: { new: [finding(one, { message: other })], fixed: [], standing: [] },
            before,
            after,
          }),
        ]);
        const { tags, scripts } = tagsOf(markupOf(render(page)));
        expect([...tags].filter((tag) => !TAGS.includes(tag))).toEqual([]);
        expect(scripts).toBe(4);
      }),
      { numRuns: 40 },
    );
  });

  test("what turns text around or is not seen is written out", () => {
    const html = render(hostileReview());
    expect(html).not.toContain(BIDI);
    expect(html).not.toMatch(/[\p{Cf}]/u);
    expect(html).toContain(escapeHtml(BIDI_WRITTEN));
  });

  test("a key in a text is not repeated", () => {
    const fake = `AIza${"x".repeat(35)}`; // no key, it only looks like one
    const html = render(
      review([environmentReview("dev", { after: environment("dev", [key("web", { purpose: fake })]) })]),
    );
    expect(html).not.toContain(fake);
    expect(html).toContain("[redacted]");
  });
});

describe("the file", () => {
  const html = render(sampleReview());

  test("allows its own script and style by their hashes, and nothing else", () => {
    const hash = (text: string) => `&#39;sha256-${createHash("sha256").update(text).digest("base64")}&#39;`;
    const [, style] = /<style>([\s\S]*?)<\/style>/.exec(html)!;
    const [, script] = /<script>([\s\S]*?)<\/script>/.exec(html)!;
    const [, policy] = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(html)!;
    expect(policy!.split("; ")).toEqual([
      "default-src &#39;none&#39;",
      `script-src ${hash(script!)}`,
      `style-src ${hash(style!)}`,
      "base-uri &#39;none&#39;",
      "form-action &#39;none&#39;",
      "require-trusted-types-for &#39;script&#39;",
      "trusted-types &#39;none&#39;",
    ]);
    expect(html.indexOf(policy!)).toBeLessThan(html.indexOf("<style>"));
  });

  test("its script neither makes markup from text, nor code from text, nor a request", () => {
    expect(pageScript()).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|fetch\(|XMLHttpRequest|WebSocket|import\(|https?:(?!\/\/www\.w3\.org\/2000\/svg)/,
    );
  });

  test("is complete without the script: what changes, who reads, from where, for what", () => {
    const markup = markupOf(html);
    for (const text of [
      "Highest risk: critical",
      "6 changes and 1 new finding, on 4 of 6 keys, in 1 environment.",
      "Everybody in the group gcp-search-oncall@example.com can read the key.",
      "The alert on strangers who read keys is off.",
      "somebody@example.com was given roles/editor on the project, without Terraform.",
      "Waived until 2027-03-31 by search-oncall@example.com: The people on call restart the batch by hand",
      "203.0.113.0/28",
      "3 more environments cannot be reached by this change.",
      "Other resources: 2 google_storage_bucket create.",
    ]) {
      expect(markup).toContain(escapeHtml(text));
    }
  });

  test("of a review in which nothing changes says so", () => {
    const markup = markupOf(render(review([])));
    expect(markup).toContain("Nothing changes for any key");
    expect(markup).toContain("There are no keys.");
  });

  test("is the same each time", () => {
    expect(render(sampleReview())).toBe(html);
  });

  test("of 1,000 keys has less than 5 MB, and an unchanged key is in it once", () => {
    const many = render(reviewOfManyKeys(1000));
    expect(many.length).toBeLessThan(5_000_000);
    const [, json] = /<script type="application\/json" id="data">([\s\S]*?)<\/script>/.exec(many)!;
    expect(json!.split('"purpose":"Calls Gemini for service 1 of env-000"')).toHaveLength(2);
  });
});

describe("an inventory", () => {
  test("has keys, who reads them and when they are due, and no word of changes", () => {
    const html = renderHtml({
      kind: "inventory",
      today: "2027-03-01",
      environments: [environment("prod", [key("chat-backend")]), environment("dev", [])],
    });
    const markup = markupOf(html);
    for (const text of [
      "1 key in 2 environments",
      "As declared on 2027-03-01.",
      "2027-01-30</span> overdue",
      "chat-backend",
    ]) {
      expect(markup).toContain(text);
    }
    expect(markup).not.toContain('id="changes"');
    expect(markup).not.toContain(">unchanged<");
  });
});
