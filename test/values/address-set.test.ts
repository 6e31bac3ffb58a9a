import fc from "fast-check";
import { AddressSet } from "../../values/address-set";

/**
 * A small universe: 16 IPv4 and 16 IPv6 addresses. A set of them is checked against a plain JavaScript set.
 * The IPv4 part lies across a /29 boundary, so that merging over it is covered.
 */
const UNIVERSE = [
  ...Array.from({ length: 16 }, (_, i) => `198.51.100.${i + 4}`),
  ...Array.from({ length: 16 }, (_, i) => `2001:db8::${(i + 4).toString(16)}`),
];

const subset = fc.subarray(UNIVERSE);

/** CIDR ranges anywhere in both families, most of them wide enough to overlap. */
const cidr = fc.oneof(
  fc.tuple(fc.bigInt(0n, (1n << 32n) - 1n), fc.integer({ min: 0, max: 32 })).map(([value, prefix]) => {
    const start = clear(value, 32 - prefix);
    return `${[24n, 16n, 8n, 0n].map((shift) => (start >> shift) & 255n).join(".")}/${prefix}`;
  }),
  fc.tuple(fc.bigInt(0n, (1n << 128n) - 1n), fc.integer({ min: 0, max: 128 })).map(([value, prefix]) => {
    const start = clear(value, 128 - prefix);
    const groups = Array.from({ length: 8 }, (_, i) => ((start >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
    return `${groups.join(":")}/${prefix}`;
  }),
);

function clear(value: bigint, bits: number): bigint {
  return (value >> BigInt(bits)) << BigInt(bits);
}

const bigSet = fc.array(cidr, { maxLength: 12 }).map((entries) => AddressSet.of(entries));

describe("a set of addresses", () => {
  test("is empty without entries", () => {
    expect(AddressSet.of([]).toStrings()).toEqual([]);
    expect(AddressSet.of([]).isEmpty()).toBe(true);
    expect(AddressSet.empty.size()).toBe(0n);
  });

  test("holds all addresses of both families as two ranges", () => {
    expect(AddressSet.everything.toStrings()).toEqual(["0.0.0.0/0", "::/0"]);
    expect(AddressSet.everything.sizeV4()).toBe(2n ** 32n);
    expect(AddressSet.everything.sizeV6()).toBe(2n ** 128n);
    expect(AddressSet.everything.size()).toBe(2n ** 32n + 2n ** 128n);
  });

  test("sorts by number, IPv4 first, and writes single addresses without a prefix", () => {
    const set = AddressSet.of(["2001:db8::1/128", "203.0.113.9/32", "9.9.9.0/24", "2001:DB8:0:0::/127", "100.0.0.0/8"]);
    expect(set.toStrings()).toEqual(["9.9.9.0/24", "100.0.0.0/8", "203.0.113.9", "2001:db8::/127"]);
  });

  test.each([
    [["203.0.113.0/25", "203.0.113.128/25"], ["203.0.113.0/24"]],
    [
      ["203.0.113.128/25", "203.0.114.0/25"],
      ["203.0.113.128/25", "203.0.114.0/25"],
    ],
    [["0.0.0.0/1", "128.0.0.0/1"], ["0.0.0.0/0"]],
    [["::/1", "8000::/1"], ["::/0"]],
    [["0.0.0.0"], ["0.0.0.0"]],
    [["255.255.255.255"], ["255.255.255.255"]],
    [["ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"], ["ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"]],
    [
      ["203.0.113.1", "203.0.113.2", "203.0.113.3"],
      ["203.0.113.1", "203.0.113.2/31"],
    ],
  ])("%j is %j", (entries, expected) => {
    expect(AddressSet.of(entries).toStrings()).toEqual(expected);
  });

  test.each(["", "host", "1.2.3", "1.2.3.4/33", "1.2.3.4/24", "01.2.3.4", "fe80::1%eth0", "1.2.3.4/", " 1.2.3.4"])(
    "throws for %j",
    (entry) => {
      expect(() => AddressSet.of([entry])).toThrow(/^not an address or a CIDR range without host bits: /);
    },
  );

  test.each(["", "1.2.3.0/24", "host"])("does not say whether it contains %j", (address) => {
    expect(() => AddressSet.everything.contains(address)).toThrow(/^not a single address: /);
  });

  test("never shows a key in what it throws", () => {
    const key = `AIza${"x".repeat(35)}`;
    expect(() => AddressSet.of([key])).toThrow("not an address or a CIDR range without host bits: [redacted]");
    expect(() => AddressSet.empty.contains(key)).toThrow("not a single address: [redacted]");
  });

  test("contains both ends of a range and not their neighbours", () => {
    const set = AddressSet.of(["203.0.113.16/28", "2001:db8::10/124"]);
    expect(["203.0.113.16", "203.0.113.31", "2001:db8::10", "2001:db8::1f"].map((a) => set.contains(a))).toEqual(
      Array(4).fill(true),
    );
    expect(["203.0.113.15", "203.0.113.32", "2001:db8::f", "2001:db8::20"].map((a) => set.contains(a))).toEqual(
      Array(4).fill(false),
    );
  });

  test("keeps the families apart", () => {
    expect(AddressSet.of(["::/0"]).contains("203.0.113.1")).toBe(false);
    expect(AddressSet.of(["0.0.0.0/0"]).contains("::1")).toBe(false);
    expect(AddressSet.of(["0.0.0.0/0"]).contains("::ffff:203.0.113.1")).toBe(false);
  });

  test("takes thousands of entries", () => {
    const even = Array.from({ length: 20_000 }, (_, i) => `${5 + (i >> 15)}.${(i >> 7) & 255}.${(i << 1) & 255}.0`);
    const started = Date.now();
    const set = AddressSet.of(even);
    expect(set.difference(AddressSet.of(even.slice(0, 10_000))).size()).toBe(10_000n);
    expect(set.toStrings()).toHaveLength(20_000);
    expect(Date.now() - started).toBeLessThan(2_000);
  });
});

describe("against a plain set of a small universe", () => {
  const members = (set: AddressSet) => UNIVERSE.filter((address) => set.contains(address));

  test("contains what it was made of", () => {
    fc.assert(
      fc.property(subset, (a) => {
        const set = AddressSet.of(a);
        expect(members(set)).toEqual(a);
        expect(set.size()).toBe(BigInt(a.length));
        expect(set.isEmpty()).toBe(a.length === 0);
      }),
    );
  });

  test("union, intersection and difference", () => {
    fc.assert(
      fc.property(subset, subset, (a, b) => {
        const [x, y] = [AddressSet.of(a), AddressSet.of(b)];
        expect(members(x.union(y))).toEqual(UNIVERSE.filter((m) => a.includes(m) || b.includes(m)));
        expect(members(x.intersection(y))).toEqual(a.filter((m) => b.includes(m)));
        expect(members(x.difference(y))).toEqual(a.filter((m) => !b.includes(m)));
        expect(x.covers(y)).toBe(b.every((m) => a.includes(m)));
        expect(x.equals(y)).toBe(a.join() === b.join());
      }),
    );
  });
});

describe("the laws of sets, over both whole families", () => {
  const law = (title: string, holds: (a: AddressSet, b: AddressSet, c: AddressSet) => boolean) =>
    test(title, () => fc.assert(fc.property(bigSet, bigSet, bigSet, holds)));

  law("union is commutative", (a, b) => a.union(b).equals(b.union(a)));
  law("union is associative", (a, b, c) =>
    a
      .union(b)
      .union(c)
      .equals(a.union(b.union(c))),
  );
  law("intersection is commutative", (a, b) => a.intersection(b).equals(b.intersection(a)));
  law("intersection is associative", (a, b, c) =>
    a
      .intersection(b)
      .intersection(c)
      .equals(a.intersection(b.intersection(c))),
  );
  law("both are idempotent", (a) => a.union(a).equals(a) && a.intersection(a).equals(a));
  law("intersection distributes over union", (a, b, c) =>
    a.intersection(b.union(c)).equals(a.intersection(b).union(a.intersection(c))),
  );
  law("absorption", (a, b) => a.union(a.intersection(b)).equals(a) && a.intersection(a.union(b)).equals(a));
  law("nothing is left of a set without itself", (a) => a.difference(a).equals(AddressSet.empty));
  law("empty is neutral for union", (a) => a.union(AddressSet.empty).equals(a));
  law("everything is neutral for intersection", (a) => a.intersection(AddressSet.everything).equals(a));
  law("a set and its complement make up everything", (a) => {
    const complement = AddressSet.everything.difference(a);
    return complement.union(a).equals(AddressSet.everything) && complement.intersection(a).isEmpty();
  });
  law("the complement of the complement", (a) =>
    AddressSet.everything.difference(AddressSet.everything.difference(a)).equals(a),
  );
  law("De Morgan", (a, b) => {
    const not = (x: AddressSet) => AddressSet.everything.difference(x);
    return not(a.union(b)).equals(not(a).intersection(not(b)));
  });
  law("difference is intersection with the complement", (a, b) =>
    a.difference(b).equals(a.intersection(AddressSet.everything.difference(b))),
  );
  law("sizes add up", (a, b) => a.union(b).size() + a.intersection(b).size() === a.size() + b.size());
  law("cover agrees with union", (a, b) => a.covers(b) === a.union(b).equals(a));
  law("a union covers its parts", (a, b) => a.union(b).covers(a) && a.covers(a.intersection(b)));
  law("text round trip", (a) => AddressSet.of(a.toStrings()).equals(a));
  law("equal sets have equal texts", (a, b) => a.equals(b) === (a.toStrings().join() === b.toStrings().join()));
  law("its ranges are the fewest: no two of them join and none is in another", (a) => {
    const ranges = a.toStrings().map((text) => AddressSet.of([text]));
    return ranges.every((x, i) =>
      ranges.every((y, j) => i === j || (x.intersection(y).isEmpty() && x.union(y).toStrings().length > 1)),
    );
  });

  test("operations leave their operands as they were", () => {
    fc.assert(
      fc.property(bigSet, bigSet, (a, b) => {
        const before = [a.toStrings(), b.toStrings()];
        a.union(b);
        a.difference(b);
        a.intersection(b);
        expect([a.toStrings(), b.toStrings()]).toEqual(before);
      }),
    );
  });
});

describe("the canonical spelling", () => {
  test.each([
    ["2001:0DB8:0000:0000:0000:0000:0000:0001", "2001:db8::1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["2001:0:0:1:0:0:0:1", "2001:0:0:1::1"],
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["0:0:1:2:3:0:0:4", "::1:2:3:0:0:4"],
    ["1:0:0:0:0:0:0:0", "1::"],
    ["0:0:0:0:0:0:0:0", "::"],
    ["2001:db8::192.0.2.1", "2001:db8::c000:201"],
  ])("of %s is %s", (given, canonical) => {
    expect(AddressSet.of([given]).toStrings()).toEqual([canonical]);
  });

  test("agrees with the URL standard on every IPv6 address", () => {
    const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
        const text = groups.map((g) => g.toString(16).toUpperCase().padStart(4, "0")).join(":");
        expect(AddressSet.of([text]).toStrings()).toEqual([new URL(`http://[${text}]`).hostname.slice(1, -1)]);
      }),
      { numRuns: 500 },
    );
  });
});
