import { RULES } from "../../policies/rules";
import { type DeclaredWaiver, isOver } from "../../policies/waivers";
import { type Draft, draft, type Pair } from "../draft";
import { pairBy } from "../pair-up";

/** Exceptions from the policies. */
export function waiverChanges({ waivers, today }: Pair): Draft[] {
  return pairBy(numbered(waivers.before), numbered(waivers.after), ({ id }) => id).flatMap(({ before, after }) =>
    ofWaiver(before?.waiver, after?.waiver, today),
  );
}

/** Two waivers of the same rule at the same place are told apart by their order. */
function numbered(waivers: readonly DeclaredWaiver[]): { readonly id: string; readonly waiver: DeclaredWaiver }[] {
  const counts = new Map<string, number>();
  return waivers.map((waiver) => {
    const place = JSON.stringify([waiver.rule, ...waiver.path.filter((step) => typeof step !== "number")]);
    const count = counts.get(place) ?? 0;
    counts.set(place, count + 1);
    return { id: `${place} ${count}`, waiver };
  });
}

function ofWaiver(before: DeclaredWaiver | undefined, after: DeclaredWaiver | undefined, today: string): Draft[] {
  const { rule, path, environment } = (after ?? before)!;
  const key = path[0] === "keys" ? String(path[1]) : undefined;
  const where = key ?? (path[0] === "access" ? `the access of ${environment}` : environment);
  const [old, now] = [before?.until, after?.until].map((until) => until && `until ${until}`);
  const details = { key, before: old, after: now, path: after ? path : undefined };
  if (!before) {
    const critical = RULES.find(({ id }) => id === rule)?.severity === "critical";
    const sentence = `${rule} no longer counts for ${where} until ${after!.until}: ${textOf(after!)}.`;
    return [draft(critical ? "waiver-of-critical-added" : "waiver-added", sentence, details)];
  }
  if (!after) return [draft("waiver-removed", `${rule} counts for ${where} again: the waiver is gone.`, details)];
  if (before.until !== after.until) {
    const sentence = `The waiver of ${rule} for ${where} ended on ${before.until} and ends on ${after.until}`;
    if (isOver(after.until, today)) return [draft("waiver-ended", `${sentence}, which is over.`, details)];
    const later = isOver(before.until, after.until);
    return [draft(later ? "waiver-extended" : "waiver-shortened", `${sentence}: ${textOf(after)}.`, details)];
  }
  if (before.reason === after.reason && before.by === after.by) return [];
  return [draft("waiver-reworded", `The waiver of ${rule} for ${where} now says: ${textOf(after)}.`, details)];
}

function textOf({ reason, by }: DeclaredWaiver): string {
  return `"${reason}", by ${by}`;
}
