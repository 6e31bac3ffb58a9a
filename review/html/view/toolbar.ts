import { PHASES } from "../../../values/generations";
import { RISKS } from "../../model";
import type { PageData } from "../page-model";
import { type Branch, h } from "../tree";

/** Search and filters. They need the script, and are not printed. */
export function toolbar({ kind, environments, keys }: PageData): Branch {
  const owners = [...new Set(keys.flatMap(({ before, after }) => (after ?? before)?.owner ?? []))].sort();
  return h(
    "form",
    { class: "toolbar script-only screen-only", role: "search", "aria-label": "Search and filters", id: "filters" },
    h(
      "div",
      { class: "field search" },
      h("label", { for: "search" }, "Search"),
      h("input", {
        type: "search",
        id: "search",
        name: "search",
        autocomplete: "off",
        spellcheck: "false",
        placeholder: "name, address, reader …",
        "aria-keyshortcuts": "/",
      }),
    ),
    environments.length > 1 &&
      choice(
        "environment",
        "Environment",
        environments.map(({ name }) => name),
      ),
    kind === "review" && choice("risk", "Risk", RISKS),
    owners.length > 1 && choice("owner", "Owner", owners),
    choice("phase", "Phase", PHASES),
    kind === "review" &&
      h(
        "label",
        { class: "check" },
        h("input", { type: "checkbox", name: "changed", id: "changed" }),
        h("span", {}, "Changed only"),
      ),
    h("button", { type: "reset", class: "plain" }, "Clear"),
    h("p", { class: "hits", id: "hits", role: "status", "aria-live": "polite" }),
  );
}

function choice(name: string, title: string, values: readonly string[]): Branch {
  return h(
    "div",
    { class: "field" },
    h("label", { for: name }, title),
    h(
      "select",
      { name, id: name },
      h("option", { value: "" }, "all"),
      values.map((value) => h("option", { value }, value)),
    ),
  );
}
