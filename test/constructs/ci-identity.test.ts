import { TerraformVariable } from "cdktf";
import { CiIdentity, type CiIdentityProps, type CiTokens } from "../../constructs/ci-identity";
import { CloudProject } from "../../constructs/cloud-project";
import { counts, messageOf, ofType, resolved, resource, synthTemplate, testStack } from "../helpers/synth-template";

const MINIMAL: CiIdentityProps = {
  projectId: "acme-gemini-admin",
  accountId: "gemkeys-deployer",
  description: "Deploys",
};

const TOKENS: CiTokens = {
  providerId: "github",
  issuer: "https://token.actions.githubusercontent.com",
  audiences: [],
  claims: { repository: "acme/gemini-keys", event_name: "push" },
};

const GITLAB: CiTokens = {
  providerId: "oidc-gitlab",
  issuer: "https://gitlab.com",
  audiences: ["gemkeys", "https://gitlab.com"],
  claims: { sub: "project_path:acme/gemini-keys:ref_type:branch:ref:main", Project: "acme", project_id: "22" },
};

/** What an identity with these props synthesizes to. */
function synth(props: Partial<CiIdentityProps> = {}) {
  const stack = testStack();
  const identity = new CiIdentity(stack, "deployer", { ...MINIMAL, ...props });
  return { identity, template: synthTemplate(stack), stack };
}

const MEMBER = "${google_service_account.deployer_Resource.member}";

test("minimal props: a service account without roles, which nobody can be", () => {
  const { identity, template, stack } = synth();
  expect(template.resource).toEqual({
    google_service_account: {
      deployer_Resource: {
        project: "acme-gemini-admin",
        account_id: "gemkeys-deployer",
        display_name: "gemkeys-deployer",
        description: "Deploys",
      },
    },
  });
  expect(resolved(stack, identity.email)).toBe("${google_service_account.deployer_Resource.email}");
  expect(identity.providers).toEqual({});
});

test("maximal props: roles everywhere, and a pool with a provider for each system", () => {
  const stack = testStack();
  const project = new CloudProject(stack, "project", { projectId: "acme-gemini-admin", services: ["iam"] });
  const identity = new CiIdentity(stack, "deployer", {
    ...MINIMAL,
    tokens: [TOKENS, GITLAB],
    projectRoles: ["roles/serviceusage.serviceUsageConsumer"],
    parent: "organizations/123456789012",
    parentRoles: ["roles/resourcemanager.projectCreator", "roles/orgpolicy.policyAdmin"],
    billingAccount: "012345-6789AB-CDEF01",
    billingRoles: ["roles/billing.user", "roles/billing.costsManager", "roles/billing.user"],
    bucket: "acme-gemini-state",
    bucketRoles: ["roles/storage.objectUser"],
    dependsOn: project.enabled("iam"),
  });
  const template = synthTemplate(stack);
  expect(counts(template)).toEqual({
    google_billing_account_iam_member: 2,
    google_iam_workload_identity_pool: 1,
    google_iam_workload_identity_pool_provider: 2,
    google_organization_iam_member: 2,
    google_project: 1,
    google_project_iam_member: 1,
    google_project_service: 1,
    google_service_account: 1,
    google_service_account_iam_member: 1,
    google_storage_bucket_iam_member: 1,
  });
  expect(ofType(template, "google_project_iam_member")).toEqual({
    "deployer_project-serviceusage-serviceUsageConsumer": {
      project: "acme-gemini-admin",
      role: "roles/serviceusage.serviceUsageConsumer",
      member: MEMBER,
    },
  });
  expect(ofType(template, "google_organization_iam_member")).toEqual({
    "deployer_organization-resourcemanager-projectCreator": {
      org_id: "123456789012",
      role: "roles/resourcemanager.projectCreator",
      member: MEMBER,
    },
    "deployer_organization-orgpolicy-policyAdmin": {
      org_id: "123456789012",
      role: "roles/orgpolicy.policyAdmin",
      member: MEMBER,
    },
  });
  expect(ofType(template, "google_billing_account_iam_member")).toEqual({
    "deployer_billing-billing-user": {
      billing_account_id: "012345-6789AB-CDEF01",
      role: "roles/billing.user",
      member: MEMBER,
    },
    "deployer_billing-billing-costsManager": {
      billing_account_id: "012345-6789AB-CDEF01",
      role: "roles/billing.costsManager",
      member: MEMBER,
    },
  });
  expect(ofType(template, "google_storage_bucket_iam_member")).toEqual({
    "deployer_bucket-storage-objectUser": {
      bucket: "acme-gemini-state",
      role: "roles/storage.objectUser",
      member: MEMBER,
    },
  });
  expect(resource(template, "google_iam_workload_identity_pool.deployer_pool")).toEqual({
    project: "acme-gemini-admin",
    workload_identity_pool_id: "gemkeys-deployer",
    display_name: "gemkeys-deployer",
    description: "Deploys",
    depends_on: ["google_project_service.project_iam"],
  });
  expect(resource(template, "google_service_account_iam_member.deployer_pool-user")).toEqual({
    service_account_id: "${google_service_account.deployer_Resource.name}",
    role: "roles/iam.workloadIdentityUser",
    member: "principalSet://iam.googleapis.com/${google_iam_workload_identity_pool.deployer_pool.name}/*",
  });
  expect(ofType(template, "google_iam_workload_identity_pool_provider")).toEqual({
    "deployer_provider-github": {
      project: "acme-gemini-admin",
      workload_identity_pool_id: "${google_iam_workload_identity_pool.deployer_pool.workload_identity_pool_id}",
      workload_identity_pool_provider_id: "github",
      display_name: "github",
      attribute_mapping: {
        "google.subject": "assertion.sub",
        "attribute.repository": "assertion.repository",
        "attribute.event_name": "assertion.event_name",
      },
      attribute_condition: 'assertion.repository == "acme/gemini-keys" && assertion.event_name == "push"',
      oidc: { issuer_uri: "https://token.actions.githubusercontent.com" },
    },
    "deployer_provider-oidc-gitlab": {
      project: "acme-gemini-admin",
      workload_identity_pool_id: "${google_iam_workload_identity_pool.deployer_pool.workload_identity_pool_id}",
      workload_identity_pool_provider_id: "oidc-gitlab",
      display_name: "oidc-gitlab",
      // No attribute can have the name `Project`: Google takes lower case only.
      attribute_mapping: { "google.subject": "assertion.sub", "attribute.project_id": "assertion.project_id" },
      attribute_condition:
        'assertion.sub == "project_path:acme/gemini-keys:ref_type:branch:ref:main" && assertion.Project == "acme" && assertion.project_id == "22"',
      oidc: { issuer_uri: "https://gitlab.com", allowed_audiences: ["gemkeys", "https://gitlab.com"] },
    },
  });
  expect(Object.keys(identity.providers)).toEqual(["github", "oidc-gitlab"]);
  expect(resolved(stack, identity.providers["github"])).toBe(
    "${google_iam_workload_identity_pool_provider.deployer_provider-github.name}",
  );
});

