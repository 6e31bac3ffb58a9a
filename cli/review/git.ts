import { spawnSync } from "node:child_process";
import { ExitCode } from "../exit-code";
import { UserError } from "../report-error";

/**
 * Git, so that nothing that a commit holds is run: no hook, no filter, no network, no lock. Files are read as blobs and never
 * checked out, since a checkout runs the filters that `.gitattributes` names.
 */
const SAFE = [
  "--no-pager",
  "--no-replace-objects",
  "--literal-pathspecs",
  ...["core.hooksPath=/dev/null", "core.fsmonitor=false", "protocol.allow=never", "core.quotePath=false"].flatMap(
    (setting) => ["-c", setting],
  ),
];

/** Variables that a hook sets, and that would point at another repository than that of the folder. */
const FOREIGN = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"];

/** Bytes: the listing of a repository of a million files has less. */
const MAX_OUTPUT = 1 << 30;

export interface GitResult {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** An entry of a tree. */
export interface TreeEntry {
  readonly mode: string;
  readonly type: string;
  readonly id: string;
  /** Bytes; undefined for what is no blob. */
  readonly size: number | undefined;
  /** From the folder that was listed. */
  readonly path: string;
}

/** Runs git in a folder. @throws UserError if git is not installed. */
export class Git {
  constructor(readonly folder: string) {}

  run(args: readonly string[], input?: string): GitResult {
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !FOREIGN.includes(name)));
    const { status, stdout, stderr, error } = spawnSync("git", [...SAFE, ...args], {
      cwd: this.folder,
      env: { ...env, LC_ALL: "C", GIT_TERMINAL_PROMPT: "0", GIT_OPTIONAL_LOCKS: "0", GIT_NO_LAZY_FETCH: "1" },
      input,
      maxBuffer: MAX_OUTPUT,
    });
    if (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT") {
        throw new UserError(
          "`git` must be installed for --base and --head, got: no such program. Install Git, or compare two folders with --from and --to.",
          ExitCode.Failed,
        );
      }
      throw new UserError(`\`git ${args[0]}\` failed: ${error.message}.`, ExitCode.Failed);
    }
    return { code: status ?? 1, stdout, stderr: stderr.toString().trim() };
  }

  /** One line of output; undefined if git refuses. */
  line(...args: string[]): string | undefined {
    const { code, stdout } = this.run(args);
    return code === 0 ? stdout.toString().replace(/\n$/, "") : undefined;
  }

  /** All files under a tree, such as `<commit>:config`. Undefined if there is no such folder. */
  list(tree: string): TreeEntry[] | undefined {
    const { code, stdout } = this.run(["ls-tree", "-r", "-z", "-l", "--full-tree", tree]);
    if (code !== 0) return undefined;
    return stdout
      .toString()
      .split("\0")
      .filter((entry) => entry !== "")
      .map((entry) => {
        const [, mode, type, id, size, path] = /^(\d+) (\w+) ([0-9a-f]+) +(\d+|-)\t(.*)$/s.exec(entry)!;
        return { mode: mode!, type: type!, id: id!, size: size === "-" ? undefined : Number(size), path: path! };
      });
  }

  /** The content of blobs, in their order. */
  *blobs(ids: readonly string[]): Iterable<Buffer> {
    if (ids.length === 0) return;
    const { code, stdout, stderr } = this.run(["cat-file", "--batch"], `${ids.join("\n")}\n`);
    if (code !== 0) throw new UserError(`\`git cat-file\` failed: ${stderr}`, ExitCode.Failed);
    let at = 0;
    for (const id of ids) {
      const end = stdout.indexOf(10, at);
      const header = stdout.subarray(at, end).toString();
      const [, size] = /^[0-9a-f]+ blob (\d+)$/.exec(header) ?? [];
      if (size === undefined) {
        throw new UserError(
          `The object ${id} is missing in this clone. Fetch everything: git fetch --refetch`,
          ExitCode.Failed,
        );
      }
      const start = end + 1;
      yield stdout.subarray(start, start + Number(size));
      at = start + Number(size) + 1;
    }
  }
}
