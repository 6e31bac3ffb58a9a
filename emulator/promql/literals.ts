const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
  y: 365 * 86_400_000,
};
const durationPattern = /^(\d+y)?(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?(\d+ms)?$/;

/** A duration such as `1h30m`, or a number of seconds, with or without a sign, in milliseconds. */
export function parseDuration(text: string): number | undefined {
  const [, sign, rest] = /^([+-]*)(.*)$/.exec(text)!;
  const factor = [...sign!].filter((character) => character === "-").length % 2 === 1 ? -1 : 1;
  if (/^\d+(\.\d+)?$/.test(rest!)) {
    return factor * Number(rest) * 1_000;
  }
  if (rest === "" || !durationPattern.test(rest!)) {
    return undefined;
  }
  const parts = rest!.match(/\d+(?:ms|[ywdhms])/g)!;
  return factor * parts.reduce((sum, part) => sum + Number.parseInt(part, 10) * units[part.replace(/^\d+/, "")]!, 0);
}

/** A number; NaN for what is none. A duration is its number of seconds. */
export function parseNumber(text: string): number {
  const plain = text.toLowerCase().replace(/(?<=\d)_(?=\d)/g, "");
  if (/^[+-]?inf$/.test(plain)) {
    return plain.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  if (/^0[0-7]+$/.test(plain)) {
    return Number.parseInt(plain, 8);
  }
  const value = Number(plain);
  const duration = Number.isNaN(value) ? parseDuration(plain) : undefined;
  return duration === undefined ? value : duration / 1_000;
}

const escapes: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  "'": "'",
  '"': '"',
};

/** The text of a string in one of the three kinds of quotes, with Go's escapes; undefined for an escape Go does not have. */
export function parseString(text: string): string | undefined {
  const inner = text.slice(1, -1);
  if (text.startsWith("`")) {
    return inner;
  }
  let wrong = false;
  const value = inner.replace(
    /\\(?:([0-7]{3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.?))/gs,
    (_all, octal?: string, hex?: string, short?: string, long?: string, single?: string) => {
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
      const code = hex ?? short ?? long;
      if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16));
      wrong ||= escapes[single!] === undefined;
      return escapes[single!] ?? "";
    },
  );
  return wrong ? undefined : value;
}

/**
 * A matcher for a regular expression that must cover the whole value. RE2 and JavaScript agree on what label matchers
 * use; look-around and back-references, which RE2 does not have, are refused. Throws for a wrong pattern.
 */
export function wholeMatch(pattern: string): (value: string) => boolean {
  if (/\(\?(?:[=!]|<[=!])|\\[1-9]|\\k/.test(pattern)) {
    throw new SyntaxError("RE2 has no look-around and no back-references");
  }
  const expression = new RegExp(`^(?:${pattern.replaceAll("(?P<", "(?<")})$`, "s");
  return (value) => expression.test(value);
}
