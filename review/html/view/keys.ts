import type { KeyData, PageData } from "../page-model";
import { type Branch, type Child, h } from "../tree";
import {
  ANY_API,
  addressesOf,
  badge,
  breakable,
  code,
  FROM_ANYWHERE,
  known,
  memberWords,
  targetsOf,
  unique,
} from "./words";

/** How many entries a cell shows before it folds. */
const SHOWN = 3;

export function keysSection(data: PageData): Branch {
  const columns = columnsOf(data);
  return h(
    "section",
    { id: "keys", "aria-labelledby": "keys-title" },
    h(
      "h2",
      { id: "keys-title" },
      "Keys ",
      h("span", { class: "number", "data-number": "key" }, data.keys.length.toLocaleString("en-US")),
    ),
    data.keys.length === 0
      ? h("p", {}, "There are no keys.")
      : h(
          "table",
          { class: "keys", role: "table", "aria-describedby": "keys-help" },
          h("caption", { class: "spoken" }, "Keys"),
          h(
            "thead",
            { role: "rowgroup" },
            h(
              "tr",
              { role: "row" },
              ["Key", ...columns.map(({ title }) => title)].map((title) =>
                h("th", { scope: "col", role: "columnheader" }, title),
              ),
            ),
          ),
          h(
            "tbody",
            { role: "rowgroup" },
            data.keys.map((key) => keyRow(key, columns)),
          ),
        ),
    h(
      "p",
      { class: "script-only help screen-only", id: "keys-help" },
      "Enter opens a key; the arrow keys go from one to the next.",
    ),
  );
}

interface Column {
  readonly title: string;
  readonly cell: (key: KeyData) => Child;
}

function columnsOf({ kind, today }: PageData): Column[] {
  const last: Column =
    kind === "review"
      ? {
          title: "Change",
          cell: ({ risk, status }) => [risk && badge(risk), " ", h("span", { class: "quiet" }, status)],
        }
      : { title: "Rotate by", cell: ({ rotateBy }) => rotateBy !== undefined && due(rotateBy, today) };
  return [
    { title: "Environment", cell: ({ environment }) => environment },
    { title: "Owner", cell: (key) => view(key).owner ?? h("span", { class: "quiet" }, "none") },
    { title: "Generations", cell: generations },
    { title: "Works from", cell: (key) => folded(limitsOf(key, addressesOf, FROM_ANYWHERE)) },
    { title: "Works for", cell: (key) => folded(limitsOf(key, targetsOf, ANY_API)) },
    {
      title: "Read by",
      cell: (key) => folded(unique(view(key).readers.map(({ member }) => known(member))), reader),
    },
    last,
  ];
}

function due(rotateBy: string, today: string | undefined): Branch {
  const late = today !== undefined && rotateBy < today;
  return h("span", { class: late ? "late" : undefined }, h("span", { class: "day" }, rotateBy), late && " overdue");
}

function keyRow(key: KeyData, columns: readonly Column[]): Branch {
  const { purpose } = view(key);
  return h(
    "tr",
    { id: `key-${key.id}`, role: "row", class: `key ${key.status}`, "data-key": key.id },
    h(
      "th",
      { scope: "row", role: "rowheader" },
      h("span", { class: "name" }, code(key.name)),
      purpose !== undefined && h("span", { class: "purpose", dir: "auto" }, purpose),
    ),
    columns.map(({ title, cell }) => h("td", { role: "cell", "data-label": title }, cell(key))),
  );
}

/** As it is afterwards, or as it was. */
function view({ before, after }: KeyData) {
  return (after ?? before)!;
}

function generations(key: KeyData): Child {
  return view(key).generations.map(({ number, phase }) =>
    h(
      "span",
      { class: `phase ${phase ?? ""}` },
      [number, phase].filter((part) => part !== undefined).join(" ") || "one",
    ),
  );
}

function limitsOf(key: KeyData, of: typeof addressesOf, unlimited: string): string[] {
  return unique(view(key).generations.flatMap((generation) => of(generation) ?? [unlimited]));
}

function reader(member: string): Branch {
  const { kind, name } = memberWords(member);
  // What a service account is, its name says.
  if (kind === "service account") return breakable(name);
  return h("div", { class: "entry" }, breakable(name), h("span", { class: "quiet" }, ` ${kind}`));
}

/** One below the other. */
function folded(texts: readonly string[], show = breakable): Child {
  if (texts.length === 0) return h("span", { class: "quiet" }, "nobody");
  const rows = texts.map(show);
  if (rows.length <= SHOWN + 1) return rows;
  return [rows.slice(0, SHOWN), h("details", {}, h("summary", {}, `${rows.length - SHOWN} more`), rows.slice(SHOWN))];
}
