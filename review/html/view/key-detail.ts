import type { GenerationView, KeyView } from "../../model";
import type { ChangeData, FindingData, KeyData } from "../page-model";
import { type Branch, type Child, h } from "../tree";
import { changeItem } from "./changes";
import { compare, mark, type State } from "./compare";
import { type Fact, factOf, factsTable } from "./facts";
import { findingItem } from "./findings";
import { type Graph, keptIn, keyGraph, readerId, type Sides } from "./graph";
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
  words,
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
    factsTable(
      before && after ? "The key before and after" : "Everything about the key",
      factsOf(key),
      Boolean(before && after),
    ),
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
export function reach(key: KeyData, show: Show): Branch {
  const sides: Sides = show === "before" ? { before: key.before } : show === "after" ? { after: key.after } : key;
  const graph = keyGraph(sides);
  const about = `who can reach what with ${key.name} in ${key.environment}`;
  return h(
    "figure",
    {},
    h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": `Drawing: ${about}` },
      graphSvg(graph, `${sentenceCase(about)}. The same as text follows.`),
    ),
    h("figcaption", {}, legend(graph), h("details", {}, h("summary", {}, "The drawing as text"), reachText(sides))),
  );
}

/** What the marks mean that are in the drawing. */
function legend({ layers, edges }: Graph): Branch | undefined {
  const boxes = layers.flatMap((layer) => layer.boxes);
  const has = (state: State) =>
    boxes.some((box) => box.state === state || box.lines.some((line) => line.state === state));
  const entries = [
    has("added") && h("span", { class: "added" }, "+ new"),
    has("removed") && h("span", { class: "removed" }, "− gone"),
    edges.some(({ main }) => !main) && h("span", {}, "thick: what readers are given now"),
    boxes.some(({ open }) => open) &&
      h("span", { class: "shaded" }, "shaded: more than one reader, a role above the secret, or no limit"),
  ].filter((entry) => entry !== false);
  return entries.length > 0 ? h("p", { class: "legend" }, entries) : undefined;
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

/** Every fact of the key, with what it is on the sides that exist. */
function factsOf({ before, after, kept }: Sides): Fact[] {
  const fact = (label: string, of: (key: KeyView) => readonly (string | undefined)[], show?: Fact["show"]) =>
    factOf(label, { before, after }, of, show);
  const generations = compare(before?.generations, after?.generations, ({ address }) => address);
  return [
    fact("Owner", ({ owner }) => [owner], words),
    fact("Purpose", ({ purpose }) => [purpose], words),
    fact("Contact", ({ contact }) => [contact], words),
    fact("Rotated", ({ rotateEveryDays: days }) => [days === undefined ? undefined : `every ${days} days`], words),
    fact("Secret", ({ secret }) => [secret === undefined ? undefined : known(secret)]),
    fact("Read by", ({ readers }) => readers.map((reader) => `${known(reader.member)}: ${grantWords(reader)}`)),
    ...generations.flatMap(({ item }) => generationFacts(item, fact, keptIn(kept, item))),
  ].filter(({ before: old = [], after: now = [] }) => old.length + now.length > 0);
}

function generationFacts(
  generation: GenerationView,
  fact: (label: string, of: (key: KeyView) => readonly (string | undefined)[], show?: Fact["show"]) => Fact,
  kept: readonly string[],
): Fact[] {
  const name = sentenceCase(generationName(generation));
  const of = (texts: (generation: GenerationView) => readonly (string | undefined)[]) => (key: KeyView) => {
    const found = key.generations.find(({ address }) => address === generation.address);
    return found ? texts(found) : [];
  };
  return [
    fact(
      name,
      of(({ phase, created }) => [phase, created && `created ${created}`]),
      words,
    ),
    fact(
      `${name}: key id`,
      of(({ keyId }) => [known(keyId)]),
    ),
    fact(
      `${name}: service account`,
      of(({ serviceAccount: account }) => [account === undefined ? "none" : known(account)]),
    ),
    {
      ...fact(
        `${name}: works from`,
        of((side) => addressesOf(side) ?? ["anywhere"]),
      ),
      kept,
    },
    fact(
      `${name}: works for`,
      of((side) => targetsOf(side) ?? [ANY_API]),
    ),
    fact(
      `${name}: other limits`,
      of(({ clientRestrictions }) => clientRestrictions),
      words,
    ),
    fact(
      `${name}: resource`,
      of(({ address }) => [address]),
    ),
  ];
}
