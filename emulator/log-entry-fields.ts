/**
 * What a filter of Cloud Logging may name, and how a value there is compared. `free` is a payload or a map of labels: its
 * names are not known beforehand.
 */
export type FieldKind = "string" | "number" | "boolean" | "timestamp" | "severity" | "free" | "typed-payload";

export type FieldTree = { readonly [name: string]: FieldKind | FieldTree };

/**
 * The fields of a log entry.
 *
 * @see https://docs.cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry
 */
export const logEntryFields: FieldTree = {
  errorGroups: { id: "string" },
  httpRequest: {
    cacheFillBytes: "number",
    cacheHit: "boolean",
    cacheLookup: "boolean",
    cacheValidatedWithOriginServer: "boolean",
    latency: "string",
    protocol: "string",
    referer: "string",
    remoteIp: "string",
    requestMethod: "string",
    requestSize: "number",
    requestUrl: "string",
    responseSize: "number",
    serverIp: "string",
    status: "number",
    userAgent: "string",
  },
  insertId: "string",
  jsonPayload: "free",
  labels: "free",
  logName: "string",
  metadata: { systemLabels: "free", userLabels: "free" },
  operation: { id: "string", producer: "string", first: "boolean", last: "boolean" },
  protoPayload: "typed-payload",
  receiveTimestamp: "timestamp",
  resource: { type: "string", labels: "free" },
  severity: "severity",
  sourceLocation: { file: "string", line: "number", function: "string" },
  spanId: "string",
  split: { uid: "string", index: "number", totalSplits: "number" },
  textPayload: "string",
  timestamp: "timestamp",
  trace: "string",
  traceSampled: "boolean",
};

const severities = ["DEFAULT", "DEBUG", "INFO", "NOTICE", "WARNING", "ERROR", "CRITICAL", "ALERT", "EMERGENCY"];

/** The number behind a severity, by which severities are ordered; undefined if there is no such severity. */
export function severityNumber(text: string): number | undefined {
  const index = severities.indexOf(text.toUpperCase());
  if (index >= 0) {
    return index * 100;
  }
  return /^\d+$/.test(text) ? Number(text) : undefined;
}
