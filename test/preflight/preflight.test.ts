import { foundationOf } from "../../cli/foundation";
import { inventoryOf } from "../../cli/inventory-of";
import type { Environment } from "../../declaration/model";
import type { DenialRule } from "../../emulator/denials";
import { type Emulator, startEmulator } from "../../emulator/emulator";
import { seedEnvironment, seedFoundation } from "../../emulator/seed";
import type { Finding } from "../../preflight/finding";
import { preflight } from "../../preflight/preflight";
import { sampleDeclaration } from "../helpers/sample";

const declaration = sampleDeclaration();
const { organization } = declaration;
const dev = declaration.environments.find(({ name }) => name === "dev")!;
const PARENT = "organizations/123456789012";

let emulator: Emulator;
beforeEach(async () => {
  emulator = await startEmulator();
  seedFoundation(emulator.store, foundationOf(declaration));
});
afterEach(() => emulator.close());

interface Case {
  readonly environment?: Environment;
  readonly variables?: Record<string, string | undefined>;
  readonly organization?: typeof organization;
}

function run(so: Case = {}) {
  const variables = {
    ...emulator.environment(),
    GOOGLE_OAUTH_ACCESS_TOKEN: "local-cloud/head@example.com",
    ...so.variables,
  };
  return preflight(so.organization ?? organization, so.environment ?? dev, variables, { sleep: async () => {} });
}

/** A line for each finding: what `gemkeys preflight` prints, without its form. */
function lines(findings: readonly Finding[], verdicts: readonly string[] = ["missing", "unknown", "note"]): string[] {
  return findings
    .filter(({ verdict }) => verdicts.includes(verdict))
    .map(({ verdict, subject, text, fix }) => `${verdict}: ${subject} ${text}${fix === undefined ? "" : ` => ${fix}`}`);
}

const found = async (so?: Case) => lines((await run(so)).findings);
const deny = (...rules: DenialRule[]) => emulator.setDenials(rules);

const NEW_PROJECT =
  "note: project acme-gemini-dev does not exist, or you may not see it: the deployment creates it. Ids are unique in all of Google Cloud.";
const deployed = () =>
  seedEnvironment(emulator.store, inventoryOf(declaration).environments.find(({ name }) => name === "dev")!);

test("where nothing is missing, it says what holds", async () => {
  const { findings, principal } = await run();
  expect(principal).toBe("head@example.com");
  expect(lines(findings, ["fine", "missing", "unknown", "note"])).toEqual([
    "fine: credentials head@example.com, from GOOGLE_OAUTH_ACCESS_TOKEN.",
    "fine: project acme-gemini-admin you may let calls count against its quota.",
    "fine: services of project acme-gemini-admin all 10 that are called are enabled.",
    NEW_PROJECT,
    "fine: organization 123456789012 you may create the project.",
    "fine: billing account 012345-6789AB-CDEF01 is open.",
    "fine: billing account 012345-6789AB-CDEF01 you may link the project to it; set the budget.",
    `fine: policy iam.managed.disableServiceAccountApiKeyCreation stops nothing in ${PARENT}.`,
    `fine: policy gcp.resourceLocations stops nothing in ${PARENT}.`,
    `fine: policy gcp.restrictServiceUsage stops nothing in ${PARENT}.`,
    `fine: policy iam.allowedPolicyMemberDomains stops nothing in ${PARENT}.`,
    "fine: bucket acme-gemini-state keeps replaced versions of the state.",
    "fine: bucket acme-gemini-state you may read and write the state, and lock it.",
  ]);
});

test("it changes nothing, and every call has an answer", async () => {
  deployed();
  const before = JSON.stringify(emulator.store.projects.list(""));
  await run();
  expect(JSON.stringify(emulator.store.projects.list(""))).toBe(before);
  expect({ unknown: emulator.unknownRoutes, connects: emulator.connects }).toEqual({ unknown: [], connects: [] });
});

const HEAD = "--member=user:head@example.com";

