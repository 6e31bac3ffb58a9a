import { BITS, type Family } from "../../values/address-range";
import { addressField, entriesOf } from "../addresses";
import { findCloudRange } from "../cloud-ranges";
import { geminiKeys, keyName, keyViolation, onceAKey } from "../keys";
import { API_KEY_PRACTICES, cis } from "../pages";
import type { Rule } from "../rule";

/** What one customer may hold of a cloud's addresses side by side; the clouds' defaults are far less, /28 and /56. */
export const WIDEST_IN_CLOUD: Readonly<Record<Family, number>> = { 4: 24, 6: 48 };

export const addressRangeIsNotOfACloud: Rule = {
  id: "GEMKEY-IP-05",
  title: "A range is not one from which a cloud serves its customers",
  severity: "high",
  rationale:
    "Everybody with an account at the provider can call from such a range, for the price of a virtual machine. Recognised are 13 of the largest blocks of AWS, Google Cloud and Azure, compared with their lists as of 2026-08-22: a range that is not told may still be one of a cloud.",
  fix: "Reserve egress addresses, with a NAT of your own (Cloud NAT, NAT gateway), and write these: `allow` in YAML, `allowed_ips` in HCL.",
  references: [
    cis("1.13"),
    API_KEY_PRACTICES,
    "https://docs.cloud.google.com/nat/docs/overview",
    "https://docs.aws.amazon.com/vpc/latest/userguide/aws-ip-ranges.html",
  ],
  check: ({ facts }) =>
    onceAKey(
      geminiKeys(facts).flatMap((key) =>
        entriesOf(key).flatMap(({ text, index, range }) => {
          if (range === undefined) return [];
          const widest = WIDEST_IN_CLOUD[range.family];
          if (range.end - range.start < 1n << BigInt(BITS[range.family] - widest)) return [];
          const cloud = findCloudRange(range);
          if (cloud === undefined) return [];
          const message = `${keyName(key)} may be used from ${text}, which customers of ${cloud.cloud} share (${cloud.range.text}).`;
          return [keyViolation(key, message, addressField(index), text)];
        }),
      ),
    ),
};
