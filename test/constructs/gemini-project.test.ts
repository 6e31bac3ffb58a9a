import { TerraformOutput, TerraformVariable, Token } from "cdktf";
import { GeminiProject, type GeminiProjectProps } from "../../constructs/gemini-project";
import { counts, messageOf, ofType, resource, synthTemplate, testStack } from "../helpers/synth-template";

const MINIMAL: GeminiProjectProps = { projectId: "acme-gemini-prod" };

/** What a project with these props synthesizes to. */
function synth(props: Partial<GeminiProjectProps> = {}) {
  const stack = testStack();
  const project = new GeminiProject(stack, "project", { ...MINIMAL, ...props });
  return { project, template: synthTemplate(stack), stack };
}

function service(name: string) {
  return {
    project: "${google_project.project_Resource.project_id}",
    service: `${name}.googleapis.com`,
    disable_on_destroy: false,
  };
}

test("minimal props: a project without parent, billing or labels, deletable, with the base services", () => {
  const { project, template } = synth();
  expect(counts(template)).toEqual({ google_project: 1, google_project_service: 4 });
  expect(template.resource).toEqual({
    google_project: {
      project_Resource: {
        project_id: "acme-gemini-prod",
        name: "acme-gemini-prod",
        auto_create_network: true,
        deletion_policy: "DELETE",
      },
    },
    google_project_service: {
      project_apikeys: service("apikeys"),
      project_generativelanguage: service("generativelanguage"),
      project_iam: service("iam"),
      project_secretmanager: service("secretmanager"),
    },
  });
  expect(project.projectId).toBe("acme-gemini-prod");
});

test("maximal props", () => {
  const { template } = synth({
    displayName: "Gemini, production",
    parent: "folders/345678901234",
    billingAccount: "012345-6789AB-CDEF01",
    labels: { environment: "prod", "cost-center": "" },
    services: ["pubsub", "monitoring"],
    adopt: true,
    protect: true,
  });
  expect(counts(template)).toEqual({ google_project: 1, google_project_service: 6 });
  expect(resource(template, "google_project.project_Resource")).toEqual({
    project_id: "acme-gemini-prod",
    name: "Gemini, production",
    folder_id: "345678901234",
    billing_account: "012345-6789AB-CDEF01",
    labels: { environment: "prod", "cost-center": "" },
    auto_create_network: true,
    deletion_policy: "PREVENT",
    lifecycle: {
      prevent_destroy: true,
      ignore_changes: ["auto_create_network", "billing_account", "folder_id", "labels", "name", "org_id"],
    },
  });
  expect(Object.values(ofType(template, "google_project_service"))).toEqual(
    ["apikeys", "generativelanguage", "iam", "monitoring", "pubsub", "secretmanager"].map(service),
  );
});

test.each([
  ["organizations/123456789012", { org_id: "123456789012" }],
  ["folders/1", { folder_id: "1" }],
  [undefined, {}],
])("parent %s", (parent, expected) => {
  const { org_id, folder_id } = resource(synth({ parent }).template, "google_project.project_Resource");
  expect({ org_id, folder_id }).toEqual(expected);
});

test.each([
  [{}, "DELETE", undefined],
  [{ protect: true }, "PREVENT", { prevent_destroy: true }],
  [
    { adopt: true },
    "ABANDON",
    { ignore_changes: ["auto_create_network", "billing_account", "folder_id", "labels", "name", "org_id"] },
  ],
])("with %j it is deleted with %s", (props, policy, lifecycle) => {
  const project = resource(synth(props).template, "google_project.project_Resource");
  expect(project["deletion_policy"]).toBe(policy);
  expect(project["lifecycle"]).toEqual(lifecycle);
});

test("the order of services has no effect, and neither has a repeated or a base service", () => {
  const once = synth({ services: ["monitoring", "pubsub"] });
  const again = synth({ services: ["pubsub", "iam", "monitoring", "pubsub"] });
  expect(again.template).toEqual(once.template);
});

test("enabled() gives the services in the order asked for, and refuses one that is not enabled", () => {
  const { project, stack } = synth({ services: ["pubsub"] });
  new TerraformOutput(stack, "out", { value: "", dependsOn: project.enabled("pubsub", "apikeys") });
  expect(synthTemplate(stack).output!["out"]!["depends_on"]).toEqual([
    "${google_project_service.project_pubsub}",
    "${google_project_service.project_apikeys}",
  ]);
  expect(messageOf(() => project.enabled("apikeys", "monitoring"))).toBe(
    "[test/project] the project does not enable monitoring.googleapis.com.",
  );
});

const ID_RULE =
  "must be 6 to 30 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen";
const LABEL_KEY_RULE = "must be 1 to 63 lower-case letters, digits, hyphens or underscores, starting with a letter";
const LABEL_VALUE_RULE = "must be at most 63 lower-case letters, digits, hyphens or underscores";

