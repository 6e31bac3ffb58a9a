import { callerOf, nameOf } from "../caller";
import { ApiError } from "../errors";
import { type Call, route, type Service } from "../service";

/** Who a token is for. @see https://accounts.google.com/.well-known/openid-configuration */
export const openid: Service = {
  api: "openidconnect.googleapis.com",
  errors: "full",
  routes: [route("GET", "/v1/userinfo", userInfo)],
};

function userInfo(call: Call): object {
  const caller = callerOf(call.headers.authorization);
  if (!caller) {
    throw new ApiError(
      "UNAUTHENTICATED",
      "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.",
    );
  }
  const email = nameOf(caller);
  return caller.kind === "federated" ? { sub: email } : { sub: email, email, email_verified: true };
}
