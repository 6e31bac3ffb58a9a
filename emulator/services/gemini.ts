import { randomUUID } from "node:crypto";
import { isAddress, isAllowed, unmapped } from "../client-address";
import { ApiError, errorInfo, helpLink, invalidArgument, notFound, permissionDenied } from "../errors";
import { isObject, type JsonObject, objectListField } from "../fields";
import { paginate } from "../paging";
import { violatedQuotas } from "../quotas";
import { type Call, deletedProject, Reply, type Route, route, type Service, serviceDisabled } from "../service";
import type { ApiKey, Project, Store } from "../store";
import { credentialId, recordUsage } from "../usage";
import { findServiceAccount } from "./iam";

/** Lets a caller on this machine say from where it calls. Only the local cloud knows this header. */
export const callerIpHeader = "x-gemkeys-caller-ip";

const geminiApi = "generativelanguage.googleapis.com";
const translateApi = "translate.googleapis.com";

/**
 * The Gemini API. What a key may do is decided from the key as it was deployed, in this order:
 *
 * 1. two credentials (400), none (403), an OAuth token (401)
 * 2. an unknown or deleted key (400)
 * 3. a standard key (401)
 * 4. the key's restrictions: API and method, caller's address, referrer, Android and iOS application (403)
 * 5. the API is not enabled in the key's project (403)
 * 6. the key's service account is deleted or disabled (401)
 * 7. the key's project is deleted (403)
 * 8. an unknown model (404), then the quota (429)
 *
 * Each answer is known from https://ai.google.dev/gemini-api/docs/troubleshooting or was seen by others, unless marked; the
 * order between 2 and 8 is not known.
 */
export const gemini: Service = { api: geminiApi, errors: "plain", routes: ["v1beta", "v1"].flatMap(geminiRoutes) };

/** One other API that takes API keys, to show what a key restricted to Gemini may not do. */
export const translate: Service = {
  api: translateApi,
  errors: "plain",
  routes: ["/language/translate/v2/languages", "/translate/v2/languages"].map((path) =>
    route("GET", path, listLanguages),
  ),
};

/** The models of https://ai.google.dev/gemini-api/docs/deprecations that have no date of shutdown, and the alias. */
const models = [
  "gemini-3.5-flash-lite",
  "gemini-3.5-flash",
  "gemini-3.6-flash",
  "gemini-3.7-flash",
  "gemini-3.8-flash",
  "gemini-3.1-flash-lite",
  "gemini-flash-lite-latest",
];
const generationMethods = ["generateContent", "countTokens", "streamGenerateContent"];

/** What a call used, filled in while it is answered. */
interface Tally {
  model?: string;
  promptTokens: number;
  outputTokens: number;
}

type Answer = (call: Call, project: Project, tally: Tally) => object;

function geminiRoutes(version: string): Route[] {
  const method = (verb: string, path: string, name: string, answer: Answer): Route => {
    const fullName = `google.ai.generativelanguage.${version}.${name}`;
    return {
      ...route(verb, `/${version}/${path}`, (call) =>
        metered(call, fullName, (tally) => answer(call, authorize(call, geminiApi, fullName), tally)),
      ),
      refused: (call, error) => count(call, fullName, refusedTally(call), error.http, performance.now()),
    };
  };
  return [
    method("GET", "models", "ModelService.ListModels", listModels),
    method("GET", "{name=models/*}", "ModelService.GetModel", (call) =>
      modelJson(findModel(call, version, "getModel")),
    ),
    method("POST", "{model=models/*}:generateContent", "GenerativeService.GenerateContent", (call, project, tally) =>
      generate(call, project, tally, version, "generateContent"),
    ),
    method(
      "POST",
      "{model=models/*}:streamGenerateContent",
      "GenerativeService.StreamGenerateContent",
      (call, project, tally) => stream(call, generate(call, project, tally, version, "streamGenerateContent")),
    ),
    method("POST", "{model=models/*}:countTokens", "GenerativeService.CountTokens", (call, _project, tally) => {
      tally.model = findModel(call, version, "countTokens");
      const totalTokens = countTokens(readContents(call.body, "CountTokensRequest"));
      return { totalTokens, promptTokensDetails: [{ modality: "TEXT", tokenCount: totalTokens }] };
    }),
  ];
}

/** Of a call that a fault answers. */
function refusedTally({ wildcards: [model] }: Call): Tally {
  return { promptTokens: 0, outputTokens: 0, ...(model !== undefined && models.includes(model) && { model }) };
}

/**
 * Counts a call for the metrics of the key's project, whatever the answer is. A call without a valid key belongs to no
 * project. Whether Google counts a call that the key's restrictions refuse is not known.
 */
