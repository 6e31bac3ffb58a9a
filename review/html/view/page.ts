import type { PageData } from "../page-model";
import { type Branch, h } from "../tree";
import { changesSection } from "./changes";
import { environmentsSection } from "./environments";
import { findingsSection } from "./findings";
import { keysSection } from "./keys";
import { overviewSection } from "./overview";
import { toolbar } from "./toolbar";
import { code } from "./words";

export function titleOf({ kind, base, head }: PageData): string {
  return kind === "review" ? `Review of Gemini keys: ${base} → ${head}` : "Inventory of Gemini keys";
}

/** What stands in the body. */
export function pageView(data: PageData): Branch {
  const sections = [
    overviewSection(data),
    data.kind === "review" ? changesSection(data, "change") : undefined,
    changesSection(data, "notInCode"),
    changesSection(data, "drift"),
    findingsSection(data),
    keysSection(data),
    environmentsSection(data),
  ].filter((section) => section !== undefined);
  return h(
    "div",
    { class: "page" },
    h("a", { class: "skip", href: "#main" }, "Skip to the content"),
    h(
      "header",
      { class: "top" },
      h(
        "div",
        {},
        h("h1", {}, data.kind === "review" ? "Review of Gemini keys" : "Inventory of Gemini keys"),
        data.kind === "review" &&
          h(
            "p",
            { class: "sides" },
            code(data.base ?? ""),
            h("span", { class: "spoken" }, " compared with "),
            h("span", { "aria-hidden": "true" }, " → "),
            code(data.head ?? ""),
          ),
      ),
      h("button", { type: "button", class: "plain script-only screen-only", id: "theme" }, "Dark"),
    ),
    h("nav", { class: "sections screen-only", "aria-label": "Sections" }, h("ul", {}, sections.map(navItem))),
    toolbar(data),
    h(
      "main",
      { id: "main", tabindex: -1 },
      sections,
      h("p", { id: "no-hits", hidden: true }, "Nothing passes the filters."),
    ),
    h("footer", {}, "Made by gemkeys. This file holds no key, and asks nobody for anything."),
  );
}

function navItem({ attributes: { id } }: Branch): Branch {
  return h("li", {}, h("a", { href: `#${id}` }, NAMES[String(id)]!));
}

const NAMES: Readonly<Record<string, string>> = {
  overview: "Overview",
  changes: "Changes",
  "not-in-code": "Not in the code",
  drift: "Drift",
  findings: "Findings",
  keys: "Keys",
  environments: "Environments",
};
