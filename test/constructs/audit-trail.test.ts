import { AuditTrail, type AuditTrailProps } from "../../constructs/audit-trail";
import { GeminiProject } from "../../constructs/gemini-project";
import { compileLogFilter } from "../../emulator/log-filter";
import { counts, messageOf, ofType, resource, synthTemplate, testStack } from "../helpers/synth-template";

const MINIMAL: AuditTrailProps = {
  projectId: "acme-gemini-prod",
  deployers: ["serviceAccount:deployer@acme-gemini-admin.iam.gserviceaccount.com"],
  secrets: [{ secretId: "gemini-web", readers: ["serviceAccount:web@acme-apps.iam.gserviceaccount.com"] }],
  channels: ["projects/acme-ops/notificationChannels/1"],
};

function synth(props: Partial<AuditTrailProps> = {}) {
  const stack = testStack();
  new AuditTrail(stack, "audit", { ...MINIMAL, ...props });
  return synthTemplate(stack);
}

/** The filters by the id of their event. */
function filters(props: Partial<AuditTrailProps> = {}): Record<string, string> {
  const metrics = Object.values(ofType(synth(props), "google_logging_metric"));
  return Object.fromEntries(
    metrics.map(({ name, filter }) => [String(name).replace("gemkeys/", ""), String(filter)] as const),
  );
}

test("minimal props: the logs of reads, and a log metric and an alert for each event", () => {
  const template = synth();
  expect(counts(template)).toEqual({
    google_logging_metric: 5,
    google_monitoring_alert_policy: 5,
    google_project_iam_audit_config: 2,
  });
  expect(resource(template, "google_project_iam_audit_config.audit_log-key-reads")).toEqual({
    project: "acme-gemini-prod",
    service: "apikeys.googleapis.com",
    audit_log_config: [{ log_type: "ADMIN_READ" }],
  });
  expect(resource(template, "google_project_iam_audit_config.audit_log-secret-reads")).toEqual({
    project: "acme-gemini-prod",
    service: "secretmanager.googleapis.com",
    audit_log_config: [{ log_type: "DATA_READ" }],
  });
  const filter = [
    'logName:"cloudaudit.googleapis.com"',
    'protoPayload.serviceName="apikeys.googleapis.com"',
    'protoPayload.methodName=~"[.](CreateKey|UpdateKey|DeleteKey|UndeleteKey)$"',
    "NOT (operation.last=true AND NOT operation.first=true)",
    'NOT protoPayload.authenticationInfo.principalEmail=("deployer@acme-gemini-admin.iam.gserviceaccount.com")',
  ].join("\n");
  expect(resource(template, "google_logging_metric.audit_metric-key-changed")).toEqual({
    project: "acme-gemini-prod",
    name: "gemkeys/key-changed",
    description: "A key was created, changed, deleted or restored outside of the deployment.",
    filter,
    metric_descriptor: {
      metric_kind: "DELTA",
      value_type: "INT64",
      labels: [{ key: "principal", value_type: "STRING", description: "Who did it." }],
    },
    label_extractors: { principal: "EXTRACT(protoPayload.authenticationInfo.principalEmail)" },
  });
  expect(resource(template, "google_monitoring_alert_policy.audit_alert-key-changed")).toEqual({
    project: "acme-gemini-prod",
    display_name: "A key was created, changed, deleted or restored outside of the deployment (key-changed)",
    combiner: "OR",
    severity: "ERROR",
    conditions: [
      {
        display_name: "A key was created, changed, deleted or restored outside of the deployment",
        condition_matched_log: {
          filter,
          label_extractors: {
            principal: "EXTRACT(protoPayload.authenticationInfo.principalEmail)",
            method: "EXTRACT(protoPayload.methodName)",
            resource: "EXTRACT(protoPayload.resourceName)",
          },
        },
      },
    ],
    alert_strategy: { notification_rate_limit: { period: "300s" }, auto_close: "86400s" },
    documentation: {
      content:
        "Keys are declared in code and deployed by the deployer. Ask who did this and why; the next deployment takes back what was changed, but does not see a key it never made.",
      mime_type: "text/markdown",
    },
    notification_channels: ["projects/acme-ops/notificationChannels/1"],
  });
});

