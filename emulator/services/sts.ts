import { callerOf, type FederatedIdentity, federatedToken, nameOf } from "../caller";
import { evaluateCel } from "../cel";
import { isObject, type JsonObject } from "../fields";
import { type Call, Reply, type Service, serviceDisabled } from "../service";
import type { IdentityProvider } from "../store";
import { poolsOf, usableProvider } from "./workload-identity";

const api = "sts.googleapis.com";

/**
 * Security Token Service v1: an OIDC token of a trusted issuer becomes a token of Google. The local cloud cannot check
 * signatures. It takes only tokens whose signature is the word `local`, which no real issuer makes.
 */
export const sts: Service = {
  api,
  errors: "full",
  routes: [
    {
      method: "POST",
      template: "/v1/token",
      handler: exchange,
      raw: true,
      // https://docs.cloud.google.com/iam/docs/audit-logging/audit-logging-sts and examples-workload-identity. Which failures
      // Google writes is not known; here all for a provider of a project that exists.
      audit: {
        method: "google.identity.sts.v1.SecurityTokenService.ExchangeToken",
        type: "ADMIN_READ",
        permission: "sts.identityProviders.checkLogging",
        resource: (call) => audienceOf(call).replace("//iam.googleapis.com/", ""),
        owner: (call) => `projects/${audiencePattern.exec(audienceOf(call))?.[1] ?? ""}`,
        subject: subjectOf,
        metadata: (_call, result) => mappedPrincipal(result),
      },
    },
  ],
};

const grantType = "urn:ietf:params:oauth:grant-type:token-exchange";
const accessTokenType = "urn:ietf:params:oauth:token-type:access_token";
const subjectTokenTypes = ["urn:ietf:params:oauth:token-type:jwt", "urn:ietf:params:oauth:token-type:id_token"];
const audiencePattern =
  /^\/\/iam\.googleapis\.com\/projects\/(\d+)\/locations\/global\/workloadIdentityPools\/([^/]+)\/providers\/([^/]+)$/;
const lifetimeSeconds = 3600;
const maxSubject = 127;

