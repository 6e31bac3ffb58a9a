import fc from "fast-check";
import { AddressSet, parseAddress } from "../../values/address-set";
import { describeProblem } from "../../values/problem";
import { SPECIAL_RANGES } from "../../values/special-ranges";

const KEY = `AIza${"x".repeat(35)}`;

function refusalOf(text: string) {
  const parsed = parseAddress(text);
  return "refusal" in parsed
    ? [parsed.refusal.code, describeProblem("allow", parsed.refusal.problem).replace("`allow` ", "")]
    : parsed.range.text;
}

describe("an address or range is refused", () => {
  test.each([
    ["", "syntax", 'must be an IPv4 or IPv6 address or a CIDR range, got: "". Write one, or remove the entry.'],
    [" ", "whitespace", 'must have no white space, got: " ". Remove it.'],
    ["8.8.8.8 ", "whitespace", 'must have no white space, got: "8.8.8.8 ". Remove it.'],
    ["8.8.8.8 /32", "whitespace", "must have no white space, got: 8.8.8.8 /32. Remove it."],
    ["8.8.8.8/ 32", "whitespace", "must have no white space, got: 8.8.8.8/ 32. Remove it."],
    ["8.8.8.8\n", "whitespace", 'must have no white space, got: "8.8.8.8\\n". Remove it.'],
    [
      "8.8.8.8,9.9.9.9",
      "list",
      "must be an IPv4 or IPv6 address or a CIDR range, got: 8.8.8.8,9.9.9.9. Write each address as an entry of its own.",
    ],
    [
      "8.8.8.8;9.9.9.9",
      "list",
      "must be an IPv4 or IPv6 address or a CIDR range, got: 8.8.8.8;9.9.9.9. Write each address as an entry of its own.",
    ],
    [
      "8.8.8.0-8.8.8.4",
      "address-range",
      "must be a CIDR range, not a range from one address to another, got: 8.8.8.0-8.8.8.4. Write 8.8.8.0/30, 8.8.8.4.",
    ],
    [
      "8.8.8.1 - 8.8.8.254",
      "address-range",
      "must be a CIDR range, not a range from one address to another, got: 8.8.8.1 - 8.8.8.254. Write it as CIDR ranges, one an entry.",
    ],
    [
      "8.8.8.4-8.8.8.0",
      "address-range",
      "must be a CIDR range, not a range from one address to another, got: 8.8.8.4-8.8.8.0. Write it as CIDR ranges, one an entry.",
    ],
    [
      "2001:4860::-2001:4860::3",
      "address-range",
      "must be a CIDR range, not a range from one address to another, got: 2001:4860::-2001:4860::3. Write 2001:4860::/126.",
    ],
    [
      "8.8.8.8-2001:4860::",
      "address-range",
      "must be a CIDR range, not a range from one address to another, got: 8.8.8.8-2001:4860::. Write it as CIDR ranges, one an entry.",
    ],
    [
      "8.8.8.*",
      "wildcard",
      "must be an IPv4 or IPv6 address or a CIDR range, got: 8.8.8.*. Write a CIDR range, such as 203.0.113.0/24, instead of the star.",
    ],
    [
      "*",
      "wildcard",
      "must be an IPv4 or IPv6 address or a CIDR range, got: *. Write a CIDR range, such as 203.0.113.0/24, instead of the star.",
    ],
    [
      "8.8.*.*",
      "wildcard",
      "must be an IPv4 or IPv6 address or a CIDR range, got: 8.8.*.*. Write a CIDR range, such as 203.0.113.0/24, instead of the star.",
    ],
    [
      "example.com",
      "host-name",
      "must be an IPv4 or IPv6 address or a CIDR range, got: example.com. Write the addresses that the host sends from: Google takes no names.",
    ],
    [
      "prod-egress",
      "host-name",
      "must be an IPv4 or IPv6 address or a CIDR range, got: prod-egress. Write the addresses that the host sends from: Google takes no names.",
    ],
    [
      "localhost",
      "host-name",
      "must be an IPv4 or IPv6 address or a CIDR range, got: localhost. Write the addresses that the host sends from: Google takes no names.",
    ],
    [
      "https://example.com/x",
      "host-name",
      "must be an IPv4 or IPv6 address or a CIDR range, got: https://example.com/x. Write the addresses that the host sends from: Google takes no names.",
    ],
    [
      "example.com:443",
      "host-name",
      "must be an IPv4 or IPv6 address or a CIDR range, got: example.com:443. Write the addresses that the host sends from: Google takes no names.",
    ],
    [
      "8.8.8.8:443",
      "port",
      "must be an IPv4 or IPv6 address or a CIDR range, got: 8.8.8.8:443. Write the address alone, without brackets or a port.",
    ],
    [
      "[2001:4860::1]:443",
      "port",
      "must be an IPv4 or IPv6 address or a CIDR range, got: [2001:4860::1]:443. Write the address alone, without brackets or a port.",
    ],
    [
      "[2001:4860::1]",
      "port",
      "must be an IPv4 or IPv6 address or a CIDR range, got: [2001:4860::1]. Write the address alone, without brackets or a port.",
    ],
    [
      "fe80::1%eth0",
      "zone-id",
      "must have no zone id, got: fe80::1%eth0. Use the egress address of your NAT: an address with a zone has a meaning on one machine only.",
    ],
    [
      "fe80::1%eth0/64",
      "zone-id",
      "must have no zone id, got: fe80::1%eth0/64. Use the egress address of your NAT: an address with a zone has a meaning on one machine only.",
    ],
    [
      "x%y",
      "syntax",
      "must be an IPv4 or IPv6 address or a CIDR range, got: x%y. Write one such as 203.0.113.7, 203.0.113.0/24 or 2001:db8::/48.",
    ],
    [
      "010.0.0.1",
      "leading-zeros",
      "must have no leading zeros, got: 010.0.0.1. Write 10.0.0.1 if it is decimal: some programs read a leading zero as octal.",
    ],
    [
      "8.8.8.08/32",
      "leading-zeros",
      "must have no leading zeros, got: 8.8.8.08/32. Write 8.8.8.8/32 if it is decimal: some programs read a leading zero as octal.",
    ],
    ["8.8.8.0/024", "leading-zeros", "must have no leading zeros, got: 8.8.8.0/024. Write 8.8.8.0/24."],
    [
      "8.8.8.0/033",
      "prefix",
      "must have a prefix length from 1 to 32, got: 8.8.8.0/033. Write the number of leading bits that are fixed, such as 8.8.8.0/32 for one address.",
    ],
    [
      "8.8.8.0/00",
      "everything",
      "must be narrower than the whole internet, got: 8.8.8.0/00. Use the egress addresses of your callers: a range with /0 lets the key be used from anywhere.",
    ],
    [
      "8.8.8",
      "syntax",
      "must be an IPv4 or IPv6 address or a CIDR range, got: 8.8.8. Write one such as 203.0.113.7, 203.0.113.0/24 or 2001:db8::/48.",
    ],
    [
      "8.8.8.8.8",
      "syntax",
      "must be an IPv4 or IPv6 address or a CIDR range, got: 8.8.8.8.8. Write one such as 203.0.113.7, 203.0.113.0/24 or 2001:db8::/48.",
    ],
    [
      "256.8.8.8",
      "syntax",
      "must be an IPv4 or IPv6 address or a CIDR range, got: 256.8.8.8. Write one such as 203.0.113.7, 203.0.113.0/24 or 2001:db8::/48.",
    ],
    [
      "2130706433",
      "syntax",
      "must be an IPv4 or IPv6 address or a CIDR range, got: 2130706433. Write one such as 203.0.113.7, 203.0.113.0/24 or 2001:db8::/48.",
    ],
    [
      "0x8.8.8.8",
      "syntax",
      "must be an IPv4 or IPv6 address or a CIDR range, got: 0x8.8.8.8. Write one such as 203.0.113.7, 203.0.113.0/24 or 2001:db8::/48.",
    ],
    [
      "2001:4860:::1",
      "syntax",
      "must be an IPv4 or IPv6 address or a CIDR range, got: 2001:4860:::1. Write one such as 203.0.113.7, 203.0.113.0/24 or 2001:db8::/48.",
    ],
    [
      "2001:4860::12345",
      "syntax",
      "must be an IPv4 or IPv6 address or a CIDR range, got: 2001:4860::12345. Write one such as 203.0.113.7, 203.0.113.0/24 or 2001:db8::/48.",
    ],
    [
      "1:2:3:4:5:6:7",
      "syntax",
      "must be an IPv4 or IPv6 address or a CIDR range, got: 1:2:3:4:5:6:7. Write one such as 203.0.113.7, 203.0.113.0/24 or 2001:db8::/48.",
    ],
    [
      "::ffff:08.8.8.8",
      "syntax",
      "must be an IPv4 or IPv6 address or a CIDR range, got: ::ffff:08.8.8.8. Write one such as 203.0.113.7, 203.0.113.0/24 or 2001:db8::/48.",
    ],
    [
      "8.8.8.8/33",
      "prefix",
      "must have a prefix length from 1 to 32, got: 8.8.8.8/33. Write the number of leading bits that are fixed, such as 8.8.8.8/32 for one address.",
    ],
    [
      "8.8.8.8/",
      "prefix",
      "must have a prefix length from 1 to 32, got: 8.8.8.8/. Write the number of leading bits that are fixed, such as 8.8.8.8/32 for one address.",
    ],
    [
      "8.8.8.8/-1",
      "prefix",
      "must have a prefix length from 1 to 32, got: 8.8.8.8/-1. Write the number of leading bits that are fixed, such as 8.8.8.8/32 for one address.",
    ],
    [
      "8.8.8.8/24/24",
      "prefix",
      "must have a prefix length from 1 to 32, got: 8.8.8.8/24/24. Write the number of leading bits that are fixed, such as 8.8.8.8/32 for one address.",
    ],
    [
      "8.8.8.0/255.255.255.0",
      "prefix",
      "must have a prefix length from 1 to 32, got: 8.8.8.0/255.255.255.0. Write the network mask as a prefix length: 8.8.8.0/24.",
    ],
    [
      "8.8.8.0/255.0.255.0",
      "prefix",
      "must have a prefix length from 1 to 32, got: 8.8.8.0/255.0.255.0. Write the number of leading bits that are fixed, such as 8.8.8.0/32 for one address.",
    ],
    [
      "8.8.8.0/0.0.0.0",
      "prefix",
      "must have a prefix length from 1 to 32, got: 8.8.8.0/0.0.0.0. Write the number of leading bits that are fixed, such as 8.8.8.0/32 for one address.",
    ],
    [
      "2001:4860::/129",
      "prefix",
      "must have a prefix length from 1 to 128, got: 2001:4860::/129. Write the number of leading bits that are fixed, such as 2001:4860::/128 for one address.",
    ],
    [
      "2001:4860::/255.255.0.0",
      "prefix",
      "must have a prefix length from 1 to 128, got: 2001:4860::/255.255.0.0. Write the number of leading bits that are fixed, such as 2001:4860::/128 for one address.",
    ],
    [
      "0.0.0.0/0",
      "everything",
      "must be narrower than the whole internet, got: 0.0.0.0/0. Use the egress addresses of your callers: a range with /0 lets the key be used from anywhere.",
    ],
    [
      "::/0",
      "everything",
      "must be narrower than the whole internet, got: ::/0. Use the egress addresses of your callers: a range with /0 lets the key be used from anywhere.",
    ],
    [
      "8.8.8.8/0",
      "everything",
      "must be narrower than the whole internet, got: 8.8.8.8/0. Use the egress addresses of your callers: a range with /0 lets the key be used from anywhere.",
    ],
    [
      "203.0.113.5/28",
      "host-bits",
      "must be a CIDR range without host bits, got: 203.0.113.5/28. Write 203.0.113.0/28 or 203.0.113.5.",
    ],
    [
      "2001:4860::1/32",
      "host-bits",
      "must be a CIDR range without host bits, got: 2001:4860::1/32. Write 2001:4860::/32 or 2001:4860::1.",
    ],
    [
      "8.8.8.1/31",
      "host-bits",
      "must be a CIDR range without host bits, got: 8.8.8.1/31. Write 8.8.8.0/31 or 8.8.8.1.",
    ],
    [
      "10.0.0.0/8",
      "private",
      "must be a public range, got: 10.0.0.0/8. Use the egress address of your NAT: 10.0.0.0/8 is private (RFC 1918).",
    ],
    [
      "10.255.255.255",
      "private",
      "must be a public range, got: 10.255.255.255. Use the egress address of your NAT: 10.0.0.0/8 is private (RFC 1918).",
    ],
    [
      "172.16.0.0/12",
      "private",
      "must be a public range, got: 172.16.0.0/12. Use the egress address of your NAT: 172.16.0.0/12 is private (RFC 1918).",
    ],
    [
      "172.31.255.255",
      "private",
      "must be a public range, got: 172.31.255.255. Use the egress address of your NAT: 172.16.0.0/12 is private (RFC 1918).",
    ],
    [
      "192.168.0.0/16",
      "private",
      "must be a public range, got: 192.168.0.0/16. Use the egress address of your NAT: 192.168.0.0/16 is private (RFC 1918).",
    ],
    [
      "100.64.0.0/10",
      "private",
      "must be a public range, got: 100.64.0.0/10. Use the egress address of your NAT: 100.64.0.0/10 is shared behind carrier-grade NAT (RFC 6598).",
    ],
    [
      "100.127.255.255",
      "private",
      "must be a public range, got: 100.127.255.255. Use the egress address of your NAT: 100.64.0.0/10 is shared behind carrier-grade NAT (RFC 6598).",
    ],
    [
      "127.0.0.1",
      "loopback",
      "must be a public range, got: 127.0.0.1. Use the egress address of your NAT: 127.0.0.0/8 is loopback (RFC 1122).",
    ],
    [
      "169.254.169.254",
      "link-local",
      "must be a public range, got: 169.254.169.254. Use the egress address of your NAT: 169.254.0.0/16 is link-local (RFC 3927).",
    ],
    [
      "192.0.2.1",
      "documentation",
      "must be a public range, got: 192.0.2.1. Use the egress address of your NAT: 192.0.2.0/24 is for documentation (RFC 5737).",
    ],
    [
      "198.51.100.7",
      "documentation",
      "must be a public range, got: 198.51.100.7. Use the egress address of your NAT: 198.51.100.0/24 is for documentation (RFC 5737).",
    ],
    [
      "203.0.113.0/24",
      "documentation",
      "must be a public range, got: 203.0.113.0/24. Use the egress address of your NAT: 203.0.113.0/24 is for documentation (RFC 5737).",
    ],
    [
      "224.0.0.0",
      "multicast",
      "must be a public range, got: 224.0.0.0. Use the egress address of your NAT: 224.0.0.0/4 is multicast (RFC 5771).",
    ],
    [
      "239.255.255.255",
      "multicast",
      "must be a public range, got: 239.255.255.255. Use the egress address of your NAT: 224.0.0.0/4 is multicast (RFC 5771).",
    ],
    [
      "240.0.0.0",
      "reserved",
      "must be a public range, got: 240.0.0.0. Use the egress address of your NAT: 240.0.0.0/4 is reserved (RFC 1112).",
    ],
    [
      "255.255.255.255",
      "reserved",
      "must be a public range, got: 255.255.255.255. Use the egress address of your NAT: 255.255.255.255 is the broadcast address (RFC 919).",
    ],
    [
      "0.0.0.0",
      "reserved",
      "must be a public range, got: 0.0.0.0. Use the egress address of your NAT: 0.0.0.0 is the unspecified address (RFC 1122).",
    ],
    [
      "0.1.2.3",
      "reserved",
      "must be a public range, got: 0.1.2.3. Use the egress address of your NAT: 0.0.0.0/8 is reserved for this network (RFC 791).",
    ],
    [
      "192.0.0.1",
      "reserved",
      "must be a public range, got: 192.0.0.1. Use the egress address of your NAT: 192.0.0.0/24 is reserved for protocol assignments (RFC 6890).",
    ],
    [
      "198.18.0.0/15",
      "reserved",
      "must be a public range, got: 198.18.0.0/15. Use the egress address of your NAT: 198.18.0.0/15 is for benchmarking (RFC 2544).",
    ],
    [
      "198.19.255.255",
      "reserved",
      "must be a public range, got: 198.19.255.255. Use the egress address of your NAT: 198.18.0.0/15 is for benchmarking (RFC 2544).",
    ],
    [
      "192.88.99.1",
      "reserved",
      "must be a public range, got: 192.88.99.1. Use the egress address of your NAT: 192.88.99.0/24 is the former 6to4 relay anycast (RFC 7526).",
    ],
    [
      "192.31.196.1",
      "reserved",
      "must be a public range, got: 192.31.196.1. Use the egress address of your NAT: 192.31.196.0/24 is reserved for AS112 (RFC 7535).",
    ],
    [
      "192.52.193.1",
      "reserved",
      "must be a public range, got: 192.52.193.1. Use the egress address of your NAT: 192.52.193.0/24 is reserved for AMT (RFC 7450).",
    ],
    [
      "192.175.48.1",
      "reserved",
      "must be a public range, got: 192.175.48.1. Use the egress address of your NAT: 192.175.48.0/24 is reserved for AS112 (RFC 7534).",
    ],
    [
      "fc00::",
      "private",
      "must be a public range, got: fc00::. Use the egress address of your NAT: fc00::/7 is private (unique local, RFC 4193).",
    ],
    [
      "fdff::1",
      "private",
      "must be a public range, got: fdff::1. Use the egress address of your NAT: fc00::/7 is private (unique local, RFC 4193).",
    ],
    [
      "::1",
      "loopback",
      "must be a public range, got: ::1. Use the egress address of your NAT: ::1 is loopback (RFC 4291).",
    ],
    [
      "fe80::1",
      "link-local",
      "must be a public range, got: fe80::1. Use the egress address of your NAT: fe80::/10 is link-local (RFC 4291).",
    ],
    [
      "febf::1",
      "link-local",
      "must be a public range, got: febf::1. Use the egress address of your NAT: fe80::/10 is link-local (RFC 4291).",
    ],
    [
      "fec0::1",
      "private",
      "must be a public range, got: fec0::1. Use the egress address of your NAT: fec0::/10 is private (the former site-local, RFC 3879).",
    ],
    [
      "2001:db8::1",
      "documentation",
      "must be a public range, got: 2001:db8::1. Use the egress address of your NAT: 2001:db8::/32 is for documentation (RFC 3849).",
    ],
    [
      "3fff::1",
      "documentation",
      "must be a public range, got: 3fff::1. Use the egress address of your NAT: 3fff::/20 is for documentation (RFC 9637).",
    ],
    [
      "ff02::1",
      "multicast",
      "must be a public range, got: ff02::1. Use the egress address of your NAT: ff00::/8 is multicast (RFC 4291).",
    ],
    [
      "::ffff:8.8.8.8",
      "ipv4-mapped",
      "must not be an IPv4-mapped IPv6 address, got: ::ffff:8.8.8.8. Write the IPv4 address 8.8.8.8.",
    ],
    [
      "::ffff:808:800/120",
      "ipv4-mapped",
      "must not be an IPv4-mapped IPv6 address, got: ::ffff:808:800/120. Write the IPv4 range 8.8.8.0/24.",
    ],
    [
      "::",
      "reserved",
      "must be a public range, got: ::. Use the egress address of your NAT: :: is the unspecified address (RFC 4291).",
    ],
    [
      "64:ff9b::808:808",
      "reserved",
      "must be a public range, got: 64:ff9b::808:808. Use the egress address of your NAT: 64:ff9b::/96 is for IPv4/IPv6 translation (RFC 6052).",
    ],
    [
      "64:ff9b:1::1",
      "reserved",
      "must be a public range, got: 64:ff9b:1::1. Use the egress address of your NAT: 64:ff9b:1::/48 is for local IPv4/IPv6 translation (RFC 8215).",
    ],
    [
      "100::1",
      "reserved",
      "must be a public range, got: 100::1. Use the egress address of your NAT: 100::/64 is discard-only (RFC 6666).",
    ],
    [
      "100:0:0:1::1",
      "reserved",
      "must be a public range, got: 100:0:0:1::1. Use the egress address of your NAT: 100:0:0:1::/64 is the dummy prefix (RFC 9780).",
    ],
    [
      "2001::1",
      "reserved",
      "must be a public range, got: 2001::1. Use the egress address of your NAT: 2001::/32 is Teredo tunnelling (RFC 4380).",
    ],
    [
      "2001:2::1",
      "reserved",
      "must be a public range, got: 2001:2::1. Use the egress address of your NAT: 2001:2::/48 is for benchmarking (RFC 5180).",
    ],
    [
      "2001:1ff::1",
      "reserved",
      "must be a public range, got: 2001:1ff::1. Use the egress address of your NAT: 2001::/23 is reserved for protocol assignments (RFC 2928).",
    ],
    [
      "2002::1",
      "reserved",
      "must be a public range, got: 2002::1. Use the egress address of your NAT: 2002::/16 is 6to4 tunnelling (RFC 3056).",
    ],
    [
      "2620:4f:8000::1",
      "reserved",
      "must be a public range, got: 2620:4f:8000::1. Use the egress address of your NAT: 2620:4f:8000::/48 is reserved for AS112 (RFC 7534).",
    ],
    [
      "5f00::1",
      "reserved",
      "must be a public range, got: 5f00::1. Use the egress address of your NAT: 5f00::/16 is for SRv6 segment ids (RFC 9602).",
    ],
    [
      "::8.8.8.8",
      "reserved",
      "must be a public range, got: ::8.8.8.8. Use the egress address of your NAT: ::/3 is reserved by the IETF (RFC 4291).",
    ],
    [
      "1fff::1",
      "reserved",
      "must be a public range, got: 1fff::1. Use the egress address of your NAT: ::/3 is reserved by the IETF (RFC 4291).",
    ],
    [
      "4000::1",
      "reserved",
      "must be a public range, got: 4000::1. Use the egress address of your NAT: 4000::/2 is reserved by the IETF (RFC 4291).",
    ],
    [
      "8000::1",
      "reserved",
      "must be a public range, got: 8000::1. Use the egress address of your NAT: 8000::/1 is reserved by the IETF (RFC 4291).",
    ],
    [
      "192.0.0.0/8",
      "private",
      "must be a public range, got: 192.0.0.0/8. Write smaller ranges beside 192.168.0.0/16, which lies in it and is private (RFC 1918).",
    ],
    [
      "128.0.0.0/1",
      "private",
      "must be a public range, got: 128.0.0.0/1. Write smaller ranges beside 172.16.0.0/12, which lies in it and is private (RFC 1918).",
    ],
    [
      "203.0.112.0/23",
      "documentation",
      "must be a public range, got: 203.0.112.0/23. Write smaller ranges beside 203.0.113.0/24, which lies in it and is for documentation (RFC 5737).",
    ],
    [
      "2001::/16",
      "documentation",
      "must be a public range, got: 2001::/16. Write smaller ranges beside 2001:db8::/32, which lies in it and is for documentation (RFC 3849).",
    ],
    [
      "2000::/3",
      "documentation",
      "must be a public range, got: 2000::/3. Write smaller ranges beside 2001:db8::/32, which lies in it and is for documentation (RFC 3849).",
    ],
    [
      "3ff0::/12",
      "documentation",
      "must be a public range, got: 3ff0::/12. Write smaller ranges beside 3fff::/20, which lies in it and is for documentation (RFC 9637).",
    ],
    [
      "::/1",
      "loopback",
      "must be a public range, got: ::/1. Write smaller ranges beside ::1, which lies in it and is loopback (RFC 4291).",
    ],
    [
      "8.8.8.8\u200b",
      "syntax",
      'must be an IPv4 or IPv6 address or a CIDR range, got: "8.8.8.8\\u200b". Write one such as 203.0.113.7, 203.0.113.0/24 or 2001:db8::/48.',
    ],
  ])("%j: %s", (text, code, message) => {
    expect(refusalOf(text)).toEqual([code, message]);
  });

  test("without showing a key", () => {
    expect(refusalOf(KEY)).toEqual([
      "host-name",
      "must be an IPv4 or IPv6 address or a CIDR range, got: [redacted]. Write the addresses that the host sends from: Google takes no names.",
    ]);
    expect(refusalOf(`010.8.8.8/${KEY}`)).toEqual([
      "leading-zeros",
      "must have no leading zeros, got: 010.8.8.8/[redacted]. Write 10.8.8.8 if it is decimal: some programs read a leading zero as octal.",
    ]);
  });

  test.each([
    ["a".repeat(81), "host-name", 81],
    ["a".repeat(200), "host-name", 200],
    ["a".repeat(201), "syntax", 201],
    ["1".repeat(100_000), "syntax", 100_000],
    [`${"a".repeat(100_000)}!`, "syntax", 100_001],
    [`8.8.8.8/${"9".repeat(100_000)}`, "prefix", 100_008],
  ])("by its length if it is long, and quickly", (text, code, length) => {
    const started = Date.now();
    const refusal = refusalOf(text);
    expect(refusal).toEqual([code, expect.stringContaining(`, got: ${length} characters. `)]);
    expect(Date.now() - started).toBeLessThan(1_000);
  });
});

