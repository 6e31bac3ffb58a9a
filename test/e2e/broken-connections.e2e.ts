import { found, Workbench } from "./workbench";

const PROJECT = "acme-gemini-dev";
const DEV = "environments/dev.yaml";
const terraform = found("~> 8.0");

if ("reason" in terraform) {
  test.skip(`what a broken connection does was not run: ${terraform.reason}`, () => {});
} else {
  describe("a deploy of dev", () => {
    let bench: Workbench;
    beforeAll(async () => {
      bench = await Workbench.open(terraform);
    });
    afterAll(() => bench?.close());

    async function expectDeployed(): Promise<void> {
      const deployed = await bench.deploy("dev");
      expect({ code: deployed.code, output: deployed.code === 0 ? "" : deployed.output }).toEqual({
        code: 0,
        output: "",
      });
      bench.cloud.clearFaults();
      const planned = await bench.plan("dev");
      expect({ code: planned.code, output: planned.code === 0 ? "" : planned.output }).toEqual({ code: 0, output: "" });
      expect(bench.snapshot("dev")).toEqual(await bench.seededSnapshot("dev"));
    }

    test("gets over services that are away for a moment and quotas that are used up", async () => {
      bench.cloud.setFaults([
        { service: "apikeys", status: 503, rate: 0.2, seed: 1 },
        { service: "apikeys", method: "POST", reset: true, after: false, times: 1 },
        { service: "sm", status: 429, times: 2 },
        { service: "su", status: 503, times: 2 },
        { latencyMs: 20 },
      ]);
      await expectDeployed();
    });

    test("does not get over a new key whose answer was lost, until the key is imported", async () => {
      const first = "- { number: 1, created: 2026-11-01, phase: serving }";
      bench.edit(DEV, first, `${first}\n      - { number: 2, created: 2026-11-20, phase: prepared }`);
      bench.cloud.setFaults([{ service: "apikeys", method: "POST", reset: true, after: true, times: 1 }]);
      for (const attempt of ["the first", "and every other"]) {
        const { code, output } = await bench.deploy("dev");
        expect([attempt, code]).toEqual([attempt, 1]);
        expect(output).toContain("Resource already exists - apply blocked by lifecycle params");
      }
      const imported = await bench.import(
        "dev",
        "google_apikeys_key.key-chat-backend_g2",
        `projects/${PROJECT}/locations/global/keys/chat-backend-g2`,
      );
      expect({ code: imported.code, output: imported.code === 0 ? "" : imported.output }).toEqual({
        code: 0,
        output: "",
      });
      await expectDeployed();
      const keyString = await bench.keyString(PROJECT, "chat-backend-g2");
      expect(bench.written().includes(keyString)).toBe(false);
    });
  });
}
