import { celVariables } from "../cel";
import { ApiError, alreadyExists, failedPrecondition, invalidArgument, notFound } from "../errors";
import {
  applyMask,
  booleanField,
  type JsonObject,
  maskPaths,
  objectField,
  rejectUnknownFields,
  stringField,
  stringListField,
  stringMapField,
  withoutDefaults,
} from "../fields";
import { startOperation } from "../operations";
import { paginate } from "../paging";
import { type AuditedMethod, type Call, enabledProject, type Route, route } from "../service";
import { type IdentityPool, type IdentityProvider, type Project, root, type Store } from "../store";

const api = "iam.googleapis.com";
const pools = "projects/*/locations/global/workloadIdentityPools";
const providers = `${pools}/*/providers`;

/** IAM v1: workload identity pools and their OIDC providers. AWS, SAML and X.509 providers are not modelled. */
export const workloadIdentityRoutes: readonly Route[] = [
  route(
    "POST",
    "/v1/{parent=projects/*/locations/global}/workloadIdentityPools",
    createPool,
    audited("CreateWorkloadIdentityPool", "workloadIdentityPools.create"),
  ),
  route("GET", "/v1/{parent=projects/*/locations/global}/workloadIdentityPools", listPools),
  route("GET", `/v1/{name=${pools}/*}`, (call) => poolJson(call.store, pool(call))),
  route("GET", `/v1/{name=${pools}/*}:listAttestationRules`, (call) => {
    pool(call);
    return {};
  }),
  route(
    "PATCH",
    `/v1/{name=${pools}/*}`,
    updatePool,
    audited("UpdateWorkloadIdentityPool", "workloadIdentityPools.update"),
  ),
  route(
    "DELETE",
    `/v1/{name=${pools}/*}`,
    (call) => remove(call, pool(call), poolJson),
    audited("DeleteWorkloadIdentityPool", "workloadIdentityPools.delete"),
  ),
  route(
    "POST",
    `/v1/{name=${pools}/*}:undelete`,
    (call) => restore(call, pool(call), poolJson),
    audited("UndeleteWorkloadIdentityPool", "workloadIdentityPools.undelete"),
  ),
  route("GET", `/v1/{name=${pools}/*/operations/*}`, getOperation),
  route(
    "POST",
    `/v1/{parent=${pools}/*}/providers`,
    createProvider,
    audited("CreateWorkloadIdentityPoolProvider", "workloadIdentityPoolProviders.create"),
  ),
  route("GET", `/v1/{parent=${pools}/*}/providers`, listProviders),
  route("GET", `/v1/{name=${providers}/*}`, (call) => providerJson(call.store, provider(call))),
  route(
    "PATCH",
    `/v1/{name=${providers}/*}`,
    updateProvider,
    audited("UpdateWorkloadIdentityPoolProvider", "workloadIdentityPoolProviders.update"),
  ),
  route(
    "DELETE",
    `/v1/{name=${providers}/*}`,
    (call) => remove(call, provider(call), providerJson),
    audited("DeleteWorkloadIdentityPoolProvider", "workloadIdentityPoolProviders.delete"),
  ),
  route(
    "POST",
    `/v1/{name=${providers}/*}:undelete`,
    (call) => restore(call, provider(call), providerJson),
    audited("UndeleteWorkloadIdentityPoolProvider", "workloadIdentityPoolProviders.undelete"),
  ),
  route("GET", `/v1/{name=${providers}/*/operations/*}`, getOperation),
];

/** @see https://docs.cloud.google.com/iam/docs/audit-logging */
function audited(method: string, permission: string): AuditedMethod {
  return {
    method: `google.iam.v1.WorkloadIdentityPools.${method}`,
    permission: `iam.${permission}`,
    longRunning: true,
  };
}

/** The words are Google's: https://docs.cloud.google.com/iam/docs/reference/rest/v1/projects.locations.workloadIdentityPools/create */
const idPattern = /^(?!gcp-)[a-z0-9-]{4,32}$/;
const maxDisplayName = 32;
const maxDescription = 256;
const poolFields = ["displayName", "description", "disabled"];
const providerFields = [...poolFields, "attributeMapping", "attributeCondition", "oidc"];
const oidcFields = ["issuerUri", "allowedAudiences", "jwksJson"];

