import { localIdToken } from "../../emulator/services/sts";

/** Claims of a token that a run gets, without those that every token has. */
export type TokenClaims = Readonly<Record<string, string>>;

/** Exchanges a token that CI might have for one of Google, and that for the service account's: the status of the last. */
export async function becomes(
  cloud: string,
  account: string,
  provider: string,
  claims: TokenClaims,
  now = Date.now(),
): Promise<number> {
  const seconds = Math.floor(now / 1000);
  const exchanged = await post(`${cloud}/sts/v1/token`, {
    grantType: "urn:ietf:params:oauth:grant-type:token-exchange",
    audience: `//iam.googleapis.com/${provider}`,
    scope: "https://www.googleapis.com/auth/cloud-platform",
    requestedTokenType: "urn:ietf:params:oauth:token-type:access_token",
    subjectTokenType: "urn:ietf:params:oauth:token-type:jwt",
    subjectToken: localIdToken({
      aud: `https://iam.googleapis.com/${provider}`,
      iat: seconds,
      exp: seconds + 300,
      ...claims,
    }),
  });
  if (exchanged.status !== 200) return exchanged.status;
  const { access_token } = (await exchanged.json()) as { access_token: string };
  const url = `${cloud}/iamcredentials/v1/projects/-/serviceAccounts/${account}:generateAccessToken`;
  const answer = await post(url, { scope: ["https://www.googleapis.com/auth/cloud-platform"] }, access_token);
  await answer.arrayBuffer();
  return answer.status;
}

function post(url: string, body: object, token?: string): Promise<Response> {
  const headers = { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) };
  return fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
}
