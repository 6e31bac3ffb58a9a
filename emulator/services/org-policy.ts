import { alreadyExists, invalidArgument, notFound } from "../errors";
import {
  booleanField,
  isObject,
  type JsonObject,
  maskPaths,
  objectField,
  objectListField,
  rejectUnknownFields,
  stringField,
  stringListField,
  withoutDefaults,
} from "../fields";
import { paginate } from "../paging";
import {
  type AuditedMethod,
  type Call,
  type ParentKind,
  parentKinds,
  parentName,
  type Route,
  reading,
  route,
  type Service,
} from "../service";
import type { PlainRecord, Store } from "../store";

const api = "orgpolicy.googleapis.com";

/**
 * Organization Policy v2: policies are kept and given back. What they forbid is not modelled: a service account's key is made
 * whatever `iam.managed.disableServiceAccountApiKeyCreation` says, as Google exempts keys for the Gemini API.
 */
export const orgPolicy: Service = { api, errors: "full", routes: parentKinds.flatMap(routesOf) };

function routesOf(kind: ParentKind): Route[] {
  return [
    route(
      "POST",
      `/v2/{parent=${kind}/*}/policies`,
      (call) => createPolicy(call, parentOf(call, kind)),
      audited(kind, "CreatePolicy", "create"),
    ),
    route("GET", `/v2/{parent=${kind}/*}/policies`, (call) => listPolicies(call, parentOf(call, kind))),
    reading("orgpolicy.policy.get", `/v2/{name=${kind}/*/policies/*}`, (call) =>
      policyJson(parentOf(call, kind), policy(call, parentOf(call, kind))),
    ),
    reading("orgpolicy.policy.get", `/v2/{name=${kind}/*/policies/*}:getEffectivePolicy`, (call) =>
      effectivePolicy(call, parentOf(call, kind)),
    ),
    route(
      "PATCH",
      `/v2/{policy.name=${kind}/*/policies/*}`,
      (call) => updatePolicy(call, parentOf(call, kind)),
      audited(kind, "UpdatePolicy", "update"),
    ),
    route(
      "DELETE",
      `/v2/{name=${kind}/*/policies/*}`,
      (call) => deletePolicy(call, parentOf(call, kind)),
      audited(kind, "DeletePolicy", "delete"),
    ),
  ];
}

/**
 * The methods are those of https://docs.cloud.google.com/resource-manager/docs/organization-policy/audit-logging, the
 * permissions those the API asks for.
 */
function audited(kind: ParentKind, method: string, permission: string): AuditedMethod {
  return {
    method: `google.cloud.orgpolicy.v2.OrgPolicy.${method}`,
    permission: `orgpolicy.policies.${permission}`,
    owner: ({ wildcards: [id] }) => `${kind}/${id}`,
  };
}

/** The names of constraints: predefined, managed or `custom.`. Which exist is not known here. */
const constraintPattern = /^[a-zA-Z][a-zA-Z0-9]*(?:\.[a-zA-Z][a-zA-Z0-9]*)+$/;
const maxRules = 10;
const specFields = ["etag", "updateTime", "rules", "inheritFromParent", "reset"];
const ruleFields = ["values", "allowAll", "denyAll", "enforce", "condition", "parameters"];
const kindsOfRule = ["values", "allowAll", "denyAll", "enforce"];

function parentOf(call: Call, kind: ParentKind): string {
  return parentName(call, kind, call.wildcards[0]!, api);
}

function createPolicy(call: Call, parent: string): object {
  const name = stringField(call.body, "name") ?? "";
  const id = /^(?:projects|folders|organizations)\/[^/]+\/policies\/([^/]+)$/.exec(name)?.[1] ?? "";
  if (!constraintPattern.test(id)) {
    throw invalidArgument(
      `The name of the policy must be ${parent}/policies/<constraint>, got: ${JSON.stringify(name)}.`,
    );
  }
  if (call.store.orgPolicies.get(parent, id)) {
    throw alreadyExists("Requested entity already exists");
  }
  const record: PlainRecord = { id, value: readPolicy(call.store, call.body) };
  call.store.orgPolicies.set(parent, id, record);
  return policyJson(parent, record);
}

function readPolicy(store: Store, body: JsonObject): JsonObject {
  rejectUnknownFields(body, ["name", "spec", "dryRunSpec", "etag", "alternate"], "policy");
  return withoutDefaults({
    spec: readSpec(store, objectField(body, "spec"), "policy.spec"),
    dryRunSpec: readSpec(store, objectField(body, "dryRunSpec"), "policy.dry_run_spec"),
    etag: newEtag(store),
  });
}

