import { buildFacts } from "./build-facts";
import type { ApiKeyFacts, ChangeFacts, Facts } from "./facts";
import { Identities } from "./identities";
import { keyFacts } from "./key-facts";
import { type PlanFile, readParsedPlan, readPlan } from "./plan-file";
import { PlanModule } from "./plan-module";

/** Actions that a change of ours may have; `forget` takes a resource out of the state and leaves it in the cloud. */
const ACTIONS: readonly string[] = ["create", "update", "delete", "read", "no-op", "forget"];

const CHANGING_TYPES = ["google_apikeys_key", "google_project"];

/**
 * The facts of a plan of any Terraform project: how the cloud is after the apply.
 *
 * @param name how the user knows the plan: the name of its file.
 * @param text what `terraform show -json` or `tofu show -json` wrote.
 * @throws PlanError if it is not a plan, or not all of one.
 */
export function factsFromPlan(name: string, text: string): Facts {
  return factsOf(readPlan(name, text));
}

/** The same for JSON that is parsed already. @throws PlanError */
export function factsFromParsedPlan(name: string, json: unknown): Facts {
  return factsOf(readParsedPlan(name, json));
}

function factsOf(plan: PlanFile): Facts {
  const after = PlanModule.after(plan);
  return buildFacts(after, (keys) => changesOf(plan, () => PlanModule.before(plan), keys));
}

/**
 * What happens to the keys and projects: everything but what stays as it is.
 *
 * @param after the keys after the apply.
 */
export function changesOf(plan: PlanFile, before: () => PlanModule, after: readonly ApiKeyFacts[]): ChangeFacts[] {
  const changed = plan.changes.filter(
    ({ mode, type, actions }) =>
      mode === "managed" && CHANGING_TYPES.includes(type) && actions.some((action) => action !== "no-op"),
  );
  if (changed.length === 0) return [];
  const module = before();
  const [keysBefore, keysAfter] = [keyFacts(module, new Identities(module)).apiKeys, after].map(byAddress);
  return changed.map(({ address, type, actions }) => ({
    address,
    type,
    actions: actions.filter((action) => ACTIONS.includes(action)) as ChangeFacts["actions"],
    before: keysBefore!.get(address),
    after: keysAfter!.get(address),
  }));
}

function byAddress(keys: readonly ApiKeyFacts[]): Map<string, ApiKeyFacts> {
  return new Map(keys.map((key) => [key.address, key]));
}
