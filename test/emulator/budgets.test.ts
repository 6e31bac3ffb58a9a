import { seedFoundation } from "../../emulator/seed";
import { billingAccount, type Client, errorBody, project, projectNumber, startWithProject } from "./client";

let client: Client;
const budgets = `/budgets/v1/billingAccounts/${billingAccount}/budgets`;
const topics = `/pubsub/v1/projects/${project}/topics`;
const channels = `/mon/v3/projects/${project}/notificationChannels`;
const badRequest = (message: string) => errorBody(400, "INVALID_ARGUMENT", message, "badRequest");

beforeEach(async () => {
  client = await startWithProject(["monitoring.googleapis.com", "pubsub.googleapis.com"]);
});
afterEach(() => client.close());

const email = async (address = "finops@example.com") =>
  (await client.post(channels, { type: "email", labels: { email_address: address } })).body;
const amount = { specifiedAmount: { units: "100" } };

describe("a budget", () => {
  test("gets the defaults of the real service, and its projects by number", async () => {
    const projects = [`projects/${project}`];
    const { body } = await client.post(budgets, {
      amount,
      budgetFilter: { projects },
      thresholdRules: [{ thresholdPercent: 0.5 }],
    });
    expect(body).toEqual({
      name: expect.stringMatching(/^billingAccounts\/ABCDEF-ABCDEF-ABCDEF\/budgets\/[0-9a-f-]{36}$/),
      budgetFilter: {
        projects: [`projects/${projectNumber(client)}`],
        calendarPeriod: "MONTH",
        creditTypesTreatment: "INCLUDE_ALL_CREDITS",
      },
      amount: { specifiedAmount: { currencyCode: "USD", units: "100" } },
      thresholdRules: [{ thresholdPercent: 0.5, spendBasis: "CURRENT_SPEND" }],
      etag: expect.any(String),
    });
    expect((await client.get(`/budgets/v1/${body.name}`)).body).toEqual(body);
  });

  test("keeps what is given", async () => {
    const channel = (await email()).name;
    await client.put(`${topics}/budget`, {});
    const given = {
      displayName: "gemini dev",
      budgetFilter: {
        projects: [`projects/${projectNumber(client)}`],
        services: ["services/AEFD-7695-64FA"],
        creditTypesTreatment: "EXCLUDE_ALL_CREDITS",
        customPeriod: { startDate: { year: 2026, month: 11, day: 1 } },
      },
      amount: { lastPeriodAmount: {} },
      thresholdRules: [{ thresholdPercent: 1, spendBasis: "FORECASTED_SPEND" }],
      notificationsRule: {
        monitoringNotificationChannels: [channel],
        pubsubTopic: `projects/${project}/topics/budget`,
        schemaVersion: "1.0",
        enableProjectLevelRecipients: true,
      },
      ownershipScope: "ALL_USERS",
    };
    const { body } = await client.post(budgets, given);
    expect(body).toEqual({ name: body.name, ...given, etag: body.etag });
  });

  test("changes only what the mask names", async () => {
    const { body } = await client.post(budgets, { displayName: "a", amount });
    const mask = "amount.specifiedAmount.units,display_name";
    const change = { amount: { specifiedAmount: { units: "200" } }, budgetFilter: { calendarPeriod: "YEAR" } };
    const changed = await client.patch(`/budgets/v1/${body.name}?updateMask=${mask}`, change);
    const { displayName: _, ...rest } = body;
    expect(changed.body).toEqual({
      ...rest,
      amount: { specifiedAmount: { currencyCode: "USD", units: "200" } },
      etag: changed.body.etag,
    });
    expect(changed.body.etag).not.toBe(body.etag);
    expect((await client.patch(`/budgets/v1/${body.name}`, { amount, etag: body.etag })).status).toBe(400);
  });

  test("is deleted, and listed in pages", async () => {
    const names = [];
    for (let index = 0; index < 3; index += 1) {
      names.push((await client.post(budgets, { amount })).body.name);
    }
    const first = await client.get(`${budgets}?pageSize=2`);
    const second = await client.get(`${budgets}?pageSize=2&pageToken=${first.body.nextPageToken}`);
    const listed = [...first.body.budgets, ...second.body.budgets].map(({ name }) => name);
    expect(listed).toEqual([...names].sort());
    expect((await client.delete(`/budgets/v1/${names[0]}`)).body).toEqual({});
    const missing = errorBody(404, "NOT_FOUND", "Requested entity was not found.", "notFound");
    expect((await client.get(`/budgets/v1/${names[0]}`)).body).toEqual(missing);
  });

  test.each([
    [{}, "amount: one of `specifiedAmount` and `lastPeriodAmount` must be set."],
    [
      { amount: { specifiedAmount: { currencyCode: "EUR", units: "1" } } },
      "amount.specifiedAmount.currencyCode must be the billing account's, USD, got: EUR",
    ],
    [
      { amount: { specifiedAmount: { units: "-1" } } },
      "amount.specifiedAmount.units must be a whole number of at least 0, got: -1",
    ],
    [{ amount, displayName: "x".repeat(61) }, "displayName must have at most 60 characters, got: 61."],
    [
      { amount, budgetFilter: { projects: ["projects/who-knows"] } },
      "budgetFilter.projects: projects/who-knows is not a project.",
    ],
    [{ amount, budgetFilter: { services: ["gemini"] } }, "budgetFilter.services: gemini is no billing service."],
    [
      { amount, thresholdRules: [{ thresholdPercent: -1 }] },
      "thresholdRules: thresholdPercent must be at least 0, got: -1",
    ],
    [
      { amount, notificationsRule: { monitoringNotificationChannels: ["projects/x/notificationChannels/1"] } },
      "notificationsRule.monitoringNotificationChannels: projects/x/notificationChannels/1 does not exist.",
    ],
    [
      { amount, notificationsRule: { monitoringNotificationChannels: Array(6).fill("x") } },
      "At most 5 notification channels are allowed, got: 6.",
    ],
    [
      { amount, notificationsRule: { pubsubTopic: "projects/x/topics/y" } },
      "notificationsRule.pubsubTopic: projects/x/topics/y does not exist.",
    ],
    [{ amount, limit: 5 }, `Invalid JSON payload received. Unknown name "limit" at 'budget': Cannot find field.`],
  ])("is refused with %j", async (body, message) => {
    expect((await client.post(budgets, body)).body).toEqual(badRequest(message));
  });

  test("alerts by e-mail channels only", async () => {
    const { body } = await client.post(channels, { type: "slack", labels: { channel_name: "#x" } });
    const answer = await client.post(budgets, {
      amount,
      notificationsRule: { monitoringNotificationChannels: [body.name] },
    });
    const message = `notificationsRule.monitoringNotificationChannels: ${body.name} is no e-mail channel.`;
    expect(answer.body).toEqual(badRequest(message));
  });

  test("is in the currency of its account", async () => {
    seedFoundation(client.emulator.store, { billingAccount: "000000-000000-000001", currency: "JPY" });
    const { body } = await client.post("/budgets/v1/billingAccounts/000000-000000-000001/budgets", { amount });
    expect(body.amount.specifiedAmount.currencyCode).toBe("JPY");
  });

  test("needs an account that exists, and cannot be a spend cap", async () => {
    const answer = await client.post("/budgets/v1/billingAccounts/000000-000000-000000/budgets", { amount });
    expect(answer.body).toEqual(
      errorBody(403, "PERMISSION_DENIED", "The caller does not have permission", "forbidden"),
    );
    expect((await client.post(budgets, { amount, spendCap: {} })).status).toBe(501);
  });

  test("needs its API in the project the call is charged to", async () => {
    const answer = await client.post(budgets, { amount }, { "X-Goog-User-Project": project });
    expect(answer.body.error.details[1]).toMatchObject({
      reason: "SERVICE_DISABLED",
      metadata: { service: "billingbudgets.googleapis.com", consumer: `projects/${projectNumber(client)}` },
    });
  });
});

