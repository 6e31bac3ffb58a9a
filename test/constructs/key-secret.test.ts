import { Fn, TerraformVariable, Token } from "cdktf";
import { GeminiKey } from "../../constructs/gemini-key";
import { GeminiProject } from "../../constructs/gemini-project";
import { KeySecret, type KeySecretProps } from "../../constructs/key-secret";
import { counts, messageOf, ofType, resource, synthTemplate, testStack } from "../helpers/synth-template";

/** A value that only Terraform knows. */
const LATE = Token.asString(Fn.upper("x"));

const MINIMAL: KeySecretProps = { projectId: "acme-gemini-prod", secretId: "gemini-chat", versions: [] };

/** What a secret with these props synthesizes to. */
function synth(props: Partial<KeySecretProps> = {}) {
  const stack = testStack();
  const secret = new KeySecret(stack, "secret", { ...MINIMAL, ...props });
  return { secret, template: synthTemplate(stack) };
}

test("minimal props: a secret that holds nothing and nobody may read", () => {
  const { secret, template } = synth();
  expect(counts(template)).toEqual({ google_secret_manager_secret: 1 });
  expect(resource(template, "google_secret_manager_secret.secret_Resource")).toEqual({
    project: "acme-gemini-prod",
    secret_id: "gemini-chat",
    replication: { auto: {} },
  });
  expect(secret.secretId).toBe("gemini-chat");
});

test("maximal props: a version per published generation, the newest last, and a member per reader", () => {
  const stack = testStack();
  const project = new GeminiProject(stack, "project", { projectId: "acme-gemini-prod" });
  const key = new GeminiKey(stack, "key", {
    projectId: project.projectId,
    keyName: "chat-backend",
    allowedIps: ["8.8.8.8"],
    generations: [
      { number: 2, phase: "draining" },
      { number: 3, phase: "draining" },
      { number: 5, phase: "serving" },
      { number: 6, phase: "prepared" },
    ],
  });
  new KeySecret(stack, "secret", {
    projectId: project.projectId,
    secretId: "gemini-chat",
    versions: key.published,
    readers: ["serviceAccount:chat@acme-apps.iam.gserviceaccount.com", "group:a@example.com"],
    labels: { owner: "search" },
    annotations: { purpose: "Answers: 100 % of them" },
    dependsOn: project.enabled("secretmanager"),
  });
  const template = synthTemplate(stack);
  expect(counts(template)).toEqual({
    google_apikeys_key: 4,
    google_project: 1,
    google_project_service: 4,
    google_secret_manager_secret: 1,
    google_secret_manager_secret_iam_member: 2,
    google_secret_manager_secret_version: 3,
    google_service_account: 1,
  });
  expect(resource(template, "google_secret_manager_secret.secret_Resource")).toEqual({
    project: "acme-gemini-prod",
    secret_id: "gemini-chat",
    replication: { auto: {} },
    labels: { owner: "search" },
    annotations: { purpose: "Answers: 100 % of them" },
    depends_on: ["google_project_service.project_secretmanager"],
  });
  const version = (number: number, older?: number) => ({
    secret: "${google_secret_manager_secret.secret_Resource.id}",
    secret_data_wo: `\${google_apikeys_key.key_g${number}.key_string}`,
    secret_data_wo_version: number,
    deletion_policy: "DISABLE",
    ...(older ? { depends_on: [`google_secret_manager_secret_version.secret_g${older}`] } : {}),
  });
  expect(ofType(template, "google_secret_manager_secret_version")).toEqual({
    secret_g2: version(2),
    secret_g3: version(3, 2),
    secret_g5: version(5, 3),
  });
  const member = (name: string) => ({
    project: "acme-gemini-prod",
    secret_id: "${google_secret_manager_secret.secret_Resource.secret_id}",
    role: "roles/secretmanager.secretAccessor",
    member: name,
  });
  expect(ofType(template, "google_secret_manager_secret_iam_member")).toEqual({
    "secret_reader-group:a@example.com": member("group:a@example.com"),
    "secret_reader-serviceAccount:chat@acme-apps.iam.gserviceaccount.com": member(
      "serviceAccount:chat@acme-apps.iam.gserviceaccount.com",
    ),
  });
});

test("the order of readers has no effect, not even on the file, and neither has a repeated one", () => {
  const file = (readers: string[]) => {
    const stack = testStack();
    new KeySecret(stack, "secret", { ...MINIMAL, readers });
    return JSON.stringify(stack.toTerraform());
  };
  const readers = ["user:b@example.com", "group:a@example.com", "domain:example.com"];
  expect(file([...readers, "user:b@example.com"].reverse())).toBe(file(readers));
});

const LABEL_KEY_RULE = "must be 1 to 63 lower-case letters, digits, hyphens or underscores, starting with a letter";
const LABEL_VALUE_RULE = "must be at most 63 lower-case letters, digits, hyphens or underscores";
const ANNOTATION_RULE =
  "must be 1 to 63 letters, digits, hyphens, underscores or dots, with a letter or digit at both ends";
const EXAMPLES = "serviceAccount:chat@acme-apps.iam.gserviceaccount.com or group:gcp-sre@example.com";
const PUBLISHED = "Pass `GeminiKey.published` as it is: the last version is what readers of `latest` are given.";

