import type { GenerationView, KeyView } from "../../model";
import type { ChangeData, FindingData, KeyData } from "../page-data";
import { type Branch, type Child, h } from "../tree";
import { changeItem } from "./changes";
import { type Compared, compare, mark, markedList } from "./compare";
import { findingItem } from "./findings";
import { keyGraph, readerId, type Sides } from "./graph";
import { graphSvg } from "./graph-svg";
import {
  ANY_API,
  addressesOf,
  code,
  FROM_ANYWHERE,
  generationName,
  grantWords,
  known,
  memberWords,
  targetsOf,
} from "./words";

/** Which side of a comparison is drawn. */
export type Show = "both" | "before" | "after";

/** Everything about one key. */
export function keyDetail(
  key: KeyData,
  changes: readonly ChangeData[],
  findings: readonly FindingData[],
  level = 3,
): Branch {
  const { name, environment, before, after } = key;
  const heading = `h${level}`;
  const below = `h${level + 1}`;
  return h(
    "div",
    { class: "key-detail" },
    h(heading, {}, code(name), h("span", { class: "quiet" }, ` in ${environment}`)),
    changes.length > 0 && [
      h(below, {}, "What changes"),
      h(
        "ul",
        { class: "changes" },
        changes.map((change) => changeItem(change, false)),
      ),
    ],
    findings.length > 0 && [h(below, {}, "Findings"), h("ul", { class: "changes" }, findings.map(findingItem))],
    h(below, {}, "Who can reach what"),
    before && after ? showSwitch(key.id) : undefined,
    h("div", { class: "reach", id: `reach-${key.id}` }, reach(key, "both")),
    h(below, {}, before && after ? "Before and after" : "In full"),
    comparison(key),
  );
}

function showSwitch(id: number): Branch {
  const options: readonly (readonly [Show, string])[] = [
    ["both", "Before and after"],
    ["before", "Before"],
    ["after", "After"],
  ];
  return h(
    "fieldset",
    { class: "switch screen-only" },
    h("legend", { class: "spoken" }, "Side that is drawn"),
    options.map(([value, text]) =>
      h(
        "label",
        {},
        h("input", { type: "radio", name: `show-${id}`, value, "data-show": id, checked: value === "both" }),
        h("span", {}, text),
      ),
    ),
  );
}

/** The drawing of one key, and the same as text. */
export function reach(key: KeyData, show: Show): Child {
  const sides: Sides = show === "before" ? { before: key.before } : show === "after" ? { after: key.after } : key;
  const graph = keyGraph(sides);
  const marked = graph.layers.some(({ boxes }) =>
    boxes.some(({ state, lines }) => state !== "same" || lines.some((line) => line.state !== "same")),
  );
  return h(
    "figure",
    {},
    h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": `Drawing: who can reach what with ${key.name}` },
      graphSvg(graph, `Who can reach what with ${key.name}. The same as text follows.`),
    ),
    h(
      "figcaption",
      {},
      marked &&
        h(
          "p",
          { class: "legend" },
          h("span", { class: "added" }, "+ new"),
          h("span", { class: "removed" }, "− gone"),
          h("span", { class: "thick" }, "thick: what serves"),
        ),
      h("details", {}, h("summary", {}, "The drawing as text"), reachText(sides)),
    ),
  );
}

function reachText({ before, after }: Sides): Branch {
  const readers = compare(before?.readers, after?.readers, readerId);
  const generations = compare(before?.generations, after?.generations, ({ address }) => address);
  const secret = (after ?? before)?.secret;
  return h(
    "ul",
    { class: "text-graph" },
    readers.length === 0 && h("li", {}, "Nobody is given the key besides those who deploy."),
    readers.map(({ state, item }) => {
      const { kind, name } = memberWords(item.member);
      return h("li", { class: state }, mark(state), code(name), ` (${kind}) can read it by ${grantWords(item)}.`);
    }),
    secret !== undefined && h("li", {}, "The secret is ", code(known(secret)), "."),
    generations.map(({ state, item }) =>
      h(
        "li",
        { class: state },
        mark(state),
        `${sentenceCase(generationName(item))}${item.phase ? `, ${item.phase},` : ""} works from `,
        codes(addressesOf(item), FROM_ANYWHERE.replace("from ", "")),
        " for ",
        codes(targetsOf(item), ANY_API),
        ".",
      ),
    ),
  );
}

