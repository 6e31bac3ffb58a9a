import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from "node:http";
import type { Duplex } from "node:stream";
import { redactKeys } from "../values/redact";
import { withAudit } from "./audit-log";
import { controlPrefix } from "./control";
import { type Denials, missingPermission } from "./denials";
import { ApiError, invalidArgument } from "./errors";
import type { Fault, Faults } from "./faults";
import { isObject, type JsonObject } from "./fields";
import { settle } from "./operations";
import { type Match, Router } from "./router";
import {
  type Call,
  Reply,
  type Route,
  type Service,
  type Settings,
  serviceDisabled,
  userProjectDenied,
} from "./service";
import type { Store } from "./store";

/** Google's own limit for a request is 10 MB; a state file in one upload may be larger. */
const maxJsonBody = 10 * 1024 * 1024;
const maxRawBody = 64 * 1024 * 1024;

/** Lists of what should not happen are kept short enough for any run. */
const maxRecorded = 10_000;

/** A service below a prefix of the local cloud, e.g. `/apikeys`. */
export interface Mount {
  /** The first segment of the path. */
  readonly prefix: string;
  /** False if the prefix is part of the service's own paths. */
  readonly strip: boolean;
  readonly service: Service;
}

export interface ServerOptions {
  readonly store: Store;
  readonly settings: Settings;
  readonly mounts: readonly Mount[];
  /** Takes `/{bucket}/{object}` at the host's root, if the bucket exists. */
  readonly objects: Service;
  readonly faults: Faults;
  readonly denials: Denials;
}

interface Mounted {
  readonly prefix: string;
  readonly service: Service;
  readonly strip: boolean;
  readonly router: Router<Route>;
}

/** The HTTP side: finds the route, reads the body, writes the answer, and records what has no route. */
export class CloudServer {
  readonly unknownRoutes: string[] = [];
  readonly connects: string[] = [];
  readonly http: Server;
  requests = 0;
  /** Requests that were for a service, by its API. */
  readonly requestsByService = new Map<string, number>();
  baseUrl = "";

  private readonly mounts = new Map<string, Mounted>();
  private readonly objects: Mounted;

  constructor(private readonly options: ServerOptions) {
    for (const { prefix, strip, service } of options.mounts) {
      this.mounts.set(prefix, mount(prefix, service, strip));
    }
    this.objects = mount("storage", options.objects, false);
    this.http = createServer({ keepAliveTimeout: 60_000 }, (request, response) => this.receive(request, response));
    this.http.on("connect", (request: IncomingMessage, socket: Duplex) =>
      this.refuseConnect(request.url ?? "", socket),
    );
    this.http.on("clientError", (_error: Error, socket: Duplex) => {
      if (socket.writable) {
        socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
      }
    });
  }

  /** What leaves the local cloud by a proxy is refused at once and recorded: nothing reaches the real Google. */
  private refuseConnect(target: string, socket: Duplex): void {
    record(this.connects, redactKeys(target));
    socket.on("error", () => {});
    socket.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  }

  private receive(request: IncomingMessage, response: ServerResponse): void {
    this.requests += 1;
    const url = request.url ?? "/";
    if (!url.startsWith("/")) {
      record(this.connects, redactKeys(withoutQuery(url)));
      send(response, 403, {}, "");
      return;
    }
    if (request.method === "OPTIONS") {
      send(response, 204, { Allow: "GET, HEAD, POST, PUT, PATCH, DELETE" }, "");
      return;
    }
    settle(this.options.store);
    const question = url.indexOf("?");
    const path = question < 0 ? url : url.slice(0, question);
    const found = this.tryFind(request, response, path);
    if (found) {
      const { api } = found.mounted.service;
      this.requestsByService.set(api, (this.requestsByService.get(api) ?? 0) + 1);
      readBody(request, found.match.value.raw ? maxRawBody : maxJsonBody, (body) => {
        const query = question < 0 ? "" : url.slice(question + 1);
        this.deliver(request, response, path, found, {
          answer: () => this.answer(request, path, query, found, body),
          refuse: (error) => found.match.value.refused?.(this.callOf(request, path, query, found, body), error),
        });
      });
    }
  }

