/** A part of an address or reference with its index as written, e.g. `web` and `["x"]` of `web["x"]`. */
export interface Step {
  readonly name: string;
  readonly key?: string;
}

/** What an expression refers to. */
export interface Referred {
  /** The address of the resource. Without index if it could be any of several instances. */
  readonly address: string;
  /** False if it could be any of several instances. */
  readonly exact: boolean;
  readonly type: string;
  /** Undefined for the whole resource, and where Terraform does not tell, as for `web[each.key].key_string`. */
  readonly attribute?: string;
}

/** Where an expression stands. */
export interface Place {
  /** The modules around it, the outermost first. */
  readonly modules: readonly Step[];
  /** The index of the resource or module call it belongs to. */
  readonly key?: string;
  /** What `for_each` of that resource or module call refers to. */
  readonly forEach?: readonly string[];
  /** The address of the resource it belongs to: what `self` means. */
  readonly self?: string;
}

/** What the expressions of a module refer to, by name. */
export interface ModuleReferences {
  readonly outputs: ReadonlyMap<string, readonly string[]>;
  readonly locals: ReadonlyMap<string, readonly string[]>;
  readonly calls: ReadonlyMap<string, ModuleCall>;
}

export interface ModuleCall {
  readonly module: ModuleReferences;
  readonly arguments: ReadonlyMap<string, readonly string[]>;
  readonly forEach: readonly string[];
}

interface Instance {
  readonly address: string;
  readonly modules: readonly Step[];
  readonly key?: string;
}

/** Longer chains of variables and outputs are no plan of Terraform's. */
const LONGEST_CHAIN = 50;

const STEP = /([^.[\]"\s]+)(\[(?:[^\]"]*|"(?:[^"\\]|\\.)*")\])?(?:\.|$)/y;

/** The parts of an address or reference; none if it is not one. */
export function stepsOf(address: string): Step[] {
  const steps: Step[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < address.length) {
    const match = STEP.exec(address);
    if (!match) return [];
    const key = match[2];
    steps.push(key === undefined ? { name: match[1]! } : { name: match[1]!, key });
  }
  return steps;
}

/** The modules of an absolute address, and the rest: `["data"], type, name`. */
export function splitAddress(address: string): { modules: Step[]; rest: Step[] } {
  const steps = stepsOf(address);
  let start = 0;
  while (steps[start]?.name === "module" && steps[start + 1]) start += 2;
  return { modules: steps.slice(0, start).filter((_, index) => index % 2 === 1), rest: steps.slice(start) };
}

