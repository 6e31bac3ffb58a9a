import { type Branch, h } from "../tree";
import { compare, markedList } from "./compare";
import { code } from "./words";

/** Something that has a value, some, or none, on each side that exists. */
export interface Fact {
  readonly label: string;
  readonly before?: readonly string[];
  readonly after?: readonly string[];
  readonly show?: (text: string) => Branch;
  /** Values that the other side has under another name. */
  readonly kept?: readonly string[];
}

/** The fact of two sides, each of which may not exist. */
export function factOf<T>(
  label: string,
  { before, after }: { readonly before?: T; readonly after?: T },
  of: (side: T) => readonly (string | undefined)[],
  show: Fact["show"] = code,
): Fact {
  const texts = (side: T) => of(side).filter((text) => text !== undefined && text !== "") as string[];
  return {
    label,
    show,
    ...(before !== undefined && { before: texts(before) }),
    ...(after !== undefined && { after: texts(after) }),
  };
}

/** A row for each fact, and a column for each side. What is the same on both is said once. */
export function factsTable(caption: string, facts: readonly Fact[], bothSides: boolean): Branch {
  const head = h("tr", {}, h("td", {}), h("th", { scope: "col" }, "Before"), h("th", { scope: "col" }, "After"));
  return h(
    "table",
    { class: "facts" },
    h("caption", { class: "spoken" }, caption),
    bothSides && h("thead", {}, head),
    h(
      "tbody",
      {},
      facts.map((fact) => (bothSides && differs(fact) ? changedRow(fact) : plainRow(fact, bothSides ? 2 : 1))),
    ),
  );
}

function differs({ before = [], after = [] }: Fact): boolean {
  return compare(before, after, (text) => text).some(({ state }) => state !== "same");
}

function plainRow({ label, before, after, show }: Fact, columns: number): Branch {
  const value = list(after ?? before ?? [], undefined, "added", show);
  return h("tr", {}, h("th", { scope: "row" }, label), h("td", { colspan: columns }, value));
}

function changedRow({ label, before = [], after = [], show, kept = [] }: Fact): Branch {
  return h(
    "tr",
    { class: "changed" },
    h("th", { scope: "row" }, label),
    h("td", { "data-label": "Before" }, list(before, [...after, ...kept], "removed", show)),
    h("td", { "data-label": "After" }, list(after, [...before, ...kept], "added", show)),
  );
}

/** The texts; those that the other side does not have are marked. */
function list(
  texts: readonly string[],
  other: readonly string[] | undefined,
  state: "added" | "removed",
  show: Fact["show"],
): Branch {
  if (texts.length === 0) return h("span", { class: "quiet" }, "none");
  const others = other && new Set(other);
  return markedList(
    texts.map((item) => ({ item, state: !others || others.has(item) ? "same" : state })),
    show,
  );
}
