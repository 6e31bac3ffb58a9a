import { describeProblem, type Problem, problem } from "../values/problem";
import { isDeeperThan, jsonFault } from "./json-fault";
import { type Attributes, object } from "./stack-file";

/** In bytes; measured in characters where there is only text. */
export const MAX_PLAN_SIZE = 200 * 1024 * 1024;

/** Levels of arrays and objects. Real plans have about 15. */
const MAX_DEPTH = 200;

const PLAN_ERROR = Symbol.for("gemkeys.PlanError");

/** The plan cannot be read, or says nothing: a mistake of the user, never a pass. */
export class PlanError extends Error {
  /** @param file the name of the file, as the user knows it. */
  constructor(
    readonly file: string,
    readonly problem: Problem,
  ) {
    super(describeProblem(file, problem));
    this.name = "PlanError";
    Object.defineProperty(this, PLAN_ERROR, { value: true });
  }

  static is(error: unknown): error is PlanError {
    return typeof error === "object" && error !== null && PLAN_ERROR in error;
  }
}

/**
 * The parts of `terraform show -json` that are read. What is inside is checked where it is read.
 * https://developer.hashicorp.com/terraform/internals/json-format
 */
export interface PlanFile {
  readonly name: string;
  readonly variables: Attributes;
  /** Everything that is in the plan, changed or not. */
  readonly changes: readonly ResourceChange[];
  /** What the cloud changed since the last run; `before` is what the state said, `after` what is there. */
  readonly drift: readonly ResourceChange[];
  /** What the state had before, of all modules: also what the plan leaves out, as with `-target`. */
  readonly prior: readonly StateResource[];
  readonly outputs: Attributes;
  readonly configuration: Attributes;
}

export interface ResourceChange {
  readonly address: string;
  readonly mode: string;
  readonly type: string;
  readonly actions: readonly string[];
  readonly before: Attributes | undefined;
  readonly beforeSensitive: unknown;
  readonly after: Attributes | undefined;
  readonly afterUnknown: unknown;
  readonly afterSensitive: unknown;
}

export interface StateResource {
  readonly address: string;
  readonly mode: string;
  readonly type: string;
  readonly values: Attributes;
  readonly sensitive: unknown;
}

const SHOW =
  "Write it with `terraform show -json tfplan > plan.json`, where `tfplan` comes from `terraform plan -out=tfplan`.";
const RULE = "must be the JSON of a Terraform plan";

/** @throws PlanError if the text is no plan that says all. */
export function readPlan(name: string, text: string): PlanFile {
  return partsOf(name, parsePlan(name, text));
}

/** A plan with all its parts. @throws PlanError if the text is no plan that says all. */
export function parsePlan(name: string, text: string): Attributes {
  checkPlanSize(name, text.length);
  const content = text.startsWith("\uFEFF") ? text.slice(1) : text;
  if (isDeeperThan(content, MAX_DEPTH)) throw tooDeep(name);
  return checked(name, parse(name, content));
}

/** @throws PlanError if the file is too large to be read. */
export function checkPlanSize(name: string, bytes: number): void {
  if (bytes <= MAX_PLAN_SIZE) return;
  const size = `${Math.ceil(bytes / 1024 / 1024)} MB`;
  throw new PlanError(name, problem("must have at most 200 MB", size, "Split the root module, or plan a part of it."));
}

/** The same for JSON that is parsed already. @throws PlanError */
export function readParsedPlan(name: string, json: unknown): PlanFile {
  if (isTooDeep(json)) throw tooDeep(name);
  return partsOf(name, checked(name, json));
}

function partsOf(name: string, plan: Attributes): PlanFile {
  return {
    name,
    variables: object(plan["variables"]),
    changes: list(plan["resource_changes"]).flatMap(readChange),
    drift: list(plan["resource_drift"]).flatMap(readChange),
    prior: [...stateResources(object(object(plan["prior_state"])["values"])["root_module"])],
    outputs: object(plan["output_changes"]),
    configuration: object(plan["configuration"]),
  };
}

