import { callsBy, DENIED, latency, RATE_LIMITED, share, TOKENS } from "./usage-queries";

export interface DashboardProps {
  readonly title: string;
  readonly projectId: string;
  readonly billingAccount?: string;
  /** The keys by name, and what stands for each in the label `credential_id`. */
  readonly keys: readonly { readonly name: string; readonly credentialIds: readonly string[] }[];
  readonly auditMetrics: readonly { readonly title: string; readonly type: string }[];
}

/** Google takes at most 10,000 characters of text in a widget; a line has at most about 130. */
const KEYS_PER_TEXT = 60;

interface Line {
  readonly query: string;
  readonly legend?: string;
}

/**
 * The JSON of a dashboard of Cloud Monitoring.
 *
 * @see https://docs.cloud.google.com/monitoring/api/ref_v3/rest/v1/projects.dashboards
 */
export function usageDashboard(props: DashboardProps): object {
  return {
    displayName: props.title,
    gridLayout: {
      columns: "2",
      widgets: [
        text("What this shows", introduction(props)),
        ...keyTexts(props),
        chart("Calls a second by answer", "calls/s", [{ query: callsBy("response_code") }]),
        chart("Calls a second by key", "calls/s", [{ query: callsBy("credential_id") }]),
        chart("Share of answers with 429", "%", [{ query: share(RATE_LIMITED), legend: "429" }]),
        chart("Share of answers with 401 or 403", "%", [{ query: share(DENIED), legend: "401 or 403" }]),
        chart(
          "Latency",
          "s",
          [0.5, 0.95, 0.99].map((part) => ({ query: latency(part), legend: `${100 * part} %` })),
        ),
        chart(
          "Input tokens an hour by model",
          "tokens",
          TOKENS.input.map((query) => ({ query })),
        ),
        chart("Output tokens an hour by model", "tokens", [{ query: TOKENS.output }]),
        ...props.auditMetrics.map(({ title, type }) => eventChart(title, type)),
      ],
    },
  };
}

function chart(title: string, unit: string, lines: readonly Line[]): object {
  const dataSets = lines.map(({ query, legend }) => ({
    timeSeriesQuery: { prometheusQuery: query },
    plotType: "LINE",
    targetAxis: "Y1",
    ...(legend && { legendTemplate: legend }),
  }));
  return { title, xyChart: { dataSets, yAxis: { label: unit, scale: "LINEAR" } } };
}

/** Not in PromQL: entries of several kinds of resource are counted by one log metric, and PromQL takes only one kind. */
function eventChart(title: string, metricType: string): object {
  const timeSeriesFilter = {
    filter: `metric.type="${metricType}"`,
    aggregation: {
      alignmentPeriod: "3600s",
      perSeriesAligner: "ALIGN_DELTA",
      crossSeriesReducer: "REDUCE_SUM",
      groupByFields: ['metric.label."principal"'],
    },
  };
  const dataSets = [{ timeSeriesQuery: { timeSeriesFilter }, plotType: "STACKED_BAR", targetAxis: "Y1" }];
  return { title, xyChart: { dataSets, yAxis: { label: "an hour", scale: "LINEAR" } } };
}

function text(title: string, content: string): object {
  return { title, text: { content, format: "MARKDOWN" } };
}

function introduction({ projectId, billingAccount }: DashboardProps): string {
  return [
    `Calls to the Gemini API with the keys of ${projectId}, up to 30 minutes late.`,
    "",
    ...(billingAccount
      ? [`[Spend](https://console.cloud.google.com/billing/${billingAccount}/reports;projects=${projectId})`, ""]
      : []),
    `[Quotas](https://console.cloud.google.com/apis/api/generativelanguage.googleapis.com/quotas?project=${projectId})`,
    "",
    "Tokens are shown where Google counts them for the project's tier.",
  ].join("\n");
}

function keyTexts({ keys }: DashboardProps): object[] {
  const lines = keys.map(({ name, credentialIds }) => `- ${name}: ${credentialIds.join(", ")}`);
  const chunks = Array.from({ length: Math.ceil(lines.length / KEYS_PER_TEXT) }, (_, index) =>
    lines.slice(index * KEYS_PER_TEXT, (index + 1) * KEYS_PER_TEXT),
  );
  return chunks.map((chunk) =>
    text("Keys by credential_id", ["Google shows one of the two for each serving key:", "", ...chunk].join("\n")),
  );
}
