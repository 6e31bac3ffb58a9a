import type { Environment, Organization } from "../declaration/model";
import { CredentialsError, findCredentials, LOGIN } from "../google/credentials";
import type { Environment as Variables } from "../google/endpoints";
import { Transport, type TransportOptions } from "../google/transport";
import { checkBilling } from "./check-billing";
import { checkPolicies } from "./check-policies";
import { checkProject, projectExists } from "./check-project";
import { checkQuotaProject, checkQuotaServices } from "./check-quota-project";
import { checkState } from "./check-state";
import type { Context } from "./context";
import { type Finding, fine, missing, unknown } from "./finding";
import { findPrincipal } from "./principal";

export interface Preflight {
  /** Whose rights were checked, where that is known. */
  readonly principal?: string;
  readonly findings: readonly Finding[];
}

/**
 * What stands in the way of a first deployment, all at once. Changes nothing.
 *
 * @param variables the environment variables, which lead to credentials and endpoints as they lead the Terraform provider.
 * @throws GoogleApiError if Google fails.
 * @throws UnreachableError if nobody answers.
 */
export async function preflight(
  organization: Organization,
  environment: Environment,
  variables: Variables,
  options: Pick<TransportOptions, "sleep" | "timeoutMs"> = {},
): Promise<Preflight> {
  const subject = "credentials";
  try {
    const { email, source, token } = await findCredentials(variables);
    const transport = new Transport({ token, environment: variables, ...options });
    const principal = await findPrincipal(transport, email);
    if (!principal) {
      const fix = source === "GOOGLE_OAUTH_ACCESS_TOKEN" ? `unset ${source}, or: ${LOGIN}` : LOGIN;
      return { findings: [missing(subject, `${source}: the token is not valid, or has expired.`, fix)] };
    }
    const who = principal.email ? fine(subject, `${principal.email}, from ${source}.`) : unknownWho(source);
    const context = { organization, environment, principal, transport };
    return { ...(principal.email && { principal: principal.email }), findings: [who, ...(await checkAll(context))] };
  } catch (error) {
    if (!CredentialsError.is(error)) throw error;
    return { findings: [missing(subject, error.message, error.command)] };
  }
}

function unknownWho(source: string): Finding {
  return unknown(
    "credentials",
    `${source}: whose they are cannot be found out. Put your member in the commands below.`,
  );
}

async function checkAll(context: Context): Promise<readonly Finding[]> {
  const quota = await checkQuotaProject(context);
  const { usable } = quota;
  // Calls count where those of the deployment will.
  const charged =
    usable === undefined ? context : { ...context, transport: context.transport.withQuotaProject(usable) };
  const exists = await projectExists(charged);
  const there = exists === "yes";
  const rest = await Promise.all([
    usable === undefined ? [] : checkQuotaServices(context, usable),
    checkProject(charged, exists),
    checkBilling(charged, there),
    checkPolicies(charged, there),
    checkState(context),
  ]);
  return [...quota.findings, ...rest.flat()];
}
