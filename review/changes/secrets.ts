import { type Facts, isUnknown, type SecretFacts, type SecretVersionFacts } from "../../inventory/facts";
import { firstBy, groupBy } from "../../policies/index-by";
import { known } from "../../policies/keys";
import { memo } from "../../policies/memo";
import { type Draft, draft, type Pair } from "../draft";
import type { GenerationPair, KeyPair } from "../key-pairs";
import type { SituationName } from "../risk";
import { secretsOf, shown } from "../view";

/** The secrets of keys that are on both sides, and what is in them. */
export function secretChanges(pair: Pair): Draft[] {
  return pair.keys
    .filter((key) => key.before && key.after)
    .flatMap((key) => {
      const before = secretsOf(pair.before, key.before!);
      const after = secretsOf(pair.after, key.after!);
      return [...places(key, before, after, pair), ...versions(key, before, after, pair)];
    });
}

function places(key: KeyPair, before: readonly SecretFacts[], after: readonly SecretFacts[], pair: Pair): Draft[] {
  const [gone, made] = [
    before.filter((one) => !after.some((other) => same(one, other))),
    after.filter((one) => !before.some((other) => same(one, other))),
  ];
  const ends = after.flatMap((secret) => expiry(key, secret, before, pair));
  const place = { key: key.name };
  if (gone.length > 0 && made.length > 0) {
    const [old, now] = [idText(gone[0]!), idText(made[0]!)];
    const sentence = `The secret of ${key.name} is replaced: ${old} was it, and ${now} is. Readers have to look there.`;
    return [
      draft("secret-replaced", sentence, { ...place, address: made[0]!.address, before: old, after: now }),
      ...ends,
    ];
  }
  return [
    ...gone.map((secret) =>
      draft(
        "secret-removed",
        `The secret of ${key.name}, ${idText(secret)}, no longer holds it: readers find nothing there.`,
        {
          ...place,
          address: secret.address,
          removed: [idText(secret)],
        },
      ),
    ),
    ...made.map((secret) =>
      draft("secret-created", `${key.name} is stored in the secret ${idText(secret)}.`, {
        ...place,
        address: secret.address,
        added: [idText(secret)],
      }),
    ),
    ...ends,
  ];
}

function same(a: SecretFacts, b: SecretFacts): boolean {
  if (isUnknown(a.secretId) || isUnknown(b.secretId)) return a.address === b.address;
  return a.secretId === b.secretId && (shown(a.project) === shown(b.project) || a.address === b.address);
}

function idText({ secretId, address }: SecretFacts): string {
  return isUnknown(secretId) ? address : secretId;
}

function expiry(key: KeyPair, secret: SecretFacts, before: readonly SecretFacts[], pair: Pair): Draft[] {
  const old = before.find((other) => same(secret, other));
  if (!pair.before.surroundings || !pair.after.surroundings || !old) return [];
  const expires = (facts: Facts, { address }: SecretFacts) => moreOfSecrets(facts).get(address)?.expires;
  const [was, is] = [expires(pair.before, old), expires(pair.after, secret)];
  if (JSON.stringify(was) === JSON.stringify(is)) return [];
  const details = { key: key.name, address: secret.address, before: was && shown(was), after: is && shown(is) };
  if (is === undefined) {
    return [draft("secret-expires-no-more", `The secret of ${key.name} does not expire any more.`, details)];
  }
  return [
    draft("secret-expires", `The secret of ${key.name} expires (${shown(is)}): Google deletes it then.`, details),
  ];
}

function versions(key: KeyPair, before: readonly SecretFacts[], after: readonly SecretFacts[], pair: Pair): Draft[] {
  const [old, now] = [versionsOf(pair.before, before), versionsOf(pair.after, after)];
  const addresses = [...new Set([...old.keys(), ...now.keys()])].sort();
  return addresses.flatMap((address) => {
    const [was, is] = [old.get(address), now.get(address)];
    const generation = key.generations.find((each) =>
      [each.before?.address, each.after?.address].includes((is ?? was)!.apiKey),
    );
    const details = { key: key.name, generation: generation?.number, address };
    if (was && is) return ofVersion(was, is, pair, details);
    // A generation that comes, goes or moves says so itself.
    if (generation && isToldBy(generation)) return [];
    if (is)
      return [draft("version-added", `The secret of ${key.name} gets another version, which is \`latest\`.`, details)];
    return [
      draft("version-removed", `A version of the secret of ${key.name} goes: ${fate(pair.before, address)}.`, details),
    ];
  });
}

