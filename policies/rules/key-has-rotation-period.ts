import { keyName, keyViolation, onceAKey } from "../keys";
import { API_KEY_PRACTICES, cis } from "../pages";
import type { Rule } from "../rule";

/** CIS asks for 90 days, which is too often for some: a year is what nobody should pass. */
export const LONGEST_PERIOD_DAYS = 365;

export const keyHasRotationPeriod: Rule = {
  id: "GEMKEY-ROT-05",
  title: "A key has a rotation period",
  severity: "low",
  rationale:
    "Without a period nothing says that a key is too old, and it is rotated for the first time when it has leaked.",
  fix: "Write `rotateEvery: 90d`.",
  references: [cis("1.15"), API_KEY_PRACTICES],
  check: ({ facts }) =>
    onceAKey(
      facts.apiKeys.flatMap((key) => {
        if (key.declared === undefined) return [];
        const period = key.declared.rotateEveryDays;
        const field = { ours: "rotateEvery", theirs: "" };
        if (period === undefined) return [keyViolation(key, `${keyName(key)} has no rotation period.`, field)];
        if (period <= LONGEST_PERIOD_DAYS) return [];
        const message = `${keyName(key)} is rotated every ${period} days, less than once a year.`;
        return [keyViolation(key, message, field, `${period}d`)];
      }),
    ),
};