test.each<[Partial<GeminiProjectProps>, string]>([
  [{ projectId: "short" }, `\`projectId\` ${ID_RULE}, got: short. Write an id such as acme-gemini-prod.`],
  [
    { projectId: "a".repeat(31) },
    `\`projectId\` ${ID_RULE}, got: ${"a".repeat(31)}. Write an id such as acme-gemini-prod.`,
  ],
  [{ projectId: "" }, `\`projectId\` ${ID_RULE}, got: "". Write an id such as acme-gemini-prod.`],
  [
    { projectId: "123456789012" },
    "`projectId` must be a project id, not a project number, got: 123456789012. Write the id, such as acme-gemini-prod.",
  ],
  [
    { parent: "123456789012" },
    "`parent` must be organizations/<number> or folders/<number>, got: 123456789012. Write organizations/123456789012 or folders/123456789012.",
  ],
  [
    { parent: "" },
    '`parent` must be organizations/<number> or folders/<number>, got: "". Write the number, such as folders/123456789012.',
  ],
  [
    { billingAccount: "billingAccounts/012345-6789AB-CDEF01" },
    "`billingAccount` must be a billing account such as 012345-6789AB-CDEF01, got: billingAccounts/012345-6789AB-CDEF01. Write 012345-6789AB-CDEF01.",
  ],
  [{ labels: { "": "x" } }, `\`labels\` ${LABEL_KEY_RULE}, got: "". Write a key such as cost-center.`],
  [
    { labels: { ["a".repeat(64)]: "x" } },
    `\`labels\` ${LABEL_KEY_RULE}, got: ${"a".repeat(64)}. Write a key such as cost-center.`,
  ],
  [{ labels: { env: "Prod" } }, `\`labels.env\` ${LABEL_VALUE_RULE}, got: Prod. Write a value such as search-team.`],
  [
    { labels: { env: "a".repeat(64) } },
    `\`labels.env\` ${LABEL_VALUE_RULE}, got: ${"a".repeat(64)}. Write a value such as search-team.`,
  ],
])("refuses %j", (props, message) => {
  expect(messageOf(() => synth(props))).toBe(`[test/project] ${message}`);
});

test.each<Partial<GeminiProjectProps>>([
  { projectId: "a12345" },
  { projectId: "a".repeat(30) },
  { labels: { ["a".repeat(63)]: "a".repeat(63) } },
])("accepts %j", (props) => {
  expect(() => synth(props)).not.toThrow();
});

test("several wrong props are reported together", () => {
  const wrong = { projectId: "X", parent: "acme", billingAccount: "1", labels: { A: "ok", b: "B" } };
  expect(messageOf(() => synth(wrong)).split("\n")).toEqual([
    `[test/project] \`projectId\` ${ID_RULE}, got: X. Write an id such as acme-gemini-prod.`,
    "[test/project] `parent` must be organizations/<number> or folders/<number>, got: acme. Write the number, such as folders/123456789012.",
    "[test/project] `billingAccount` must be a billing account such as 012345-6789AB-CDEF01, got: 1. Write the id that `gcloud billing accounts list` shows.",
    `[test/project] \`labels\` ${LABEL_KEY_RULE}, got: A. Write a key such as cost-center.`,
    `[test/project] \`labels.b\` ${LABEL_VALUE_RULE}, got: B. Write a value such as search-team.`,
  ]);
});

describe("values that only Terraform knows", () => {
  test("are passed on unchecked", () => {
    const stack = testStack();
    const late = new TerraformVariable(stack, "late", {});
    new GeminiProject(stack, "project", {
      projectId: late.stringValue,
      displayName: late.stringValue,
      parent: `folders/${late.stringValue}`,
      billingAccount: late.stringValue,
      labels: Token.asStringMap(late.value),
    });
    expect(resource(synthTemplate(stack), "google_project.project_Resource")).toEqual({
      project_id: "${var.late}",
      name: "${var.late}",
      folder_id: "${var.late}",
      billing_account: "${var.late}",
      labels: "${var.late}",
      auto_create_network: false,
      deletion_policy: "DELETE",
    });
  });

  test("as the value of a label are passed on, and the other labels are checked", () => {
    const stack = testStack();
    const late = new TerraformVariable(stack, "late", {});
    const build = (labels: Record<string, string>, id: string) => new GeminiProject(stack, id, { ...MINIMAL, labels });
    build({ late: late.stringValue }, "a");
    expect(resource(synthTemplate(stack), "google_project.a_Resource")["labels"]).toEqual({ late: "${var.late}" });
    expect(messageOf(() => build({ late: late.stringValue, b: "B" }, "b"))).toBe(
      `[test/b] \`labels.b\` ${LABEL_VALUE_RULE}, got: B. Write a value such as search-team.`,
    );
  });

  test("are refused as a whole parent: the kind of parent is a field of its own", () => {
    const stack = testStack();
    const parent = new TerraformVariable(stack, "late", {}).stringValue;
    expect(messageOf(() => new GeminiProject(stack, "project", { ...MINIMAL, parent }))).toBe(
      "[test/project] `parent` must be organizations/<number> or folders/<number>, got: a token. Only the number may be known later: write the kind in front of it, such as `folders/${folder.folderId}`.",
    );
  });
});
