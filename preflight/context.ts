import type { Environment, Organization } from "../declaration/model";
import { GoogleApiError } from "../google/errors";
import type { Transport } from "../google/transport";
import { type Finding, unknown } from "./finding";
import type { Principal } from "./principal";

/** What every check knows. */
export interface Context {
  readonly organization: Organization;
  readonly environment: Environment;
  readonly principal: Principal;
  readonly transport: Transport;
}

/**
 * Runs a check. What Google refuses to tell is unknown.
 *
 * @throws GoogleApiError if Google fails.
 * @throws UnreachableError if nobody answers.
 */
export async function attempt(subject: string, check: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    return await check();
  } catch (error) {
    if (!GoogleApiError.is(error) || error.status >= 500 || error.status === 429) throw error;
    return [unknown(subject, `cannot be checked: ${why(error)}`)];
  }
}

function why({ message, metadata, reason, status }: GoogleApiError): string {
  const { permission, service, consumer } = metadata;
  if (reason === "SERVICE_DISABLED" && service)
    return `${service} is not enabled in ${consumer ?? "the quota project"}.`;
  if (reason === "IAM_PERMISSION_DENIED" && permission) return `you lack ${permission}.`;
  return `Google answers ${status}: ${message.replace(/\.$/, "")}.`;
}
