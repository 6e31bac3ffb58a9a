import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Review } from "../../../review/model";
import { ENVIRONMENT } from "../../helpers/config-folder";
import type { TestRepository } from "../../helpers/git-repository";
import { programRepository } from "../../helpers/program-repository";

jest.setTimeout(120_000);

const WIDE = ENVIRONMENT.replace("1.1.1.1", "9.9.9.0/24");

let repository: TestRepository;
let temporary: string;
let marker: string;
beforeEach(() => {
  repository = programRepository();
  temporary = path.join(repository.folder, "..", "tmp");
  marker = path.join(repository.folder, "..", "marker");
  fs.mkdirSync(temporary);
});
afterEach(() => {
  // Whatever happened, nothing is left behind.
  const ours = fs.readdirSync(temporary).filter((name) => name.startsWith("gemkeys"));
  const left = [ours, repository.git("worktree", "list").split("\n").length];
  const locks = fs.readdirSync(path.join(repository.folder, ".git")).filter((name) => name.endsWith(".lock"));
  repository.remove();
  expect([...left, locks]).toEqual([[], 1, []]);
});

/** Starts the program of the repository's working tree. */
function start(...args: readonly string[]) {
  const child = spawn(process.execPath, ["cli/gemkeys.js", "review", "--format", "json", ...args], {
    cwd: repository.folder,
    env: { ...process.env, NO_COLOR: "1", TMPDIR: temporary, GOOGLE_APPLICATION_CREDENTIALS: "/secret.json" },
  });
  const texts = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].on("data", (chunk: Buffer) => {
      texts[stream] += chunk.toString();
    });
  }
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    child.on("close", (code) => resolve({ code, ...texts }));
  });
  return { child, ended };
}

async function review(...args: readonly string[]): Promise<Review> {
  const { code, stdout, stderr } = await start(...args).ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as Review;
}

const edit = (file: string, change: (text: string) => string) => {
  const place = path.join(repository.folder, file);
  fs.writeFileSync(place, change(fs.readFileSync(place, "utf8")));
};
const touching = (text: string) => `require("node:fs").writeFileSync(${JSON.stringify(marker)}, "was run");\n${text}`;
const short = (ref: string) => repository.git("rev-parse", "--short=7", ref);
/** Ids and addresses of the keys of prod, before and after. */
const keysOf = ({ environments }: Review) =>
  environments
    .filter(({ name }) => name === "prod")
    .flatMap(({ before, after }) =>
      [before, after].map((view) =>
        view?.keys.flatMap(({ generations }) => generations.map(({ keyId, addresses }) => [keyId, addresses])),
      ),
    );
const NARROW = ["1.1.1.1", "8.8.4.0/24", "8.8.8.8"];
const WIDER = ["8.8.4.0/24", "8.8.8.8", "9.9.9.0/24"];

describe("a base with other code", () => {
  test("is synthesized by it, and the head by its own", async () => {
    edit("values/key-names.ts", (text) => text.replace("-g${generation}", "-v${generation}"));
    edit("package-lock.json", (text) => text.replace("{", "{ "));
    repository.write({ "environments/prod.yaml": WIDE });
    const found = await review("--base", "main");
    expect(keysOf(found)).toEqual([[["web-g1", NARROW]], [["web-v1", WIDER]]]);
    expect(found.notes).toEqual([
      {
        risk: "low",
        text: `The package-lock.json of main (${short("main")}) is not the one here: its code ran with the packages that are installed here.`,
      },
    ]);
  });

  test("that is older than the review", async () => {
    edit("cli/program.ts", (text) => text.replace('.command("snapshot"', '.command("snap"'));
    repository.commit();
    edit("cli/program.ts", (text) => text.replace('.command("snap"', '.command("snapshot"'));
    const found = await review("--base", "main");
    expect(found.notes).toEqual([
      {
        risk: "high",
        text: `main (${short("main")}) does not synthesize, so everything is shown as new. What it said:\nIts code is older than \`gemkeys review\`.`,
      },
    ]);
    expect(keysOf(found)).toEqual([undefined, [["web-g1", NARROW]]]);
  });

  test("that is broken is told in its own words, without keys", async () => {
    edit("cli/commands/snapshot.ts", (text) => `${text}\nthrow new Error("no AIza${"x".repeat(35)} here");\n`); // made up
    repository.commit();
    repository.git("checkout", "--quiet", "HEAD~1", "--", "cli");
    const [note] = (await review("--base", "main")).notes;
    expect(note?.risk).toBe("high");
    expect(note?.text).toContain("does not synthesize, so everything is shown as new. What it said:\n");
    expect(note?.text).toContain("no [redacted] here");
  });

  test("that never ends is ended by Ctrl-C, and nothing is left behind", async () => {
    edit("cli/commands/snapshot.ts", (text) => touching(`${text}\nsetInterval(() => {}, 1000);\nwhile (true);\n`));
    repository.commit();
    repository.git("checkout", "--quiet", "HEAD~1", "--", "cli");
    const { child, ended } = start("--base", "main");
    const watching = setInterval(() => {
      if (!fs.existsSync(marker)) return;
      clearInterval(watching);
      child.kill("SIGINT");
    }, 20);
    expect(await ended).toEqual({ code: 3, stdout: "", stderr: "\nInterrupted. Nothing is left behind.\n" });
  });
});

