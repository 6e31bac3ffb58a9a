import type { Problem } from "./problem";

/** Percentages to alert at. */
export const PERCENTS = { min: 1, max: 200 } as const;

/** A percentage of a budget to alert at. Over 100 is useful: it tells how far a budget was passed. */
export function checkPercent(percent: number): Problem | undefined {
  if (Number.isInteger(percent) && percent >= PERCENTS.min && percent <= PERCENTS.max) return undefined;
  const rule = `must be a whole number from ${PERCENTS.min} to ${PERCENTS.max}`;
  return { rule, got: String(percent), fix: "Write percent, e.g. 80." };
}
