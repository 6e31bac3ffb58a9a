import { keyMaterialIn } from "../values/redact";
import { type BackendFacts, type KeyMaterialFacts, type ProviderFacts, UNKNOWN } from "./facts";
import { materialUnder } from "./key-material";
import { maybeText } from "./known";
import { type ConfiguredProvider, type ConfiguredResource, PlanConfiguration } from "./plan-configuration";
import type { PlanFile } from "./plan-file";
import {
  joined,
  type Place,
  References,
  type Referred,
  referencesUnder,
  type Step,
  splitAddress,
  withoutIndexes,
} from "./references";
import type { RootModule, RootResource, Use } from "./root-module";
import { type Attributes, object } from "./stack-file";

/** A resource as the plan shows it. */
interface Shown {
  readonly address: string;
  readonly type: string;
  readonly values: Attributes;
  readonly unknown: unknown;
  readonly sensitive: unknown;
}

/** Attributes that the provider fills in with keys: a plan shows them in clear once they are known. */
const KEY_STRINGS: Readonly<Record<string, readonly string[]>> = { google_apikeys_key: ["key_string"] };

/** The root module of a plan, before or after the apply. */
export class PlanModule implements RootModule {
  readonly origin = "plan";
  readonly name: string;
  readonly backend: BackendFacts = { kind: "unknown" };
  readonly resources: readonly RootResource[];
  private readonly configuration: PlanConfiguration;
  private readonly references: References;
  /** The addresses of API keys by their key strings, to tell a copy from a key written out. Never shown. */
  private readonly keyStrings = new Map<string, string>();

  /** As it is once the plan is applied. */
  static after(plan: PlanFile): PlanModule {
    const changed = plan.changes.flatMap(({ address, mode, type, after, afterUnknown, afterSensitive }) =>
      after
        ? [{ address, type: typeOf(mode, type), values: after, unknown: afterUnknown, sensitive: afterSensitive }]
        : [],
    );
    return new PlanModule(plan, [...changed, ...unchanged(plan)], true);
  }

  /** As it is now. What the configuration says is how it shall be, so only values count. */
  static before(plan: PlanFile): PlanModule {
    const changed = plan.changes.flatMap(({ address, mode, type, before, beforeSensitive }) =>
      before ? [{ address, type: typeOf(mode, type), values: before, unknown: false, sensitive: beforeSensitive }] : [],
    );
    return new PlanModule(plan, [...changed, ...unchanged(plan)], false);
  }

  /** As Terraform believed it was, before it looked: `before` without the drift. */
  static beforeDrift(plan: PlanFile): PlanModule {
    const drifted = new Map(plan.drift.map((change) => [change.address, change]));
    const undone = plan.drift.flatMap(({ address, mode, type, before, beforeSensitive }) =>
      before ? [{ address, type: typeOf(mode, type), values: before, unknown: false, sensitive: beforeSensitive }] : [],
    );
    const kept = PlanModule.before(plan).shown.filter(({ address }) => !drifted.has(address));
    return new PlanModule(plan, [...kept, ...undone], false);
  }

  private constructor(
    private readonly plan: PlanFile,
    private readonly shown: readonly Shown[],
    private readonly configured: boolean,
  ) {
    this.name = plan.name;
    this.configuration = new PlanConfiguration(plan.configuration);
    this.references = new References(
      this.configuration.root,
      shown.map(({ address }) => address),
    );
    for (const { address, type, values } of shown) {
      for (const attribute of KEY_STRINGS[type] ?? []) {
        const value = values[attribute];
        if (typeof value === "string" && value !== "") this.keyStrings.set(value, address);
      }
    }
    this.resources = shown.map((resource) => this.resource(resource));
  }

