import { type Facts, type GrantFacts, isUnknown, type Maybe, type SecretFacts } from "../inventory/facts";
import { known } from "./keys";
import { memo } from "./memo";
import type { Violation } from "./rule";

/** A grant on a secret that holds a Gemini key. */
export interface SecretGrant {
  readonly grant: GrantFacts;
  readonly secret: SecretFacts;
  /** The declared key. */
  readonly key?: string;
}

export const ACCESSOR = "roles/secretmanager.secretAccessor";

/** Roles known to read no value of a secret. https://docs.cloud.google.com/secret-manager/docs/access-control */
const READS_NOTHING = [
  "roles/secretmanager.viewer",
  "roles/secretmanager.secretVersionAdder",
  "roles/secretmanager.secretVersionManager",
];

/** Roles that read the values of all secrets below what they are granted on. `roles/admin` is new; that it does is taken from its name. */
export const READ_ALL_SECRETS = [ACCESSOR, "roles/secretmanager.admin", "roles/owner", "roles/admin"];

/** False only for roles that are known not to: what a custom role holds stands elsewhere. */
export function mayRead(role: Maybe<string>): boolean {
  return isUnknown(role) || !READS_NOTHING.includes(role);
}

export function keySecrets(facts: Facts): SecretFacts[] {
  return facts.secrets.filter(({ holds }) => holds.length > 0);
}

/** Grants on secrets of keys. A resource that is not known is left out here. */
export const grantsOnKeySecrets = memo((facts: Facts): readonly SecretGrant[] => {
  const secrets = secretsByName(facts);
  if (secrets.size === 0) return [];
  return facts.grants.flatMap((grant) => {
    const resource = known(grant.resource);
    if (grant.on !== "secret" || resource === undefined) return [];
    const secret = secrets.get(resource) ?? secrets.get(/\/secrets\/([^/]+)$/.exec(resource)?.[1] ?? "");
    return secret ? [{ grant, secret, key: keyOfSecret(facts, secret) }] : [];
  });
});

/** Those that let the member read. */
export const readersOf = memo((facts: Facts): readonly SecretGrant[] =>
  grantsOnKeySecrets(facts).filter(({ grant }) => mayRead(grant.role)),
);

/** The declared key whose string the secret holds. */
export function keyOfSecret(facts: Facts, { holds }: SecretFacts): string | undefined {
  const names = declaredNames(facts);
  return holds.map((address) => names.get(address)).find((name) => name !== undefined);
}

const declaredNames = memo(
  ({ apiKeys }: Facts) => new Map(apiKeys.map(({ address, declared }) => [address, declared?.name])),
);

/** By address and by id. */
function secretsByName(facts: Facts): Map<string, SecretFacts> {
  const secrets = new Map<string, SecretFacts>();
  for (const secret of keySecrets(facts)) {
    const id = known(secret.secretId);
    for (const name of id === undefined ? [secret.address] : [secret.address, id]) {
      if (!secrets.has(name)) secrets.set(name, secret);
    }
  }
  return secrets;
}

/** `the secret of chat-backend`, or its address where the key is not one of ours. */
export function secretText({ secret, key }: SecretGrant): string {
  return key === undefined ? secret.address : `the secret of ${key}`;
}

export function readerViolation(reader: SecretGrant, message: string, value?: string): Violation {
  return {
    address: reader.grant.address,
    ...(reader.key === undefined ? {} : { key: reader.key }),
    field: reader.key === undefined ? "member" : "readers",
    ...(value === undefined ? {} : { value }),
    message,
  };
}
