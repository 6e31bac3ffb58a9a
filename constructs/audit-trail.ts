import { LoggingMetric } from "@cdktf/provider-google/lib/logging-metric";
import { LoggingProjectBucketConfig } from "@cdktf/provider-google/lib/logging-project-bucket-config";
import { LoggingProjectSink } from "@cdktf/provider-google/lib/logging-project-sink";
import { MonitoringAlertPolicy } from "@cdktf/provider-google/lib/monitoring-alert-policy";
import { ProjectIamAuditConfig } from "@cdktf/provider-google/lib/project-iam-audit-config";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { checkIamMember, checkPrincipal, checkProjectId, checkSecretId } from "../values/google-ids";
import type { Problem } from "../values/problem";
import { type AuditEvent, auditEvents, auditSinkFilter, MAX_FILTER } from "./audit-filters";
import { dependencies } from "./dependencies";
import { PropsCheck } from "./validation-error";

/** How long a log bucket may keep entries, in days. @see https://docs.cloud.google.com/logging/quotas */
const RETENTION_DAYS = { min: 1, max: 3650 } as const;

/** The logs that are off unless they are asked for. @see https://docs.cloud.google.com/logging/docs/audit/configure-data-access */
const DATA_ACCESS = [
  { id: "log-key-reads", service: "apikeys.googleapis.com", logType: "ADMIN_READ" },
  { id: "log-secret-reads", service: "secretmanager.googleapis.com", logType: "DATA_READ" },
] as const;

export interface AuditTrailProps {
  /** The id of the project whose keys and secrets are watched. */
  readonly projectId: string;

  /**
   * Who deploys: IAM members that are one person, service account or principal, known at synthesis. What they do to keys
   * and to access raises no alert.
   */
  readonly deployers: readonly string[];

  /**
   * Who plans. Terraform reads every key string at each refresh, so their reads raise no alert.
   *
   * @default - nobody besides the deployers
   */
  readonly planners?: readonly string[];

  /** Every secret of the project that holds a key, with its readers, known at synthesis. */
  readonly secrets: readonly { readonly secretId: string; readonly readers: readonly string[] }[];

  /** Names of the channels to notify: `NotificationChannels.names`. */
  readonly channels: readonly string[];

  /**
   * Keep the logs in a bucket of their own for so many days, 1 to 3650.
   *
   * @default - Google's retention of 30 days, and 400 days for what is always logged
   * @see https://docs.cloud.google.com/logging/docs/routing/overview
   */
  readonly keepLogsDays?: number;

  /**
   * What has to exist first, e.g. `project.enabled("logging", "monitoring")`.
   *
   * @default - nothing
   */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/**
 * Who did what to keys and secrets: turns on the logs of reads, and for each event that should not happen makes a log metric,
 * which counts, and an alert policy, which tells who it was within minutes.
 *
 * Nothing is exempted from the logs, the deployment neither: the filters leave it out, so that its reads can still be found.
 */
export class AuditTrail extends Construct {
  /** The types of the log metrics, as a dashboard names them. */
  readonly metrics: readonly { readonly title: string; readonly type: string }[];

  constructor(scope: Construct, id: string, props: AuditTrailProps) {
    super(scope, id);
    this.validate(props);

    for (const { id, service, logType } of DATA_ACCESS) {
      new ProjectIamAuditConfig(this, id, {
        project: props.projectId,
        service,
        auditLogConfig: [{ logType }],
        dependsOn: dependencies(props.dependsOn),
      });
    }
    const { deployers, planners = [], secrets } = props;
    const events = auditEvents({ deployers, planners, secrets });
    this.checkLengths(events);
    this.metrics = events.map((event) => ({ title: event.title, type: this.createMetric(event, props) }));
    for (const event of events) this.createAlert(event, props);
    if (props.keepLogsDays !== undefined) this.createSink(props.keepLogsDays, props);
  }

  private createMetric(event: AuditEvent, props: AuditTrailProps): string {
    const name = `gemkeys/${event.id}`;
    new LoggingMetric(this, `metric-${event.id}`, {
      project: props.projectId,
      name,
      description: `${event.title}.`,
      filter: event.filter,
      metricDescriptor: {
        metricKind: "DELTA",
        valueType: "INT64",
        labels: [{ key: "principal", valueType: "STRING", description: "Who did it." }],
      },
      labelExtractors: { principal: "EXTRACT(protoPayload.authenticationInfo.principalEmail)" },
      dependsOn: dependencies(props.dependsOn),
    });
    return `logging.googleapis.com/user/${name}`;
  }

  // On the log entry itself, not on the metric: it comes at once, names who it was, and needs no metric to be there first.
  private createAlert(event: AuditEvent, props: AuditTrailProps): void {
    new MonitoringAlertPolicy(this, `alert-${event.id}`, {
      project: props.projectId,
      displayName: `${event.title} (${event.id})`,
      combiner: "OR",
      severity: event.severity,
      conditions: [
        {
          displayName: event.title,
          conditionMatchedLog: {
            filter: event.filter,
            labelExtractors: {
              principal: "EXTRACT(protoPayload.authenticationInfo.principalEmail)",
              method: "EXTRACT(protoPayload.methodName)",
              resource: "EXTRACT(protoPayload.resourceName)",
            },
          },
        },
      ],
      alertStrategy: { notificationRateLimit: { period: "300s" }, autoClose: "86400s" },
      documentation: { content: event.advice, mimeType: "text/markdown" },
      notificationChannels: [...props.channels],
      dependsOn: dependencies(props.dependsOn),
    });
  }

  private createSink(retentionDays: number, props: AuditTrailProps): void {
    const bucket = new LoggingProjectBucketConfig(this, "log-bucket", {
      project: props.projectId,
      location: "global",
      bucketId: "gemkeys-audit",
      description: "Audit logs of Gemini keys and their secrets.",
      retentionDays,
      dependsOn: dependencies(props.dependsOn),
    });
    new LoggingProjectSink(this, "log-sink", {
      project: props.projectId,
      name: "gemkeys-audit",
      destination: `logging.googleapis.com/${bucket.id}`,
      filter: auditSinkFilter(),
      uniqueWriterIdentity: true,
    });
  }

  private validate(props: AuditTrailProps): void {
    const check = new PropsCheck(this);
    check.value("projectId", props.projectId, checkProjectId);
    check.knownList("deployers", props.deployers, checkPrincipal);
    check.knownList("planners", props.planners, checkPrincipal);
    props.secrets.forEach(({ secretId, readers }, index) => {
      check.value(`secrets[${index}].secretId`, secretId, checkSecretId);
      check.knownList(`secrets[${index}].readers`, readers, checkIamMember);
    });
    check.value("keepLogsDays", props.keepLogsDays, checkDays);
    check.throwIfAny();
  }

  private checkLengths(events: readonly AuditEvent[]): void {
    const check = new PropsCheck(this);
    const longest = Math.max(...events.map(({ filter }) => filter.length));
    if (longest > MAX_FILTER) {
      check.problem("secrets", {
        rule: `must give filters of at most ${MAX_FILTER} characters, Google's limit`,
        got: `${longest}`,
        fix: "Give several readers one service account, or name a group.",
      });
    }
    check.throwIfAny();
  }
}

function checkDays(days: number): Problem | undefined {
  if (Number.isInteger(days) && days >= RETENTION_DAYS.min && days <= RETENTION_DAYS.max) return undefined;
  const rule = `must be a whole number of days from ${RETENTION_DAYS.min} to ${RETENTION_DAYS.max}`;
  return { rule, got: String(days), fix: "Write days, e.g. 400." };
}
