import { TerraformVariable } from "cdktf";
import { CloudProject } from "../../constructs/cloud-project";
import { StateBucket, type StateBucketProps } from "../../constructs/state-bucket";
import { counts, messageOf, ofType, resolved, resource, synthTemplate, testStack } from "../helpers/synth-template";

const MINIMAL: StateBucketProps = {
  projectId: "acme-gemini-admin",
  bucketName: "acme-gemini-state",
  region: "europe-west1",
  keepVersionsDays: 90,
};

/** What a bucket with these props synthesizes to. */
function synth(props: Partial<StateBucketProps> = {}) {
  const stack = testStack();
  const bucket = new StateBucket(stack, "state", { ...MINIMAL, ...props });
  return { bucket, template: synthTemplate(stack), stack };
}

const HARDENED = {
  project: "acme-gemini-admin",
  location: "europe-west1",
  uniform_bucket_level_access: true,
  public_access_prevention: "enforced",
  soft_delete_policy: { retention_duration_seconds: 604800 },
  force_destroy: false,
};

const LOGS = {
  ...HARDENED,
  name: "acme-gemini-state-logs",
  lifecycle_rule: [{ action: { type: "Delete" }, condition: { age: 365 } }],
};

const STATE = {
  ...HARDENED,
  name: "acme-gemini-state",
  versioning: { enabled: true },
  lifecycle_rule: [
    {
      action: { type: "Delete" },
      condition: { days_since_noncurrent_time: 90, num_newer_versions: 10, with_state: "ARCHIVED" },
    },
  ],
  logging: { log_bucket: "${google_storage_bucket.state_logs.name}", log_object_prefix: "acme-gemini-state" },
};

test("minimal props: two hardened buckets, encrypted with a key of Google, that can be destroyed once empty", () => {
  const { template, stack, bucket } = synth();
  expect(counts(template)).toEqual({ google_storage_bucket: 2, google_storage_bucket_iam_member: 1 });
  expect(template.resource).toEqual({
    google_storage_bucket: { state_Resource: STATE, state_logs: LOGS },
    google_storage_bucket_iam_member: {
      "state_logs-writer": {
        bucket: "${google_storage_bucket.state_logs.name}",
        role: "roles/storage.objectCreator",
        member: "group:cloud-storage-analytics@google.com",
      },
    },
  });
  expect(template).not.toHaveProperty("data");
  expect(resolved(stack, bucket.bucketName)).toBe("${google_storage_bucket.state_Resource.name}");
});

test("maximal props: a key of one's own that the service agent may use before the bucket is made", () => {
  const stack = testStack();
  const project = new CloudProject(stack, "project", {
    projectId: "acme-gemini-admin",
    services: ["storage", "cloudkms"],
  });
  new StateBucket(stack, "state", {
    ...MINIMAL,
    keepVersionsDays: 7,
    encryptionRotationDays: 30,
    protect: true,
    dependsOn: project.enabled("storage", "cloudkms"),
  });
  const template = synthTemplate(stack);
  const services = ["google_project_service.project_storage", "google_project_service.project_cloudkms"];
  expect(counts(template)).toEqual({
    google_kms_crypto_key: 1,
    google_kms_crypto_key_iam_member: 1,
    google_kms_key_ring: 1,
    google_project: 1,
    google_project_service: 2,
    google_storage_bucket: 2,
    google_storage_bucket_iam_member: 1,
  });
  expect(ofType(template, "google_storage_bucket")).toEqual({
    state_Resource: {
      ...STATE,
      lifecycle_rule: [
        {
          action: { type: "Delete" },
          condition: { days_since_noncurrent_time: 7, num_newer_versions: 10, with_state: "ARCHIVED" },
        },
      ],
      encryption: { default_kms_key_name: "${google_kms_crypto_key.state_key.id}" },
      lifecycle: { prevent_destroy: true },
      depends_on: [...services, "google_kms_crypto_key_iam_member.state_key-user"],
    },
    state_logs: { ...LOGS, depends_on: services },
  });
  expect(resource(template, "google_kms_key_ring.state_key-ring")).toEqual({
    project: "acme-gemini-admin",
    name: "gemkeys",
    location: "europe-west1",
    depends_on: services,
  });
  expect(resource(template, "google_kms_crypto_key.state_key")).toEqual({
    key_ring: "${google_kms_key_ring.state_key-ring.id}",
    name: "state",
    rotation_period: "2592000s",
    lifecycle: { prevent_destroy: true },
  });
  expect(resource(template, "google_kms_crypto_key_iam_member.state_key-user")).toEqual({
    crypto_key_id: "${google_kms_crypto_key.state_key.id}",
    role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
    member: "${data.google_storage_project_service_account.state_storage-agent.member}",
  });
  expect(template.data).toEqual({
    google_storage_project_service_account: {
      "state_storage-agent": { project: "acme-gemini-admin", depends_on: services },
    },
  });
});

