import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { type CodeSource, sidesFromCode } from "../../../cli/review/from-code";
import { ENVIRONMENT, files } from "../../helpers/config-folder";
import { TestRepository } from "../../helpers/git-repository";

jest.setTimeout(60_000);

const WIDE = ENVIRONMENT.replace("1.1.1.1", "9.9.9.0/24");
const DEV = ENVIRONMENT.replaceAll("acme-gemini-prod", "acme-gemini-dev");

let repository: TestRepository;
let folder: string;
const start = process.cwd();
beforeEach(() => {
  repository = TestRepository.create();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "gemkeys-test-work-"));
  process.chdir(repository.folder);
});
afterEach(() => {
  process.chdir(start);
  repository.remove();
  fs.rmSync(folder, { recursive: true, force: true });
});

const sides = (source: Partial<CodeSource> = {}) =>
  sidesFromCode(
    { base: "main", config: "config", trustedCode: false, ...source },
    { today: "2026-11-25", folder, signal: new AbortController().signal, onStep: () => {} },
  );

/** The message of the error. */
const refused = async (source: Partial<CodeSource> = {}) => {
  const found = await sides(source).catch((error: Error) => error);
  if (!(found instanceof Error)) throw new Error("was not refused");
  return found.message;
};

/** The addresses of the key `web` by environment. */
const addresses = ({ facts }: Awaited<ReturnType<typeof sides>>["base"]) =>
  Object.fromEntries(facts.map(({ name, apiKeys }) => [name, apiKeys[0]?.allowedIps]));

const NARROW_ADDRESSES = ["1.1.1.1", "8.8.4.0/24", "8.8.8.8"];
const WIDE_ADDRESSES = ["8.8.4.0/24", "8.8.8.8", "9.9.9.0/24"];

test("a dirty tree is compared with what is not committed", async () => {
  repository.write({ "environments/prod.yaml": WIDE });
  const found = await sides();
  expect({
    base: addresses(found.base),
    head: addresses(found.head),
    notes: found.options.notes,
    source: found.options.source,
  }).toEqual({
    base: { prod: NARROW_ADDRESSES },
    head: { prod: WIDE_ADDRESSES },
    notes: [],
    source: "code",
  });
  expect([found.base.label, found.head.label]).toEqual([
    `main (${repository.git("rev-parse", "--short=7", "main")})`,
    "working tree",
  ]);
  expect(found.head.networks).toEqual([
    { environment: "prod", key: "web", network: "prod-egress", addresses: ["8.8.4.0/24", "8.8.8.8"] },
  ]);
});

test("a commit with a commit, whatever the working tree holds", async () => {
  repository.git("checkout", "--quiet", "-b", "change");
  repository.write({ "environments/prod.yaml": WIDE });
  repository.commit();
  repository.write({ "environments/prod.yaml": "not: [valid" });
  const found = await sides({ head: "change" });
  expect(addresses(found.head)).toEqual({ prod: WIDE_ADDRESSES });
  expect(found.head.findings.map(({ rule, location }) => [rule, location?.file])).toContainEqual([
    "GEMKEY-PROJ-01",
    "config/environments/prod.yaml",
  ]);
});

