import fc from "fast-check";
import { type ApiKeyFacts, type Maybe, UNKNOWN } from "../../../inventory/facts";
import { CLOUD_RANGES, findCloudRange } from "../../../policies/cloud-ranges";
import type { Rule } from "../../../policies/rule";
import { addressIsPublic } from "../../../policies/rules/address-is-public";
import { addressIsWrittenExactly } from "../../../policies/rules/address-is-written-exactly";
import { addressRangeIsNarrow } from "../../../policies/rules/address-range-is-narrow";
import { addressRangeIsNotOfACloud } from "../../../policies/rules/address-range-is-not-of-a-cloud";
import { keyHasAddressRestriction } from "../../../policies/rules/key-has-address-restriction";
import { keyHasFewAddresses } from "../../../policies/rules/key-has-few-addresses";
import { productionAddressesAreItsOwn } from "../../../policies/rules/production-addresses-are-its-own";
import { BITS, rangeOf, readRange } from "../../../values/address-range";
import { apiKey, check, declaredKey, emptyFacts, messages } from "../../helpers/facts";

const ADDRESS = "google_apikeys_key.web";
const FIELD = "restrictions.server_key_restrictions.allowed_ips";

const keyFrom = (...allowedIps: Maybe<string>[]) => apiKey({ allowedIps });
const planOf = (...apiKeys: ApiKeyFacts[]) => emptyFacts({ origin: "plan", apiKeys });
const found = (rule: Rule, ...allowedIps: Maybe<string>[]) => messages(rule, planOf(keyFrom(...allowedIps)));

describe("GEMKEY-IP-01, a restriction of addresses", () => {
  test.each([
    [undefined, "it has no restriction of addresses"],
    [[], "its list of addresses is empty"],
    [["0.0.0.0/0"], "its addresses are the whole internet"],
    [["0.0.0.0/1", "128.0.0.0/1"], "its addresses are the whole internet"],
    [["1.2.3.4", "::/0"], "its addresses are the whole internet"],
    [["2000::/3"], "its addresses are the whole internet"],
  ])("with the addresses %j it works from everywhere", (allowedIps, why) => {
    expect(check(keyHasAddressRestriction, planOf(apiKey({ allowedIps })))).toEqual([
      { address: ADDRESS, field: FIELD, message: `${ADDRESS} works from everywhere: ${why}.` },
    ]);
  });

  test.each([[UNKNOWN], [[UNKNOWN]], [["1.2.3.4"]], [["0.0.0.0/1"]], [["2000::/4", "128.0.0.0/1"]]])(
    "with the addresses %j it does not",
    (allowedIps) => {
      expect(messages(keyHasAddressRestriction, planOf(apiKey({ allowedIps })))).toEqual([]);
    },
  );

  test("a declared key is told once for all its generations", () => {
    const open = { allowedIps: undefined };
    const facts = emptyFacts({ apiKeys: [declaredKey({ generation: 1 }, open), declaredKey({ generation: 2 }, open)] });
    expect(check(keyHasAddressRestriction, facts)).toEqual([
      {
        address: "google_apikeys_key.chat_g1",
        key: "chat",
        field: "allow",
        message: "chat works from everywhere: it has no restriction of addresses.",
      },
    ]);
  });

  test("keys that are not declared are told one by one", () => {
    const facts = planOf(apiKey({ allowedIps: [] }), apiKey({ allowedIps: [] }));
    expect(messages(keyHasAddressRestriction, facts)).toHaveLength(2);
  });
});

