import { invalidArgument } from "./errors";

/**
 * Routes are `google.api.http` path templates, e.g. `/v2/{parent=projects/*\/locations/*}/keys` or `/v1/{name=projects/*}:undelete`.
 *
 * @see https://github.com/googleapis/googleapis/blob/master/google/api/http.proto
 */
export interface Template {
  /** Literal segments, `*` for one segment, `**` (only at the end) for all that is left. */
  readonly segments: readonly string[];
  /** The custom verb after the last colon, or an empty string. */
  readonly verb: string;
}

export interface Match<T> {
  readonly value: T;
  /** What stood at each `*` in order, percent-decoded. A `**` gives one string with slashes. */
  readonly wildcards: readonly string[];
}

const literalPattern = /^[A-Za-z0-9._~-]+$/;
const variablePattern = /^\{([a-zA-Z_][a-zA-Z0-9_.]*)(?:=([^{}]+))?\}/;

/** Parses a template; a wrong one is a mistake in a service and throws. */
export function parseTemplate(text: string): Template {
  const fail = (rule: string): never => {
    throw new Error(`path template ${text}: ${rule}`);
  };
  if (!text.startsWith("/")) {
    fail("must start with a slash");
  }
  let flat = "";
  for (let rest = text; rest !== ""; ) {
    const variable = variablePattern.exec(rest);
    if (variable) {
      flat += variable[2] ?? "*";
      rest = rest.slice(variable[0].length);
    } else {
      flat += rest[0];
      rest = rest.slice(1);
    }
  }
  const colon = flat.indexOf(":");
  const verb = colon < 0 ? "" : flat.slice(colon + 1);
  const segments = (colon < 0 ? flat : flat.slice(0, colon)).slice(1).split("/");
  segments.forEach((segment, index) => {
    if (segment === "**" ? index !== segments.length - 1 : segment !== "*" && !literalPattern.test(segment)) {
      fail(`wrong segment ${JSON.stringify(segment)}`);
    }
  });
  if (colon >= 0 && !literalPattern.test(verb)) {
    fail(`wrong verb ${JSON.stringify(verb)}`);
  }
  return { segments, verb };
}

interface Node<T> {
  readonly literals: Map<string, Node<T>>;
  one?: Node<T>;
  rest?: Node<T>;
  /** By method and verb. */
  readonly values: Map<string, T>;
}

function newNode<T>(): Node<T> {
  return { literals: new Map(), values: new Map() };
}

/** Finds the value of a method and path. A trie, so that the cost does not grow with the number of routes. */
export class Router<T> {
  private readonly root = newNode<T>();

  add(method: string, template: string, value: T): void {
    const { segments, verb } = parseTemplate(template);
    let node = this.root;
    for (const segment of segments) {
      node = child(node, segment);
    }
    const key = valueKey(method, verb);
    if (node.values.has(key)) {
      throw new Error(`two routes for ${method} ${template}`);
    }
    node.values.set(key, value);
  }

  /**
   * @param segments the path split at its slashes, not yet decoded: an escaped slash or colon belongs to a name
   */
  find(method: string, segments: readonly string[]): Match<T> | undefined {
    const last = segments[segments.length - 1]!;
    const colon = last.lastIndexOf(":");
    if (colon >= 0) {
      const match = this.match(valueKey(method, last.slice(colon + 1)), [
        ...segments.slice(0, -1),
        last.slice(0, colon),
      ]);
      if (match) {
        return match;
      }
    }
    return this.match(valueKey(method, ""), segments);
  }

  private match(key: string, segments: readonly string[]): Match<T> | undefined {
    const decoded = segments.map(decodeSegment);
    const wildcards: string[] = [];
    const value = walk(this.root, key, decoded, 0, wildcards);
    return value === undefined ? undefined : { value, wildcards };
  }
}

function child<T>(node: Node<T>, segment: string): Node<T> {
  if (segment === "*") {
    node.one ??= newNode();
    return node.one;
  }
  if (segment === "**") {
    node.rest ??= newNode();
    return node.rest;
  }
  let next = node.literals.get(segment);
  if (!next) {
    next = newNode();
    node.literals.set(segment, next);
  }
  return next;
}

/** A literal wins over `*`, and `*` over `**`. */
function walk<T>(node: Node<T>, key: string, segments: readonly string[], index: number, out: string[]): T | undefined {
  if (index === segments.length) {
    return node.values.get(key);
  }
  const segment = segments[index]!;
  const literal = node.literals.get(segment);
  if (literal) {
    const found = walk(literal, key, segments, index + 1, out);
    if (found !== undefined) {
      return found;
    }
  }
  if (node.one && segment !== "") {
    out.push(segment);
    const found = walk(node.one, key, segments, index + 1, out);
    if (found !== undefined) {
      return found;
    }
    out.pop();
  }
  const value = node.rest?.values.get(key);
  if (value !== undefined) {
    out.push(segments.slice(index).join("/"));
  }
  return value;
}

function decodeSegment(segment: string): string {
  if (!segment.includes("%")) {
    return segment;
  }
  try {
    return decodeURIComponent(segment);
  } catch {
    throw invalidArgument("The path holds a malformed percent-encoding.");
  }
}

function valueKey(method: string, verb: string): string {
  return verb === "" ? method : `${method}:${verb}`;
}
