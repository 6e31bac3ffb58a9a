import { billingAccount, type Client, createProject, errorBody, project, projectNumber, startClient } from "./client";

let client: Client;
beforeEach(async () => {
  client = await startClient();
  await createProject(client, project, []);
});
afterEach(() => client.close());

const services = `/su/v1/projects/${project}/services`;

async function enabled(query = ""): Promise<string[]> {
  const { body } = await client.get(`${services}?filter=state%3AENABLED${query}`);
  return body.services.map(({ name }: { name: string }) => name.split("/").pop());
}

test("enables, lists, shows and disables a service", async () => {
  const number = projectNumber(client);
  const service = {
    name: `projects/${number}/services/apikeys.googleapis.com`,
    config: { name: "apikeys.googleapis.com", title: "API Keys API" },
    state: "ENABLED",
    parent: `projects/${number}`,
  };
  const answer = await client.post(`${services}/apikeys.googleapis.com:enable`, {});
  expect(answer.body).toEqual({
    name: expect.stringMatching(/^operations\/acf\.p2-\d+$/),
    done: true,
    response: { "@type": "type.googleapis.com/google.api.serviceusage.v1.EnableServiceResponse", service },
  });
  expect((await client.get(`${services}/apikeys.googleapis.com`)).body).toEqual(service);
  expect(await enabled()).toEqual(["apikeys.googleapis.com"]);
  const again = await client.post(`${services}/apikeys.googleapis.com:enable`, {});
  expect(again.body).toMatchObject({ name: "operations/noop.DONE_OPERATION", done: true, response: { service } });
  const disabled = await client.post(`${services}/apikeys.googleapis.com:disable`, { disableDependentServices: true });
  expect(disabled.body).toMatchObject({ done: true, response: { service: { ...service, state: "DISABLED" } } });
  expect(await enabled()).toEqual([]);
  const twice = await client.post(`${services}/apikeys.googleapis.com:disable`, {});
  const message = `Service apikeys.googleapis.com is not enabled for project ${number}.`;
  expect(twice.body).toEqual(errorBody(400, "FAILED_PRECONDITION", message, "failedPrecondition"));
});

test("enables up to 20 services in one call", async () => {
  const ids = Array.from({ length: 21 }, (_, index) => `service${index}.googleapis.com`);
  expect((await client.post(`${services}:batchEnable`, { serviceIds: ids.slice(0, 20) })).status).toBe(200);
  expect(await enabled("&pageSize=200")).toHaveLength(20);
  const message = "Between 1 and 20 services can be enabled in one call, got: 21.";
  const refused = errorBody(400, "INVALID_ARGUMENT", message, "badRequest");
  expect((await client.post(`${services}:batchEnable`, { serviceIds: ids })).body).toEqual(refused);
});

test("lists in pages, with and without a filter", async () => {
  await client.post(`${services}:batchEnable`, { serviceIds: ["apikeys.googleapis.com", "iam.googleapis.com"] });
  const first = await client.get(`${services}?filter=state:ENABLED&pageSize=1`);
  expect(first.body.services).toHaveLength(1);
  expect(await enabled(`&pageSize=1&pageToken=${first.body.nextPageToken}`)).toEqual(["iam.googleapis.com"]);
  expect((await client.get(`${services}?filter=state:DISABLED&pageToken=${first.body.nextPageToken}`)).status).toBe(
    400,
  );
  expect((await client.get(`${services}?pageSize=200`)).body.services.length).toBeGreaterThan(10);
  expect((await client.get(`${services}?filter=name:x`)).status).toBe(400);
});

test("shows several services at once", async () => {
  const names = ["iam", "apikeys"].map((name) => `names=projects/${project}/services/${name}.googleapis.com`);
  const { body } = await client.get(`${services}:batchGet?${names.join("&")}`);
  expect(body.services.map(({ state }: { state: string }) => state)).toEqual(["DISABLED", "DISABLED"]);
});

test("refuses the project the provider asks for on purpose, in Google's words", async () => {
  const answer = await client.get("/su/v1/projects/00000000000/services/serviceusage.googleapis.com");
  const message = "Project '00000000000' not found or permission denied.";
  expect([answer.status, answer.body]).toEqual([403, errorBody(403, "PERMISSION_DENIED", message, "forbidden")]);
});

test("refuses a deleted project and what is no Google service", async () => {
  expect((await client.post(`${services}/example.com:enable`, {})).body).toEqual(
    errorBody(403, "PERMISSION_DENIED", "Service 'example.com' not found or permission denied.", "forbidden"),
  );
  await client.delete(`/crm/v1/projects/${project}`);
  const message = `Project '${project}' not found or permission denied.`;
  expect((await client.get(services)).body).toEqual(errorBody(403, "PERMISSION_DENIED", message, "forbidden"));
});

