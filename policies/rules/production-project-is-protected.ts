import { echo } from "../../values/problem";
import { known } from "../keys";
import type { Rule } from "../rule";

export const productionProjectIsProtected: Rule = {
  id: "GEMKEY-PROJ-01",
  title: "A project of production is protected",
  severity: "high",
  rationale: "One wrong `destroy` takes every key of production with it, and the id of the project for ever.",
  fix: 'Write `protected: true` in YAML, `deletion_policy = "PREVENT"` in HCL.',
  references: ["https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/google_project"],
  check: ({ facts, production }) =>
    !production(facts)
      ? []
      : facts.projects
          .filter((project) => !project.protected)
          .map(({ address, projectId }) => {
            const id = known(projectId);
            const name = id === undefined ? address : echo(id);
            return {
              address,
              field: "protected",
              message: `The project ${name} is production, and a plan may delete it.`,
            };
          }),
};
