import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  emulatorEnvironment,
  formatEnvironment,
  unsetVariables,
  writeDummyCredentials,
} from "../../emulator/environment";

const url = "http://127.0.0.1:8123";

test("names every endpoint, old and new, and guards against escapes", () => {
  expect(emulatorEnvironment(url, "/tmp/credentials.json")).toEqual({
    GOOGLE_RESOURCE_MANAGER_CUSTOM_ENDPOINT: `${url}/crm/v1/`,
    GOOGLE_RESOURCE_MANAGER_V3_CUSTOM_ENDPOINT: `${url}/crm/v3/`,
    GOOGLE_CLOUD_RESOURCE_MANAGER_CUSTOM_ENDPOINT: `${url}/crm/`,
    GOOGLE_TAGS_CUSTOM_ENDPOINT: `${url}/crm/v3/`,
    GOOGLE_CLOUD_BILLING_CUSTOM_ENDPOINT: `${url}/billing/v1/`,
    GOOGLE_CORE_BILLING_CUSTOM_ENDPOINT: `${url}/billing/v1/`,
    GOOGLE_SERVICE_USAGE_CUSTOM_ENDPOINT: `${url}/su/v1/`,
    GOOGLE_APIKEYS_CUSTOM_ENDPOINT: `${url}/apikeys/v2/`,
    GOOGLE_SECRET_MANAGER_CUSTOM_ENDPOINT: `${url}/sm/v1/`,
    GOOGLE_IAM_CUSTOM_ENDPOINT: `${url}/iam/v1/`,
    GOOGLE_IAM_BETA_CUSTOM_ENDPOINT: `${url}/iambeta/v1/`,
    GOOGLE_IAM_CREDENTIALS_CUSTOM_ENDPOINT: `${url}/iamcredentials/v1/`,
    GOOGLE_BILLING_CUSTOM_ENDPOINT: `${url}/budgets/v1/`,
    GOOGLE_BILLING_BUDGETS_CUSTOM_ENDPOINT: `${url}/budgets/v1/`,
    GOOGLE_MONITORING_CUSTOM_ENDPOINT: `${url}/mon/`,
    GOOGLE_LOGGING_CUSTOM_ENDPOINT: `${url}/log/v2/`,
    GOOGLE_PUBSUB_CUSTOM_ENDPOINT: `${url}/pubsub/v1/`,
    GOOGLE_STORAGE_CUSTOM_ENDPOINT: `${url}/storage/storage/v1/`,
    GOOGLE_BACKEND_STORAGE_CUSTOM_ENDPOINT: `${url}/storage/storage/v1/`,
    GOOGLE_KMS_CUSTOM_ENDPOINT: `${url}/kms/v1/`,
    GOOGLE_ORG_POLICY_CUSTOM_ENDPOINT: `${url}/orgpolicy/v2/`,
    GOOGLE_CLOUD_QUOTAS_CUSTOM_ENDPOINT: `${url}/quotas/v1/`,
    GOOGLE_ESSENTIAL_CONTACTS_CUSTOM_ENDPOINT: `${url}/contacts/v1/`,
    GOOGLE_COMPUTE_CUSTOM_ENDPOINT: `${url}/compute/compute/v1/`,
    GOOGLE_OPENID_CUSTOM_ENDPOINT: `${url}/openid/v1/`,
    GOOGLE_GEMINI_BASE_URL: url,
    GOOGLE_OAUTH_ACCESS_TOKEN: "local-cloud",
    GOOGLE_APPLICATION_CREDENTIALS: "/tmp/credentials.json",
    HTTPS_PROXY: url,
    https_proxy: url,
    NO_PROXY: "127.0.0.1,localhost,::1",
    no_proxy: "127.0.0.1,localhost,::1",
    CHECKPOINT_DISABLE: "1",
  });
});

test("unsets what would lead to a real account", () => {
  expect(unsetVariables).toEqual(
    expect.arrayContaining(["GOOGLE_CREDENTIALS", "GOOGLE_CLOUD_QUOTA_PROJECT", "GOOGLE_IMPERSONATE_SERVICE_ACCOUNT"]),
  );
  const set = Object.keys(emulatorEnvironment(url, "x"));
  expect(unsetVariables.filter((name) => set.includes(name))).toEqual([]);
});

const odd = { PLAIN: "http://127.0.0.1:1/crm/v1/", ODD: `it's "a" \\ $HOME \`x\` \u2019 #` };

test.each([
  [
    "sh" as const,
    [
      "unset GOOGLE_CREDENTIALS",
      "export PLAIN='http://127.0.0.1:1/crm/v1/'",
      `export ODD='it'\\''s "a" \\ $HOME \`x\` \u2019 #'`,
      "",
    ],
  ],
  [
    "fish" as const,
    [
      "set -e GOOGLE_CREDENTIALS",
      "set -gx PLAIN 'http://127.0.0.1:1/crm/v1/'",
      `set -gx ODD 'it\\'s "a" \\\\ $HOME \`x\` \u2019 #'`,
      "",
    ],
  ],
  [
    "powershell" as const,
    [
      "Remove-Item Env:GOOGLE_CREDENTIALS -ErrorAction SilentlyContinue",
      "$env:PLAIN = 'http://127.0.0.1:1/crm/v1/'",
      `$env:ODD = 'it''s "a" \\ $HOME \`x\` \u2019\u2019 #'`,
      "",
    ],
  ],
  ["json" as const, [JSON.stringify({ set: odd, unset: ["GOOGLE_CREDENTIALS"] }, null, 2), ""]],
])("for %s", (shell, lines) => {
  expect(formatEnvironment(odd, ["GOOGLE_CREDENTIALS"], shell)).toBe(lines.join("\n"));
});

test("what is written for sh is what a shell reads", () => {
  const script = `${formatEnvironment(odd, [], "sh")}printf %s "$ODD"`;
  expect(execFileSync("sh", ["-c", script], { encoding: "utf8" })).toBe(odd.ODD);
});

test.each(["A B", "1A", "A;rm", ""])("refuses %j as the name of a variable", (name) => {
  expect(() => formatEnvironment({ [name]: "x" }, [], "sh")).toThrow(
    `not the name of a variable: ${JSON.stringify(name)}`,
  );
});

test("the dummy credentials are fake and private", () => {
  const directory = mkdtempSync(join(tmpdir(), "gemkeys-test-"));
  try {
    const file = writeDummyCredentials(join(directory, "new"));
    const fake = "fake-for-the-local-cloud";
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({
      type: "authorized_user",
      client_id: fake,
      client_secret: fake,
      refresh_token: fake,
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
