import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { PROGRAM_FILES } from "../scripts/program-files";
import { type Command, type Measurement, measure } from "./measure";
import { writeConfig } from "./write-config";
import { planOf } from "./write-plan";

const ROOT = path.join(__dirname, "..");

export interface ReviewResult {
  /** The sample with a change of its code and of one environment: each side is synthesized by its own code. */
  readonly otherCode: Measurement;
  /** The sample with a change of one environment. */
  readonly sameCode: Measurement;
  /** One of many environments is changed. */
  readonly oneOfMany: Measurement;
  readonly environments: number;
  readonly plan: Measurement;
  readonly planMegabytes: number;
}

/** Measures `gemkeys review`, with Node's own memory limits. Of two processes the larger is told. */
export function benchReview(environments: number, resources: number, runs: number, folder: string): ReviewResult {
  const plan = path.join(folder, "review-plan.json");
  fs.writeFileSync(plan, planOf(resources));
  const sample = sampleRepository(path.join(folder, "review-sample"), false);
  const changed = sampleRepository(path.join(folder, "review-code"), true);
  const many = manyRepository(path.join(folder, "review-many"), environments);
  const review = (program: string, cwd: string, ...args: string[]): Command => ({
    args: [path.join(program, "cli", "gemkeys.js"), "review", "--format", "json", ...args],
    cwd,
    env: {},
  });
  const [otherCode, sameCode, oneOfMany, ofPlan] = measure(
    [
      review(changed, changed, "--base", "main"),
      review(sample, sample, "--base", "main"),
      review(ROOT, many, "--base", "main"),
      review(ROOT, ROOT, "--plan", plan),
    ],
    runs,
    folder,
  );
  return {
    otherCode: otherCode!,
    sameCode: sameCode!,
    oneOfMany: oneOfMany!,
    environments,
    plan: ofPlan!,
    planMegabytes: fs.statSync(plan).size / 1e6,
  };
}

/** The program and the sample, and an environment that is changed and not committed. */
function sampleRepository(folder: string, changesCode: boolean): string {
  for (const name of [...PROGRAM_FILES, "config"])
    fs.cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true });
  commit(folder);
  fs.symlinkSync(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
  fs.appendFileSync(path.join(folder, ".git/info/exclude"), "node_modules\n");
  replace(path.join(folder, "config/environments/dev.yaml"), "203.0.113.99", "203.0.113.98");
  if (changesCode) fs.appendFileSync(path.join(folder, "stacks/build-app.ts"), "// changed\n");
  return folder;
}

/** Of so many environments of 10 keys, of which one is changed and not committed. */
export function manyRepository(folder: string, environments: number): string {
  writeConfig(path.join(folder, "config"), environments, 10);
  commit(folder);
  replace(path.join(folder, "config/environments/env-007.yaml"), "1.1.0.1", "9.9.9.9");
  return folder;
}

function replace(file: string, from: string, to: string): void {
  fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace(from, to));
}

function commit(folder: string): void {
  const identity = ["-c", "user.name=Bench", "-c", "user.email=bench@example.com", "-c", "commit.gpgsign=false"];
  for (const args of [
    ["init", "--quiet", "--initial-branch=main"],
    ["add", "--all"],
    [...identity, "commit", "--quiet", "--message", "first"],
  ]) {
    execFileSync("git", args, { cwd: folder });
  }
}
