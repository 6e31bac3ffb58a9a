import { DRILLS, DrilledCloud } from "../helpers/alert-drill";
import { found, Workbench } from "./workbench";

const PROJECT = "acme-gemini-dev";
const DEV = "environments/dev.yaml";

/**
 * The life of the sample's dev with one provider line: deployed, planned again, narrowed, rotated, retired, destroyed.
 * Skipped, and named so, where Terraform cannot install the provider.
 */
export function lifeOfDev(line: string): void {
  const terraform = found(line);
  if ("reason" in terraform) {
    test.skip(`hashicorp/google ${line} was not run: ${terraform.reason}`, () => {});
    return;
  }

  describe(`hashicorp/google ${terraform.providerVersion} with ${terraform.binary} ${terraform.version}`, () => {
    let bench: Workbench;
    beforeAll(async () => {
      bench = await Workbench.open(terraform);
    });
    afterAll(() => bench?.close());

    async function deploy(): Promise<void> {
      const { code, output } = await bench.deploy("dev");
      expect({ code, output: code === 0 ? "" : output }).toEqual({ code: 0, output: "" });
    }

    async function expectCleanPlan(): Promise<void> {
      const { code, output } = await bench.plan("dev");
      expect({ code, output: code === 0 ? "" : output }).toEqual({ code: 0, output: "" });
    }

    test("cdktf deploy makes what the inventory says, and a second plan is clean", async () => {
      await deploy();
      await expectCleanPlan();
      expect(bench.snapshot("dev")).toEqual(await bench.seededSnapshot("dev"));
    });

    test("the declared restrictions hold", async () => {
      expect(await bench.wrongAnswers("dev")).toEqual([]);
    });

    test("a key with two addresses works from those two and from no other", async () => {
      bench.edit(DEV, "allow: [tokyo-office]", "allow: [203.0.113.1, 203.0.113.9]");
      await deploy();
      const key = await bench.keyString(PROJECT, "chat-backend-g1");
      const statuses = await Promise.all(
        Array.from({ length: 256 }, async (_, i) => [`203.0.113.${i}`, await bench.call(key, `203.0.113.${i}`)]),
      );
      expect(statuses.filter(([, status]) => status === 200).map(([address]) => address)).toEqual([
        "203.0.113.1",
        "203.0.113.9",
      ]);
      expect(statuses.filter(([, status]) => status === 403)).toHaveLength(254);
      await expectCleanPlan();
    });

    test("a second generation is prepared: it exists, and nobody is given it", async () => {
      const first = "- { number: 1, created: 2026-11-01, phase: serving }";
      bench.edit(DEV, first, `${first}\n      - { number: 2, created: 2026-11-20, phase: prepared }`);
      await deploy();
      const [one, two] = await keyStrings();
      expect(one === two).toBe(false);
      expect((await bench.latest(PROJECT, "gemini-chat-backend")).value === one).toBe(true);
      expect(await bench.call(two, "203.0.113.1")).toBe(200);
    });

    test("it is published: latest is the second, the first still works", async () => {
      bench.edit(
        DEV,
        "phase: serving }\n      - { number: 2, created: 2026-11-20, phase: prepared }",
        "phase: draining }\n      - { number: 2, created: 2026-11-20, phase: serving }",
      );
      await deploy();
      const [one, two] = await keyStrings();
      expect((await bench.latest(PROJECT, "gemini-chat-backend")).value === two).toBe(true);
      expect(await bench.call(one, "203.0.113.1")).toBe(200);
      expect(bench.snapshot("dev")).toEqual(await bench.seededSnapshot("dev"));
    });

    test("the first is retired: its key no longer works, its version is disabled, latest is untouched", async () => {
      const [one, two] = await keyStrings();
      bench.edit(DEV, "- { number: 1, created: 2026-11-01, phase: draining }\n      ", "");
      await deploy();
      expect(await bench.call(one, "203.0.113.1")).toBe(400);
      expect(await bench.call(two, "203.0.113.1")).toBe(200);
      expect((await bench.latest(PROJECT, "gemini-chat-backend")).value === two).toBe(true);
      const versions = await fetch(
        `${bench.cloud.url}/sm/v1/projects/${PROJECT}/secrets/gemini-chat-backend/versions/1`,
      );
      expect(((await versions.json()) as { state: string }).state).toBe("DISABLED");
      await expectCleanPlan();
    });

    test("every alert that was deployed is raised by what it is for, and by nothing else", async () => {
      const cloud = new DrilledCloud(bench.cloud, PROJECT);
      const raised: [string, string[]][] = [];
      for (const drill of DRILLS) {
        cloud.forget();
        await drill.run(cloud);
        raised.push([drill.what, cloud.raised()]);
      }
      expect(raised).toEqual(DRILLS.map(({ what, raises }) => [what, raises]));
    });

    test("cdktf destroy leaves no key that works", async () => {
      const two = await bench.keyString(PROJECT, "chat-backend-g2");
      const { code, output } = await bench.destroy("dev");
      expect({ code, output: code === 0 ? "" : output }).toEqual({ code: 0, output: "" });
      expect(await bench.call(two, "203.0.113.1")).toBe(400);
    });

    test("nothing was asked that the local cloud does not know, and nothing went out but the token check", () => {
      expect(bench.cloud.unknownRoutes).toEqual([]);
      expect([...new Set(bench.cloud.connects)]).toEqual(["openidconnect.googleapis.com:443"]);
    });

    test("no key string is in what was printed or written", () => {
      const written = bench.written();
      expect(written).toContain("Creation complete");
      expect(bench.seenKeyStrings.size).toBe(2);
      expect([...bench.seenKeyStrings].filter((keyString) => written.includes(keyString)).length).toBe(0);
    });

    async function keyStrings(): Promise<[string, string]> {
      return [await bench.keyString(PROJECT, "chat-backend-g1"), await bench.keyString(PROJECT, "chat-backend-g2")];
    }
  });
}
