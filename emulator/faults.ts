import { createHash } from "node:crypto";
import { ApiError, errorInfo, invalidArgument, type Status } from "./errors";
import { isObject, type JsonObject } from "./fields";
import type { Store } from "./store";

/** What goes wrong, and for which requests. A rule without conditions is for all of them. */
export interface FaultRule {
  /** A prefix such as `apikeys`, or an API such as `apikeys.googleapis.com`. */
  readonly service?: string;
  readonly method?: string;
  /** A part of the path as it was sent, without its query. */
  readonly path?: string;
  /** The HTTP status of the answer. 429 is what Google answers when a quota is used up. */
  readonly status?: number;
  /** The reason in the answer: of its ErrorInfo if in capitals, else of its list `errors`. */
  readonly reason?: string;
  /** The connection is reset instead of an answer. */
  readonly reset?: boolean;
  /**
   * Whether the change is made all the same, so that the caller does not know.
   *
   * @default - for a reset half of the times, for a status never
   */
  readonly after?: boolean;
  /** Milliseconds by which the answer comes later. */
  readonly latencyMs?: number;
  /** The share of requests, from 0 to 1. @default 1 */
  readonly rate?: number;
  /** How many requests at most. @default - no limit */
  readonly times?: number;
  /** With the same seed the same requests are hit. @default 0 */
  readonly seed?: number;
}

/** What to do with one request. */
export interface Fault {
  readonly latencyMs: number;
  /** Undefined if the answer is only late. */
  readonly outcome?: "reset" | ApiError;
  /** True if the request is carried out first. */
  readonly after: boolean;
}

export interface FaultyRequest {
  readonly prefix: string;
  readonly api: string;
  readonly method: string;
  readonly path: string;
}

interface ActiveRule {
  readonly rule: FaultRule;
  /** Requests hit so far. */
  hits: number;
  /** Requests seen so far, by method and path. */
  readonly seen: Map<string, number>;
}

/**
 * Faults on demand. Whether a request is hit follows from the seed, its method, its path and how often it came before, so that
 * a run with requests side by side is hit in the same places as the run before.
 */
export class Faults {
  private rules: ActiveRule[] = [];

  constructor(
    private readonly store: Store,
    /** What `service` of a rule may be. */
    private readonly services: readonly string[],
  ) {}

  /** Replaces all rules. Throws INVALID_ARGUMENT if one is wrong, and leaves the old ones then. */
  set(rules: readonly unknown[]): void {
    this.rules = rules.map((value, index) => ({
      rule: readRule(value, `rules[${index}]`, this.services),
      hits: 0,
      seen: new Map(),
    }));
  }

  clear(): void {
    this.rules = [];
  }

  list(): object[] {
    return this.rules.map(({ rule, hits }) => ({ ...rule, hits }));
  }

  /** The first rule that hits with a status or a reset decides; latencies before it are added. */
  next(request: FaultyRequest): Fault | undefined {
    let latencyMs = 0;
    for (const active of this.rules) {
      const chance = this.draw(active, request);
      if (chance === undefined) {
        continue;
      }
      active.hits += 1;
      const { rule } = active;
      latencyMs += rule.latencyMs ?? 0;
      if (rule.reset) {
        return { latencyMs, outcome: "reset", after: rule.after ?? chance >= 0.5 };
      }
      if (rule.status !== undefined) {
        return { latencyMs, outcome: this.errorOf(rule, request), after: rule.after ?? false };
      }
    }
    return latencyMs > 0 ? { latencyMs, after: false } : undefined;
  }

  /** If the request is hit, a number from 0 to 1 for what else is left to chance. */
  private draw(active: ActiveRule, request: FaultyRequest): number | undefined {
    const { rule, hits, seen } = active;
    if (!matches(rule, request) || hits >= (rule.times ?? Number.POSITIVE_INFINITY)) {
      return undefined;
    }
    const id = `${request.method} ${request.path}`;
    const count = seen.get(id) ?? 0;
    seen.set(id, count + 1);
    const digest = createHash("sha256")
      .update(`${rule.seed ?? 0} ${this.rules.indexOf(active)} ${count} ${id}`)
      .digest();
    const fraction = (at: number) => digest.readUInt32BE(at) / 2 ** 32;
    return fraction(0) < (rule.rate ?? 1) ? fraction(4) : undefined;
  }

  private errorOf({ status, reason }: FaultRule, request: FaultyRequest): ApiError {
    const facts = statuses[status!]!;
    const inCapitals = reason !== undefined && /^[A-Z0-9_]+$/.test(reason);
    const infoReason = inCapitals ? reason : status === 429 ? "RATE_LIMIT_EXCEEDED" : undefined;
    const limit = status === 429 ? this.quotaOf(request) : undefined;
    return new ApiError(facts.status, limit?.message ?? facts.message, {
      ...(reason !== undefined && !inCapitals && { reason }),
      ...(infoReason !== undefined && {
        details: [errorInfo(infoReason, limit?.metadata ?? { service: request.api })],
      }),
    });
  }

