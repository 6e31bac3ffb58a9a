import type { Declaration } from "../declaration/model";
import { inventoryFromStack } from "../inventory/from-stack";
import type { Inventory } from "../inventory/model";
import { synthesizeStacks } from "../stacks/synthesize-stacks";

/** The inventory of the environments, by way of the synthesized stacks: it holds what would be deployed. */
export function inventoryOf(declaration: Declaration): Inventory {
  const names = new Set(declaration.environments.map(({ name }) => name));
  const stacks = synthesizeStacks(declaration).filter(({ name }) => names.has(name));
  return { environments: stacks.map(({ name, stack }) => inventoryFromStack(name, stack)) };
}
