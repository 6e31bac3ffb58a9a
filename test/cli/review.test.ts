import * as fs from "node:fs";
import * as path from "node:path";
import { ENVIRONMENT } from "../helpers/config-folder";
import { TestRepository } from "../helpers/git-repository";
import { runGemkeys } from "../helpers/run-gemkeys";

jest.setTimeout(60_000);

let repository: TestRepository;
beforeAll(() => {
  repository = TestRepository.create();
  repository.write({ "environments/prod.yaml": ENVIRONMENT.replace("1.1.1.1", "8.0.0.0/9") });
});
afterAll(() => repository.remove());

const review = (...args: readonly string[]) => runGemkeys(["review", ...args], { cwd: repository.folder });

test("tells what changed, and ends with 0 unless told otherwise", async () => {
  const { code, stdout, stderr } = await review("--base", "main", "--format", "json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const { base, head, environments, untouched } = JSON.parse(stdout);
  expect({ base, head, untouched }).toEqual({
    base: `main (${repository.git("rev-parse", "--short=7", "main")})`,
    head: "working tree",
    untouched: 0,
  });
  expect(environments[0].changes[0]).toMatchObject({ kind: "addresses-moved", key: "web" });
});

test.each([
  ["critical", 0],
  ["high", 1],
  ["info", 1],
  ["never", 0],
])("--fail-on %s ends with code %d", async (risk, expected) => {
  const { code, stdout } = await review("--base", "main", "--format", "json", "--fail-on", risk);
  expect({ code, risk: JSON.parse(stdout).risk }).toEqual({ code: expected, risk: "high" });
});

test("--output writes the file and prints nothing", async () => {
  const file = path.join(repository.folder, "..", "review.md");
  expect(await review("--base", "main", "--format", "markdown", "--output", file)).toEqual({
    code: 0,
    stdout: "",
    stderr: "",
  });
  expect(fs.readFileSync(file, "utf8")).toMatch(/^## High risk\n/);
});

const WHAT = "Write one of: --base <git ref>, --plan <file...>, --from <folder> --to <folder>.";
test.each([
  [[], `\`review\` must be told what to compare, got: nothing. ${WHAT}`],
  [["--base", "main", "--plan", "a.json"], `\`review\` must be told what to compare, got: --base and --plan. ${WHAT}`],
  [
    ["--head", "main"],
    "`--base` must be given, got: nothing. Write the branch the change goes into, such as --base origin/main.",
  ],
  [
    ["--base", "main", "--trusted-code"],
    "`--head` must be given with --trusted-code, got: nothing. Write the commit to review: the working tree is not to be trusted.",
  ],
  [["--from", "a"], "`--to` must be given, got: nothing. Write both: --from <folder> --to <folder>."],
  [["--to", "a"], "`--from` must be given, got: nothing. Write both: --from <folder> --to <folder>."],
  [["--base", "mian"], "`--base` must be a commit of this repository, got: mian. Did you mean main?"],
  [
    ["--base", "main", "--fail-on", "error"],
    "`--fail-on` must be one of critical, high, medium, low, info, never, got: error.",
  ],
  [
    ["--base", "main", "--output", "config"],
    "`--output` must be a file that can be written, got: config (EISDIR). Name another.",
  ],
])("%j is refused with code 2", async (args, message) => {
  expect(await review(...args)).toEqual({ code: 2, stdout: "", stderr: `${message}\n` });
});
