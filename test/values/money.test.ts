import fc from "fast-check";
import { checkAmount, checkCurrency, MAX_UNITS, parseMoney } from "../../values/money";
import { describeProblem, type Problem } from "../../values/problem";

/** The message without the name of the field. */
function messageOf(refusal: Problem | undefined): string | undefined {
  return refusal && describeProblem("x", refusal).slice("`x` ".length);
}

function refusalOf(text: string): Problem | undefined {
  const parsed = parseMoney(text);
  return "problem" in parsed ? parsed.problem : undefined;
}

describe("parseMoney", () => {
  test.each([
    ["2000 USD", 2000, "USD"],
    ["1 JPY", 1, "JPY"],
    ["999999999999 IDR", 999_999_999_999, "IDR"],
  ])("reads %s", (text, units, currency) => {
    expect(parseMoney(text)).toEqual({ money: { units, currency } });
  });

  test.each([
    [
      "1000000000000 USD",
      "must be a whole number of units from 1 to 999999999999, got: 1000000000000 USD. Check the number of zeros.",
    ],
    ["0 USD", "must be a whole number of units from 1 to 999999999999, got: 0 USD. Write 1 or more, without decimals."],
    [
      "00 USD",
      "must be a whole number of units from 1 to 999999999999, got: 00 USD. Write 1 or more, without decimals.",
    ],
    ["02000 USD", "must have no leading zeros, got: 02000 USD. Write 2000 USD."],
    ["2,000 USD", "must be an amount such as 2000 USD, got: 2,000 USD. Write no separators: 2000 USD."],
    ["2,000,000 usd", "must be an amount such as 2000 USD, got: 2,000,000 usd. Write no separators: 2000000 USD."],
    ["2_000 USD", "must be an amount such as 2000 USD, got: 2_000 USD. Write no separators: 2000 USD."],
    ["2_0 USD", "must be an amount such as 2000 USD, got: 2_0 USD. Write no separators: 20 USD."],
    ["2 000 USD", "must be an amount such as 2000 USD, got: 2 000 USD. Write no separators: 2000 USD."],
    ["2'000 USD", "must be an amount such as 2000 USD, got: 2'000 USD. Write no separators: 2000 USD."],
    ["2.000 USD", "must be an amount such as 2000 USD, got: 2.000 USD. Write whole units, without a point or a comma."],
    [
      "2000.50 USD",
      "must be an amount such as 2000 USD, got: 2000.50 USD. Write whole units, without a point or a comma.",
    ],
    [
      "2000,50 USD",
      "must be an amount such as 2000 USD, got: 2000,50 USD. Write whole units, without a point or a comma.",
    ],
    [
      "1,000.00 USD",
      "must be an amount such as 2000 USD, got: 1,000.00 USD. Write whole units, without a point or a comma.",
    ],
    ["12,34 USD", "must be an amount such as 2000 USD, got: 12,34 USD. Write whole units, without a point or a comma."],
    ["-5 USD", "must be an amount such as 2000 USD, got: -5 USD. Write a positive amount."],
    ["2000", "must be an amount such as 2000 USD, got: 2000. Add the currency, such as 2000 USD."],
    ["USD", "must be an amount such as 2000 USD, got: USD. Write whole units, one space and the code of the currency."],
    ["USD 2000", "must be an amount such as 2000 USD, got: USD 2000. Write 2000 USD."],
    ["usd2000", "must be an amount such as 2000 USD, got: usd2000. Write 2000 USD."],
    [
      "$2000",
      "must be an amount such as 2000 USD, got: $2000. Write the code of the currency after the amount, not its sign.",
    ],
    [
      "€ 2000",
      "must be an amount such as 2000 USD, got: € 2000. Write the code of the currency after the amount, not its sign.",
    ],
    ["2000USD", "must be an amount such as 2000 USD, got: 2000USD. Write 2000 USD."],
    ["2000  USD", "must be an amount such as 2000 USD, got: 2000  USD. Write 2000 USD."],
    [" 2000 USD", 'must be an amount such as 2000 USD, got: " 2000 USD". Write 2000 USD.'],
    ["2000 USD\n", 'must be an amount such as 2000 USD, got: "2000 USD\\n". Write 2000 USD.'],
    ["2000 usd", "must be an amount such as 2000 USD, got: 2000 usd. Write 2000 USD."],
    [
      "2000 XXX",
      "must have a currency code of ISO 4217, got: 2000 XXX. Write the currency of the billing account, such as USD, EUR or JPY.",
    ],
    [
      "2000 XDR",
      "must have a currency code of ISO 4217, got: 2000 XDR. Write the currency of the billing account, such as USD, EUR or JPY.",
    ],
    [
      "2000 XTS",
      "must have a currency code of ISO 4217, got: 2000 XTS. Write the currency of the billing account, such as USD, EUR or JPY.",
    ],
    [
      "2000 ABC",
      "must have a currency code of ISO 4217, got: 2000 ABC. Write the currency of the billing account, such as USD, EUR or JPY.",
    ],
    [
      "2000 dollars",
      "must be an amount such as 2000 USD, got: 2000 dollars. Write whole units, one space and the code of the currency.",
    ],
    [
      "2k USD",
      "must be an amount such as 2000 USD, got: 2k USD. Write whole units, one space and the code of the currency.",
    ],
    [
      "1e3 USD",
      "must be an amount such as 2000 USD, got: 1e3 USD. Write whole units, one space and the code of the currency.",
    ],
    ["", 'must be an amount such as 2000 USD, got: "". Write whole units, one space and the code of the currency.'],
  ])("refuses %j", (text, message) => {
    expect(messageOf(refusalOf(text))).toBe(message);
  });

  test("reads every amount and currency", () => {
    const units = fc.integer({ min: 1, max: MAX_UNITS });
    fc.assert(
      fc.property(units, fc.constantFrom("USD", "EUR", "JPY", "GBP", "IDR"), (units, currency) => {
        expect(parseMoney(`${units} ${currency}`)).toEqual({ money: { units, currency } });
      }),
    );
  });

  test("reads one spelling of an amount and no other", () => {
    const text = fc.stringMatching(/^[0-9 ,._]{1,8}[A-Za-z ]{0,4}$/);
    fc.assert(
      fc.property(text, (text) => {
        const parsed = parseMoney(text);
        if ("money" in parsed) expect(`${parsed.money.units} ${parsed.money.currency}`).toBe(text);
      }),
    );
  });
});

