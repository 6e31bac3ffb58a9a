import { MonitoringNotificationChannel } from "@cdktf/provider-google/lib/monitoring-notification-channel";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { checkChannelName, checkEmail, checkProjectId } from "../values/google-ids";
import { dependencies } from "./dependencies";
import { PropsCheck } from "./validation-error";

export interface NotificationChannelsProps {
  /** The id of the project that alerts. */
  readonly projectId: string;

  /**
   * E-mail addresses, known at synthesis; a channel is made for each.
   *
   * @default - none
   */
  readonly emails?: readonly string[];

  /**
   * Channels of other kinds (Slack, PagerDuty, webhook) by name, `projects/<id>/notificationChannels/<number>`. They are
   * made by hand: their tokens would be in the Terraform state. Google takes those of the same project only.
   *
   * @default - none
   */
  readonly channels?: readonly string[];

  /**
   * What has to exist first, e.g. `project.enabled("monitoring")`.
   *
   * @default - nothing
   */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** Whom alert policies notify. */
export class NotificationChannels extends Construct {
  /** The channels' names, those of e-mail addresses first. */
  readonly names: readonly string[];

  constructor(scope: Construct, id: string, props: NotificationChannelsProps) {
    super(scope, id);
    const check = new PropsCheck(this);
    check.value("projectId", props.projectId, checkProjectId);
    check.knownList("emails", props.emails, checkEmail);
    check.knownList("channels", props.channels, checkChannelName);
    check.throwIfAny();

    const made = [...new Set(props.emails ?? [])].sort().map(
      (email) =>
        new MonitoringNotificationChannel(this, `email-${email}`, {
          project: props.projectId,
          type: "email",
          displayName: `Gemini keys ${email}`,
          labels: { email_address: email },
          dependsOn: dependencies(props.dependsOn),
        }),
    );
    this.names = [...made.map(({ name }) => name), ...[...new Set(props.channels ?? [])].sort()];
  }
}
