import * as fs from "node:fs";
import * as path from "node:path";
import { environment, Forge, type Pull } from "../helpers/ci/forge";
import { ENVIRONMENT } from "../helpers/config-folder";

jest.setTimeout(120_000);

let forge: Forge;
beforeEach(async () => {
  forge = await Forge.start();
});
afterEach(() => forge.stop());

const FORK = "mallory/gemini-keys";
const purpose = (text: string) => ({ "environments/prod.yaml": ENVIRONMENT.replace("Answers questions", text) });

/** Runs preview and comment, as GitHub would. */
async function look(pull: Pull) {
  const preview = await forge.preview(pull);
  const comment = await forge.comment(pull, preview.run, preview.ok ? "success" : "failure");
  return { preview, comment, bodies: forge.server.bodies(pull.number) };
}

test("a new pull request: a review in the summary, an artifact, one comment; a second push changes it", async () => {
  const pull = forge.open(1, purpose("Answers customers"));
  const { preview, comment, bodies } = await look(pull);
  expect({ ok: preview.ok, log: preview.log }).toEqual({ ok: true, log: "" });
  expect(preview.summary).toContain("Answers customers");
  expect(comment).toMatchObject({ ok: true, log: "The comment of pull request 1: created.\n" });
  expect(bodies).toEqual([expect.stringContaining("Answers customers")]);

  const next = forge.forcePush(pull, purpose("Answers staff"));
  expect((await forge.comment(next, 50)).log).toBe("The comment of pull request 1: updated.\n");
  expect(forge.server.bodies(1)).toEqual([expect.stringContaining("> **Old.**")]);
  // The run of the commit before ends late: it changes nothing.
  expect((await forge.comment(pull, preview.run, "success")).log).toContain("Its head has moved on");
  const second = await look(next);
  expect(second.bodies).toEqual([expect.stringContaining("Answers staff")]);
  expect(second.bodies[0]).not.toContain("Old.");
});

test("a head that was pushed over before the run began is not looked at", async () => {
  const pull = forge.open(1, purpose("Answers customers"));
  const next = forge.forcePush(pull, purpose("Answers staff"));
  const { preview } = await look(pull);
  expect(preview).toMatchObject({
    ok: false,
    log: `The head of pull request 1 must be ${pull.head}, got: ${next.head}. It has moved on, and another run looks at it.\n`,
  });
  expect(forge.server.comments).toEqual([]);
});

test("two pull requests at once get a comment each", async () => {
  const [one, two] = [forge.open(1, purpose("For the first")), forge.open(2, purpose("For the second"), FORK)];
  await Promise.all([look(one), look(two)]);
  expect(forge.server.bodies(1)).toEqual([expect.stringContaining("For the first")]);
  expect(forge.server.bodies(2)).toEqual([expect.stringContaining("For the second")]);
});

test("a head that does not synthesize: the job says where, the comment says that it failed", async () => {
  const pull = forge.open(1, { "environments/prod.yaml": "project: x\n" });
  const { preview, bodies } = await look(pull);
  expect(preview.ok).toBe(false);
  expect(preview.log).toContain("config/environments/prod.yaml:1:10: `project` must");
  expect(bodies).toEqual([
    expect.stringMatching(
      /The preview of `[0-9a-f]{7}` did not pass \(failure\): see \[its run\]\(https:\/\/github\.com\/acme\/gemini-keys\/actions\/runs\/1\)\./,
    ),
  ]);
});

test("100 environments in one pull request", async () => {
  const many = Array.from({ length: 100 }, (_, i): [string, string] => [
    `environments/e${i}.yaml`,
    environment(`e${i}`),
  ]);
  const { preview, bodies } = await look(forge.open(1, Object.fromEntries(many)));
  expect(preview.ok).toBe(true);
  expect(bodies[0]!.length).toBeLessThan(65_536);
});

test("a comment that was deleted by hand is made again, by an API that allows no more for a moment", async () => {
  const pull = forge.open(1, purpose("Answers customers"));
  const { preview } = await look(pull);
  forge.server.comments = [];
  forge.server.faults = [[/^POST/, { status: 403, headers: { "retry-after": "1" }, message: "secondary rate limit" }]];
  expect((await forge.comment(pull, preview.run, "success")).log).toBe("The comment of pull request 1: created.\n");
  expect(forge.server.bodies(1)).toHaveLength(1);
});

