import type { ExposureFacts } from "./facts";
import type { KeyFacts } from "./key-facts";
import type { Referred } from "./references";
import type { RootModule, Use } from "./root-module";

const VERSION = "google_secret_manager_secret_version";
const LOCAL_FILES = ["local_file", "local_sensitive_file"];

/** Attributes that hold the value of a version of a secret. */
const VERSION_VALUES = ["secret_data", "secret_data_wo"];

/** Where key strings leave the state, by what expressions refer to. */
export function exposureFacts(module: RootModule, keys: KeyFacts): ExposureFacts[] {
  const secrets = holdersOf(module, keys);
  const found: ExposureFacts[] = [];
  for (const use of module.uses()) {
    // The one right way: the value is only in the request.
    if (use.type === VERSION && use.field === "secret_data_wo") continue;
    for (const referred of use.referred) {
      const of = shown(referred, use, secrets);
      if (of) found.push({ address: use.address, kind: kindOf(use), field: use.field, of, sensitive: use.sensitive });
    }
  }
  return found;
}

/** The secret that a version or a data source shows, by the address of that: only secrets that hold keys. */
function holdersOf(module: RootModule, { secrets, secretVersions }: KeyFacts): Map<string, string> {
  const holding = new Map(
    secrets.filter(({ holds }) => holds.length > 0).map(({ address, secretId }) => [address, secretId]),
  );
  const holders = new Map<string, string>();
  for (const { address, secret, apiKey } of secretVersions) {
    if (typeof secret === "string" && holding.has(secret)) holders.set(address, secret);
    else if (apiKey) holders.set(address, apiKey);
  }
  for (const { type, address, attributes, refers } of module.resources) {
    if (type !== `data.${VERSION}` && type !== `data.${VERSION}_access`) continue;
    const named = String(attributes["secret"]).replace(/^projects\/[^/]+\/secrets\//, "");
    const byId = [...holding].find(([, secretId]) => secretId === named)?.[0];
    const secret = refers("secret").find((referred) => holding.has(referred.address))?.address ?? byId;
    if (secret) holders.set(address, secret);
  }
  return holders;
}

function shown({ address, type, attribute }: Referred, use: Use, holders: ReadonlyMap<string, string>) {
  // Terraform does not tell which attribute of `key[each.key]` or of a whole resource is meant; what it marks as
  // sensitive is the key string.
  const whole = attribute === undefined && use.sensitive;
  if (type === "google_apikeys_key") return attribute === "key_string" || whole ? address : undefined;
  return VERSION_VALUES.includes(attribute ?? "") || whole ? holders.get(address) : undefined;
}

function kindOf({ kind, type }: Use): ExposureFacts["kind"] {
  if (kind === "output" || kind === "provisioner") return kind;
  return LOCAL_FILES.includes(type) ? "local-file" : "other-resource";
}
