import type { KeyData } from "../page-model";
import { type Branch, h } from "../tree";
import { environmentGraph, MOST_KEYS } from "./graph";
import { graphSvg } from "./graph-svg";
import { ANY_API, addressesOf, code, FROM_ANYWHERE, memberWords, targetsOf, unique } from "./words";

/** Who can reach what in one environment, as it is afterwards: the drawing, and the same as a table. */
export function environmentReach(name: string, keys: readonly KeyData[]): Branch {
  const label = `Who can reach what in ${name}`;
  return h(
    "figure",
    {},
    h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": `Drawing: ${label}` },
      graphSvg(environmentGraph(keys), `${label}. The same as a table follows.`),
    ),
    h(
      "figcaption",
      {},
      keys.length > MOST_KEYS &&
        h("p", {}, `The drawing has the first ${MOST_KEYS} of ${keys.length} keys. Search and filters choose others.`),
      h("details", {}, h("summary", {}, "The drawing as a table"), table(label, keys)),
    ),
  );
}

function table(label: string, keys: readonly KeyData[]): Branch {
  const columns = ["Key", "Read by", "Works from", "Works for"];
  const cell = (texts: readonly string[]) => h("td", {}, texts.map(code));
  return h(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": `Table: ${label}` },
    h(
      "table",
      { class: "reach-table" },
      h("caption", { class: "spoken" }, label),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          columns.map((title) => h("th", { scope: "col" }, title)),
        ),
      ),
      h(
        "tbody",
        {},
        keys.flatMap(({ after }) =>
          after === undefined
            ? []
            : [
                h(
                  "tr",
                  {},
                  h("th", { scope: "row" }, code(after.name)),
                  cell(unique(after.readers.map(({ member }) => memberWords(member).name))),
                  cell(unique(after.generations.flatMap((generation) => addressesOf(generation) ?? [FROM_ANYWHERE]))),
                  cell(unique(after.generations.flatMap((generation) => targetsOf(generation) ?? [ANY_API]))),
                ),
              ],
        ),
      ),
    ),
  );
}
