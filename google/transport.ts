import { type Api, addressOf, type Environment } from "./endpoints";
import { GoogleApiError, UnreachableError } from "./errors";

export interface TransportOptions {
  /** A valid access token, asked for at each call. */
  readonly token: () => Promise<string>;
  /** Leads to other endpoints, by the variables of the Terraform provider. */
  readonly environment: Environment;
  /** Whose quota the calls count against. @default - that of the credentials */
  readonly quotaProject?: string;
  /** For one attempt, in milliseconds. @default 20000 */
  readonly timeoutMs?: number;
  /** @default - waits */
  readonly sleep?: (ms: number) => Promise<void>;
}

export interface Request {
  readonly method?: "GET" | "POST";
  /** Below the version, e.g. `projects/acme-gemini-dev`. */
  readonly path: string;
  readonly query?: readonly (readonly [string, string])[];
  readonly body?: object;
}

const ATTEMPTS = 4;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/** Answers that are worth another attempt. @see https://docs.cloud.google.com/storage/docs/retry-strategy */
const TRANSIENT = [408, 429, 500, 502, 503, 504];

/** Calls of Google's REST APIs: signed, repeated with growing waits, errors as Google tells them. Never shows a token. */
export class Transport {
  constructor(private readonly options: TransportOptions) {}

  /** The same, with calls that count against another project's quota. */
  withQuotaProject(quotaProject: string): Transport {
    return new Transport({ ...this.options, quotaProject });
  }

  /**
   * @throws GoogleApiError if Google refuses.
   * @throws UnreachableError if there is no answer after all attempts.
   */
  async call(api: Api, request: Request): Promise<Readonly<Record<string, unknown>>> {
    const url = addressOf(api, request.path, this.options.environment);
    for (const [name, value] of request.query ?? []) url.searchParams.append(name, value);
    for (let attempt = 1; ; attempt++) {
      const last = attempt === ATTEMPTS;
      const outcome = await this.attempt(url, request);
      if (outcome instanceof Response && outcome.ok) return json(outcome);
      if (outcome instanceof Response && (!TRANSIENT.includes(outcome.status) || last)) {
        throw new GoogleApiError(outcome.status, await json(outcome));
      }
      if (typeof outcome === "string" && last) throw new UnreachableError(url.host, outcome);
      await outcomeDone(outcome);
      await this.wait(attempt, outcome instanceof Response ? outcome.headers.get("retry-after") : null);
    }
  }

  /** The items of all pages. @param field the list in each answer. */
  async list(api: Api, request: Request, field: string): Promise<readonly unknown[]> {
    const items: unknown[] = [];
    let pageToken = "";
    do {
      const query = [...(request.query ?? []), ...(pageToken ? ([["pageToken", pageToken]] as const) : [])];
      const page = await this.call(api, { ...request, query });
      const found = page[field];
      if (Array.isArray(found)) items.push(...found);
      pageToken = typeof page["nextPageToken"] === "string" ? page["nextPageToken"] : "";
    } while (pageToken !== "");
    return items;
  }

  /** The answer, or why there is none. */
  private async attempt(url: URL, { method = "GET", body }: Request): Promise<Response | string> {
    const { quotaProject, token, timeoutMs = 20_000 } = this.options;
    const authorization = `Bearer ${await token()}`;
    const headers: Record<string, string> = {
      authorization,
      ...(body && { "content-type": "application/json" }),
      ...(quotaProject !== undefined && { "x-goog-user-project": quotaProject }),
    };
    try {
      return await fetch(url, {
        method,
        headers,
        body: body && JSON.stringify(body),
        signal: AbortSignal.timeout(timeoutMs),
        redirect: "error",
      });
    } catch (error) {
      return reasonOf(error);
    }
  }

  private wait(attempt: number, retryAfter: string | null): Promise<void> {
    const { sleep = (ms) => new Promise((done) => setTimeout(done, ms)) } = this.options;
    const told = Number(retryAfter ?? "") * 1000;
    const grown = FIRST_WAIT_MS * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
    return sleep(Math.min(told > 0 ? told : grown, LONGEST_WAIT_MS));
  }
}

/** An answer that is not read keeps its connection open. */
async function outcomeDone(outcome: Response | string): Promise<void> {
  if (outcome instanceof Response) await outcome.body?.cancel();
}

async function json(response: Response): Promise<Readonly<Record<string, unknown>>> {
  try {
    const body: unknown = await response.json();
    return typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** `fetch` hides the cause of a failed connection one or two levels deep. */
export function reasonOf(error: unknown): string {
  let current: unknown = error;
  while (typeof current === "object" && current !== null) {
    const { cause, code, errors, name } = current as Failure;
    if (typeof code === "string" && /^E[A-Z]+$/.test(code)) return code;
    if (name === "TimeoutError") return "no answer in time";
    current = Array.isArray(errors) ? errors[0] : cause;
  }
  return error instanceof Error ? error.message : String(error);
}

/** What an error may have, of whichever class it is. */
interface Failure {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
  /** Of an AggregateError. */
  readonly errors?: unknown;
}
