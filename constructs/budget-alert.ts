import { BillingBudget } from "@cdktf/provider-google/lib/billing-budget";
import { MonitoringNotificationChannel } from "@cdktf/provider-google/lib/monitoring-notification-channel";
import { PubsubTopic } from "@cdktf/provider-google/lib/pubsub-topic";
import { PubsubTopicIamMember } from "@cdktf/provider-google/lib/pubsub-topic-iam-member";
import { type ITerraformDependable, Tokenization } from "cdktf";
import { Construct } from "constructs";
import { checkBillingAccount, checkEmail, checkProjectId } from "../values/google-ids";
import { checkAmount, checkCurrency, MAX_BUDGET_EMAILS } from "../values/money";
import { checkPercent } from "../values/percent";
import { checkLength, type Problem, problem } from "../values/problem";
import { dependencies } from "./dependencies";
import { PropsCheck } from "./validation-error";

/** Google's service account that publishes budget messages. */
const BUDGET_PUBLISHER = "serviceAccount:billing-budget-alert@system.gserviceaccount.com";

/** Google takes at most 60 characters. */
const MAX_DISPLAY_NAME = 60;

export interface BudgetAlertProps {
  /** The billing account that pays for the project, e.g. `012345-6789AB-CDEF01`. */
  readonly billingAccount: string;

  /** The id of the project whose spend counts. */
  readonly projectId: string;

  /**
   * The number of that project, e.g. `GeminiProject.projectNumber`. Google answers with numbers: an id here would
   * be a difference in every plan.
   */
  readonly projectNumber: string;

  /** The budget's name, at most 60 characters. */
  readonly displayName: string;

  /** The monthly amount, in whole units of the currency. */
  readonly monthlyUnits: number;

  /** The currency of the billing account, ISO 4217, e.g. `USD`. Google refuses any other. */
  readonly currency: string;

  /**
   * Percentages of actual spend to alert at, 1 to 200, known at synthesis.
   *
   * @default - 50, 80 and 100
   */
  readonly alertAt?: readonly number[];

  /**
   * Percentages of forecast spend to alert at, 1 to 200, known at synthesis.
   *
   * @default - none
   */
  readonly forecastAt?: readonly number[];

  /**
   * E-mail addresses to notify, at most 5, known at synthesis.
   *
   * @default - none; billing administrators are notified in any case
   */
  readonly emails?: readonly string[];

  /**
   * Publish to a Pub/Sub topic of the project, several times a day.
   *
   * @default false
   * @see https://cloud.google.com/billing/docs/how-to/notify
   */
  readonly pubsub?: boolean;

  /**
   * What has to exist first, e.g. `project.enabled("monitoring", "pubsub")`.
   *
   * @default - nothing
   */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/**
 * A monthly budget of one project that warns by e-mail and Pub/Sub. It counts everything the project spends, before
 * credits, and stops nothing: spend is known up to 24 hours late.
 *
 * @see https://docs.cloud.google.com/billing/docs/how-to/budget-api-overview
 */
export class BudgetAlert extends Construct {
  constructor(scope: Construct, id: string, props: BudgetAlertProps) {
    super(scope, id);
    this.validate(props);

    const channels = [...new Set(props.emails ?? [])].sort().map((email) => this.createChannel(email, props));
    const topic = props.pubsub ? this.createTopic(props) : undefined;

    new BillingBudget(this, "Resource", {
      billingAccount: props.billingAccount,
      displayName: props.displayName,
      budgetFilter: {
        projects: [`projects/${props.projectNumber}`],
        calendarPeriod: "MONTH",
        // Credits would hide the spend they pay for.
        creditTypesTreatment: "EXCLUDE_ALL_CREDITS",
      },
      amount: {
        specifiedAmount: { currencyCode: props.currency, units: Tokenization.stringifyNumber(props.monthlyUnits) },
      },
      thresholdRules: [
        ...thresholds(props.alertAt ?? [50, 80, 100], "CURRENT_SPEND"),
        ...thresholds(props.forecastAt ?? [], "FORECASTED_SPEND"),
      ],
      allUpdatesRule:
        channels.length > 0 || topic
          ? {
              monitoringNotificationChannels: channels.length > 0 ? channels.map((channel) => channel.name) : undefined,
              pubsubTopic: topic?.topic.id,
              schemaVersion: topic ? "1.0" : undefined,
            }
          : undefined,
      dependsOn: topic ? [topic.publisher] : undefined,
    });
  }

  private createChannel(email: string, props: BudgetAlertProps): MonitoringNotificationChannel {
    return new MonitoringNotificationChannel(this, `email-${email}`, {
      project: props.projectId,
      type: "email",
      displayName: `Budget alert ${email}`,
      labels: { email_address: email },
      dependsOn: dependencies(props.dependsOn),
    });
  }

  private createTopic(props: BudgetAlertProps) {
    const topic = new PubsubTopic(this, "topic", {
      project: props.projectId,
      name: "budget-alerts",
      dependsOn: dependencies(props.dependsOn),
    });
    const publisher = new PubsubTopicIamMember(this, "topic-publisher", {
      project: props.projectId,
      topic: topic.name,
      role: "roles/pubsub.publisher",
      member: BUDGET_PUBLISHER,
    });
    return { topic, publisher };
  }

  private validate(props: BudgetAlertProps): void {
    const check = new PropsCheck(this);
    check.value("billingAccount", props.billingAccount, checkBillingAccount);
    check.value("projectId", props.projectId, checkProjectId);
    check.value("projectNumber", props.projectNumber, checkProjectNumber);
    check.value("displayName", props.displayName, (name) => checkLength(name, 1, MAX_DISPLAY_NAME));
    check.value("monthlyUnits", props.monthlyUnits, checkAmount);
    check.value("currency", props.currency, checkCurrency);
    check.knownList("alertAt", props.alertAt, checkPercent);
    check.knownList("forecastAt", props.forecastAt, checkPercent);
    if ((props.emails?.length ?? 0) > MAX_BUDGET_EMAILS) {
      check.problem("emails", {
        rule: `must hold at most ${MAX_BUDGET_EMAILS} addresses`,
        got: `${props.emails?.length}`,
        fix: "Write the address of a group instead.",
      });
    }
    check.knownList("emails", props.emails, checkEmail);
    check.throwIfAny();
  }
}

function checkProjectNumber(number: string): Problem | undefined {
  if (/^[1-9][0-9]{0,19}$/.test(number)) return undefined;
  return problem("must be a project number", number, "Pass `GeminiProject.projectNumber`.");
}

function thresholds(percents: readonly number[], spendBasis: string) {
  const rising = [...new Set(percents)].sort((a, b) => a - b);
  return rising.map((percent) => ({ thresholdPercent: percent / 100, spendBasis }));
}