function metered(call: Call, method: string, answer: (tally: Tally) => object): object {
  const tally: Tally = { promptTokens: 0, outputTokens: 0 };
  const started = performance.now();
  try {
    const result = answer(tally);
    count(call, method, tally, 200, started);
    return result;
  } catch (error) {
    count(call, method, tally, error instanceof ApiError ? error.http : 500, started);
    throw error;
  }
}

function count(call: Call, method: string, tally: Tally, code: number, started: number): void {
  const { store } = call;
  const { header, query } = credentials(call);
  const key = header && query ? undefined : store.keyOfString(header || query);
  if (!key || key.deleteTime !== undefined) {
    return;
  }
  recordUsage(store, store.project(key.projectId)!, {
    ...tally,
    method,
    credentialId: credentialId(key.uid),
    code,
    at: store.now().getTime(),
    count: 1,
    latencyMs: performance.now() - started,
  });
}

/** The method's name is an example in https://github.com/googleapis/googleapis/blob/master/google/api/apikeys/v2/resources.proto */
function listLanguages(call: Call): object {
  authorize(call, translateApi, "google.cloud.translate.v2.TranslateService.GetSupportedLanguage");
  return { data: { languages: [{ language: "de" }, { language: "en" }, { language: "ja" }] } };
}

/** The project that pays for the call. Throws what Google answers if the key may not be used like this. */
function authorize(call: Call, api: string, method: string): Project {
  const { store } = call;
  const caller = callerAddress(call);
  const key = store.keyOfString(readCredential(call));
  if (!key || key.deleteTime !== undefined) {
    throw badKey(call, key !== undefined, api, method);
  }
  if (api === geminiApi && key.serviceAccountEmail === undefined) {
    throw unsupportedToken(api, method);
  }
  const project = store.project(key.projectId)!;
  checkTargets(key, project, api, method);
  checkAddress(key, project, api, caller);
  checkApplication(key, project, api, call);
  if (!store.isEnabled(project.projectId, api)) {
    throw serviceDisabled(project, api);
  }
  checkAccount(store, key, api, method);
  if (project.lifecycleState !== "ACTIVE") {
    throw deletedProject(project, api);
  }
  return project;
}

/** The key string of the header or of the query. Only its absence and doubles are judged here. */
function readCredential(call: Call): string {
  const { header, query } = credentials(call);
  if (header && query) {
    throw invalidArgument("Multiple authentication credentials received. Please pass only one.");
  }
  if (header || query) {
    return header || query;
  }
  if (call.headers.authorization !== undefined) {
    throw unsupportedToken(geminiApi, "");
  }
  throw permissionDenied(
    "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of " +
      "API consumer identity to call this API.",
  );
}

function credentials(call: Call): { readonly header: string; readonly query: string } {
  return { header: textHeader(call, "x-goog-api-key"), query: call.query.get("key") ?? "" };
}

/**
 * Standard keys: 400 is seen for unknown and for deleted ones. Keys that begin with `AQ.`: both 400 and a 401 about the token's
 * type are reported for bad ones, so that is a switch.
 */
function badKey(call: Call, deleted: boolean, api: string, method: string): Error {
  const text = readCredential(call);
  if (text.startsWith("AQ.") && call.settings.badAuthKeyError === "ACCESS_TOKEN_TYPE_UNSUPPORTED") {
    return unsupportedToken(api, method);
  }
  const message = deleted
    ? "API Key not found. Please pass a valid API key."
    : "API key not valid. Please pass a valid API key.";
  return invalidArgument(message, [errorInfo("API_KEY_INVALID", { service: api })]);
}

function unsupportedToken(api: string, method: string): Error {
  return unauthenticated("ACCESS_TOKEN_TYPE_UNSUPPORTED", api, method);
}

function unauthenticated(reason: string, api: string, method: string): Error {
  return new ApiError(
    "UNAUTHENTICATED",
    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid " +
      "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
    { details: [errorInfo(reason, { service: api, ...(method !== "" && { method }) })] },
  );
}

function blocked(reason: string, message: string, project: Project, api: string, more: Record<string, string>): Error {
  const metadata = { service: api, consumer: `projects/${project.projectNumber}`, ...more };
  return permissionDenied(message, [errorInfo(reason, metadata)]);
}

function checkTargets(key: ApiKey, project: Project, api: string, method: string): void {
  const targets = key.restrictions?.apiTargets ?? [];
  if (targets.length === 0 || targets.some((target) => coversMethod(target, api, method))) {
    return;
  }
  throw blocked("API_KEY_SERVICE_BLOCKED", `Requests to this API ${api} method ${method} are blocked.`, project, api, {
    apiName: api,
    methodName: method,
  });
}

