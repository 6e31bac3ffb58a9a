import { found, Workbench } from "./workbench";

const terraform = found("6.50.0");
const ADMIN = "acme-gemini-admin";
const LOCAL = { GEMKEYS_BOOTSTRAP_STATE: "local" };

if ("reason" in terraform) {
  test.skip(`an adopted bootstrap was not run: ${terraform.reason}`, () => {});
} else {
  test("a protected one refuses to be destroyed, and one that is adopted keeps what it was", async () => {
    const bench = await Workbench.open(terraform, { stateBucket: undefined });
    try {
      const before = { ...bench.cloud.store.project(ADMIN)! };
      bench.edit("organization.yaml", "bootstrap: {", "bootstrap: { adopt: true,");
      const deployed = await bench.deploy("bootstrap", { env: LOCAL });
      expect({ code: deployed.code, output: deployed.code === 0 ? "" : deployed.output }).toEqual({
        code: 0,
        output: "",
      });
      expect(bench.cloud.store.project(ADMIN)).toEqual(before);
      expect((await bench.plan("bootstrap")).code).toBe(0);
      const { code, output } = await bench.plan("bootstrap", ["-destroy"]);
      expect(code).toBe(1);
      const refused = output.replace(/[│\s]+/g, " ").matchAll(/Resource (\S+) has lifecycle.prevent_destroy set/g);
      expect([...refused].map(([, address]) => address).sort()).toEqual(["google_storage_bucket.state"]);
      expect(bench.cloud.unknownRoutes).toEqual([]);
    } finally {
      await bench.close();
    }
  });
}

describe.each(["~> 7.45", "~> 8.0"])("hashicorp/google %s", (line) => {
  const other = found(line);
  if ("reason" in other) {
    test.skip(`was not run: ${other.reason}`, () => {});
    return;
  }

  test("bootstrap in a folder is deployed, planned cleanly and destroyed", async () => {
    const parent = "folders/345678901234";
    const bench = await Workbench.open(other, { adminProject: undefined, stateBucket: undefined, parent });
    try {
      bench.edit("organization.yaml", "organizations/123456789012", parent);
      bench.edit("organization.yaml", "bootstrap: {", "bootstrap: { protected: false,");
      for (const run of [() => bench.deploy("bootstrap", { env: LOCAL }), () => bench.plan("bootstrap")]) {
        const { code, output } = await run();
        expect({ code, output: code === 0 ? "" : output }).toEqual({ code: 0, output: "" });
      }
      const policy = await fetch(`${bench.cloud.url}/crm/v3/${parent}:getIamPolicy`, { method: "POST" });
      expect(((await policy.json()) as { bindings: unknown }).bindings).toEqual([
        {
          role: "roles/resourcemanager.projectCreator",
          members: [`serviceAccount:gemkeys-deployer@${ADMIN}.iam.gserviceaccount.com`],
        },
      ]);
      const { code, output } = await bench.destroy("bootstrap", { env: LOCAL });
      expect({ code, output: code === 0 ? "" : output }).toEqual({ code: 0, output: "" });
      expect(bench.cloud.unknownRoutes).toEqual([]);
    } finally {
      await bench.close();
    }
  });
});