  get providers(): ProviderFacts[] {
    const found = this.configuration.providers
      .filter(({ name }) => name === "google" || name === "google-beta")
      .map((provider) => ({
        address: provider.address,
        quotaProject: maybeText(this.setting(provider, "billing_project")),
        userProjectOverride: String(this.setting(provider, "user_project_override")) === "true",
      }));
    const used = this.resources.some(({ type }) => type.startsWith("google_"));
    // Without a block of its own, the provider has nothing but the environment's settings.
    return found.length === 0 && used ? [{ address: "provider.google", userProjectOverride: false }] : found;
  }

  *uses(): Iterable<Use> {
    for (const shown of this.shown) {
      const { address, type, sensitive } = shown;
      const resource = this.configuredResource(address);
      if (!resource) continue;
      const place = this.placeOf(address, resource);
      for (const [field, references] of resource.references) {
        if (!mayHoldKeys(references)) continue;
        const marked = hasTrue(object(sensitive)[field]);
        const referred = this.references.resolve(references, place);
        yield { kind: "attribute", address, type, field, referred, sensitive: marked };
      }
      for (const [field, references] of resource.provisioners) {
        const referred = this.references.resolve(references, place);
        yield { kind: "provisioner", address, type, field, referred, sensitive: true };
      }
      yield* this.copies(shown);
    }
    for (const [name, references] of this.configuration.root.outputs) {
      const sensitive = object(this.configuration.root.outputBlocks[name])["sensitive"] === true;
      const referred = this.references.resolve(references, { modules: [] });
      const copied = referred.length === 0 ? this.keysIn(object(this.plan.outputs[name])["after"]).map(asKey) : [];
      const use = { kind: "output", address: `output.${name}`, type: "", field: "value", sensitive } as const;
      yield { ...use, referred: [...referred, ...copied] };
    }
  }

  /** Attributes that hold a known key string, whatever way it came there: a plan does not tell of locals. */
  private *copies({ address, type, values, sensitive }: Shown): Iterable<Use> {
    if (this.keyStrings.size === 0) return;
    const expressions = this.configuredResource(address)?.expressions ?? {};
    for (const [field, value] of Object.entries(values)) {
      // What nobody wrote is the provider's.
      if (expressions[field] === undefined) continue;
      const keys = this.keysIn(value);
      if (keys.length === 0 || this.referencesOf(address, field).length > 0) continue;
      const marked = hasTrue(object(sensitive)[field]);
      yield { kind: "attribute", address, type, field, referred: keys.map(asKey), sensitive: marked };
    }
  }

  /**
   * Key material that somebody wrote: in the configuration, in variables, and in values that come from neither a resource nor
   * the provider. What a plan shows of its own, such as the key string of a key, is none.
   */
  get keyMaterial(): KeyMaterialFacts[] {
    const found = new Map<string, KeyMaterialFacts>();
    const seen = new Set<string>();
    const add = (address: string, value: unknown, name: string) => {
      for (const { field, kinds } of materialUnder(value, name, (text) => this.isCopy(text))) {
        seen.add(`${withoutIndexes(address)} ${field}`);
        for (const kind of kinds) found.set(`${address} ${field} ${kind}`, { address, field, kind });
      }
    };
    for (const { address, values } of this.shown) {
      const resource = this.configuredResource(address);
      for (const [field, value] of Object.entries(values)) {
        if (resource?.expressions[field] === undefined || !hasMaterial(value)) continue;
        if (this.referencesOf(address, field).length === 0) add(address, value, field);
      }
    }
    for (const [name, references] of this.configuration.root.outputs) {
      const value = object(this.plan.outputs[name])["after"];
      if (this.references.resolve(references, { modules: [] }).length === 0) add(`output.${name}`, value, "value");
    }
    for (const [name, variable] of Object.entries(this.plan.variables)) {
      add(`var.${name}`, object(variable)["value"], "value");
    }
    const written = (address: string, expressions: unknown, name = "") => {
      for (const { field, kinds } of materialUnder(constants(expressions), name)) {
        if (seen.has(`${address} ${field}`)) continue;
        for (const kind of kinds) found.set(`${address} ${field} ${kind}`, { address, field, kind });
      }
    };
    for (const [module, path] of this.configuration.modules()) {
      for (const [address, { expressions, provisionerBlocks }] of module.resources) {
        written(joined(path, address), expressions);
        if (provisionerBlocks.length > 0) written(joined(path, address), { provisioner: provisionerBlocks });
      }
      for (const [name, block] of Object.entries(module.outputBlocks)) {
        written(joined(path, `output.${name}`), object(block)["expression"], "value");
      }
      for (const [name, block] of Object.entries(module.variables)) {
        const fallback = object(block)["default"];
        written(joined(path, `var.${name}`), fallback === undefined ? {} : { constant_value: fallback }, "value");
      }
      for (const [name, { expressions }] of module.calls) written(joined(path, `module.${name}`), expressions);
    }
    for (const { address, expressions } of this.configuration.providers) written(address, expressions);
    return [...found.values()];
  }

