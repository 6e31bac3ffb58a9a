import { isIPv4, isIPv6 } from "node:net";
import { IPv6 } from "ipaddr.js";
import type { Interval } from "./intervals";

export type Family = 4 | 6;

/** One address, or the addresses of one CIDR range: numbers from `start` to `end`. */
export interface AddressRange extends Interval {
  readonly family: Family;
  /** The canonical spelling: RFC 5952 for IPv6; a single address without `/32` or `/128`. */
  readonly text: string;
}

/** The number of bits of an address. */
export const BITS: Readonly<Record<Family, number>> = { 4: 32, 6: 128 };

/** All addresses of each family. */
export const ALL: Readonly<Record<Family, Interval>> = {
  4: { start: 0n, end: (1n << 32n) - 1n },
  6: { start: 0n, end: (1n << 128n) - 1n },
};

/** The number of an address, or undefined if it is none. No leading zeros in IPv4, no zone ids in IPv6. */
export function readAddress(text: string): { family: Family; value: bigint } | undefined {
  // node:net is strict where ipaddr.js is not: it refuses octal and hexadecimal parts and fewer than four of them.
  if (isIPv4(text)) return { family: 4, value: BigInt(readIpv4(text)) };
  if (isIPv6(text) && !text.includes("%")) return { family: 6, value: readIpv6(text) };
  return undefined;
}

/** The range that starts at the network address of `value`: its last `bits - prefix` bits are cleared. */
export function rangeOf(family: Family, value: bigint, prefix: number): AddressRange {
  const hostBits = BigInt(BITS[family] - prefix);
  const start = (value >> hostBits) << hostBits;
  const end = start + (1n << hostBits) - 1n;
  return { family, start, end, text: formatCidr(family, start, prefix) };
}

/**
 * The range that `text` stands for, or undefined if it is not exactly an address or a CIDR range without host bits.
 * Any range is accepted, private ones and `/0` as well: what may be used is not a question of grammar.
 */
export function readRange(text: string): AddressRange | undefined {
  const slash = text.indexOf("/");
  const address = readAddress(slash < 0 ? text : text.slice(0, slash));
  if (address === undefined) return undefined;
  const prefix = slash < 0 ? BITS[address.family] : readPrefix(text.slice(slash + 1), address.family);
  if (prefix === undefined) return undefined;
  const range = rangeOf(address.family, address.value, prefix);
  return range.start === address.value ? range : undefined;
}

/** The prefix length, or undefined if it has a leading zero or is out of range. */
export function readPrefix(text: string, family: Family): number | undefined {
  const valid = /^(0|[1-9][0-9]{0,2})$/.test(text) && Number(text) <= BITS[family];
  return valid ? Number(text) : undefined;
}

/** The fewest CIDR ranges that make up the interval, in numerical order. */
export function cidrsOf(family: Family, { start, end }: Interval): AddressRange[] {
  const cidrs: AddressRange[] = [];
  for (let next = start; next <= end; ) {
    const hostBits = largestBlock(next, end, BITS[family]);
    cidrs.push(rangeOf(family, next, BITS[family] - hostBits));
    next += 1n << BigInt(hostBits);
  }
  return cidrs;
}

/** The canonical spelling of one address. */
export function formatAddress(family: Family, value: bigint): string {
  return family === 4 ? formatIpv4(Number(value)) : formatIpv6(value);
}

function formatCidr(family: Family, start: bigint, prefix: number): string {
  const address = formatAddress(family, start);
  return prefix === BITS[family] ? address : `${address}/${prefix}`;
}

/** The host bits of the largest CIDR range that starts at `start` and does not reach beyond `end`. */
function largestBlock(start: bigint, end: bigint, bits: number): number {
  let hostBits = 0;
  while (hostBits < bits) {
    const size = 1n << BigInt(hostBits + 1);
    if (start % size !== 0n || start + size - 1n > end) break;
    hostBits++;
  }
  return hostBits;
}

function readIpv4(text: string): number {
  return text.split(".").reduce((value, part) => value * 256 + Number(part), 0);
}

function readIpv6(text: string): bigint {
  return IPv6.parse(withHexTail(text)).parts.reduce((value, part) => (value << 16n) | BigInt(part), 0n);
}

/** The dotted tail of `64:ff9b::192.0.2.1` as two groups: ipaddr.js would read `::192.0.2.1` as `::ffff:192.0.2.1`. */
function withHexTail(text: string): string {
  const tail = text.lastIndexOf(":") + 1;
  if (!text.includes(".")) return text;
  const value = readIpv4(text.slice(tail));
  return `${text.slice(0, tail)}${(value >>> 16).toString(16)}:${(value & 0xffff).toString(16)}`;
}

function formatIpv4(value: number): string {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join(".");
}

/**
 * RFC 5952: lower case, no leading zeros, `::` for the first of the longest runs of two or more zero groups.
 * Not ipaddr.js, which takes a later run of equal length: https://www.rfc-editor.org/rfc/rfc5952#section-4.2.3
 */
function formatIpv6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, i) => Number((value >> BigInt(112 - 16 * i)) & 0xffffn));
  const zeros = longestZeroRun(groups);
  const hex = (part: number[]) => part.map((group) => group.toString(16)).join(":");
  if (zeros.length < 2) return hex(groups);
  return `${hex(groups.slice(0, zeros.start))}::${hex(groups.slice(zeros.start + zeros.length))}`;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let length = 0;
  groups.forEach((group, i) => {
    length = group === 0 ? length + 1 : 0;
    if (length > best.length) best = { start: i - length + 1, length };
  });
  return best;
}