test("enables Compute only where somebody pays", async () => {
  const answer = await client.post(`${services}/compute.googleapis.com:enable`, {});
  const number = projectNumber(client);
  const message =
    `Billing account for project '${number}' is not found. Billing must be enabled for activation of ` +
    "service(s) 'compute.googleapis.com' to proceed.";
  const details = [
    {
      "@type": "type.googleapis.com/google.rpc.PreconditionFailure",
      violations: [
        {
          type: "googleapis.com/billing-enabled",
          subject: `?error_code=390001&project=${number}&services=compute.googleapis.com`,
        },
      ],
    },
    {
      "@type": "type.googleapis.com/google.rpc.ErrorInfo",
      reason: "UREQ_PROJECT_BILLING_NOT_FOUND",
      domain: "serviceusage.googleapis.com/billing-enabled",
      metadata: { project: number, services: "compute.googleapis.com" },
    },
  ];
  expect(answer.body).toEqual(errorBody(400, "FAILED_PRECONDITION", message, "failedPrecondition", details));
  const billingAccountName = `billingAccounts/${billingAccount}`;
  await client.put(`/billing/v1/projects/${project}/billingInfo`, { billingAccountName });
  expect((await client.post(`${services}/compute.googleapis.com:enable`, {})).status).toBe(200);
  const network = `/compute/compute/v1/projects/${project}/global/networks/default`;
  const missing = `The resource 'projects/${project}/global/networks/default' was not found`;
  expect((await client.get(network)).body).toEqual(errorBody(404, "NOT_FOUND", missing, "notFound"));
});

describe("an API that is not enabled", () => {
  const disabled = (number: string, api: string, title: string) => {
    const url = `https://console.developers.google.com/apis/api/${api}/overview?project=${number}`;
    const message =
      `${title} has not been used in project ${number} before or it is disabled. Enable it by visiting ${url} then retry. ` +
      "If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.";
    const consumer = `projects/${number}`;
    return {
      error: {
        code: 403,
        message,
        status: "PERMISSION_DENIED",
        errors: [{ domain: "usageLimits", reason: "accessNotConfigured", message }],
        details: [
          {
            "@type": "type.googleapis.com/google.rpc.Help",
            links: [{ description: "Google developers console API activation", url }],
          },
          {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            reason: "SERVICE_DISABLED",
            domain: "googleapis.com",
            metadata: { service: api, serviceTitle: title, consumer, containerInfo: number, activationUrl: url },
          },
        ],
      },
    };
  };

  test.each([
    ["GET", `/apikeys/v2/projects/${project}/locations/global/keys`, "apikeys.googleapis.com", "API Keys API"],
    ["GET", `/sm/v1/projects/${project}/secrets`, "secretmanager.googleapis.com", "Secret Manager API"],
    [
      "GET",
      `/iam/v1/projects/${project}/serviceAccounts`,
      "iam.googleapis.com",
      "Identity and Access Management (IAM) API",
    ],
    [
      "GET",
      `/iambeta/v1/projects/${project}/serviceAccounts`,
      "iam.googleapis.com",
      "Identity and Access Management (IAM) API",
    ],
    ["GET", `/mon/v3/projects/${project}/notificationChannels`, "monitoring.googleapis.com", "Cloud Monitoring API"],
    ["GET", `/pubsub/v1/projects/${project}/topics`, "pubsub.googleapis.com", "Cloud Pub/Sub API"],
    [
      "GET",
      `/compute/compute/v1/projects/${project}/global/networks/default`,
      "compute.googleapis.com",
      "Compute Engine API",
    ],
  ])("%s %s", async (method, path, api, title) => {
    const answer = await client.send(method, path);
    expect([answer.status, answer.body]).toEqual([403, disabled(projectNumber(client), api, title)]);
  });

  test("is refused for the project a call is charged to as well", async () => {
    const answer = await client.get(`/billing/v1/billingAccounts/${billingAccount}`, {
      "X-Goog-User-Project": project,
    });
    expect(answer.body).toEqual(disabled(projectNumber(client), "cloudbilling.googleapis.com", "Cloud Billing API"));
    const fine = { "X-Goog-User-Project": "seed-project" };
    expect((await client.get(`/billing/v1/billingAccounts/${billingAccount}`, fine)).status).toBe(200);
    const unknown = { "X-Goog-User-Project": "who-knows" };
    expect((await client.get(`/billing/v1/billingAccounts/${billingAccount}`, unknown)).status).toBe(200);
  });

  test("is no matter for a project that does not exist or is deleted", async () => {
    const info = (consumer: string) => ({
      "@type": "type.googleapis.com/google.rpc.ErrorInfo",
      reason: "CONSUMER_INVALID",
      domain: "googleapis.com",
      metadata: { service: "secretmanager.googleapis.com", consumer },
    });
    const unknown = await client.get("/sm/v1/projects/who-knows/secrets");
    expect(unknown.body).toEqual(
      errorBody(403, "PERMISSION_DENIED", "Permission denied on resource project who-knows.", "forbidden", [
        info("projects/who-knows"),
      ]),
    );
    const number = projectNumber(client);
    await client.delete(`/crm/v1/projects/${project}`);
    const deleted = await client.get(`/sm/v1/projects/${project}/secrets`);
    const message = `Project #${number} has been deleted.`;
    expect(deleted.body).toEqual(
      errorBody(403, "PERMISSION_DENIED", message, "forbidden", [info(`projects/${number}`)]),
    );
  });
});
