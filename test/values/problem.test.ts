import fc from "fast-check";
import { parseAddress } from "../../values/address-set";
import { checkDate } from "../../values/date";
import { parseDays } from "../../values/duration";
import * as ids from "../../values/google-ids";
import { checkCurrency, parseMoney } from "../../values/money";
import { checkLength, describeProblem, echo, type Problem, problem } from "../../values/problem";
import { redactKeys } from "../../values/redact";
import { checkTemplateCharacters } from "../../values/template-characters";

const tail = fc.stringMatching(/^[A-Za-z0-9_-]{35}$/);
const key = fc.oneof(
  tail.map((text) => `AIza${text}`),
  fc.stringMatching(/^[A-Za-z0-9_-]{20,60}$/).map((text) => `AQ.${text}`),
);

/** Any code points, unpaired surrogates among them; fast-check's own unit "binary" takes a second to set up. */
const anyText = fc.array(fc.nat(0x10ffff), { maxLength: 20 }).map((points) => String.fromCodePoint(...points));

describe("redactKeys", () => {
  test.each([
    [`AIza${"x".repeat(35)}`, "[redacted]"],
    [`key=AIza${"x".repeat(35)}&alt=json`, "key=[redacted]&alt=json"],
    [`AQ.${"x".repeat(20)}`, "[redacted]"],
    [`AQ.${"x".repeat(50)}. Next`, "[redacted]. Next"],
    [`AIza${"x".repeat(35)} AQ.${"y".repeat(50)}`, "[redacted] [redacted]"],
    [`xAIza${"x".repeat(35)}`, "x[redacted]"],
    [`AQ.AQ.${"x".repeat(20)}`, "AQ.[redacted]"],
    [`AQ.${"x".repeat(19)}`, `AQ.${"x".repeat(19)}`],
    ["AIza…", "AIza…"],
    ["", ""],
  ])("%s is %s", (text, expected) => {
    expect(redactKeys(text)).toBe(expected);
  });

  test("leaves nothing of a key, wherever it stands", () => {
    fc.assert(
      fc.property(fc.string(), key, fc.string(), (before, secret, after) => {
        const redacted = redactKeys(`${before}${secret}${after}`);
        expect(redacted).toContain("[redacted]");
        expect(redacted).not.toContain(secret.slice(4));
        expect(redacted).not.toMatch(/AIza[\w-]{35}|AQ\.[\w-]{20}/);
      }),
    );
  });

  test("is idempotent, and leaves other text as it is", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(redactKeys(redactKeys(text))).toBe(redactKeys(text));
        if (!/AIza|AQ\./.test(text)) expect(redactKeys(text)).toBe(text);
      }),
    );
  });
});

describe("no rule shows a key", () => {
  const rules: Record<string, (text: string) => Problem | undefined> = {
    parseAddress: (text) => {
      const parsed = parseAddress(text);
      return "refusal" in parsed ? parsed.refusal.problem : undefined;
    },
    parseMoney: (text) => refusalOf(parseMoney(text)),
    parseDays: (text) => refusalOf(parseDays(text, { min: 7, max: 365 })),
    checkDate,
    checkCurrency,
    checkTemplateCharacters,
    checkLength: (text) => checkLength(text, 0, 3),
    checkAnnotationKey: ids.checkAnnotationKey,
    checkBillingAccount: ids.checkBillingAccount,
    checkBucketName: ids.checkBucketName,
    checkDomain: ids.checkDomain,
    checkEmail: ids.checkEmail,
    checkIamMember: ids.checkIamMember,
    checkKeyId: ids.checkKeyId,
    checkKeyName: ids.checkKeyName,
    checkLabelKey: ids.checkLabelKey,
    checkLabelValue: ids.checkLabelValue,
    checkName: (text) => ids.checkName(text, 30),
    checkParent: ids.checkParent,
    checkProjectId: ids.checkProjectId,
    checkProviderVersion: ids.checkProviderVersion,
    checkRegion: ids.checkRegion,
    checkRepository: ids.checkRepository,
    checkSecretId: ids.checkSecretId,
    checkServiceAccountId: ids.checkServiceAccountId,
  };
  const around = fc.constantFrom(
    "",
    " ",
    "8.8.8.8/",
    "010.8.8.8/",
    "user:",
    "group:a",
    "domain:",
    "principal://",
    "gs://",
    "billingAccounts/",
    "${",
    "2000 ",
    "acme/",
    "https://github.com/acme/",
    "@example.com",
    ".git",
    "\n",
    " USD",
    "-a",
    "d",
  );

  test.each(Object.entries(rules))("%s", (_, rule) => {
    fc.assert(
      fc.property(around, key, around, (before, secret, after) => {
        const refusal = rule(`${before}${secret}${after}`);
        const message = refusal === undefined ? "" : describeProblem("x", refusal);
        expect(message.toLowerCase()).not.toContain(secret.slice(4, 24).toLowerCase());
      }),
    );
  });

  function refusalOf(parsed: object): Problem | undefined {
    return "problem" in parsed ? (parsed.problem as Problem) : undefined;
  }
});

