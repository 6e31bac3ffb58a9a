import type { FindingData, PageData } from "../page-model";
import { type Branch, h } from "../tree";
import { badge, code, prose } from "./words";

const TITLES: readonly (readonly [FindingData["state"], string])[] = [
  ["new", "New"],
  ["standing", "Standing"],
  ["fixed", "Fixed"],
];

export function findingsSection({ findings }: PageData): Branch | undefined {
  if (findings.length === 0) return undefined;
  return h(
    "section",
    { id: "findings", "aria-labelledby": "findings-title" },
    h(
      "h2",
      { id: "findings-title" },
      "Findings ",
      h("span", { class: "number", "data-number": "finding" }, findings.length.toLocaleString("en-US")),
    ),
    h("p", { class: "about" }, "Where a policy does not hold."),
    TITLES.map(([state, title]) => {
      const mine = findings
        .map((finding, index) => ({ finding, index }))
        .filter(({ finding }) => finding.state === state);
      return (
        mine.length > 0 &&
        h(
          "div",
          { class: "group", "data-group": true },
          h("h3", {}, title, " ", h("span", { class: "number" }, String(mine.length))),
          h(
            "ul",
            { class: "changes" },
            mine.map(({ finding, index }) => findingItem(finding, index)),
          ),
        )
      );
    }),
  );
}

export function findingItem(finding: FindingData, index?: number): Branch {
  const { rule, title, severity, environment, key, address, message, fix, waiver, location, state } = finding;
  const excused = waiver !== undefined || state === "fixed";
  return h(
    "li",
    { class: `change ${excused ? "excused" : severity}`, "data-finding": index },
    badge(severity),
    h(
      "div",
      {},
      h("p", { class: "sentence", dir: "auto" }, prose(message)),
      waiver && h("p", { class: "values" }, `Waived until ${waiver.until} by ${waiver.by}: ${waiver.reason}`),
      !excused && h("p", { class: "fix" }, prose(fix)),
      h(
        "p",
        { class: "facts-line" },
        h("span", {}, `${rule}, ${title}`),
        h("span", {}, `${state} in ${environment}`),
        key !== undefined && code(key),
        location && code(`${location.file}:${location.line}:${location.column}`),
        code(address),
      ),
    ),
  );
}
