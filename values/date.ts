import { echo, type Problem, problem } from "./problem";

// Days of the calendar as `YYYY-MM-DD`, in UTC. They stay strings, since they come from files and go to files.

const DAY_MS = 86_400_000;
const FIRST_DAY = Date.parse("0000-01-01T00:00:00Z") / DAY_MS;
const LAST_DAY = Date.parse("9999-12-31T00:00:00Z") / DAY_MS;

/** A problem if the text is not a day of the Gregorian calendar written `YYYY-MM-DD`. */
export function checkDate(text: string): Problem | undefined {
  const match = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text);
  if (match === null) return problem("must be a date written YYYY-MM-DD", text, fixShape(text));
  const [year, month, day] = match.slice(1).map(Number);
  if (month < 1 || month > 12) return problem("must be a day of the calendar", text, "Use a month from 01 to 12.");
  const last = daysIn(year, month);
  if (day >= 1 && day <= last) return undefined;
  return problem(
    "must be a day of the calendar",
    text,
    `Use a day from 01 to ${last}: ${text.slice(0, 7)} has no other.`,
  );
}

/**
 * The day `days` after `date`, or before it for a negative number.
 *
 * @throws Error if `date` is no date, or the result lies outside the years 0000 to 9999
 */
export function addDays(date: string, days: number): string {
  const moved = dayNumber(date) + days;
  if (moved < FIRST_DAY || moved > LAST_DAY)
    throw new Error(`outside the years 0000 to 9999: ${date} and ${days} days`);
  return dayOf(new Date(moved * DAY_MS));
}

/**
 * True if `a` is a later day than `b`.
 *
 * @throws Error if one of them is no date
 */
export function isAfter(a: string, b: string): boolean {
  return daysBetween(b, a) > 0;
}

/**
 * Whole days from `from` to `to`; negative if `to` is earlier.
 *
 * @throws Error if one of them is no date
 */
export function daysBetween(from: string, to: string): number {
  return dayNumber(to) - dayNumber(from);
}

/** The day of this moment in UTC. */
export function dayOf(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}

function dayNumber(date: string): number {
  if (checkDate(date) !== undefined) throw new Error(`not a date written YYYY-MM-DD: ${echo(date)}`);
  return Date.parse(`${date}T00:00:00Z`) / DAY_MS;
}

/** Not `Date.UTC(year, …)`, which reads the years 0 to 99 as 1900 to 1999. */
function daysIn(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/** Only the order year, month, day is corrected: 03/04/2026 is March in one country and April in another. */
function fixShape(text: string): string {
  const match = /^\s*([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})\s*$/.exec(text);
  const padded = match && [match[1], match[2].padStart(2, "0"), match[3].padStart(2, "0")].join("-");
  if (padded && checkDate(padded) === undefined) return `Write ${padded}.`;
  if (/^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]/.test(text)) return "Write the day alone, without a time.";
  return "Write year, month and day, such as 2026-11-01.";
}
