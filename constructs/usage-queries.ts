/** PromQL over Google's metrics of calls to the Gemini API. */

/**
 * Calls by key, method and answer. Google shows them up to 30 minutes late, so every window is an hour: with a shorter one
 * an alert could look at nothing. Both sides of a share are late alike.
 *
 * @see https://docs.cloud.google.com/monitoring/api/metrics_gcp_p_z#gcp-serviceruntime
 */
const REQUESTS = "serviceruntime_googleapis_com:api_request_count";
const LATENCIES = "serviceruntime_googleapis_com:api_request_latencies_bucket";
const GEMINI = 'monitored_resource="consumed_api",service="generativelanguage.googleapis.com"';
const WINDOW = "1h";

/** Of the paid and of the free tier. Which of them a project writes changes with its billing, so both are looked at. */
const TIERS = ["generate_requests_per_model", "generate_content_free_tier_requests"];
const QUOTA = "generativelanguage_googleapis_com:quota_";

/** The calls of an hour, or those that `matcher` selects. An offset belongs to the selector, inside of `increase`. */
function calls(matcher = "", window = WINDOW, offset = ""): string {
  const selector = `${REQUESTS}{${GEMINI}${matcher === "" ? "" : `,${matcher}`}}[${window}]`;
  return `increase(${offset === "" ? selector : `${selector} offset ${offset}`})`;
}

/** True while more than so many percent of the answers have one of these codes. */
export function shareAbove(matcher: string, percent: number, minimumRequests: number): string {
  return `sum(${calls(matcher)}) / sum(${calls()}) > ${percent / 100} and sum(${calls()}) >= ${minimumRequests}`;
}

export const RATE_LIMITED = 'response_code="429"';
/** A key that is unknown, disabled or blocked by its restrictions. */
export const DENIED = 'response_code=~"401|403"';
export const REJECTED = 'response_code=~"4..",response_code!~"401|403|429"';

/** True while an hour has `times` the calls of the same hour a week ago. Without calls a week ago, any number is. */
export function growthAbove(times: number, minimumRequests: number): string {
  return `sum(${calls()}) > ${times} * sum(${calls("", WINDOW, "1w")}) and sum(${calls()}) >= ${minimumRequests}`;
}

/** True for each of these keys that was used in the week before, and not in the last days. */
export function silentFor(days: number, credentialIds: readonly string[], minimumRequests: number): string {
  const of = `credential_id=~"${credentialIds.join("|")}"`;
  const byKey = (window: string, offset = "") => `sum by (credential_id) (${calls(of, window, offset)})`;
  return `${byKey("1w", `${days}d`)} >= ${minimumRequests} unless ${byKey(`${days}d`)} > 0`;
}

/** For each tier, true while a model's calls of a day come near the quota per day. The quota's day ends at midnight Pacific time. */
export function quotaAbove(percent: number): string[] {
  const perDay = '{limit_name=~".*PerDay.*"}';
  return TIERS.map(
    (tier) =>
      `sum by (model, limit_name) (increase(${QUOTA}${tier}_usage${perDay}[23h])) / ` +
      `max by (model, limit_name) (max_over_time(${QUOTA}${tier}_limit${perDay}[23h])) > ${percent / 100}`,
  );
}

/** Calls a second by this label, over the last ten minutes. */
export function callsBy(label: string): string {
  return `sum by (${label}) (rate(${REQUESTS}{${GEMINI}}[10m]))`;
}

/** The percentage of answers with these codes. */
export function share(matcher: string): string {
  return `100 * sum(${calls(matcher)}) / sum(${calls()})`;
}

/** Seconds in which this share of the calls was answered. Google measures in seconds. */
export function latency(quantile: number): string {
  return `histogram_quantile(${quantile}, sum by (le) (rate(${LATENCIES}{${GEMINI}}[10m])))`;
}

/** Tokens of an hour by model; the metrics that a project does not write show nothing. */
export const TOKENS = {
  input: ["generate_content_paid_tier_input_token_count", "generate_content_free_tier_input_token_count"].map(
    (metric) => `sum by (model) (increase(${QUOTA}${metric}_usage[1h]))`,
  ),
  output: "sum by (model) (increase(generativelanguage_googleapis_com:generate_content_usage_output_token_count[1h]))",
} as const;
