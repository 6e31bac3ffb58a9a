import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { type Files, files } from "./config-folder";

/** Nothing of the machine's own configuration: neither hooks nor signing nor filters. */
const ISOLATED = {
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
  GIT_AUTHOR_NAME: "Test",
  GIT_AUTHOR_EMAIL: "test@example.com",
  GIT_COMMITTER_NAME: "Test",
  GIT_COMMITTER_EMAIL: "test@example.com",
};

/** A repository in a temporary folder, with the valid configuration in its first commit. */
export class TestRepository {
  private constructor(readonly folder: string) {}

  /** @param name of the folder. @param config the folder of the configuration in it. */
  static create(name = "repository", config = "config", content: Files = files()): TestRepository {
    const parent = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), "gemkeys-test-"));
    const repository = new TestRepository(path.join(parent, name));
    fs.mkdirSync(repository.folder);
    repository.git("init", "--quiet", "--initial-branch=main");
    repository.write(content, config);
    repository.commit("first");
    return repository;
  }

  /** Runs git and returns what it printed. */
  git(...args: readonly string[]): string {
    return execFileSync("git", args, {
      cwd: this.folder,
      encoding: "utf8",
      env: { ...process.env, ...ISOLATED },
      stdio: ["ignore", "pipe", "pipe"],
    }).trim();
  }

  write(content: Files, config = "config"): void {
    for (const [name, text] of Object.entries(content)) {
      const file = path.join(this.folder, config, name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, text);
    }
  }

  /** @returns the commit's id. */
  commit(message = "change"): string {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--allow-empty", "--message", message);
    return this.git("rev-parse", "HEAD");
  }

  /** A clone beside it. */
  clone(...options: readonly string[]): TestRepository {
    const target = `${this.folder}-clone`;
    this.git("clone", "--quiet", ...options, `file://${this.folder}`, target);
    return new TestRepository(target);
  }

  remove(): void {
    fs.rmSync(path.dirname(this.folder), { recursive: true, force: true });
  }
}
