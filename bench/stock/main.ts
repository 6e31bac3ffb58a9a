import * as fs from "node:fs";
import * as path from "node:path";
import * as google from "@cdktf/provider-google";
import { App, GcsBackend, TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { parse } from "yaml";

// What the benchmark compares with: the same resources in the style of HashiCorp's TypeScript template, written by
// hand, without checks of the configuration. Imports the whole provider, and ts-node checks the types at each run.

interface Organization {
  readonly parent: string;
  readonly billingAccount: string;
  readonly adminProject: string;
  readonly state: { readonly gcs: { readonly bucket: string } };
  readonly networks: Record<string, string[]>;
}

interface Environment {
  readonly project: string | { readonly id: string };
  readonly protected?: boolean;
  readonly budget?: {
    readonly monthly: string;
    readonly alertAt?: number[];
    readonly forecastAt?: number[];
    readonly notify?: { readonly emails?: string[]; readonly pubsub?: boolean };
  };
  readonly keys: Record<string, Key>;
}

interface Key {
  readonly owner: string;
  readonly purpose: string;
  readonly allow: string[];
  readonly readers?: string[];
  readonly generations: { readonly number: number; readonly phase: string }[];
}

class KeysStack extends TerraformStack {
  constructor(scope: Construct, name: string, organization: Organization, environment: Environment) {
    super(scope, name);
    new GcsBackend(this, { bucket: organization.state.gcs.bucket, prefix: `gemkeys/${name}` });
    new google.provider.GoogleProvider(this, "google", {
      userProjectOverride: true,
      billingProject: organization.adminProject,
    });

    const projectId = typeof environment.project === "string" ? environment.project : environment.project.id;
    const [kind, number] = organization.parent.split("/");
    const project = new google.project.Project(this, "project", {
      projectId,
      name: projectId,
      orgId: kind === "organizations" ? number : undefined,
      folderId: kind === "folders" ? number : undefined,
      billingAccount: organization.billingAccount,
      autoCreateNetwork: false,
      deletionPolicy: environment.protected ? "PREVENT" : "DELETE",
    });
    const notify = environment.budget?.notify ?? {};
    const services = ["apikeys", "generativelanguage", "iam", "secretmanager"];
    if (notify.emails?.length) services.push("monitoring");
    if (notify.pubsub) services.push("pubsub");
    const enabled = services.map(
      (service) =>
        new google.projectService.ProjectService(this, `service-${service}`, {
          project: project.projectId,
          service: `${service}.googleapis.com`,
          disableOnDestroy: false,
        }),
    );

    for (const [keyName, key] of Object.entries(environment.keys)) {
      const account = new google.serviceAccount.ServiceAccount(this, `${keyName}-account`, {
        project: projectId,
        accountId: `gk-${keyName}`,
        displayName: keyName,
        dependsOn: enabled,
      });
      const secret = new google.secretManagerSecret.SecretManagerSecret(this, `${keyName}-secret`, {
        project: projectId,
        secretId: `gemini-${keyName}`,
        replication: { auto: {} },
        labels: { environment: name, owner: key.owner },
        annotations: { purpose: key.purpose },
        dependsOn: enabled,
      });
      for (const generation of key.generations) {
        const apiKey = new google.apikeysKey.ApikeysKey(this, `${keyName}-g${generation.number}`, {
          project: projectId,
          name: `${keyName}-g${generation.number}`,
          displayName: `${keyName} g${generation.number}`,
          serviceAccountEmail: account.email,
          restrictions: {
            apiTargets: [{ service: "generativelanguage.googleapis.com" }],
            serverKeyRestrictions: {
              allowedIps: key.allow.flatMap((entry) => organization.networks[entry] ?? [entry]),
            },
          },
          dependsOn: enabled,
        });
        if (generation.phase === "prepared") continue;
        new google.secretManagerSecretVersion.SecretManagerSecretVersion(
          this,
          `${keyName}-version-${generation.number}`,
          {
            secret: secret.id,
            secretDataWo: apiKey.keyString,
            secretDataWoVersion: generation.number,
            deletionPolicy: "DISABLE",
          },
        );
      }
      for (const member of key.readers ?? []) {
        new google.secretManagerSecretIamMember.SecretManagerSecretIamMember(this, `${keyName}-reader-${member}`, {
          project: projectId,
          secretId: secret.secretId,
          role: "roles/secretmanager.secretAccessor",
          member,
        });
      }
    }

    if (environment.budget) {
      const channels = (notify.emails ?? []).map(
        (email) =>
          new google.monitoringNotificationChannel.MonitoringNotificationChannel(this, `channel-${email}`, {
            project: projectId,
            type: "email",
            displayName: `Budget alert ${email}`,
            labels: { email_address: email },
            dependsOn: enabled,
          }),
      );
      let topic: google.pubsubTopic.PubsubTopic | undefined;
      if (notify.pubsub) {
        topic = new google.pubsubTopic.PubsubTopic(this, "topic", { project: projectId, name: "budget-alerts" });
        new google.pubsubTopicIamMember.PubsubTopicIamMember(this, "publisher", {
          project: projectId,
          topic: topic.name,
          role: "roles/pubsub.publisher",
          member: "serviceAccount:billing-budget-alert@system.gserviceaccount.com",
        });
      }
      const [units, currencyCode] = environment.budget.monthly.split(" ");
      new google.billingBudget.BillingBudget(this, "budget", {
        billingAccount: organization.billingAccount,
        displayName: `Gemini ${name}`,
        budgetFilter: { projects: [`projects/${project.number}`], calendarPeriod: "MONTH" },
        amount: { specifiedAmount: { currencyCode, units } },
        thresholdRules: [
          ...(environment.budget.alertAt ?? [50, 80, 100]).map((percent) => ({ thresholdPercent: percent / 100 })),
          ...(environment.budget.forecastAt ?? []).map((percent) => ({
            thresholdPercent: percent / 100,
            spendBasis: "FORECASTED_SPEND",
          })),
        ],
        allUpdatesRule: {
          monitoringNotificationChannels: channels.map((channel) => channel.name),
          pubsubTopic: topic?.id,
        },
      });
    }
    new TerraformOutput(this, "project_number", { value: project.number });
  }
}

const config = process.env.GEMKEYS_CONFIG ?? "config";
const organization: Organization = parse(fs.readFileSync(path.join(config, "organization.yaml"), "utf8"));
const app = new App();
for (const file of fs.readdirSync(path.join(config, "environments"))) {
  const environment: Environment = parse(fs.readFileSync(path.join(config, "environments", file), "utf8"));
  new KeysStack(app, path.basename(file, ".yaml"), organization, environment);
}
app.synth();