describe("a head with other code", () => {
  test("runs without credentials", async () => {
    repository.git("checkout", "--quiet", "-b", "change");
    edit(
      "cli/commands/snapshot.ts",
      (text) =>
        `require("node:fs").writeFileSync(${JSON.stringify(marker)}, Object.keys(process.env).sort().join());\n${text}`,
    );
    repository.commit();
    repository.git("checkout", "--quiet", "main");
    await review("--base", "main", "--head", "change");
    expect(fs.readFileSync(marker, "utf8")).toMatch(
      /^CHECKPOINT_DISABLE,(?:LANG,|LC_ALL,)*NO_COLOR,PATH,TMPDIR(?:,TZ)?$/,
    );
  });

  /** Everything that a stranger can put into a commit, and what a user's Git may have been told to do with it. */
  function hostile(): void {
    repository.git("checkout", "--quiet", "-b", "evil");
    for (const file of ["cli/gemkeys.js", "cli/program.ts", "main.ts", "stacks/build-app.ts", "declaration/load.ts"]) {
      edit(file, touching);
    }
    const files = {
      ".gitattributes": "* filter=evil diff=evil\n",
      ".npmrc": `node-options=--require ${marker}.js\n`,
      "package.json": JSON.stringify({ scripts: { preinstall: `touch ${marker}`, prepare: `touch ${marker}` } }),
      "tsconfig.json": JSON.stringify({ "ts-node": { require: [`${marker}.js`] } }),
      "cdktf.json": JSON.stringify({ app: `touch ${marker}` }),
      "index.js": touching(""),
      "environments/index.js": touching(""),
      "environments/prod.yaml": WIDE,
    };
    repository.write(files);
    repository.write(files, ".");
    fs.writeFileSync(`${marker}.js`, touching(""));
    repository.commit();
    repository.git("checkout", "--quiet", "--force", "main");
    repository.git("config", "filter.evil.smudge", `touch ${marker}; cat`);
    repository.git("config", "filter.evil.clean", `touch ${marker}; cat`);
    repository.git("config", "filter.evil.process", `touch ${marker}`);
    repository.git("config", "diff.evil.textconv", `touch ${marker}; cat`);
    for (const hook of ["post-checkout", "post-index-change", "reference-transaction", "pre-commit"]) {
      fs.writeFileSync(path.join(repository.folder, ".git/hooks", hook), `#!/bin/sh\ntouch ${marker}\n`, {
        mode: 0o755,
      });
    }
    fs.rmSync(marker, { force: true });
  }

  test("of a stranger never runs", async () => {
    hostile();
    const found = await review("--base", "main", "--head", "evil", "--trusted-code");
    expect(keysOf(found)).toEqual([[["web-g1", NARROW]], [["web-g1", WIDER]]]);
    expect(found.notes).toEqual([]);
    expect(fs.existsSync(marker)).toBe(false);
  });

  test("of a stranger never runs, and the base's code makes both where it is not the one that runs", async () => {
    hostile();
    edit("values/key-names.ts", (text) => text.replace("-g${generation}", "-v${generation}"));
    const found = await review("--base", "main", "--head", "evil", "--trusted-code");
    expect(keysOf(found)).toEqual([[["web-g1", NARROW]], [["web-g1", WIDER]]]);
    expect(fs.existsSync(marker)).toBe(false);
  });
});
