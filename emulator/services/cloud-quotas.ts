import { ApiError, alreadyExists, invalidArgument, notFound } from "../errors";
import {
  applyMask,
  type JsonObject,
  maskPaths,
  objectField,
  rejectUnknownFields,
  stringField,
  stringMapField,
  withoutDefaults,
} from "../fields";
import { paginate } from "../paging";
import { modelQuotas } from "../quotas";
import { type AuditedMethod, type Call, parentName, route, type Service } from "../service";
import type { PlainRecord, Store } from "../store";

const api = "cloudquotas.googleapis.com";
const parent = "projects/*/locations/global";

/**
 * Cloud Quotas v1 for the Gemini API's quotas in a project. A preference is granted at once and as it is: what limits Google
 * starts from, what it refuses and whether it lowers a limit per model is not known. So the safety checks of a decrease are not
 * modelled. The Gemini API here keeps to what was granted, see quotas.ts.
 */
export const cloudQuotas: Service = {
  api,
  errors: "full",
  routes: [
    route("POST", `/v1/{parent=${parent}}/quotaPreferences`, createPreference, audited("CreateQuotaPreference")),
    route("GET", `/v1/{parent=${parent}}/quotaPreferences`, listPreferences),
    route("GET", `/v1/{name=${parent}/quotaPreferences/*}`, (call) => preferenceJson(call, preference(call))),
    route(
      "PATCH",
      `/v1/{quota_preference.name=${parent}/quotaPreferences/*}`,
      updatePreference,
      audited("UpdateQuotaPreference"),
    ),
    route("GET", `/v1/{parent=${parent}/services/*}/quotaInfos`, listQuotaInfos),
    route("GET", `/v1/{name=${parent}/services/*/quotaInfos/*}`, getQuotaInfo),
  ],
};

/** The methods are those of https://docs.cloud.google.com/docs/quotas/audit-logging; both need one permission. */
function audited(method: string): AuditedMethod {
  return { method: `google.api.cloudquotas.v1.CloudQuotas.${method}`, permission: "cloudquotas.quotas.update" };
}

const gemini = "generativelanguage.googleapis.com";

/**
 * Those by model, and others seen in the Gemini API's errors, e.g. https://ai.google.dev/gemini-api/docs/rate-limits, which the
 * Gemini API here does not count. Those of the free tier cannot be raised at Google.
 */
const quotaIds: readonly string[] = [
  "ApiRequestsPerMinutePerProjectPerRegion",
  "GenerateContentPaidTierInputTokensPerModelPerMinute-PaidTier2",
  "GenerateContentRequestsPerMinutePerProjectPerRegion",
  ...modelQuotas.map(({ id }) => id),
].sort();

const idPattern = /^[a-z0-9_-]{1,63}$/i;
const fixed = ["service", "quotaId", "dimensions"];
const changeable = ["quotaConfig", "justification", "contactEmail"];
const fields = ["name", "etag", ...fixed, ...changeable];
const valuePattern = /^-?\d+$/;

function createPreference(call: Call): object {
  const { store } = call;
  const owner = ownerOf(call);
  const id = call.query.get("quotaPreferenceId") || `preference-${store.next("quotaPreferences")}`;
  if (!idPattern.test(id)) {
    throw invalidArgument(`The quota preference id ${JSON.stringify(id)} must match ${idPattern.source}.`);
  }
  const value = readPreference(call.body);
  const same = (entry: PlainRecord) => fixed.every((name) => textOf(entry.value[name]) === textOf(value[name]));
  if (store.quotaPreferences.list(owner).some((entry) => entry.id === id || same(entry))) {
    throw alreadyExists("Requested entity already exists");
  }
  const now = store.timestamp();
  const record: PlainRecord = { id, value: { ...value, etag: newEtag(store), createTime: now, updateTime: now } };
  store.quotaPreferences.set(owner, id, record);
  return preferenceJson(call, record);
}

function readPreference(body: JsonObject): JsonObject {
  rejectUnknownFields(body, [...fields, "createTime", "updateTime", "reconciling"], "quota_preference");
  const service = stringField(body, "service") ?? "";
  const quotaId = stringField(body, "quotaId") ?? "";
  if (service !== gemini || !quotaIds.includes(quotaId)) {
    throw unknownQuota(service, quotaId);
  }
  return withoutDefaults({
    service,
    quotaId,
    quotaConfig: readConfig(objectField(body, "quotaConfig") ?? {}),
    dimensions: sorted(stringMapField(body, "dimensions")),
    justification: stringField(body, "justification"),
    contactEmail: stringField(body, "contactEmail"),
  });
}

