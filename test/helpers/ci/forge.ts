import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { effectsOf } from "../../../ci/effects";
import { ENVIRONMENT, type Files, files, ORGANIZATION } from "../config-folder";
import { TestRepository } from "../git-repository";
import { GitHubServer } from "../github-server";
import { reviewOf } from "../review";
import { type JobResult, type JobRun, readWorkflow, runJob, type Step } from "./workflow";

const ROOT = path.join(__dirname, "..", "..", "..");
const REPOSITORY = "acme/gemini-keys";

export const environment = (name: string) => ENVIRONMENT.replaceAll("acme-gemini-prod", `acme-gemini-${name}`);

export interface Pull {
  readonly number: number;
  readonly head: string;
  readonly base: string;
  readonly branch: string;
  /** `owner/name` of the head. */
  readonly from: string;
}

/** GitHub with one repository, its runners and its API, all on this machine. */
export class Forge {
  readonly server = new GitHubServer();
  readonly origin: TestRepository;
  /** Stacks that Terraform is to plan, and what it was called for. */
  readonly world: string;
  /** Files of artifacts, by run and name. */
  private readonly artifacts = new Map<string, Map<string, Buffer>>();
  private readonly folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), "gemkeys-forge-"));
  private readonly bin: string;
  private runs = 0;

  private constructor(content: Files) {
    this.origin = TestRepository.create("origin", "config", content);
    this.bin = this.make("bin");
    this.world = this.make("world");
    this.program("npm", "exit 0");
    this.program("terraform", `exec "${process.execPath}" "${ROOT}/test/helpers/ci/fake-terraform.js" "$@"`);
    this.program(
      "npx",
      `node="${process.execPath}"
[ "$1" = cdktf ] && exit 0
shift
exec "$node" "${ROOT}/cli/gemkeys.js" "$@"`,
    );
  }

  static async start(
    content: Files = files({
      "organization.yaml": `${ORGANIZATION}deployOrder: [dev, prod]\n`,
      "environments/dev.yaml": environment("dev"),
    }),
  ): Promise<Forge> {
    const forge = new Forge(content);
    await forge.server.start();
    return forge;
  }

  async stop(): Promise<void> {
    await this.server.stop();
    this.origin.remove();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  /** Opens a pull request with changed files of the configuration, or with what `change` does in a checkout. */
  open(number: number, change: Files | ((repository: TestRepository) => void), from = REPOSITORY): Pull {
    const branch = `change-${number}`;
    const base = this.origin.git("rev-parse", "main");
    this.origin.git("checkout", "--quiet", "-b", `${branch}-work`, "main");
    if (typeof change === "function") change(this.origin);
    else this.origin.write(change);
    const head = this.origin.commit(`change ${number}`);
    this.origin.git("update-ref", `refs/pull/${number}/head`, head);
    this.origin.git("checkout", "--quiet", "--force", "main");
    this.server.pulls.push({ number, headSha: head, headRepo: from, headBranch: branch });
    return { number, head, base, branch, from };
  }

  /** Pushes another commit over the head. */
  forcePush(pull: Pull, change: Files): Pull {
    this.origin.git("checkout", "--quiet", "--force", "--detach", pull.base);
    this.origin.write(change);
    const head = this.origin.commit("again");
    this.origin.git("update-ref", `refs/pull/${pull.number}/head`, head);
    this.origin.git("checkout", "--quiet", "--force", "main");
    this.server.pulls.find(({ number }) => number === pull.number)!.headSha = head;
    return { ...pull, head };
  }

  /** Merges, as a merge commit. @returns what the push tells. */
  merge(pull: Pull): { readonly before: string; readonly sha: string } {
    const before = this.origin.git("rev-parse", "main");
    this.origin.git("merge", "--quiet", "--no-ff", "--message", `merge ${pull.number}`, pull.head);
    const sha = this.origin.git("rev-parse", "main");
    const stored = this.server.pulls.find(({ number }) => number === pull.number)!;
    Object.assign(stored, { open: false, merged: { sha, base: "main" } });
    return { before, sha };
  }

  /** Runs the job of the preview. */
  async preview(pull: Pull): Promise<JobResult & { readonly run: number; readonly workspace: string }> {
    const run = ++this.runs;
    const workspace = this.make(`preview-${run}`);
    const result = await runJob(readWorkflow("preview").jobs["review"]!, {
      workspace,
      expressions: {
        "github.event.pull_request.base.sha": pull.base,
        "github.token": "ghs_fake",
        "github.event.pull_request.head.repo.full_name != github.repository && 'yes' || ''":
          pull.from === REPOSITORY ? "" : "yes",
      },
      env: this.env(pullEvent(pull), workspace),
      actions: { ...this.actions(run, workspace), "actions/checkout": () => this.checkout(workspace, pull.base) },
    });
    return { ...result, run, workspace };
  }

  /** Runs the job that comments on a run. @param conclusion undefined: it begins. */
  comment(
    pull: Pull,
    run: number,
    conclusion?: "success" | "failure",
    workflow: "preview" | "plan" = "preview",
  ): Promise<JobResult> {
    const workspace = this.make(`comment-${++this.runs}`);
    const event = {
      action: conclusion ? "completed" : "requested",
      repository: { full_name: REPOSITORY, html_url: `https://github.com/${REPOSITORY}` },
      workflow_run: {
        id: run,
        path: `.github/workflows/${workflow}.yml`,
        event: "pull_request",
        head_sha: pull.head,
        head_branch: pull.branch,
        head_repository: { full_name: pull.from },
        status: conclusion ? "completed" : "in_progress",
        conclusion: conclusion ?? null,
        pull_requests: [],
      },
    };
    return runJob(readWorkflow("comment").jobs["comment"]!, {
      workspace,
      expressions: {
        "github.event.action": event.action,
        "github.event.workflow_run.id": String(run),
        "github.token": "ghs_fake",
        "runner.temp": path.join(workspace, "temp"),
      },
      env: this.env(event, workspace),
      actions: { ...this.actions(run, workspace), "actions/checkout": () => this.checkout(workspace, "main") },
    });
  }

  /** Runs the first job of plan and one for each entry of its matrix. */
  async plan(
    pull: Pull,
  ): Promise<{ readonly run: number; readonly log: string; readonly count: string; readonly ok: boolean }> {
    const run = ++this.runs;
    const { jobs } = readWorkflow("plan");
    const merged = () => {
      const workspace = this.make(`plan-${++this.runs}`);
      this.checkout(workspace, pull.base, 0);
      this.git(workspace, "merge", "--quiet", "--no-ff", "--message", "merge", pull.head);
      return workspace;
    };
    const first = merged();
    const env = (workspace: string) => this.env(pullEvent(pull), workspace);
    const stacks = await runJob(jobs["stacks"]!, { workspace: first, expressions: {}, env: env(first) });
    let { log, ok } = stacks;
    const { include } = JSON.parse(stacks.outputs["matrix"] || '{"include":[]}') as Matrix;
    for (const [index, entry] of include.entries()) {
      const workspace = merged();
      this.synthesize(workspace, entry.stacks);
      const job = await runJob(jobs["plan"]!, {
        workspace,
        expressions: {
          "matrix.stacks": entry.stacks,
          "strategy.job-index": String(index),
          "vars.GEMKEYS_PLANNER_PROVIDER": "provider",
          "vars.GEMKEYS_PLANNER": "planner",
        },
        env: env(workspace),
        actions: this.actions(run, workspace),
      });
      log += job.log;
      ok &&= job.ok;
    }
    this.ended(run, pull, ok);
    return { run, log, count: stacks.outputs["count"] ?? "", ok };
  }

  /** Leaves what a run of plan would. */
  planned(pull: Pull, stacks: readonly string[]): void {
    const run = ++this.runs;
    for (const stack of stacks) {
      const effects = effectsOf(stack, fs.readFileSync(path.join(this.world, `${stack}.json`), "utf8"));
      const review = reviewOf([stack]);
      const artifact = {
        formatVersion: 1,
        kind: "plan",
        pullRequest: pull.number,
        head: pull.head,
        stack,
        effects,
        review,
      };
      this.forge(run, `${stack}.json`, JSON.stringify(artifact), `gemkeys-plan-${stack}`);
    }
    this.ended(run, pull, true);
  }

  private ended(run: number, pull: Pull, ok: boolean): void {
    this.server.runs.push({
      id: run,
      head_sha: pull.head,
      path: ".github/workflows/plan.yml",
      event: "pull_request",
      status: "completed",
      conclusion: ok ? "success" : "failure",
      head_repository: { full_name: pull.from },
    });
  }

  /** Runs the jobs of a deployment: the stacks in order, up to one that fails. */
  async deploy(
    push: { readonly before: string; readonly sha: string },
    options: Partial<Pick<JobRun, "onStep">> & { readonly env?: Readonly<Record<string, string>> } = {},
  ): Promise<{ readonly ok: boolean; readonly log: string; readonly done: readonly string[] }> {
    const { jobs } = readWorkflow("deploy");
    const place = () => {
      const workspace = this.make(`deploy-${++this.runs}`);
      this.checkout(workspace, push.sha, 0);
      return workspace;
    };
    const event = { before: push.before };
    const first = place();
    const stacks = await runJob(jobs["stacks"]!, {
      workspace: first,
      expressions: { "github.event.before": push.before, "github.token": "ghs_fake" },
      env: { ...this.env(event, first), GITHUB_SHA: push.sha, GITHUB_REF_NAME: "main" },
    });
    let { log, ok } = stacks;
    const done: string[] = [];
    const { include } = JSON.parse(stacks.outputs["matrix"] || '{"include":[]}') as Matrix;
    for (const entry of ok ? include : []) {
      const workspace = place();
      this.synthesize(workspace, entry.stacks);
      const { "run-id": runId = "" } = stacks.outputs;
      const job = await runJob(jobs["deploy"]!, {
        workspace,
        expressions: {
          "matrix.stacks": entry.stacks,
          "needs.stacks.outputs.run-id": runId,
          "needs.stacks.outputs.pull-request": stacks.outputs["pull-request"] ?? "",
          "needs.stacks.outputs.head": stacks.outputs["head"] ?? "",
          "vars.GEMKEYS_DEPLOYER_PROVIDER": "provider",
          "vars.GEMKEYS_DEPLOYER": "deployer",
          "steps.auth.outputs.access_token": "token-of-the-deployer",
          "runner.temp": path.join(workspace, "temp"),
          "github.token": "ghs_fake",
        },
        env: { ...this.env(event, workspace), ...options.env },
        actions: this.actions(Number(runId), workspace),
        onStep: options.onStep,
      });
      log += job.log;
      done.push(`${entry.name} ${job.ok ? "ok" : "failed"}`);
      ok &&= job.ok;
      if (!job.ok) break;
    }
    return { ok, log, done };
  }

  /** Puts a file into an artifact, as a run that was changed might. */
  forge(run: number, name: string, content: string | Buffer, artifact = "gemkeys-preview"): void {
    this.artifacts.set(`${run}/${artifact}`, new Map([[name, Buffer.from(content)]]));
  }

  artifact(run: number, artifact: string, file: string): string {
    return this.artifacts.get(`${run}/${artifact}`)!.get(file)!.toString();
  }

  private actions(run: number, workspace: string): JobRun["actions"] {
    return {
      "actions/upload-artifact": (step, value) => this.upload(run, workspace, step, value),
      "actions/download-artifact": (step, value) => this.download(workspace, step, value),
    };
  }

  private upload(run: number, workspace: string, step: Step, value: (text: string) => string): void {
    const place = path.join(workspace, String(step.with!["path"]));
    const files = new Map<string, Buffer>();
    if (fs.statSync(place, { throwIfNoEntry: false })?.isDirectory()) {
      for (const name of fs.readdirSync(place)) files.set(name, fs.readFileSync(path.join(place, name)));
    } else if (fs.existsSync(place)) files.set(path.basename(place), fs.readFileSync(place));
    else if (step.with!["if-no-files-found"] === "error") throw new Error(`no files: ${place}`);
    this.artifacts.set(`${run}/${value(String(step.with!["name"]))}`, files);
  }

  private download(_workspace: string, step: Step, value: (text: string) => string): void {
    const run = value(String(step.with!["run-id"]));
    const start = String(step.with!["pattern"]).replace("*", "");
    const target = value(String(step.with!["path"]));
    const found = [...this.artifacts].filter(([name]) => name.startsWith(`${run}/${start}`));
    if (found.length === 0) throw new Error("no artifacts");
    for (const [name, files] of found) {
      const folder = path.join(target, name.split("/")[1]!);
      fs.mkdirSync(folder, { recursive: true });
      for (const [file, content] of files) fs.writeFileSync(path.join(folder, file), content);
    }
  }

  private checkout(workspace: string, ref: string, depth = 1): void {
    this.git(workspace, "init", "--quiet");
    this.git(workspace, "remote", "add", "origin", `file://${this.origin.folder}`);
    const shallow = depth === 0 ? [] : [`--depth=${depth}`];
    this.git(
      workspace,
      "fetch",
      "--quiet",
      ...shallow,
      "origin",
      ref,
      ...(depth === 0 ? ["+refs/pull/*:refs/pull/*"] : []),
    );
    this.git(workspace, "checkout", "--quiet", "--detach", ref === "main" ? "FETCH_HEAD" : ref);
  }

  private git(folder: string, ...args: readonly string[]): void {
    execFileSync("git", args, {
      cwd: folder,
      stdio: "pipe",
      env: {
        ...process.env,
        GIT_CONFIG_GLOBAL: "/dev/null",
        GIT_AUTHOR_NAME: "Test",
        GIT_AUTHOR_EMAIL: "test@example.com",
        GIT_COMMITTER_NAME: "Test",
        GIT_COMMITTER_EMAIL: "test@example.com",
      },
    });
  }

  /** What `cdktf synth` leaves, as far as the fake Terraform looks at it. */
  private synthesize(workspace: string, stacks: string): void {
    for (const stack of stacks.split(" ")) {
      const folder = path.join(workspace, "cdktf.out", "stacks", stack);
      fs.mkdirSync(folder, { recursive: true });
      fs.writeFileSync(path.join(folder, "cdk.tf.json"), "{}");
    }
  }

  private env(event: unknown, workspace: string): Record<string, string> {
    const file = `${workspace}-event.json`;
    fs.writeFileSync(file, JSON.stringify(event));
    return {
      ...this.server.env,
      // The token is in no environment but that of the steps which name it.
      GITHUB_TOKEN: "",
      PATH: `${this.bin}:${process.env["PATH"]}`,
      HOME: this.folder,
      TMPDIR: this.folder,
      NO_COLOR: "1",
      GITHUB_EVENT_PATH: file,
      RUNNER_TEMP: path.join(workspace, "temp"),
      FAKE_WORLD: this.world,
      GIT_CONFIG_GLOBAL: "/dev/null",
    };
  }

  private make(name: string): string {
    const folder = path.join(this.folder, name);
    fs.mkdirSync(folder, { recursive: true });
    return folder;
  }

  private program(name: string, script: string): void {
    fs.writeFileSync(path.join(this.bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
}

interface Matrix {
  readonly include: readonly { readonly name: string; readonly stacks: string }[];
}

function pullEvent({ number, head, base, from }: Pull) {
  return { number, pull_request: { head: { sha: head, repo: { full_name: from } }, base: { sha: base } } };
}