describe("an address or range is accepted", () => {
  test.each([
    ["8.8.8.8", 4, "8.8.8.8", 1n],
    ["8.8.8.8/32", 4, "8.8.8.8", 1n],
    ["8.8.8.0/24", 4, "8.8.8.0/24", 256n],
    ["2001:4860:4860::8888", 6, "2001:4860:4860::8888", 1n],
    ["2001:4860:4860:0000:0000:0000:0000:8844/128", 6, "2001:4860:4860::8844", 1n],
    ["2001:4860::/32", 6, "2001:4860::/32", 1n << 96n],
    ["2A00:1450:0:0::/64", 6, "2a00:1450::/64", 1n << 64n],
    ["2001:4860::8.8.8.8", 6, "2001:4860::808:808", 1n],
  ])("%s", (text, family, canonical, size) => {
    const parsed = parseAddress(text);
    if ("refusal" in parsed) throw new Error(parsed.refusal.problem.rule);
    expect(parsed.range).toMatchObject({ family, text: canonical });
    expect(parsed.range.end - parsed.range.start + 1n).toBe(size);
  });

  // The neighbours of every block, so that no block is wider than its registry says.
  test.each([
    ["9.255.255.255", "11.0.0.0"],
    ["172.15.255.255", "172.32.0.0"],
    ["192.167.255.255", "192.169.0.0"],
    ["100.63.255.255", "100.128.0.0"],
    ["126.255.255.255", "128.0.0.0"],
    ["169.253.255.255", "169.255.0.0"],
    ["192.0.1.255", "192.0.3.0"],
    ["198.51.99.255", "198.51.101.0"],
    ["203.0.112.255", "203.0.114.0"],
    ["223.255.255.255", "1.0.0.0"],
    ["191.255.255.255", "192.0.1.0"],
    ["192.31.195.255", "192.31.197.0"],
    ["192.52.192.255", "192.52.194.0"],
    ["192.88.98.255", "192.88.100.0"],
    ["192.175.47.255", "192.175.49.0"],
    ["198.17.255.255", "198.20.0.0"],
    ["2000::", "2001:200::"],
    ["2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::"],
    ["2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2003::"],
    ["2620:4f:7fff:ffff:ffff:ffff:ffff:ffff", "2620:4f:8001::"],
    ["3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:1000::"],
    ["3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2600::"],
  ])("%s and %s, next to a special block", (before, after) => {
    expect([refusalOf(before), refusalOf(after)]).toEqual([before, after]);
  });

  test.each(["192.0.2.0/24", "198.51.100.8", "203.0.113.0/28", "2001:db8::/48", "3fff:0:1::/48", "203.0.112.0/23"])(
    "%s only with allowDocumentation",
    (text) => {
      expect(refusalOf(text)[0]).toBe("documentation");
      expect(parseAddress(text, { allowDocumentation: false })).toHaveProperty("refusal");
      expect(parseAddress(text, { allowDocumentation: true })).toMatchObject({ range: { text } });
    },
  );

  test.each(["10.0.0.1", "0.0.0.0/0", "192.0.0.0/8", "203.0.113.5/28", "::1"])(
    "%s not even with allowDocumentation",
    (text) => {
      expect(parseAddress(text, { allowDocumentation: true })).toHaveProperty("refusal");
    },
  );
});

