import { setTimeout as pause } from "node:timers/promises";
import { echo } from "../values/problem";
import { CiError } from "./ci-error";

export interface HttpApiOptions {
  /** `GitHub` or `GitLab`, for messages. */
  readonly name: string;
  /** Without a slash at the end. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What the token needs to do what is asked here. */
  readonly rights: string;
  /** Waits that many milliseconds. */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

/** The server answered that it did not do it. */
export class HttpError extends CiError {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message, "failure");
  }
}

export interface HttpAnswer {
  readonly body: unknown;
  readonly headers: Headers;
}

type Method = "GET" | "POST" | "PATCH" | "PUT" | "DELETE";

/** How often one request is sent at most. */
const TRIES = 4;

/** Milliseconds: who is told to wait longer ends with a message. A job costs as long as it sleeps. */
const LONGEST_WAIT = 90_000;

/** Milliseconds for one answer. */
const TIMEOUT = 30_000;

/** Bytes. A page of 100 comments of 64 KiB has less. */
const LARGEST = 32 * 1024 * 1024;

/** Pages of one list. Of 100 entries each, that is more than a pull request can have. */
const MOST_PAGES = 100;

/**
 * A REST API with a token. What failed for a moment is tried again, except for POST: whether it was done is not known then.
 * Neither the token nor what was sent is in a message.
 */
export class HttpApi {
  private readonly wait: (milliseconds: number) => Promise<unknown>;

  constructor(private readonly options: HttpApiOptions) {
    this.wait = options.wait ?? ((milliseconds) => pause(milliseconds));
  }

  /** @param path below the API's address. @throws HttpError if it was not done, CiError if there is no answer. */
  async call(method: Method, path: string, body?: unknown): Promise<HttpAnswer> {
    for (let attempt = 1; ; attempt++) {
      const last = attempt === TRIES;
      const answer = await this.send(method, path, body, last || method === "POST");
      if (answer === undefined) {
        await this.wait(1000 * 2 ** (attempt - 1));
        continue;
      }
      if (answer.ok) return { body: await this.read(answer), headers: answer.headers };
      const limited = retryAfter(answer);
      if (limited !== undefined) {
        await answer.body?.cancel();
        if (last || limited > LONGEST_WAIT) throw this.limited(answer.status, limited);
        await this.wait(limited);
      } else if (answer.status >= 500 && method !== "POST" && !last) {
        await answer.body?.cancel();
        await this.wait(1000 * 2 ** (attempt - 1));
      } else throw await this.refusal(method, path, answer);
    }
  }

  /** The entries of all pages. */
  async list(path: string, next: (answer: HttpAnswer, page: number) => boolean): Promise<unknown[]> {
    const entries: unknown[] = [];
    for (let page = 1; ; page++) {
      if (page > MOST_PAGES)
        throw new CiError(`${this.options.name} has more than ${MOST_PAGES} pages for ${path}.`, "failure");
      const answer = await this.call("GET", `${path}${path.includes("?") ? "&" : "?"}per_page=100&page=${page}`);
      if (!Array.isArray(answer.body)) throw this.strange(path);
      entries.push(...answer.body);
      if (!next(answer, page)) return entries;
    }
  }

  strange(path: string): CiError {
    return new CiError(`${this.options.name} answered ${path} with something else than expected.`, "failure");
  }

  /** @returns undefined if there is no answer, and it may be tried again. */
  private async send(method: Method, path: string, body: unknown, last: boolean): Promise<Response | undefined> {
    try {
      return await fetch(`${this.options.url}${path}`, {
        method,
        headers: { ...this.options.headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: AbortSignal.timeout(TIMEOUT),
      });
    } catch (error) {
      if (!last) return undefined;
      const { cause, name } = error as Error & { cause?: { code?: string } };
      const why = name === "TimeoutError" ? "no answer in 30 seconds" : (cause?.code ?? "no connection");
      throw new CiError(
        `${this.options.name} cannot be reached at ${this.options.url}: ${why}. Run this job again.`,
        "failure",
      );
    }
  }

  private async read(answer: Response): Promise<unknown> {
    const text = await textOf(answer);
    if (text === "") return undefined;
    try {
      return JSON.parse(text);
    } catch {
      throw new CiError(
        `${this.options.name} answered with something that is not JSON. Is ${this.options.url} its API?`,
        "failure",
      );
    }
  }

  private limited(status: number, milliseconds: number): HttpError {
    const wait =
      milliseconds > 120_000
        ? `${Math.ceil(milliseconds / 60_000)} minutes`
        : `${Math.ceil(milliseconds / 1000)} seconds`;
    return new HttpError(
      `${this.options.name} allows no more requests for ${wait} (${status}). Run this job again then.`,
      status,
    );
  }

  private async refusal(method: Method, path: string, answer: Response): Promise<HttpError> {
    const { name, rights } = this.options;
    const { status } = answer;
    const words = messageIn(await textOf(answer).catch(() => ""));
    const told = words === "" ? "" : ` It says: ${words}`;
    const what = `${method} ${path.replace(/\?.*/, "")}`;
    const why: Record<number, string> = {
      401: "the token is missing, wrong or expired. Pass the one of the job.",
      403: `the token may not do that. It needs ${rights}.`,
      404: `there is no such thing, or the token may not see it. It needs ${rights}.`,
      422: "it does not accept the content.",
    };
    const reason = why[status] ?? (status >= 500 ? "it has a fault. Run this job again later." : "it refuses.");
    return new HttpError(`${name} answered ${status} to ${what}: ${reason}${told}`, status);
  }
}

/** What the server says, as one short line. */
function messageIn(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return message === undefined ? "" : echo(typeof message === "string" ? message : JSON.stringify(message));
  } catch {
    return "";
  }
}

async function textOf(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body ?? []) {
    size += (chunk as Uint8Array).length;
    if (size > LARGEST) throw new CiError("The answer is larger than 32 MB.", "failure");
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/**
 * Milliseconds until the next request is allowed, if this was refused for too many: `retry-after` of the secondary limits, the
 * reset of the primary one.
 *
 * @see https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
function retryAfter({ status, headers }: Response): number | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const seconds = headers.get("retry-after");
  if (seconds !== null && /^\d{1,6}$/.test(seconds)) return Number(seconds) * 1000;
  if (headers.get("x-ratelimit-remaining") === "0" || headers.get("ratelimit-remaining") === "0") {
    const reset = Number(headers.get("x-ratelimit-reset") ?? headers.get("ratelimit-reset"));
    return Math.max(1000, (Number.isFinite(reset) ? reset * 1000 : 0) - Date.now());
  }
  return status === 429 ? 60_000 : undefined;
}
