import type { EnvironmentData, PageData } from "../page-model";
import { type Branch, h } from "../tree";
import { type Fact, factOf, factsTable } from "./facts";
import { badge, count, known, words } from "./words";

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
    factsTable(`Around the keys of ${name}`, factsOf(environment), Boolean(environment.before && environment.after)),
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

function factsOf(sides: EnvironmentData): Fact[] {
  return [
    factOf("Project", sides, ({ project }) => [project && known(project.id)]),
    factOf("Protected", sides, ({ project }) => [project && (project.protected ? "yes" : "no")], words),
    factOf("Budget", sides, ({ budget }) => [budget?.amount], words),
    factOf("Notices at", sides, ({ budget }) => budget?.thresholds ?? [], words),
    factOf("Spend cap", sides, ({ budget }) => [budget?.cap], words),
    factOf("Audit logs", sides, ({ audit }) => audit),
    factOf("Alerts", sides, ({ alerts }) => alerts, words),
  ];
}
