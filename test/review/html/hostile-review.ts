import type { Review } from "../../../review/model";
import { environment, environmentReview, finding, generation, key, reader, review } from "./sample-review";

/** Texts that would do something where they are not taken as texts. */
export const HOSTILE = [
  "<img src=x onerror=window.pwned=1>",
  "</script><script>window.pwned=1</script>",
  '"><svg onload=window.pwned=1>',
  "' onfocus='window.pwned=1' autofocus='",
  "<!-- <script>",
  "&lt;b&gt; &amp; &#60;",
  "{{constructor.constructor('window.pwned=1')()}} ${window.pwned=1}",
  "javascript:window.pwned=1",
  "__proto__",
] as const;

/** Turns the letters after it around, and hides the second text. */
export const BIDI = "user:\u202egro.live@nimda\u202c\u200b";
export const BIDI_WRITTEN = "user:\\u202egro.live@nimda\\u202c\\u200b";

/** Every text of a review is hostile, those that name keys and environments too. */
export function hostileReview(): Review {
  const environments = HOSTILE.map((text) => {
    const before = key(text, { owner: text, purpose: text, contact: text, secret: text });
    const after = key(text, {
      owner: `${text} 2`,
      purpose: text,
      readers: [reader(text, { role: text }), reader(BIDI)],
      generations: [
        generation(text, 1, {
          address: text,
          keyId: text,
          created: text,
          serviceAccount: text,
          apiTargets: [text],
          addresses: [text],
          clientRestrictions: [text],
        }),
      ],
    });
    const around = {
      project: { id: text, protected: true },
      budget: { amount: text, thresholds: [text], cap: text },
      audit: [text],
      alerts: [text],
    };
    const change = {
      kind: "other" as const,
      risk: "high" as const,
      key: text,
      address: text,
      sentence: text,
      added: [text],
      removed: [text, BIDI],
      before: text,
      after: text,
      networks: [text],
      location: { file: text, line: 1, column: 1 },
    };
    return environmentReview(text, {
      status: "changed",
      risk: "high",
      changes: [change],
      drift: [change],
      notInCode: [change],
      findings: {
        new: [finding(text, { key: text, message: text, fix: text, title: text, rule: text })],
        fixed: [],
        standing: [finding(text, { message: text, waiver: { reason: text, until: text, by: text } })],
      },
      others: [{ type: text, action: text, count: 1 }],
      before: environment(text, [before], around),
      after: environment(text, [after], around),
    });
  });
  const all = HOSTILE.join(" ");
  return review(environments, { base: all, head: all, risk: "high", notes: [{ risk: "low", text: all }] });
}
