import { secretIdOf } from "../values/key-names";
import { buildFacts } from "./build-facts";
import { type ApiKeyFacts, type Facts, isUnknown, type SecretFacts, type SecretVersionFacts } from "./facts";
import { changesOf } from "./facts-from-plan";
import { type PlanFile, readParsedPlan, readPlan } from "./plan-file";
import { PlanModule } from "./plan-module";
import { push, withoutIndexes } from "./references";
import { object, texts } from "./stack-file";

/** A plan as a review compares it. All facts have their surroundings. */
export interface PlanFacts {
  readonly before: Facts;
  /** With `changes`. */
  readonly after: Facts;
  /** What the cloud did without Terraform; undefined if nothing. The facts after it are `before`. */
  readonly driftedFrom?: Facts;
  /** Changed resources of types that no facts tell of, sorted. */
  readonly others: readonly OtherChanges[];
}

export interface OtherChanges {
  readonly type: string;
  readonly action: "create" | "update" | "delete" | "replace" | "forget";
  readonly count: number;
}

/**
 * The facts of a plan of any Terraform project, before and after the apply.
 *
 * @param name how the user knows the plan: the name of its file.
 * @param text what `terraform show -json` or `tofu show -json` wrote.
 * @throws PlanError if it is not a plan, or not all of one.
 */
export function planFacts(name: string, text: string): PlanFacts {
  return planFactsOf(readPlan(name, text));
}

/** The same for JSON that is parsed already. @throws PlanError */
export function parsedPlanFacts(name: string, json: unknown): PlanFacts {
  return planFactsOf(readParsedPlan(name, json));
}

function planFactsOf(plan: PlanFile): PlanFacts {
  const before = PlanModule.before(plan);
  const changes = (keys: readonly ApiKeyFacts[]) => changesOf(plan, () => before, keys);
  const after = buildFacts(PlanModule.after(plan), changes, { surroundings: {} });
  const past = (module: PlanModule) =>
    linked(
      buildFacts(module, () => [], { surroundings: {} }),
      after,
      plan,
    );
  return {
    before: past(before),
    after,
    driftedFrom: plan.drift.length > 0 ? past(PlanModule.beforeDrift(plan)) : undefined,
    others: othersOf(plan),
  };
}

/**
 * Facts of the past with the keys that secrets hold. The state does not say which they are: for a secret version that stays,
 * what the configuration says of it holds; for others the names that we give.
 */
function linked(before: Facts, after: Facts, { outputs, changes }: PlanFile): Facts {
  const later = new Map(after.secretVersions.map((version) => [version.address, version.apiKey]));
  const keys = new Map(before.apiKeys.map((key) => [key.address, key]));
  const bySecret = new Map<unknown, SecretFacts[]>();
  for (const secret of before.secrets) push(bySecret, secret.secretId, secret);
  const byName = new Map(before.apiKeys.flatMap((key) => namesOf(bySecret, key).map((name) => [name, key.address])));
  const keyOf = (version: SecretVersionFacts): string | undefined => {
    if (version.apiKey !== undefined) return version.apiKey;
    const same = later.get(version.address);
    if (same !== undefined && keys.has(same)) return same;
    return isUnknown(version.secret) ? undefined : byName.get(`${version.secret} ${version.number}`);
  };
  const secretVersions = before.secretVersions.map((version) => {
    const apiKey = keyOf(version);
    return apiKey === undefined ? version : { ...version, apiKey };
  });
  const contents = new Map<unknown, string[]>();
  for (const { secret, apiKey } of secretVersions) if (apiKey !== undefined) push(contents, secret, apiKey);
  const secrets = before.secrets.map((secret) => ({
    ...secret,
    holds: [...new Set([...secret.holds, ...(contents.get(secret.address) ?? [])])].sort(),
  }));
  // Neither does the state say what leaves it: where the place and the key were there, the configuration is taken to be the same.
  const isNew = (address: string) =>
    changes.some((change) => change.address === address && !change.before) ||
    texts(object(outputs[address.replace(/^output\./, "")])["actions"]).includes("create");
  const held = new Set([...keys.keys(), ...secrets.map(({ address }) => address)].map(withoutIndexes));
  const exposures = after.exposures.filter(({ address, of }) => !isNew(address) && held.has(withoutIndexes(of)));
  return { ...before, secrets, secretVersions, exposures };
}

/** The address of the secret of a declared generation, and its number. */
function namesOf(bySecret: ReadonlyMap<unknown, readonly SecretFacts[]>, { declared, project }: ApiKeyFacts): string[] {
  const secrets = declared ? (bySecret.get(secretIdOf(declared.name)) ?? []) : [];
  return secrets
    .filter((secret) => secret.project === project)
    .map(({ address }) => `${address} ${declared!.generation}`);
}

/** Types of which facts tell something. */
const TOLD =
  /^google_(?:project|project_service|apikeys_key|service_account|secret_manager_secret(?:_version)?|billing_budget|project_iam_custom_role|organization_iam_custom_role|monitoring_alert_policy|monitoring_notification_channel|logging_metric|logging_(?:project|folder|organization)_sink|logging_project_bucket_config|cloud_quotas_quota_preference|org_policy_policy|.+_iam_(?:member|binding|policy|audit_config))$/;

function othersOf({ changes }: PlanFile): OtherChanges[] {
  const counts = new Map<string, OtherChanges>();
  for (const { mode, type, actions } of changes) {
    const action = actionOf(actions);
    if (mode !== "managed" || action === undefined) continue;
    const key = `${type} ${action}`;
    counts.set(key, { type, action, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts]
    .filter(([, { type }]) => !TOLD.test(type))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, change]) => change);
}

function actionOf(actions: readonly string[]): OtherChanges["action"] | undefined {
  if (actions.includes("create")) return actions.includes("delete") ? "replace" : "create";
  return (["delete", "update", "forget"] as const).find((action) => actions.includes(action));
}
