import { isIPv4 } from "node:net";
import { IPv4 } from "ipaddr.js";
import {
  type AddressRange,
  BITS,
  cidrsOf,
  type Family,
  formatAddress,
  rangeOf,
  readAddress,
  readPrefix,
} from "./address-range";
import { type Problem, problem } from "./problem";
import { findSpecialRange, lies, type SpecialKind, type SpecialRange } from "./special-ranges";

/** Why an entry is refused, for code that has to tell the cases apart. */
export type AddressRefusalCode =
  | "syntax"
  | "whitespace"
  | "list"
  | "address-range"
  | "wildcard"
  | "host-name"
  | "port"
  | "zone-id"
  | "leading-zeros"
  | "prefix"
  | "host-bits"
  | "everything"
  | SpecialKind;

export interface AddressRefusal {
  readonly code: AddressRefusalCode;
  readonly problem: Problem;
}

export type ParsedAddress = { readonly range: AddressRange } | { readonly refusal: AddressRefusal };

export interface ParseAddressOptions {
  /** True accepts the ranges for documentation, such as 203.0.113.0/24: for examples and tests. */
  readonly allowDocumentation?: boolean;
}

const SHAPE = "must be an IPv4 or IPv6 address or a CIDR range";

/**
 * Reads one address or CIDR range from which a request can reach Google: public, without host bits, not `/0`.
 *
 * Strict, because a lenient spelling such as 010.0.0.1 is one address to one program and another to the next.
 * The entry is never corrected: the refusal says what to write.
 *
 * @see https://cloud.google.com/docs/authentication/api-keys
 */
export function parseAddress(text: string, options: ParseAddressOptions = {}): ParsedAddress {
  const read = readStrictly(text);
  if ("refusal" in read) return read;
  const ignored: SpecialKind[] = options.allowDocumentation ? ["documentation"] : [];
  const special = findSpecialRange(read.range, ignored);
  return special === undefined ? read : refuseSpecial(text, read.range, special);
}

/** What `parseAddress` refuses the entry for, if it does. */
export function checkAddress(text: string, options: ParseAddressOptions = {}): Problem | undefined {
  const parsed = parseAddress(text, options);
  return "refusal" in parsed ? parsed.refusal.problem : undefined;
}

function readStrictly(text: string): ParsedAddress {
  const slash = text.indexOf("/");
  const host = slash < 0 ? text : text.slice(0, slash);
  const address = readAddress(host);
  if (address === undefined) return refuseShape(text, host);
  const { family, value } = address;
  if (slash < 0) return { range: rangeOf(family, value, BITS[family]) };

  const written = text.slice(slash + 1);
  const prefix = readPrefix(written, family);
  if (prefix === undefined) return refusePrefix(text, host, written, family);
  if (prefix === 0) return refuseEverything(text);
  const range = rangeOf(family, value, prefix);
  return range.start === value ? { range } : refuseHostBits(text, range, formatAddress(family, value));
}

function refuse(code: AddressRefusalCode, rule: string, text: string, fix: string): ParsedAddress {
  return { refusal: { code, problem: problem(rule, text, fix) } };
}

function refuseEverything(text: string): ParsedAddress {
  return refuse(
    "everything",
    "must be narrower than the whole internet",
    text,
    "Use the egress addresses of your callers: a range with /0 lets the key be used from anywhere.",
  );
}

function refuseHostBits(text: string, range: AddressRange, address: string): ParsedAddress {
  const rule = "must be a CIDR range without host bits";
  return refuse("host-bits", rule, text, `Write ${range.text} or ${address}.`);
}

function refuseSpecial(text: string, range: AddressRange, special: SpecialRange): ParsedAddress {
  const block = special.range.text;
  if (!lies(range, special.range)) {
    const fix = `Write smaller ranges beside ${block}, which lies in it and is ${special.what}.`;
    return refuse(special.kind, "must be a public range", text, fix);
  }
  if (special.kind === "ipv4-mapped") {
    return refuse(special.kind, "must not be an IPv4-mapped IPv6 address", text, `Write ${ipv4Of(range)}.`);
  }
  const fix = `Use the egress address of your NAT: ${block} is ${special.what}.`;
  return refuse(special.kind, "must be a public range", text, fix);
}

/** The IPv4 spelling of a range in ::ffff:0:0/96. */
function ipv4Of(range: AddressRange): string {
  const low = { start: range.start & 0xffffffffn, end: range.end & 0xffffffffn };
  const [cidr] = cidrsOf(4, low);
  return low.start === low.end ? `the IPv4 address ${cidr.text}` : `the IPv4 range ${cidr.text}`;
}

