import { TerraformVariable, Token } from "cdktf";
import { BudgetAlert, type BudgetAlertProps } from "../../constructs/budget-alert";
import { GeminiProject } from "../../constructs/gemini-project";
import { counts, messageOf, ofType, resource, synthTemplate, testStack } from "../helpers/synth-template";

const MINIMAL: BudgetAlertProps = {
  billingAccount: "012345-6789AB-CDEF01",
  projectId: "acme-gemini-prod",
  projectNumber: "123456789012",
  displayName: "Gemini acme prod",
  monthlyUnits: 2000,
  currency: "USD",
};

/** What a budget with these props synthesizes to. */
function synth(props: Partial<BudgetAlertProps> = {}) {
  const stack = testStack();
  new BudgetAlert(stack, "budget", { ...MINIMAL, ...props });
  return synthTemplate(stack);
}

function thresholds(props: Partial<BudgetAlertProps>): unknown {
  return resource(synth(props), "google_billing_budget.budget_Resource")["threshold_rules"];
}

function emails(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `team-${i}@example.com`);
}

test("minimal props: a monthly budget before credits, warning at 50, 80 and 100 percent, without channels", () => {
  const template = synth();
  expect(counts(template)).toEqual({ google_billing_budget: 1 });
  expect(resource(template, "google_billing_budget.budget_Resource")).toEqual({
    billing_account: "012345-6789AB-CDEF01",
    display_name: "Gemini acme prod",
    budget_filter: {
      projects: ["projects/123456789012"],
      calendar_period: "MONTH",
      credit_types_treatment: "EXCLUDE_ALL_CREDITS",
    },
    amount: { specified_amount: { currency_code: "USD", units: "2000" } },
    threshold_rules: [
      { threshold_percent: 0.5, spend_basis: "CURRENT_SPEND" },
      { threshold_percent: 0.8, spend_basis: "CURRENT_SPEND" },
      { threshold_percent: 1, spend_basis: "CURRENT_SPEND" },
    ],
  });
});

test("maximal props: a channel per address, and a topic that only Google's budget service may publish to", () => {
  const stack = testStack();
  const project = new GeminiProject(stack, "project", {
    projectId: "acme-gemini-prod",
    services: ["monitoring", "pubsub"],
  });
  new BudgetAlert(stack, "budget", {
    billingAccount: "012345-6789AB-CDEF01",
    projectId: project.projectId,
    projectNumber: project.projectNumber,
    displayName: "Gemini acme prod",
    monthlyUnits: 999_999_999_999,
    currency: "JPY",
    alertAt: [80, 120],
    forecastAt: [100],
    emails: ["search@example.com", "finops@example.com"],
    pubsub: true,
    dependsOn: project.enabled("monitoring", "pubsub"),
  });
  const template = synthTemplate(stack);
  expect(counts(template)).toEqual({
    google_billing_budget: 1,
    google_monitoring_notification_channel: 2,
    google_project: 1,
    google_project_service: 6,
    google_pubsub_topic: 1,
    google_pubsub_topic_iam_member: 1,
  });
  const dependsOn = ["google_project_service.project_monitoring", "google_project_service.project_pubsub"];
  const channel = (email: string) => ({
    project: "acme-gemini-prod",
    type: "email",
    display_name: `Budget alert ${email}`,
    labels: { email_address: email },
    depends_on: dependsOn,
  });
  expect(ofType(template, "google_monitoring_notification_channel")).toEqual({
    "budget_email-finops@example.com": channel("finops@example.com"),
    "budget_email-search@example.com": channel("search@example.com"),
  });
  expect(resource(template, "google_pubsub_topic.budget_topic")).toEqual({
    project: "acme-gemini-prod",
    name: "budget-alerts",
    depends_on: dependsOn,
  });
  expect(resource(template, "google_pubsub_topic_iam_member.budget_topic-publisher")).toEqual({
    project: "acme-gemini-prod",
    topic: "${google_pubsub_topic.budget_topic.name}",
    role: "roles/pubsub.publisher",
    member: "serviceAccount:billing-budget-alert@system.gserviceaccount.com",
  });
  expect(resource(template, "google_billing_budget.budget_Resource")).toEqual({
    billing_account: "012345-6789AB-CDEF01",
    display_name: "Gemini acme prod",
    budget_filter: {
      projects: ["projects/${google_project.project_Resource.number}"],
      calendar_period: "MONTH",
      credit_types_treatment: "EXCLUDE_ALL_CREDITS",
    },
    amount: { specified_amount: { currency_code: "JPY", units: "999999999999" } },
    threshold_rules: [
      { threshold_percent: 0.8, spend_basis: "CURRENT_SPEND" },
      { threshold_percent: 1.2, spend_basis: "CURRENT_SPEND" },
      { threshold_percent: 1, spend_basis: "FORECASTED_SPEND" },
    ],
    all_updates_rule: {
      monitoring_notification_channels: [
        "${google_monitoring_notification_channel.budget_email-finops@example.com.name}",
        "${google_monitoring_notification_channel.budget_email-search@example.com.name}",
      ],
      pubsub_topic: "${google_pubsub_topic.budget_topic.id}",
      schema_version: "1.0",
    },
    depends_on: ["google_pubsub_topic_iam_member.budget_topic-publisher"],
  });
});