function readSpec(store: Store, spec: JsonObject | undefined, at: string): JsonObject | undefined {
  if (!spec) {
    return undefined;
  }
  rejectUnknownFields(spec, specFields, at);
  const rules = (objectListField(spec, "rules") ?? []).map((rule) => readRule(rule, `${at}.rules`));
  const reset = booleanField(spec, "reset");
  if (rules.length > maxRules) {
    throw invalidArgument(`${at}: at most ${maxRules} rules are allowed.`);
  }
  if (reset && rules.length > 0) {
    throw invalidArgument(`${at}: a policy that resets has no rules.`);
  }
  return withoutDefaults({
    etag: newEtag(store),
    updateTime: store.timestamp(),
    rules,
    inheritFromParent: booleanField(spec, "inheritFromParent"),
    reset,
  });
}

/** Of the four kinds exactly one is there; the provider sends null for the others. */
function readRule(rule: JsonObject, at: string): JsonObject {
  rejectUnknownFields(rule, ruleFields, at);
  const there = Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== null && value !== undefined));
  if (kindsOfRule.filter((name) => name in there).length !== 1) {
    throw invalidArgument(`${at}: a rule has exactly one of values, allow_all, deny_all and enforce.`);
  }
  for (const name of ["allowAll", "denyAll", "enforce"]) {
    booleanField(there, name);
  }
  const values = objectField(there, "values");
  if (values) {
    stringListField(values, "allowedValues");
    stringListField(values, "deniedValues");
  }
  return there;
}

/** The mask is `policy.spec`, `policy.dry_run_spec` or `*`. */
function updatePolicy(call: Call, parent: string): object {
  const target = policy(call, parent);
  const change = readPolicy(call.store, call.body);
  const paths = maskPaths(call.query.get("updateMask")) ?? ["*"];
  for (const path of paths) {
    const name = path.replace(/^policy\./, "");
    if (name === "*") {
      target.value = change;
    } else if (name === "spec" || name === "dryRunSpec") {
      target.value = withoutDefaults({ ...target.value, [name]: change[name], etag: change["etag"] });
    } else {
      throw invalidArgument(`update_mask: ${path} cannot be changed.`);
    }
  }
  return policyJson(parent, target);
}

function deletePolicy(call: Call, parent: string): object {
  call.store.orgPolicies.delete(parent, policy(call, parent).id);
  return {};
}

function listPolicies(call: Call, parent: string): object {
  const page = paginate(call.store.orgPolicies.list(parent), (entry) => entry.id, call.query, {
    scope: `${parent} policies`,
    defaultSize: 100,
    maxSize: 1000,
  });
  return withoutDefaults({
    policies: page.items.map((entry) => policyJson(parent, entry)),
    nextPageToken: page.nextPageToken,
  });
}

/** Constraints on a list of values, as far as gemkeys asks for them; the others are switches. */
const listConstraints = ["gcp.resourceLocations", "gcp.restrictServiceUsage", "iam.allowedPolicyMemberDomains"];

/**
 * The policy that counts: the project's own, or that of its parent, or Google's default, which is taken to be open. What is
 * above a parent, and what `inheritFromParent` merges, is not modelled.
 */
function effectivePolicy(call: Call, parent: string): object {
  const { store, wildcards } = call;
  const constraint = wildcards[1]!;
  const own = store.orgPolicies.get(parent, constraint);
  const above = store.project(parent.replace("projects/", ""))?.parent;
  const found = own ?? (above === undefined ? undefined : store.orgPolicies.get(above, constraint));
  const spec = isObject(found?.value) ? found.value["spec"] : undefined;
  const open = { rules: [listConstraints.includes(constraint) ? { allowAll: true } : { enforce: false }] };
  return { name: `${parent}/policies/${constraint}`, spec: spec ?? open };
}

function policy(call: Call, parent: string): PlainRecord {
  const found = call.store.orgPolicies.get(parent, call.wildcards[1]!);
  if (!found) {
    throw notFound("Requested entity was not found.");
  }
  return found;
}

function newEtag(store: Store): string {
  return Buffer.from(`p${store.next("etags")}`).toString("base64");
}

function policyJson(parent: string, { id, value }: PlainRecord): object {
  return { name: `${parent}/policies/${id}`, ...(isObject(value) && value) };
}