function isToldBy({ before, after, replaced }: GenerationPair): boolean {
  if (!before || !after || replaced !== undefined) return true;
  return before.declared?.phase !== after.declared?.phase;
}

function versionsOf(facts: Facts, secrets: readonly SecretFacts[]): Map<string, SecretVersionFacts> {
  const own = secrets.flatMap(({ address }) => versionsBySecret(facts).get(address) ?? []);
  return new Map(own.map((version) => [version.address, version]));
}

const versionsBySecret = memo(({ secretVersions }: Facts) => groupBy(secretVersions, ({ secret }) => known(secret)));

/** What only a review looks at. */
const moreOfVersions = memo(({ surroundings }: Facts) =>
  firstBy(surroundings?.secretVersions ?? [], ({ address }) => address),
);

const moreOfSecrets = memo(({ surroundings }: Facts) => firstBy(surroundings?.secrets ?? [], ({ address }) => address));

/** What the provider does to a version that is removed. */
function fate(facts: Facts, address: string): string {
  const policy = moreOfVersions(facts).get(address)?.deletionPolicy;
  if (policy === "DISABLE") return "it is disabled, and can be enabled again";
  if (policy === "ABANDON") return "it stays as it is, without Terraform";
  return policy === "DELETE" ? "it is destroyed" : "what becomes of it is not known";
}

const VALUES: Readonly<Record<SecretVersionFacts["value"], string>> = {
  "in-state": "in the state",
  "write-only": "only in the request",
  none: "nowhere",
};

function ofVersion(
  before: SecretVersionFacts,
  after: SecretVersionFacts,
  pair: Pair,
  details: Partial<Draft>,
): Draft[] {
  const drafts: Draft[] = [];
  const version = `A version of the secret of ${details.key}`;
  const tell = (situation: SituationName, what: string, old: string, now: string) =>
    drafts.push(draft(situation, `${version} ${what}.`, { ...details, before: old, after: now }));
  if (before.apiKey !== undefined && after.apiKey !== undefined && before.apiKey !== after.apiKey) {
    tell("version-points-elsewhere", `holds ${after.apiKey}; it held ${before.apiKey}`, before.apiKey, after.apiKey);
  }
  if (before.value !== after.value && after.value === "in-state") {
    tell("version-in-state", "is now in the Terraform state as well", VALUES[before.value], VALUES[after.value]);
  }
  if (before.value === "in-state" && after.value === "write-only") {
    tell("version-left-state", "is no longer in the Terraform state", VALUES[before.value], VALUES[after.value]);
  }
  const [old, now] = [pair.before, pair.after].map((facts) => moreOfVersions(facts).get(after.address));
  if (!old || !now) return drafts;
  const [was, is] = [enabledText(old.enabled), enabledText(now.enabled)];
  if (was !== is) {
    const situation = now.enabled === true ? "version-enabled" : "version-disabled";
    const sentence = isUnknown(now.enabled) ? "may be disabled: that is unknown until apply" : `is now ${is}`;
    tell(situation, sentence, was, is);
  }
  if (shown(old.deletionPolicy) !== shown(now.deletionPolicy)) {
    const what = `has the deletion policy ${shown(now.deletionPolicy)}; it had ${shown(old.deletionPolicy)}`;
    tell("version-deletion", what, shown(old.deletionPolicy), shown(now.deletionPolicy));
  }
  return drafts;
}

function enabledText(enabled: unknown): string {
  return isUnknown(enabled) ? "unknown until apply" : enabled ? "enabled" : "disabled";
}
