import type { Problem } from "./problem";

/** A percentage of a budget to alert at. Over 100 is useful: it tells how far a budget was passed. */
export function checkPercent(percent: number): Problem | undefined {
  if (Number.isInteger(percent) && percent >= 1 && percent <= 200) return undefined;
  return { rule: "must be a whole number from 1 to 200", got: String(percent), fix: "Write percent, e.g. 80." };
}
