import type { Inventory } from "./model";

/** The inventory for machines. The form is a contract: fields are added, never changed. */
export function renderJson(inventory: Inventory): string {
  return `${JSON.stringify({ format: "gemkeys.inventory/1", ...inventory }, null, 2)}\n`;
}