function parse(name: string, text: string): unknown {
  const refuse = (got: string, fix = SHOW) => new PlanError(name, { rule: RULE, got, fix });
  if (text.trim() === "") throw refuse("an empty file");
  if (text.startsWith("PK\u0003\u0004")) throw refuse("the plan itself, which is not JSON");
  if (text.includes("\u0000")) throw refuse("a file that is not UTF-8", `${SHOW} Keep it in UTF-8.`);
  try {
    return JSON.parse(text);
  } catch {
    const fault = jsonFault(text);
    if (/^\s*\{[^\n]*"@level"/.test(text)) throw refuse("the log of `terraform plan -json`");
    const place = fault ? ` at line ${fault.line}, column ${fault.column}` : "";
    if (fault?.atEnd) throw refuse(`JSON that ends too early${place}`, `The file was cut short. ${SHOW}`);
    throw refuse(`text that is not JSON${place}`);
  }
}

function checked(name: string, json: unknown): Attributes {
  const refuse = (rule: string, got: string, fix = SHOW) => new PlanError(name, problem(rule, got, fix));
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw refuse(RULE, json === null ? "null" : Array.isArray(json) ? "a list" : `a ${typeof json}`);
  }
  const plan = json as Attributes;
  const version = plan["format_version"];
  if ("serial" in plan && "lineage" in plan) throw refuse(RULE, "a state");
  if (typeof version !== "string") throw refuse(RULE, "JSON without format_version");
  if (!/^1\.\d+$/.test(version)) {
    throw refuse("must have format_version 1.x", version, "Use a Terraform that writes it: 1.1 or later.");
  }
  if ("values" in plan && !("planned_values" in plan)) throw refuse(RULE, "a state");
  const missing = ["planned_values", "configuration"].find((part) => !isObject(plan[part]));
  if (missing) throw refuse(RULE, `JSON without ${missing}`);
  if (!Array.isArray(plan["resource_changes"] ?? [])) {
    throw refuse(RULE, "resource_changes that are no list");
  }
  if (plan["errored"] === true) {
    throw refuse(
      "must be of a run without errors",
      "a plan that stopped at an error",
      "Mend the error, and plan again.",
    );
  }
  return plan;
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function tooDeep(name: string): PlanError {
  const fix = "No plan of Terraform is like that. " + SHOW;
  return new PlanError(name, { rule: `must be nested at most ${MAX_DEPTH} levels deep`, got: "more levels", fix });
}

/** Level by level, since a value that is too deep has no place on the stack. */
function isTooDeep(json: unknown): boolean {
  let level: unknown[] = [json];
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value !== "object" || value === null) continue;
      for (const child of Object.values(value)) if (typeof child === "object" && child !== null) next.push(child);
    }
    if (next.length === 0) return false;
    level = next;
  }
  return true;
}

function readChange(entry: unknown): ResourceChange[] {
  const resource = object(entry);
  // What is left of a replacement that failed: no resource of its own.
  if (resource["deposed"] !== undefined) return [];
  const change = object(resource["change"]);
  return [
    {
      ...namesOf(resource),
      actions: list(change["actions"]).filter((action) => typeof action === "string"),
      before: maybeObject(change["before"]),
      beforeSensitive: change["before_sensitive"],
      after: maybeObject(change["after"]),
      afterUnknown: change["after_unknown"],
      afterSensitive: change["after_sensitive"],
    },
  ];
}

function* stateResources(root: unknown): Iterable<StateResource> {
  const module = object(root);
  for (const entry of list(module["resources"])) {
    const resource = object(entry);
    yield { ...namesOf(resource), values: object(resource["values"]), sensitive: resource["sensitive_values"] };
  }
  for (const child of list(module["child_modules"])) yield* stateResources(child);
}

function namesOf(resource: Attributes) {
  const text = (name: string) => String(resource[name] ?? "");
  return { address: text("address"), mode: text("mode"), type: text("type") };
}

function maybeObject(value: unknown): Attributes | undefined {
  return typeof value === "object" && value !== null ? (value as Attributes) : undefined;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
