import { loadConfig } from "../../declaration/load";
import type { Declaration } from "../../declaration/model";
import type { Inventory } from "../../inventory/model";
import { renderJson } from "../../inventory/render-json";
import { renderMarkdown } from "../../inventory/render-markdown";
import { renderHtml } from "../../review/html/render";
import { environmentView } from "../../review/view";
import { factsOf } from "../../stacks/judge";
import { synthesizeStacks } from "../../stacks/synthesize-stacks";
import { dayOf } from "../../values/date";
import { ExitCode } from "../exit-code";
import { inventoryOf } from "../inventory-of";
import { inventoryTable } from "../inventory-table";
import { oneOf } from "../one-of";

export interface InventoryOptions {
  readonly config: string;
  readonly format: string;
}

const FORMATS = ["table", "markdown", "json", "html"] as const;

/** Lists every declared key, as the synthesized stacks hold it. */
export function inventory(environment: string | undefined, options: InventoryOptions): ExitCode {
  const format = oneOf("--format", FORMATS, options.format);
  const { declaration } = loadConfig(options.config);
  const names = declaration.environments.map(({ name }) => name);
  const chosen = environment === undefined ? names : [oneOf("environment", names, environment)];
  process.stdout.write(format === "html" ? page(declaration, chosen) : render(only(declaration, chosen), format));
  return ExitCode.Fine;
}

function only(declaration: Declaration, names: readonly string[]): Inventory {
  return { environments: inventoryOf(declaration).environments.filter(({ name }) => names.includes(name)) };
}

function render(inventory: Inventory, format: Exclude<(typeof FORMATS)[number], "html">): string {
  if (format === "json") return renderJson(inventory);
  if (format === "markdown") return renderMarkdown(inventory, dayOf(new Date()));
  return inventoryTable(inventory);
}

function page(declaration: Declaration, names: readonly string[]): string {
  const facts = factsOf(synthesizeStacks(declaration), declaration, true).filter(({ name }) => names.includes(name));
  return renderHtml({ kind: "inventory", environments: facts.map(environmentView), today: dayOf(new Date()) });
}