describe("checkAmount", () => {
  test.each([1, MAX_UNITS])("accepts %d", (units) => {
    expect(checkAmount(units)).toBeUndefined();
  });

  test.each([
    [0, "must be a whole number of units from 1 to 999999999999, got: 0. Write 1 or more, without decimals."],
    [0.5, "must be a whole number of units from 1 to 999999999999, got: 0.5. Write 1 or more, without decimals."],
    [
      1000000000000,
      "must be a whole number of units from 1 to 999999999999, got: 1000000000000. Check the number of zeros.",
    ],
    [NaN, "must be a whole number of units from 1 to 999999999999, got: NaN. Write 1 or more, without decimals."],
    [-1, "must be a whole number of units from 1 to 999999999999, got: -1. Write 1 or more, without decimals."],
    [Infinity, "must be a whole number of units from 1 to 999999999999, got: Infinity. Check the number of zeros."],
  ])("refuses %d", (units, message) => {
    expect(messageOf(checkAmount(units))).toBe(message);
  });
});

describe("checkCurrency", () => {
  test.each(["USD", "EUR", "JPY", "XOF"])("accepts %s", (currency) => {
    expect(checkCurrency(currency)).toBeUndefined();
  });

  test.each([
    ["usd", "must have a currency code of ISO 4217, got: usd. Write USD."],
    [
      "XTS",
      "must have a currency code of ISO 4217, got: XTS. Write the currency of the billing account, such as USD, EUR or JPY.",
    ],
    [
      "XXX",
      "must have a currency code of ISO 4217, got: XXX. Write the currency of the billing account, such as USD, EUR or JPY.",
    ],
    [
      "",
      'must have a currency code of ISO 4217, got: "". Write the currency of the billing account, such as USD, EUR or JPY.',
    ],
    [
      "US",
      "must have a currency code of ISO 4217, got: US. Write the currency of the billing account, such as USD, EUR or JPY.",
    ],
  ])("refuses %j", (currency, message) => {
    expect(messageOf(checkCurrency(currency))).toBe(message);
  });
});
