import { counts } from "../../policies/engine";
import { SEVERITIES, type Severity } from "../../policies/rule";
import type { Review } from "../../review/model";
import { parseReview, ReviewError } from "../../review/read-review";
import { redactKeys } from "../../values/redact";
import { ExitCode } from "../exit-code";
import { oneOf } from "../one-of";
import { readSmallFile } from "../read-small-file";
import { UserError } from "../report-error";

export interface PolicyOptions {
  readonly review: string;
  readonly failOn: string;
}

const LARGEST_REVIEW = 64 * 1024 * 1024;

/** Fails if a change brings findings of the policies that were not there before. */
export function policy({ review: file, failOn }: PolicyOptions): ExitCode {
  const limit: Severity = oneOf("--fail-on", SEVERITIES, failOn);
  const bad = readReview(file).environments.flatMap(({ name, findings }) =>
    findings.new
      .filter((finding) => counts(finding) && SEVERITIES.indexOf(finding.severity) <= SEVERITIES.indexOf(limit))
      .map(({ rule, severity, message }) => `${name}: ${severity} ${rule}: ${message}`),
  );
  if (bad.length === 0) return ExitCode.Fine;
  process.stderr.write(
    `New findings of the policies (docs/policies.md):\n${bad.map((line) => `  ${redactKeys(line)}\n`).join("")}`,
  );
  return ExitCode.Findings;
}

function readReview(file: string): Review {
  try {
    return parseReview(readSmallFile(file, LARGEST_REVIEW));
  } catch (error) {
    if (ReviewError.is(error)) throw new UserError(`${file}:\n${error.message}`);
    throw error;
  }
}
