import * as fs from "node:fs";
import { found, type Run, Workbench } from "./workbench";

const terraform = found("6.50.0");
const BUCKET = "acme-gemini-state";
const LOCAL = { GEMKEYS_BOOTSTRAP_STATE: "local" };

if ("reason" in terraform) {
  test.skip(`bootstrap was not run: ${terraform.reason}`, () => {});
} else {
  describe("bootstrap, before which there is neither admin project nor state bucket", () => {
    let bench: Workbench;
    beforeAll(async () => {
      bench = await Workbench.open(terraform, { adminProject: undefined, stateBucket: undefined });
      bench.edit(
        "organization.yaml",
        "bootstrap: { encryptState: {} }",
        "bootstrap: { protected: false, encryptState: {} }",
      );
    });
    afterAll(() => bench?.close());

    async function deploy(stack: string, run: Run = {}): Promise<void> {
      const { code, output } = await bench.deploy(stack, run);
      expect({ code, output: code === 0 ? "" : output }).toEqual({ code: 0, output: "" });
    }

    async function expectCleanPlan(stack: string): Promise<void> {
      const { code, output } = await bench.plan(stack);
      expect({ code, output: code === 0 ? "" : output }).toEqual({ code: 0, output: "" });
    }

    test("the first deployment keeps its state in a file, and a second plan is clean", async () => {
      await deploy("bootstrap", { env: LOCAL });
      expect(fs.existsSync(bench.file("terraform.bootstrap.tfstate"))).toBe(true);
      await expectCleanPlan("bootstrap");
    });

    test("the state moves into the bucket it made", async () => {
      await deploy("bootstrap", { args: ["--migrate-state"] });
      fs.rmSync(bench.file("terraform.bootstrap.tfstate"));
      await expectCleanPlan("bootstrap");
    });
  });
}
