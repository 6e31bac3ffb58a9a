import { redactAll } from "../values/redact";
import { exposureFacts } from "./exposure-facts";
import type {
  ApiKeyFacts,
  BudgetFacts,
  ChangeFacts,
  Facts,
  Located,
  ProjectFacts,
  ServiceAccountFacts,
  ServiceFacts,
} from "./facts";
import { policyFacts } from "./grant-facts";
import { emailOf, Identities } from "./identities";
import { keyFacts } from "./key-facts";
import { elements, knownMap, maybeBlocks, textOrUnknown, within } from "./known";
import type { RootModule, RootResource } from "./root-module";
import { surroundingFacts } from "./surrounding-facts";

export interface FactsExtras {
  /** True if a spend cap is declared for the project: Google has no resource for it. */
  readonly spendCap?: boolean;
  /** Read what only a review looks at, too. */
  readonly surroundings?: {
    /** The declared spend cap, e.g. `2500 USD`. */
    readonly cap?: string;
  };
}

/**
 * The facts of a root module: every list sorted by address, and no text that looks like a key.
 *
 * @param changes what happens to the keys of the module.
 */
export function buildFacts(
  module: RootModule,
  changes: (keys: readonly ApiKeyFacts[]) => readonly ChangeFacts[],
  extras: FactsExtras = {},
): Facts {
  const identities = new Identities(module);
  const keys = keyFacts(module, identities);
  const read = <T>(type: string, reader: (resource: RootResource) => T) =>
    module.resources.filter((resource) => resource.type === type).map(reader);
  const facts: Facts = {
    name: module.name,
    origin: module.origin,
    backend: module.backend,
    providers: sorted(module.providers),
    projects: sorted(read("google_project", (resource) => readProject(resource, module.origin))),
    services: sorted(read("google_project_service", readService)),
    apiKeys: sorted(keys.apiKeys),
    serviceAccounts: sorted(read("google_service_account", readServiceAccount)),
    secrets: sorted(keys.secrets),
    secretVersions: sorted(keys.secretVersions),
    ...sortedLists(policyFacts(module, identities)),
    budgets: sorted(read("google_billing_budget", (budget) => readBudget(budget, extras.spendCap === true))),
    exposures: sorted(exposureFacts(module, keys)),
    keyMaterial: sorted(module.keyMaterial),
    changes: sorted(changes(keys.apiKeys)),
    surroundings: extras.surroundings && surroundingFacts(module, extras.surroundings.cap),
  };
  return redactAll(facts) as Facts;
}

function sortedLists<A extends Located, B extends Located>({
  grants,
  auditConfigs,
}: {
  readonly grants: readonly A[];
  readonly auditConfigs: readonly B[];
}) {
  return { grants: sorted(grants), auditConfigs: sorted(auditConfigs) };
}

/** By address; what has the same one keeps its order. */
function sorted<T extends Located>(located: readonly T[]): T[] {
  return [...located].sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0));
}

function readProject({ address, attributes }: RootResource, origin: Facts["origin"]): ProjectFacts {
  const policy = attributes["deletion_policy"];
  return {
    address,
    projectId: textOrUnknown(attributes["project_id"]),
    // A plan shows the provider's default, which is PREVENT since version 6; a stack does not.
    protected: policy === "PREVENT" || (policy === undefined && origin === "stack"),
    labels: knownMap(attributes["labels"]),
  };
}

function readService({ address, attributes }: RootResource): ServiceFacts {
  const disable = attributes["disable_on_destroy"];
  return {
    address,
    project: textOrUnknown(attributes["project"]),
    service: textOrUnknown(attributes["service"]),
    disableOnDestroy: typeof disable === "boolean" ? disable : undefined,
  };
}

function readServiceAccount(resource: RootResource): ServiceAccountFacts {
  const { address, attributes } = resource;
  return { address, accountId: textOrUnknown(attributes["account_id"]), email: emailOf(resource) };
}

function readBudget({ address, attributes }: RootResource, spendCap: boolean): BudgetFacts {
  const [filter] = maybeBlocks(attributes["budget_filter"]);
  const [amount] = maybeBlocks(within(maybeBlocks(attributes["amount"])[0], "specified_amount"));
  const units = within(amount, "units");
  const currency = within(amount, "currency_code");
  const thresholds = (basis: string) =>
    maybeBlocks(attributes["threshold_rules"]).flatMap((rule) => {
      const percent = within(rule, "threshold_percent");
      const own = within(rule, "spend_basis") ?? "CURRENT_SPEND";
      return own === basis && typeof percent === "number" ? [Math.round(percent * 100)] : [];
    });
  return {
    address,
    projects: elements(within(filter, "projects")).map(textOrUnknown),
    amount:
      typeof units === "string" || typeof units === "number"
        ? { units: Number(units), currency: typeof currency === "string" ? currency : "" }
        : undefined,
    actualThresholds: thresholds("CURRENT_SPEND"),
    forecastThresholds: thresholds("FORECASTED_SPEND"),
    // Google's default is INCLUDE_ALL_CREDITS. https://cloud.google.com/billing/docs/reference/budget/rest/v1/billingAccounts.budgets
    netOfCredits: within(filter, "credit_types_treatment") !== "EXCLUDE_ALL_CREDITS",
    spendCap,
  };
}
