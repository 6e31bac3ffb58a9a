import { GeminiProject } from "../../constructs/gemini-project";
import { ServiceAccountKeyPolicy } from "../../constructs/service-account-key-policy";
import { counts, messageOf, resource, synthTemplate, testStack } from "../helpers/synth-template";

test("the constraint is not enforced in this project, once the API is there", () => {
  const stack = testStack();
  const project = new GeminiProject(stack, "project", { projectId: "acme-gemini-prod", services: ["orgpolicy"] });
  new ServiceAccountKeyPolicy(stack, "policy", {
    projectId: project.projectId,
    dependsOn: project.enabled("orgpolicy"),
  });
  const template = synthTemplate(stack);
  expect(counts(template)).toMatchObject({ google_org_policy_policy: 1 });
  expect(resource(template, "google_org_policy_policy.policy_Resource")).toEqual({
    name: "projects/acme-gemini-prod/policies/iam.managed.disableServiceAccountApiKeyCreation",
    parent: "projects/acme-gemini-prod",
    spec: { rules: [{ enforce: "FALSE" }] },
    depends_on: ["google_project_service.project_orgpolicy"],
  });
});

test("refused: no project id", () => {
  expect(messageOf(() => new ServiceAccountKeyPolicy(testStack(), "policy", { projectId: "12345678" }))).toBe(
    "[test/policy] `projectId` must be a project id, not a project number, got: 12345678. Write the id, such as acme-gemini-prod.",
  );
});
