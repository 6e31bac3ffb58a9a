import { closest } from "./closest";
import { type Problem, problem } from "./problem";

/** What one quota of the Gemini API limits. */
export interface QuotaFacts {
  readonly counts: "requests" | "input tokens";
  readonly per: "minute" | "day";
  /** Of the free tier; the others are those of a project with billing. */
  readonly freeTier: boolean;
}

/**
 * The quotas of `generativelanguage.googleapis.com` that are limited for each model, by their id at Google.
 *
 * Google publishes no list; these ids were seen in its error messages (2026-11). What a project really has, shows
 * `gcloud beta quotas info list --service=generativelanguage.googleapis.com --project=<id>`.
 *
 * @see https://ai.google.dev/gemini-api/docs/rate-limits
 */
export const QUOTAS: Readonly<Record<string, QuotaFacts>> = {
  GenerateRequestsPerMinutePerProjectPerModel: { counts: "requests", per: "minute", freeTier: false },
  GenerateRequestsPerDayPerProjectPerModel: { counts: "requests", per: "day", freeTier: false },
  GenerateContentPaidTierInputTokensPerModelPerMinute: { counts: "input tokens", per: "minute", freeTier: false },
  "GenerateContentPaidTierInputTokensPerModelPerMinute-PaidTier2": {
    counts: "input tokens",
    per: "minute",
    freeTier: false,
  },
  "GenerateRequestsPerMinutePerProjectPerModel-FreeTier": { counts: "requests", per: "minute", freeTier: true },
  "GenerateRequestsPerDayPerProjectPerModel-FreeTier": { counts: "requests", per: "day", freeTier: true },
  "GenerateContentInputTokensPerModelPerMinute-FreeTier": { counts: "input tokens", per: "minute", freeTier: true },
  "GenerateContentInputTokensPerModelPerDay-FreeTier": { counts: "input tokens", per: "day", freeTier: true },
};

export const QUOTA_IDS: readonly string[] = Object.keys(QUOTAS);

/** The largest value: Google counts in 64 bits, and this one is exact as a JavaScript number. */
export const MAX_QUOTA = 1_000_000_000_000;

/** The form of a model's name, as it stands in the path of a call after `models/`. */
export const MODEL_NAME = /^[a-z][a-z0-9]*(?:[.-][a-z0-9]+)*$/;

/** The id of a quota that is in the catalogue. */
export function checkQuotaId(id: string): Problem | undefined {
  if (QUOTA_IDS.includes(id)) return undefined;
  const guess = closest(id, QUOTA_IDS);
  const fix = guess ? `Did you mean ${guess}?` : `Write one of: ${QUOTA_IDS.join(", ")}.`;
  return problem("must be a quota of the Gemini API that gemkeys knows", id, fix);
}

/** The name of a model. Only the form is checked: Google adds models. */
export function checkModel(model: string): Problem | undefined {
  if (MODEL_NAME.test(model)) return undefined;
  const bare = model.replace(/^models\//, "");
  const fix = bare !== model && MODEL_NAME.test(bare) ? `Write ${bare}.` : "Write a name such as gemini-3.5-flash.";
  return problem("must be the name of a model", model, fix);
}

/** A limit: a whole number of requests or tokens, at least 1. */
export function checkQuotaLimit(limit: number): Problem | undefined {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_QUOTA) return undefined;
  const fix = "To stop a key, retire it or remove its readers: a quota of 0 would stop every key of the project.";
  return { rule: `must be a whole number from 1 to ${MAX_QUOTA}`, got: String(limit), fix };
}