test.each<[string, DenialRule, string[]]>([
  [
    "the right to create projects",
    { permissions: ["resourcemanager.projects.create"] },
    [
      NEW_PROJECT,
      `missing: organization 123456789012 you lack what it takes to create the project: resourcemanager.projects.create. => gcloud organizations add-iam-policy-binding 123456789012 ${HEAD} --role=roles/resourcemanager.projectCreator`,
    ],
  ],
  [
    "the right to link billing",
    { permissions: ["billing.resourceAssociations.create"] },
    [
      NEW_PROJECT,
      `missing: billing account 012345-6789AB-CDEF01 you lack what it takes to link the project to it: billing.resourceAssociations.create. => gcloud billing accounts add-iam-policy-binding 012345-6789AB-CDEF01 ${HEAD} --role=roles/billing.user`,
    ],
  ],
  [
    "the right to change budgets",
    { permissions: ["billing.budgets.update"] },
    [
      NEW_PROJECT,
      `missing: billing account 012345-6789AB-CDEF01 you lack what it takes to set the budget: billing.budgets.update. => gcloud billing accounts add-iam-policy-binding 012345-6789AB-CDEF01 ${HEAD} --role=roles/billing.costsManager`,
    ],
  ],
  [
    "the right to use the quota project",
    { permissions: ["serviceusage.services.use"] },
    [
      `missing: project acme-gemini-admin you lack what it takes to let calls count against its quota: serviceusage.services.use. => gcloud projects add-iam-policy-binding acme-gemini-admin ${HEAD} --role=roles/serviceusage.serviceUsageConsumer`,
      NEW_PROJECT,
    ],
  ],
  [
    "the right to lock the state",
    { permissions: ["storage.objects.create"] },
    [
      NEW_PROJECT,
      `missing: bucket acme-gemini-state you lack what it takes to read and write the state, and lock it: storage.objects.create. => gcloud storage buckets add-iam-policy-binding gs://acme-gemini-state ${HEAD} --role=roles/storage.objectUser`,
    ],
  ],
])("%s is missing", async (_, rule, expected) => {
  deny(rule);
  expect(await found()).toEqual(expected);
});

test("what the check itself may not see is unknown, never fine", async () => {
  deny({
    permissions: ["billing.accounts.get", "orgpolicy.policy.get", "storage.buckets.get", "serviceusage.services.get"],
  });
  const lack = (permission: string) => `cannot be checked: you lack ${permission}.`;
  expect(await found()).toEqual([
    `unknown: services of project acme-gemini-admin ${lack("serviceusage.services.get")}`,
    NEW_PROJECT,
    `unknown: billing account 012345-6789AB-CDEF01, whether it is open, ${lack("billing.accounts.get")}`,
    `unknown: policy iam.managed.disableServiceAccountApiKeyCreation ${lack("orgpolicy.policy.get")}`,
    `unknown: policy gcp.resourceLocations ${lack("orgpolicy.policy.get")}`,
    `unknown: policy gcp.restrictServiceUsage ${lack("orgpolicy.policy.get")}`,
    `unknown: policy iam.allowedPolicyMemberDomains ${lack("orgpolicy.policy.get")}`,
    `unknown: bucket acme-gemini-state, whether it keeps versions, ${lack("storage.buckets.get")}`,
  ]);
});

test("in a project that exists, each role that is missing has its command", async () => {
  deployed();
  expect(await found()).toEqual([]);
  deny({ permissions: ["apikeys.keys.getKeyString", "secretmanager.*"], path: "projects/acme-gemini-dev" });
  expect(await found()).toEqual([
    `missing: project acme-gemini-dev you lack what it takes to make keys: apikeys.keys.getKeyString. => gcloud projects add-iam-policy-binding acme-gemini-dev ${HEAD} --role=roles/serviceusage.apiKeysAdmin`,
    "missing: project acme-gemini-dev you lack what it takes to make secrets, and say who reads them: secretmanager.secrets.create, secretmanager.secrets.delete, secretmanager.secrets.get, secretmanager.secrets.getIamPolicy, secretmanager.secrets.setIamPolicy, secretmanager.secrets.update, secretmanager.versions.add, secretmanager.versions.disable, secretmanager.versions.enable, secretmanager.versions.get. " +
      `=> gcloud projects add-iam-policy-binding acme-gemini-dev ${HEAD} --role=roles/secretmanager.admin`,
  ]);
});