describe("a head that is", () => {
  test("detached, with a tag as base", async () => {
    repository.git("tag", "v1");
    repository.write({ "environments/prod.yaml": WIDE });
    const id = repository.commit();
    repository.git("checkout", "--quiet", "--detach", id);
    const found = await sides({ base: "v1", head: "HEAD" });
    expect([found.base.label, found.head.label]).toEqual([
      `v1 (${repository.git("rev-parse", "--short=7", "v1")})`,
      `HEAD (${id.slice(0, 7)})`,
    ]);
    expect([addresses(found.base), addresses(found.head)]).toEqual([
      { prod: NARROW_ADDRESSES },
      { prod: WIDE_ADDRESSES },
    ]);
  });

  test("an id is not named twice", async () => {
    const id = repository.git("rev-parse", "HEAD");
    const found = await sides({ base: id, head: id.slice(0, 10) });
    expect([found.base.label, found.head.label]).toEqual([id.slice(0, 7), id.slice(0, 7)]);
  });

  test("behind the base", async () => {
    repository.git("checkout", "--quiet", "-b", "change");
    repository.git("checkout", "--quiet", "main");
    repository.write({ "environments/prod.yaml": WIDE });
    repository.commit();
    const main = `main (${repository.git("rev-parse", "--short=7", "main")})`;
    expect((await sides({ head: "change" })).options.notes).toEqual([
      {
        risk: "low",
        text: `${main} has 1 commit that the head does not have: what they changed is shown as if this change took it back. Merge or rebase first.`,
      },
    ]);
  });

  test("without the folder", async () => {
    repository.git("rm", "--quiet", "-r", "config");
    repository.commit();
    expect(await refused({ base: "main~1", head: "main" })).toBe(
      `\`--head\` must have the folder config, got: main (${repository.git("rev-parse", "--short=7", "main")}), which has none. Name another with --config.`,
    );
  });

  test("invalid, with the lines of its commit", async () => {
    repository.write({ "environments/prod.yaml": ENVIRONMENT.replace("owner: search", "owner: serch") });
    repository.commit();
    expect(await refused({ base: "main~1", head: "main" })).toBe(
      "config/environments/prod.yaml:6:12: `keys.web.owner` must be a team from `teams` in organization.yaml, got: serch. Did you mean search?",
    );
  });

  test("unsafe, and shown all the same", async () => {
    repository.write({ "environments/prod.yaml": ENVIRONMENT.replace("1.1.1.1", "8.0.0.0/9") });
    const { head } = await sides();
    expect(head.findings.filter(({ severity }) => severity === "high").map(({ rule }) => rule)).toContain(
      "GEMKEY-IP-02",
    );
  });
});

describe("a base that", () => {
  test("does not synthesize is told in its own words, without keys", async () => {
    const key = `AIza${"x".repeat(35)}`; // made up
    repository.write({ "environments/prod.yaml": ENVIRONMENT.replace("owner: search", `owner: ${key}`) });
    const id = repository.commit();
    repository.write({ "environments/prod.yaml": ENVIRONMENT });
    const {
      base,
      head,
      options: { notes },
    } = await sides();
    expect(base).toEqual({ label: `main (${id.slice(0, 7)})`, facts: [], findings: [], waivers: [], networks: [] });
    expect(head.facts.map(({ name }) => name)).toEqual(["prod"]);
    expect(notes).toEqual([
      {
        risk: "high",
        text: [
          `main (${id.slice(0, 7)}) does not synthesize, so everything is shown as new. What it said:`,
          "config/environments/prod.yaml:6:12: `keys.web.owner` must not hold an API key, got: [redacted]. Remove it, and revoke the key: it was written where many may read it.",
          "config/environments/prod.yaml:6:12: `keys.web.owner` must be a team from `teams` in organization.yaml, got: [redacted]. Add it to `teams`, or write one of: search.",
        ].join("\n"),
      },
    ]);
  });

  test("has no configuration", async () => {
    repository.git("rm", "--quiet", "-r", "config");
    const id = repository.commit();
    repository.write(files());
    const {
      base,
      options: { notes },
    } = await sides();
    expect(base.facts).toEqual([]);
    expect(notes).toEqual([{ risk: "low", text: `main (${id.slice(0, 7)}) has no folder config: everything is new.` }]);
  });

  test("has another environment", async () => {
    repository.write({ "environments/dev.yaml": DEV });
    repository.commit();
    fs.rmSync(path.join(repository.folder, "config/environments/dev.yaml"));
    const {
      base,
      head,
      options: { notes },
    } = await sides();
    expect([base, head].map(({ facts }) => facts.map(({ name }) => name))).toEqual([["dev", "prod"], ["prod"]]);
    expect(notes).toEqual([]);
  });
});

