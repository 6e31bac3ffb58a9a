import fc from "fast-check";
import { AddressSet, mergeAddresses } from "../../values/address-set";

const entry = fc.oneof(
  fc.tuple(fc.integer({ min: 0, max: 31 }), fc.integer({ min: 27, max: 32 })).map(([host, prefix]) => {
    const bits = 32 - prefix;
    // Single addresses come in two spellings.
    return `203.0.113.${(host >> bits) << bits}${prefix === 32 && host % 2 ? "" : `/${prefix}`}`;
  }),
  fc.tuple(fc.integer({ min: 0, max: 31 }), fc.integer({ min: 123, max: 128 })).map(([host, prefix]) => {
    const bits = 128 - prefix;
    return `2001:db8::${((host >> bits) << bits).toString(16)}/${prefix}`;
  }),
);

describe("merging addresses", () => {
  test("of nothing is nothing", () => {
    expect(mergeAddresses([])).toEqual({ merged: [], notes: [] });
  });

  test("says nothing where nothing was merged", () => {
    expect(mergeAddresses(["203.0.113.9", "198.51.100.0/25", "2001:db8::/48"])).toEqual({
      merged: ["198.51.100.0/25", "203.0.113.9", "2001:db8::/48"],
      notes: [],
    });
  });

  test.each([
    [["203.0.113.99", "203.0.113.0/24"], ["203.0.113.0/24"], ["203.0.113.99 lies in 203.0.113.0/24"]],
    [["203.0.113.0", "203.0.113.0/24"], ["203.0.113.0/24"], ["203.0.113.0 lies in 203.0.113.0/24"]],
    [["198.51.100.8", "198.51.100.8"], ["198.51.100.8"], ["198.51.100.8 is repeated"]],
    [["2001:db8::1", "2001:DB8:0::1"], ["2001:db8::1"], ["2001:db8::1 repeats 2001:DB8:0::1"]],
    [["198.51.100.8", "198.51.100.8/32"], ["198.51.100.8"], ["198.51.100.8/32 repeats 198.51.100.8"]],
    [
      ["203.0.113.128/25", "203.0.113.0/25"],
      ["203.0.113.0/24"],
      ["203.0.113.0/25 and 203.0.113.128/25 join to 203.0.113.0/24"],
    ],
    [
      ["203.0.113.2", "203.0.113.0/31", "203.0.113.3"],
      ["203.0.113.0/30"],
      ["203.0.113.0/31, 203.0.113.2 and 203.0.113.3 join to 203.0.113.0/30"],
    ],
    [
      ["203.0.113.0", "203.0.113.1", "203.0.113.2", "203.0.113.3"],
      ["203.0.113.0/30"],
      ["203.0.113.0, 203.0.113.1, 203.0.113.2 and 203.0.113.3 join to 203.0.113.0/30"],
    ],
    [
      ["203.0.113.0", "203.0.113.1", "203.0.113.2", "203.0.113.3", "203.0.113.4/30"],
      ["203.0.113.0/29"],
      ["203.0.113.0, 203.0.113.1, 203.0.113.2 and 2 more join to 203.0.113.0/29"],
    ],
    [
      ["203.0.113.0/25", "203.0.113.5", "203.0.113.5", "203.0.113.128/25", "203.0.113.4/30"],
      ["203.0.113.0/24"],
      [
        "203.0.113.4/30 lies in 203.0.113.0/25",
        "203.0.113.5 lies in 203.0.113.0/25",
        "203.0.113.5 is repeated",
        "203.0.113.0/25 and 203.0.113.128/25 join to 203.0.113.0/24",
      ],
    ],
    [
      ["2001:db8::/33", "203.0.113.1", "2001:db8:8000::/33", "203.0.113.1"],
      ["203.0.113.1", "2001:db8::/32"],
      ["203.0.113.1 is repeated", "2001:db8::/33 and 2001:db8:8000::/33 join to 2001:db8::/32"],
    ],
  ])("%j", (entries, merged, notes) => {
    expect(mergeAddresses(entries)).toEqual({ merged, notes });
  });

  test("throws for what is no address", () => {
    expect(() => mergeAddresses(["tokyo"])).toThrow("not an address or a CIDR range without host bits: tokyo");
  });

  test("is idempotent, and has nothing to say the second time", () => {
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        const { merged } = mergeAddresses(entries);
        expect(mergeAddresses(merged)).toEqual({ merged, notes: [] });
      }),
    );
  });

  test("does not depend on the order", () => {
    fc.assert(
      fc.property(
        fc
          .array(entry)
          .chain((entries) =>
            fc.tuple(fc.constant(entries), fc.shuffledSubarray(entries, { minLength: entries.length })),
          ),
        ([entries, shuffled]) => {
          expect(mergeAddresses(shuffled)).toEqual(mergeAddresses(entries));
        },
      ),
    );
  });

  test("is the set of the entries", () => {
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        expect(mergeAddresses(entries).merged).toEqual(AddressSet.of(entries).toStrings());
      }),
    );
  });

  test("says something exactly when there are fewer ranges than entries", () => {
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        const { merged, notes } = mergeAddresses(entries);
        expect(notes.length > 0).toBe(merged.length < entries.length);
      }),
    );
  });
});