const BUCKET_RULE =
  "must be 3 to 63 lower-case letters, digits, hyphens, underscores or dots, with a letter or digit at both ends";
const DAYS_RULE = "must be a whole number of days from 1 to 3650";

test.each<[Partial<StateBucketProps>, string]>([
  [
    { projectId: "short" },
    "`projectId` must be 6 to 30 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: short. Write an id such as acme-gemini-prod.",
  ],
  [{ bucketName: "Acme" }, `\`bucketName\` ${BUCKET_RULE}, got: Acme. Write a name such as acme-gemini-state.`],
  [
    { bucketName: "a".repeat(59) },
    `\`bucketName\` must leave room for the bucket of its access logs, <name>-logs: at most 58 characters, got: ${"a".repeat(59)}. Shorten the name by 1.`,
  ],
  [
    { region: "europe" },
    "`region` must be a region such as europe-west1, got: europe. Write a region that `gcloud compute regions list` shows.",
  ],
  [{ keepVersionsDays: 0 }, `\`keepVersionsDays\` ${DAYS_RULE}, got: 0. Write 90 for a quarter.`],
  [{ keepVersionsDays: 3651 }, `\`keepVersionsDays\` ${DAYS_RULE}, got: 3651. Write 90 for a quarter.`],
  [{ encryptionRotationDays: 0 }, `\`encryptionRotationDays\` ${DAYS_RULE}, got: 0. Write 90 for a quarter.`],
  [{ encryptionRotationDays: 1.5 }, `\`encryptionRotationDays\` ${DAYS_RULE}, got: 1.5. Write 90 for a quarter.`],
])("refuses %j", (props, message) => {
  expect(messageOf(() => synth(props))).toBe(`[test/state] ${message}`);
});

test.each<Partial<StateBucketProps>>([
  { bucketName: "a".repeat(58) },
  { keepVersionsDays: 1, encryptionRotationDays: 1 },
  { keepVersionsDays: 3650, encryptionRotationDays: 3650 },
])("accepts %j", (props) => {
  expect(() => synth(props)).not.toThrow();
});

test("several wrong props are reported together", () => {
  expect(messageOf(() => synth({ region: "x", keepVersionsDays: -1 })).split("\n")).toEqual([
    "[test/state] `region` must be a region such as europe-west1, got: x. Write a region that `gcloud compute regions list` shows.",
    `[test/state] \`keepVersionsDays\` ${DAYS_RULE}, got: -1. Write 90 for a quarter.`,
  ]);
});

test("values that only Terraform knows are passed on unchecked", () => {
  const stack = testStack();
  const late = new TerraformVariable(stack, "late", {});
  new StateBucket(stack, "state", {
    projectId: late.stringValue,
    bucketName: late.stringValue,
    region: late.stringValue,
    keepVersionsDays: late.numberValue,
  });
  const { state_Resource, state_logs } = ofType(synthTemplate(stack), "google_storage_bucket");
  expect(state_Resource).toMatchObject({ project: "${var.late}", name: "${var.late}", location: "${var.late}" });
  expect(state_Resource).toMatchObject({
    lifecycle_rule: [{ condition: { days_since_noncurrent_time: "${var.late}", num_newer_versions: 10 } }],
  });
  expect(state_logs).toMatchObject({ name: "${var.late}-logs" });
});
