import { DefaultTokenResolver, StringConcat, Tokenization } from "cdktf";
import { NotificationChannels, type NotificationChannelsProps } from "../../constructs/notification-channels";
import { addresses, counts, messageOf, resource, synthTemplate, testStack } from "../helpers/synth-template";

function synth(props: Partial<NotificationChannelsProps>) {
  const stack = testStack();
  const { names } = new NotificationChannels(stack, "notify", { projectId: "acme-gemini-prod", ...props });
  return {
    template: synthTemplate(stack),
    names: Tokenization.resolve(names, {
      scope: stack,
      resolver: new DefaultTokenResolver(new StringConcat()),
      preparing: false,
    }) as string[],
  };
}

test("minimal props: nobody", () => {
  const { template, names } = synth({});
  expect(counts(template)).toEqual({});
  expect(names).toEqual([]);
});

test("maximal props: a channel for each address, and those that exist", () => {
  const existing = ["projects/acme-ops/notificationChannels/2", "projects/acme-ops/notificationChannels/1"];
  const { template, names } = synth({
    emails: ["b@example.com", "a@example.com", "b@example.com"],
    channels: [...existing, existing[0]!],
  });
  expect(addresses(template)).toEqual([
    "google_monitoring_notification_channel.notify_email-a@example.com",
    "google_monitoring_notification_channel.notify_email-b@example.com",
  ]);
  expect(resource(template, "google_monitoring_notification_channel.notify_email-a@example.com")).toEqual({
    project: "acme-gemini-prod",
    type: "email",
    display_name: "Gemini keys a@example.com",
    labels: { email_address: "a@example.com" },
  });
  expect(names).toEqual([
    "${google_monitoring_notification_channel.notify_email-a@example.com.name}",
    "${google_monitoring_notification_channel.notify_email-b@example.com.name}",
    "projects/acme-ops/notificationChannels/1",
    "projects/acme-ops/notificationChannels/2",
  ]);
});

test("refused: everything at once, and no token is repeated", () => {
  // A made-up token of Slack.
  const token = "xoxb-000000000000-fake";
  const message = messageOf(() =>
    synth({ projectId: "Acme", emails: ["nobody"], channels: [token, "https://hooks.example.com/secret", "1234"] }),
  );
  const rule = "must be projects/<project id>/notificationChannels/<number>";
  const fix =
    "Write what `gcloud beta monitoring channels list` shows as name. Tokens and addresses of channels stay at Google.";
  expect(message).toBe(
    [
      "[test/notify] `projectId` must be 6 to 30 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: Acme. Write an id such as acme-gemini-prod.",
      "[test/notify] `emails[0]` must be an e-mail address, got: nobody. Write one such as finops@example.com.",
      `[test/notify] \`channels[0]\` ${rule}, got: 22 characters of another form. ${fix}`,
      `[test/notify] \`channels[1]\` ${rule}, got: 32 characters of another form. ${fix}`,
      `[test/notify] \`channels[2]\` ${rule}, got: 1234. ${fix}`,
    ].join("\n"),
  );
});
