import { buildFacts, type FactsExtras } from "./build-facts";
import { type BackendFacts, type Facts, type KeyMaterialFacts, type ProviderFacts, UNKNOWN } from "./facts";
import { materialUnder } from "./key-material";
import { maybeText } from "./known";
import { References, type Referred, referencesUnder } from "./references";
import type { RootModule, RootResource, Use } from "./root-module";
import { type Attributes, blocks, object, StackFile } from "./stack-file";

/**
 * The facts of a synthesized stack. Nothing is required of it: an empty one has no facts.
 *
 * @param name the stack's id.
 * @param stack the content of `cdk.tf.json`.
 */
export function factsFromStack(name: string, stack: unknown, extras: FactsExtras = {}): Facts {
  return buildFacts(new StackModule(new StackFile(name, stack)), () => [], extras);
}

/** What a resource has besides its attributes. https://developer.hashicorp.com/terraform/language/syntax/json */
const META = ["//", "connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioner"];

/** Settings of backends that say where the state is. The others are how to get there, and some are secrets. */
const PLACES = ["bucket", "prefix", "key", "path", "hostname", "organization", "workspace", "tags"];

/** A reference to an attribute and nothing else: `google_project.p.number`. */
const PLAIN = /^\s*((?:data\.)?[A-Za-z_]\w*\.[\w-]+)\.(\w+)\s*$/;

/** Longer chains of references are no stack of Terraform's. */
const LONGEST_CHAIN = 20;

class StackModule implements RootModule {
  readonly origin = "stack";
  readonly name: string;
  readonly backend: BackendFacts;
  readonly providers: readonly ProviderFacts[];
  readonly resources: readonly RootResource[];
  private readonly raw = new Map<string, Attributes>();
  private readonly locals: Attributes;
  private readonly references: References;
  /** What texts refer to and stand for: most resources name the same project. */
  private readonly referred = new Map<string, Referred[]>();
  private readonly texts = new Map<string, unknown>();

  constructor(private readonly file: StackFile) {
    this.name = file.name;
    this.locals = Object.assign({}, ...blocks(file.section("locals")));
    const everything = file.everything();
    for (const { address, attributes } of everything) this.raw.set(address, attributes);
    const locals = new Map(Object.entries(this.locals).map(([name, value]) => [name, referencesUnder(value)]));
    this.references = new References({ outputs: new Map(), calls: new Map(), locals }, this.raw.keys());
    this.backend = { kind: backendKind(file.section("terraform")) };
    this.providers = this.readProviders();
    this.resources = everything.map(({ address, type, attributes }) => this.resource(address, type, attributes));
  }

  get stateIsIn(): string {
    const terraform = this.file.section("terraform");
    const [kind = "local", block] =
      Object.entries({ ...object(terraform["backend"]), ...only(terraform, "cloud") })[0] ?? [];
    const workspaces = object(object(block)["workspaces"]);
    const settings: Attributes = { ...object(block), workspace: workspaces["name"], tags: workspaces["tags"] };
    return [
      kind,
      ...PLACES.flatMap((name) => (settings[name] === undefined ? [] : [`${name} ${String(settings[name])}`])),
    ].join(", ");
  }

  /** Any text of the file: `values/redact.ts` says what it looks like. */
  get keyMaterial(): KeyMaterialFacts[] {
    const places: [string, unknown][] = [...this.raw];
    for (const [name, value] of Object.entries(this.file.section("output"))) places.push([`output.${name}`, value]);
    for (const [name, value] of Object.entries(this.locals)) places.push([`local.${name}`, value]);
    for (const [name, value] of Object.entries(this.file.section("variable"))) places.push([`var.${name}`, value]);
    for (const [name, value] of Object.entries(this.file.section("module"))) places.push([`module.${name}`, value]);
    for (const { address, block } of this.providerBlocks(() => true)) places.push([address, block]);
    places.push(["terraform", this.file.section("terraform")]);
    return places.flatMap(([address, value]) =>
      materialUnder(value).flatMap(({ field, kinds }) =>
        kinds.map((kind) => ({ address, field: field || "value", kind })),
      ),
    );
  }

  *uses(): Iterable<Use> {
    for (const { address, type } of this.resources) {
      const attributes = this.raw.get(address)!;
      for (const [field, value] of Object.entries(attributes)) {
        if (holdsReference(value) && !META.includes(field)) yield* this.use("attribute", address, type, field, value);
      }
      for (const [field, value] of blocks(attributes["provisioner"]).flatMap((block) => Object.entries(block))) {
        yield* this.use("provisioner", address, type, field, value);
      }
    }
    for (const [name, output] of Object.entries(this.file.section("output"))) {
      const { value, sensitive } = object(output);
      yield* this.use("output", `output.${name}`, "", "value", value, sensitive === true);
    }
  }

