import { type Problem, problem } from "./problem";

/** Both included. */
export interface DayRange {
  readonly min: number;
  readonly max: number;
}

/**
 * Reads a number of days such as `90d`, from `min` to `max` days.
 *
 * Days are the only unit: months and years differ in length, and a period in hours would promise a precision that a
 * rotation by hand or by a nightly job does not have.
 */
export function parseDays(
  text: string,
  { min, max }: DayRange,
): { readonly days: number } | { readonly problem: Problem } {
  const match = /^(0|[1-9][0-9]{0,8})d$/.exec(text);
  if (match === null)
    return { problem: problem("must be a number of days", text, `Write days, e.g. ${exampleOf(text, min, max)}d.`) };
  const days = Number(match[1]);
  if (days >= min && days <= max) return { days };
  const fix = days < min ? `Raise it to ${min}d or more.` : `Lower it to ${max}d or less.`;
  return { problem: problem(`must be between ${min}d and ${max}d`, text, fix) };
}

/** The user's own number where it can only mean days or weeks, else an example in range. */
function exampleOf(text: string, min: number, max: number): number {
  const match = /^\s*0*([1-9][0-9]{0,5})\s*(|d|day|days|w|week|weeks)\s*$/i.exec(text);
  const given = match === null ? 0 : Number(match[1]) * (/w/i.test(match[2]) ? 7 : 1);
  return given >= min && given <= max ? given : Math.min(Math.max(90, min), max);
}