type ApiTargetRestriction = NonNullable<NonNullable<ApiKey["restrictions"]>["apiTargets"]>[number];

/**
 * A method is named in full, by its last part, or by service and last part; case does not matter and a `*` may end it.
 *
 * @see https://github.com/googleapis/googleapis/blob/master/google/api/apikeys/v2/resources.proto
 */
function coversMethod(target: ApiTargetRestriction, api: string, method: string): boolean {
  if (target.service.toLowerCase() !== api) {
    return false;
  }
  const { methods = [] } = target;
  const last = method.slice(method.lastIndexOf(".") + 1);
  const names = [method, last, `${api}.${last}`].map((name) => name.toLowerCase());
  return methods.length === 0 || methods.some((pattern) => names.some((name) => matches(pattern.toLowerCase(), name)));
}

function matches(pattern: string, name: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

function checkAddress(key: ApiKey, project: Project, api: string, caller: string): void {
  const allowed = key.restrictions?.serverKeyRestrictions?.allowedIps ?? [];
  if (allowed.length > 0 && !isAllowed(allowed, caller)) {
    throw blocked(
      "API_KEY_IP_ADDRESS_BLOCKED",
      `The provided API key has an IP address restriction. The originating IP address of the call (${caller}) violates this restriction.`,
      project,
      api,
      { callerIp: caller },
    );
  }
}

function callerAddress(call: Call): string {
  const header = call.headers[callerIpHeader];
  if (header === undefined) {
    return unmapped(call.remoteAddress);
  }
  if (typeof header !== "string" || !isAddress(header)) {
    throw invalidArgument(`The header ${callerIpHeader} must be one IP address.`);
  }
  return unmapped(header);
}

/** The headers are those of https://docs.cloud.google.com/docs/authentication/api-keys#adding-application-restrictions */
function checkApplication(key: ApiKey, project: Project, api: string, call: Call): void {
  const {
    browserKeyRestrictions: browser,
    androidKeyRestrictions: android,
    iosKeyRestrictions: ios,
  } = key.restrictions ?? {};
  if (browser) {
    const referrer = textHeader(call, "referer");
    if (!(browser.allowedReferrers ?? []).some((pattern) => matchesReferrer(pattern, referrer))) {
      const message = `Requests from referer ${referrer || "<empty>"} are blocked.`;
      throw blocked("API_KEY_HTTP_REFERRER_BLOCKED", message, project, api, { httpReferrer: referrer || "<empty>" });
    }
  }
  if (android) {
    const name = textHeader(call, "x-android-package");
    const certificate = textHeader(call, "x-android-cert").replaceAll(":", "").toUpperCase();
    const known = (android.allowedApplications ?? []).some(
      ({ packageName, sha1Fingerprint }) =>
        packageName === name && sha1Fingerprint.replaceAll(":", "").toUpperCase() === certificate,
    );
    if (!known) {
      const message = `Requests from this Android client application ${name || "<empty>"} are blocked.`;
      throw blocked("API_KEY_ANDROID_APP_BLOCKED", message, project, api, {});
    }
  }
  if (ios) {
    const name = textHeader(call, "x-ios-bundle-identifier");
    if (!(ios.allowedBundleIds ?? []).includes(name)) {
      const message = `Requests from this iOS client application ${name || "<empty>"} are blocked.`;
      throw blocked("API_KEY_IOS_APP_BLOCKED", message, project, api, {});
    }
  }
}

/** A simple reading of Google's patterns: `*` stands for anything, the scheme may be left out. */
function matchesReferrer(pattern: string, referrer: string): boolean {
  if (referrer === "") {
    return false;
  }
  const strip = (url: string) => url.replace(/^https?:\/\//, "").replace(/\/$/, "");
  const parts = strip(pattern)
    .split("*")
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(strip(referrer));
}

/** What Google answers is not known; the reason is the one error_reason.proto has for such an account. */
function checkAccount(store: Store, key: ApiKey, api: string, method: string): void {
  if (key.serviceAccountEmail === undefined) {
    return;
  }
  const account = findServiceAccount(store, key.serviceAccountEmail);
  if (!account || account.disabled) {
    throw unauthenticated("ACCOUNT_STATE_INVALID", api, method);
  }
}

function textHeader(call: Call, name: string): string {
  const value = call.headers[name];
  return typeof value === "string" ? value : "";
}

function listModels(call: Call): object {
  const page = paginate(models, (model) => model, call.query, { scope: "models", defaultSize: 50, maxSize: 1000 });
  return { models: page.items.map(modelJson), ...(page.nextPageToken && { nextPageToken: page.nextPageToken }) };
}

function modelJson(model: string): object {
  return {
    name: `models/${model}`,
    version: "local",
    displayName: model,
    description: "A model of the local cloud: it answers a fixed text.",
    inputTokenLimit: 1_048_576,
    outputTokenLimit: 65_536,
    supportedGenerationMethods: generationMethods,
  };
}

function findModel(call: Call, version: string, method: string): string {
  const model = call.wildcards[0]!;
  if (!models.includes(model)) {
    throw notFound(
      `models/${model} is not found for API version ${version}, or is not supported for ${method}. Call ListModels to see ` +
        "the list of available models and their supported methods.",
    );
  }
  return model;
}

function generate(call: Call, project: Project, tally: Tally, version: string, method: string): object {
  const model = findModel(call, version, method);
  tally.model = model;
  const promptTokenCount = countTokens(readContents(call.body, "GenerateContentRequest"));
  useQuota(call, project, model, promptTokenCount);
  const text = `This is the local cloud answering as ${model}.`;
  const candidatesTokenCount = countWords(text);
  tally.promptTokens = promptTokenCount;
  tally.outputTokens = candidatesTokenCount;
  return {
    candidates: [{ content: { parts: [{ text }], role: "model" }, finishReason: "STOP", index: 0 }],
    usageMetadata: {
      promptTokenCount,
      candidatesTokenCount,
      totalTokenCount: promptTokenCount + candidatesTokenCount,
      promptTokensDetails: [{ modality: "TEXT", tokenCount: promptTokenCount }],
    },
    modelVersion: model,
    responseId: randomUUID(),
  };
}

/** The whole answer as the only piece: server-sent events, or the JSON array that is sent without `alt=sse`. */
function stream(call: Call, answer: object): Reply {
  return call.query.get("alt") === "sse"
    ? new Reply(200, { "Content-Type": "text/event-stream" }, `data: ${JSON.stringify(answer)}\r\n\r\n`)
    : new Reply(200, { "Content-Type": "application/json; charset=UTF-8" }, JSON.stringify([answer]));
}

function readContents(body: JsonObject, message: string): JsonObject[] {
  const contents = objectListField(body, "contents") ?? [];
  if (contents.length === 0) {
    throw invalidArgument(`* ${message}.contents: contents is not specified\n`);
  }
  return contents;
}

/** Words stand for tokens: the number only has to be the same for the same prompt. */
function countTokens(contents: readonly JsonObject[]): number {
  const parts = contents.flatMap((content) => objectListField(content, "parts") ?? []).filter(isObject);
  return parts.reduce((sum, part) => sum + countWords(typeof part["text"] === "string" ? part["text"] : ""), 0);
}

function countWords(text: string): number {
  return text.split(/\s+/).filter((word) => word !== "").length;
}

/**
 * The words are Google's, e.g. in https://github.com/continuedev/continue/issues/12643. When a quota per day is used up, some
 * report a delay of seconds and some one until midnight; here it is the time until all that are used up start anew.
 */
function useQuota(call: Call, project: Project, model: string, promptTokens: number): void {
  const violated = violatedQuotas(call, project, model, promptTokens);
  if (violated.length === 0) {
    return;
  }
  const resetAt = Math.max(...violated.map((entry) => entry.resetAt));
  const retryDelay = `${Math.ceil((resetAt - call.store.now().getTime()) / 1000)}s`;
  const lines = violated.map(
    ({ quota, limit }) =>
      `* Quota exceeded for metric: ${geminiApi}/${quota.metric}, limit: ${limit}, model: ${model}\n`,
  );
  const message =
    "You exceeded your current quota, please check your plan and billing details. For more information on this error, head " +
    "to: https://ai.google.dev/gemini-api/docs/rate-limits. To monitor your current usage, head to: " +
    `https://ai.dev/rate-limit. \n${lines.join("")}Please retry in ${retryDelay}.`;
  const violations = violated.map(({ quota, limit }) => ({
    quotaMetric: `${geminiApi}/${quota.metric}`,
    quotaId: quota.id,
    quotaDimensions: { location: "global", model },
    quotaValue: String(limit),
  }));
  throw new ApiError("RESOURCE_EXHAUSTED", message, {
    details: [
      helpLink("Learn more about Gemini API quotas", "https://ai.google.dev/gemini-api/docs/rate-limits"),
      { "@type": "type.googleapis.com/google.rpc.QuotaFailure", violations },
      { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay },
    ],
  });
}
