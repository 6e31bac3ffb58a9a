import type { PolicyFinding } from "../policies/rule";
import type { EnvironmentReview } from "./model";

/**
 * Findings that are new, fixed, and on both sides. A finding is the same where rule, key, resource and field are: its line and its
 * words may change. One whose waiver has ended is new; one that is waived now is fixed in name only, so it stands.
 */
export function compareFindings(
  before: readonly PolicyFinding[],
  after: readonly PolicyFinding[],
): EnvironmentReview["findings"] {
  const rest = new Map<string, PolicyFinding[]>();
  for (const finding of before) {
    const same = rest.get(idOf(finding));
    if (same) same.push(finding);
    else rest.set(idOf(finding), [finding]);
  }
  const take = (finding: PolicyFinding, exactly: boolean): PolicyFinding | undefined => {
    const same = rest.get(idOf(finding)) ?? [];
    const index = same.findIndex(
      ({ message, value }) => !exactly || (message === finding.message && value === finding.value),
    );
    return index < 0 ? undefined : same.splice(index, 1)[0];
  };
  // Those that say the same first, so that no other is taken for them.
  const exact = after.map((finding) => take(finding, true));
  const matches = after.map((finding, index) => exact[index] ?? take(finding, false));
  const isNew = (finding: PolicyFinding, index: number) => {
    const match = matches[index];
    return match === undefined || (match.waiver !== undefined && finding.waiver === undefined);
  };
  return {
    new: after.filter(isNew),
    fixed: [...rest.values()].flat(),
    standing: after.filter((finding, index) => !isNew(finding, index)),
  };
}

function idOf({ rule, environment, key = "", address, field = "" }: PolicyFinding): string {
  return JSON.stringify([rule, environment, key, address, field]);
}