describe("a fork", () => {
  test("with mentions, HTML, links and the ends of our comment in its YAML", async () => {
    const hostile = `"@acme/security <img src=x> <!-- /gemkeys:preview --> [a](javascript:x) # \`$(touch pwned)\`"`;
    const { preview, bodies } = await look(forge.open(1, purpose(hostile), FORK));
    expect(preview.ok).toBe(true);
    expect(bodies[0]!.match(/<!--/g)).toHaveLength(3);
    expect(bodies[0]!.match(/.@acme/g)).toEqual(["`@acme"]);
    expect(fs.existsSync(path.join(preview.workspace, "pwned"))).toBe(false);
  });

  test("with a purpose of 10 MB", async () => {
    const { preview, bodies } = await look(forge.open(1, purpose("x".repeat(10_000_000)), FORK));
    expect(preview.log).toBe(
      `config/environments/prod.yaml:1:1: \`file\` must be at most 1 MB, got: ${ENVIRONMENT.length - 17 + 10_000_000} bytes. Split it into environments.\n\n1 problem. Nothing was written.\n`,
    );
    expect(bodies).toEqual([expect.stringContaining("did not pass")]);
  });

  test("with a symbolic link in place of a file", async () => {
    const change = ({ folder }: { folder: string }) => {
      fs.rmSync(path.join(folder, "config/environments/prod.yaml"));
      fs.symlinkSync("/etc/passwd", path.join(folder, "config/environments/prod.yaml"));
    };
    const { preview } = await look(forge.open(1, change, FORK));
    expect(preview.log).toContain("must be a file inside the configuration folder, got: a symbolic link.");
  });

  test("with a folder that leaves the repository", async () => {
    // Git itself writes no such tree.
    const pull = forge.open(1, purpose("Answers customers"), FORK);
    const git = (...args: string[]) => forge.origin.git(...args);
    const blob = git("rev-parse", "main:config/organization.yaml");
    const entry = Buffer.concat([Buffer.from("100644 ..\0"), Buffer.from(blob, "hex")]);
    fs.writeFileSync(path.join(forge.origin.folder, "tree"), entry);
    const tree = git("hash-object", "-t", "tree", "--literally", "-w", "tree");
    fs.rmSync(path.join(forge.origin.folder, "tree"));
    const head = git("commit-tree", tree, "-m", "out", "-p", "main");
    git("update-ref", "refs/pull/1/head", head);
    forge.server.pulls[0]!.headSha = head;
    const { preview } = await look({ ...pull, head });
    expect(preview.ok).toBe(false);
    expect(preview.log).toContain("The head of pull request 1 cannot be fetched. Git says:");
    expect(preview.log).toContain("contains '..'");
  });

  test("with code: nothing of it is written, and nothing runs", async () => {
    const marker = path.join(forge.world, "pwned");
    const run = `require("node:fs").writeFileSync(${JSON.stringify(marker)}, "")\n`;
    const code = (repository: { write: (content: Record<string, string>, folder: string) => void }) =>
      repository.write(
        {
          "main.ts": run,
          "cli/gemkeys.js": run,
          "cli/program.ts": run,
          ".npmrc": "node-options=--require=./main.ts\n",
          "package.json": JSON.stringify({ scripts: { preinstall: `touch ${marker}`, prepare: `touch ${marker}` } }),
          ".gitattributes": "* filter=evil\n",
          ".gitmodules": '[submodule "x"]\n\tpath = x\n\turl = https://evil.example/x\n',
          ".husky/post-checkout": `touch ${marker}\n`,
        },
        ".",
      );
    const { preview } = await look(forge.open(1, code as never, FORK));
    expect(preview.ok).toBe(true);
    expect(fs.existsSync(marker)).toBe(false);
    expect(fs.readdirSync(preview.workspace).sort()).toEqual([
      ".git",
      "artifact.json",
      "config",
      "review.json",
      "review.sarif",
    ]);
  });
});
