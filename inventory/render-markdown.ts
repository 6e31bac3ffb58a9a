import { markdownText } from "../values/escape-markdown";
import type { EnvironmentInventory, Inventory } from "./model";
import { COLUMNS, describeEnvironment, rowsOf } from "./rows";

/** The inventory as a Markdown page: a heading and a table per environment. */
export function renderMarkdown(inventory: Inventory, today: string): string {
  return inventory.environments.map((environment) => renderEnvironment(environment, today)).join("\n");
}

function renderEnvironment(environment: EnvironmentInventory, today: string): string {
  const heading = `## ${markdownText(environment.name)}\n\n${markdownText(describeEnvironment(environment))}\n\n`;
  if (environment.keys.length === 0) return `${heading}no keys\n`;
  const rows = rowsOf(environment, today).map((row) =>
    COLUMNS.map(({ text }) => text(row).map(markdownText).join("<br>")),
  );
  const lines = [COLUMNS.map(({ title }) => title), COLUMNS.map(() => "---"), ...rows].map(
    (cells) => `| ${cells.join(" | ")} |`,
  );
  return `${heading}${lines.join("\n")}\n`;
}
