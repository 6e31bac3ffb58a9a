import { renderFindings } from "../policies/formats/terminal";
import { byEnvironment, describeSummary, summaryOf } from "../policies/report";
import type { PolicyFinding } from "../policies/rule";

const POLICY_ERROR = Symbol.for("gemkeys.PolicyError");

/** Stacks are against the policies. The message has the words of `gemkeys check`. */
export class PolicyError extends Error {
  constructor(readonly findings: readonly PolicyFinding[]) {
    super(messageOf(findings));
    this.name = "PolicyError";
    Object.defineProperty(this, POLICY_ERROR, { value: true });
  }

  static is(error: unknown): error is PolicyError {
    return typeof error === "object" && error !== null && POLICY_ERROR in error;
  }
}

function messageOf(findings: readonly PolicyFinding[]): string {
  const groups = byEnvironment(findings).map(
    ([environment, group]) =>
      `${environment}\n${renderFindings(group, { color: false, width: Number.POSITIVE_INFINITY })}`,
  );
  const last = `${describeSummary(summaryOf(findings))}. Nothing was written. npx gemkeys explain ${findings[0]?.rule} tells more; docs/policies.md tells how to waive.`;
  return [...groups, last].join("\n");
}
