import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { readWorkflow, type Step } from "../helpers/ci/workflow";

const ROOT = path.join(__dirname, "..", "..");
const NAMES = ["comment", "deploy", "plan", "preview"];
const jobs = NAMES.flatMap((name) =>
  Object.entries(readWorkflow(name).jobs).map(([id, job]) => ({ id: `${name}/${id}`, workflow: name, job })),
);
const steps = jobs.flatMap(({ id, job }) => job.steps.map((step): [string, Step] => [id, step]));

test("these are all workflows", () => {
  expect(fs.readdirSync(path.join(ROOT, ".github", "workflows")).sort()).toEqual(NAMES.map((name) => `${name}.yml`));
});

test("no expression is in a script: what a stranger names would become part of it", () => {
  expect(steps.filter(([, { run }]) => run?.includes("${{"))).toEqual([]);
});

test("scripts only call npm, cdktf and gemkeys, one each", () => {
  const others = steps.filter(
    ([, { run }]) => run !== undefined && !/^(?:npm ci|npx cdktf|npx gemkeys) ?[^\n;|&`]*\n?$/.test(run),
  );
  expect(others).toEqual([]);
});

test("actions are pinned by commit, with the version beside it", () => {
  const lines = NAMES.flatMap((name) =>
    fs.readFileSync(path.join(ROOT, ".github", "workflows", `${name}.yml`), "utf8").split("\n"),
  ).filter((line) => line.includes("uses:"));
  expect(lines.length).toBeGreaterThan(10);
  expect(lines.filter((line) => !/uses: [\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
});

test("no checkout keeps a credential, and every job has a time limit", () => {
  const checkouts = steps.filter(([, { uses }]) => uses?.startsWith("actions/checkout@"));
  expect(checkouts.filter(([, step]) => step.with?.["persist-credentials"] !== false)).toEqual([]);
  expect(jobs.filter(({ job }) => !job["timeout-minutes"])).toEqual([]);
});

test("no workflow has rights by itself, and these are those of the jobs", () => {
  expect(NAMES.map((name) => readWorkflow(name).permissions)).toEqual([{}, {}, {}, {}]);
  expect(Object.fromEntries(jobs.map(({ id, job }) => [id, job.permissions]))).toEqual({
    "comment/comment": { actions: "read", contents: "read", "pull-requests": "write" },
    "deploy/stacks": { actions: "read", contents: "read", "pull-requests": "read" },
    "deploy/deploy": { actions: "read", contents: "read", "id-token": "write" },
    "plan/stacks": { contents: "read" },
    "plan/plan": { contents: "read", "id-token": "write" },
    "preview/review": { contents: "read" },
    "preview/sarif": { "security-events": "write" },
  });
});

test("what a pull request starts has no secret, and forks never plan", () => {
  const texts = NAMES.map((name) => fs.readFileSync(path.join(ROOT, ".github", "workflows", `${name}.yml`), "utf8"));
  expect(texts.filter((text) => /secrets\.|pull_request_target/.test(text))).toEqual([]);
  expect(readWorkflow("plan").jobs["stacks"]!.if).toContain(
    "github.event.pull_request.head.repo.full_name == github.repository",
  );
});

/** Runs a linter if it is installed; `GEMKEYS_ZIZMOR` and the like name another place. */
function lint(
  program: string,
  args: readonly string[],
): { readonly missing: boolean; readonly code: number | null; readonly log: string } {
  const { status, stdout, stderr, error } = spawnSync(
    process.env[`GEMKEYS_${program.toUpperCase()}`] || program,
    args,
    {
      cwd: ROOT,
      encoding: "utf8",
    },
  );
  return { missing: error !== undefined, code: status, log: `${stdout}${stderr}` };
}

function workflowFiles(): string[] {
  return fs.readdirSync(path.join(ROOT, ".github/workflows")).map((name) => path.join(".github/workflows", name));
}

for (const [program, args] of [
  // By name: without a repository, as in a copy, it finds none.
  ["actionlint", ["-no-color", ...workflowFiles()]],
  ["zizmor", ["--offline", "--no-progress", ".github"]],
] as const) {
  const { missing, code, log } = lint(program, args);
  (missing ? test.skip : test)(`${program} has nothing to say`, () => {
    expect({ code, log: code === 0 ? "" : log }).toEqual({ code: 0, log: "" });
  });
}
