import type { ProjectFacts } from "../../inventory/facts";
import { isProduction } from "../../policies/production";
import { factsOf } from "./sample-facts";

const PROJECT: ProjectFacts = { address: "google_project.project", projectId: "acme", protected: false, labels: {} };

test.each([
  ["prod", true],
  ["production", true],
  ["PRD", true],
  ["search-prod", true],
  ["prod-eu", true],
  ["prod2", true],
  ["plans/prod.json", true],
  ["products", false],
  ["reprod", false],
  ["staging", false],
  ["nonprod", false],
  ["non-prod", false],
  ["pre_production", false],
  ["not.prd", false],
  ["non--prod", true],
  ["preproducts-prod", true],
])("%s by its name: %p", (name, expected) => {
  expect(isProduction(factsOf(name, { projects: [PROJECT] }))).toBe(expected);
});

test.each<[string, Partial<ProjectFacts>, boolean]>([
  ["protected", { protected: true }, true],
  ["labelled as production", { labels: { environment: "prod" } }, true],
  ["labelled as something else", { labels: { environment: "dev", tier: "prod" } }, false],
  ["neither", {}, false],
])("one of its projects is %s", (_, over, expected) => {
  expect(isProduction(factsOf("x", { projects: [PROJECT, { ...PROJECT, ...over }] }))).toBe(expected);
});