function refusePrefix(text: string, host: string, written: string, family: Family): ParsedAddress {
  if (/\s/.test(written)) return refuseWhiteSpace(text);
  const bare = written.replace(/^0+(?=[0-9])/, "");
  const meant = bare === written ? undefined : readPrefix(bare, family);
  if (meant === 0) return refuseEverything(text);
  if (meant !== undefined) {
    return refuse("leading-zeros", "must have no leading zeros", text, `Write ${host}/${bare}.`);
  }
  const rule = `must have a prefix length from 1 to ${BITS[family]}`;
  const length = isIPv4(written) ? IPv4.parse(written).prefixLengthFromSubnetMask() : null;
  const fix =
    family === 4 && length
      ? `Write the network mask as a prefix length: ${host}/${length}.`
      : `Write the number of leading bits that are fixed, such as ${host}/${BITS[family]} for one address.`;
  return refuse("prefix", rule, text, fix);
}

/** The longest spelling of a range has 49 characters: what is far longer is not searched for a likely mistake. */
const LONGEST_SEARCHED = 200;

/** Names the mistake in an entry whose address part is no address. The narrowest shapes go first. */
function refuseShape(text: string, host: string): ParsedAddress {
  if (text === "") return refuse("syntax", SHAPE, text, "Write one, or remove the entry.");
  if (text.length > LONGEST_SEARCHED) return refuseSyntax(text);
  if (/[,;]/.test(text)) return refuse("list", SHAPE, text, "Write each address as an entry of its own.");
  if (hasAddressOnBothSides(text)) return refuseFromTo(text);
  if (/\s/.test(text)) return refuseWhiteSpace(text);
  if (host.includes("%")) return refuseZone(text, host);
  if (isIPv4(withoutLeadingZeros(host))) return refuseLeadingZeros(text, host);
  if (/^[\d.]*\*[\d.*]*$/.test(host)) {
    return refuse("wildcard", SHAPE, text, "Write a CIDR range, such as 203.0.113.0/24, instead of the star.");
  }
  if (/^\[.*\](:\d+)?$|^[\d.]+:\d+$/.test(host)) {
    return refuse("port", SHAPE, text, "Write the address alone, without brackets or a port.");
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text) || /^([a-z0-9_-]+\.)*[0-9_-]*[a-z][a-z0-9_-]*\.?(:\d+)?$/i.test(host)) {
    return refuse("host-name", SHAPE, text, "Write the addresses that the host sends from: Google takes no names.");
  }
  return refuseSyntax(text);
}

function refuseSyntax(text: string): ParsedAddress {
  return refuse("syntax", SHAPE, text, "Write one such as 203.0.113.7, 203.0.113.0/24 or 2001:db8::/48.");
}

function refuseWhiteSpace(text: string): ParsedAddress {
  return refuse("whitespace", "must have no white space", text, "Remove it.");
}

function refuseZone(text: string, host: string): ParsedAddress {
  if (readAddress(host.slice(0, host.indexOf("%"))) === undefined) return refuseSyntax(text);
  const fix = "Use the egress address of your NAT: an address with a zone has a meaning on one machine only.";
  return refuse("zone-id", "must have no zone id", text, fix);
}

function refuseLeadingZeros(text: string, host: string): ParsedAddress {
  const prefix = /^\/[0-9]{1,3}$/.exec(text.slice(host.length))?.[0] ?? "";
  const fix = `Write ${withoutLeadingZeros(host)}${prefix} if it is decimal: some programs read a leading zero as octal.`;
  return refuse("leading-zeros", "must have no leading zeros", text, fix);
}

function withoutLeadingZeros(host: string): string {
  return host.replace(/(^|\.)0+(?=\d)/g, "$1");
}

function splitFromTo(text: string): string[] {
  return text.split("-").map((end) => end.trim());
}

function hasAddressOnBothSides(text: string): boolean {
  const ends = splitFromTo(text);
  return ends.length === 2 && ends.every((end) => readAddress(end) !== undefined);
}

function refuseFromTo(text: string): ParsedAddress {
  const [from, to] = splitFromTo(text).map((end) => readAddress(end)!);
  const rule = "must be a CIDR range, not a range from one address to another";
  const inOrder = from.family === to.family && from.value <= to.value;
  const cidrs = inOrder ? cidrsOf(from.family, { start: from.value, end: to.value }) : [];
  const few = cidrs.length > 0 && cidrs.length <= 4;
  const fix = few ? `Write ${cidrs.map((c) => c.text).join(", ")}.` : "Write it as CIDR ranges, one an entry.";
  return refuse("address-range", rule, text, fix);
}
