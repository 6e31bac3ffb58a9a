import * as fs from "node:fs";
import type { AuthClient, JWTInput } from "google-auth-library";
import type { Environment } from "./endpoints";
import { UnreachableError } from "./errors";
import { reasonOf, Transport } from "./transport";

/** Whose rights a run has, in the order in which the Terraform provider looks for them. */
export interface Credentials {
  /** Where they were found, e.g. `GOOGLE_OAUTH_ACCESS_TOKEN`. */
  readonly source: string;
  /** The service account they are of, where they say so. */
  readonly email?: string;
  /** A valid access token. */
  readonly token: () => Promise<string>;
}

const CREDENTIALS_ERROR = Symbol.for("gemkeys.CredentialsError");

/** There are no credentials, or they do not work. */
export class CredentialsError extends Error {
  constructor(
    /** What is wrong, in a sentence. */
    message: string,
    /** The command that helps. */
    readonly command: string,
  ) {
    super(message);
    this.name = "CredentialsError";
    Object.defineProperty(this, CREDENTIALS_ERROR, { value: true });
  }

  static is(error: unknown): error is CredentialsError {
    return typeof error === "object" && error !== null && CREDENTIALS_ERROR in error;
  }
}

export const LOGIN = "gcloud auth application-default login";

/** Those the provider asks for. */
const SCOPES = ["https://www.googleapis.com/auth/cloud-platform", "https://www.googleapis.com/auth/userinfo.email"];

/** Variables with credentials or the path of a file with them, which the provider reads before it looks for the default. */
const PROVIDER_VARIABLES = ["GOOGLE_CREDENTIALS", "GOOGLE_CLOUD_KEYFILE_JSON", "GCLOUD_KEYFILE_JSON"];

/**
 * Finds the credentials the provider would take, without asking anybody yet.
 *
 * @see https://registry.terraform.io/providers/hashicorp/google/latest/docs/guides/provider_reference#authentication
 * @throws CredentialsError if there are none, or a file cannot be read.
 */
export async function findCredentials(environment: Environment): Promise<Credentials> {
  const found = await findOwn(environment);
  const target = environment["GOOGLE_IMPERSONATE_SERVICE_ACCOUNT"];
  return target ? impersonated(found, target, environment) : found;
}

async function findOwn(environment: Environment): Promise<Credentials> {
  const token = environment["GOOGLE_OAUTH_ACCESS_TOKEN"];
  if (token) return { source: "GOOGLE_OAUTH_ACCESS_TOKEN", token: async () => token };
  const variable = PROVIDER_VARIABLES.find((name) => environment[name]);
  if (variable) return fromText(variable, environment[variable]!);
  const file = environment["GOOGLE_APPLICATION_CREDENTIALS"];
  if (file) return fromFile("GOOGLE_APPLICATION_CREDENTIALS", file);
  return defaultCredentials();
}

function fromText(source: string, value: string): Promise<Credentials> {
  return value.trimStart().startsWith("{") ? fromJson(source, value) : fromFile(source, value);
}

async function fromFile(source: string, file: string): Promise<Credentials> {
  let text: string;
  try {
    text = fs.readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CredentialsError(
      `${source} names a file that cannot be read (${code}): ${file}.`,
      `unset ${source}, or: ${LOGIN}`,
    );
  }
  return fromJson(source, text);
}

async function fromJson(source: string, text: string): Promise<Credentials> {
  let content: JWTInput;
  try {
    content = JSON.parse(text);
  } catch {
    throw new CredentialsError(`${source} holds no JSON.`, `unset ${source}, or: ${LOGIN}`);
  }
  const { GoogleAuth } = await import("google-auth-library");
  try {
    const client = new GoogleAuth({ scopes: SCOPES }).fromJSON(content) as AuthClient;
    return credentialsOf(`${source} (${content.type ?? "unknown"})`, client, content.client_email);
  } catch (error) {
    throw new CredentialsError(`${source} holds no credentials: ${reasonOf(error)}`, `unset ${source}, or: ${LOGIN}`);
  }
}

/** The file that gcloud writes, or the metadata server of a machine in Google Cloud. */
async function defaultCredentials(): Promise<Credentials> {
  const { GoogleAuth } = await import("google-auth-library");
  const auth = new GoogleAuth({ scopes: SCOPES });
  try {
    const { credential } = await auth.getApplicationDefault();
    const email = "email" in credential && typeof credential.email === "string" ? credential.email : undefined;
    return credentialsOf("Application Default Credentials", credential, email);
  } catch {
    throw new CredentialsError("No credentials were found.", LOGIN);
  }
}

function credentialsOf(source: string, client: AuthClient, email: string | undefined): Credentials {
  const token = async () => {
    try {
      const { token } = await client.getAccessToken();
      if (token) return token;
    } catch (error) {
      throw refusedToken(source, error);
    }
    throw new CredentialsError(`${source}: Google gave no token.`, LOGIN);
  };
  return { source, token, ...(email !== undefined && { email }) };
}

/** Google refused the credentials, or nobody answered. What it says about them holds no secret: only its code is shown. */
function refusedToken(source: string, error: unknown): Error {
  const answer = (error as { response?: { status?: number; data?: unknown } }).response;
  const code = (answer?.data as { error?: unknown } | undefined)?.error;
  if (answer?.status === undefined || answer.status >= 500) {
    return new UnreachableError("oauth2.googleapis.com", reasonOf(error));
  }
  const what = typeof code === "string" && /^[a-z_]+$/.test(code) ? code : `HTTP ${answer.status}`;
  return new CredentialsError(`${source}: the credentials are expired or were revoked (${what}).`, LOGIN);
}

/** @see https://docs.cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken */
function impersonated(own: Credentials, email: string, environment: Environment): Credentials {
  const transport = new Transport({ token: own.token, environment });
  let current: Promise<string> | undefined;
  const fetchToken = async () => {
    const path = `projects/-/serviceAccounts/${encodeURIComponent(email)}:generateAccessToken`;
    const { accessToken } = await transport.call("iamCredentials", { method: "POST", path, body: { scope: SCOPES } });
    return String(accessToken);
  };
  const token = () => {
    current ??= fetchToken();
    return current;
  };
  return { source: `GOOGLE_IMPERSONATE_SERVICE_ACCOUNT, by ${own.source}`, email, token };
}