  private resource(shown: Shown): RootResource {
    const { address, type } = shown;
    const configured = this.configured ? this.configuredResource(address) : undefined;
    let attributes: Attributes | undefined;
    return {
      address,
      type,
      // Most resources are not looked at.
      get attributes() {
        attributes ??= object(merged(shown.values, shown.unknown, shown.sensitive));
        return attributes;
      },
      sets: (attribute) => configured?.expressions[attribute] !== undefined,
      refers: (attribute, index) => (configured ? this.refers(shown, configured, attribute, index) : []),
    };
  }

  private refers(
    shown: Shown,
    configured: ConfiguredResource,
    attribute: string,
    index: number | undefined,
  ): Referred[] {
    const place = this.placeOf(shown.address, configured);
    const references = configured.references.get(attribute) ?? [];
    if (index === undefined) return this.references.resolve(references, place);
    // Stacks in JSON show their texts; elsewhere nobody knows which element refers to what.
    const written = object(configured.expressions[attribute])["constant_value"];
    if (Array.isArray(written)) return this.references.resolve(referencesUnder(written[index]), place);
    const value = shown.values[attribute];
    return Array.isArray(value) && value.length === 1 ? this.references.resolve(references, place) : [];
  }

  private referencesOf(address: string, attribute: string): Referred[] {
    const configured = this.configuredResource(address);
    const references = configured?.references.get(attribute);
    return configured && references ? this.references.resolve(references, this.placeOf(address, configured)) : [];
  }

  private configuredResource(address: string): ConfiguredResource | undefined {
    const { modules, rest } = splitAddress(address);
    return this.configuration.module(modules)?.resources.get(rest.map(({ name }) => name).join("."));
  }

  private placeOf(address: string, { forEach }: ConfiguredResource): Place {
    const { modules, rest } = splitAddress(address);
    return { modules, key: rest.at(-1)?.key, forEach, self: address };
  }

  /** The API keys whose strings are in a value. */
  private keysIn(value: unknown): string[] {
    if (this.keyStrings.size === 0) return [];
    const found = new Set<string>();
    const visit = (child: unknown): void => {
      if (typeof child === "object" && child !== null) Object.values(child).forEach(visit);
      if (typeof child !== "string" || child.length < SHORTEST_KEY) return;
      const whole = this.keyStrings.get(child);
      if (whole) found.add(whole);
      // What looks like a key may stand in a longer text.
      else if (keyMaterialIn(child).length > 0) {
        for (const [key, address] of this.keyStrings) if (child.includes(key)) found.add(address);
      }
    };
    visit(value);
    return [...found];
  }

  /** True if all the key material in a text is that of API keys of the plan. */
  private isCopy(text: string): boolean {
    const keys = [...this.keyStrings.keys()].filter((key) => text.includes(key));
    const rest = keys.reduce((left, key) => left.replaceAll(key, ""), text);
    return keys.length > 0 && keyMaterialIn(rest).length === 0;
  }