describe("a message", () => {
  test("has the field, the rule, what was got and the fix", () => {
    expect(describeProblem("allow[1]", problem("must be a public range", "10.0.0.0/8", "Use another."))).toBe(
      "`allow[1]` must be a public range, got: 10.0.0.0/8. Use another.",
    );
  });

  test("shows a key in none of its parts", () => {
    const secret = `AQ.${"x".repeat(50)}`;
    expect(problem(`must not be ${secret}`, secret, `Remove ${secret}.`)).toEqual({
      rule: "must not be [redacted]",
      got: "[redacted]",
      fix: "Remove [redacted].",
    });
  });

  test.each([
    ["plain", "plain"],
    ["with space", "with space"],
    ["“quoted” & ünïcode 日本", "“quoted” & ünïcode 日本"],
    ["", '""'],
    [" edge", '" edge"'],
    ["edge ", '"edge "'],
    ["two\nlines", '"two\\nlines"'],
    ["\u001b[31mred", '"\\u001b[31mred"'],
    ["zero\u200bwidth", '"zero\\u200bwidth"'],
    ["right\u202eleft", '"right\\u202eleft"'],
    ["line\u2028separator", '"line\\u2028separator"'],
    ["tag\u{e0041}", '"tag\\udb40\\udc41"'],
    ["a".repeat(80), "a".repeat(80)],
    ["a".repeat(81), "81 characters"],
    ["😀".repeat(81), "81 characters"],
  ])("shows %j as %s", (value, shown) => {
    expect(echo(value)).toBe(shown);
  });

  test("stays on one line and short", () => {
    fc.assert(
      fc.property(anyText, (value) => {
        const shown = echo(value);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(shown).not.toBe("");
      }),
    );
  });
});

describe("checkLength", () => {
  test.each([
    ["a", 1, 5],
    ["abcde", 1, 5],
    ["", 0, 5],
    ["😀😀", 1, 2],
  ])("accepts %j for %i to %i", (text, min, max) => {
    expect(checkLength(text, min, max)).toBeUndefined();
  });

  test.each([
    ["", 1, 5, "must have 1 to 5 characters, got: 0 characters. Write at least 1."],
    ["a", 2, 5, "must have 2 to 5 characters, got: 1 character. Write at least 2."],
    ["abcdef", 1, 5, "must have 1 to 5 characters, got: 6 characters. Shorten it by 1."],
    ["abcdef", 0, 3, "must have at most 3 characters, got: 6 characters. Shorten it by 3."],
  ])("refuses %j for %i to %i", (text, min, max, message) => {
    const refusal = checkLength(text, min, max);
    expect(refusal && describeProblem("x", refusal)).toBe(`\`x\` ${message}`);
  });
});

describe("checkTemplateCharacters", () => {
  test.each(["", "plain", "$", "%", "100 %", "a{b}", "$ {", "$}"])("accepts %j", (text) => {
    expect(checkTemplateCharacters(text)).toBeUndefined();
  });

  test.each([
    ["${x}", "${", "${x}"],
    ["$${x}", "${", "$${x}"],
    ["%{if}", "%{", "%{if}"],
    ["%%{if}", "%{", "%%{if}"],
    ["a ${", "${", "a ${"],
    ["a %{ then ${", "%{", "a %{ then ${"],
    [`${"x".repeat(90)}\${`, "${", "92 characters"],
  ])("refuses %j", (text, found, got) => {
    const refusal = checkTemplateCharacters(text);
    expect(refusal && describeProblem("x", refusal)).toBe(
      `\`x\` must not contain ${found}, got: ${got}. Terraform would run it as an expression. Write the text without it.`,
    );
  });
});

test("a field with a name of several lines stands on one", () => {
  expect(describeProblem("keys.{ web:\n    owner: search }", problem("must be a name", "x", "Write one."))).toBe(
    "`keys.{ web: owner: search }` must be a name, got: x. Write one.",
  );
});
