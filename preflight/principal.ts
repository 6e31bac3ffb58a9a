import { GoogleApiError } from "../google/errors";
import type { Transport } from "../google/transport";

/** Whose rights are checked. */
export interface Principal {
  /** As Google tells it; left out if it does not. */
  readonly email?: string;
  /** The member for commands, e.g. `user:head@example.com`. */
  readonly member: string;
}

/**
 * Asks Google whose token it is. A token without the scope for the e-mail does not say.
 *
 * @param known the e-mail that the credentials themselves hold.
 * @returns undefined if the token is not valid, or not any more.
 */
export async function findPrincipal(transport: Transport, known: string | undefined): Promise<Principal | undefined> {
  try {
    const { email, sub } = await transport.call("openid", { path: "userinfo" });
    return principalOf(
      typeof email === "string" ? email : (known ?? (String(sub).startsWith("principal:") ? String(sub) : undefined)),
    );
  } catch (error) {
    if (!GoogleApiError.is(error) || error.status >= 500 || error.status === 429) throw error;
    return error.status === 401 ? undefined : principalOf(known);
  }
}

function principalOf(email: string | undefined): Principal {
  if (email === undefined) return { member: "user:YOUR-ADDRESS" };
  if (email.startsWith("principal:")) return { email, member: email };
  return { email, member: `${email.endsWith(".gserviceaccount.com") ? "serviceAccount" : "user"}:${email}` };
}
