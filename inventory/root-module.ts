import type { Facts, KeyMaterialFacts, ProviderFacts } from "./facts";
import type { Referred } from "./references";
import type { Attributes } from "./stack-file";

/**
 * A root module as the facts need it, read from a stack or a plan. Values that are not known before the apply are
 * `UNKNOWN`, at any depth.
 */
export interface RootModule {
  readonly name: string;
  readonly origin: Facts["origin"];
  readonly backend: Facts["backend"];
  /** Where the state is, in words; undefined where it is not said. */
  readonly stateIsIn?: string;
  readonly providers: readonly ProviderFacts[];
  readonly keyMaterial: readonly KeyMaterialFacts[];
  /** Of all modules, data sources with the prefix `data.`. In any order. */
  readonly resources: readonly RootResource[];
  /** Expressions that refer to resources: outputs, attributes, provisioners. */
  readonly uses: () => Iterable<Use>;
}

export interface RootResource {
  readonly address: string;
  /** With `data.` for a data source. */
  readonly type: string;
  readonly attributes: Attributes;
  /** True if the configuration gives the attribute: the value of a write-only one is shown nowhere. */
  readonly sets: (attribute: string) => boolean;
  /** What an attribute refers to, or one element of a list. */
  readonly refers: (attribute: string, index?: number) => readonly Referred[];
}

/** An expression that refers to something. */
export interface Use {
  readonly kind: "output" | "attribute" | "provisioner";
  /** The address of the resource or output. */
  readonly address: string;
  /** The resource's type; empty for an output. */
  readonly type: string;
  readonly field: string;
  readonly referred: readonly Referred[];
  readonly sensitive: boolean;
}