test("e-mail alone: no topic, and no schema version", () => {
  const template = synth({ emails: ["finops@example.com"] });
  expect(counts(template)).toEqual({ google_billing_budget: 1, google_monitoring_notification_channel: 1 });
  expect(resource(template, "google_billing_budget.budget_Resource")["all_updates_rule"]).toEqual({
    monitoring_notification_channels: [
      "${google_monitoring_notification_channel.budget_email-finops@example.com.name}",
    ],
  });
});

test("Pub/Sub alone: no channel", () => {
  const template = synth({ pubsub: true });
  expect(counts(template)).toEqual({
    google_billing_budget: 1,
    google_pubsub_topic: 1,
    google_pubsub_topic_iam_member: 1,
  });
  expect(resource(template, "google_billing_budget.budget_Resource")["all_updates_rule"]).toEqual({
    pubsub_topic: "${google_pubsub_topic.budget_topic.id}",
    schema_version: "1.0",
  });
});

test("the order of addresses and percentages has no effect, and neither has a repeated one", () => {
  const once = synth({ emails: ["a@example.com", "b@example.com"], alertAt: [9, 80, 100], forecastAt: [50, 100] });
  const again = synth({
    emails: ["b@example.com", "a@example.com", "b@example.com"],
    alertAt: [100, 9, 80, 9],
    forecastAt: [100, 50],
  });
  expect(JSON.stringify(again)).toBe(JSON.stringify(once));
});

test.each([
  [{ alertAt: [1, 200] }, [0.01, 2]],
  [{ alertAt: [29, 57, 58] }, [0.29, 0.57, 0.58]],
])("%j", (props, expected) => {
  expect(thresholds(props)).toEqual(
    expected.map((threshold_percent) => ({ threshold_percent, spend_basis: "CURRENT_SPEND" })),
  );
});

const PERCENT_RULE = "must be a whole number from 1 to 200";
const AMOUNT_RULE = "must be a whole number of units from 1 to 999999999999";

test.each<[Partial<BudgetAlertProps>, string]>([
  [
    { billingAccount: "012345" },
    "`billingAccount` must be a billing account such as 012345-6789AB-CDEF01, got: 012345. Write the id that `gcloud billing accounts list` shows.",
  ],
  [
    { projectId: "acme" },
    "`projectId` must be 6 to 30 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: acme. Write an id such as acme-gemini-prod.",
  ],
  [
    { projectNumber: "acme-gemini-prod" },
    "`projectNumber` must be a project number, got: acme-gemini-prod. Pass `GeminiProject.projectNumber`.",
  ],
  [{ projectNumber: "" }, '`projectNumber` must be a project number, got: "". Pass `GeminiProject.projectNumber`.'],
  [{ displayName: "" }, "`displayName` must have 1 to 60 characters, got: 0 characters. Write at least 1."],
  [{ displayName: "a".repeat(61) }, "`displayName` must have 1 to 60 characters, got: 61 characters. Shorten it by 1."],
  [{ monthlyUnits: 0 }, `\`monthlyUnits\` ${AMOUNT_RULE}, got: 0. Write 1 or more, without decimals.`],
  [{ monthlyUnits: 1.5 }, `\`monthlyUnits\` ${AMOUNT_RULE}, got: 1.5. Write 1 or more, without decimals.`],
  [
    { monthlyUnits: 1_000_000_000_000 },
    `\`monthlyUnits\` ${AMOUNT_RULE}, got: 1000000000000. Check the number of zeros.`,
  ],
  [{ currency: "usd" }, "`currency` must have a currency code of ISO 4217, got: usd. Write USD."],
  [
    { currency: "" },
    '`currency` must have a currency code of ISO 4217, got: "". Write the currency of the billing account, such as USD, EUR or JPY.',
  ],
  [{ alertAt: [50, 0] }, `\`alertAt[1]\` ${PERCENT_RULE}, got: 0. Write percent, e.g. 80.`],
  [{ alertAt: [201] }, `\`alertAt[0]\` ${PERCENT_RULE}, got: 201. Write percent, e.g. 80.`],
  [{ forecastAt: [0.8] }, `\`forecastAt[0]\` ${PERCENT_RULE}, got: 0.8. Write percent, e.g. 80.`],
  [{ forecastAt: [201] }, `\`forecastAt[0]\` ${PERCENT_RULE}, got: 201. Write percent, e.g. 80.`],
  [
    { emails: ["a@example.com", "finops"] },
    "`emails[1]` must be an e-mail address, got: finops. Write one such as finops@example.com.",
  ],
  [{ emails: emails(6) }, "`emails` must hold at most 5 addresses, got: 6. Write the address of a group instead."],
])("refuses %j", (props, message) => {
  expect(messageOf(() => synth(props))).toBe(`[test/budget] ${message}`);
});