describe("GEMKEY-IP-02, narrow ranges", () => {
  test.each(["93.184.0.0/20", "2a00::/32", "93.184.216.34", "2a00::1", "93.184.216.34/20"])("%s is narrow", (range) => {
    expect(found(addressRangeIsNarrow, range)).toEqual([]);
  });

  test.each([
    ["93.184.0.0/19", 20],
    ["0.0.0.0/0", 20],
    ["93.184.216.34/19", 20],
    ["2a00::/31", 32],
    ["::/0", 32],
  ])("%s is wide", (range, limit) => {
    expect(check(addressRangeIsNarrow, planOf(keyFrom("1.2.3.4", range)))).toEqual([
      {
        address: ADDRESS,
        field: `${FIELD}[1]`,
        value: range,
        message: `${ADDRESS} may be used from ${range}, a range wider than /${limit}.`,
      },
    ]);
  });

  test("what is not known is told", () => {
    expect(check(addressRangeIsNarrow, planOf(apiKey({ allowedIps: UNKNOWN })))).toEqual([
      { address: ADDRESS, field: FIELD, message: `The addresses of ${ADDRESS} are unknown until apply.` },
    ]);
    expect(check(addressRangeIsNarrow, planOf(keyFrom("1.2.3.4", UNKNOWN)))).toEqual([
      { address: ADDRESS, field: `${FIELD}[1]`, message: `Address 2 of ${ADDRESS} is unknown until apply.` },
    ]);
  });

  test("a key without restriction, and what is no address, are told by other rules", () => {
    expect(messages(addressRangeIsNarrow, planOf(apiKey({ allowedIps: undefined })))).toEqual([]);
    expect(found(addressRangeIsNarrow, "example.com", "1.2.3.4/33")).toEqual([]);
  });
});

describe("GEMKEY-IP-03, few addresses in all", () => {
  test.each([
    [["93.184.0.0/20", "93.184.16.0/20"]],
    [["93.184.0.0/20", "93.184.0.0/20", "93.184.0.0/19"]],
    [["2a00::/32", "2a01::/32"]],
    [["2a00::/31", "2a02::/65"]],
  ])("%j are few", (addresses) => {
    expect(found(keyHasFewAddresses, ...addresses)).toEqual([]);
  });

  test("one more IPv4 address is too many", () => {
    expect(check(keyHasFewAddresses, planOf(keyFrom("93.184.0.0/20", "93.184.16.0/20", "1.2.3.4")))).toEqual([
      {
        address: ADDRESS,
        field: FIELD,
        value: "8193",
        message: `${ADDRESS} may be used from 8193 IPv4 addresses, more than 8192.`,
      },
    ]);
  });

  test("one more IPv6 network is too many", () => {
    expect(check(keyHasFewAddresses, planOf(keyFrom("2a00::/32", "2a01::/32", "2a02::/64")))).toEqual([
      {
        address: ADDRESS,
        field: FIELD,
        value: "8589934593",
        message: `${ADDRESS} may be used from 8589934593 IPv6 networks of /64, more than 8589934592.`,
      },
    ]);
  });

  test("both are told, and a declared key by its name", () => {
    const allowedIps = ["93.184.0.0/18", "2a00::/30"];
    const facts = emptyFacts({ apiKeys: [declaredKey({}, { allowedIps })] });
    expect(messages(keyHasFewAddresses, facts)).toEqual([
      "chat may be used from 16384 IPv4 addresses, more than 8192.",
      "chat may be used from 17179869184 IPv6 networks of /64, more than 8589934592.",
    ]);
  });
});

describe("GEMKEY-IP-04, public addresses", () => {
  test.each([
    ["10.1.2.3", "10.0.0.0/8 is private (RFC 1918)"],
    ["8.0.0.0/5", "10.0.0.0/8 is private (RFC 1918)"],
    ["100.64.0.1", "100.64.0.0/10 is shared behind carrier-grade NAT (RFC 6598)"],
    ["fd00::1", "fc00::/7 is private (unique local, RFC 4193)"],
    ["203.0.113.7", "203.0.113.0/24 is for documentation (RFC 5737)"],
    ["10.1.2.3/8", "10.0.0.0/8 is private (RFC 1918)"],
  ])("%s is not", (entry, why) => {
    expect(check(addressIsPublic, planOf(keyFrom("93.184.216.34", entry)))).toEqual([
      {
        address: ADDRESS,
        field: `${FIELD}[1]`,
        value: entry,
        message: `${ADDRESS} may be used from ${entry}, but ${why}.`,
      },
    ]);
  });

  test("a sample of ours may show documentation addresses, and no others", () => {
    const facts = emptyFacts({
      apiKeys: [declaredKey({}, { allowedIps: ["203.0.113.7", "2001:db8::/48", "10.0.0.1"] })],
    });
    expect(check(addressIsPublic, facts)).toEqual([
      {
        address: "google_apikeys_key.chat_g1",
        key: "chat",
        field: "allow",
        value: "10.0.0.1",
        message: "chat may be used from 10.0.0.1, but 10.0.0.0/8 is private (RFC 1918).",
      },
    ]);
  });

  test("what is no address, or not known, is told by other rules", () => {
    expect(found(addressIsPublic, "localhost", UNKNOWN)).toEqual([]);
  });
});