test.each<[Partial<KeySecretProps>, string]>([
  [
    { projectId: "acme" },
    "`projectId` must be 6 to 30 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: acme. Write an id such as acme-gemini-prod.",
  ],
  [
    { secretId: "" },
    '`secretId` must be 1 to 255 letters, digits, hyphens or underscores, got: "". Write an id such as gemini-chat-backend.',
  ],
  [
    { secretId: "a".repeat(256) },
    "`secretId` must be 1 to 255 letters, digits, hyphens or underscores, got: 256 characters. Write an id such as gemini-chat-backend.",
  ],
  [
    { readers: ["group:a@example.com", "allUsers"] },
    `\`readers[1]\` must not be allUsers, which stands for everyone, got: allUsers. Name who needs it: ${EXAMPLES}.`,
  ],
  [
    { readers: ["a@example.com"] },
    `\`readers[0]\` must start with user:, group:, serviceAccount:, domain:, principal:, principalSet:, got: a@example.com. Write one such as ${EXAMPLES}.`,
  ],
  [{ labels: { "1": "x" } }, `\`labels\` ${LABEL_KEY_RULE}, got: 1. Write a key such as cost-center.`],
  [{ labels: { a: "x y" } }, `\`labels.a\` ${LABEL_VALUE_RULE}, got: x y. Write a value such as search-team.`],
  [{ annotations: { "": "x" } }, `\`annotations\` ${ANNOTATION_RULE}, got: "". Write a key such as department.`],
  [
    { annotations: { ["a".repeat(64)]: "x" } },
    `\`annotations\` ${ANNOTATION_RULE}, got: ${"a".repeat(64)}. Write a key such as department.`,
  ],
  [
    {
      versions: [
        { number: 2, keyString: LATE },
        { number: 1, keyString: LATE },
      ],
    },
    `\`versions[1].number\` must be higher than 2, the number before it, got: 1. ${PUBLISHED}`,
  ],
  [
    {
      versions: [
        { number: 2, keyString: LATE },
        { number: 2, keyString: LATE },
      ],
    },
    `\`versions[1].number\` must be higher than 2, the number before it, got: 2. ${PUBLISHED}`,
  ],
  [
    { versions: [{ number: 1, keyString: `AIza${"x".repeat(35)}` }] },
    "`versions[0].keyString` must be a token that Terraform fills in, got: 39 characters of text. Pass `GeminiKey.published` as it is: a key written out would be in the synthesized files.",
  ],
])("refuses %j", (props, message) => {
  expect(messageOf(() => synth(props))).toBe(`[test/secret] ${message}`);
});

test.each<Partial<KeySecretProps>>([
  { secretId: "a" },
  { secretId: "a".repeat(255) },
  { annotations: { ["a".repeat(63)]: "" } },
  { labels: { ["a".repeat(63)]: "" } },
])("accepts %j", (props) => {
  expect(() => synth(props)).not.toThrow();
});

test("several wrong props are reported together", () => {
  const wrong = {
    projectId: "x",
    secretId: "a b",
    readers: ["allUsers"],
    labels: { A: "B" },
    annotations: { "-": "" },
  };
  expect(messageOf(() => synth(wrong)).split("\n")).toEqual([
    "[test/secret] `projectId` must be 6 to 30 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: x. Write an id such as acme-gemini-prod.",
    "[test/secret] `secretId` must be 1 to 255 letters, digits, hyphens or underscores, got: a b. Write an id such as gemini-chat-backend.",
    `[test/secret] \`readers[0]\` must not be allUsers, which stands for everyone, got: allUsers. Name who needs it: ${EXAMPLES}.`,
    `[test/secret] \`labels\` ${LABEL_KEY_RULE}, got: A. Write a key such as cost-center.`,
    `[test/secret] \`labels.A\` ${LABEL_VALUE_RULE}, got: B. Write a value such as search-team.`,
    `[test/secret] \`annotations\` ${ANNOTATION_RULE}, got: -. Write a key such as department.`,
  ]);
});

describe("values that only Terraform knows", () => {
  test("are passed on unchecked", () => {
    const stack = testStack();
    const late = new TerraformVariable(stack, "late", {});
    new KeySecret(stack, "secret", {
      projectId: late.stringValue,
      secretId: late.stringValue,
      versions: [{ number: 1, keyString: late.stringValue }],
      labels: Token.asStringMap(late.value),
      annotations: Fn.merge([late.value, { a: "b" }]),
    });
    const template = synthTemplate(stack);
    expect(resource(template, "google_secret_manager_secret.secret_Resource")).toEqual({
      project: "${var.late}",
      secret_id: "${var.late}",
      replication: { auto: {} },
      labels: "${var.late}",
      annotations: '${merge(var.late, {"a" = "b"})}',
    });
    expect(resource(template, "google_secret_manager_secret_version.secret_g1")["secret_data_wo"]).toBe("${var.late}");
  });

  test.each<[string, (late: TerraformVariable) => string[]]>([
    ["readers", (late) => late.listValue],
    ["readers[1]", (late) => ["group:a@example.com", late.stringValue]],
    ["readers[0]", (late) => [`serviceAccount:${late.stringValue}`]],
  ])("are refused as %s: the address comes from the reader", (field, readers) => {
    const stack = testStack();
    const late = new TerraformVariable(stack, "late", {});
    expect(messageOf(() => new KeySecret(stack, "secret", { ...MINIMAL, readers: readers(late) }))).toBe(
      `[test/secret] \`${field}\` must be known at synthesis, got: a token. The plan's resources and blocks depend on it: write the value itself.`,
    );
  });
});