test("a parent that is a folder", () => {
  const { template } = synth({ parent: "folders/345678901234", parentRoles: ["roles/resourcemanager.projectCreator"] });
  expect(counts(template)).toEqual({ google_folder_iam_member: 1, google_service_account: 1 });
  expect(resource(template, "google_folder_iam_member.deployer_folder-resourcemanager-projectCreator")).toEqual({
    folder: "345678901234",
    role: "roles/resourcemanager.projectCreator",
    member: MEMBER,
  });
});

test("roles without the thing they are for are left out", () => {
  const { template } = synth({
    parentRoles: ["roles/resourcemanager.projectCreator"],
    billingRoles: ["roles/billing.user"],
    bucketRoles: ["roles/storage.objectUser"],
  });
  expect(counts(template)).toEqual({ google_service_account: 1 });
});

const ROLE_RULE = "must be a predefined role of one service";
const ROLE_FIX = "Write one such as roles/storage.objectViewer; roles/owner and roles/editor are for nobody here.";
const ID_FIX = "Write an id such as github or oidc-gitlab.";

test.each<[Partial<CiIdentityProps>, string]>([
  [
    { projectId: "short" },
    "`projectId` must be 6 to 30 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: short. Write an id such as acme-gemini-prod.",
  ],
  [
    { accountId: "gk" },
    "`accountId` must be 6 to 30 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: gk. Write an id such as gk-chat-backend, without the @ and what follows it.",
  ],
  [
    { parent: "acme" },
    "`parent` must be organizations/<number> or folders/<number>, got: acme. Write the number, such as folders/123456789012.",
  ],
  [
    { billingAccount: "1" },
    "`billingAccount` must be a billing account such as 012345-6789AB-CDEF01, got: 1. Write the id that `gcloud billing accounts list` shows.",
  ],
  [{ projectRoles: ["roles/owner"] }, `\`projectRoles[0]\` ${ROLE_RULE}, got: roles/owner. ${ROLE_FIX}`],
  [{ parentRoles: ["roles/editor"] }, `\`parentRoles[0]\` ${ROLE_RULE}, got: roles/editor. ${ROLE_FIX}`],
  [{ billingRoles: ["billing.user"] }, `\`billingRoles[0]\` ${ROLE_RULE}, got: billing.user. ${ROLE_FIX}`],
  [
    { bucketRoles: ["roles/storage.objectUser", "projects/p/roles/x"] },
    `\`bucketRoles[1]\` ${ROLE_RULE}, got: projects/p/roles/x. ${ROLE_FIX}`,
  ],
  [
    { tokens: [{ ...TOKENS, providerId: "ci" }] },
    `\`tokens[0].providerId\` must have at least 4 characters and not start with gcp-, got: ci. ${ID_FIX}`,
  ],
  [
    { tokens: [{ ...TOKENS, providerId: "gcp-x" }] },
    `\`tokens[0].providerId\` must have at least 4 characters and not start with gcp-, got: gcp-x. ${ID_FIX}`,
  ],
  [
    { tokens: [TOKENS, { ...TOKENS, providerId: "a".repeat(33) }] },
    `\`tokens[1].providerId\` must be 1 to 32 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: ${"a".repeat(33)}. ${ID_FIX}`,
  ],
  [
    { tokens: [{ ...TOKENS, issuer: "http://ci.example.com" }] },
    "`tokens[0].issuer` must be the https address of an OIDC issuer, got: http://ci.example.com. Google takes https only.",
  ],
  [
    { tokens: [{ ...TOKENS, claims: {} }] },
    "`tokens[0].claims` must name at least one claim, got: none. Without one, every token of the issuer would pass.",
  ],
  [
    { tokens: [{ ...TOKENS, claims: { "a-b": "x" } }] },
    "`tokens[0].claims` must be the name of a claim: letters, digits and underscores, got: a-b. Write one such as project_path.",
  ],
  [
    { tokens: [{ ...TOKENS, claims: { ref: "refs/heads/*" } }] },
    "`tokens[0].claims.ref` must be one value, not a pattern, got: refs/heads/*. Claims are compared as they are: write the one value that may pass.",
  ],
  [
    { tokens: [{ ...TOKENS, claims: { ref: 'x" || true || "' } }] },
    '`tokens[0].claims.ref` must be 1 to 200 letters, digits, spaces or _ . : / @ + = ~ -, got: x" || true || ". Write the claim\'s exact value.',
  ],
])("refuses %j", (props, message) => {
  expect(messageOf(() => synth(props))).toBe(`[test/deployer] ${message}`);
});