describe("for every input", () => {
  const everyBlock = AddressSet.of(SPECIAL_RANGES.map((special) => special.range.text));
  const ipv4 = fc.tuple(fc.bigInt(0n, (1n << 32n) - 1n), fc.integer({ min: 1, max: 32 })).map(([value, prefix]) => {
    const start = (value >> BigInt(32 - prefix)) << BigInt(32 - prefix);
    return `${[24n, 16n, 8n, 0n].map((shift) => (start >> shift) & 255n).join(".")}/${prefix}`;
  });

  test("a canonical range is accepted exactly if it touches no special block", () => {
    fc.assert(
      fc.property(ipv4, (text) => {
        expect("range" in parseAddress(text)).toBe(AddressSet.of([text]).intersection(everyBlock).isEmpty());
      }),
      { numRuns: 1000 },
    );
  });

  test("it never throws, and what it accepts keeps its meaning", () => {
    const anything = fc.oneof(
      fc.string(),
      fc.ipV4(),
      fc.ipV6(),
      fc.ipV4Extended(),
      fc.stringMatching(/^[0-9a-f:.%*/ -]{0,24}$/),
    );
    const withPrefix = fc
      .tuple(
        anything,
        fc.oneof(
          fc.constant(""),
          fc.nat(140).map((n) => `/${n}`),
        ),
      )
      .map((p) => p.join(""));
    fc.assert(
      fc.property(withPrefix, (text) => {
        const parsed = parseAddress(text);
        if ("refusal" in parsed) return;
        expect(AddressSet.of([text]).toStrings()).toEqual([parsed.range.text]);
        expect(parseAddress(parsed.range.text)).toEqual(parsed);
      }),
      { numRuns: 1000 },
    );
  });
});
