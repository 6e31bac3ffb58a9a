import { TerraformStack } from "cdktf";
import type { Bootstrap, Organization } from "../../declaration/model";
import { buildApp } from "../../stacks/build-app";
import { BOOTSTRAP, bootstrapStack, FULL_BOOTSTRAP, GITHUB_SYSTEM, synthBootstrap } from "../helpers/bootstrap";
import {
  ENVIRONMENT,
  FULL_ENVIRONMENT,
  FULL_ORGANIZATION,
  ORGANIZATION,
  synthEnvironment,
} from "../helpers/declaration";
import { counts, ofType, resource, TEST_OUTDIR, type Template } from "../helpers/synth-template";

const GCS = { kind: "gcs", bucket: "acme-gemini-state" } as const;
const ORGANIZED: Partial<Organization> = {
  parent: "organizations/123456789012",
  billingAccount: "012345-6789AB-CDEF01",
  state: GCS,
};
const FULL = synthBootstrap(FULL_BOOTSTRAP, ORGANIZED, { changesOrganizationPolicy: true });

/** What each identity may, as `type role`, sorted. */
function rolesOf(identity: string, template = FULL): string[] {
  return Object.entries(template.resource ?? {})
    .flatMap(([type, resources]) =>
      Object.values(resources)
        .filter(({ member }) => String(member).includes(`google_service_account.${identity}.member`))
        .map(({ role }) => `${type.replace(/^google_(.*)_iam_member$/, "$1")} ${role}`),
    )
    .sort();
}

test("a minimal bootstrap: project, services, buckets and two identities that nobody can be", () => {
  const template = synthBootstrap();
  expect(counts(template)).toEqual({
    google_project: 1,
    google_project_iam_member: 2,
    google_project_service: 16,
    google_service_account: 2,
    google_storage_bucket: 2,
    google_storage_bucket_iam_member: 3,
  });
  expect(resource(template, "google_project.project")).toEqual({
    project_id: "acme-gemini-admin",
    name: "acme-gemini-admin",
    labels: { "managed-by": "gemkeys" },
    auto_create_network: true,
    deletion_policy: "DELETE",
  });
  expect(resource(template, "google_storage_bucket.state")).not.toHaveProperty("lifecycle");
  expect(rolesOf("planner", template)).toEqual([
    "project roles/serviceusage.serviceUsageConsumer",
    "storage_bucket roles/storage.objectViewer",
  ]);
  expect(rolesOf("deployer", template)).toEqual([
    "project roles/serviceusage.serviceUsageConsumer",
    "storage_bucket roles/storage.objectUser",
  ]);
});

test("a full bootstrap: all resources by type", () => {
  expect(counts(FULL)).toEqual({
    google_billing_account_iam_member: 3,
    google_iam_workload_identity_pool: 2,
    google_iam_workload_identity_pool_provider: 4,
    google_kms_crypto_key: 1,
    google_kms_crypto_key_iam_member: 1,
    google_kms_key_ring: 1,
    google_organization_iam_member: 2,
    google_project: 1,
    google_project_iam_member: 2,
    google_project_service: 17,
    google_service_account: 2,
    google_service_account_iam_member: 2,
    google_storage_bucket: 2,
    google_storage_bucket_iam_member: 3,
  });
});

test("the admin project has every service that an environment's project has, but the Gemini API, which Terraform does not call", () => {
  const services = (template: Template) =>
    Object.values(ofType(template, "google_project_service")).map(({ service }) => service);
  const needed = services(synthEnvironment(FULL_ENVIRONMENT, FULL_ORGANIZATION));
  expect(needed.filter((service) => !services(FULL).includes(service))).toEqual(["generativelanguage.googleapis.com"]);
});