  /** Answers, unless a fault is wanted for this request. */
  private deliver(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    { mounted }: Found,
    actions: Actions,
  ): void {
    const { prefix, service } = mounted;
    const fault =
      prefix === controlPrefix
        ? undefined
        : this.options.faults.next({ prefix, api: service.api, method: request.method!, path });
    if (!fault) {
      respond(response, service, actions.answer);
    } else if (fault.latencyMs === 0) {
      fail(request, response, service, actions, fault);
    } else {
      setTimeout(() => fail(request, response, service, actions, fault), fault.latencyMs).unref();
    }
  }

  private tryFind(request: IncomingMessage, response: ServerResponse, path: string): Found | undefined {
    try {
      const found = this.find(request.method === "HEAD" ? "GET" : request.method!, path);
      if (found) {
        return found;
      }
      request.resume();
      sendError(response, this.unknownRoute(request.method!, path), "full");
    } catch (error) {
      request.resume();
      sendError(response, error, "full");
    }
    return undefined;
  }

  private find(method: string, path: string): Found | undefined {
    const segments = path.slice(1).split("/");
    if (segments.length > 1 && segments[segments.length - 1] === "") {
      segments.pop();
    }
    const prefix = segments[0]!;
    const mounted = this.mounts.get(prefix);
    if (!mounted) {
      return this.findObject(method, segments);
    }
    const own = mounted.strip ? collapse(segments.slice(1)) : segments;
    const match = own.length === 0 ? undefined : mounted.router.find(method, own);
    return match && { mounted, match };
  }

  private findObject(method: string, segments: readonly string[]): Found | undefined {
    const match = this.objects.router.find(method, segments);
    const bucket = match?.wildcards[0] ?? "";
    return match && this.options.store.buckets.get("", bucket) ? { mounted: this.objects, match } : undefined;
  }

  private answer(
    request: IncomingMessage,
    path: string,
    query: string,
    found: Found,
    body: Buffer | undefined,
  ): object {
    const { match, mounted } = found;
    if (body === undefined) {
      throw new ApiError("INVALID_ARGUMENT", "The request is too large.", { http: 413, reason: "uploadTooLarge" });
    }
    const call = {
      ...this.callOf(request, path, query, found, body),
      body: match.value.raw ? {} : parseBody(body),
    };
    return withAudit(match.value, mounted.service, call, () => {
      this.checkQuotaProject(call, mounted.service);
      const permission = match.value.audit?.permission ?? match.value.permission;
      if (permission !== undefined && call.denied(permission)) {
        throw missingPermission(permission, path);
      }
      return match.value.handler(call);
    });
  }

  /** Without its body read: of a refused call it does not matter. */
  private callOf(request: IncomingMessage, path: string, query: string, { match }: Found, body: Buffer = empty): Call {
    const { denials } = this.options;
    const { headers } = request;
    return {
      store: this.options.store,
      settings: this.options.settings,
      method: request.method!,
      wildcards: match.wildcards,
      path,
      denied: (permission, at) => denials.includes(permission, { headers, path }, at),
      query: new URLSearchParams(query),
      headers,
      body: {},
      rawBody: body,
      remoteAddress: request.socket.remoteAddress ?? "",
      baseUrl: this.baseUrl,
    };
  }

