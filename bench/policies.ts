import * as fs from "node:fs";
import * as path from "node:path";
import { type Command, type Measurement, measure, ratio } from "./measure";
import { planOf } from "./write-plan";

const ROOT = path.join(__dirname, "..");
const REGISTER = ["-r", "./register.js"];

export interface PoliciesResult {
  /** `gemkeys check` on the sample. */
  readonly sample: Measurement;
  /** The synthesis of many environments, and the same without policies. */
  readonly judged: Measurement;
  readonly unjudged: Measurement;
  /** Judged to unjudged, in processor time, of pairs that ran one after the other. */
  readonly judgedToUnjudged: number;
  readonly pairs: number;
  /** `gemkeys check --plan`, with Node's own memory limits. */
  readonly plan: Measurement;
  readonly planMegabytes: number;
}

/** Measures what the policies take, in processes of their own. */
export function benchPolicies(many: string, resources: number, runs: number, folder: string): PoliciesResult {
  const plan = path.join(folder, "plan.json");
  fs.writeFileSync(plan, planOf(resources));
  const check = (...args: string[]): Command => ({
    args: [path.join(ROOT, "cli", "gemkeys.js"), "check", "--fail-on", "never", ...args],
    cwd: ROOT,
    env: {},
  });
  const synth = (file: string): Command => ({
    args: [...REGISTER, file],
    cwd: ROOT,
    env: { GEMKEYS_CONFIG: many, CDKTF_OUTDIR: path.join(folder, path.basename(file)) },
  });
  const [sample, judged, unjudged, ofPlan] = measure(
    [check(), synth("main.ts"), synth("bench/unjudged.ts"), check("--plan", plan)],
    runs,
    folder,
  );
  const pairs = runs * 3;
  return {
    judgedToUnjudged: ratio(synth("main.ts"), synth("bench/unjudged.ts"), pairs, folder),
    pairs,
    sample: sample!,
    judged: judged!,
    unjudged: unjudged!,
    plan: ofPlan!,
    planMegabytes: fs.statSync(plan).size / 1e6,
  };
}
