import { GeminiProject } from "../../constructs/gemini-project";
import { UsageMonitoring, type UsageMonitoringProps } from "../../constructs/usage-monitoring";
import { parsePromql } from "../../emulator/promql/parse";
import { DEFAULT_THRESHOLDS } from "../../values/usage-thresholds";
import { counts, messageOf, ofType, resource, synthTemplate, testStack } from "../helpers/synth-template";

const MINIMAL: UsageMonitoringProps = {
  projectId: "acme-gemini-prod",
  environment: "prod",
  thresholds: DEFAULT_THRESHOLDS,
  keys: [{ name: "web", credentialIds: ["apikey:u1", "serviceaccount:1"] }],
  channels: [],
};

function synth(props: Partial<UsageMonitoringProps> = {}) {
  const stack = testStack();
  new UsageMonitoring(stack, "usage", { ...MINIMAL, ...props });
  return synthTemplate(stack);
}

const CALLS =
  'serviceruntime_googleapis_com:api_request_count{monitored_resource="consumed_api",service="generativelanguage.googleapis.com"';

/** The queries by the id of their alert. */
function queries(props: Partial<UsageMonitoringProps> = {}): Record<string, string[]> {
  const policies = Object.values(ofType(synth(props), "google_monitoring_alert_policy"));
  return Object.fromEntries(
    policies.map(({ display_name, conditions }) => [
      /\(([\w-]+)\)$/.exec(String(display_name))![1]!,
      (conditions as { condition_prometheus_query_language: { query: string } }[]).map(
        ({ condition_prometheus_query_language }) => condition_prometheus_query_language.query,
      ),
    ]),
  );
}

interface Widget {
  readonly title: string;
  readonly text?: { readonly content: string };
  readonly xyChart?: { readonly dataSets: { readonly timeSeriesQuery: { readonly prometheusQuery?: string } }[] };
}

function widgets(props: Partial<UsageMonitoringProps> = {}): Widget[] {
  const json = String(resource(synth(props), "google_monitoring_dashboard.usage_dashboard")["dashboard_json"]);
  return (JSON.parse(json) as { gridLayout: { widgets: Widget[] } }).gridLayout.widgets;
}

test("minimal props: a dashboard and an alert for each thing that should not happen", () => {
  const template = synth();
  expect(counts(template)).toEqual({ google_monitoring_alert_policy: 6, google_monitoring_dashboard: 1 });
  expect(queries()).toEqual({
    "rate-limited": [
      `sum(increase(${CALLS},response_code="429"}[1h])) / sum(increase(${CALLS}}[1h])) > 0.05 and sum(increase(${CALLS}}[1h])) >= 20`,
    ],
    denied: [
      `sum(increase(${CALLS},response_code=~"401|403"}[1h])) / sum(increase(${CALLS}}[1h])) > 0.05 and sum(increase(${CALLS}}[1h])) >= 20`,
    ],
    rejected: [
      `sum(increase(${CALLS},response_code=~"4..",response_code!~"401|403|429"}[1h])) / sum(increase(${CALLS}}[1h])) > 0.2 and sum(increase(${CALLS}}[1h])) >= 20`,
    ],
    growth: [
      `sum(increase(${CALLS}}[1h])) > 3 * sum(increase(${CALLS}}[1h] offset 1w)) and sum(increase(${CALLS}}[1h])) >= 20`,
    ],
    quota: [
      'sum by (model, limit_name) (increase(generativelanguage_googleapis_com:quota_generate_requests_per_model_usage{limit_name=~".*PerDay.*"}[23h])) / max by (model, limit_name) (max_over_time(generativelanguage_googleapis_com:quota_generate_requests_per_model_limit{limit_name=~".*PerDay.*"}[23h])) > 0.8',
      'sum by (model, limit_name) (increase(generativelanguage_googleapis_com:quota_generate_content_free_tier_requests_usage{limit_name=~".*PerDay.*"}[23h])) / max by (model, limit_name) (max_over_time(generativelanguage_googleapis_com:quota_generate_content_free_tier_requests_limit{limit_name=~".*PerDay.*"}[23h])) > 0.8',
    ],
    silence: [
      `sum by (credential_id) (increase(${CALLS},credential_id=~"apikey:u1|serviceaccount:1"}[1w] offset 2d)) >= 20 unless sum by (credential_id) (increase(${CALLS},credential_id=~"apikey:u1|serviceaccount:1"}[2d])) > 0`,
    ],
  });
  expect(resource(template, "google_monitoring_alert_policy.usage_alert-rate-limited")).toMatchObject({
    project: "acme-gemini-prod",
    display_name: "Calls are refused with 429 (rate-limited)",
    combiner: "OR",
    severity: "WARNING",
    conditions: [
      {
        condition_prometheus_query_language: {
          duration: "0s",
          evaluation_interval: "300s",
          disable_metric_validation: true,
        },
      },
    ],
    alert_strategy: { auto_close: "86400s" },
  });
});