  /**
   * A call charged to a project needs the API enabled there as well. What Google answers for a quota project that does not
   * exist is not modelled: such a header is ignored.
   *
   * @see https://docs.cloud.google.com/docs/quotas/quota-project
   */
  private checkQuotaProject(call: Call, service: Service): void {
    const header = call.headers["x-goog-user-project"];
    if (typeof header !== "string") {
      return;
    }
    const { store } = this.options;
    const id = header.replace(/^projects\//, "");
    const project = store.project(id);
    if (call.denied("serviceusage.services.use", `projects/${id}`)) {
      throw userProjectDenied(id);
    }
    if (project?.lifecycleState === "ACTIVE" && !store.isEnabled(project.projectId, service.api)) {
      throw serviceDisabled(project, service.api);
    }
  }

  private unknownRoute(method: string, path: string): ApiError {
    const entry = `${method} ${redactPath(path)}`;
    if (!this.unknownRoutes.includes(entry)) {
      record(this.unknownRoutes, entry);
    }
    const message = `The local cloud has no route for ${entry}. If a deploy needs it, it is missing in emulator/services.`;
    // The provider's client for API keys retries a 501 for 20 minutes, but takes a 400 as final.
    return path.startsWith("/apikeys/") ? invalidArgument(message) : new ApiError("UNIMPLEMENTED", message);
  }
}

interface Actions {
  readonly answer: () => object;
  /** Tells the route of an error that is sent in place of its answer. */
  readonly refuse: (error: ApiError) => void;
}

interface Found {
  readonly mounted: Mounted;
  readonly match: Match<Route>;
}

function mount(prefix: string, service: Service, strip: boolean): Mounted {
  const router = new Router<Route>();
  for (const entry of service.routes) {
    router.add(entry.method, entry.template, entry);
  }
  return { prefix, service, strip, router };
}

/** Provider 6.50 doubles the version of its endpoint over plain http: `/v1/v1/projects`. */
function collapse(segments: string[]): string[] {
  const [first, second] = segments;
  return first === second && /^v[123]$/.test(first ?? "") ? segments.slice(1) : segments;
}

function record(list: string[], entry: string): void {
  if (list.length < maxRecorded) {
    list.push(entry);
  }
}

function withoutQuery(url: string): string {
  return url.split(/[?#]/, 1)[0]!;
}

/** A key may stand in a path percent-encoded in any way; only then is the path shown decoded. */
function redactPath(path: string): string {
  try {
    const decoded = decodeURIComponent(path);
    const redacted = redactKeys(decoded);
    return redacted === decoded ? path : redacted;
  } catch {
    return redactKeys(path);
  }
}

/** Calls back with the whole body, or with undefined if it is too large; then the rest is thrown away. */
function readBody(request: IncomingMessage, limit: number, done: (body: Buffer | undefined) => void): void {
  if (request.headers["content-length"] === undefined && request.headers["transfer-encoding"] === undefined) {
    done(empty);
    return;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  request.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size <= limit) {
      chunks.push(chunk);
    } else {
      chunks.length = 0;
    }
  });
  request.on("end", () => done(size <= limit ? Buffer.concat(chunks) : undefined));
}

const empty = Buffer.alloc(0);

function parseBody(body: Buffer): JsonObject {
  if (body.length === 0) {
    return {};
  }
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch {
    throw invalidArgument("Invalid JSON payload received. The body is not JSON.");
  }
  if (!isObject(value)) {
    throw invalidArgument("Invalid JSON payload received. Root must be an object.");
  }
  return value;
}

function respond(response: ServerResponse, service: Service, answer: () => object): void {
  try {
    const result = answer();
    if (result instanceof Reply) {
      send(response, result.status, result.headers, result.body);
    } else {
      send(response, 200, jsonHeaders, JSON.stringify(result));
    }
  } catch (error) {
    sendError(response, error, service.errors);
  }
}

/** The hard case for a caller is `after`: the change is made, and the answer does not say so. */
function fail(
  request: IncomingMessage,
  response: ServerResponse,
  service: Service,
  { answer, refuse }: Actions,
  { outcome, after }: Fault,
): void {
  if (outcome === undefined) {
    respond(response, service, answer);
    return;
  }
  if (after) {
    try {
      answer();
    } catch {
      // Whether it went well is just what the caller is not to know.
    }
  }
  if (outcome === "reset") {
    request.socket.resetAndDestroy();
    return;
  }
  if (!after) {
    refuse(outcome);
  }
  sendError(response, outcome, service.errors);
}

const jsonHeaders: OutgoingHttpHeaders = { "Content-Type": "application/json; charset=UTF-8" };

function sendError(response: ServerResponse, error: unknown, style: Service["errors"]): void {
  // A bug of the local cloud: no text of it goes out, since it might hold what was sent.
  const known = error instanceof ApiError ? error : new ApiError("INTERNAL", "Internal error of the local cloud.");
  const body = style === "plain" ? known.toPlainBody() : known.toBody();
  send(response, known.http, jsonHeaders, redactKeys(JSON.stringify(body)));
}

function send(response: ServerResponse, status: number, headers: OutgoingHttpHeaders, body: string | Buffer): void {
  const length = status === 204 ? {} : { "Content-Length": Buffer.byteLength(body) };
  response.writeHead(status, { ...headers, ...length });
  response.end(body);
}
