import { redactKeys } from "../values/redact";

const API_ERROR = Symbol.for("gemkeys.GoogleApiError");
const UNREACHABLE = Symbol.for("gemkeys.UnreachableError");

/** Google answered, and refused. */
export class GoogleApiError extends Error {
  /** What a program should read first, e.g. `SERVICE_DISABLED`. */
  readonly reason: string;
  /** Of that reason, e.g. `permission`, `service`, `consumer`. */
  readonly metadata: Readonly<Record<string, string>>;

  constructor(
    /** The HTTP status. */
    readonly status: number,
    body: unknown,
  ) {
    const { message, reason, metadata } = readError(body);
    super(redactKeys(message || `HTTP ${status}`));
    this.name = "GoogleApiError";
    this.reason = reason;
    this.metadata = metadata;
    Object.defineProperty(this, API_ERROR, { value: true });
  }

  static is(error: unknown): error is GoogleApiError {
    return typeof error === "object" && error !== null && API_ERROR in error;
  }
}

/** No answer, or none that helps, after all attempts. */
export class UnreachableError extends Error {
  constructor(host: string, why: string) {
    super(`${host} cannot be reached: ${redactKeys(why)}.`);
    this.name = "UnreachableError";
    Object.defineProperty(this, UNREACHABLE, { value: true });
  }

  static is(error: unknown): error is UnreachableError {
    return typeof error === "object" && error !== null && UNREACHABLE in error;
  }
}

/** `{"error":{"message":…,"details":[{"reason":…,"metadata":…}]}}`. @see https://cloud.google.com/apis/design/errors */
function readError(body: unknown): { message: string; reason: string; metadata: Record<string, string> } {
  const error = recordOf(recordOf(body)["error"]);
  const details = Array.isArray(error["details"]) ? error["details"].map(recordOf) : [];
  const info = details.find(({ "@type": type }) => String(type).endsWith("google.rpc.ErrorInfo")) ?? {};
  const { message } = error;
  const { reason } = info;
  return {
    message: typeof message === "string" ? message : "",
    reason: typeof reason === "string" ? reason : "",
    metadata: recordOf(info["metadata"]) as Record<string, string>,
  };
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
