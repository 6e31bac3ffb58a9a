import { ALL, cidrsOf, type Family, readAddress } from "./address-range";
import { complement, equalIntervals, type Intervals, includes, intersect, normalise, sizeOf, unite } from "./intervals";
import { readEntry } from "./merge-addresses";
import { echo } from "./problem";

export type { AddressRange } from "./address-range";
export { mergeAddresses } from "./merge-addresses";
export {
  type AddressRefusal,
  type AddressRefusalCode,
  checkAddress,
  type ParseAddressOptions,
  type ParsedAddress,
  parseAddress,
} from "./parse-address";

/**
 * An immutable set of IPv4 and IPv6 addresses. The two families never mix: an IPv4-mapped IPv6 address is IPv6 here.
 *
 * Each family is a sorted list of disjoint intervals, so every operation is linear in the number of intervals.
 */
export class AddressSet {
  static readonly empty = new AddressSet([], []);
  static readonly everything = new AddressSet([ALL[4]], [ALL[6]]);

  private constructor(
    private readonly v4: Intervals,
    private readonly v6: Intervals,
  ) {}

  /**
   * The set of all addresses of these addresses and CIDR ranges. Any range is taken, `0.0.0.0/0` and private ones too.
   *
   * @throws Error if an entry is no address and no CIDR range without host bits
   */
  static of(entries: readonly string[]): AddressSet {
    const ranges = entries.map(readEntry);
    const family = (wanted: Family) => normalise(ranges.filter((range) => range.family === wanted));
    return new AddressSet(family(4), family(6));
  }

  /** The fewest CIDR ranges: canonical, IPv4 first, in numerical order, single addresses without `/32` or `/128`. */
  toStrings(): string[] {
    const ranges = [...this.v4.flatMap((i) => cidrsOf(4, i)), ...this.v6.flatMap((i) => cidrsOf(6, i))];
    return ranges.map((range) => range.text);
  }

  /** The number of addresses of both families. */
  size(): bigint {
    return this.sizeV4() + this.sizeV6();
  }

  sizeV4(): bigint {
    return sizeOf(this.v4);
  }

  sizeV6(): bigint {
    return sizeOf(this.v6);
  }

  isEmpty(): boolean {
    return this.v4.length === 0 && this.v6.length === 0;
  }

  equals(other: AddressSet): boolean {
    return equalIntervals(this.v4, other.v4) && equalIntervals(this.v6, other.v6);
  }

  /**
   * True if the single address is in the set.
   *
   * @throws Error if the text is no single address; for a range use `covers`
   */
  contains(address: string): boolean {
    const read = readAddress(address);
    if (read === undefined) throw new Error(`not a single address: ${echo(address)}`);
    return includes(read.family === 4 ? this.v4 : this.v6, read.value);
  }

  /** True if every address of `other` is in this set. */
  covers(other: AddressSet): boolean {
    return other.difference(this).isEmpty();
  }

  union(other: AddressSet): AddressSet {
    return new AddressSet(unite(this.v4, other.v4), unite(this.v6, other.v6));
  }

  intersection(other: AddressSet): AddressSet {
    return new AddressSet(intersect(this.v4, other.v4), intersect(this.v6, other.v6));
  }

  /** The addresses of this set that are not in `other`. */
  difference(other: AddressSet): AddressSet {
    return new AddressSet(
      intersect(this.v4, complement(other.v4, ALL[4])),
      intersect(this.v6, complement(other.v6, ALL[6])),
    );
  }
}
