import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";

const ROOT = path.join(__dirname, "..", "..", "..");

export interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly if?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly "continue-on-error"?: boolean;
}

export interface WorkflowJob {
  readonly if?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly "timeout-minutes"?: number;
  readonly strategy?: { readonly matrix?: unknown };
  readonly steps: readonly Step[];
}

export interface Workflow {
  readonly on: unknown;
  readonly permissions: unknown;
  readonly concurrency?: { readonly group: string };
  readonly jobs: Readonly<Record<string, WorkflowJob>>;
}

export function readWorkflow(name: string): Workflow {
  return parse(fs.readFileSync(path.join(ROOT, ".github", "workflows", `${name}.yml`), "utf8")) as Workflow;
}

export interface JobRun {
  /** The folder in which steps run. */
  readonly workspace: string;
  /** Values of the expressions that the job uses, each spelled as in the file. An unknown one is a mistake. */
  readonly expressions: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  /** What an action does, by its name without version; left out: nothing. */
  readonly actions?: Readonly<Record<string, (step: Step, value: (text: string) => string) => void>>;
  /** Called when a step begins, with its process. */
  readonly onStep?: (run: string, kill: (signal: NodeJS.Signals) => void) => void;
}

export interface JobResult {
  readonly ok: boolean;
  /** Both outputs of all steps. */
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

/** Runs the steps of a job in their order, as a runner does: bash stops at the first error, and so do the steps. */
export async function runJob(job: WorkflowJob, run: JobRun): Promise<JobResult> {
  const state = fs.mkdtempSync(path.join(path.dirname(run.workspace), "runner-"));
  const stepOutputs = new Map<string, Record<string, string>>();
  const value = (text: string) =>
    text.replace(/\$\{\{\s*(.*?)\s*\}\}/g, (_all, expression: string) => expressionValue(expression, run, stepOutputs));
  let ok = true;
  let log = "";
  const summary = path.join(state, "summary");
  fs.writeFileSync(summary, "");
  for (const step of job.steps) {
    if (!shouldRun(step, ok, value)) continue;
    if (step.uses !== undefined) {
      try {
        run.actions?.[step.uses.split("@")[0]!]?.(step, value);
      } catch (error) {
        log += `${(error as Error).message}\n`;
        if (!step["continue-on-error"]) ok = false;
      }
      continue;
    }
    const output = path.join(state, "output");
    fs.writeFileSync(output, "");
    const env = Object.fromEntries(
      Object.entries({ ...job.env, ...step.env }).map(([name, text]) => [name, value(String(text))]),
    );
    const result = await bash(step.run!, run, {
      ...run.env,
      ...env,
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
    });
    log += result.log;
    if (result.code !== 0) ok = false;
    const lines = fs
      .readFileSync(output, "utf8")
      .split("\n")
      .filter((line) => line !== "");
    if (step.id) stepOutputs.set(step.id, Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2))));
  }
  const outputs = Object.fromEntries(Object.entries(job.outputs ?? {}).map(([name, text]) => [name, value(text)]));
  return { ok, log, outputs, summary: fs.readFileSync(summary, "utf8") };
}

/** Steps run as long as all went well, or where they say otherwise. */
function shouldRun({ if: condition }: Step, ok: boolean, value: (text: string) => string): boolean {
  if (condition === undefined) return ok;
  if (/^\$\{\{ !cancelled\(\) \}\}$/.test(condition)) return true;
  const [, left, operator, right] = /^(\S+) (==|!=) '(.*)'$/.exec(condition) ?? [];
  if (left === undefined) throw new Error(`unknown condition: ${condition}`);
  const equal = value(`\${{ ${left} }}`) === right;
  return ok && (operator === "==" ? equal : !equal);
}

function expressionValue(
  expression: string,
  run: JobRun,
  outputs: ReadonlyMap<string, Record<string, string>>,
): string {
  const [, id, name] = /^steps\.([\w-]+)\.outputs\.([\w-]+)$/.exec(expression) ?? [];
  if (id !== undefined && outputs.has(id)) return outputs.get(id)![name!] ?? "";
  const found = run.expressions[expression];
  if (found === undefined) {
    if (id !== undefined) return "";
    throw new Error(`no value for the expression: ${expression}`);
  }
  return found;
}

// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax: without `shell`, bash runs with -e.
function bash(
  script: string,
  run: JobRun,
  env: Readonly<Record<string, string>>,
): Promise<{ code: number; log: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn("bash", ["-e", "-c", script], { cwd: run.workspace, env: { ...env }, detached: true });
    run.onStep?.(script, (signal) => process.kill(-child.pid!, signal));
    let log = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", (text: string) => {
        log += text;
      });
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, log }));
  });
}
