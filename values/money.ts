import { echo, type Problem, problem } from "./problem";

/** An amount in whole units, as a budget of Google takes it. */
export interface Money {
  readonly units: number;
  /** ISO 4217, e.g. `USD`. */
  readonly currency: string;
}

/** Google takes at most 5 channels for a budget, e-mail only. */
export const MAX_BUDGET_EMAILS = 5;

/** Far above any budget in any currency, and exact as a JavaScript number. */
export const MAX_UNITS = 999_999_999_999;

/** Units of account, metals and test codes: nobody is billed in them. */
const NOT_MONEY = new Set("XDR XSU XUA XAU XAG XPT XPD XBA XBB XBC XBD XTS XXX".split(" "));

const CURRENCIES = new Set(Intl.supportedValuesOf("currency").filter((code) => !NOT_MONEY.has(code)));

const RULE = "must be an amount such as 2000 USD";

/**
 * Reads `2000 USD`: whole units from 1 to `MAX_UNITS`, one space, a currency code of ISO 4217.
 *
 * Separators are refused, not guessed: `2.000` is two in some countries and two thousand in others.
 *
 * @see https://docs.cloud.google.com/billing/docs/reference/budget/rest/v1/billingAccounts.budgets#BudgetAmount
 */
export function parseMoney(text: string): { readonly money: Money } | { readonly problem: Problem } {
  const match = /^([0-9]+) ([A-Z]{3})$/.exec(text);
  if (match === null) return { problem: problem(RULE, text, fixShape(text)) };
  const [, digits, currency] = match;
  const refusal = checkAmount(Number(digits)) ?? checkZeros(digits, currency) ?? checkCurrency(currency);
  if (refusal !== undefined) return { problem: { ...refusal, got: echo(text) } };
  return { money: { units: Number(digits), currency } };
}

/** A whole number of units from 1 to `MAX_UNITS`. */
export function checkAmount(units: number): Problem | undefined {
  if (Number.isInteger(units) && units >= 1 && units <= MAX_UNITS) return undefined;
  const fix = units > MAX_UNITS ? "Check the number of zeros." : "Write 1 or more, without decimals.";
  return problem(`must be a whole number of units from 1 to ${MAX_UNITS}`, String(units), fix);
}

/** A currency of ISO 4217 in which one can be billed, as Node knows them. */
export function checkCurrency(currency: string): Problem | undefined {
  if (CURRENCIES.has(currency)) return undefined;
  const upper = currency.toUpperCase();
  const fix = CURRENCIES.has(upper)
    ? `Write ${upper}.`
    : "Write the currency of the billing account, such as USD, EUR or JPY.";
  return problem("must have a currency code of ISO 4217", currency, fix);
}

function checkZeros(digits: string, currency: string): Problem | undefined {
  if (!digits.startsWith("0")) return undefined;
  return problem("must have no leading zeros", digits, `Write ${Number(digits)} ${currency}.`);
}

/** The narrowest shapes go first. Only a reading that cannot be wrong is offered. */
function fixShape(text: string): string {
  const grouped = /^([0-9]{1,3}(?:[,_' ][0-9]{3})+|[0-9]+(?:_[0-9]+)+) ?([A-Za-z]{3})$/.exec(text);
  if (grouped !== null) return `Write no separators: ${grouped[1].replace(/[^0-9]/g, "")} ${grouped[2].toUpperCase()}.`;
  if (/[0-9][.,][0-9]/.test(text)) return "Write whole units, without a point or a comma.";
  if (/^\s*-/.test(text)) return "Write a positive amount.";
  if (/^[0-9]+$/.test(text)) return `Add the currency, such as ${text} USD.`;
  const loose = /^\s*([0-9]+)\s*([A-Za-z]{3})\s*$/.exec(text) ?? swap(/^\s*([A-Za-z]{3})\s*([0-9]+)\s*$/.exec(text));
  if (loose !== null) return `Write ${loose[1]} ${loose[2].toUpperCase()}.`;
  if (/[\p{Sc}]/u.test(text)) return "Write the code of the currency after the amount, not its sign.";
  return "Write whole units, one space and the code of the currency.";
}

function swap(match: RegExpExecArray | null): string[] | null {
  return match === null ? null : [match[0], match[2], match[1]];
}