describe("a notification channel", () => {
  test("is created, read, replaced and deleted", async () => {
    const channel = {
      name: expect.stringMatching(/^projects\/acme-gemini-dev\/notificationChannels\/\d+$/),
      type: "email",
      labels: { email_address: "finops@example.com" },
      enabled: true,
    };
    const created = await email();
    expect(created).toEqual(channel);
    expect((await client.get(`/mon/v3/${created.name}`)).body).toEqual(channel);
    const change = { type: "email", labels: { email_address: "b@example.com" }, displayName: "B", enabled: false };
    expect((await client.patch(`/mon/v3/${created.name}`, change)).body).toEqual({ name: created.name, ...change });
    expect((await client.delete(`/mon/v3/${created.name}?force=false`)).body).toEqual({});
    const message = `Notification channel ${created.name} not found.`;
    expect((await client.get(`/mon/v3/${created.name}`)).body).toEqual(
      errorBody(404, "NOT_FOUND", message, "notFound"),
    );
  });

  test.each([
    [{}, 'Field notification_channel.type had an invalid value of "": must not be empty.'],
    [{ type: "email" }, 'Field notification_channel.labels: the type email needs the label "email_address".'],
    [
      { type: "email", labels: { email_address: "finops" } },
      "Field notification_channel.labels: email_address is no e-mail address.",
    ],
  ])("is refused with %j", async (body, message) => {
    expect((await client.post(channels, body)).body).toEqual(badRequest(message));
  });

  test("is listed in pages", async () => {
    await email("a@example.com");
    await email("b@example.com");
    const first = await client.get(`${channels}?pageSize=1`);
    const second = await client.get(`${channels}?pageSize=1&pageToken=${first.body.nextPageToken}`);
    expect([first.body.totalSize, second.body.notificationChannels.length]).toEqual([2, 1]);
  });
});

