import type { ModuleCall, ModuleReferences, Step } from "./references";
import { joined } from "./references";
import { type Attributes, object } from "./stack-file";

/** A module of a plan's `configuration`: what was written, instead of what came out of it. */
export interface ConfiguredModule extends ModuleReferences {
  readonly calls: ReadonlyMap<string, ConfiguredCall>;
  /** By address in the module, e.g. `data.google_iam_policy.p`, without index. */
  readonly resources: ReadonlyMap<string, ConfiguredResource>;
  /** The blocks of variables by name. */
  readonly variables: Attributes;
  readonly outputBlocks: Attributes;
}

export interface ConfiguredCall extends ModuleCall {
  readonly module: ConfiguredModule;
  readonly expressions: Attributes;
}

export interface ConfiguredResource {
  readonly expressions: Attributes;
  /** What each attribute refers to; attributes without references are not in it. */
  readonly references: ReadonlyMap<string, readonly string[]>;
  /** What each provisioner refers to, by its kind. */
  readonly provisioners: readonly (readonly [string, readonly string[]])[];
  readonly provisionerBlocks: readonly unknown[];
  readonly forEach: readonly string[];
}

export interface ConfiguredProvider {
  readonly name: string;
  readonly address: string;
  readonly module: readonly Step[];
  readonly expressions: Attributes;
}

/** The `configuration` of a plan. https://developer.hashicorp.com/terraform/internals/json-format#configuration-representation */
export class PlanConfiguration {
  readonly root: ConfiguredModule;
  readonly providers: readonly ConfiguredProvider[];

  constructor(configuration: Attributes) {
    this.root = readModule(object(configuration["root_module"]));
    this.providers = Object.values(object(configuration["provider_config"])).flatMap(readProvider);
  }

  module(modules: readonly Step[]): ConfiguredModule | undefined {
    return modules.reduce<ConfiguredModule | undefined>((outer, { name }) => outer?.calls.get(name)?.module, this.root);
  }

  /** All modules with the path to them. */
  *modules(module = this.root, path: readonly Step[] = []): Iterable<readonly [ConfiguredModule, readonly Step[]]> {
    yield [module, path];
    for (const [name, call] of module.calls) yield* this.modules(call.module, [...path, { name }]);
  }
}

/** The references of all expressions under a value. */
export function expressionReferences(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const references = (value as Attributes)["references"];
  if (Array.isArray(references)) return references.filter((reference) => typeof reference === "string");
  return Object.entries(value).flatMap(([name, child]) =>
    name === "constant_value" ? [] : expressionReferences(child),
  );
}

function readModule(module: Attributes): ConfiguredModule {
  const outputBlocks = object(module["outputs"]);
  const resources = Array.isArray(module["resources"]) ? module["resources"].map(object) : [];
  return {
    outputs: mapped(outputBlocks, (output) => expressionReferences(object(output)["expression"])),
    // A plan does not tell what locals are.
    locals: new Map(),
    calls: mapped(object(module["module_calls"]), (call) => readCall(object(call))),
    resources: new Map(resources.map((resource) => [String(resource["address"]), readResource(resource)])),
    variables: object(module["variables"]),
    outputBlocks,
  };
}

function readCall(call: Attributes): ConfiguredCall {
  const expressions = object(call["expressions"]);
  return {
    module: readModule(object(call["module"])),
    arguments: mapped(expressions, expressionReferences),
    forEach: expressionReferences(call["for_each_expression"]),
    expressions,
  };
}

function readResource(resource: Attributes): ConfiguredResource {
  const expressions = object(resource["expressions"]);
  const provisioners = Array.isArray(resource["provisioners"]) ? resource["provisioners"].map(object) : [];
  return {
    expressions,
    references: new Map(
      Object.entries(expressions)
        .map(([name, expression]) => [name, expressionReferences(expression)] as const)
        .filter(([, references]) => references.length > 0),
    ),
    provisioners: provisioners.map((block) => [String(block["type"]), expressionReferences(block["expressions"])]),
    provisionerBlocks: provisioners.map((block) => block["expressions"]),
    forEach: expressionReferences(resource["for_each_expression"]),
  };
}

/** A provider that a module has from outside is listed without settings: it is the outer one. */
function readProvider(entry: unknown): ConfiguredProvider[] {
  const provider = object(entry);
  const moduleAddress = String(provider["module_address"] ?? "");
  if (moduleAddress !== "" && provider["expressions"] === undefined) return [];
  const name = String(provider["name"]);
  const alias = provider["alias"] === undefined ? "" : `.${provider["alias"]}`;
  const module = moduleAddress
    .split(".")
    .filter((_, index) => index % 2 === 1)
    .map((step) => ({ name: step }));
  return [
    { name, module, address: joined(module, `provider.${name}${alias}`), expressions: object(provider["expressions"]) },
  ];
}

function mapped<T>(from: Attributes, read: (value: unknown) => T): Map<string, T> {
  return new Map(Object.entries(from).map(([name, value]) => [name, read(value)]));
}
