import { RISKS } from "../../model";
import type { PageData } from "../page-model";
import { type Branch, type Child, h } from "../tree";
import { badge, count, prose } from "./words";

export function overviewSection(data: PageData): Branch {
  return h(
    "section",
    { id: "overview", "aria-labelledby": "overview-title" },
    data.kind === "review" ? verdict(data) : totals(data),
    data.notes.length > 0 &&
      h(
        "div",
        { class: "notes" },
        h("h3", {}, "About this review"),
        h(
          "ul",
          {},
          data.notes.map(({ risk, text }) =>
            h("li", {}, badge(risk), h("span", { class: "note", dir: "auto" }, prose(text))),
          ),
        ),
      ),
    h("p", { class: "about no-script" }, "Search, filters and drawings need JavaScript. Everything else is here."),
  );
}

function verdict(data: PageData): Child {
  const changes = data.changes.filter(({ list }) => list === "change");
  const findings = data.findings.filter(({ state }) => state === "new");
  const risks = [...changes.map(({ risk }) => risk), ...findings.map(({ severity }) => severity)];
  const touched = data.keys.filter(({ status }) => status !== "unchanged").length;
  const sentence = [
    `${count(changes.length, "change")} and ${count(findings.length, "new finding")}`,
    `${touched.toLocaleString("en-US")} of ${count(data.keys.length, "key")}`,
    `${count(data.environments.filter(({ status }) => status !== "unchanged").length, "environment")}`,
  ];
  return [
    h(
      "h2",
      { id: "overview-title", class: `verdict ${data.risk ?? "none"}` },
      data.risk ? `Highest risk: ${data.risk}` : "Nothing changes for any key",
    ),
    data.risk && h("p", { class: "lead" }, `${sentence[0]}, on ${sentence[1]}, in ${sentence[2]}.`),
    h(
      "ul",
      { class: "tiles" },
      RISKS.map((risk) => {
        const number = risks.filter((other) => other === risk).length;
        return h(
          "li",
          { class: `tile ${number === 0 ? "zero" : risk}` },
          h("span", { class: "big" }, number.toLocaleString("en-US")),
          h("span", {}, risk),
        );
      }),
    ),
  ];
}

function totals({ keys, environments, today }: PageData): Child {
  const late = keys.filter(({ rotateBy }) => rotateBy !== undefined && today !== undefined && rotateBy < today).length;
  const open = keys.filter(({ after }) => after?.generations.some(({ addresses }) => addresses === undefined)).length;
  return [
    h("h2", { id: "overview-title" }, `${count(keys.length, "key")} in ${count(environments.length, "environment")}`),
    today !== undefined && h("p", { class: "lead" }, `As declared on ${today}.`),
    h(
      "ul",
      { class: "tiles" },
      tile(keys.length, "keys"),
      tile(late, "overdue for rotation", late > 0 ? "medium" : "zero"),
      tile(open, "work from anywhere", open > 0 ? "critical" : "zero"),
    ),
  ];
}

function tile(number: number, text: string, className = ""): Branch {
  return h(
    "li",
    { class: `tile ${className}` },
    h("span", { class: "big" }, number.toLocaleString("en-US")),
    h("span", {}, text),
  );
}
