import type { EnvironmentData, PageData, Surroundings } from "../page-data";
import { type Branch, h } from "../tree";
import { compare, markedList } from "./compare";
import { badge, count, known } from "./words";

export function environmentsSection(data: PageData): Branch {
  return h(
    "section",
    { id: "environments", "aria-labelledby": "environments-title" },
    h(
      "h2",
      { id: "environments-title" },
      "Environments ",
      h("span", { class: "number" }, String(data.environments.length)),
    ),
    data.untouched > 0 &&
      h("p", { class: "about" }, `${count(data.untouched, "more environment")} cannot be reached by this change.`),
    data.environments.map((environment, index) => environmentItem(data, environment, index)),
    h("p", { class: "no-hits", hidden: true }, "None of them passes the filter."),
  );
}

function environmentItem(data: PageData, environment: EnvironmentData, index: number): Branch {
  const { name, status, risk, others } = environment;
  const keys = data.keys.filter((key) => key.environment === name);
  return h(
    "details",
    { class: "environment", "data-environment": index, open: data.environments.length <= 3 },
    h(
      "summary",
      {},
      h("h3", {}, name),
      risk && badge(risk),
      h("span", { class: "quiet" }, [count(keys.length, "key"), ...(status ? [status] : [])].join(", ")),
    ),
    factsTable(environment),
    others.length > 0 &&
      h(
        "p",
        { class: "others" },
        "Other resources: ",
        others.map(({ type, action, count: number }) => `${number} ${type} ${action}`).join(", "),
        ".",
      ),
    keys.length > 0 &&
      h(
        "details",
        { class: "script-only reach-all" },
        h("summary", { "data-reach": index }, "Who can reach what in this environment"),
        h("div", { id: `reach-environment-${index}` }),
      ),
  );
}

function factsTable({ name, before, after }: EnvironmentData): Branch {
  const facts: readonly (readonly [string, (view: Surroundings) => readonly (string | undefined)[]])[] = [
    [
      "Project",
      ({ project }) => [project && known(project.id), project && (project.protected ? "protected" : "not protected")],
    ],
    [
      "Budget",
      ({ budget }) => [budget?.amount, ...(budget?.thresholds ?? []).map((threshold) => `notice at ${threshold}`)],
    ],
    ["Spend cap", ({ budget }) => [budget?.cap]],
    ["Audit logs", ({ audit }) => audit],
    ["Alerts", ({ alerts }) => alerts],
  ];
  const both = before && after;
  return h(
    "table",
    { class: "facts" },
    h("caption", { class: "spoken" }, `Around the keys of ${name}`),
    both &&
      h("thead", {}, h("tr", {}, h("td", {}), h("th", { scope: "col" }, "Before"), h("th", { scope: "col" }, "After"))),
    h(
      "tbody",
      {},
      facts.map(([label, of]) => {
        const old = before && of(before).filter((text) => text !== undefined);
        const now = after && of(after).filter((text) => text !== undefined);
        if (!both)
          return h("tr", {}, h("th", { scope: "row" }, label), h("td", {}, listOf(now ?? old ?? [], undefined)));
        const changed = compare(old, now, (text) => text).some(({ state }) => state !== "same");
        return h(
          "tr",
          { class: changed && "changed" },
          h("th", { scope: "row" }, label),
          h("td", { "data-label": "Before" }, listOf(old!, now, "removed")),
          h("td", { "data-label": "After" }, listOf(now!, old, "added")),
        );
      }),
    ),
  );
}

/** The texts, those marked that the other side does not have. */
function listOf(
  texts: readonly string[],
  other: readonly string[] | undefined,
  state: "added" | "removed" = "added",
): Branch {
  if (texts.length === 0) return h("span", { class: "quiet" }, "none");
  return markedList(texts.map((item) => ({ item, state: !other || other.includes(item) ? "same" : state })));
}
