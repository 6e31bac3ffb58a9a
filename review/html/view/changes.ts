import type { ChangeData, PageData } from "../page-model";
import { type Branch, type Child, h } from "../tree";
import { markedList } from "./compare";
import { badge, code, count, prose } from "./words";

const LISTS = {
  change: {
    id: "changes",
    title: "Changes",
    about: "",
    none: "Nothing changes for any key.",
  },
  drift: {
    id: "drift",
    title: "Drift",
    about: "What was changed in the cloud without Terraform. It is apart from the change.",
    none: "",
  },
  notInCode: {
    id: "not-in-code",
    title: "Not in the code",
    about: "What the plan does and the code does not say.",
    none: "",
  },
} as const;

/** One of the lists of changes, by environment; undefined if it has nothing to say. */
export function changesSection({ changes, keys }: PageData, list: ChangeData["list"]): Branch | undefined {
  const { id, title, about, none } = LISTS[list];
  const mine = changes.map((change, index) => ({ change, index })).filter(({ change }) => change.list === list);
  if (mine.length === 0 && none === "") return undefined;
  const ids = new Map(keys.map((key) => [JSON.stringify([key.environment, key.name]), key.id]));
  const environments = [...new Set(mine.map(({ change }) => change.environment))];
  return h(
    "section",
    { id, "aria-labelledby": `${id}-title` },
    h(
      "h2",
      { id: `${id}-title` },
      title,
      " ",
      h("span", { class: "number", "data-number": list }, mine.length.toLocaleString("en-US")),
    ),
    about !== "" && h("p", { class: "about" }, about),
    mine.length === 0 && h("p", {}, none),
    environments.map((environment) =>
      h(
        "div",
        { class: "group", "data-group": true },
        h("h3", {}, environment),
        h(
          "ul",
          { class: "changes" },
          mine
            .filter(({ change }) => change.environment === environment)
            .map(({ change, index }) => {
              const key = ids.get(JSON.stringify([change.environment, change.key]));
              return changeItem(change, true, index, key);
            }),
        ),
      ),
    ),
  );
}

/** @param withKey - false where the key is said above */
export function changeItem(change: ChangeData, withKey: boolean, index?: number, keyId?: number): Branch {
  const { risk, kind, key, generation, sentence, address, location, networks } = change;
  const facts: Child = [
    h("span", { class: "kind" }, kind.replaceAll("-", " ")),
    generation !== undefined && h("span", {}, `generation ${generation}`),
    networks && networks.length > 0 && h("span", {}, count(networks.length, "network"), ": ", networks.join(", ")),
    location && code(`${location.file}:${location.line}:${location.column}`),
    address !== undefined && code(address),
  ];
  return h(
    "li",
    { class: `change ${risk}`, "data-change": index },
    badge(risk),
    h(
      "div",
      {},
      h("p", { class: "sentence", dir: "auto" }, withKey ? linked(sentence, key, keyId) : prose(sentence)),
      values(change),
      h("p", { class: "facts-line" }, facts),
    ),
  );
}

/** The sentence with its key as a link to it; most begin with the key. */
function linked(sentence: string, key: string | undefined, id: number | undefined): Child {
  if (key === undefined) return prose(sentence);
  const name = id === undefined ? code(key) : h("a", { href: `#key-${id}` }, code(key));
  return sentence.startsWith(key) ? [name, ...prose(sentence.slice(key.length))] : [name, ": ", ...prose(sentence)];
}

function values({ added = [], removed = [], before, after }: ChangeData): Child {
  const items = [
    ...added.map((item) => ({ state: "added" as const, item })),
    ...removed.map((item) => ({ state: "removed" as const, item })),
  ];
  return [
    (before !== undefined || after !== undefined) &&
      h(
        "p",
        { class: "values" },
        h("span", { class: "spoken" }, "before: "),
        before === undefined ? "none" : code(before),
        h("span", { "aria-hidden": "true" }, " → "),
        h("span", { class: "spoken" }, " after: "),
        after === undefined ? "none" : code(after),
      ),
    items.length > 0 && markedList(items),
  ];
}