function codes(texts: readonly string[] | undefined, none: string): Child {
  if (texts === undefined) return none;
  return texts.flatMap((text, index) => (index === 0 ? [code(text)] : [", ", code(text)]));
}

function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

interface Fact {
  readonly label: string;
  readonly before?: readonly string[];
  readonly after?: readonly string[];
}

function comparison({ before, after }: KeyData): Branch {
  const facts = factsOf(before, after);
  if (!before || !after) {
    return h(
      "table",
      { class: "facts" },
      h("caption", { class: "spoken" }, "Everything about the key"),
      h(
        "tbody",
        {},
        facts.map(({ label, before: old, after: now }) =>
          h("tr", {}, h("th", { scope: "row" }, label), h("td", {}, valueList(now ?? old, "same"))),
        ),
      ),
    );
  }
  return h(
    "table",
    { class: "facts" },
    h("caption", { class: "spoken" }, "The key before and after"),
    h("thead", {}, h("tr", {}, h("td", {}), h("th", { scope: "col" }, "Before"), h("th", { scope: "col" }, "After"))),
    h("tbody", {}, facts.map(factRow)),
  );
}

function factRow({ label, before = [], after = [] }: Fact): Branch {
  const compared = compare(before, after, (text) => text);
  const changed = compared.some(({ state }) => state !== "same");
  const side = (left: boolean) => {
    const out = left ? "added" : "removed";
    const items = left
      ? before.map((item) => ({ item, state: after.includes(item) ? ("same" as const) : ("removed" as const) }))
      : compared.filter(({ state }) => state !== out);
    return items.length === 0 ? h("span", { class: "quiet" }, "none") : markedList(items);
  };
  return h(
    "tr",
    { class: changed && "changed" },
    h("th", { scope: "row" }, label),
    h("td", { "data-label": "Before" }, side(true)),
    h("td", { "data-label": "After" }, side(false)),
  );
}

function valueList(values: readonly string[] | undefined, state: Compared<string>["state"]): Branch {
  if (!values || values.length === 0) return h("span", { class: "quiet" }, "none");
  return markedList(values.map((item) => ({ state, item })));
}

/** Every fact of the key, with what it is on the sides that exist. */
function factsOf(before: KeyView | undefined, after: KeyView | undefined): Fact[] {
  const fact = (label: string, of: (key: KeyView) => readonly (string | undefined)[]): Fact => ({
    label,
    ...(before && { before: of(before).filter(isText) }),
    ...(after && { after: of(after).filter(isText) }),
  });
  const generations = compare(before?.generations, after?.generations, ({ address }) => address).map(
    ({ item }) => item,
  );
  return [
    fact("Owner", ({ owner }) => [owner]),
    fact("Purpose", ({ purpose }) => [purpose]),
    fact("Contact", ({ contact }) => [contact]),
    fact("Rotated", ({ rotateEveryDays }) => [
      rotateEveryDays === undefined ? undefined : `every ${rotateEveryDays} days`,
    ]),
    fact("Secret", ({ secret }) => [secret === undefined ? undefined : known(secret)]),
    fact("Read by", ({ readers }) => readers.map((reader) => `${known(reader.member)}: ${grantWords(reader)}`)),
    ...generations.flatMap(({ address, ...item }) => {
      const of = (words: (generation: GenerationView) => readonly (string | undefined)[]) => (key: KeyView) => {
        const found = key.generations.find((generation) => generation.address === address);
        return found ? words(found) : [];
      };
      const name = sentenceCase(generationName({ address, ...item }));
      return [
        fact(
          name,
          of(({ phase, created, keyId }) => [phase, created && `created ${created}`, `key id ${known(keyId)}`]),
        ),
        fact(
          `${name}: service account`,
          of(({ serviceAccount }) => [serviceAccount === undefined ? "none" : known(serviceAccount)]),
        ),
        fact(
          `${name}: works from`,
          of((generation) => addressesOf(generation) ?? ["anywhere"]),
        ),
        fact(
          `${name}: works for`,
          of((generation) => targetsOf(generation) ?? [ANY_API]),
        ),
        fact(
          `${name}: other limits`,
          of(({ clientRestrictions }) => clientRestrictions),
        ),
        fact(
          `${name}: resource`,
          of(() => [address]),
        ),
      ];
    }),
  ].filter(({ before: old = [], after: now = [] }) => old.length + now.length > 0);
}

function isText(value: string | undefined): value is string {
  return value !== undefined && value !== "";
}
