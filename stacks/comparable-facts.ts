import type { Environment } from "../declaration/model";
import { type Facts, UNKNOWN } from "../inventory/facts";
import { secretIdOf } from "../values/key-names";

/**
 * What other environments can see of one, without its synthesis: the facts that a rule with `compares` reads of the others.
 * A test holds them together with the facts of the stack. Left out is who holds a role besides the readers: an
 * environment that names a service account of another is synthesized.
 */
export function comparableFacts({ name, project, protected: isProtected, budget, keys }: Environment): Facts {
  return {
    name,
    origin: "stack",
    backend: { kind: "unknown" },
    providers: [],
    projects: [{ address: PROJECT, projectId: project.id, protected: isProtected, labels: { environment: name } }],
    services: [],
    apiKeys: keys.flatMap((key) =>
      key.generations.map(({ number, phase }) => ({
        address: `google_apikeys_key.key-${key.name}_g${number}`,
        project: project.id,
        keyId: UNKNOWN,
        apiTargets: [],
        allowedIps: key.allow,
        clientRestrictions: [],
        declared: { environment: name, name: key.name, generation: number, phase },
      })),
    ),
    serviceAccounts: [],
    secrets: keys.map((key) => ({
      address: secretOf(key.name),
      project: project.id,
      secretId: secretIdOf(key.name),
      holds: [`google_apikeys_key.key-${key.name}_g${key.generations[0]!.number}`],
    })),
    secretVersions: [],
    grants: keys.flatMap((key) =>
      key.readers.map((member) => ({
        address: secretOf(key.name),
        on: "secret" as const,
        resource: secretOf(key.name),
        role: "roles/secretmanager.secretAccessor",
        member,
        conditional: false,
      })),
    ),
    budgets: budget
      ? [
          {
            address: "google_billing_budget.budget",
            projects: [UNKNOWN],
            amount: budget.monthly,
            actualThresholds: [],
            forecastThresholds: [],
            netOfCredits: false,
            spendCap: false,
          },
        ]
      : [],
    auditConfigs: [],
    exposures: [],
    keyMaterial: [],
    changes: [],
  };
}

const PROJECT = "google_project.project";

function secretOf(key: string): string {
  return `google_secret_manager_secret.secret-${key}`;
}
