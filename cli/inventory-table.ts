import type { Inventory } from "../inventory/model";
import { renderTable } from "../inventory/render-table";
import { dayOf } from "../values/date";

/** The inventory of today, as wide as the terminal; in a pipe as wide as it gets. */
export function inventoryTable(inventory: Inventory): string {
  return renderTable(inventory, dayOf(new Date()), process.stdout.columns ?? Number.POSITIVE_INFINITY);
}
