import * as os from "node:os";
import * as path from "node:path";
import { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import {
  App,
  DefaultTokenResolver,
  StringConcat,
  TerraformElement,
  TerraformStack,
  Testing,
  Tokenization,
} from "cdktf";
import type { IConstruct } from "constructs";

/** The attributes of a resource, as Terraform reads them. */
export type Attributes = Readonly<Record<string, unknown>>;

/** What `cdk.tf.json` would hold, without cdktf's metadata. */
export interface Template {
  readonly terraform: Attributes;
  readonly provider: Attributes;
  readonly import?: readonly Attributes[];
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Attributes>>>>;
  readonly data?: Readonly<Record<string, Readonly<Record<string, Attributes>>>>;
  readonly output?: Readonly<Record<string, Attributes>>;
}

/** A folder that stays empty. */
export const TEST_OUTDIR = path.join(os.tmpdir(), "gemkeys-test-app");

/** An app to build in. It makes its output folder at once, the same for all tests, and writes to it only in `synth`. */
export function testApp(): App {
  return new App({ outdir: TEST_OUTDIR, stackTraces: false });
}

/** A stack with a Google provider whose addresses are the ids joined by `_`, without the hash that cdktf adds. */
export function testStack(): TerraformStack {
  const stack = new PlainStack(testApp(), "test");
  new GoogleProvider(stack, "google");
  return stack;
}

class PlainStack extends TerraformStack {
  protected override allocateLogicalId(element: TerraformElement | IConstruct["node"]): string {
    const node = TerraformElement.isTerraformElement(element) ? element.node : element;
    return node.path.split("/").slice(1).join("_");
  }
}

/** Prepares, validates and synthesizes the stack, in memory. */
export function synthTemplate(stack: TerraformStack): Template {
  stack.prepareStack();
  return JSON.parse(Testing.synth(stack, true)) as Template;
}

/** The number of resources by type, of all types. */
export function counts({ resource = {} }: Template): Record<string, number> {
  return Object.fromEntries(
    Object.entries(resource)
      .map(([type, resources]) => [type, Object.keys(resources).length] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** The addresses of all resources, sorted. */
export function addresses({ resource = {} }: Template): string[] {
  return Object.entries(resource)
    .flatMap(([type, resources]) => Object.keys(resources).map((id) => `${type}.${id}`))
    .sort();
}

/** The attributes of the resource with this address. */
export function resource(template: Template, address: string): Attributes {
  const dot = address.indexOf(".");
  const found = template.resource?.[address.slice(0, dot)]?.[address.slice(dot + 1)];
  if (!found) throw new Error(`no resource ${address}; there are:\n${addresses(template).join("\n")}`);
  return found;
}

/** The resources of a type by their id; none if there is none. */
export function ofType(template: Template, type: string): Readonly<Record<string, Attributes>> {
  return template.resource?.[type] ?? {};
}

/** Every text in a value with the path to it, such as `resource.google_project.project.name`. */
export function texts(value: unknown, path: readonly string[] = []): { path: string; text: string }[] {
  if (typeof value === "string") return [{ path: path.join("."), text: value }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => texts(child, [...path, key]));
}

/** The text that a token becomes in the stack. */
export function resolved(stack: TerraformStack, token: string | undefined): unknown {
  return Tokenization.resolve(token, {
    scope: stack,
    resolver: new DefaultTokenResolver(new StringConcat()),
    preparing: false,
  });
}

/** The message of the error that `run` throws. */
export function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("nothing was thrown");
}