describe("a ref that is not there", () => {
  const not = (option: string, ref: string) => `\`${option}\` must be a commit of this repository, got: ${ref}.`;

  test.each([
    ["mian", "Did you mean main?"],
    ["no-such-branch", "Fetch it first, or write another branch, tag or commit id."],
    ["--upload-pack=x", "Fetch it first, or write another branch, tag or commit id."],
    ["main^{tree}", "Fetch it first, or write another branch, tag or commit id."],
    ["main:config", "Fetch it first, or write another branch, tag or commit id."],
    ["main..main", "Fetch it first, or write another branch, tag or commit id."],
  ])("%s", async (ref, fix) => {
    expect(await refused({ base: ref })).toBe(`${not("--base", ref)} ${fix}`);
    expect(await refused({ head: ref })).toBe(`${not("--head", ref)} ${fix}`);
  });

  test("empty", async () => {
    expect(await refused({ base: "" })).toBe(
      `${not("--base", '""')} Fetch it first, or write another branch, tag or commit id.`,
    );
  });

  test("known by the remote's name", async () => {
    repository.git("checkout", "--quiet", "-b", "change");
    process.chdir(repository.clone().folder);
    expect(await refused()).toBe(`${not("--base", "main")} Did you mean origin/main?`);
  });

  test("left out of a shallow clone", async () => {
    const first = repository.git("rev-parse", "HEAD");
    repository.git("checkout", "--quiet", "-b", "change");
    repository.commit();
    process.chdir(repository.clone("--depth=1", "--branch=change").folder);
    const fetch = "This clone is shallow. Fetch it: git fetch --depth=1 origin";
    expect(await refused({ base: "origin/main" })).toBe(
      `${not("--base", "origin/main")} ${fetch} main:refs/remotes/origin/main.`,
    );
    expect(await refused({ base: "main" })).toBe(
      `${not("--base", "main")} ${fetch} main:refs/remotes/origin/main, and write origin/main.`,
    );
    expect(await refused({ base: first })).toBe(`${not("--base", first)} ${fetch} ${first}.`);
  });

  test("fetched into a shallow clone", async () => {
    repository.git("checkout", "--quiet", "-b", "change");
    repository.write({ "environments/prod.yaml": WIDE });
    repository.commit();
    const clone = repository.clone("--depth=1", "--branch=change");
    clone.git("fetch", "--quiet", "--depth=1", "origin", "main:refs/remotes/origin/main");
    process.chdir(clone.folder);
    const found = await sides({ base: "origin/main", head: "HEAD" });
    expect([addresses(found.base), addresses(found.head), found.options.notes]).toEqual([
      { prod: NARROW_ADDRESSES },
      { prod: WIDE_ADDRESSES },
      [],
    ]);
  });

  test("since there is no commit", async () => {
    fs.rmSync(path.join(repository.folder, ".git"), { recursive: true });
    repository.git("init", "--quiet", "--initial-branch=main");
    expect(await refused()).toBe(`${not("--base", "main")} The repository has no commit yet.`);
  });
});

