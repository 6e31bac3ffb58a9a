import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { ConfigError, loadConfig } from "../../declaration/load";

/** A valid organization and environment, for tests to change a line of. */
export const ORGANIZATION = `name: acme
parent: organizations/123456789012
billingAccount: 012345-6789AB-CDEF01
adminProject: acme-gemini-admin
state:
  gcs: { bucket: acme-gemini-state }
terraform:
  googleProvider: 6.50.0
teams:
  search: { group: gcp-search@example.com }
networks:
  prod-egress: [8.8.8.8, 8.8.4.0/24]
deployers: [serviceAccount:deployer@acme-gemini-admin.iam.gserviceaccount.com]
`;

export const ENVIRONMENT = `project: acme-gemini-prod
budget:
  monthly: 2000 USD
keys:
  web:
    owner: search
    purpose: Answers questions
    allow: [prod-egress, 1.1.1.1]
    readers: [group:gcp-search@example.com]
    rotateEvery: 90d
    generations:
      - { number: 1, created: 2026-11-01, phase: serving }
`;

export type Files = Readonly<Record<string, string | Buffer>>;

/** The valid configuration, with files added or replaced. */
export function files(changes: Files = {}): Files {
  return { "organization.yaml": ORGANIZATION, "environments/prod.yaml": ENVIRONMENT, ...changes };
}

/** Writes files to `config/` of a new temporary folder, makes that the working folder, and runs. */
export function inConfigFolder<T>(content: Files, run: () => T): T {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gemkeys-test-"));
  const before = process.cwd();
  try {
    for (const [name, text] of Object.entries(content)) {
      const file = path.join(folder, "config", name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, text);
    }
    process.chdir(folder);
    return run();
  } finally {
    process.chdir(before);
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** The messages for a configuration, none if it is valid. */
export function configProblems(content: Files, now: Date): string[] {
  return inConfigFolder(content, () => {
    try {
      loadConfig("config", now);
      return [];
    } catch (error) {
      if (ConfigError.is(error)) return error.message.split("\n");
      throw error;
    }
  });
}
