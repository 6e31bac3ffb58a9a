import { ApiError, invalidArgument, notFound } from "./errors";
import type { Store } from "./store";
import { root } from "./store";

/** A long-running operation as it is sent (google.longrunning.Operation). */
export interface Operation {
  readonly name: string;
  readonly metadata?: object;
  readonly done?: boolean;
  readonly response?: object;
  readonly error?: object;
}

export interface PendingOperation {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly readyAt: number;
  readonly metadata?: object;
  /** Makes the change and gives the operation's response. */
  readonly effect: () => object;
  /** Called with the finished operation. */
  listener?: (done: Operation) => void;
}

export interface OperationRequest {
  /** Up to the number, e.g. `operations/cp.`. */
  readonly prefix: string;
  readonly metadata?: object;
  readonly delayMs: number;
  readonly effect: () => object;
}

/**
 * Starts an operation. Without a delay it is done at once, and a failure is the error of the request itself: the API Keys
 * client of the Terraform provider overlooks the error of an operation that is done in the first answer.
 * With a delay the change is made when the time has come, and a failure is the operation's error.
 */
export function startOperation(store: Store, request: OperationRequest): Operation {
  const name = `${request.prefix}${store.next("operations")}`;
  const { metadata, effect } = request;
  if (request.delayMs <= 0) {
    return keep(store, { name, ...(metadata && { metadata }), done: true, response: effect() });
  }
  const readyAt = store.now().getTime() + request.delayMs;
  store.pending.push({ name, readyAt, effect, ...(metadata && { metadata }) });
  return keep(store, { name, ...(metadata && { metadata }), done: false });
}

/** Makes the changes whose time has come. Called before each request, so that every read sees them. */
export function settle(store: Store, until = store.now().getTime()): void {
  if (store.pending.length === 0) {
    return;
  }
  const ready = store.pending.filter((operation) => operation.readyAt <= until);
  store.pending = store.pending.filter((operation) => operation.readyAt > until);
  for (const operation of ready) {
    const done = keep(store, finish(operation));
    operation.listener?.(done);
  }
}

/** Calls back when an operation is done: at once if it is so already, or if there is none of this name. */
export function whenDone(store: Store, name: string, listener: (done: Operation) => void): void {
  const pending = store.pending.find((operation) => operation.name === name);
  if (pending) {
    pending.listener = listener;
  } else {
    listener(store.operations.get(root, name) ?? { name, done: true });
  }
}

/** Finishes everything: the effects are functions and cannot be saved. */
export function settleAll(store: Store): void {
  settle(store, Number.POSITIVE_INFINITY);
}

export function getOperation(store: Store, name: string): Operation {
  if (!name.startsWith("operations/")) {
    throw invalidArgument(`Invalid operation name: ${name}`);
  }
  const operation = store.operations.get(root, name);
  if (!operation) {
    throw notFound(`Operation ${name} not found.`);
  }
  return operation;
}

function finish(operation: PendingOperation): Operation {
  const { name, metadata } = operation;
  try {
    return { name, ...(metadata && { metadata }), done: true, response: operation.effect() };
  } catch (error) {
    if (!(error instanceof ApiError)) {
      throw error;
    }
    return { name, ...(metadata && { metadata }), done: true, error: error.toOperationError() };
  }
}

function keep(store: Store, operation: Operation): Operation {
  store.operations.set(root, operation.name, operation);
  return operation;
}
