import type { JsonObject } from "./fields";
import { root, type Store } from "./store";

/** Entries kept of one project, the newest. With some 2 kB each a state file of ten projects stays below what a string can hold. */
const maxEntries = 10_000;

/** The log entries of a project, oldest first. */
export function logEntries(store: Store, projectId: string): readonly JsonObject[] {
  return store.logEntries.get(root, projectId) ?? [];
}

export function addLogEntry(store: Store, projectId: string, entry: JsonObject): void {
  const entries = store.logEntries.get(root, projectId) ?? [];
  entries.push(entry);
  // In lots, since each removal moves all the others.
  if (entries.length > maxEntries * 1.1) {
    entries.splice(0, entries.length - maxEntries);
  }
  store.logEntries.set(root, projectId, entries);
}
