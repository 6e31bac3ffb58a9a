import { found, Workbench } from "./workbench";

const terraform = found("6.50.0");

if ("reason" in terraform) {
  test.skip(`staging and prod were not run: ${terraform.reason}`, () => {});
} else {
  describe("the sample's other environments", () => {
    let bench: Workbench;
    beforeAll(async () => {
      bench = await Workbench.open(terraform);
    });
    afterAll(() => bench?.close());

    test.each(["staging", "prod"])(
      "%s is deployed as the inventory says, and a second plan is clean",
      async (stack) => {
        const deployed = await bench.deploy(stack);
        expect({ code: deployed.code, output: deployed.code === 0 ? "" : deployed.output }).toEqual({
          code: 0,
          output: "",
        });
        const planned = await bench.plan(stack);
        expect({ code: planned.code, output: planned.code === 0 ? "" : planned.output }).toEqual({
          code: 0,
          output: "",
        });
        expect(bench.snapshot(stack)).toEqual(await bench.seededSnapshot(stack));
        expect(await bench.wrongAnswers(stack)).toEqual([]);
      },
    );

    test("the adopted project keeps its name, parent, billing and labels", () => {
      const project = bench.cloud.store.project("gen-lang-client-0123456789");
      expect(project).toMatchObject({ name: "gen-lang-client-0123456789", labels: undefined });
    });

    test("a protected environment is not destroyed", async () => {
      const { code, output } = await bench.destroy("prod");
      expect(code).not.toBe(0);
      expect(output).toContain("Instance cannot be destroyed");
      expect(await bench.wrongAnswers("prod")).toEqual([]);
    });

    test("destroying an adopted environment leaves the project", async () => {
      const { code, output } = await bench.destroy("staging");
      expect({ code, output: code === 0 ? "" : output }).toEqual({ code: 0, output: "" });
      expect(bench.cloud.store.project("gen-lang-client-0123456789")?.lifecycleState).toBe("ACTIVE");
    });
  });
}