describe("a topic", () => {
  test("is created, read by id and number, changed and deleted", async () => {
    const topic = { name: `projects/${project}/topics/budget`, labels: { env: "dev" } };
    expect((await client.put(`${topics}/budget`, { labels: { env: "dev" } })).body).toEqual(topic);
    expect((await client.get(`/pubsub/v1/projects/${projectNumber(client)}/topics/budget`)).body).toEqual(topic);
    const change = { topic: { messageRetentionDuration: "600s" } };
    const changed = await client.patch(`${topics}/budget?updateMask=messageRetentionDuration`, change);
    expect(changed.body).toEqual({ ...topic, ...change.topic });
    expect((await client.patch(`${topics}/budget`, change)).status).toBe(400);
    const message = "Resource already exists in the project (resource=budget).";
    const taken = errorBody(409, "ALREADY_EXISTS", message, "alreadyExists");
    expect((await client.put(`${topics}/budget`, {})).body).toEqual(taken);
    expect((await client.delete(`${topics}/budget`)).body).toEqual({});
    const missing = errorBody(404, "NOT_FOUND", "Resource not found (resource=budget).", "notFound");
    expect((await client.get(`${topics}/budget`)).body).toEqual(missing);
  });

  test.each(["ab", "google-topic", "1topic"])("cannot be called %s", async (id) => {
    const { status, body } = await client.put(`${topics}/${id}`, {});
    expect(status).toBe(400);
    expect(body.error.message).toMatch(`Invalid [topics] name: (name=projects/${project}/topics/${id}).`);
  });

  test("lets the budgets publish until it is deleted", async () => {
    const members = ["serviceAccount:billing-budget-alert@system.gserviceaccount.com"];
    await client.put(`${topics}/budget`, {});
    const policy = { bindings: [{ role: "roles/pubsub.publisher", members }], version: 3 };
    await client.post(`${topics}/budget:setIamPolicy`, { policy });
    expect((await client.get(`${topics}/budget:getIamPolicy`)).body).toMatchObject(policy);
    await client.delete(`${topics}/budget`);
    await client.put(`${topics}/budget`, {});
    expect((await client.get(`${topics}/budget:getIamPolicy`)).body).toEqual({ version: 1, etag: "ACAB" });
  });

  test("is listed in pages", async () => {
    await client.put(`${topics}/aaa`, {});
    await client.put(`${topics}/bbb`, {});
    const first = await client.get(`${topics}?pageSize=1`);
    const second = await client.get(`${topics}?pageSize=1&pageToken=${first.body.nextPageToken}`);
    expect([first.body.topics, second.body.topics].map(([topic]) => topic.name.split("/").pop())).toEqual([
      "aaa",
      "bbb",
    ]);
  });
});
