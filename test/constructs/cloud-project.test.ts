import { CloudProject } from "../../constructs/cloud-project";
import { counts, resolved, resource, synthTemplate, testStack } from "../helpers/synth-template";

// The props it shares with GeminiProject, and their messages, are tested there.

test("a project with the services it is given and no other, each once and sorted", () => {
  const stack = testStack();
  const project = new CloudProject(stack, "admin", {
    projectId: "acme-gemini-admin",
    services: ["sts", "iam", "sts"],
    protect: true,
  });
  const template = synthTemplate(stack);
  expect(counts(template)).toEqual({ google_project: 1, google_project_service: 2 });
  expect(Object.keys(template.resource!["google_project_service"]!)).toEqual(["admin_iam", "admin_sts"]);
  expect(resource(template, "google_project_service.admin_sts")).toEqual({
    project: "${google_project.admin_Resource.project_id}",
    service: "sts.googleapis.com",
    disable_on_destroy: false,
  });
  expect(resolved(stack, project.projectNumber)).toBe("${google_project.admin_Resource.number}");
});