describe("GEMKEY-IP-05, ranges of clouds", () => {
  test.each([
    ["34.84.0.0/16", "Google Cloud", "34.64.0.0/10"],
    ["34.84.0.0/23", "Google Cloud", "34.64.0.0/10"],
    ["0.0.0.0/1", "Amazon Web Services", "3.0.0.0/8"],
    ["20.64.0.0/10", "Microsoft Azure", "20.64.0.0/10"],
    ["2600:1900:4000::/47", "Google Cloud", "2600:1900::/28"],
    ["::/0", "Amazon Web Services", "2600:1f00::/24"],
  ])("%s is shared", (range, cloud, block) => {
    expect(check(addressRangeIsNotOfACloud, planOf(keyFrom("1.2.3.4", range)))).toEqual([
      {
        address: ADDRESS,
        field: `${FIELD}[1]`,
        value: range,
        message: `${ADDRESS} may be used from ${range}, which customers of ${cloud} share (${block}).`,
      },
    ]);
  });

  test.each(["34.84.0.0/24", "34.84.1.2", "2600:1900:4000::/48", "93.184.0.0/16", "2a00::/16", "a.example", UNKNOWN])(
    "%s is not",
    (range) => {
      expect(found(addressRangeIsNotOfACloud, range)).toEqual([]);
    },
  );

  test("the blocks are disjoint, and each is found", () => {
    for (const { range, cloud } of CLOUD_RANGES) expect(findCloudRange(range)).toEqual({ range, cloud });
    expect(CLOUD_RANGES).toHaveLength(13);
    expect(findCloudRange(readRange("8.8.8.8")!)).toBeUndefined();
  });
});

describe("GEMKEY-IP-06, addresses of production alone", () => {
  const prod = (...allowedIps: string[]) =>
    emptyFacts({
      apiKeys: [declaredKey({ generation: 1 }, { allowedIps }), declaredKey({ generation: 2 }, { allowedIps })],
    });
  const dev = (name: string, ...lists: string[][]) =>
    emptyFacts({
      name,
      apiKeys: lists.map((allowedIps, index) =>
        declaredKey({ environment: name, name: `${name}-${index}` }, { allowedIps }),
      ),
    });

  test("what both share is told once, for each other environment", () => {
    const others = [
      dev("dev", ["93.184.216.0/28"], ["1.1.1.1"], ["93.184.216.34", "93.184.216.8/29"]),
      dev("test", ["93.184.216.34"]),
      dev("stage", ["1.1.1.1"]),
    ];
    expect(check(productionAddressesAreItsOwn, prod("93.184.216.34", "93.184.216.0/29"), others)).toEqual([
      {
        address: "google_apikeys_key.chat_g1",
        key: "chat",
        field: "allow",
        value: "93.184.216.0/29, 93.184.216.34",
        message: "chat may be used from 93.184.216.0/29, 93.184.216.34, and so may dev-0, dev-2 of dev.",
      },
      {
        address: "google_apikeys_key.chat_g1",
        key: "chat",
        field: "allow",
        value: "93.184.216.34",
        message: "chat may be used from 93.184.216.34, and so may test-0 of test.",
      },
    ]);
  });

  test("nothing is told at the other environment, or between two of production", () => {
    const shared = ["93.184.216.34"];
    expect(messages(productionAddressesAreItsOwn, dev("dev", shared), [prod(...shared)])).toEqual([]);
    expect(messages(productionAddressesAreItsOwn, prod(...shared), [dev("prod-eu", shared)])).toEqual([]);
  });

  test("names are told by the alphabet, and five fit", () => {
    const list = ["93.184.216.34"];
    const apiKeys = ["e", "d", "c", "b", "a"].map((name) =>
      declaredKey({ environment: "dev", name }, { allowedIps: list }),
    );
    expect(messages(productionAddressesAreItsOwn, prod(...list), [emptyFacts({ name: "dev", apiKeys })])).toEqual([
      "chat may be used from 93.184.216.34, and so may a, b, c, d, e of dev.",
    ]);
  });

  test("a long list is cut", () => {
    const many = [1, 3, 5, 7, 9, 11, 13].map((host) => `93.184.216.${host}`);
    expect(messages(productionAddressesAreItsOwn, prod(...many), [dev("dev", many)])).toEqual([
      "chat may be used from 93.184.216.1, 93.184.216.3, 93.184.216.5, 93.184.216.7, 93.184.216.9 and 2 more, and so may dev-0 of dev.",
    ]);
  });
});

