import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Every endpoint of the Terraform provider, old and new names together: from 7.30 on IAM and budgets follow other variables
 * than in 6.50, and an unknown variable is harmless. Services that are not modelled point here too, so that a call to one is
 * seen instead of leaving the machine.
 */
const endpoints: Readonly<Record<string, string>> = {
  RESOURCE_MANAGER: "crm/v1",
  RESOURCE_MANAGER_V3: "crm/v3",
  CLOUD_RESOURCE_MANAGER: "crm",
  TAGS: "crm/v3",
  CLOUD_BILLING: "billing/v1",
  CORE_BILLING: "billing/v1",
  SERVICE_USAGE: "su/v1",
  APIKEYS: "apikeys/v2",
  SECRET_MANAGER: "sm/v1",
  IAM: "iam/v1",
  IAM_BETA: "iambeta/v1",
  IAM_CREDENTIALS: "iamcredentials/v1",
  BILLING: "budgets/v1",
  BILLING_BUDGETS: "budgets/v1",
  MONITORING: "mon",
  LOGGING: "log/v2",
  PUBSUB: "pubsub/v1",
  STORAGE: "storage/storage/v1",
  KMS: "kms/v1",
  ORG_POLICY: "orgpolicy/v2",
  CLOUD_QUOTAS: "quotas/v1",
  ESSENTIAL_CONTACTS: "contacts/v1",
  COMPUTE: "compute/compute/v1",
  // Not of the provider, which asks nobody else who it is: for gemkeys.
  OPENID: "openid/v1",
};

/** The environment in which Terraform, the provider and the Gemini SDKs talk to the local cloud and to nothing else. */
export function emulatorEnvironment(url: string, credentialsFile: string): Record<string, string> {
  const loopback = "127.0.0.1,localhost,::1";
  const custom = Object.entries(endpoints).map(([name, path]) => [`GOOGLE_${name}_CUSTOM_ENDPOINT`, `${url}/${path}/`]);
  return {
    ...Object.fromEntries(custom),
    GOOGLE_BACKEND_STORAGE_CUSTOM_ENDPOINT: `${url}/storage/storage/v1/`,
    GOOGLE_GEMINI_BASE_URL: url,
    // Never checked by anybody, but without one the provider looks for real credentials. See caller.ts for who it is.
    GOOGLE_OAUTH_ACCESS_TOKEN: "local-cloud",
    GOOGLE_APPLICATION_CREDENTIALS: credentialsFile,
    // Go never uses a proxy for loopback, so only what would leave the machine goes there, and is refused.
    HTTPS_PROXY: url,
    https_proxy: url,
    NO_PROXY: loopback,
    no_proxy: loopback,
    CHECKPOINT_DISABLE: "1",
  };
}

/** Variables that would lead past the local cloud, to a real account. */
export const unsetVariables: readonly string[] = [
  "GOOGLE_CREDENTIALS",
  "GOOGLE_CLOUD_KEYFILE_JSON",
  "GCLOUD_KEYFILE_JSON",
  "GOOGLE_CLOUD_QUOTA_PROJECT",
  "GOOGLE_IMPERSONATE_SERVICE_ACCOUNT",
  "GOOGLE_BACKEND_CREDENTIALS",
  "GOOGLE_BACKEND_IMPERSONATE_SERVICE_ACCOUNT",
  "GOOGLE_UNIVERSE_DOMAIN",
  "STORAGE_EMULATOR_HOST",
  "ALL_PROXY",
  "all_proxy",
  // The SDKs prefer GOOGLE_API_KEY to GEMINI_API_KEY, and the other two send them to Vertex AI.
  "GOOGLE_API_KEY",
  "GOOGLE_GENAI_USE_VERTEXAI",
  "GOOGLE_GENAI_USE_ENTERPRISE",
];

export type Shell = "sh" | "fish" | "powershell" | "json";

const namePattern = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Commands that set and unset the variables, to be run by a shell, e.g. `eval "$(…)"`. */
export function formatEnvironment(
  environment: Readonly<Record<string, string>>,
  unset: readonly string[],
  shell: Shell,
): string {
  for (const name of [...Object.keys(environment), ...unset]) {
    if (!namePattern.test(name)) {
      throw new Error(`not the name of a variable: ${JSON.stringify(name)}`);
    }
  }
  if (shell === "json") {
    return `${JSON.stringify({ set: environment, unset }, null, 2)}\n`;
  }
  const { setLine, unsetLine } = shells[shell];
  const lines = [...unset.map(unsetLine), ...Object.entries(environment).map(([name, value]) => setLine(name, value))];
  return lines.map((line) => `${line}\n`).join("");
}

interface ShellSyntax {
  readonly setLine: (name: string, value: string) => string;
  readonly unsetLine: (name: string) => string;
}

const shells: Readonly<Record<Exclude<Shell, "json">, ShellSyntax>> = {
  sh: {
    setLine: (name, value) => `export ${name}='${value.replaceAll("'", "'\\''")}'`,
    unsetLine: (name) => `unset ${name}`,
  },
  fish: {
    setLine: (name, value) => `set -gx ${name} '${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`,
    unsetLine: (name) => `set -e ${name}`,
  },
  powershell: {
    // PowerShell takes the curly quotes for a straight one.
    setLine: (name, value) => `$env:${name} = '${value.replace(/['\u2018-\u201b]/g, "$&$&")}'`,
    unsetLine: (name) => `Remove-Item Env:${name} -ErrorAction SilentlyContinue`,
  },
};

/**
 * Writes credentials of the kind `gcloud auth application-default login` leaves, with nothing real in them: with them the
 * provider does not probe for the metadata server of Compute Engine.
 */
export function writeDummyCredentials(directory: string): string {
  const file = join(directory, "local-cloud-credentials.json");
  const fake = "fake-for-the-local-cloud";
  const content = { type: "authorized_user", client_id: fake, client_secret: fake, refresh_token: fake };
  mkdirSync(directory, { recursive: true });
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  return file;
}
