import { keyDetail, reach, type Show } from "../view/key-detail";
import { clearFilters } from "./filters";
import { all, data, find } from "./page";
import { toDom } from "./to-dom";

const rows = all<HTMLTableRowElement>("tr[data-key]");
const buttons = new Map<number, HTMLButtonElement>();

/** Rows that open: what a key can do, and who can reach it, is drawn when somebody looks. */
export function startKeys(): void {
  for (const row of rows) {
    const name = find(".name", row)!;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "opener";
    button.setAttribute("aria-expanded", "false");
    // One stop of the tab key for the whole list; the arrow keys go on from there.
    button.tabIndex = buttons.size === 0 ? 0 : -1;
    button.append(...name.childNodes);
    name.append(button);
    buttons.set(Number(row.dataset["key"]), button);
  }
  const table = find("table.keys");
  if (!table) return;
  table.addEventListener("click", (event) => {
    const target = event.target as HTMLElement;
    const row = target.closest<HTMLTableRowElement>("tr[data-key]");
    if (!row || (target.closest("a, details, button:not(.opener)") && !target.closest(".opener"))) return;
    // Who marks text to copy it does not want the row to open.
    if (!target.closest(".opener") && !window.getSelection()?.isCollapsed) return;
    const id = Number(row.dataset["key"]);
    setOpen(id, !isOpen(id));
  });
  table.addEventListener("focusin", (event) => {
    if (!(event.target instanceof HTMLButtonElement) || !event.target.matches(".opener")) return;
    for (const button of all<HTMLButtonElement>(".opener[tabindex='0']", table)) button.tabIndex = -1;
    event.target.tabIndex = 0;
  });
  table.addEventListener("keydown", moveByKey);
  table.addEventListener("change", (event) => {
    const { dataset, value } = event.target as HTMLInputElement;
    if (dataset["show"] === undefined) return;
    const id = Number(dataset["show"]);
    find(`#reach-${id}`)!.replaceChildren(toDom(reach(data.keys[id]!, value as Show)));
  });
  window.addEventListener("hashchange", openFromHash);
  openFromHash();
}

export function isOpen(id: number): boolean {
  return buttons.get(id)?.getAttribute("aria-expanded") === "true";
}

export function setOpen(id: number, open: boolean): void {
  const row = rows[id]!;
  const button = buttons.get(id)!;
  if (open === isOpen(id)) return;
  button.setAttribute("aria-expanded", String(open));
  row.classList.toggle("is-open", open);
  const detail = detailOf(row);
  if (!open) {
    if (detail) detail.hidden = true;
    return;
  }
  if (detail) detail.hidden = false;
  else row.after(makeDetail(id, row.cells.length));
}

/** A hidden key hides what is open below it. The tab key must find a key that is shown. */
export function onHidden(id: number, hidden: boolean): void {
  const detail = detailOf(rows[id]!);
  if (detail) detail.hidden = hidden || !isOpen(id);
  if (hidden ? buttons.get(id)?.tabIndex === 0 : !find(".opener[tabindex='0']")) moveTabStop();
}

export function shownKeys(): number[] {
  return rows.filter(({ hidden }) => !hidden).map(({ dataset }) => Number(dataset["key"]));
}

let moving = false;

/** After all rows are hidden or shown. */
function moveTabStop(): void {
  if (moving) return;
  moving = true;
  queueMicrotask(() => {
    moving = false;
    for (const button of all<HTMLButtonElement>(".opener[tabindex='0']")) button.tabIndex = -1;
    const [first] = shownKeys();
    if (first !== undefined) buttons.get(first)!.tabIndex = 0;
  });
}

function detailOf(row: HTMLTableRowElement): HTMLTableRowElement | undefined {
  const next = row.nextElementSibling;
  return next instanceof HTMLTableRowElement && next.matches(".detail") ? next : undefined;
}

function makeDetail(id: number, columns: number): HTMLTableRowElement {
  const key = data.keys[id]!;
  const isMine = (item: { environment: string; key?: string }) =>
    item.environment === key.environment && item.key === key.name;
  const row = document.createElement("tr");
  row.className = "detail";
  row.setAttribute("role", "row");
  const cell = row.insertCell();
  cell.colSpan = columns;
  cell.setAttribute("role", "cell");
  cell.append(toDom(keyDetail(key, data.changes.filter(isMine), data.findings.filter(isMine))));
  return row;
}

function moveByKey(event: KeyboardEvent): void {
  const button = event.target as HTMLElement;
  if (!button.matches(".opener") || event.ctrlKey || event.metaKey || event.altKey) return;
  const id = Number(button.closest<HTMLElement>("tr")!.dataset["key"]);
  if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
    event.preventDefault();
    setOpen(id, event.key === "ArrowRight");
    return;
  }
  const ids = shownKeys();
  const place = ids.indexOf(id);
  const places: Readonly<Record<string, number>> = {
    ArrowDown: Math.min(place + 1, ids.length - 1),
    ArrowUp: Math.max(place - 1, 0),
    Home: 0,
    End: ids.length - 1,
  };
  const next = places[event.key];
  if (next === undefined) return;
  event.preventDefault();
  buttons.get(ids[next]!)!.focus();
}

/** `#key-3`, from a link of a change or from a bookmark. */
function openFromHash(): void {
  const id = Number(/^#key-([0-9]+)$/.exec(location.hash)?.[1] ?? Number.NaN);
  const row = rows[id];
  if (!row) return;
  if (row.hidden) clearFilters();
  setOpen(id, true);
  // Filters that are cleared show the row a moment later.
  setTimeout(() => {
    row.scrollIntoView({ block: "start" });
    buttons.get(id)!.focus({ preventScroll: true });
  });
}
