import { isCelError, parse, run } from "@bufbuild/cel";
import type { JsonObject } from "./fields";

/**
 * Expressions in the Common Expression Language, as they stand in attribute mappings and conditions. Google's own functions,
 * e.g. `extract`, are not known here: https://docs.cloud.google.com/iam/docs/workload-identity-federation#mapping
 */

/** The variables an expression uses, or why it cannot be read. */
export function celVariables(expression: string): { readonly names: readonly string[] } | { readonly problem: string } {
  try {
    const used = new Set<string>();
    const bound = new Set<string>();
    collect(parse(expression).expr, used, bound);
    return { names: [...used].filter((name) => !bound.has(name)) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

/** The value of an expression; undefined if there is none, e.g. since a field is missing. */
export function evaluateCel(expression: string, variables: Readonly<Record<string, JsonObject>>): unknown {
  try {
    // The package takes plain JSON, which is what claims are.
    const value: unknown = run(expression, variables as Parameters<typeof run>[1]);
    return isCelError(value) ? undefined : value;
  } catch {
    return undefined;
  }
}

/** Walks the parsed expression, whose nodes are plain objects: `identExpr` names a variable, a macro binds its own. */
function collect(node: unknown, used: Set<string>, bound: Set<string>): void {
  if (typeof node !== "object" || node === null) {
    return;
  }
  const { case: kind, value } = node as { readonly case?: unknown; readonly value?: JsonObject };
  if (kind === "identExpr" && typeof value?.["name"] === "string") {
    used.add(value["name"]);
  }
  if (kind === "comprehensionExpr" && value) {
    for (const name of [value["iterVar"], value["iterVar2"], value["accuVar"]]) {
      bound.add(String(name));
    }
  }
  for (const child of Object.values(node)) {
    collect(child, used, bound);
  }
}
