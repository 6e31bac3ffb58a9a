import { createHash } from "node:crypto";
import { PlanError, parsePlan } from "../inventory/plan-file";
import { type Attributes, object } from "../inventory/stack-file";
import { redactKeys } from "../values/redact";
import { canonical, canonicalWithoutNulls } from "./canonical";
import { hasMark, masked } from "./masked";

/**
 * What a plan would do, and nothing else: no time, no version of a tool, no drift, nothing of what stays as it is. Two plans with
 * equal effects do the same.
 *
 * Secrets are not in it, in no form: of a sensitive value it says that it changes, not to what. So neither the effects nor their
 * hash help to guess one; and two plans that differ in nothing but a sensitive value have the same hash. Our stacks pass no
 * sensitive values on: key strings are made by Google, and reach the secrets at apply.
 *
 * Provisioners of foreign modules are code, which is reviewed as code: they are not in it.
 */
export interface Effects {
  readonly formatVersion: 1;
  /** Sorted by address. */
  readonly resources: readonly ResourceEffect[];
  /** Sorted by name. */
  readonly outputs: readonly OutputEffect[];
}

export interface ResourceEffect {
  readonly address: string;
  /** As Terraform has them: `["delete","create"]` is not `["create","delete"]`. */
  readonly actions: readonly string[];
  /** Without the host, which is another one for OpenTofu. */
  readonly provider: string;
  /** The key of an object that is left from a replacement. */
  readonly deposed?: string;
  /** The address before a `moved` block. */
  readonly movedFrom?: string;
  /** What an `import` block takes over. */
  readonly imports?: unknown;
  /** The attributes for which it is replaced, sorted. */
  readonly replacedFor?: readonly unknown[];
  /** The attributes that change. */
  readonly attributes: Readonly<Record<string, Difference>>;
}

export interface OutputEffect extends Difference {
  readonly name: string;
  readonly actions: readonly string[];
}

/** A value before and after; left out for none. */
export interface Difference {
  readonly before?: unknown;
  readonly after?: unknown;
}

/** Tools have one each for the same provider. */
const PUBLIC_HOSTS = /^registry\.(?:terraform\.io|opentofu\.org)\//;

/** Parts of a plan that would do things without a resource that changes. @see https://developer.hashicorp.com/terraform/internals/json-format */
const NOT_COVERED = ["deferred_changes", "action_invocations", "deferred_action_invocations"];

/**
 * Reads what a plan would do.
 *
 * @param text what `terraform show -json` or `tofu show -json` prints.
 * @throws PlanError if it is no plan, or does more than can be told.
 */
export function effectsOf(name: string, text: string): Effects {
  const plan = parsePlan(name, text);
  for (const part of NOT_COVERED) {
    const found = plan[part];
    if (found === undefined || found === null || (Array.isArray(found) && found.length === 0)) continue;
    throw new PlanError(name, {
      rule: `must do everything by resources and outputs to have a hash`,
      got: part,
      fix: "Take the actions or the deferred changes out of the configuration.",
    });
  }
  const changes = (plan["resource_changes"] ?? []) as readonly unknown[];
  return {
    formatVersion: 1,
    resources: sortedBy(changes.flatMap(resourceEffect), (effect) => `${effect.address}\0${effect.deposed ?? ""}`),
    outputs: sortedBy(Object.entries(object(plan["output_changes"])).flatMap(outputEffect), ({ name }) => name),
  };
}

/** SHA-256, in hexadecimal. */
export function effectHash(effects: Effects): string {
  return createHash("sha256").update(canonical(effects)).digest("hex");
}

/** True if an apply would change nothing. */
export function isEmpty({ resources, outputs }: Effects): boolean {
  return resources.length === 0 && outputs.length === 0;
}

function resourceEffect(entry: unknown): ResourceEffect[] {
  const resource = object(entry);
  const change = object(resource["change"]);
  const actions = texts(change["actions"]);
  const moved = resource["previous_address"];
  const imports = change["importing"];
  const nothing = actions.every((action) => action === "no-op");
  if (nothing && typeof moved !== "string" && !imports) return [];
  const deposed = resource["deposed"];
  const paths = change["replace_paths"];
  return [
    {
      address: redactKeys(String(resource["address"])),
      actions,
      provider: String(resource["provider_name"] ?? "").replace(PUBLIC_HOSTS, ""),
      ...(typeof deposed === "string" ? { deposed } : {}),
      ...(typeof moved === "string" ? { movedFrom: redactKeys(moved) } : {}),
      ...(imports ? { imports: masked(imports, undefined, undefined) } : {}),
      ...(Array.isArray(paths) ? { replacedFor: sortedBy(paths, canonical) } : {}),
      attributes: nothing ? {} : attributesOf(actions, change),
    },
  ];
}

function attributesOf(actions: readonly string[], change: Attributes): Record<string, Difference> {
  const before = object(change["before"]);
  const after = object(change["after"]);
  const unknown = object(change["after_unknown"]);
  const side = (value: unknown, mark: unknown, sensitive: unknown, name: string) =>
    masked(value, mark, sensitive === true ? true : object(sensitive)[name]);
  if (!actions.includes("create") && !actions.includes("update") && !actions.includes("read")) {
    // It goes. Of what it was only the identity counts: the rest may have been refreshed since.
    const id = side(before["id"], undefined, change["before_sensitive"], "id");
    return id === null ? {} : { id: { before: id } };
  }
  const names = [...new Set([...Object.keys(before), ...Object.keys(after), ...Object.keys(unknown)])].sort();
  const entries = names.flatMap((name): [string, Difference][] => {
    const mark = unknown[name];
    const open = hasMark(mark);
    if (!open && canonicalWithoutNulls(before[name]) === canonicalWithoutNulls(after[name])) return [];
    const to = side(after[name], mark, change["after_sensitive"], name);
    // What the apply will compute has been computed before, as etags are, and may differ from one refresh to the next.
    const from = open ? null : side(before[name], undefined, change["before_sensitive"], name);
    return [[redactKeys(name), difference(from, to)]];
  });
  return Object.fromEntries(entries);
}

function outputEffect([name, value]: readonly [string, unknown]): OutputEffect[] {
  const change = object(value);
  const actions = texts(change["actions"]);
  if (actions.every((action) => action === "no-op")) return [];
  const unknown = change["after_unknown"];
  const from = hasMark(unknown) ? null : masked(change["before"], undefined, change["before_sensitive"]);
  return [
    {
      name: redactKeys(name),
      actions,
      ...difference(from, masked(change["after"], unknown, change["after_sensitive"])),
    },
  ];
}

function difference(before: unknown, after: unknown): Difference {
  return { ...(before === null ? {} : { before }), ...(after === null ? {} : { after }) };
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}

function sortedBy<T>(entries: readonly T[], by: (entry: T) => string): T[] {
  return entries
    .map((entry) => ({ entry, key: by(entry) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ entry }) => entry);
}
