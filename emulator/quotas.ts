import { objectField, stringMapField } from "./fields";
import type { Settings } from "./service";
import type { Project, Store, UsageRecord } from "./store";
import { minuteMs } from "./usage";

/** A quota of the Gemini API that is counted by model. */
export interface ModelQuota {
  readonly id: string;
  /** The metric that errors name, below `generativelanguage.googleapis.com/`. */
  readonly metric: string;
  readonly per: "minute" | "day";
  readonly of: "requests" | "inputTokens";
  /** Whether it is that of projects with a billing account. */
  readonly paid: boolean;
}

/** Ids and metrics as they were seen in errors; whether Google has one for input tokens a day with billing is not known. */
export const modelQuotas: readonly ModelQuota[] = [
  {
    id: "GenerateRequestsPerMinutePerProjectPerModel",
    metric: "generate_requests_per_model",
    per: "minute",
    of: "requests",
    paid: true,
  },
  {
    id: "GenerateRequestsPerDayPerProjectPerModel",
    metric: "generate_requests_per_model_per_day",
    per: "day",
    of: "requests",
    paid: true,
  },
  {
    id: "GenerateContentPaidTierInputTokensPerModelPerMinute",
    metric: "generate_content_paid_tier_input_token_count",
    per: "minute",
    of: "inputTokens",
    paid: true,
  },
  {
    id: "GenerateRequestsPerMinutePerProjectPerModel-FreeTier",
    metric: "generate_content_free_tier_requests",
    per: "minute",
    of: "requests",
    paid: false,
  },
  {
    id: "GenerateRequestsPerDayPerProjectPerModel-FreeTier",
    metric: "generate_content_free_tier_requests",
    per: "day",
    of: "requests",
    paid: false,
  },
  {
    id: "GenerateContentInputTokensPerModelPerMinute-FreeTier",
    metric: "generate_content_free_tier_input_token_count",
    per: "minute",
    of: "inputTokens",
    paid: false,
  },
  {
    id: "GenerateContentInputTokensPerModelPerDay-FreeTier",
    metric: "generate_content_free_tier_input_token_count",
    per: "day",
    of: "inputTokens",
    paid: false,
  },
];

/** What limits are worked out from. */
export interface QuotaContext {
  readonly store: Store;
  readonly settings: Settings;
}

/**
 * The limit that was asked for: by a preference of Cloud Quotas for the model, by one for all models, or by the setting for
 * requests a minute. Infinity for a preference without limit, undefined if nothing was asked for.
 */
export function wantedLimit(
  context: QuotaContext,
  project: Project,
  quota: ModelQuota,
  model: string,
): number | undefined {
  const perMinute = quota.per === "minute" && quota.of === "requests" ? context.settings.quotaPerMinute : undefined;
  return preferredLimit(context.store, project, quota.id, { model, location: "global" }) ?? perMinute;
}

/** The preference that names most of the dimensions counts; one that names another model does not. */
function preferredLimit(
  store: Store,
  { projectNumber }: Project,
  quotaId: string,
  dimensions: Readonly<Record<string, string>>,
): number | undefined {
  const limits = store.quotaPreferences
    .list(`projects/${projectNumber}`)
    .filter(({ value }) => value["quotaId"] === quotaId)
    .map(({ value }) => ({
      named: Object.entries(stringMapField(value, "dimensions") ?? {}),
      granted: Number(objectField(value, "quotaConfig")?.["grantedValue"]),
    }))
    .filter(({ named }) => named.every(([name, text]) => dimensions[name] === text))
    .sort((a, b) => b.named.length - a.named.length);
  const granted = limits[0]?.granted;
  return granted === -1 ? Number.POSITIVE_INFINITY : granted;
}

/** Calls that use up quotas: those that generate and were answered, in the time the project was of that tier. */
export function usesQuota({ method, code, model, paid }: UsageRecord, ofPaid: boolean): boolean {
  return code === 200 && model !== "" && paid === ofPaid && /GenerateContent$/.test(method);
}

/** A quota that has no room for a call. */
export interface ViolatedQuota {
  readonly quota: ModelQuota;
  readonly limit: number;
  /** Milliseconds since 1970. */
  readonly resetAt: number;
}

/** The quotas of a model in which one more call, with so many tokens, has no room. */
export function violatedQuotas(
  context: QuotaContext,
  project: Project,
  model: string,
  promptTokens: number,
): ViolatedQuota[] {
  const paid = project.billingAccount !== "";
  const now = context.store.now().getTime();
  return modelQuotas
    .filter((quota) => quota.paid === paid)
    .flatMap((quota) => {
      const limit = wantedLimit(context, project, quota, model);
      if (limit === undefined) {
        return [];
      }
      const { start, end } = quota.per === "day" ? pacificDay(now) : minuteOf(now);
      const used = usedSince(context.store, project, quota, model, start);
      const more = quota.of === "requests" ? 1 : promptTokens;
      return used + more > limit ? [{ quota, limit, resetAt: end }] : [];
    });
}

function usedSince(
  store: Store,
  { projectId }: Project,
  { of, paid }: ModelQuota,
  model: string,
  start: number,
): number {
  return store.usage
    .list(projectId)
    .filter((record) => record.model === model && usesQuota(record, paid))
    .flatMap(({ minutes }) => minutes.filter(({ minute }) => minute * minuteMs >= start))
    .reduce((sum, { count, promptTokens }) => sum + (of === "requests" ? count : promptTokens), 0);
}

interface Period {
  readonly start: number;
  readonly end: number;
}

/** A minute of the clock. Whether Google's minute is one of the clock or the last 60 seconds is not known. */
function minuteOf(now: number): Period {
  const start = Math.floor(now / minuteMs) * minuteMs;
  return { start, end: start + minuteMs };
}

const dayMs = 24 * 60 * minuteMs;
const pacificTime = new Intl.DateTimeFormat("en-US", {
  timeZone: "America/Los_Angeles",
  timeZoneName: "longOffset",
});

/**
 * Quotas per day start anew at midnight Pacific time, whose days have 23 to 25 hours.
 *
 * @see https://ai.google.dev/gemini-api/docs/rate-limits
 */
export function pacificDay(now: number): Period {
  const midnight = Math.floor((now + pacificOffset(now)) / dayMs) * dayMs;
  return { start: fromPacific(midnight), end: fromPacific(midnight + dayMs) };
}

/** The time of a midnight on the wall. The offset changes at two in the morning, so some hours before midnight it is the same. */
function fromPacific(midnight: number): number {
  return midnight - pacificOffset(midnight);
}

/** Milliseconds ahead of UTC: negative. */
function pacificOffset(at: number): number {
  const name = pacificTime.formatToParts(at).find(({ type }) => type === "timeZoneName")?.value ?? "";
  const [, hours = "0", minutes = "0"] = /^GMT([+-]\d+):(\d+)$/.exec(name) ?? [];
  return (Number(hours) * 60 - Number(minutes)) * minuteMs;
}