  /** @param marked whether it is marked as sensitive; left out for what takes it from its value. */
  private *use(kind: Use["kind"], address: string, type: string, field: string, value: unknown, marked?: boolean) {
    const referred = this.referredBy(value, address);
    if (referred === undefined) return;
    yield { kind, address, type, field, referred, sensitive: marked ?? isMarked(value) };
  }

  /** Undefined if there is no reference in it. */
  private referredBy(value: unknown, self: string): Referred[] | undefined {
    const shared = typeof value === "string" && !value.includes("self") ? value : undefined;
    const before = shared === undefined ? undefined : this.referred.get(shared);
    if (before !== undefined) return before;
    const references = referencesUnder(value);
    if (references.length === 0) return undefined;
    const found = this.references.resolve(references, { modules: [], self });
    if (shared !== undefined) this.referred.set(shared, found);
    return found;
  }

  private resource(address: string, type: string, raw: Attributes): RootResource {
    const resolve = () => {
      const values: Record<string, unknown> = {};
      for (const name of Object.keys(raw)) if (!META.includes(name)) values[name] = this.resolved(raw[name]);
      return values;
    };
    let attributes: Attributes | undefined;
    return {
      address,
      type,
      // Most resources are not looked at.
      get attributes() {
        attributes ??= resolve();
        return attributes;
      },
      sets: (attribute) => raw[attribute] !== undefined && raw[attribute] !== null,
      refers: (attribute, index) => {
        const value = raw[attribute];
        const part = index === undefined ? value : Array.isArray(value) ? value[index] : undefined;
        return this.referredBy(part, address) ?? [];
      },
    };
  }

  /** A value with what its references are known to be. */
  private resolved(value: unknown, depth = 0): unknown {
    if (typeof value === "string") return this.resolvedText(value, depth);
    if (Array.isArray(value)) return value.map((element) => this.resolved(element, depth));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, this.resolved(child, depth)]));
  }

  private resolvedText(text: string, depth: number): unknown {
    if (!text.includes("{") || !/[$%]\{/.test(text)) return text;
    if (depth > 0) return this.resolvedTemplate(text, depth);
    if (!this.texts.has(text)) this.texts.set(text, this.resolvedTemplate(text, 0));
    return this.texts.get(text);
  }

  private resolvedTemplate(text: string, depth: number): unknown {
    if (depth > LONGEST_CHAIN) return UNKNOWN;
    const whole = /^\$\{([^{}]*)\}$/.exec(text);
    if (whole) return this.target(whole[1]!, depth);
    let known = true;
    const result = text.replace(/([$%])\1\{|\$\{([^{}]*)\}|[$%]\{/g, (match, escaped, body: string | undefined) => {
      if (escaped) return match.slice(1);
      const target = body === undefined ? undefined : maybeText(this.target(body, depth));
      if (typeof target === "string") return target;
      known = false;
      return "";
    });
    return known ? result : UNKNOWN;
  }

  /** What a reference stands for, if the stack says so. */
  private target(body: string, depth: number): unknown {
    const local = /^\s*local\.([\w-]+)\s*$/.exec(body);
    if (local) return this.locals[local[1]!] === undefined ? UNKNOWN : this.resolved(this.locals[local[1]!], depth + 1);
    const plain = PLAIN.exec(body);
    const value = plain && this.raw.get(plain[1]!)?.[plain[2]!];
    return value === undefined || value === null ? UNKNOWN : this.resolved(value, depth + 1);
  }

  private readProviders(): ProviderFacts[] {
    return this.providerBlocks((name) => name === "google" || name === "google-beta").map(({ address, block }) => ({
      address,
      quotaProject: maybeText(this.resolved(block["billing_project"])),
      userProjectOverride: String(block["user_project_override"]) === "true",
    }));
  }

  private providerBlocks(wanted: (name: string) => boolean): { address: string; block: Attributes }[] {
    return Object.entries(this.file.section("provider"))
      .filter(([name]) => wanted(name))
      .flatMap(([name, value]) =>
        blocks(value).map((block) => {
          const alias = block["alias"] === undefined ? "" : `.${block["alias"]}`;
          return { address: `provider.${name}${alias}`, block };
        }),
      );
  }
}

/** Cheap, and true for every value with a reference in it. */
function holdsReference(value: unknown): boolean {
  if (typeof value === "string") return value.includes("${");
  return typeof value === "object" && value !== null && Object.values(value).some(holdsReference);
}

/** What comes from a sensitive value is sensitive, unless somebody says otherwise. */
function isMarked(value: unknown): boolean {
  return !JSON.stringify(value).includes("nonsensitive(");
}

function only(attributes: Attributes, name: string): Attributes {
  return attributes[name] === undefined ? {} : { [name]: attributes[name] };
}

function backendKind(terraform: Attributes): BackendFacts["kind"] {
  if (terraform["cloud"] !== undefined) return "cloud";
  const [name] = Object.keys(object(terraform["backend"]));
  switch (name) {
    case undefined:
    case "local":
      return "local";
    case "gcs":
      return "gcs";
    case "remote":
      return "cloud";
    default:
      return "other";
  }
}