test("maximal props: the logs are kept in a bucket of their own, and everything waits for the services", () => {
  const stack = testStack();
  const project = new GeminiProject(stack, "project", {
    projectId: "acme-gemini-prod",
    services: ["logging", "monitoring"],
  });
  new AuditTrail(stack, "audit", {
    ...MINIMAL,
    projectId: project.projectId,
    planners: ["principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/subject/s"],
    keepLogsDays: 3650,
    dependsOn: project.enabled("logging", "monitoring"),
  });
  const template = synthTemplate(stack);
  const dependsOn = ["google_project_service.project_logging", "google_project_service.project_monitoring"];
  expect(resource(template, "google_logging_project_bucket_config.audit_log-bucket")).toEqual({
    project: "acme-gemini-prod",
    location: "global",
    bucket_id: "gemkeys-audit",
    description: "Audit logs of Gemini keys and their secrets.",
    retention_days: 3650,
    depends_on: dependsOn,
  });
  expect(resource(template, "google_logging_project_sink.audit_log-sink")).toEqual({
    project: "acme-gemini-prod",
    name: "gemkeys-audit",
    destination: "logging.googleapis.com/${google_logging_project_bucket_config.audit_log-bucket.id}",
    filter:
      'logName:"cloudaudit.googleapis.com"\nprotoPayload.serviceName=("apikeys.googleapis.com" OR "secretmanager.googleapis.com" OR "cloudresourcemanager.googleapis.com")',
    unique_writer_identity: true,
  });
  for (const type of ["google_logging_metric", "google_monitoring_alert_policy", "google_project_iam_audit_config"]) {
    for (const attributes of Object.values(ofType(template, type))) expect(attributes["depends_on"]).toEqual(dependsOn);
  }
  expect(resource(template, "google_logging_metric.audit_metric-key-string-read")["filter"]).toBe(
    [
      'logName:"cloudaudit.googleapis.com"',
      'protoPayload.serviceName="apikeys.googleapis.com"',
      'protoPayload.methodName=~"[.]GetKeyString$"',
      'NOT protoPayload.authenticationInfo.principalEmail=("deployer@acme-gemini-admin.iam.gserviceaccount.com")',
      'NOT protoPayload.authenticationInfo.principalSubject=("principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/subject/s")',
    ].join("\n"),
  );
});

