import { deleteForgotten, recover } from "./recovery";
import { found, Workbench } from "./workbench";

const terraform = found("6.50.0");

if ("reason" in terraform) {
  test.skip(`what a killed deployment leaves behind was not run: ${terraform.reason}`, () => {});
} else {
  test("a first deployment that is killed half-way is completed as docs/recovery.md tells", async () => {
    const bench = await Workbench.open(terraform);
    try {
      let group = 0;
      let created = 0;
      const killed = await bench.deploy("dev", {
        onStart: (pid) => {
          group = pid;
        },
        onLine: (line) => {
          if (line.includes("Creation complete") && ++created === 20) process.kill(-group, "SIGKILL");
        },
      });
      expect(killed.code).toBe(1);
      expect(Object.keys(bench.resources("dev"))).toHaveLength(45);

      const steps: string[] = [];
      let deployed = await bench.deploy("dev");
      for (let attempt = 2; deployed.code !== 0 && attempt <= 6; attempt++) {
        steps.push(...(await recover(bench, "dev", deployed.output)));
        deployed = await bench.deploy("dev");
      }
      expect({ code: deployed.code, output: deployed.code === 0 ? "" : deployed.output }).toEqual({
        code: 0,
        output: "",
      });
      // Terraform had not written its state a single time, so that even the project has to be imported.
      expect(steps.slice(0, 2)).toEqual(["lock", "google_project.project"]);
      expect((await deleteForgotten(bench, "dev")).length).toBeGreaterThan(0);
      const planned = await bench.plan("dev");
      expect({ code: planned.code, output: planned.code === 0 ? "" : planned.output }).toEqual({ code: 0, output: "" });
      expect(bench.snapshot("dev")).toEqual(await bench.seededSnapshot("dev"));
      expect(await bench.wrongAnswers("dev")).toEqual([]);
    } finally {
      await bench.close();
    }
  });
}
