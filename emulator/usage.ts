import type { Project, Store, UsageMinute, UsageRecord } from "./store";

/** Calls of the Gemini API, as the metrics count them. */
export interface Usage {
  readonly method: string;
  /** `apikey:<uid of the key>` */
  readonly credentialId: string;
  /** HTTP status. */
  readonly code: number;
  readonly model?: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly count: number;
  /** Of all these calls together. */
  readonly promptTokens: number;
  readonly outputTokens: number;
  /** Of each call. */
  readonly latencyMs: number;
}

export const minuteMs = 60_000;
/** Cloud Monitoring keeps these metrics for six weeks. https://docs.cloud.google.com/monitoring/quotas#data_retention_policy */
export const retentionMs = 6 * 7 * 24 * 60 * minuteMs;
/** Upper bounds of the latency buckets, in seconds; the last bucket has none. Which ones Google has is not known. */
export const latencyBounds = [0.001, 0.01, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] as const;

/**
 * What Google writes for a key of a service account is not known: it may name the account. Here it is the key, as for a
 * standard key.
 */
export function credentialId(keyUid: string): string {
  return `apikey:${keyUid}`;
}

/** Counts calls. What is older than six weeks is forgotten. */
export function recordUsage(store: Store, project: Project, usage: Usage): void {
  const oldest = Math.floor((store.now().getTime() - retentionMs) / minuteMs);
  const minute = Math.floor(usage.at / minuteMs);
  if (minute < oldest) {
    return;
  }
  const { minutes } = recordOf(store, project, usage);
  add(minuteOf(minutes, minute), usage);
  const kept = minutes.findIndex((entry) => entry.minute >= oldest);
  minutes.splice(0, kept);
}

function recordOf(store: Store, project: Project, usage: Usage): UsageRecord {
  const { method, credentialId: credential, code, model = "" } = usage;
  const paid = project.billingAccount !== "";
  const id = [method, credential, code, model, paid ? "paid" : "free"].join(" ");
  const found = store.usage.get(project.projectId, id);
  if (found) {
    return found;
  }
  const record: UsageRecord = { method, credentialId: credential, code, model, paid, minutes: [] };
  store.usage.set(project.projectId, id, record);
  return record;
}

/** The entry of a minute, made at its place if it is not there. Nearly always it is the last one. */
function minuteOf(minutes: UsageMinute[], minute: number): UsageMinute {
  let index = minutes.length;
  while (index > 0 && minutes[index - 1]!.minute > minute) {
    index -= 1;
  }
  const before = minutes[index - 1];
  if (before?.minute === minute) {
    return before;
  }
  const made: UsageMinute = {
    minute,
    count: 0,
    promptTokens: 0,
    outputTokens: 0,
    latencySeconds: 0,
    latencyCounts: new Array(latencyBounds.length + 1).fill(0),
  };
  minutes.splice(index, 0, made);
  return made;
}

function add(entry: UsageMinute, { count, promptTokens, outputTokens, latencyMs }: Usage): void {
  const seconds = latencyMs / 1000;
  const bound = latencyBounds.findIndex((upper) => seconds <= upper);
  const bucket = bound < 0 ? latencyBounds.length : bound;
  entry.count += count;
  entry.promptTokens += promptTokens;
  entry.outputTokens += outputTokens;
  entry.latencySeconds += seconds * count;
  entry.latencyCounts[bucket] = (entry.latencyCounts[bucket] ?? 0) + count;
}