describe("reads of secrets", () => {
  const head = [
    'logName:"cloudaudit.googleapis.com"',
    'protoPayload.serviceName="secretmanager.googleapis.com"',
    'protoPayload.methodName=~"[.]AccessSecretVersion$"',
  ].join("\n");
  const web = "serviceAccount:web@acme-apps.iam.gserviceaccount.com";

  test("secrets with the same readers are judged together, one with a group not at all", () => {
    const secrets = [
      { secretId: "gemini-a", readers: [web, "user:b@example.com"] },
      { secretId: "gemini-b", readers: ["user:b@example.com", web] },
      { secretId: "gemini-c", readers: ["group:team@example.com"] },
      { secretId: "gemini-d", readers: [] },
    ];
    expect(filters({ secrets })["secret-read"]).toBe(
      [
        head,
        '(NOT protoPayload.resourceName=~"/secrets/(gemini-a|gemini-b|gemini-c|gemini-d)/versions/"',
        'OR (protoPayload.resourceName=~"/secrets/(gemini-a|gemini-b)/versions/" AND NOT protoPayload.authenticationInfo.principalEmail=("web@acme-apps.iam.gserviceaccount.com" OR "b@example.com"))',
        'OR (protoPayload.resourceName=~"/secrets/(gemini-d)/versions/"))',
      ].join("\n"),
    );
  });

  test("without a declared secret, any read is a stranger's", () => {
    expect(filters({ secrets: [] })["secret-read"]).toBe(head);
  });

  test("300 secrets with readers of their own are spread over several filters within Google's limit", () => {
    const secrets = Array.from({ length: 300 }, (_, i) => ({
      secretId: `gemini-key-with-a-long-name-${i}`,
      readers: [`serviceAccount:reader-with-a-long-name-${i}@acme-applications-prod.iam.gserviceaccount.com`],
    }));
    const some = Object.entries(filters({ secrets })).filter(([id]) => id.startsWith("secret-read"));
    expect(some.map(([id]) => id)).toEqual(["secret-read", "secret-read-2", "secret-read-3", "secret-read-4"]);
    expect(Math.max(...some.map(([, filter]) => filter.length))).toBeLessThanOrEqual(20_000);
    const judge = (secret: number, reader: number) => {
      const entry = {
        logName: "projects/p/logs/cloudaudit.googleapis.com%2Fdata_access",
        protoPayload: {
          serviceName: "secretmanager.googleapis.com",
          methodName: "google.cloud.secretmanager.v1.SecretManagerService.AccessSecretVersion",
          resourceName: `projects/1/secrets/${secrets[secret]!.secretId}/versions/1`,
          authenticationInfo: { principalEmail: secrets[reader]!.readers[0]!.split(":")[1] },
        },
      };
      return some.filter(([, filter]) => compileLogFilter(filter)(entry)).length;
    };
    for (const index of [0, 1, 77, 150, 299]) {
      expect([index, judge(index, index), judge(index, (index + 1) % 300)]).toEqual([index, 0, 1]);
    }
  });
});

describe("refused", () => {
  const groups = Array.from({ length: 400 }, (_, i) => `user:a-reader-with-a-rather-long-name-${i}@example.com`);
  test.each<[string, Partial<AuditTrailProps>, string]>([
    [
      "a group that deploys",
      { deployers: ["group:a@example.com"] },
      "[test/audit] `deployers[0]` must be one person, service account or principal, got: group:a@example.com. Audit logs name the one who acted. Write one such as serviceAccount:chat@acme-apps.iam.gserviceaccount.com.",
    ],
    [
      "everything at once",
      {
        projectId: "Acme",
        planners: ["allUsers"],
        secrets: [{ secretId: "a b", readers: ["someone"] }],
        keepLogsDays: 0,
      },
      [
        "[test/audit] `projectId` must be 6 to 30 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: Acme. Write an id such as acme-gemini-prod.",
        "[test/audit] `planners[0]` must not be allUsers, which stands for everyone, got: allUsers. Name who needs it: serviceAccount:chat@acme-apps.iam.gserviceaccount.com or group:gcp-sre@example.com.",
        "[test/audit] `secrets[0].secretId` must be 1 to 255 letters, digits, hyphens or underscores, got: a b. Write an id such as gemini-chat-backend.",
        "[test/audit] `secrets[0].readers[0]` must start with user:, group:, serviceAccount:, domain:, principal:, principalSet:, got: someone. Write one such as serviceAccount:chat@acme-apps.iam.gserviceaccount.com or group:gcp-sre@example.com.",
        "[test/audit] `keepLogsDays` must be a whole number of days from 1 to 3650, got: 0. Write days, e.g. 400.",
      ].join("\n"),
    ],
    [
      "more readers than a filter can name",
      { secrets: [{ secretId: "gemini-web", readers: groups }] },
      "[test/audit] `secrets` must give filters of at most 20000 characters, Google's limit, got: 21751. Give several readers one service account, or name a group.",
    ],
  ])("%s", (_title, props, message) => {
    expect(messageOf(() => synth(props))).toBe(message);
  });
});