test.each<Partial<BudgetAlertProps>>([
  { displayName: "a" },
  { displayName: "a".repeat(60) },
  { monthlyUnits: 1 },
  { emails: emails(5) },
])("accepts %j", (props) => {
  expect(() => synth(props)).not.toThrow();
});

test("several wrong props are reported together", () => {
  const wrong = { billingAccount: "1", displayName: "", monthlyUnits: 0, currency: "X", alertAt: [0], emails: ["x"] };
  expect(messageOf(() => synth(wrong)).split("\n")).toEqual([
    "[test/budget] `billingAccount` must be a billing account such as 012345-6789AB-CDEF01, got: 1. Write the id that `gcloud billing accounts list` shows.",
    "[test/budget] `displayName` must have 1 to 60 characters, got: 0 characters. Write at least 1.",
    `[test/budget] \`monthlyUnits\` ${AMOUNT_RULE}, got: 0. Write 1 or more, without decimals.`,
    "[test/budget] `currency` must have a currency code of ISO 4217, got: X. Write the currency of the billing account, such as USD, EUR or JPY.",
    `[test/budget] \`alertAt[0]\` ${PERCENT_RULE}, got: 0. Write percent, e.g. 80.`,
    "[test/budget] `emails[0]` must be an e-mail address, got: x. Write one such as finops@example.com.",
  ]);
});

describe("values that only Terraform knows", () => {
  test("are passed on unchecked", () => {
    const stack = testStack();
    const late = new TerraformVariable(stack, "late", {});
    new BudgetAlert(stack, "budget", {
      billingAccount: late.stringValue,
      projectId: late.stringValue,
      projectNumber: late.stringValue,
      displayName: late.stringValue,
      monthlyUnits: late.numberValue,
      currency: late.stringValue,
      pubsub: true,
    });
    const template = synthTemplate(stack);
    expect(resource(template, "google_pubsub_topic.budget_topic")["project"]).toBe("${var.late}");
    expect(resource(template, "google_billing_budget.budget_Resource")).toMatchObject({
      billing_account: "${var.late}",
      display_name: "${var.late}",
      budget_filter: { projects: ["projects/${var.late}"] },
      amount: { specified_amount: { currency_code: "${var.late}", units: "${var.late}" } },
    });
  });

  test.each<[string, (late: TerraformVariable) => Partial<BudgetAlertProps>]>([
    ["alertAt", (late) => ({ alertAt: Token.asNumberList(late.value) })],
    ["alertAt[1]", (late) => ({ alertAt: [50, late.numberValue] })],
    ["forecastAt[0]", (late) => ({ forecastAt: [late.numberValue] })],
    ["emails", (late) => ({ emails: late.listValue })],
    ["emails[0]", (late) => ({ emails: [late.stringValue] })],
  ])("are refused as %s: the number of blocks or an address comes from it", (field, props) => {
    const stack = testStack();
    const late = new TerraformVariable(stack, "late", {});
    const build = () => new BudgetAlert(stack, "budget", { ...MINIMAL, ...props(late) });
    expect(messageOf(build)).toBe(
      `[test/budget] \`${field}\` must be known at synthesis, got: a token. The plan's resources and blocks depend on it: write the value itself.`,
    );
  });
});