/** A token such as an issuer would make, for tests and for trying out a pool: claims in the clear and no signature. */
export function localIdToken(claims: JsonObject): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${encode({ alg: "none", typ: "JWT" })}.${encode(claims)}.local`;
}

/** An OAuth error, which looks different from those of the other APIs. */
class Refusal extends Error {
  constructor(
    readonly error: "invalid_request" | "invalid_target" | "invalid_grant" | "unauthorized_client",
    description: string,
  ) {
    super(description);
    this.name = "Refusal";
  }
}

function exchange(call: Call): object {
  try {
    return tryExchange(call);
  } catch (error) {
    if (!(error instanceof Refusal)) {
      throw error;
    }
    const body = { error: error.error, error_description: error.message };
    return new Reply(400, { "Content-Type": "application/json; charset=UTF-8" }, JSON.stringify(body));
  }
}

function tryExchange(call: Call): object {
  const fields = readFields(call);
  demand(fields("grantType") === grantType, `grant_type must be ${grantType}.`);
  const wanted = fields("requestedTokenType");
  demand(wanted === "" || wanted === accessTokenType, `requested_token_type must be ${accessTokenType}.`);
  demand(
    subjectTokenTypes.includes(fields("subjectTokenType")),
    `subject_token_type must be ${subjectTokenTypes.join(" or ")}.`,
  );
  demand(fields("scope") !== "", "scope is missing.");
  const { provider, pool, audience } = findProvider(call, fields("audience"));
  const claims = readToken(fields("subjectToken"));
  checkClaims(call, provider, audience, claims);
  const identity = mapClaims(provider, pool, claims);
  return {
    access_token: federatedToken(identity),
    issued_token_type: accessTokenType,
    token_type: "Bearer",
    expires_in: lifetimeSeconds,
  };
}

/** Who proves itself by the token, as its issuer names it. */
function subjectOf(call: Call): string | undefined {
  try {
    const { sub } = readToken(readFields(call)("subjectToken"));
    return typeof sub === "string" ? sub : undefined;
  } catch {
    return undefined;
  }
}

function audienceOf(call: Call): string {
  try {
    return readFields(call)("audience");
  } catch {
    return "";
  }
}

function mappedPrincipal(result: JsonObject): JsonObject | undefined {
  const caller = callerOf(`Bearer ${result["access_token"]}`);
  return caller && { mapped_principal: nameOf(caller) };
}

/** JSON in camel case or a form in snake case: client libraries send the one or the other. */
function readFields(call: Call): (name: string) => string {
  const text = call.rawBody.toString("utf8");
  if (/^application\/x-www-form-urlencoded\b/.test(call.headers["content-type"] ?? "")) {
    const form = new URLSearchParams(text);
    return (name) => form.get(name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)) ?? "";
  }
  const body = parseObject(text);
  demand(body !== undefined, "The body is neither a JSON object nor a form.");
  return (name) => (typeof body?.[name] === "string" ? body[name] : "");
}

/** That the API has to be enabled in the project of the pool follows Google's set-up guide; it is not known from a refusal. */
function findProvider(call: Call, audience: string): { provider: IdentityProvider; pool: string; audience: string } {
  const [, number, poolId, providerId] = audiencePattern.exec(audience) ?? [];
  const project = number === undefined ? undefined : call.store.project(number);
  const provider = project && usableProvider(call.store, project, poolId!, providerId!);
  if (project?.lifecycleState !== "ACTIVE" || !provider) {
    throw new Refusal(
      "invalid_target",
      'The target service indicated by the "audience" parameters is invalid. This might either be because the pool or provider is disabled or deleted or because it doesn\'t exist.',
    );
  }
  if (!call.store.isEnabled(project.projectId, api)) {
    throw serviceDisabled(project, api);
  }
  return { provider, pool: `${poolsOf(project.projectNumber)}/${poolId}`, audience };
}

function readToken(token: string): JsonObject {
  const [, payload, signature, ...rest] = token.split(".");
  const claims = payload === undefined ? undefined : parseObject(Buffer.from(payload, "base64url").toString("utf8"));
  if (!claims || rest.length > 0) {
    throw new Refusal("invalid_grant", "The subject token is not a JSON Web Token.");
  }
  if (signature !== "local") {
    throw new Refusal("invalid_grant", "The local cloud takes only test tokens, whose signature is the word local.");
  }
  return claims;
}

function checkClaims(call: Call, { value }: IdentityProvider, audience: string, claims: JsonObject): void {
  const oidc = value["oidc"] as { readonly issuerUri: string; readonly allowedAudiences?: readonly string[] };
  if (claims["iss"] !== oidc.issuerUri) {
    throw new Refusal("invalid_grant", `The issuer in ID Token ${claims["iss"]} does not match the expected ones.`);
  }
  // Without a list the audience is the provider's own name: https://docs.cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines
  const allowed = oidc.allowedAudiences ?? [audience, `https:${audience}`];
  const audiences = [claims["aud"]].flat();
  if (!audiences.some((one) => typeof one === "string" && allowed.includes(one))) {
    throw new Refusal("invalid_grant", `The audience in ID Token [${audiences}] does not match the expected audience.`);
  }
  const { exp, iat } = claims;
  if (typeof exp === "number" && exp * 1000 <= call.store.now().getTime()) {
    throw new Refusal("invalid_grant", `ID Token issued at ${iat} is stale to sign-in.`);
  }
}

/** First the mapping, then the condition, which may use what was mapped. */
function mapClaims({ value }: IdentityProvider, pool: string, claims: JsonObject): FederatedIdentity {
  const mapping = value["attributeMapping"] as Readonly<Record<string, string>>;
  const mapped = Object.entries(mapping).map(([name, expression]) => {
    const result = evaluateCel(expression, { assertion: claims });
    if (result === undefined) {
      throw new Refusal("invalid_grant", `Unable to map ${name} from the claims of the token.`);
    }
    return [name, result] as const;
  });
  const subject = textOf(mapped.find(([name]) => name === "google.subject")?.[1]);
  if (subject === "" || Buffer.byteLength(subject) > maxSubject) {
    throw new Refusal("invalid_request", `The mapped google.subject must have 1 to ${maxSubject} bytes.`);
  }
  const groups = [...iterable(mapped.find(([name]) => name === "google.groups")?.[1])].map(textOf);
  const attributes = Object.fromEntries(
    mapped
      .filter(([name]) => name.startsWith("attribute."))
      .map(([name, result]) => [name.slice("attribute.".length), textOf(result)]),
  );
  const condition = value["attributeCondition"];
  const variables = { assertion: claims, google: { subject, groups }, attribute: attributes };
  if (typeof condition === "string" && evaluateCel(condition, variables) !== true) {
    throw new Refusal("unauthorized_client", "The given credential is rejected by the attribute condition.");
  }
  return { pool, subject, groups, attributes };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : String(value ?? "");
}

function iterable(value: unknown): Iterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value ? (value as Iterable<unknown>) : [];
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function demand(condition: boolean, description: string): void {
  if (!condition) {
    throw new Refusal("invalid_request", description);
  }
}
