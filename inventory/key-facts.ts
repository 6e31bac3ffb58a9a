import { secretIdOf } from "../values/key-names";
import { createdIn, declaredIn, generationOf, phaseAmong } from "./declared-key";
import { type ApiKeyFacts, type DeclaredKeyFacts, isUnknown, type SecretFacts, type SecretVersionFacts } from "./facts";
import type { Identities } from "./identities";
import { elements, knownMap, knownTexts, maybeBlocks, maybeText, textOrUnknown, within } from "./known";
import { push } from "./references";
import type { RootModule, RootResource } from "./root-module";

const CLIENTS = ["browser", "android", "ios"] as const;

export interface KeyFacts {
  readonly apiKeys: readonly ApiKeyFacts[];
  readonly secrets: readonly SecretFacts[];
  readonly secretVersions: readonly SecretVersionFacts[];
}

/** The API keys, and the secrets that hold them. */
export function keyFacts({ resources }: RootModule, identities: Identities): KeyFacts {
  const ofType = (wanted: string) => resources.filter(({ type }) => type === wanted);
  const secretVersions = ofType("google_secret_manager_secret_version").map((version) =>
    readVersion(version, identities),
  );
  const secrets = ofType("google_secret_manager_secret");
  const declared = new DeclaredKeys(secrets, secretVersions);
  const held = new Map<unknown, string[]>();
  for (const { secret, apiKey } of secretVersions) if (apiKey) push(held, secret, apiKey);
  return {
    apiKeys: ofType("google_apikeys_key").map((key) => readKey(key, identities, declared)),
    secrets: secrets.map((secret) => readSecret(secret, held.get(secret.address) ?? [])),
    secretVersions,
  };
}

function readKey(resource: RootResource, identities: Identities, declared: DeclaredKeys): ApiKeyFacts {
  const { address, attributes } = resource;
  const [restrictions] = maybeBlocks(attributes["restrictions"]);
  const targets = maybeBlocks(within(restrictions, "api_targets"));
  const [server] = maybeBlocks(within(restrictions, "server_key_restrictions"));
  const addresses = within(server, "allowed_ips");
  const key = {
    address,
    project: textOrUnknown(attributes["project"]),
    keyId: textOrUnknown(attributes["name"]),
    displayName: maybeText(attributes["display_name"] || undefined),
    // Terraform shows as unknown what nobody gave, too: the provider fills it in.
    serviceAccount: hasServiceAccount(resource)
      ? identities.of(resource, "serviceAccount", "service_account_email")
      : undefined,
    apiTargets:
      targets.length === 0
        ? undefined
        : targets.map((target) => ({
            service: textOrUnknown(within(target, "service")),
            methods: knownTexts(within(target, "methods")),
          })),
    allowedIps:
      server === undefined ? undefined : isUnknown(addresses) ? addresses : elements(addresses).map(textOrUnknown),
    clientRestrictions: isUnknown(restrictions)
      ? []
      : CLIENTS.filter((client) => maybeBlocks(within(restrictions, `${client}_key_restrictions`)).length > 0),
  };
  return { ...key, declared: declared.of(key) };
}

function hasServiceAccount({ attributes, sets }: RootResource): boolean {
  const value = attributes["service_account_email"];
  return isUnknown(value) ? sets("service_account_email") : typeof value === "string" && value !== "";
}

function readVersion(resource: RootResource, identities: Identities): SecretVersionFacts {
  const { address, attributes, sets, refers } = resource;
  const number = attributes["secret_data_wo_version"];
  const inState = isGiven(attributes["secret_data"]);
  const writeOnly =
    sets("secret_data_wo") || isGiven(attributes["secret_data_wo"]) || (typeof number === "number" && number > 0);
  const keys = [...refers("secret_data"), ...refers("secret_data_wo")].filter(
    ({ type, exact }) => type === "google_apikeys_key" && exact,
  );
  return {
    address,
    secret: identities.of(resource, "secret", "secret"),
    value: inState ? "in-state" : writeOnly ? "write-only" : "none",
    apiKey: keys[0]?.address,
    // The provider shows 0 for a version whose value is in the state.
    number: writeOnly && typeof number === "number" ? number : undefined,
  };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function readSecret({ address, attributes }: RootResource, holds: readonly string[]): SecretFacts {
  return {
    address,
    project: textOrUnknown(attributes["project"]),
    secretId: textOrUnknown(attributes["secret_id"]),
    holds: [...new Set(holds)].sort(),
  };
}

/**
 * The keys that the configuration of this project declares. They are known by the names of key and secret, not by
 * references: a plan that removes a generation shows none.
 */
class DeclaredKeys {
  private readonly secrets = new Map<string, RootResource>();
  private readonly numbers = new Map<string, number[]>();

  constructor(secrets: readonly RootResource[], versions: readonly SecretVersionFacts[]) {
    for (const secret of secrets) {
      const { secret_id, project, labels } = secret.attributes;
      if (knownMap(labels)["managed-by"] === "gemkeys") this.secrets.set(`${project} ${secret_id}`, secret);
    }
    for (const { secret, number } of versions) {
      if (isUnknown(secret) || number === undefined) continue;
      push(this.numbers, secret, number);
    }
  }

  of({ project, keyId }: Pick<ApiKeyFacts, "project" | "keyId">): DeclaredKeyFacts | undefined {
    const generation = isUnknown(keyId) ? undefined : generationOf(keyId);
    const secret = generation && this.secrets.get(`${project} ${secretIdOf(generation.name)}`);
    if (!generation || !secret) return undefined;
    const { name, number } = generation;
    const numbers = this.numbers.get(secret.address) ?? [];
    const labels = knownMap(secret.attributes["labels"]);
    const annotations = knownMap(secret.attributes["annotations"]);
    const { department: _, ...declared } = declaredIn(labels, annotations);
    return {
      environment: labels["environment"] ?? "",
      name,
      generation: number,
      phase: phaseAmong(numbers.includes(number) ? number : undefined, numbers),
      created: createdIn(annotations, number),
      ...declared,
    };
  }
}
