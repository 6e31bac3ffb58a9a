import type { Declaration } from "../declaration/model";
import { inventoryFromStack } from "../inventory/from-stack";
import type { Inventory } from "../inventory/model";
import { synthesizeStacks } from "../stacks/synthesize-stacks";

/** The inventory of a declaration, by way of the synthesized stacks: it holds what would be deployed. */
export function inventoryOf(declaration: Declaration): Inventory {
  return { environments: synthesizeStacks(declaration).map(({ name, stack }) => inventoryFromStack(name, stack)) };
}
