import { type Branch, h } from "../tree";
import { code } from "./words";

/** Whether something is on both sides, only on the new one, or only on the old one. */
export type State = "same" | "added" | "removed";

export interface Compared<T> {
  readonly state: State;
  readonly item: T;
}

/**
 * What is in one list or both, by id: first what is there afterwards, then what is gone. A side that does not exist is
 * `undefined`: then everything is the same, since nothing was added to a key that is itself new.
 */
export function compare<T>(
  before: readonly T[] | undefined,
  after: readonly T[] | undefined,
  id: (item: T) => string,
): Compared<T>[] {
  if (!before || !after) return (before ?? after ?? []).map((item) => ({ state: "same", item }));
  const old = new Set(before.map(id));
  const present = new Set(after.map(id));
  return [
    ...after.map((item) => ({ state: old.has(id(item)) ? ("same" as const) : ("added" as const), item })),
    ...before.filter((item) => !present.has(id(item))).map((item) => ({ state: "removed" as const, item })),
  ];
}

export const MARKS: Readonly<Record<State, string>> = { same: "", added: "+ ", removed: "− " };

const SPOKEN: Readonly<Record<State, string>> = { same: "", added: "added: ", removed: "removed: " };

/** A sign for the eye and a word for the ear. */
export function mark(state: State): Branch | undefined {
  if (state === "same") return undefined;
  return h(
    "span",
    { class: "mark" },
    h("span", { "aria-hidden": "true" }, MARKS[state]),
    h("span", { class: "spoken" }, SPOKEN[state]),
  );
}

/** Texts that came in and went out, one below the other; the many are folded. */
export function markedList(items: readonly Compared<string>[], show: (text: string) => Branch = code): Branch {
  const rows = items.map(({ state, item }) => h("li", { class: state }, mark(state), show(item)));
  if (rows.length <= FOLD) return h("ul", { class: "marked" }, rows);
  const counts = (["added", "removed", "same"] as const).flatMap((state) => {
    const number = items.filter((item) => item.state === state).length;
    return number === 0 ? [] : [`${number.toLocaleString("en-US")} ${WORDS[state]}`];
  });
  return h("details", {}, h("summary", {}, counts.join(", ")), h("ul", { class: "marked" }, rows));
}

const WORDS: Readonly<Record<State, string>> = { added: "added", removed: "removed", same: "as before" };

const FOLD = 12;