describe("a repository", () => {
  test("that is none", async () => {
    fs.rmSync(path.join(repository.folder, ".git"), { recursive: true });
    expect(await refused()).toBe(
      "`--base` must be a commit of a git repository, got: config, which is in none. Run it in the repository, or name its folder with --config. Two folders are compared with --from and --to.",
    );
  });

  test("without git on the machine", async () => {
    const before = process.env["PATH"];
    process.env["PATH"] = folder;
    try {
      expect(await refused()).toBe(
        "`git` must be installed for --base and --head, got: no such program. Install Git, or compare two folders with --from and --to.",
      );
    } finally {
      process.env["PATH"] = before;
    }
  });

  test("with spaces and other letters in its paths, seen from a folder in it", async () => {
    const name = "Schlüssel für 東京 'a' \"b\"";
    const other = TestRepository.create(name, `${name}/config ${name}`);
    try {
      process.chdir(path.join(other.folder, name));
      other.write({ "environments/prod.yaml": WIDE }, `${name}/config ${name}`);
      const found = await sides({ config: `config ${name}` });
      expect([addresses(found.base), addresses(found.head)]).toEqual([
        { prod: NARROW_ADDRESSES },
        { prod: WIDE_ADDRESSES },
      ]);
      other.commit();
      const committed = await sides({ config: `config ${name}`, base: "HEAD~1", head: "HEAD" });
      expect(committed.head.findings[0]?.location?.file).toBe(`config ${name}/environments/prod.yaml`);
    } finally {
      process.chdir(start);
      other.remove();
    }
  });

  test("that is a submodule of another", async () => {
    const outer = TestRepository.create("outer");
    try {
      outer.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", repository.folder, "inner");
      outer.commit();
      process.chdir(outer.folder);
      fs.writeFileSync(path.join(outer.folder, "inner/config/environments/prod.yaml"), WIDE);
      const found = await sides({ config: "inner/config" });
      expect([addresses(found.base), addresses(found.head)]).toEqual([
        { prod: NARROW_ADDRESSES },
        { prod: WIDE_ADDRESSES },
      ]);
    } finally {
      process.chdir(start);
      outer.remove();
    }
  });

  test("whose configuration is a submodule", async () => {
    const inner = TestRepository.create("inner", ".");
    try {
      repository.git("rm", "--quiet", "-r", "config");
      repository.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner.folder, "config");
      const id = repository.commit();
      fs.rmSync(path.join(repository.folder, "config"), { recursive: true });
      expect(await refused({ base: "main~1", head: "main" })).toBe(
        `\`--head\` must have the folder config, got: main (${id.slice(0, 7)}), where it is a submodule. Run the review in the submodule.`,
      );
    } finally {
      inner.remove();
    }
  });
});

describe("the head of a stranger, with --trusted-code", () => {
  const commit = () => repository.commit().slice(0, 7);
  const trusted = { base: "main~1", head: "main", trustedCode: true };

  test("is read from its blobs", async () => {
    repository.write({ "environments/prod.yaml": WIDE });
    commit();
    repository.write({ "environments/prod.yaml": "not: [valid" });
    expect(addresses((await sides(trusted)).head)).toEqual({ prod: WIDE_ADDRESSES });
  });

  test("may not hold links, submodules and large files", async () => {
    fs.writeFileSync(path.join(repository.folder, "secret.yaml"), ENVIRONMENT);
    fs.symlinkSync("../../secret.yaml", path.join(repository.folder, "config/environments/link.yaml"));
    fs.symlinkSync("/etc/passwd", path.join(repository.folder, "config/environments/absolute.yaml"));
    repository.write({
      "environments/large.yaml": `#${"x".repeat(1_000_000)}`,
      "environments/folder.yaml/a.yaml": "a",
    });
    repository.git("add", "--all");
    const id = repository.git("rev-parse", "HEAD");
    repository.git("update-index", "--add", "--cacheinfo", `160000,${id},config/environments/module.yaml`);
    repository.git("commit", "--quiet", "--message", "hostile");
    const LINK =
      "`file` must be a file inside the configuration folder, got: a symbolic link. Copy the content: a link can show a reviewer something else than what is deployed.";
    expect((await refused(trusted)).split("\n")).toEqual([
      `config/environments/absolute.yaml:1:1: ${LINK}`,
      "config/environments/folder.yaml:1:1: `file` must be a file, got: something else. Rename or remove it.",
      "config/environments/large.yaml:1:1: `file` must be at most 1 MB, got: 1000001 bytes. Split it into environments.",
      `config/environments/link.yaml:1:1: ${LINK}`,
      "config/environments/module.yaml:1:1: `file` must be a file, got: a submodule. Copy the file into this repository.",
    ]);
  });

  test("as a link in place of the folder", async () => {
    fs.renameSync(path.join(repository.folder, "config"), path.join(repository.folder, "elsewhere"));
    fs.symlinkSync("elsewhere", path.join(repository.folder, "config"));
    const id = commit();
    expect(await refused(trusted)).toBe(
      `\`--head\` must have the folder config, got: main (${id}), where it is a symbolic link. Commit the folder itself.`,
    );
  });
});