describe("the roles, exactly", () => {
  test("of the planner: it reads, and writes nothing", () => {
    expect(rolesOf("planner")).toEqual([
      "billing_account roles/billing.viewer",
      "project roles/serviceusage.serviceUsageConsumer",
      "storage_bucket roles/storage.objectViewer",
    ]);
  });

  test("of the deployer", () => {
    expect(rolesOf("deployer")).toEqual([
      "billing_account roles/billing.costsManager",
      "billing_account roles/billing.user",
      "organization roles/orgpolicy.policyAdmin",
      "organization roles/resourcemanager.projectCreator",
      "project roles/serviceusage.serviceUsageConsumer",
      "storage_bucket roles/storage.objectUser",
    ]);
  });

  test("organization policies only where an environment changes one, and only of an organization", () => {
    const unchanged = synthBootstrap(FULL_BOOTSTRAP, ORGANIZED);
    expect(rolesOf("deployer", unchanged)).not.toContain("organization roles/orgpolicy.policyAdmin");
    const folder = { ...ORGANIZED, parent: "folders/345678901234" };
    const inFolder = synthBootstrap(FULL_BOOTSTRAP, folder, { changesOrganizationPolicy: true });
    expect(rolesOf("deployer", inFolder).filter((role) => /^(folder|organization) /.test(role))).toEqual([
      "folder roles/resourcemanager.projectCreator",
    ]);
  });

  test("nobody else is given anything but what the state takes", () => {
    const members = Object.values(FULL.resource!)
      .flatMap((resources) => Object.values(resources))
      .map(({ member }) => member)
      .filter(
        (member) => typeof member === "string" && !/google_service_account\.(planner|deployer)\.member/.test(member),
      );
    expect(members.sort()).toEqual([
      "${data.google_storage_project_service_account.state_storage-agent.member}",
      "group:cloud-storage-analytics@google.com",
      "principalSet://iam.googleapis.com/${google_iam_workload_identity_pool.deployer_pool.name}/*",
      "principalSet://iam.googleapis.com/${google_iam_workload_identity_pool.planner_pool.name}/*",
    ]);
  });
});

test("each identity has a pool of its own, with a provider for each system and its conditions", () => {
  const providers = Object.entries(ofType(FULL, "google_iam_workload_identity_pool_provider"));
  const conditions = providers.map(([address, { attribute_condition }]) => [address, attribute_condition]);
  expect(Object.fromEntries(conditions)).toEqual({
    "planner_provider-github": 'assertion.repository == "acme/gemini-keys" && assertion.event_name == "pull_request"',
    "planner_provider-oidc-gitlab":
      'assertion.project_path == "acme/gemini-keys" && assertion.pipeline_source == "merge_request_event"',
    "deployer_provider-github":
      'assertion.repository == "acme/gemini-keys" && assertion.event_name == "push" && assertion.ref == "refs/heads/main" && assertion.ref_protected == "true" && assertion.environment == "production"',
    "deployer_provider-oidc-gitlab":
      'assertion.project_path == "acme/gemini-keys" && assertion.pipeline_source == "push" && assertion.ref == "main" && assertion.ref_type == "branch" && assertion.ref_protected == "true" && assertion.environment == "production"',
  });
  for (const [address, { workload_identity_pool_id }] of providers) {
    const pool = `google_iam_workload_identity_pool.${address.split("_")[0]}_pool`;
    expect(workload_identity_pool_id).toBe(`\${${pool}.workload_identity_pool_id}`);
  }
});

describe("protection and adoption", () => {
  test.each<[string, Partial<Bootstrap>, unknown, unknown]>([
    ["protected", { protected: true }, { prevent_destroy: true }, "PREVENT"],
    ["not protected", { protected: false }, undefined, "DELETE"],
  ])("%s", (_, bootstrap, lifecycle, policy) => {
    const stateBucket = { ...BOOTSTRAP.stateBucket!, encryptionRotationDays: 90 };
    const template = synthBootstrap({ stateBucket, ...bootstrap });
    expect(resource(template, "google_project.project")["deletion_policy"]).toBe(policy);
    for (const address of [
      "google_project.project",
      "google_storage_bucket.state",
      "google_kms_crypto_key.state_key",
    ]) {
      expect(resource(template, address)["lifecycle"]).toEqual(lifecycle);
    }
  });

  test("adopted: imported", () => {
    expect(FULL.import).toEqual([{ to: "google_project.project", id: "acme-gemini-admin" }]);
    expect(synthBootstrap()).not.toHaveProperty("import");
  });
});