/** @see https://docs.cloud.google.com/iam/docs/reference/rest/v1/projects.locations.workloadIdentityPools.providers */
const maxCustomAttributes = 50;
const maxMapping = 2048;
const maxCondition = 4096;
const maxAudiences = 10;
const maxAudience = 256;
const attributePattern = /^(?:google\.(?:subject|groups)|attribute\.[a-z0-9_]{1,100})$/;

/** Issuers that many organizations share: without a condition anybody's repository could come in. */
const sharedIssuers: readonly string[] = [
  "https://token.actions.githubusercontent.com",
  "https://gitlab.com",
  "https://app.terraform.io",
];

const keepDeletedMs = 30 * 24 * 60 * 60 * 1000;

function createPool(call: Call): object {
  const project = enabledProject(call, call.wildcards[0]!, api);
  const id = newId(call, "workloadIdentityPoolId");
  const value = readPool(call.body);
  if (findPool(call.store, project, id)) {
    throw exists();
  }
  const record: IdentityPool = { id, projectId: project.projectId, value };
  return start(call, record, poolJson, () => {
    // One of that name that is gone for good leaves no providers behind.
    for (const { poolId, id: providerId } of call.store.identityProviders.list(project.projectId)) {
      if (poolId === id) {
        call.store.identityProviders.delete(project.projectId, `${poolId}/${providerId}`);
      }
    }
    call.store.identityPools.set(project.projectId, id, record);
  });
}

function readPool(body: JsonObject): JsonObject {
  rejectUnknownFields(body, ["name", ...poolFields], "workload_identity_pool");
  return withoutDefaults(readTexts(body));
}

function readTexts(body: JsonObject): { displayName?: string; description?: string; disabled?: boolean } {
  const displayName = stringField(body, "displayName") ?? "";
  const description = stringField(body, "description") ?? "";
  if ([...displayName].length > maxDisplayName) {
    throw invalidArgument(`The display name must have at most ${maxDisplayName} characters.`);
  }
  if ([...description].length > maxDescription) {
    throw invalidArgument(`The description must have at most ${maxDescription} characters.`);
  }
  return { displayName, description, disabled: booleanField(body, "disabled") ?? false };
}

function updatePool(call: Call): object {
  const target = live(pool(call));
  const value = readPool(applyMask(target.value, call.body, changedPaths(call, poolFields)));
  return start(call, target, poolJson, () => {
    target.value = value;
  });
}

function createProvider(call: Call): object {
  const { store } = call;
  const parent = live(pool(call));
  const id = newId(call, "workloadIdentityPoolProviderId");
  const value = readProvider(call.body);
  const key = `${parent.id}/${id}`;
  const existing = store.identityProviders.get(parent.projectId, key);
  if (existing && !isPurged(store, existing)) {
    throw exists();
  }
  const record: IdentityProvider = { id, poolId: parent.id, projectId: parent.projectId, value };
  return start(call, record, providerJson, () => store.identityProviders.set(parent.projectId, key, record));
}

function updateProvider(call: Call): object {
  const target = live(provider(call));
  const value = readProvider(applyMask(target.value, call.body, changedPaths(call, providerFields)));
  return start(call, target, providerJson, () => {
    target.value = value;
  });
}

/** The rules are Google's, the words only where they are known. */
function readProvider(body: JsonObject): JsonObject {
  if (["aws", "saml", "x509"].some((kind) => body[kind] !== undefined)) {
    throw new ApiError("UNIMPLEMENTED", "The local cloud has only OIDC providers.");
  }
  rejectUnknownFields(body, ["name", ...providerFields], "workload_identity_pool_provider");
  const oidc = readOidc(objectField(body, "oidc"));
  const attributeMapping = readMapping(stringMapField(body, "attributeMapping") ?? {});
  const attributeCondition = readCondition(stringField(body, "attributeCondition") ?? "", String(oidc["issuerUri"]));
  return withoutDefaults({ ...readTexts(body), attributeMapping, attributeCondition, oidc });
}

