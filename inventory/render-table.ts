import Table from "cli-table3";
import type { EnvironmentInventory, Inventory } from "./model";
import { COLUMNS, describeEnvironment, type Row, rowsOf } from "./rows";

/** The inventory for a terminal: a table per environment, or a list where the terminal is too narrow for one. */
export function renderTable(inventory: Inventory, today: string, width: number): string {
  return inventory.environments.map((environment) => renderEnvironment(environment, today, width)).join("\n");
}

function renderEnvironment(environment: EnvironmentInventory, today: string, width: number): string {
  const heading = `${environment.name}: ${describeEnvironment(environment)}\n`;
  const rows = rowsOf(environment, today);
  if (rows.length === 0) return `${heading}no keys\n`;
  const table = renderRows(rows);
  const fits = table.split("\n").every((line) => line.length <= width);
  return heading + (fits ? table : renderList(rows));
}

function renderRows(rows: readonly Row[]): string {
  const table = new Table({ head: COLUMNS.map(({ title }) => title), style: { head: [], border: [] } });
  for (const row of rows) table.push(COLUMNS.map(({ text }) => text(row).join("\n")));
  return `${table.toString()}\n`;
}

function renderList(rows: readonly Row[]): string {
  const [name, ...others] = COLUMNS;
  return rows
    .map((row) => {
      const fields = others.map(({ title, text }) => field(title, text(row)));
      return `\n${name!.text(row).join()}\n${fields.join("")}`;
    })
    .join("");
}

function field(title: string, values: readonly string[]): string {
  const shown = values.filter((value) => value !== "");
  return shown.length === 0 ? "" : `  ${title}: ${shown.join(", ")}\n`;
}