const IN_TEXT = /(?<![\w.-])[A-Za-z_][\w-]*(?:\.(?:[\w-]+|\*)|\[(?:[^\]"]*|"(?:[^"\\]|\\.)*")\])+/g;

/** The references in a text of Terraform's JSON: what stands between `${` and `}`. */
export function referencesIn(text: string): string[] {
  if (!text.includes("${")) return [];
  const found: string[] = [];
  for (const [, body] of text.matchAll(/(?<!\$)\$\{((?:[^{}"]|"(?:[^"\\]|\\.)*"|\{[^{}]*\})*)\}/g)) {
    for (const [reference] of body!.matchAll(IN_TEXT)) {
      found.push(reference.replace(/\.\*|\[(?!\d+\]|")[^\]]*\]/g, ""));
      if (/\[(?:each|count)\./.test(reference)) found.push("each.key");
    }
  }
  return found;
}

/** All references of all texts in a value. */
export function referencesUnder(value: unknown, found: string[] = []): string[] {
  if (typeof value === "string") {
    if (value.includes("${")) found.push(...referencesIn(value));
  } else if (typeof value === "object" && value !== null) {
    for (const child of Object.values(value)) referencesUnder(child, found);
  }
  return found;
}

/** Finds the resources behind references: through variables, module outputs, locals and `for_each`. */
export class References {
  private readonly byAddress = new Set<string>();
  /** By address without the resource's own index. */
  private readonly byName = new Map<string, Instance[]>();
  /** By address without any index. */
  private readonly byPath = new Map<string, Instance[]>();

  constructor(
    private readonly root: ModuleReferences,
    addresses: Iterable<string>,
  ) {
    for (const address of addresses) this.add(address);
  }

  /** @param references as Terraform lists them: `a.b.c` with its prefixes `a.b`. */
  resolve(references: readonly string[], place: Place, depth = 0): Referred[] {
    if (depth > LONGEST_CHAIN) return [];
    const specific = mostSpecific(references);
    const indexed = specific.some((reference) => /^(?:each|count)\./.test(reference));
    const found = specific.flatMap((reference) => this.one(reference, place, indexed, depth));
    return unique(found);
  }

  private one(reference: string, place: Place, indexed: boolean, depth: number): Referred[] {
    const [first, second, third, fourth] = stepsOf(reference);
    if (!first || !second) return [];
    const attribute = third?.name;
    switch (first.name) {
      case "var":
        return refined(this.variable(second.name, place, depth + 1), attribute);
      case "local": {
        const local = this.module(place.modules)?.locals.get(second.name) ?? [];
        return refined(this.resolve(local, place, depth + 1), attribute);
      }
      case "each":
        return second.name === "value" && place.forEach ? refined(this.each(place, depth + 1), attribute) : [];
      case "module": {
        const step = { name: second.name, key: second.key ?? (indexed ? place.key : undefined) };
        const modules = [...place.modules, step];
        const outputs = this.module(modules)?.outputs;
        const inner = (references: readonly string[]) =>
          this.resolve(references, { modules, key: step.key }, depth + 1);
        if (third) return refined(inner(outputs?.get(third.name) ?? []), fourth?.name);
        // All of its outputs, or one of them: Terraform does not tell.
        return [...(outputs?.values() ?? [])].flatMap(inner).map((found) => ({ ...found, attribute: undefined }));
      }
      case "self":
        return place.self ? [this.referred(place.self, true, second.name)] : [];
      default:
        return this.resource(reference, place, indexed);
    }
  }

  private variable(name: string, { modules }: Place, depth: number): Referred[] {
    const outer = modules.slice(0, -1);
    const inner = modules.at(-1);
    const call = inner && this.module(outer)?.calls.get(inner.name);
    const place = { modules: outer, key: inner?.key, forEach: call?.forEach };
    return call ? this.resolve(call.arguments.get(name) ?? [], place, depth) : [];
  }

  private each({ modules, key, forEach }: Place, depth: number): Referred[] {
    return this.resolve([...forEach!, "each.key"], { modules, key }, depth);
  }

  private resource(reference: string, place: Place, indexed: boolean): Referred[] {
    const steps = stepsOf(reference);
    const start = steps[0]!.name === "data" ? 1 : 0;
    const [type, named, attribute] = steps.slice(start);
    if (!type || !named) return [];
    const prefix = [...(start ? ["data"] : []), type.name, named.name].join(".");
    const wanted = named.key ?? (indexed ? place.key : undefined);
    const name = joined(place.modules, prefix);
    if (wanted !== undefined && this.byAddress.has(name + wanted)) {
      return [this.referred(name + wanted, true, attribute?.name)];
    }
    const instances = this.byName.get(name) ?? this.anyModule(place.modules, prefix, wanted);
    if (instances.length === 0) return [];
    if (instances.length === 1) return [this.referred(instances[0]!.address, true, attribute?.name)];
    return [this.referred(name, false, attribute?.name)];
  }

  /** The modules of a place have no index where a reference leaves it open. */
  private anyModule(modules: readonly Step[], prefix: string, key: string | undefined): readonly Instance[] {
    const all = this.byPath.get(joined(withoutKeys(modules), prefix)) ?? [];
    const fitting = all.filter((instance) =>
      modules.every((step, index) => step.key === undefined || step.key === instance.modules[index]?.key),
    );
    const same = fitting.filter((instance) => instance.key === key);
    return key !== undefined && same.length > 0 ? same : fitting;
  }

  private module(modules: readonly Step[]): ModuleReferences | undefined {
    return modules.reduce<ModuleReferences | undefined>((outer, { name }) => outer?.calls.get(name)?.module, this.root);
  }

  private referred(address: string, exact: boolean, attribute: string | undefined): Referred {
    const { rest } = splitAddress(address);
    const type = rest[0]?.name === "data" ? `data.${rest[1]?.name}` : (rest[0]?.name ?? "");
    return { address, exact, type, attribute };
  }

  private add(address: string): void {
    const { modules, rest } = splitAddress(address);
    const key = rest.at(-1)?.key;
    const instance = { address, modules, key };
    const prefix = rest.map(({ name }) => name).join(".");
    this.byAddress.add(address);
    push(this.byName, joined(modules, prefix), instance);
    if (modules.length > 0) push(this.byPath, joined(withoutKeys(modules), prefix), instance);
  }
}

/** `module.a["x"].google_project.p` */
export function joined(modules: readonly Step[], rest: string): string {
  return [...modules.map(({ name, key = "" }) => `module.${name}${key}`), rest].join(".");
}

/** An address without any index. */
export function withoutIndexes(address: string): string {
  if (!address.includes("[")) return address;
  return stepsOf(address)
    .map(({ name }) => name)
    .join(".");
}

/** `var.key.key_string` is that attribute of what `var.key` is. */
function refined(all: readonly Referred[], attribute: string | undefined): Referred[] {
  return all.map((referred) => ({ ...referred, attribute: referred.attribute ?? attribute }));
}

function withoutKeys(modules: readonly Step[]): Step[] {
  return modules.map(({ name }) => ({ name }));
}

/** Terraform lists `a.b.c` and then `a.b`, and `a.b["x"].c` with `a.b["x"]` and `a.b`. */
function mostSpecific(references: readonly string[]): string[] {
  if (references.length < 2) return [...references];
  return references.filter(
    (reference) =>
      !references.some(
        (other) =>
          other.length > reference.length &&
          other.startsWith(reference) &&
          (other[reference.length] === "." || other[reference.length] === "["),
      ),
  );
}

function unique(all: readonly Referred[]): Referred[] {
  if (all.length < 2) return [...all];
  return [...new Map(all.map((referred) => [`${referred.address} ${referred.attribute}`, referred])).values()];
}

/** Adds to the list of a key. */
export function push<K, T>(map: Map<K, T[]>, key: K, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
