import * as fs from "node:fs";
import * as path from "node:path";

/**
 * Writes a configuration of many environments to `folder`, which is made. Every environment has a budget and `keys`
 * keys with two readers and one generation each.
 */
export function writeConfig(folder: string, environments: number, keys: number): void {
  fs.mkdirSync(path.join(folder, "environments"), { recursive: true });
  fs.writeFileSync(path.join(folder, "organization.yaml"), ORGANIZATION);
  for (let index = 0; index < environments; index++) {
    const name = `env-${String(index).padStart(3, "0")}`;
    fs.writeFileSync(path.join(folder, "environments", `${name}.yaml`), environmentOf(name, keys));
  }
}

const ORGANIZATION = `name: bench
parent: organizations/123456789012
billingAccount: 012345-6789AB-CDEF01
adminProject: bench-gemini-admin
state:
  gcs: { bucket: bench-gemini-state }
terraform:
  googleProvider: 6.50.0
teams:
  search: { group: gcp-search@example.com, contact: search-oncall@example.com, department: R&D }
networks:
  egress: [8.8.8.0/28, 8.8.4.4]
`;

function environmentOf(name: string, keys: number): string {
  const entries = Array.from({ length: keys }, (_, index) => keyOf(`key-${String(index).padStart(3, "0")}`, index));
  return `project: bench-gemini-${name}
protected: true
budget:
  monthly: 2000 USD
  notify: { emails: [finops@example.com], pubsub: true }
keys:
${entries.join("")}`;
}

function keyOf(name: string, index: number): string {
  return `  ${name}:
    owner: search
    purpose: Answers questions of customers
    allow: [egress, 1.1.${index % 256}.1]
    readers:
      - serviceAccount:${name}@bench-apps.iam.gserviceaccount.com
      - group:gcp-search-oncall@example.com
    rotateEvery: 90d
    generations:
      - { number: 1, created: 2026-11-01, phase: serving }
`;
}
