import { found, Workbench } from "./workbench";

const terraform = found("6.50.0");

if ("reason" in terraform) {
  test.skip(`staging and prod were not run: ${terraform.reason}`, () => {});
} else {
  describe("the sample's other environments", () => {
    let bench: Workbench;
    let before: unknown;

    function adopted(): unknown {
      const { name, parent, labels, billingAccount } = bench.cloud.store.project("gen-lang-client-0123456789")!;
      return { name, parent, labels, billingAccount };
    }

    beforeAll(async () => {
      bench = await Workbench.open(terraform);
      before = adopted();
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
      expect(adopted()).toEqual(before);
    });

    test("a protected environment is not destroyed", async () => {
      expect((await bench.destroy("prod")).code).not.toBe(0);
      const { code, output } = await bench.plan("prod", ["-destroy"]);
      expect(code).toBe(1);
      const refused = output.replace(/[│\s]+/g, " ").matchAll(/Resource (\S+) has lifecycle.prevent_destroy set/g);
      // Terraform stops at the serving keys, and comes to the project only without them.
      expect([...refused].map(([, address]) => address).sort()).toEqual([
        "google_apikeys_key.key-batch-embeddings_g1",
        "google_apikeys_key.key-chat-backend_g1",
        "google_apikeys_key.key-summaries_g3",
      ]);
      expect(await bench.wrongAnswers("prod")).toEqual([]);
    });

    test("destroying an adopted environment leaves the project", async () => {
      const { code, output } = await bench.destroy("staging");
      expect({ code, output: code === 0 ? "" : output }).toEqual({ code: 0, output: "" });
      expect(bench.cloud.store.project("gen-lang-client-0123456789")?.lifecycleState).toBe("ACTIVE");
    });
  });

  test("an organization without billing is deployed on the free tier", async () => {
    const bench = await Workbench.open(terraform);
    try {
      bench.edit("organization.yaml", /billingAccount: .*\n/, "");
      bench.edit("organization.yaml", /bootstrap: .*\n/, "deployers: [user:local-user@example.com]\n");
      for (const name of ["dev", "staging", "prod"]) bench.edit(`environments/${name}.yaml`, /budget:\n( .*\n)+/, "");
      const { code, output } = await bench.deploy("dev");
      expect({ code, output: code === 0 ? "" : output }).toEqual({ code: 0, output: "" });
      expect((await bench.plan("dev")).code).toBe(0);
      expect(await bench.wrongAnswers("dev")).toEqual([]);
    } finally {
      await bench.close();
    }
  });
}
