import { loadConfig } from "../../declaration/load";
import type { Inventory } from "../../inventory/model";
import { renderJson } from "../../inventory/render-json";
import { renderMarkdown } from "../../inventory/render-markdown";
import { dayOf } from "../../values/date";
import { ExitCode } from "../exit-code";
import { inventoryOf } from "../inventory-of";
import { inventoryTable } from "../inventory-table";
import { oneOf } from "../one-of";

export interface InventoryOptions {
  readonly config: string;
  readonly format: string;
}

const FORMATS = ["table", "markdown", "json"] as const;

/** Lists every declared key, as the synthesized stacks hold it. */
export function inventory(environment: string | undefined, options: InventoryOptions): ExitCode {
  const format = oneOf("--format", FORMATS, options.format);
  const all = inventoryOf(loadConfig(options.config).declaration);
  process.stdout.write(render(environment === undefined ? all : only(all, environment), format));
  return ExitCode.Fine;
}

function only({ environments }: Inventory, environment: string): Inventory {
  const chosen = oneOf(
    "environment",
    environments.map(({ name }) => name),
    environment,
  );
  return { environments: environments.filter(({ name }) => name === chosen) };
}

function render(inventory: Inventory, format: (typeof FORMATS)[number]): string {
  if (format === "json") return renderJson(inventory);
  if (format === "markdown") return renderMarkdown(inventory, dayOf(new Date()));
  return inventoryTable(inventory);
}