function readOidc(body: JsonObject | undefined): JsonObject {
  if (!body) {
    throw invalidArgument("A provider must have exactly one of aws, oidc, saml and x509.");
  }
  rejectUnknownFields(body, oidcFields, "workload_identity_pool_provider.oidc");
  const issuerUri = stringField(body, "issuerUri") ?? "";
  if (!/^https:\/\/[^\s/?#]+(?:\/[^\s?#]*)?$/.test(issuerUri)) {
    throw invalidArgument(`The issuer URI must be a URL that begins with https://, got: ${JSON.stringify(issuerUri)}.`);
  }
  const allowedAudiences = stringListField(body, "allowedAudiences") ?? [];
  if (allowedAudiences.length > maxAudiences || allowedAudiences.some((one) => one.length > maxAudience)) {
    throw invalidArgument(`At most ${maxAudiences} audiences of at most ${maxAudience} characters are allowed.`);
  }
  return withoutDefaults({ issuerUri, allowedAudiences, jwksJson: stringField(body, "jwksJson") });
}

function readMapping(mapping: Record<string, string>): Record<string, string> {
  if (mapping["google.subject"] === undefined) {
    throw invalidArgument("The attribute mapping must have google.subject.");
  }
  const names = Object.keys(mapping);
  if (names.filter((name) => name.startsWith("attribute.")).length > maxCustomAttributes) {
    throw invalidArgument(`At most ${maxCustomAttributes} custom attributes are allowed.`);
  }
  for (const [name, expression] of Object.entries(mapping)) {
    if (!attributePattern.test(name)) {
      throw invalidArgument(`The attribute ${JSON.stringify(name)} must match ${attributePattern.source}.`);
    }
    readExpression(expression, `the mapping of ${name}`, maxMapping, ["assertion"]);
  }
  return mapping;
}

function readCondition(condition: string, issuerUri: string): string {
  const names =
    condition === "" ? [] : readExpression(condition, "the attribute condition", maxCondition, conditionVariables);
  if (sharedIssuers.includes(issuerUri.replace(/\/$/, "")) && names.length === 0) {
    // These words are known from reports, e.g. https://github.com/chainguard-dev/terraform-infra-common/pull/672
    throw invalidArgument(
      "The attribute condition must reference one of the provider's claims. For more information, see " +
        "https://cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines#conditions",
    );
  }
  return condition;
}

const conditionVariables = ["assertion", "google", "attribute"];

/** The variables an expression uses. */
function readExpression(text: string, what: string, max: number, known: readonly string[]): readonly string[] {
  if (text.length > max) {
    throw invalidArgument(`The CEL expression of ${what} must have at most ${max} characters.`);
  }
  const result = celVariables(text);
  if ("problem" in result) {
    throw invalidArgument(`The CEL expression of ${what} is not valid: ${result.problem}`);
  }
  const unknown = result.names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw invalidArgument(`The CEL expression of ${what} is not valid: undeclared reference to '${unknown}'.`);
  }
  return result.names;
}

/** The fields of the mask; a path into `oidc` is taken as it is. */
function changedPaths(call: Call, fields: readonly string[]): string[] {
  const paths = maskPaths(call.query.get("updateMask")) ?? fields.filter((name) => name in call.body);
  for (const path of paths) {
    const [first, second] = path.split(".");
    if (!fields.includes(first!) || (first === "oidc" && second !== undefined && !oidcFields.includes(second))) {
      throw invalidArgument(`update_mask: ${path} cannot be changed.`);
    }
  }
  return paths;
}

function newId(call: Call, parameter: string): string {
  const id = call.query.get(parameter) ?? "";
  if (!idPattern.test(id)) {
    throw invalidArgument(
      `${parameter} must have 4 to 32 lower-case letters, digits and hyphens, and not begin with gcp-, got: ${JSON.stringify(id)}.`,
    );
  }
  return id;
}

function remove<T extends IdentityPool>(call: Call, target: T, toJson: ToJson<T>): object {
  live(target);
  return start(call, target, toJson, () => {
    target.deleteTime = call.store.timestamp();
  });
}

/** What undeleting a live one answers is not known. */
function restore<T extends IdentityPool>(call: Call, target: T, toJson: ToJson<T>): object {
  if (target.deleteTime === undefined) {
    throw failedPrecondition("The resource is not deleted.");
  }
  return start(call, target, toJson, () => {
    delete target.deleteTime;
  });
}

type ToJson<T> = (store: Store, record: T) => object;

function start<T extends IdentityPool>(call: Call, record: T, toJson: ToJson<T>, effect: () => void): object {
  const { store, settings } = call;
  return startOperation(store, {
    prefix: `${nameOf(store, record)}/operations/`,
    delayMs: settings.operationDelayMs,
    effect: () => {
      effect();
      return toJson(store, record);
    },
  });
}

