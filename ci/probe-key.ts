import { setTimeout as pause } from "node:timers/promises";
import { object } from "../inventory/stack-file";

export interface ProbeTarget {
  readonly project: string;
  /** The secret's id. */
  readonly secret: string;
}

export interface ProbeOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

export interface ProbeResult {
  readonly holds: boolean;
  /** E.g. `200`; never a key. */
  readonly what: string;
}

/** Google takes minutes until a new key is known everywhere. */
const TRIES = 20;
const PAUSE = 15_000;
const TIMEOUT = 30_000;

/**
 * Reads the newest version of a secret as an application would, and lists one model with it, which costs nothing.
 *
 * From an address that the key does not allow, Google answers 403 with the reason API_KEY_IP_ADDRESS_BLOCKED: that holds as well, since
 * a key that does not exist gets 400 API_KEY_INVALID. That Google looks at the key before the address we have not verified
 * against the live API.
 */
export async function probeKey(target: ProbeTarget, options: ProbeOptions): Promise<ProbeResult> {
  const wait = options.wait ?? ((milliseconds: number) => pause(milliseconds));
  let result: ProbeResult = { holds: false, what: "not tried" };
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    result = await once(target, options.env);
    if (result.holds || attempt === TRIES) return result;
    await wait(PAUSE);
  }
  return result;
}

/**
 * The token with which secrets are read. One of its own, since Terraform would take GOOGLE_OAUTH_ACCESS_TOKEN too, which ends
 * after an hour.
 */
export function accessToken(env: NodeJS.ProcessEnv): string | undefined {
  return env["GEMKEYS_ACCESS_TOKEN"] || env["GOOGLE_OAUTH_ACCESS_TOKEN"] || undefined;
}

async function once({ project, secret }: ProbeTarget, env: NodeJS.ProcessEnv): Promise<ProbeResult> {
  const secrets = base(env["GOOGLE_SECRET_MANAGER_CUSTOM_ENDPOINT"], "https://secretmanager.googleapis.com/v1");
  const gemini = base(env["GOOGLE_GEMINI_BASE_URL"], "https://generativelanguage.googleapis.com");
  const read = await get(`${secrets}/projects/${project}/secrets/${secret}/versions/latest:access`, {
    authorization: `Bearer ${accessToken(env)}`,
  });
  if (read.status !== 200) return { holds: false, what: `the secret could not be read: ${describe(read)}` };
  const key = Buffer.from(String(object(object(read.body)["payload"])["data"] ?? ""), "base64").toString();
  if (!/^[\x21-\x7e]+$/.test(key)) return { holds: false, what: "the secret holds no key" };
  const called = await get(`${gemini}/v1beta/models?pageSize=1`, { "x-goog-api-key": key });
  const blocked = called.status === 403 && reasonOf(called.body) === "API_KEY_IP_ADDRESS_BLOCKED";
  return { holds: called.status === 200 || blocked, what: describe(called) };
}

interface Answer {
  /** 0 if there is none. */
  readonly status: number;
  readonly body: unknown;
}

async function get(url: string, headers: Record<string, string>): Promise<Answer> {
  try {
    const answer = await fetch(url, { headers, signal: AbortSignal.timeout(TIMEOUT), redirect: "error" });
    return { status: answer.status, body: await answer.json().catch(() => undefined) };
  } catch {
    return { status: 0, body: undefined };
  }
}

function describe({ status, body }: Answer): string {
  return status === 0 ? "no answer" : [String(status), reasonOf(body)].filter((part) => part !== "").join(" ");
}

/** The reason of Google's ErrorInfo: a word in capitals. */
function reasonOf(body: unknown): string {
  const details = object(object(body)["error"])["details"];
  const reasons = Array.isArray(details) ? details.map((detail) => String(object(detail)["reason"] ?? "")) : [];
  return reasons.find((reason) => /^[A-Z_0-9]+$/.test(reason)) ?? "";
}

function base(custom: string | undefined, otherwise: string): string {
  return (custom || otherwise).replace(/\/$/, "");
}
