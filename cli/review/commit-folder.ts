import * as path from "node:path";
import {
  type ConfigFolder,
  largeFile,
  linkedFile,
  MAX_BYTES,
  missingFile,
  noFile,
} from "../../declaration/config-folder";
import { type Problem, problem } from "../../values/problem";
import { UserError } from "../report-error";
import type { TreeEntry } from "./git";
import type { Commit, Repository } from "./repository";

/** The configuration of a commit, read as blobs: nothing is checked out, and no link is followed. */
export interface CommitFolder extends ConfigFolder {
  /** The ids of the blobs by file. */
  readonly ids: ReadonlyMap<string, string>;
  readonly has: (file: string) => boolean;
}

/**
 * @param option how the commit was given.
 * @returns undefined if the commit has no such folder.
 * @throws UserError if something else is in its place.
 */
export function commitFolder(repository: Repository, commit: Commit, option: string): CommitFolder | undefined {
  const { git, top, config } = repository;
  const entries = git.list(`${commit.id}:${config}`);
  if (!entries) {
    refuseOther(repository, commit, option);
    return undefined;
  }
  const files = new Map(entries.map((entry) => [entry.path, entry]));
  const wanted = entries.filter((entry) => isConfig(entry.path) && problemWith(entry) === undefined);
  const bytes = readAhead(() => git.blobs(wanted.map(({ id }) => id)), wanted);
  return {
    ids: new Map(wanted.map(({ path: file, id }) => [file, id])),
    has: (file) => files.has(file),
    environmentFiles: () => {
      const names = new Set(entries.flatMap(({ path: file }) => /^environments\/([^/]+)/.exec(file)?.[1] ?? []));
      return names.size > 0 ? [...names].sort() : undefined;
    },
    read: (file) => {
      const entry = files.get(file);
      const folder = entries.some((other) => other.path.startsWith(`${file}/`));
      const found = entry ? problemWith(entry) : folder ? noFile() : missingFile();
      return found ? { problem: found } : { bytes: bytes(file) };
    },
    shown: (file) =>
      path
        .relative(process.cwd(), path.join(top, config, file))
        .split(path.sep)
        .join("/"),
  };
}

function refuseOther({ git, config }: Repository, { id, label }: Commit, option: string): void {
  const mode = git.line("ls-tree", "--full-tree", id, "--", config)?.slice(0, 6);
  if (!mode) return;
  const [what, fix] =
    mode === "160000"
      ? ["a submodule", "Run the review in the submodule."]
      : mode === "120000"
        ? ["a symbolic link", "Commit the folder itself."]
        : ["a file", "Name another with --config."];
  throw new UserError(`\`${option}\` must have the folder ${config}, got: ${label}, where it is ${what}. ${fix}`);
}

/** True for the files that are read, and for those beside them that are refused. */
function isConfig(file: string): boolean {
  return file === "organization.yaml" || /^environments\/[^/]+$/.test(file);
}

function problemWith({ mode, type, size = 0 }: TreeEntry): Problem | undefined {
  if (mode === "120000") return linkedFile();
  if (type === "commit") return problem("must be a file", "a submodule", "Copy the file into this repository.");
  return size > MAX_BYTES ? largeFile(size) : undefined;
}

/** All blobs in one go, at the first question. */
function readAhead(read: () => Iterable<Buffer>, wanted: readonly TreeEntry[]): (file: string) => Buffer {
  let content: Map<string, Buffer> | undefined;
  return (file) => {
    if (!content) {
      const all = [...read()];
      content = new Map(wanted.map((entry, index) => [entry.path, all[index]!]));
    }
    return content.get(file)!;
  };
}
