import { evaluateAlerts } from "./alerts";
import { invalidArgument } from "./errors";
import { isObject, type JsonObject } from "./fields";
import { type Call, type Route, route } from "./service";
import type { ApiKey, Project } from "./store";
import { credentialId, recordUsage, retentionMs } from "./usage";

/** What Google does not have: adding traffic of the past, and asking which alerts there would be. Below `/_emulator`. */
export const controlUsageRoutes: readonly Route[] = [
  { ...route("POST", "/usage", addUsage), raw: true },
  route("GET", "/alerts", (call) => evaluateAlerts(call, projectParameter(call))),
];

const fields = ["projectId", "keyId", "at", "count", "code", "model"];
const method = "google.ai.generativelanguage.v1beta.GenerativeService.GenerateContent";
/** Of each call that is added: a stand-in. */
const latencyMs = 800;
const maxCount = 1_000_000_000;
const timePattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/**
 * Takes `[{projectId, keyId, at, count, code, model?}]`: calls of generateContent by a key at a time of the last six weeks.
 * All or nothing: a wrong entry is 400 with its field, and then none is added.
 */
function addUsage(call: Call): object {
  const usages = readList(call).map((entry, index) => readEntry(call, entry, `[${index}]`));
  for (const { project, key, ...usage } of usages) {
    recordUsage(call.store, project, {
      ...usage,
      method,
      credentialId: credentialId(key.uid),
      promptTokens: 0,
      outputTokens: 0,
      latencyMs,
    });
  }
  return { added: usages.length };
}

function readList(call: Call): unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(call.rawBody.toString("utf8"));
  } catch {
    throw invalidArgument("The body must be JSON.");
  }
  if (!Array.isArray(value)) {
    throw invalidArgument(`The body must be a list of ${fields.join(", ")}.`);
  }
  return value;
}

interface Entry {
  readonly project: Project;
  readonly key: ApiKey;
  readonly at: number;
  readonly count: number;
  readonly code: number;
  readonly model?: string;
}

function readEntry(call: Call, entry: unknown, at: string): Entry {
  if (!isObject(entry)) {
    throw invalidArgument(`${at} must be an object with ${fields.join(", ")}.`);
  }
  const unknown = Object.keys(entry).find((name) => !fields.includes(name));
  if (unknown !== undefined) {
    throw invalidArgument(`${at}.${unknown} is no field. There are ${fields.join(", ")}.`);
  }
  const { store } = call;
  const projectId = text(entry, "projectId", at);
  const project = store.project(projectId);
  if (!project) {
    throw invalidArgument(`${at}.projectId: there is no project ${projectId}.`);
  }
  const keyId = text(entry, "keyId", at);
  const key = store.keys.get(project.projectId, keyId);
  if (!key) {
    throw invalidArgument(`${at}.keyId: there is no key ${keyId} in project ${projectId}.`);
  }
  return {
    project,
    key,
    at: readTime(entry, at, store.now().getTime()),
    count: wholeNumber(entry, "count", at, 1, maxCount),
    code: wholeNumber(entry, "code", at, 100, 599),
    ...(entry["model"] !== undefined && { model: text(entry, "model", at) }),
  };
}

function readTime(entry: JsonObject, at: string, now: number): number {
  const given = text(entry, "at", at);
  const time = timePattern.test(given) ? Date.parse(given) : Number.NaN;
  if (Number.isNaN(time)) {
    throw invalidArgument(`${at}.at must be a time such as 2026-01-31T08:00:00Z, got: ${given}`);
  }
  if (time > now || time < now - retentionMs) {
    throw invalidArgument(`${at}.at must be within the six weeks before ${new Date(now).toISOString()}, got: ${given}`);
  }
  return time;
}

function text(entry: JsonObject, name: string, at: string): string {
  const value = entry[name];
  if (typeof value !== "string" || value === "") {
    throw invalidArgument(`${at}.${name} must be a text that is not empty.`);
  }
  return value;
}

function wholeNumber(entry: JsonObject, name: string, at: string, least: number, most: number): number {
  const value = entry[name];
  if (typeof value !== "number" || !Number.isInteger(value) || value < least || value > most) {
    throw invalidArgument(`${at}.${name} must be a whole number of ${least} to ${most}.`);
  }
  return value;
}

function projectParameter(call: Call): Project {
  const id = call.query.get("project") ?? "";
  const project = call.store.project(id);
  if (!project) {
    throw invalidArgument(id === "" ? "The parameter project is missing." : `project: there is no project ${id}.`);
  }
  return project;
}
