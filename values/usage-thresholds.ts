import type { Problem } from "./problem";

/** When an alert on the usage of keys is raised. Shares are percentages of an hour's answers. */
export interface UsageThresholds {
  /** Share of answers with 429. */
  readonly rateLimited: number;
  /** Share of answers with 401 or 403: a broken or blocked key. */
  readonly denied: number;
  /** Share of answers with another 4xx. */
  readonly rejected: number;
  /** How many times the calls of the same hour last week. */
  readonly growth: number;
  /** Days without a call of a key that was used in the week before. */
  readonly silenceDays: number;
  /** Percent of a quota per day. */
  readonly quota: number;
  /** Shares and growth of fewer calls raise no alert. */
  readonly minimumRequests: number;
}

export const DEFAULT_THRESHOLDS: UsageThresholds = {
  rateLimited: 5,
  denied: 5,
  rejected: 20,
  growth: 3,
  silenceDays: 2,
  quota: 80,
  minimumRequests: 20,
};

const SHARE = { min: 1, max: 100, fix: "Write percent, e.g. 5." };

/** What each may be. Less than twice last week's calls is everyday life; silence is compared with the week before. */
export const THRESHOLD_RANGES: Readonly<Record<keyof UsageThresholds, { min: number; max: number; fix: string }>> = {
  rateLimited: SHARE,
  denied: SHARE,
  rejected: SHARE,
  growth: { min: 2, max: 1000, fix: "Write how many times, e.g. 3." },
  silenceDays: { min: 1, max: 14, fix: "Write days, e.g. 2." },
  quota: SHARE,
  minimumRequests: { min: 1, max: 1_000_000, fix: "Write calls an hour, e.g. 20." },
};

/** A threshold outside of its range. */
export function checkThreshold(name: keyof UsageThresholds, value: number): Problem | undefined {
  const { min, max, fix } = THRESHOLD_RANGES[name];
  if (value >= min && value <= max) return undefined;
  return { rule: `must be from ${min} to ${max}`, got: String(value), fix };
}
