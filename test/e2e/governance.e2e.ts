import { found, Workbench } from "./workbench";

const PROJECT = "acme-gemini-prod";
const PROD = "environments/prod.yaml";
const DEPLOYER = "gemkeys-deployer@acme-gemini-admin.iam.gserviceaccount.com";
const PLANNER = "gemkeys-planner@acme-gemini-admin.iam.gserviceaccount.com";
const TICKETS = "tickets@acme-apps.iam.gserviceaccount.com";
const ARCHIVE = "archive@acme-apps.iam.gserviceaccount.com";
/** Whoever turns the logs on changes what is logged: the one alert a first deployment raises. */
const LOGS_TURNED_ON = "What is logged was changed";

describe.each(["6.50.0", "~> 7.45", "~> 8.0"])("hashicorp/google %s", (line) => {
  const terraform = found(line);
  if ("reason" in terraform) {
    test.skip(`was not run: ${terraform.reason}`, () => {});
    return;
  }

  describe("the sample's prod, unprotected, with everything that governs it", () => {
    let bench: Workbench;
    beforeAll(async () => {
      bench = await Workbench.open(terraform);
      bench.caller = DEPLOYER;
      const waiver = "{ rule: GEMKEY-PROJ-01, reason: It is destroyed here, until: 9999-12-31, by: test@example.com }";
      bench.edit(PROD, /protected: true.*/, `protected: false\nwaive: [${waiver}]`);
      bench.edit(PROD, "quotas:", "allowServiceAccountKeys: true\nquotas:");
    });
    afterAll(() => bench?.close());

    async function deploy(): Promise<void> {
      const { code, output } = await bench.deploy("prod");
      expect({ code, output: code === 0 ? "" : output }).toEqual({ code: 0, output: "" });
    }

    async function expectCleanPlan(): Promise<void> {
      bench.caller = PLANNER;
      const { code, output } = await bench.plan("prod", ["-lock=false"]);
      bench.caller = DEPLOYER;
      expect({ code, output: code === 0 ? "" : output }).toEqual({ code: 0, output: "" });
    }

    /** What the local cloud has at a path. */
    // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
    async function cloud(path: string, method = "GET", body?: object, caller = DEPLOYER): Promise<any> {
      const answer = await fetch(`${bench.cloud.url}/${path}`, {
        method,
        headers: { authorization: `Bearer local-cloud/${caller}`, "content-type": "application/json" },
        ...(body && { body: JSON.stringify(body) }),
      });
      expect([path, answer.status]).toEqual([path, 200]);
      return answer.json();
    }

    async function policy(id: string): Promise<{ conditions: object[]; notificationChannels: string[] }> {
      const { alertPolicies } = await cloud(`mon/v3/projects/${PROJECT}/alertPolicies`);
      return alertPolicies.find(({ displayName }: { displayName: string }) => displayName.endsWith(`(${id})`));
    }

    /** The titles of the alerts that would be open, each once. */
    function alerts(): string[] {
      const { alerts, notEvaluated } = bench.cloud.alerts(PROJECT);
      expect(notEvaluated).toEqual([]);
      return [...new Set(alerts.map(({ condition }) => condition))].sort();
    }

    const read = (caller: string) =>
      cloud(`sm/v1/projects/${PROJECT}/secrets/gemini-summaries/versions/latest:access`, "GET", undefined, caller);

    test("it is deployed and planned again cleanly, and neither raises an alert but that of the logs turned on", async () => {
      await deploy();
      await expectCleanPlan();
      expect(alerts()).toEqual([LOGS_TURNED_ON]);
    });

    if (line === "6.50.0") {
      test("a reader raises no alert, somebody else does", async () => {
        await read(TICKETS);
        expect(alerts()).toEqual([LOGS_TURNED_ON]);
        await read(ARCHIVE);
        expect(alerts()).toEqual(["A secret was read by somebody who is not among its readers", LOGS_TURNED_ON]);
      });

      test("what governs it is changed, by a channel made elsewhere too, and a second plan is clean", async () => {
        const { name } = await cloud(`mon/v3/projects/${PROJECT}/notificationChannels`, "POST", {
          type: "slack",
          labels: { channel_name: "#gemini" },
        });
        bench.edit(PROD, "[gemini-oncall@example.com]", `[gemini-oncall@example.com]\n    channels: [${name}]`);
        bench.edit(PROD, "rateLimited: 2,", "rateLimited: 7,");
        bench.edit(PROD, "keepLogs: 400d", "keepLogs: 90d");
        bench.edit(PROD, "limit: 50000", "limit: 40000");
        bench.edit(PROD, "operators: [", "operators: [user:carol@example.com, ");
        bench.edit(PROD, `[serviceAccount:${TICKETS}]`, `[serviceAccount:${TICKETS}, serviceAccount:${ARCHIVE}]`);
        bench.edit(
          "organization.yaml",
          "teams:",
          "extraPermissions: { developers: [logging.logEntries.list] }\nteams:",
        );
        await deploy();
        await expectCleanPlan();
        expect((await policy("rate-limited")).notificationChannels).toContain(name);
        expect(JSON.stringify((await policy("rate-limited")).conditions)).toContain("> 0.07 and");
        expect(JSON.stringify((await policy("secret-read")).conditions)).toContain(ARCHIVE);
        const bucket = await cloud(`log/v2/projects/${PROJECT}/locations/global/buckets/gemkeys-audit`);
        expect(bucket.retentionDays).toBe(90);
        const { quotaPreferences } = await cloud(`quotas/v1/projects/${PROJECT}/locations/global/quotaPreferences`);
        expect(quotaPreferences.map((one: { quotaConfig: object }) => one.quotaConfig)).toMatchObject([
          { preferredValue: "40000" },
        ]);
        const { bindings } = await cloud(`crm/v1/projects/${PROJECT}:getIamPolicy`, "POST", {});
        expect(JSON.stringify(bindings)).toContain("user:carol@example.com");
        const { includedPermissions } = await cloud(`iam/v1/projects/${PROJECT}/roles/gemkeysDeveloper`);
        expect(includedPermissions).toContain("logging.logEntries.list");
      });

      test("the new reader raises no further alert, and those of before are closed after a day", async () => {
        bench.cloud.advance(24 * 3600 * 1000 + 1);
        expect(alerts()).toEqual([]);
        await read(ARCHIVE);
        expect(alerts()).toEqual([]);
      });
    }

    test("it is destroyed", async () => {
      const { code, output } = await bench.destroy("prod");
      expect({ code, output: code === 0 ? "" : output }).toEqual({ code: 0, output: "" });
      expect(bench.cloud.store.project(PROJECT)?.lifecycleState).toBe("DELETE_REQUESTED");
      expect(bench.cloud.unknownRoutes).toEqual([]);
    });
  });
});