test.each<Partial<CiIdentityProps>>([
  { tokens: [{ ...TOKENS, providerId: "four" }] },
  { tokens: [{ ...TOKENS, providerId: "a".repeat(32) }] },
  { accountId: "a".repeat(30) },
])("accepts %j", (props) => {
  expect(() => synth(props)).not.toThrow();
});

test("several wrong props are reported together", () => {
  expect(messageOf(() => synth({ parent: "acme", projectRoles: ["roles/owner"] })).split("\n")).toEqual([
    "[test/deployer] `parent` must be organizations/<number> or folders/<number>, got: acme. Write the number, such as folders/123456789012.",
    `[test/deployer] \`projectRoles[0]\` ${ROLE_RULE}, got: roles/owner. ${ROLE_FIX}`,
  ]);
});

test("values that only Terraform knows are passed on, but for lists of roles", () => {
  const stack = testStack();
  const late = new TerraformVariable(stack, "late", {});
  new CiIdentity(stack, "a", {
    projectId: late.stringValue,
    accountId: late.stringValue,
    description: late.stringValue,
    parent: `folders/${late.stringValue}`,
    parentRoles: ["roles/resourcemanager.projectCreator"],
    bucket: late.stringValue,
    bucketRoles: ["roles/storage.objectViewer"],
  });
  const template = synthTemplate(stack);
  expect(resource(template, "google_service_account.a_Resource")).toMatchObject({ account_id: "${var.late}" });
  expect(Object.values(ofType(template, "google_folder_iam_member"))[0]).toMatchObject({ folder: "${var.late}" });
  expect(Object.values(ofType(template, "google_storage_bucket_iam_member"))[0]).toMatchObject({
    bucket: "${var.late}",
  });
  expect(messageOf(() => new CiIdentity(stack, "b", { ...MINIMAL, projectRoles: late.listValue }))).toBe(
    "[test/b] `projectRoles` must be known at synthesis, got: a token. The plan's resources and blocks depend on it: write the value itself.",
  );
});