  /** The form is Google's; the names of metric and limit and the value of the limit are made up. */
  private quotaOf({ api, method, path }: FaultyRequest): { message: string; metadata: Record<string, string> } {
    const kind = method === "GET" || method === "HEAD" ? "Read" : "Write";
    const name = /\/projects\/([^/:]+)/.exec(path)?.[1];
    const number = name === undefined ? "0" : (this.store.project(name)?.projectNumber ?? "0");
    return {
      message:
        `Quota exceeded for quota metric '${kind} requests' and limit '${kind} requests per minute' of service ` +
        `'${api}' for consumer 'project_number:${number}'.`,
      metadata: {
        service: api,
        consumer: `projects/${number}`,
        quota_metric: `${api}/${kind.toLowerCase()}_requests`,
        quota_limit: `${kind}RequestsPerMinutePerProject`,
        quota_limit_value: "60",
        quota_location: "global",
      },
    };
  }
}

const statuses: Readonly<Record<number, { readonly status: Status; readonly message: string }>> = {
  400: { status: "INVALID_ARGUMENT", message: "Request contains an invalid argument." },
  401: { status: "UNAUTHENTICATED", message: "Request had invalid authentication credentials." },
  403: { status: "PERMISSION_DENIED", message: "The caller does not have permission" },
  404: { status: "NOT_FOUND", message: "Requested entity was not found." },
  409: { status: "ABORTED", message: "The operation was aborted." },
  429: { status: "RESOURCE_EXHAUSTED", message: "Resource has been exhausted (e.g. check quota)." },
  500: { status: "INTERNAL", message: "Internal error encountered." },
  503: { status: "UNAVAILABLE", message: "The service is currently unavailable." },
  504: { status: "DEADLINE_EXCEEDED", message: "Deadline expired before operation could complete." },
};

function matches(rule: FaultRule, { prefix, api, method, path }: FaultyRequest): boolean {
  return (
    (rule.service === undefined || rule.service === prefix || rule.service === api) &&
    (rule.method === undefined || rule.method === method) &&
    (rule.path === undefined || path.includes(rule.path))
  );
}

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
const maxLatencyMs = 10 * 60 * 1000;

type Check = (value: unknown, services: readonly string[]) => string | undefined;

/** For each field what it must be, if the value is not that. */
const checks: Readonly<Record<keyof FaultRule, Check>> = {
  service: (value, services) => (services.includes(value as string) ? undefined : `one of ${services.join(", ")}`),
  method: (value) => (methods.includes(value as string) ? undefined : `one of ${methods.join(", ")}`),
  path: text,
  status: (value) =>
    typeof value === "number" && Object.hasOwn(statuses, value)
      ? undefined
      : `one of ${Object.keys(statuses).join(", ")}`,
  reason: text,
  reset: flag,
  after: flag,
  latencyMs: numberFrom(0, maxLatencyMs),
  rate: (value) => (typeof value === "number" && value >= 0 && value <= 1 ? undefined : "a number from 0 to 1"),
  times: numberFrom(1, 1_000_000_000),
  seed: numberFrom(0, Number.MAX_SAFE_INTEGER),
};

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? undefined : "a text";
}

function flag(value: unknown): string | undefined {
  return typeof value === "boolean" ? undefined : "true or false";
}

function numberFrom(min: number, max: number): Check {
  return (value) =>
    Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max
      ? undefined
      : `a whole number from ${min} to ${max}`;
}

function readRule(value: unknown, at: string, services: readonly string[]): FaultRule {
  if (!isObject(value)) {
    throw invalidArgument(`${at} must be an object, got: ${JSON.stringify(value)}`);
  }
  for (const [name, field] of Object.entries(value)) {
    checkField(name, field, at, services);
  }
  const rule: FaultRule = value as JsonObject;
  if (!rule.reset && rule.status === undefined && rule.latencyMs === undefined) {
    throw invalidArgument(`${at} does nothing: set status, reset or latencyMs.`);
  }
  if (rule.reset && rule.status !== undefined) {
    throw invalidArgument(`${at}.status cannot be set with reset: a connection that is reset has no answer.`);
  }
  if (rule.status === undefined && rule.reason !== undefined) {
    throw invalidArgument(`${at}.reason needs a status.`);
  }
  return { ...rule };
}

function checkField(name: string, field: unknown, at: string, services: readonly string[]): void {
  if (!Object.hasOwn(checks, name)) {
    throw invalidArgument(`${at}.${name} is no field of a rule. Use ${Object.keys(checks).join(", ")}.`);
  }
  const wanted = checks[name as keyof FaultRule](field, services);
  if (wanted !== undefined) {
    throw invalidArgument(`${at}.${name} must be ${wanted}, got: ${JSON.stringify(field)}`);
  }
}
