import { redactKeys } from "../values/redact";

/** The `error.status` values Google's APIs use, as in https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto */
export type Status =
  | "INVALID_ARGUMENT"
  | "FAILED_PRECONDITION"
  | "UNAUTHENTICATED"
  | "PERMISSION_DENIED"
  | "NOT_FOUND"
  | "ALREADY_EXISTS"
  | "ABORTED"
  | "RESOURCE_EXHAUSTED"
  | "INTERNAL"
  | "UNAVAILABLE"
  | "DEADLINE_EXCEEDED"
  | "UNIMPLEMENTED";

interface StatusFacts {
  readonly http: number;
  /** The number an operation's `error.code` carries. */
  readonly rpc: number;
  /** The default of `errors[].reason`. */
  readonly reason: string;
}

const statuses: Readonly<Record<Status, StatusFacts>> = {
  INVALID_ARGUMENT: { http: 400, rpc: 3, reason: "badRequest" },
  FAILED_PRECONDITION: { http: 400, rpc: 9, reason: "failedPrecondition" },
  UNAUTHENTICATED: { http: 401, rpc: 16, reason: "authError" },
  PERMISSION_DENIED: { http: 403, rpc: 7, reason: "forbidden" },
  NOT_FOUND: { http: 404, rpc: 5, reason: "notFound" },
  ALREADY_EXISTS: { http: 409, rpc: 6, reason: "alreadyExists" },
  ABORTED: { http: 409, rpc: 10, reason: "aborted" },
  RESOURCE_EXHAUSTED: { http: 429, rpc: 8, reason: "rateLimitExceeded" },
  INTERNAL: { http: 500, rpc: 13, reason: "backendError" },
  UNAVAILABLE: { http: 503, rpc: 14, reason: "backendError" },
  DEADLINE_EXCEEDED: { http: 504, rpc: 4, reason: "backendError" },
  UNIMPLEMENTED: { http: 501, rpc: 12, reason: "notImplemented" },
};

export interface ApiErrorOptions {
  /** `errors[].reason`. */
  readonly reason?: string;
  /** `errors[].domain`. */
  readonly domain?: string;
  readonly details?: readonly object[];
  /** Only where the status's own HTTP code does not fit, e.g. 412 of Cloud Storage. */
  readonly http?: number;
}

/** An answer that is an error. Whatever else is thrown while answering is a bug of the local cloud. */
export class ApiError extends Error {
  constructor(
    readonly status: Status,
    message: string,
    readonly options: ApiErrorOptions = {},
  ) {
    super(message);
    this.name = "ApiError";
  }

  get http(): number {
    return this.options.http ?? statuses[this.status].http;
  }

  /** The error of a finished long-running operation (google.rpc.Status). */
  toOperationError(): object {
    return { code: statuses[this.status].rpc, message: redactKeys(this.message), details: this.options.details ?? [] };
  }

  /** The body of the Gemini API, which has no `errors` list. */
  toPlainBody(): object {
    const { details } = this.options;
    const error = { code: this.http, message: this.message, status: this.status };
    return { error: details === undefined ? error : { ...error, details } };
  }

  /** The body of the other APIs. The Terraform provider reads `errors[].reason` in two places. */
  toBody(): object {
    const { domain = "global", reason = statuses[this.status].reason, details = [] } = this.options;
    const { message } = this;
    return {
      error: { code: this.http, message, status: this.status, errors: [{ domain, reason, message }], details },
    };
  }
}

export function invalidArgument(message: string, details?: readonly object[]): ApiError {
  return new ApiError("INVALID_ARGUMENT", message, details === undefined ? {} : { details });
}

export function failedPrecondition(message: string): ApiError {
  return new ApiError("FAILED_PRECONDITION", message);
}

export function notFound(message: string): ApiError {
  return new ApiError("NOT_FOUND", message);
}

export function alreadyExists(message: string): ApiError {
  return new ApiError("ALREADY_EXISTS", message);
}

export function permissionDenied(message: string, details?: readonly object[]): ApiError {
  return new ApiError("PERMISSION_DENIED", message, details === undefined ? {} : { details });
}

/** google.rpc.ErrorInfo: what a program should read first. */
export function errorInfo(reason: string, metadata: Readonly<Record<string, string>>): object {
  return { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason, domain: "googleapis.com", metadata };
}

export function helpLink(description: string, url: string): object {
  return { "@type": "type.googleapis.com/google.rpc.Help", links: [{ description, url }] };
}
