import { type AddressRange, readRange } from "./address-range";
import type { Interval } from "./intervals";

export type SpecialKind =
  | "private"
  | "loopback"
  | "link-local"
  | "documentation"
  | "multicast"
  | "reserved"
  | "ipv4-mapped";

/** A block of addresses from which no request can reach Google. */
export interface SpecialRange {
  readonly kind: SpecialKind;
  readonly range: AddressRange;
  /** As it follows "is": `private (RFC 1918)`. */
  readonly what: string;
}

/**
 * Where an entry touches several blocks, the first here is named: well-known ones first, and a block before a
 * wider one around it. The source of all but multicast and the last three is IANA's special-purpose registries:
 * https://www.iana.org/assignments/iana-ipv4-special-registry/
 * https://www.iana.org/assignments/iana-ipv6-special-registry/
 * Multicast: https://www.iana.org/assignments/multicast-addresses/
 * and https://www.iana.org/assignments/ipv6-address-space/
 *
 * Some are globally reachable (AS112, AMT, anycast): they are shared services, so never the source of a request.
 */
const TABLE: readonly (readonly [cidr: string, kind: SpecialKind, what: string])[] = [
  ["10.0.0.0/8", "private", "private (RFC 1918)"],
  ["172.16.0.0/12", "private", "private (RFC 1918)"],
  ["192.168.0.0/16", "private", "private (RFC 1918)"],
  ["100.64.0.0/10", "private", "shared behind carrier-grade NAT (RFC 6598)"],
  ["127.0.0.0/8", "loopback", "loopback (RFC 1122)"],
  ["169.254.0.0/16", "link-local", "link-local (RFC 3927)"],
  ["192.0.2.0/24", "documentation", "for documentation (RFC 5737)"],
  ["198.51.100.0/24", "documentation", "for documentation (RFC 5737)"],
  ["203.0.113.0/24", "documentation", "for documentation (RFC 5737)"],
  ["224.0.0.0/4", "multicast", "multicast (RFC 5771)"],
  ["255.255.255.255", "reserved", "the broadcast address (RFC 919)"],
  ["240.0.0.0/4", "reserved", "reserved (RFC 1112)"],
  ["0.0.0.0", "reserved", "the unspecified address (RFC 1122)"],
  ["0.0.0.0/8", "reserved", "reserved for this network (RFC 791)"],
  ["192.0.0.0/24", "reserved", "reserved for protocol assignments (RFC 6890)"],
  ["192.31.196.0/24", "reserved", "reserved for AS112 (RFC 7535)"],
  ["192.52.193.0/24", "reserved", "reserved for AMT (RFC 7450)"],
  ["192.88.99.0/24", "reserved", "the former 6to4 relay anycast (RFC 7526)"],
  ["192.175.48.0/24", "reserved", "reserved for AS112 (RFC 7534)"],
  ["198.18.0.0/15", "reserved", "for benchmarking (RFC 2544)"],

  ["fc00::/7", "private", "private (unique local, RFC 4193)"],
  ["::1", "loopback", "loopback (RFC 4291)"],
  ["fe80::/10", "link-local", "link-local (RFC 4291)"],
  ["fec0::/10", "private", "private (the former site-local, RFC 3879)"],
  ["2001:db8::/32", "documentation", "for documentation (RFC 3849)"],
  ["3fff::/20", "documentation", "for documentation (RFC 9637)"],
  ["ff00::/8", "multicast", "multicast (RFC 4291)"],
  ["::ffff:0:0/96", "ipv4-mapped", "for IPv4 addresses written as IPv6 (RFC 4291)"],
  ["::", "reserved", "the unspecified address (RFC 4291)"],
  ["64:ff9b::/96", "reserved", "for IPv4/IPv6 translation (RFC 6052)"],
  ["64:ff9b:1::/48", "reserved", "for local IPv4/IPv6 translation (RFC 8215)"],
  ["100::/64", "reserved", "discard-only (RFC 6666)"],
  ["100:0:0:1::/64", "reserved", "the dummy prefix (RFC 9780)"],
  ["2001::/32", "reserved", "Teredo tunnelling (RFC 4380)"],
  ["2001:2::/48", "reserved", "for benchmarking (RFC 5180)"],
  ["2001::/23", "reserved", "reserved for protocol assignments (RFC 2928)"],
  ["2002::/16", "reserved", "6to4 tunnelling (RFC 3056)"],
  ["2620:4f:8000::/48", "reserved", "reserved for AS112 (RFC 7534)"],
  ["5f00::/16", "reserved", "for SRv6 segment ids (RFC 9602)"],
  // Only 2000::/3 is handed out as global unicast: https://www.iana.org/assignments/ipv6-address-space/
  ["::/3", "reserved", "reserved by the IETF (RFC 4291)"],
  ["4000::/2", "reserved", "reserved by the IETF (RFC 4291)"],
  ["8000::/1", "reserved", "reserved by the IETF (RFC 4291)"],
];

export const SPECIAL_RANGES: readonly SpecialRange[] = TABLE.map(([cidr, kind, what]) => ({
  kind,
  what,
  range: readRange(cidr)!,
}));

/**
 * The special block that `range` touches, or undefined if it touches none.
 * A block around the range goes before a block inside it.
 */
export function findSpecialRange(range: AddressRange, ignored: readonly SpecialKind[]): SpecialRange | undefined {
  const candidates = SPECIAL_RANGES.filter((s) => s.range.family === range.family && !ignored.includes(s.kind));
  return candidates.find((s) => lies(range, s.range)) ?? candidates.find((s) => lies(s.range, range));
}

export function lies(inner: Interval, outer: Interval): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}
