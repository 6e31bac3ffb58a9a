import { invalidArgument } from "./errors";

export interface PageRequest {
  /** What is listed; a token of another list is refused. */
  readonly scope: string;
  readonly defaultSize: number;
  readonly maxSize: number;
}

export interface Page<T> {
  readonly items: T[];
  readonly nextPageToken?: string;
}

/**
 * One page of a list. The token holds the last id and its position, so that an insertion in front neither repeats nor skips an item.
 */
export function paginate<T>(
  items: readonly T[],
  idOf: (item: T) => string,
  query: URLSearchParams,
  request: PageRequest,
): Page<T> {
  const size = pageSize(query.get("pageSize") ?? query.get("maxResults"), request);
  const token = query.get("pageToken");
  const start = token ? resume(items, idOf, token, request.scope) : 0;
  const page = items.slice(start, start + size);
  const end = start + page.length;
  if (end >= items.length) {
    return { items: page };
  }
  return { items: page, nextPageToken: encodeToken(request.scope, end, idOf(page[page.length - 1]!)) };
}

function pageSize(text: string | null, request: PageRequest): number {
  if (text === null || text === "") {
    return request.defaultSize;
  }
  const size = Number(text);
  if (!/^-?\d+$/.test(text) || size < 0) {
    throw invalidArgument(`Page size must be a number of at least 0, got: ${text}.`);
  }
  // Google's APIs read 0 as "the default" and lower a too large size silently.
  return size === 0 ? request.defaultSize : Math.min(size, request.maxSize);
}

function encodeToken(scope: string, position: number, last: string): string {
  return Buffer.from(JSON.stringify([scope, position, last])).toString("base64url");
}

function resume<T>(items: readonly T[], idOf: (item: T) => string, token: string, scope: string): number {
  const [tokenScope, position, last] = decodeToken(token);
  if (tokenScope !== scope) {
    throw invalidToken();
  }
  const index = items.findIndex((item) => idOf(item) === last);
  return index >= 0 ? index + 1 : Math.min(position, items.length);
}

function decodeToken(token: string): [string, number, string] {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
  } catch {
    throw invalidToken();
  }
  if (
    !Array.isArray(value) ||
    typeof value[0] !== "string" ||
    !Number.isSafeInteger(value[1]) ||
    value[1] < 0 ||
    typeof value[2] !== "string"
  ) {
    throw invalidToken();
  }
  return [value[0], value[1], value[2]];
}

function invalidToken(): Error {
  return invalidArgument("The page token is not valid for this list.");
}