  private setting({ expressions, module }: ConfiguredProvider, name: string): unknown {
    return expressions[name] === undefined ? undefined : this.constant(expressions[name], module);
  }

  /** The value of an expression that is constant, or a variable that is; not of a variable that is sensitive. */
  private constant(expression: unknown, modules: readonly Step[]): unknown {
    const { constant_value: value, references } = object(expression);
    if (!Array.isArray(references)) return value === undefined ? UNKNOWN : value;
    const [only] = references;
    const name = references.length === 1 && typeof only === "string" ? /^var\.([^.[]+)$/.exec(only)?.[1] : undefined;
    if (name === undefined) return UNKNOWN;
    const variable = object(this.configuration.module(modules)?.variables[name]);
    if (variable["sensitive"] === true) return UNKNOWN;
    if (modules.length === 0) return object(this.plan.variables[name])["value"] ?? UNKNOWN;
    const outer = modules.slice(0, -1);
    const argument = this.configuration.module(outer)?.calls.get(modules.at(-1)!.name)?.expressions[name];
    if (argument !== undefined) return this.constant(argument, outer);
    return variable["default"] ?? UNKNOWN;
  }
}

/** Shorter texts are no key strings. */
const SHORTEST_KEY = 20;

function asKey(address: string): Referred {
  return { address, exact: true, type: "google_apikeys_key", attribute: "key_string" };
}

/** What the state has and the plan does not mention, as with `-target`. */
function unchanged(plan: PlanFile): Shown[] {
  const mentioned = new Set(plan.changes.map(({ address }) => address));
  return plan.prior
    .filter(({ address }) => !mentioned.has(address))
    .map(({ address, mode, type, values, sensitive }) => ({
      address,
      type: typeOf(mode, type),
      values,
      unknown: false,
      sensitive,
    }));
}

function typeOf(mode: string, type: string): string {
  return mode === "data" ? `data.${type}` : type;
}

/** The value with `UNKNOWN` for what is not known yet, and for what is sensitive and so not for our eyes. */
function merged(value: unknown, unknown: unknown, sensitive: unknown): unknown {
  if (unknown === true) return UNKNOWN;
  if (value === undefined || value === null) return hasTrue(unknown) ? UNKNOWN : value;
  if (sensitive === true) return UNKNOWN;
  if (Array.isArray(value)) {
    const [unknowns, marks] = [unknown, sensitive].map((part) => (Array.isArray(part) ? part : []));
    return value.map((element, index) => merged(element, unknowns![index], marks![index]));
  }
  if (typeof value !== "object") return value;
  // Most parts are known, and need no copy.
  if (!hasTrue(unknown) && !hasTrue(sensitive)) return value;
  const [values, unknowns, marks] = [object(value), object(unknown), object(sensitive)];
  const names = new Set([...Object.keys(values), ...Object.keys(unknowns)]);
  return Object.fromEntries([...names].map((name) => [name, merged(values[name], unknowns[name], marks[name])]));
}

/** True if a part of a map of flags is set. */
function hasTrue(flags: unknown): boolean {
  if (typeof flags !== "object" || flags === null) return flags === true;
  return Object.values(flags).some(hasTrue);
}

/** References that can lead to a key string, by way of whatever. */
function mayHoldKeys(references: readonly string[]): boolean {
  return references.some((reference) =>
    /^(?:google_apikeys_key|(?:data\.)?google_secret_manager_secret_version\w*|var|module|each|self)\b/.test(reference),
  );
}

function hasMaterial(value: unknown): boolean {
  return materialUnder(value).length > 0;
}

/** What is written out in expressions, in the place of the expressions. */
function constants(expressions: unknown): unknown {
  if (Array.isArray(expressions)) return expressions.map(constants);
  if (typeof expressions !== "object" || expressions === null) return undefined;
  const expression = expressions as Attributes;
  if ("constant_value" in expression) return expression["constant_value"];
  return Object.fromEntries(Object.entries(expression).map(([name, child]) => [name, constants(child)]));
}
