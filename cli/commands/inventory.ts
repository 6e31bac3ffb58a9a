import { loadConfig } from "../../declaration/load";
import { renderJson } from "../../inventory/render-json";
import { renderMarkdown } from "../../inventory/render-markdown";
import { renderTable } from "../../inventory/render-table";
import { dayOf } from "../../values/date";
import { ExitCode } from "../exit-code";
import { inventoryOf } from "../inventory-of";
import { UserError } from "../report-error";

export interface InventoryOptions {
  readonly config: string;
  readonly format: string;
}

const FORMATS = ["table", "markdown", "json"];

/** Lists every declared key, as the synthesized stacks hold it. */
export function inventory(environment: string | undefined, options: InventoryOptions): ExitCode {
  if (!FORMATS.includes(options.format)) {
    throw new UserError(`\`--format\` must be one of ${FORMATS.join(", ")}, got: ${options.format}.`);
  }
  const all = inventoryOf(loadConfig(options.config).declaration);
  const names = all.environments.map(({ name }) => name);
  if (environment !== undefined && !names.includes(environment)) {
    throw new UserError(`\`environment\` must be one of ${names.join(", ")}, got: ${environment}.`);
  }
  const chosen = { environments: all.environments.filter(({ name }) => !environment || name === environment) };
  process.stdout.write(render(chosen, options.format));
  return ExitCode.Fine;
}

function render(chosen: ReturnType<typeof inventoryOf>, format: string): string {
  const today = dayOf(new Date());
  if (format === "json") return renderJson(chosen);
  if (format === "markdown") return renderMarkdown(chosen, today);
  return renderTable(chosen, today, process.stdout.columns ?? Number.POSITIVE_INFINITY);
}