test("a closed billing account", async () => {
  const account = emulator.store.billingAccounts.get("", "012345-6789AB-CDEF01")!;
  emulator.store.billingAccounts.set("", account.id, { ...account, open: false });
  expect(await found()).toEqual([
    NEW_PROJECT,
    "missing: billing account 012345-6789AB-CDEF01 is closed: what costs money is refused. => reopen it, or write another one: https://console.cloud.google.com/billing (gcloud has no command for it)",
  ]);
});

test("a service that is not enabled in the quota project", async () => {
  for (const name of ["apikeys", "billingbudgets"])
    emulator.store.services.delete("acme-gemini-admin", `${name}.googleapis.com`);
  expect(await found()).toEqual([
    "missing: services of project acme-gemini-admin not enabled, and every call counts there: apikeys.googleapis.com, billingbudgets.googleapis.com. => gcloud services enable apikeys.googleapis.com billingbudgets.googleapis.com --project=acme-gemini-admin",
    NEW_PROJECT,
  ]);
});

test("a service that the check itself calls is not enabled: missing there, unknown here", async () => {
  emulator.store.services.delete("acme-gemini-admin", "cloudbilling.googleapis.com");
  const number = emulator.store.project("acme-gemini-admin")!.projectNumber;
  const because = `cannot be checked: cloudbilling.googleapis.com is not enabled in projects/${number}.`;
  expect(await found()).toEqual([
    "missing: services of project acme-gemini-admin not enabled, and every call counts there: cloudbilling.googleapis.com. => gcloud services enable cloudbilling.googleapis.com --project=acme-gemini-admin",
    NEW_PROJECT,
    `unknown: billing account 012345-6789AB-CDEF01, whether it is open, ${because}`,
    `unknown: billing account 012345-6789AB-CDEF01 ${because}`,
  ]);
});

test("organization policies", async () => {
  const set = (id: string, rules: object[]) =>
    emulator.store.orgPolicies.set(PARENT, id, { id, value: { spec: { rules } } });
  set("iam.managed.disableServiceAccountApiKeyCreation", [{ enforce: true }]);
  set("gcp.resourceLocations", [{ values: { allowedValues: ["in:eu-locations"] } }]);
  set("gcp.restrictServiceUsage", [{ values: { deniedValues: ["generativelanguage.googleapis.com"] } }]);
  set("iam.allowedPolicyMemberDomains", [{ values: { allowedValues: ["C0example"] } }]);
  expect(await found()).toEqual([
    NEW_PROJECT,
    "note: policy iam.managed.disableServiceAccountApiKeyCreation is enforced, and forbids keys of service accounts. Google is reported to exempt keys for the Gemini API alone, as these are; that is not certain. => if the deployment fails with this name: `allowServiceAccountKeys: true` in environments/dev.yaml",
    `missing: policy gcp.resourceLocations does not allow global in ${PARENT}, where secrets are made that Google replicates by itself. => gcloud resource-manager org-policies allow gcp.resourceLocations global --organization=123456789012`,
    `missing: policy gcp.restrictServiceUsage does not allow in ${PARENT}: generativelanguage.googleapis.com. => gcloud resource-manager org-policies allow gcp.restrictServiceUsage generativelanguage.googleapis.com --organization=123456789012`,
    `note: policy iam.allowedPolicyMemberDomains restricts in ${PARENT} whom roles may be given to: readers and members of \`access\` from elsewhere are refused. => gcloud org-policies describe iam.allowedPolicyMemberDomains --effective --organization=123456789012`,
  ]);
});

