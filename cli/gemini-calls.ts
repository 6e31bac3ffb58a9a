import type { EnvironmentInventory, KeyEntry } from "../inventory/model";
import { formatAddress, readRange } from "../values/address-range";
import { AddressSet } from "../values/address-set";

/** What a call is meant to show, and what came back. */
export interface CallResult {
  readonly key: string;
  /** E.g. `from 203.0.113.1, allowed`. */
  readonly what: string;
  readonly expected: string;
  /** E.g. `200` or `403 API_KEY_IP_ADDRESS_BLOCKED`. Never holds a key. */
  readonly got: string;
  readonly holds: boolean;
}

export interface LocalCloud {
  readonly url: string;
  /** The header that stands for the caller's address. */
  readonly callerIpHeader: string;
}

const MODEL = "gemini-3.5-flash-lite";
const WRONG_KEY = "not-a-key-of-this-project";

/** Calls Gemini with each serving key of an environment: from inside and outside its addresses, and for another API. */
export async function callGemini(cloud: LocalCloud, environment: EnvironmentInventory): Promise<CallResult[]> {
  const results: CallResult[] = [];
  for (const key of environment.keys) results.push(...(await callKey(cloud, environment.project.id, key)));
  const [first] = environment.keys;
  if (first) {
    const { allowed } = callersOf(first);
    const got = await generate(cloud, WRONG_KEY, allowed);
    results.push(result(first.name, "a wrong key", "400 API_KEY_INVALID", got));
  }
  return results;
}

async function callKey(cloud: LocalCloud, project: string, key: KeyEntry): Promise<CallResult[]> {
  const keyString = await readSecret(cloud, project, key.secret.id);
  const { allowed, foreign } = callersOf(key);
  const translate = await call(cloud, `${cloud.url}/language/translate/v2/languages`, keyString, allowed);
  return [
    result(key.name, `from ${allowed}, declared`, "200", await generate(cloud, keyString, allowed)),
    result(
      key.name,
      `from ${foreign}, not declared`,
      "403 API_KEY_IP_ADDRESS_BLOCKED",
      await generate(cloud, keyString, foreign),
    ),
    result(key.name, "for another API (Translation)", "403 API_KEY_SERVICE_BLOCKED", translate),
  ];
}

function result(key: string, what: string, expected: string, got: string): CallResult {
  return { key, what, expected, got, holds: got === expected };
}

/** An address the serving generation may be used from, and the next one after its range, from which it may not. */
function callersOf(key: KeyEntry): { readonly allowed: string; readonly foreign: string } {
  const serving = key.generations.find(({ phase }) => phase === "serving")!;
  const set = AddressSet.of(serving.addresses);
  const range = readRange(serving.addresses[0]!)!;
  const { family, start, end } = range;
  const allowed = formatAddress(family, end > start ? start + 1n : start);
  let next = end + 1n;
  while (set.contains(formatAddress(family, next))) next++;
  return { allowed, foreign: formatAddress(family, next) };
}

/** Reads the newest version of the secret, as an application would. */
async function readSecret({ url }: LocalCloud, project: string, secret: string): Promise<string> {
  const answer = await fetch(`${url}/sm/v1/projects/${project}/secrets/${secret}/versions/latest:access`, {
    headers: { authorization: "Bearer local" },
  });
  if (!answer.ok) throw new Error(`the local Secret Manager answered ${answer.status} for ${secret}.`);
  const { payload } = (await answer.json()) as { payload: { data: string } };
  return Buffer.from(payload.data, "base64").toString();
}

function generate(cloud: LocalCloud, keyString: string, caller: string): Promise<string> {
  return call(cloud, `${cloud.url}/v1beta/models/${MODEL}:generateContent`, keyString, caller, {
    contents: [{ parts: [{ text: "Say hello." }] }],
  });
}

async function call(
  cloud: LocalCloud,
  url: string,
  keyString: string,
  caller: string,
  body?: unknown,
): Promise<string> {
  const answer = await fetch(url, {
    method: body ? "POST" : "GET",
    headers: {
      "x-goog-api-key": keyString,
      [cloud.callerIpHeader]: caller,
      ...(body ? { "content-type": "application/json" } : {}),
    },
    body: body ? JSON.stringify(body) : undefined,
  });
  return [String(answer.status), reasonIn(await answer.json())].filter(Boolean).join(" ");
}

function reasonIn(answer: unknown): string {
  const details = (answer as { error?: { details?: { reason?: string }[] } }).error?.details;
  return details?.find(({ reason }) => reason)?.reason ?? "";
}