/** Only the preferred value and annotations are the caller's; -1 asks for no limit. */
function readConfig(config: JsonObject): JsonObject {
  const preferredValue = String(config["preferredValue"] ?? "");
  if (!valuePattern.test(preferredValue) || Number(preferredValue) < -1) {
    throw invalidArgument("quota_config.preferred_value must be a whole number of at least -1.");
  }
  const annotations = stringMapField(config, "annotations");
  return { preferredValue, grantedValue: preferredValue, ...(annotations && { annotations }) };
}

function sorted(map: Record<string, string> | undefined): Record<string, string> | undefined {
  const entries = Object.entries(map ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

function textOf(value: unknown): string {
  return JSON.stringify(value ?? null);
}

function updatePreference(call: Call): object {
  const target = preference(call);
  const etag = stringField(call.body, "etag");
  if (etag !== undefined && etag !== "" && etag !== target.value["etag"]) {
    throw new ApiError("ABORTED", "The etag of the quota preference does not match.");
  }
  const paths = maskPaths(call.query.get("updateMask")) ?? changeable;
  const wrong = paths.find((path) => !changeable.includes(path.split(".")[0]!));
  if (wrong !== undefined) {
    throw invalidArgument(`update_mask: ${wrong} cannot be changed.`);
  }
  target.value = {
    ...readPreference(applyMask(target.value, call.body, paths)),
    etag: newEtag(call.store),
    createTime: target.value["createTime"],
    updateTime: call.store.timestamp(),
  };
  return preferenceJson(call, target);
}

function listPreferences(call: Call): object {
  const owner = ownerOf(call);
  const page = paginate(call.store.quotaPreferences.list(owner), (entry) => entry.id, call.query, {
    scope: `${owner} quotaPreferences`,
    defaultSize: 100,
    maxSize: 500,
  });
  return withoutDefaults({
    quotaPreferences: page.items.map((entry) => preferenceJson(call, entry)),
    nextPageToken: page.nextPageToken,
  });
}

function listQuotaInfos(call: Call): object {
  const owner = ownerOf(call);
  const service = call.wildcards[1]!;
  const page = paginate(service === gemini ? quotaIds : [], (id) => id, call.query, {
    scope: `${owner} ${service} quotaInfos`,
    defaultSize: 500,
    maxSize: 500,
  });
  return withoutDefaults({
    quotaInfos: page.items.map((id) => quotaInfo(call, owner, id)),
    nextPageToken: page.nextPageToken,
  });
}

function getQuotaInfo(call: Call): object {
  const owner = ownerOf(call);
  const [, service, id] = call.wildcards as [string, string, string];
  if (service !== gemini || !quotaIds.includes(id)) {
    throw notFound("Requested entity was not found.");
  }
  return quotaInfo(call, owner, id);
}

/** With the values that were asked for here; Google's own limits are not known. */
function quotaInfo({ store }: Call, owner: string, id: string): object {
  const asked = store.quotaPreferences.list(owner).filter((entry) => entry.value["quotaId"] === id);
  return withoutDefaults({
    name: `${owner}/locations/global/services/${gemini}/quotaInfos/${id}`,
    quotaId: id,
    service: gemini,
    refreshInterval: id.includes("PerDay") ? "day" : "minute",
    containerType: "PROJECT",
    dimensions: id.includes("PerModel") ? ["model"] : ["region"],
    dimensionsInfos: asked.map(({ value }) =>
      withoutDefaults({
        dimensions: value["dimensions"],
        details: { value: (value["quotaConfig"] as JsonObject)["grantedValue"] },
      }),
    ),
  });
}

/** What Google answers for a quota id it does not have is not known. */
function unknownQuota(service: string, quotaId: string): Error {
  return notFound(`Quota ${JSON.stringify(quotaId)} of service ${JSON.stringify(service)} was not found.`);
}

function ownerOf(call: Call): string {
  return parentName(call, "projects", call.wildcards[0]!, api);
}

function preference(call: Call): PlainRecord {
  const found = call.store.quotaPreferences.get(ownerOf(call), call.wildcards[1]!);
  if (!found) {
    throw notFound("Requested entity was not found.");
  }
  return found;
}

function newEtag(store: Store): string {
  return Buffer.from(`q${store.next("etags")}`).toString("base64");
}

function preferenceJson(call: Call, { id, value }: PlainRecord): object {
  return { name: `${ownerOf(call)}/locations/global/quotaPreferences/${id}`, ...value };
}