test("no admin project and no bucket yet: bootstrap makes them", async () => {
  await emulator.close();
  emulator = await startEmulator();
  const { adminProject, stateBucket, ...rest } = foundationOf(declaration);
  seedFoundation(emulator.store, rest);
  const bootstrap = "GEMKEYS_BOOTSTRAP_STATE=local npx cdktf deploy bootstrap";
  expect(await found()).toEqual([
    `missing: project acme-gemini-admin does not exist, or you may not see it. It is the \`adminProject\`. => ${bootstrap}`,
    NEW_PROJECT,
    `missing: bucket acme-gemini-state does not exist. => ${bootstrap}`,
  ]);
  expect(await found({ organization: { ...organization, bootstrap: undefined } })).toEqual([
    "missing: project acme-gemini-admin does not exist, or you may not see it. It is the `adminProject`. => gcloud projects create acme-gemini-admin",
    NEW_PROJECT,
    "missing: bucket acme-gemini-state does not exist. => gcloud storage buckets create gs://acme-gemini-state --project=acme-gemini-admin --location=<region> --uniform-bucket-level-access --public-access-prevention && gcloud storage buckets update gs://acme-gemini-state --versioning",
  ]);
});

test("a bucket without versions", async () => {
  const bucket = emulator.store.buckets.get("", "acme-gemini-state")!;
  Object.assign(bucket.value, { versioning: { enabled: false } });
  expect(await found()).toEqual([
    NEW_PROJECT,
    "missing: bucket acme-gemini-state keeps no replaced versions: a damaged state could not be restored. => gcloud storage buckets update gs://acme-gemini-state --versioning",
  ]);
});

test("an adopted project that is not there", async () => {
  const environment = { ...dev, project: { id: "acme-typo", adopt: true } };
  expect(await found({ environment })).toEqual([
    "missing: project acme-typo is to be adopted, and does not exist, or you may not see it. => gcloud projects describe acme-typo",
  ]);
});

test("a project that is about to be deleted", async () => {
  deployed();
  emulator.store.project("acme-gemini-dev")!.lifecycleState = "DELETE_REQUESTED";
  expect(await found()).toEqual([
    "missing: project acme-gemini-dev is about to be deleted, and its id is taken for 30 days. => gcloud projects undelete acme-gemini-dev",
  ]);
});

test("a service account cannot create a project without a parent", async () => {
  const ci = "local-cloud/ci@acme-apps.iam.gserviceaccount.com";
  const without = { ...organization, parent: undefined };
  expect(await found({ organization: without, variables: { GOOGLE_OAUTH_ACCESS_TOKEN: ci } })).toEqual([
    NEW_PROJECT,
    "missing: parent of the project none in organization.yaml, and a service account cannot create a project without. => gcloud projects create acme-gemini-dev as a person, then `adopt: true`",
  ]);
});

test("a token that is not valid any more, and is not shown", async () => {
  const { findings } = await run({ variables: { GOOGLE_OAUTH_ACCESS_TOKEN: "ya29.FAKE-expired-token-of-nobody" } });
  expect(lines(findings)).toEqual([
    "missing: credentials GOOGLE_OAUTH_ACCESS_TOKEN: the token is not valid, or has expired. => unset GOOGLE_OAUTH_ACCESS_TOKEN, or: gcloud auth application-default login",
  ]);
});

test("nobody answers", async () => {
  const nowhere = { GOOGLE_OPENID_CUSTOM_ENDPOINT: "http://127.0.0.1:1/v1/" };
  await expect(run({ variables: nowhere })).rejects.toThrow("127.0.0.1:1 cannot be reached: ");
});

test("Google fails after all attempts", async () => {
  emulator.setFaults([{ service: "billing", status: 503 }]);
  await expect(run()).rejects.toMatchObject({
    name: "GoogleApiError",
    status: 503,
    message: "The service is currently unavailable.",
  });
});

test("a rate limit and a broken connection are overcome", async () => {
  emulator.setFaults([
    { service: "crm", status: 429, times: 2 },
    { service: "su", reset: true, times: 1 },
  ]);
  expect(await found()).toEqual([NEW_PROJECT]);
});
