import * as fs from "node:fs";
import { changedStacks } from "../../../cli/ci/changed-stacks";
import { ENVIRONMENT, files, ORGANIZATION } from "../../helpers/config-folder";
import { TestRepository } from "../../helpers/git-repository";
import { runGemkeys } from "../../helpers/run-gemkeys";

jest.setTimeout(60_000);

const named = (name: string) => ENVIRONMENT.replaceAll("acme-gemini-prod", `acme-gemini-${name}`);
const DEV_WITHOUT_NETWORK = named("dev").replace("prod-egress, 1.1.1.1", "1.1.1.1");

let repository: TestRepository;
const start = process.cwd();
beforeEach(() => {
  repository = TestRepository.create(
    "repository",
    "config",
    files({ "environments/dev.yaml": DEV_WITHOUT_NETWORK, "environments/staging.yaml": named("staging") }),
  );
  process.chdir(repository.folder);
});
afterEach(() => {
  process.chdir(start);
  repository.remove();
});

const changed = (base = "HEAD~1") => {
  const { names, notes } = changedStacks({ base, head: "HEAD", config: "config" });
  return { names, notes };
};

test("a change of nothing reaches nothing", () => {
  repository.write({ "README.md": "Hello" }, ".");
  repository.commit();
  expect(changed()).toEqual({ names: [], notes: [] });
});

test("a change of an environment's file reaches it, also of a comment: so that it can be deployed again", () => {
  repository.write({ "environments/dev.yaml": `${DEV_WITHOUT_NETWORK}# again\n` });
  repository.commit();
  expect(changed()).toEqual({ names: ["dev"], notes: [] });
});

test("a change of a network reaches those that use it", () => {
  repository.write({ "organization.yaml": ORGANIZATION.replace("8.8.8.8", "9.9.9.9") });
  repository.commit();
  expect(changed()).toEqual({ names: ["prod", "staging"], notes: [] });
});

test("a change of what all share reaches all, one of a comment none", () => {
  repository.write({ "organization.yaml": ORGANIZATION.replace("6.50.0", "7.45.0") });
  repository.commit();
  expect(changed().names).toEqual(["dev", "prod", "staging"]);
  repository.write({ "organization.yaml": `# again\n${ORGANIZATION.replace("6.50.0", "7.45.0")}` });
  repository.commit();
  expect(changed().names).toEqual([]);
});

test("a new environment is reached; one that is gone is told, and not deployed", () => {
  fs.rmSync("config/environments/staging.yaml");
  repository.write({ "environments/qa.yaml": named("qa") });
  repository.commit();
  expect(changed()).toEqual({
    names: ["qa"],
    notes: [
      "staging is not declared any more, and CI destroys nothing: what is deployed stays. Destroy it from the commit before, with: cdktf destroy staging",
    ],
  });
});

test("an environment under another name is told", () => {
  repository.git("mv", "config/environments/staging.yaml", "config/environments/stage.yaml");
  repository.commit();
  expect(changed()).toEqual({
    names: ["stage"],
    notes: [
      "stage has the project of staging, which is gone: an environment was renamed. The state goes by the name, so stage would begin with an empty one, and fail. Keep the name, or move the state first.",
    ],
  });
});

test("a base that is not valid, and one without configuration: everything", () => {
  repository.write({ "organization.yaml": "name: 1\n" });
  const broken = repository.commit();
  repository.write({ "organization.yaml": ORGANIZATION });
  repository.commit();
  expect(changed(broken)).toEqual({
    names: ["dev", "prod", "staging"],
    notes: [`The configuration of ${broken.slice(0, 7)} is not valid: every environment is taken.`],
  });
  repository.git("checkout", "--quiet", "--orphan", "empty");
  repository.git("rm", "-r", "--quiet", "--cached", ".");
  repository.git("commit", "--quiet", "--allow-empty", "--message", "empty");
  const empty = repository.git("rev-parse", "HEAD");
  repository.git("checkout", "--quiet", "--force", "main");
  expect(changed(empty)).toEqual({
    names: ["dev", "prod", "staging"],
    notes: [`${empty.slice(0, 7)} has no folder config: every environment is new.`],
  });
});

test("100 environments at once, through the program", async () => {
  const many = Object.fromEntries(
    Array.from({ length: 100 }, (_, i) => [`environments/e${String(i).padStart(2, "0")}.yaml`, named(`e${i}`)]),
  );
  repository.write(many);
  repository.write({ "organization.yaml": `${ORGANIZATION}deployOrder: [e42, dev]\n` });
  repository.commit();
  const run = await runGemkeys(["ci", "matrix", "--base", "HEAD~1"], { cwd: repository.folder });
  expect(run.stderr).toBe("100 environments: e42, e00, e01, e02, e03, e04, e05, e06, e07, e08 and 90 more.\n");
  expect(run.code).toBe(0);
  expect(run.stdout).toMatch(/^matrix=\{"include":\[\{"name":"e42","stacks":"e42"\},.*\}\ncount=100\n$/);
});

describe("refused, through the program", () => {
  const matrix = async (args: string[], cwd = repository.folder) => {
    const { code, stdout, stderr } = await runGemkeys(["ci", "matrix", ...args], { cwd });
    return { code, stdout, stderr };
  };

  test("no changed environment is no mistake", async () => {
    repository.commit();
    expect(await matrix(["--base", "HEAD~1"])).toEqual({
      code: 0,
      stdout: 'matrix={"include":[]}\ncount=0\n',
      stderr: "No environment changed.\n",
    });
  });

  test("a base that is gone, a repository without commits, a head that is not valid", async () => {
    expect(await matrix(["--base", "origin/gone"])).toEqual({
      code: 2,
      stdout: "",
      stderr:
        "`--base` must be a commit of this repository, got: origin/gone. Fetch it first, or write another branch, tag or commit id.\n",
    });
    repository.write({ "environments/dev.yaml": "project: x\n" });
    repository.commit();
    const { code, stdout, stderr } = await matrix(["--base", "HEAD~1"]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("config/environments/dev.yaml:1:10: `project` must be");
    fs.rmSync(".git", { recursive: true });
    repository.git("init", "--quiet", "--initial-branch=main");
    expect(await matrix(["--base", "main"])).toEqual({
      code: 2,
      stdout: "",
      stderr: "`--head` must be a commit of this repository, got: HEAD. The repository has no commit yet.\n",
    });
  });
});