function getOperation(call: Call): object {
  const [project, ...rest] = call.wildcards as [string, string, string, string?];
  const { projectNumber } = enabledProject(call, project, api);
  const [poolId, second, third] = rest;
  const owner = third === undefined ? poolId : `${poolId}/providers/${second}`;
  const name = `${poolsOf(projectNumber)}/${owner}/operations/${third ?? second}`;
  const operation = call.store.operations.get(root, name);
  if (!operation) {
    throw unknown();
  }
  return operation;
}

function listPools(call: Call): object {
  const { store } = call;
  const project = enabledProject(call, call.wildcards[0]!, api);
  const page = paginate(shown(call, store.identityPools.list(project.projectId)), (entry) => entry.id, call.query, {
    scope: `${project.projectId} pools`,
    defaultSize: 50,
    maxSize: 1000,
  });
  return withoutDefaults({
    workloadIdentityPools: page.items.map((entry) => poolJson(store, entry)),
    nextPageToken: page.nextPageToken,
  });
}

function listProviders(call: Call): object {
  const { store } = call;
  const parent = pool(call);
  const own = store.identityProviders.list(parent.projectId).filter((entry) => entry.poolId === parent.id);
  const page = paginate(shown(call, own), (entry) => entry.id, call.query, {
    scope: `${parent.projectId} ${parent.id} providers`,
    defaultSize: 50,
    maxSize: 100,
  });
  return withoutDefaults({
    workloadIdentityPoolProviders: page.items.map((entry) => providerJson(store, entry)),
    nextPageToken: page.nextPageToken,
  });
}

function shown<T extends IdentityPool>(call: Call, records: readonly T[]): T[] {
  const showDeleted = call.query.get("showDeleted") === "true";
  return records.filter((entry) => !isPurged(call.store, entry) && (showDeleted || entry.deleteTime === undefined));
}

/** The pool of a path, also a deleted one. */
function pool(call: Call): IdentityPool {
  const found = findPool(call.store, enabledProject(call, call.wildcards[0]!, api), call.wildcards[1]!);
  if (!found) {
    throw unknown();
  }
  return found;
}

function provider(call: Call): IdentityProvider {
  const parent = pool(call);
  const found = call.store.identityProviders.get(parent.projectId, `${parent.id}/${call.wildcards[2]}`);
  if (!found || isPurged(call.store, found)) {
    throw unknown();
  }
  return found;
}

/** A pool, also a deleted one as long as it can come back. */
export function findPool(store: Store, project: Project, id: string): IdentityPool | undefined {
  const found = store.identityPools.get(project.projectId, id);
  return found && !isPurged(store, found) ? found : undefined;
}

/** A provider that takes tokens: it and its pool are neither deleted nor disabled. */
export function usableProvider(
  store: Store,
  project: Project,
  poolId: string,
  id: string,
): IdentityProvider | undefined {
  const records = [
    store.identityPools.get(project.projectId, poolId),
    store.identityProviders.get(project.projectId, `${poolId}/${id}`),
  ] as const;
  const usable = records.every((entry) => entry && entry.deleteTime === undefined && !entry.value["disabled"]);
  return usable ? records[1] : undefined;
}

function live<T extends IdentityPool>(record: T): T {
  if (record.deleteTime !== undefined) {
    throw failedPrecondition("The resource is deleted.");
  }
  return record;
}

function isPurged(store: Store, { deleteTime }: IdentityPool): boolean {
  return deleteTime !== undefined && store.now().getTime() >= Date.parse(deleteTime) + keepDeletedMs;
}

/** A deleted one of the same name counts as well. */
function exists(): Error {
  return alreadyExists("Requested entity already exists");
}

function unknown(): Error {
  return notFound("Requested entity was not found.");
}

/** `projects/<number>/locations/global/workloadIdentityPools`. */
export function poolsOf(projectNumber: string): string {
  return `projects/${projectNumber}/locations/global/workloadIdentityPools`;
}

function nameOf(store: Store, record: IdentityPool | IdentityProvider): string {
  const parent = poolsOf(store.project(record.projectId)!.projectNumber);
  return "poolId" in record ? `${parent}/${record.poolId}/providers/${record.id}` : `${parent}/${record.id}`;
}

function poolJson(store: Store, record: IdentityPool): object {
  const { deleteTime, value } = record;
  return {
    name: nameOf(store, record),
    ...value,
    state: deleteTime === undefined ? "ACTIVE" : "DELETED",
    ...(deleteTime !== undefined && { expireTime: new Date(Date.parse(deleteTime) + keepDeletedMs).toISOString() }),
  };
}

const providerJson: ToJson<IdentityProvider> = poolJson;
