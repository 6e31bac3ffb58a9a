import { MonitoringAlertPolicy } from "@cdktf/provider-google/lib/monitoring-alert-policy";
import { MonitoringDashboard } from "@cdktf/provider-google/lib/monitoring-dashboard";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { checkBillingAccount, checkKeyName, checkLength, checkProjectId } from "../values/google-ids";
import { checkThreshold, type UsageThresholds } from "../values/usage-thresholds";
import { dependencies } from "./dependencies";
import { usageDashboard } from "./usage-dashboard";
import * as queries from "./usage-queries";
import { PropsCheck } from "./validation-error";

/** What stands in the metrics for a key: `GeminiKey.credentialIds`. */
export interface MonitoredKey {
  readonly name: string;
  readonly credentialIds: readonly string[];
}

export interface UsageMonitoringProps {
  /** The id of the project whose keys are watched. */
  readonly projectId: string;

  /** The name of the environment, for titles. */
  readonly environment: string;

  /**
   * The billing account, for a link to the spend.
   *
   * @default - no link
   */
  readonly billingAccount?: string;

  readonly thresholds: UsageThresholds;

  /** The keys, with what stands for the serving generation of each. */
  readonly keys: readonly MonitoredKey[];

  /** Names of the channels to notify: `NotificationChannels.names`. */
  readonly channels: readonly string[];

  /**
   * Log metrics to show as well: `AuditTrail.metrics`.
   *
   * @default - none
   */
  readonly auditMetrics?: readonly { readonly title: string; readonly type: string }[];

  /**
   * What has to exist first, e.g. `project.enabled("monitoring")`.
   *
   * @default - nothing
   */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** So that a policy's query and text stay below Google's limits: about 8 KB with 40 keys. */
const KEYS_PER_POLICY = 40;

interface Alert {
  readonly id: string;
  readonly title: string;
  readonly severity: "CRITICAL" | "ERROR" | "WARNING";
  /** In PromQL; the alert is raised if one of them is true. */
  readonly queries: readonly string[];
  readonly advice: string;
}

/**
 * A dashboard of what the keys of a project are used for, and alerts on what should not happen.
 *
 * The conditions are in PromQL: shares, a minimum of calls and the week before can be said in it, and it may name a metric
 * that the project has not written yet. Looking back a week is a preview at Google (2026-07).
 *
 * @see https://docs.cloud.google.com/monitoring/alerts/using-promql
 */
export class UsageMonitoring extends Construct {
  constructor(scope: Construct, id: string, props: UsageMonitoringProps) {
    super(scope, id);
    this.validate(props);

    const dashboard = usageDashboard({
      title: `Gemini keys ${props.environment}`,
      projectId: props.projectId,
      billingAccount: props.billingAccount,
      keys: props.keys,
      auditMetrics: props.auditMetrics ?? [],
    });
    new MonitoringDashboard(this, "dashboard", {
      project: props.projectId,
      dashboardJson: JSON.stringify(dashboard),
      dependsOn: dependencies(props.dependsOn),
    });
    for (const alert of [...shareAlerts(props.thresholds), ...silenceAlerts(props)]) this.createAlert(alert, props);
  }

  private createAlert(alert: Alert, props: UsageMonitoringProps): void {
    new MonitoringAlertPolicy(this, `alert-${alert.id}`, {
      project: props.projectId,
      displayName: `${alert.title} (${alert.id})`,
      combiner: "OR",
      severity: alert.severity,
      conditions: alert.queries.map((query) => ({
        displayName: alert.title,
        conditionPrometheusQueryLanguage: {
          query,
          duration: "0s",
          evaluationInterval: "300s",
          // A project that was never called has none of these metrics yet.
          disableMetricValidation: true,
        },
      })),
      alertStrategy: { autoClose: "86400s" },
      documentation: { content: alert.advice, mimeType: "text/markdown" },
      notificationChannels: [...props.channels],
      dependsOn: dependencies(props.dependsOn),
    });
  }

  private validate(props: UsageMonitoringProps): void {
    const check = new PropsCheck(this);
    check.value("projectId", props.projectId, checkProjectId);
    check.value("environment", props.environment, (name) => checkLength(name, 1, 100));
    check.value("billingAccount", props.billingAccount, checkBillingAccount);
    for (const [name, value] of Object.entries(props.thresholds) as [keyof UsageThresholds, number][]) {
      check.value(`thresholds.${name}`, value, (threshold) => checkThreshold(name, threshold));
    }
    props.keys.forEach(({ name }, index) => {
      check.value(`keys[${index}].name`, name, checkKeyName);
    });
    check.throwIfAny();
  }
}

function shareAlerts(thresholds: UsageThresholds): Alert[] {
  const { rateLimited, denied, rejected, growth, quota, minimumRequests } = thresholds;
  return [
    {
      id: "rate-limited",
      title: "Calls are refused with 429",
      severity: "WARNING",
      queries: [queries.shareAbove(queries.RATE_LIMITED, rateLimited, minimumRequests)],
      advice:
        "The quota of a model is used up, or the spend cap of the tier is reached. The quota counts for the whole project: see on the dashboard which key grew.",
    },
    {
      id: "denied",
      title: "Calls are refused with 401 or 403",
      severity: "ERROR",
      queries: [queries.shareAbove(queries.DENIED, denied, minimumRequests)],
      advice:
        "A key is used that was retired, or from an address it does not allow, or somebody tries it who should not have it. The reason is in the body of the answer.",
    },
    {
      id: "rejected",
      title: "Calls are refused with another 4xx",
      severity: "WARNING",
      queries: [queries.shareAbove(queries.REJECTED, rejected, minimumRequests)],
      advice:
        "Most often a model that was shut down (404) or a request that a new version of an application gets wrong (400).",
    },
    {
      id: "growth",
      title: "Calls grew suddenly",
      severity: "WARNING",
      queries: [queries.growthAbove(growth, minimumRequests)],
      advice:
        "Compared with the same hour last week. A new use, a loop that retries, or a key in foreign hands: see who calls.",
    },
    {
      id: "quota",
      title: "A quota per day is nearly used up",
      severity: "WARNING",
      queries: queries.quotaAbove(quota),
      advice:
        "At the limit Google answers 429 until midnight Pacific time. Ask for more quota, or move a use to another model.",
    },
  ];
}

/** Of the serving generations only: one that drains is meant to fall silent. */
function silenceAlerts({ keys, thresholds }: UsageMonitoringProps): Alert[] {
  const { silenceDays, minimumRequests } = thresholds;
  return Array.from({ length: Math.ceil(keys.length / KEYS_PER_POLICY) }, (_, index) => {
    const some = keys.slice(index * KEYS_PER_POLICY, (index + 1) * KEYS_PER_POLICY);
    const ids = some.flatMap(({ credentialIds }) => credentialIds);
    return {
      id: index === 0 ? "silence" : `silence-${index + 1}`,
      title: "A key that was used is silent",
      severity: "WARNING",
      queries: [queries.silentFor(silenceDays, ids, minimumRequests)],
      advice: [
        "Its application stopped, or lost the key. The keys by `credential_id`:",
        "",
        ...some.map(({ name, credentialIds }) => `- ${name}: ${credentialIds.join(", ")}`),
      ].join("\n"),
    };
  });
}