describe("Terraform's settings", () => {
  test("calls are not billed to the project that they make", () => {
    expect(FULL.provider).toEqual({ google: [{}] });
  });

  test("the state in the bucket, or in a file as long as there is none", () => {
    const required = {
      required_providers: { google: { source: "hashicorp/google", version: "6.50.0" } },
      required_version: ">= 1.11",
    };
    expect(synthBootstrap().terraform).toEqual({
      backend: { gcs: { bucket: "acme-gemini-state", prefix: "gemkeys/bootstrap" } },
      ...required,
    });
    expect(synthBootstrap({}, {}, { localState: true }).terraform).toEqual({
      backend: { local: { path: "../../../terraform.bootstrap.tfstate" } },
      ...required,
    });
  });

  test("with HCP Terraform there is neither bucket nor key nor a role on it", () => {
    const state = { kind: "hcpTerraform", organization: "acme" } as const;
    const template = synthBootstrap({ stateBucket: undefined, ciSystems: [GITHUB_SYSTEM] }, { ...ORGANIZED, state });
    expect(template.terraform["cloud"]).toEqual({ organization: "acme", workspaces: { name: "gemkeys-bootstrap" } });
    expect(Object.keys(counts(template)).filter((type) => /storage|kms/.test(type))).toEqual([]);
    expect(template.output).not.toHaveProperty("state_bucket");
  });
});

test("outputs say what CI has to be told", () => {
  expect(FULL.output).toEqual({
    project_number: { value: "${google_project.project.number}" },
    state_bucket: { value: "${google_storage_bucket.state.name}" },
    planner_email: { value: "${google_service_account.planner.email}" },
    planner_providers: {
      value: {
        github: "${google_iam_workload_identity_pool_provider.planner_provider-github.name}",
        "oidc-gitlab": "${google_iam_workload_identity_pool_provider.planner_provider-oidc-gitlab.name}",
      },
    },
    deployer_email: { value: "${google_service_account.deployer.email}" },
    deployer_providers: {
      value: {
        github: "${google_iam_workload_identity_pool_provider.deployer_provider-github.name}",
        "oidc-gitlab": "${google_iam_workload_identity_pool_provider.deployer_provider-oidc-gitlab.name}",
      },
    },
  });
});

test("it is synthesized to what cdktf gives", () => {
  const stack = bootstrapStack(FULL_BOOTSTRAP, ORGANIZED);
  stack.prepareStack();
  const { "//": metadata, ...ours } = stack.toTerraform();
  const { "//": cdktfMetadata, ...theirs } = TerraformStack.prototype.toTerraform.call(stack);
  expect(JSON.stringify(ours, null, 2)).toBe(JSON.stringify(theirs, null, 2));
  expect(metadata).toEqual(cdktfMetadata);
});

describe("buildApp", () => {
  const environments = [ENVIRONMENT];

  test("adds the stack where it is declared", () => {
    const organization = { ...ORGANIZATION, adminProject: "acme-gemini-admin", bootstrap: BOOTSTRAP };
    const stacks = (declared: Organization) =>
      buildApp({ organization: declared, environments }, { outdir: TEST_OUTDIR }).node.children.map(
        ({ node }) => node.id,
      );
    expect(stacks(organization)).toEqual(["prod", "bootstrap"]);
    expect(stacks(FULL_ORGANIZATION)).toEqual(["prod"]);
  });

  test.each([true, false])("knows whether an environment changes an organization policy: %s", (allowed) => {
    const organization = { ...ORGANIZATION, ...ORGANIZED, adminProject: "acme-gemini-admin", bootstrap: BOOTSTRAP };
    const lifted = { ...ENVIRONMENT, allowServiceAccountKeys: allowed };
    const app = buildApp({ organization, environments: [lifted] }, { outdir: TEST_OUTDIR });
    const stack = app.node.findChild("bootstrap") as TerraformStack;
    expect(JSON.stringify(stack.toTerraform()).includes("roles/orgpolicy.policyAdmin")).toBe(allowed);
  });
});
