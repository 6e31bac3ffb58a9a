import type { Client } from "../emulator/client";
import { type Attributes, ofType, type Template } from "./synth-template";

/**
 * Makes what a template declares for the watching of a project on the local cloud: audit configuration, log metrics and alert
 * policies, as the provider would send them. The end-to-end tests do the same with the real provider.
 */
export async function deployAlerts(client: Client, project: string, template: Template): Promise<void> {
  const auditConfigs = Object.values(ofType(template, "google_project_iam_audit_config")).map((config) => ({
    service: config["service"],
    auditLogConfigs: camel(config["audit_log_config"]),
  }));
  const policy = await client.post(`/crm/v1/projects/${project}:getIamPolicy`, {});
  await made(
    client.post(`/crm/v1/projects/${project}:setIamPolicy`, {
      policy: { ...policy.body, auditConfigs },
      updateMask: "bindings,etag,auditConfigs",
    }),
  );
  for (const metric of Object.values(ofType(template, "google_logging_metric"))) {
    await made(client.post(`/log/v2/projects/${project}/metrics`, bodyOf(metric)));
  }
  for (const alert of Object.values(ofType(template, "google_monitoring_alert_policy"))) {
    // Whom to notify is of no interest here.
    const text = JSON.stringify(bodyOf({ ...alert, notification_channels: [] })).replace(
      /\$\{([^}]+)\}/g,
      (_match, reference) => resolve(client, project, reference),
    );
    await made(client.post(`/mon/v3/projects/${project}/alertPolicies`, JSON.parse(text)));
  }
}

/** Without what is Terraform's and cdktf's. */
function bodyOf(attributes: Attributes): object {
  const own = Object.entries(attributes).filter(([name]) => !["//", "depends_on", "project"].includes(name));
  return camel(Object.fromEntries(own)) as object;
}

async function made(answer: ReturnType<Client["post"]>): Promise<void> {
  const { status, text } = await answer;
  expect([status, status === 200 ? "" : text]).toEqual([200, ""]);
}

/** The few references there are: the uid of a key, the unique id of a service account. */
function resolve(client: Client, project: string, reference: string): string {
  const { store } = client.emulator;
  const [, key, number] = /^google_apikeys_key\.key-(.+)_g(\d+)\.uid$/.exec(reference) ?? [];
  if (key) return store.keys.get(project, `${key}-g${number}`)!.uid;
  const [, account] = /^google_service_account\.key-(.+)_service-account\.unique_id$/.exec(reference) ?? [];
  if (account) {
    return store.serviceAccounts.get(project, `gk-${account}@${project}.iam.gserviceaccount.com`)!.uniqueId;
  }
  throw new Error(`no value for ${reference}`);
}

/** Names in camel case, as the APIs have them. */
function camel(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camel);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase()),
      camel(inner),
    ]),
  );
}
