import { type Facts, isUnknown } from "../inventory/facts";
import type { Note } from "./model";

/** Environments that are gone and are there again under another name: it is shown as one removed and one created. */
export function renameNotes(base: readonly Facts[], head: readonly Facts[]): Note[] {
  const gone = only(base, head);
  const come = only(head, base);
  return come.flatMap((created) => {
    const same = (what: (facts: Facts) => string) =>
      gone.find((removed) => what(removed) !== "" && what(removed) === what(created));
    const [removed, why] = same(projectIds) ? [same(projectIds)!, "project"] : [same(keyNames), "keys"];
    return removed ? [note(removed.name, created.name, why)] : [];
  });
}

function note(removed: string, created: string, why: string): Note {
  return {
    risk: why === "project" ? "critical" : "high",
    text: `${created} looks like ${removed} under another name: it has the same ${why}. The state goes by the name: ${created} would begin with an empty one, and what is deployed would stay in that of ${removed}, which nothing declares any more. Keep the name, or move the state first, or Terraform makes every key anew.`,
  };
}

function only(these: readonly Facts[], others: readonly Facts[]): Facts[] {
  const names = new Set(others.map(({ name }) => name));
  return these.filter(({ name }) => !names.has(name));
}

function projectIds({ projects }: Facts): string {
  return texts(projects.map(({ projectId }) => (isUnknown(projectId) ? "" : projectId)));
}

function keyNames({ apiKeys }: Facts): string {
  return texts(apiKeys.map(({ declared }) => declared?.name ?? ""));
}

function texts(all: readonly string[]): string {
  return [...new Set(all)]
    .filter((text) => text !== "")
    .sort()
    .join(" ");
}
