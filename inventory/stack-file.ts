export type Attributes = Readonly<Record<string, unknown>>;

/** A resource of a synthesized stack. */
export interface Resource {
  /** Its Terraform address, e.g. `google_apikeys_key.key-chat-backend_g1`. */
  readonly address: string;
  readonly attributes: Attributes;
}

/** A synthesized stack (`cdk.tf.json`) with its resources by type and by reference. */
export class StackFile {
  private readonly content: Attributes;
  private readonly byAddress = new Map<string, Resource>();
  private readonly byType = new Map<string, Resource[]>();

  constructor(
    readonly name: string,
    content: unknown,
  ) {
    this.content = object(content);
    for (const [type, resources] of Object.entries(object(this.content["resource"]))) {
      for (const [id, attributes] of Object.entries(object(resources))) this.add(type, id, object(attributes));
    }
  }

  /** The resources of a type, in the order of the file. */
  all(type: string): readonly Resource[] {
    return this.byType.get(type) ?? [];
  }

  /** @throws Error if there is not exactly one resource of this type. */
  one(type: string): Resource {
    const resources = this.all(type);
    if (resources.length !== 1) throw new Error(`stack ${this.name}: expected one ${type}, found ${resources.length}.`);
    return resources[0]!;
  }

  /** The resources of all types with their type, then the data sources, whose types and addresses begin with `data.`. */
  everything(): (Resource & { readonly type: string })[] {
    const managed = [...this.byType].flatMap(([type, resources]) =>
      resources.map((resource) => ({ ...resource, type })),
    );
    const read = Object.entries(this.section("data")).flatMap(([type, byId]) =>
      Object.entries(object(byId)).map(([id, attributes]) => ({
        type: `data.${type}`,
        address: `data.${type}.${id}`,
        attributes: object(attributes),
      })),
    );
    return [...managed, ...read];
  }

  /** A part of the file, e.g. `output`; empty if there is none. */
  section(name: string): Attributes {
    return object(this.content[name]);
  }

  /** The names of the parts. */
  sections(): string[] {
    return Object.keys(this.content);
  }

  /** The import blocks. */
  imports(): readonly Attributes[] {
    return blocks(this.content["import"]);
  }

  /** The resource a value such as `${google_project.project.number}` refers to. @throws Error if there is none. */
  referenced(value: unknown): Resource {
    const resource = this.byAddress.get(addressIn(value) ?? "");
    if (!resource) throw new Error(`stack ${this.name}: ${String(value)} refers to no resource of this stack.`);
    return resource;
  }

  /** True if the value is a reference to the resource. */
  refersTo(value: unknown, resource: Resource): boolean {
    return addressIn(value) === resource.address;
  }

  private add(type: string, id: string, attributes: Attributes): void {
    const resource = { address: `${type}.${id}`, attributes };
    this.byAddress.set(resource.address, resource);
    const siblings = this.byType.get(type);
    if (siblings) siblings.push(resource);
    else this.byType.set(type, [resource]);
  }
}

/** A block or a list of blocks as a list: Terraform's JSON takes both. */
export function blocks(value: unknown): readonly Attributes[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value.map(object) : [object(value)];
}

/** The first block, or an empty one. */
export function first(value: unknown): Attributes {
  return blocks(value)[0] ?? {};
}

export function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

export function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(text) : [];
}

/** A value as an object; empty if it is none. */
export function object(value: unknown): Attributes {
  return typeof value === "object" && value !== null ? (value as Attributes) : {};
}

function addressIn(value: unknown): string | undefined {
  return typeof value === "string" ? /^\$\{(\w+\.[\w-]+)\./.exec(value)?.[1] : undefined;
}
