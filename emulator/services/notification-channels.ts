import { failedPrecondition, invalidArgument, notFound } from "../errors";
import { applyMask, booleanField, type JsonObject, maskPaths, stringField, stringMapField } from "../fields";
import { paginate } from "../paging";
import { type AuditedMethod, type Call, enabledProject, type Route, route } from "../service";
import type { NotificationChannel, Project, Store } from "../store";

const api = "monitoring.googleapis.com";

/** The notification channels of Cloud Monitoring v3. */
export const channelRoutes: readonly Route[] = [
  route(
    "POST",
    "/v3/{name=projects/*}/notificationChannels",
    (call) => channelJson(createChannel(call.store, project(call), call.body)),
    audited("CreateNotificationChannel", "create"),
  ),
  route("GET", "/v3/{name=projects/*}/notificationChannels", listChannels),
  route("GET", "/v3/{name=projects/*/notificationChannels/*}", (call) => channelJson(channel(call))),
  route(
    "PATCH",
    "/v3/{notification_channel.name=projects/*/notificationChannels/*}",
    updateChannel,
    audited("UpdateNotificationChannel", "update"),
  ),
  route(
    "DELETE",
    "/v3/{name=projects/*/notificationChannels/*}",
    deleteChannel,
    audited("DeleteNotificationChannel", "delete"),
  ),
];

function audited(method: string, permission: string): AuditedMethod {
  return {
    method: `google.monitoring.v3.NotificationChannelService.${method}`,
    permission: `monitoring.notificationChannels.${permission}`,
  };
}

const fields = ["type", "displayName", "description", "labels", "userLabels", "enabled"];
/** The label each of the common types needs; other types are taken as they are. */
const neededLabels: Readonly<Record<string, string>> = {
  email: "email_address",
  pubsub: "topic",
  sms: "number",
  webhook_tokenauth: "url",
};

export function createChannel(store: Store, owner: Project, body: JsonObject): NotificationChannel {
  const record: NotificationChannel = {
    id: String(10_000_000_000_000_000_000n + BigInt(store.next("channels"))),
    projectId: owner.projectId,
    value: readValue(body),
  };
  store.channels.set(owner.projectId, record.id, record);
  return record;
}

export function channelName({ projectId, id }: NotificationChannel): string {
  return `projects/${projectId}/notificationChannels/${id}`;
}

function readValue(body: JsonObject): JsonObject {
  const type = stringField(body, "type") ?? "";
  const labels = stringMapField(body, "labels") ?? {};
  if (type === "") {
    throw invalidArgument('Field notification_channel.type had an invalid value of "": must not be empty.');
  }
  const needed = neededLabels[type];
  if (needed !== undefined && !labels[needed]) {
    throw invalidArgument(`Field notification_channel.labels: the type ${type} needs the label "${needed}".`);
  }
  if (type === "email" && !/^[^@\s]+@[^@\s]+$/.test(labels["email_address"]!)) {
    throw invalidArgument("Field notification_channel.labels: email_address is no e-mail address.");
  }
  const kept = Object.fromEntries(
    Object.entries(body).filter(([name, value]) => fields.includes(name) && value !== null),
  );
  // `enabled` is a wrapper type, so it is always sent; it is true unless it was set to false.
  return { ...kept, enabled: booleanField(body, "enabled") ?? true };
}

/** Without a mask the whole channel is replaced, which is what the provider does. */
function updateChannel(call: Call): object {
  const target = channel(call);
  const paths = maskPaths(call.query.get("updateMask"));
  target.value = readValue(
    paths ? applyMask(target.value, call.body, paths) : { type: target.value["type"], ...call.body },
  );
  return channelJson(target);
}

/**
 * With `force` the channel is taken out of the policies that use it.
 *
 * The words are those of https://github.com/hashicorp/terraform-provider-google/issues/10337; how more than one policy is
 * written is not known.
 */
function deleteChannel(call: Call): object {
  const target = channel(call);
  const name = channelName(target);
  const users = call.store.alertPolicies
    .list(target.projectId)
    .filter(({ value }) => value.notificationChannels.includes(name));
  if (users.length > 0 && call.query.get("force") !== "true") {
    const names = users.map(({ id }) => `"projects/${target.projectId}/alertPolicies/${id}"`);
    throw failedPrecondition(`Could not delete "${name}" because it is still being referenced by: ${names.join(", ")}`);
  }
  for (const user of users) {
    user.value = {
      ...user.value,
      notificationChannels: user.value.notificationChannels.filter((used) => used !== name),
    };
  }
  call.store.channels.delete(target.projectId, target.id);
  return {};
}

function listChannels(call: Call): object {
  const owner = project(call);
  const all = call.store.channels.list(owner.projectId);
  const page = paginate(all, (entry) => entry.id, call.query, {
    scope: `${owner.projectId} notificationChannels`,
    defaultSize: 1000,
    maxSize: 1000,
  });
  return {
    ...(page.items.length > 0 && { notificationChannels: page.items.map(channelJson) }),
    ...(page.nextPageToken && { nextPageToken: page.nextPageToken }),
    totalSize: all.length,
  };
}

function project(call: Call): Project {
  return enabledProject(call, call.wildcards[0]!, api);
}

function channel(call: Call): NotificationChannel {
  const found = call.store.channels.get(project(call).projectId, call.wildcards[1]!);
  if (!found) {
    throw notFound(
      `Notification channel projects/${call.wildcards[0]}/notificationChannels/${call.wildcards[1]} not found.`,
    );
  }
  return found;
}

function channelJson(target: NotificationChannel): object {
  return { name: channelName(target), ...target.value };
}