test("maximal props: thresholds, channels, a link to the spend, the audit's metrics", () => {
  const stack = testStack();
  const project = new GeminiProject(stack, "project", { projectId: "acme-gemini-prod", services: ["monitoring"] });
  new UsageMonitoring(stack, "usage", {
    ...MINIMAL,
    projectId: project.projectId,
    billingAccount: "012345-6789AB-CDEF01",
    thresholds: { ...DEFAULT_THRESHOLDS, rateLimited: 1, growth: 2.5, silenceDays: 14, minimumRequests: 100 },
    channels: ["projects/acme-ops/notificationChannels/1"],
    auditMetrics: [{ title: "A key was read", type: "logging.googleapis.com/user/gemkeys/key-string-read" }],
    dependsOn: project.enabled("monitoring"),
  });
  const template = synthTemplate(stack);
  const dependsOn = ["google_project_service.project_monitoring"];
  for (const attributes of Object.values(ofType(template, "google_monitoring_alert_policy"))) {
    expect(attributes["depends_on"]).toEqual(dependsOn);
    expect(attributes["notification_channels"]).toEqual(["projects/acme-ops/notificationChannels/1"]);
  }
  const query = (id: string) =>
    JSON.stringify(resource(template, `google_monitoring_alert_policy.usage_alert-${id}`)["conditions"]);
  expect(query("rate-limited")).toContain("> 0.01 and");
  expect(query("growth")).toContain("> 2.5 * sum");
  expect(query("silence")).toContain("[1w] offset 14d)) >= 100 unless");
  const dashboard = resource(template, "google_monitoring_dashboard.usage_dashboard");
  expect(dashboard["depends_on"]).toEqual(dependsOn);
  expect(dashboard["dashboard_json"]).toContain(
    "[Spend](https://console.cloud.google.com/billing/012345-6789AB-CDEF01/reports;projects=acme-gemini-prod)",
  );
  expect(dashboard["dashboard_json"]).toContain(
    'metric.type=\\"logging.googleapis.com/user/gemkeys/key-string-read\\"',
  );
});

test("the dashboard shows calls by answer and by key, shares, latency and tokens, all in PromQL that parses", () => {
  expect(widgets().map(({ title }) => title)).toEqual([
    "What this shows",
    "Keys by credential_id",
    "Calls a second by answer",
    "Calls a second by key",
    "Share of answers with 429",
    "Share of answers with 401 or 403",
    "Latency",
    "Input tokens an hour by model",
    "Output tokens an hour by model",
  ]);
  const shown = widgets().flatMap(({ xyChart }) =>
    (xyChart?.dataSets ?? []).map(({ timeSeriesQuery }) => timeSeriesQuery.prometheusQuery!),
  );
  expect(shown).toHaveLength(10);
  for (const query of [...shown, ...Object.values(queries()).flat()]) expect(() => parsePromql(query)).not.toThrow();
});

test("100 keys: texts and policies of at most 60 and 40 keys", () => {
  const keys = Array.from({ length: 100 }, (_, i) => ({
    name: `key-${i}`,
    credentialIds: [`apikey:00000000-0000-0000-0000-${String(i).padStart(12, "0")}`, `serviceaccount:${10 ** 20 + i}`],
  }));
  const texts = widgets({ keys }).filter(({ title }) => title === "Keys by credential_id");
  expect(texts.map(({ text }) => text!.content.match(/^- /gm)!.length)).toEqual([60, 40]);
  expect(Math.max(...texts.map(({ text }) => text!.content.length))).toBeLessThan(10_000);
  const silence = Object.keys(queries({ keys })).filter((id) => id.startsWith("silence"));
  expect(silence).toEqual(["silence", "silence-2", "silence-3"]);
});

test("without a key there is nothing to fall silent", () => {
  expect(Object.keys(queries({ keys: [] }))).toEqual(["denied", "growth", "quota", "rate-limited", "rejected"]);
  expect(widgets({ keys: [] }).map(({ title }) => title)).not.toContain("Keys by credential_id");
});

test("no text holds what Terraform would run", () => {
  expect(JSON.stringify(synth())).not.toMatch(/[$%]\{/);
});

test("refused: everything at once", () => {
  const props: Partial<UsageMonitoringProps> = {
    projectId: "Acme",
    environment: "",
    billingAccount: "0123",
    thresholds: {
      rateLimited: 0,
      denied: 101,
      rejected: 0.5,
      growth: 0.5,
      silenceDays: 15,
      quota: 200,
      minimumRequests: 0,
    },
    keys: [{ name: "A", credentialIds: [] }],
  };
  expect(messageOf(() => synth(props))).toBe(
    [
      "[test/usage] `projectId` must be 6 to 30 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: Acme. Write an id such as acme-gemini-prod.",
      "[test/usage] `environment` must have 1 to 100 characters, got: 0 characters. Write at least 1.",
      "[test/usage] `billingAccount` must be a billing account such as 012345-6789AB-CDEF01, got: 0123. Write the id that `gcloud billing accounts list` shows.",
      "[test/usage] `thresholds.rateLimited` must be from 1 to 100, got: 0. Write percent, e.g. 5.",
      "[test/usage] `thresholds.denied` must be from 1 to 100, got: 101. Write percent, e.g. 5.",
      "[test/usage] `thresholds.rejected` must be from 1 to 100, got: 0.5. Write percent, e.g. 5.",
      "[test/usage] `thresholds.growth` must be from 2 to 1000, got: 0.5. Write how many times, e.g. 3.",
      "[test/usage] `thresholds.silenceDays` must be from 1 to 14, got: 15. Write days, e.g. 2.",
      "[test/usage] `thresholds.quota` must be from 1 to 100, got: 200. Write percent, e.g. 5.",
      "[test/usage] `thresholds.minimumRequests` must be from 1 to 1000000, got: 0. Write calls an hour, e.g. 20.",
      "[test/usage] `keys[0].name` must be lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: A. Write a name such as chat-backend.",
    ].join("\n"),
  );
});
