import { type AddressRange, readRange } from "../values/address-range";
import { lies } from "../values/special-ranges";

/**
 * Some of the largest blocks from which clouds hand out addresses to their customers: enough to recognise a list that was
 * copied from a provider's page, and far from complete.
 *
 * Compared with the lists of the three as of 2026-08-22: each block holds listed ranges of its cloud and none of the other
 * two. They fill 71 % of 3.0.0.0/8, 81 to 85 % of 18.128.0.0/9, 52.224.0.0/11, 34.64.0.0/10 and 35.184.0.0/13, over 95 % of the
 * other IPv4 blocks, and under 4 % of those of IPv6, which the clouds have only begun to hand out. That nobody else holds the
 * rest has not been verified; registries tell: https://search.arin.net/rdap/
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/aws-ip-ranges.html
 * @see https://www.gstatic.com/ipranges/cloud.json
 * @see https://www.microsoft.com/en-us/download/details.aspx?id=56519
 */
const TABLE: readonly (readonly [cidr: string, cloud: string])[] = [
  ["3.0.0.0/8", "Amazon Web Services"],
  ["18.128.0.0/9", "Amazon Web Services"],
  ["44.192.0.0/10", "Amazon Web Services"],
  ["52.32.0.0/11", "Amazon Web Services"],
  ["2600:1f00::/24", "Amazon Web Services"],
  ["34.64.0.0/10", "Google Cloud"],
  ["35.184.0.0/13", "Google Cloud"],
  ["35.192.0.0/12", "Google Cloud"],
  ["2600:1900::/28", "Google Cloud"],
  ["13.64.0.0/11", "Microsoft Azure"],
  ["20.64.0.0/10", "Microsoft Azure"],
  ["52.224.0.0/11", "Microsoft Azure"],
  ["2603:1000::/24", "Microsoft Azure"],
];

export interface CloudRange {
  readonly cloud: string;
  readonly range: AddressRange;
}

export const CLOUD_RANGES: readonly CloudRange[] = TABLE.map(([cidr, cloud]) => ({ cloud, range: readRange(cidr)! }));

/** The first block that holds the range or lies in it. */
export function findCloudRange(range: AddressRange): CloudRange | undefined {
  const family = CLOUD_RANGES.filter((cloud) => cloud.range.family === range.family);
  return family.find((cloud) => lies(range, cloud.range) || lies(cloud.range, range));
}