describe("GEMKEY-IP-07, written exactly", () => {
  test.each([
    ["93.184.216.34/24", "has host bits: the range is 93.184.216.0/24"],
    ["2a00::1/64", "has host bits: the range is 2a00::/64"],
    ["010.0.0.1", "is no address and no range"],
    ["app.example.com", "is no address and no range"],
    ["93.184.216.34/33", "is no address and no range"],
  ])("%s is told", (entry, why) => {
    expect(check(addressIsWrittenExactly, planOf(keyFrom("1.2.3.4", entry)))).toEqual([
      { address: ADDRESS, field: `${FIELD}[1]`, value: entry, message: `${entry} of ${ADDRESS} ${why}.` },
    ]);
  });

  test("a key in place of an address is not shown", () => {
    const fake = `AIza${"x".repeat(35)}`;
    expect(check(addressIsWrittenExactly, planOf(keyFrom(fake)))).toEqual([
      {
        address: ADDRESS,
        field: `${FIELD}[0]`,
        value: "[redacted]",
        message: `[redacted] of ${ADDRESS} is no address and no range.`,
      },
    ]);
  });

  test.each(["1.2.3.4", "1.2.3.4/32", "93.184.216.0/24", "::/0", UNKNOWN])("%j is exact", (entry) => {
    expect(found(addressIsWrittenExactly, entry)).toEqual([]);
  });
});

describe("the rules of addresses", () => {
  const rules = [
    keyHasAddressRestriction,
    addressRangeIsNarrow,
    keyHasFewAddresses,
    addressIsPublic,
    addressRangeIsNotOfACloud,
    productionAddressesAreItsOwn,
  ];
  /** Ranges by number and prefix, of both families, many of them near the blocks that rules know. */
  const range = fc
    .tuple(
      fc.constantFrom("34.64.0.0", "10.0.0.0", "93.184.216.34", "203.0.113.7", "2600:1900::", "2a00::1", "fd00::"),
      fc.integer({ min: 0, max: 32 }),
    )
    .map(([address, bits]) => widened(`${address}/${address.includes(":") ? bits * 4 : bits}`, 0));
  const dev = emptyFacts({ name: "dev", apiKeys: [keyFrom("34.64.0.1", "93.184.0.0/16", "2a00::/20")] });
  const rulesThatFind = (ranges: readonly string[]) =>
    rules.filter((rule) => check(rule, planOf(keyFrom(...ranges)), [dev]).length > 0).map(({ id }) => id);

  test("do not depend on the order of addresses", () => {
    fc.assert(
      fc.property(fc.uniqueArray(range, { maxLength: 6 }), (ranges) => {
        const texts = (list: string[]) =>
          rules.map((rule) =>
            check(rule, planOf(keyFrom(...list)), [dev])
              .map(({ message }) => message)
              .sort(),
          );
        expect(texts([...ranges].reverse())).toEqual(texts(ranges));
      }),
    );
  });

  test("find at least as much in a wider range", () => {
    fc.assert(
      fc.property(
        fc.array(range, { minLength: 1, maxLength: 4 }),
        fc.nat(),
        fc.integer({ min: 1, max: 16 }),
        (ranges, at, by) => {
          const index = at % ranges.length;
          const wider = ranges.with(index, widened(ranges[index]!, by));
          expect(rulesThatFind(wider)).toEqual(expect.arrayContaining(rulesThatFind(ranges)));
        },
      ),
    );
  });

  test("find at least as much in one address more", () => {
    fc.assert(
      fc.property(fc.array(range, { minLength: 1, maxLength: 4 }), range, (ranges, more) => {
        expect(rulesThatFind([...ranges, more])).toEqual(expect.arrayContaining(rulesThatFind(ranges)));
      }),
    );
  });
});

/** The range around this one whose prefix is shorter by so many bits. */
function widened(cidr: string, bits: number): string {
  const [address, prefix] = cidr.split("/");
  const length = Math.max(0, Number(prefix) - bits);
  const { family, start } = readRange(address!)!;
  return rangeOf(family, start, length).text.replace(/^[^/]+$/, "$&/" + BITS[family]);
}
