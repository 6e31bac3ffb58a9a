import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import type { TreeEntry } from "./git";
import { type Commit, isConfig, PROGRAM, type Repository } from "./repository";

/** The files of the program in a commit, by paths from the program's folder: everything but the configuration. */
export function codeOf(repository: Repository, commit: Commit): TreeEntry[] | undefined {
  if (repository.code === undefined) return undefined;
  const prefix = repository.code === "" ? "" : `${repository.code}/`;
  return repository.git
    .list(`${commit.id}:${repository.code}`)
    ?.filter(({ path: name }) => !isConfig(repository, `${prefix}${name}`));
}

/** True if the commit's program is the one that runs: also in what is not committed. */
export function isRunningCode(repository: Repository, commit: Commit): boolean {
  if (repository.code === undefined) return true;
  const entries = codeOf(repository, commit);
  if (!entries) return false;
  const here = filesHere(repository);
  return entries.length === here.size && entries.every((entry) => here.has(entry.path) && isSame(entry));
}

/** True if the commit asks for the packages that are asked for here. */
export function hasInstalledPackages(repository: Repository, commit: Commit): boolean {
  const lock = codeOf(repository, commit)?.find(({ path: name }) => name === "package-lock.json");
  return lock === undefined || isSame(lock);
}

/** All files that Git would not ignore. */
function filesHere(repository: Repository): Set<string> {
  const { git, code } = repository;
  const { stdout } = git.run(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
  const prefix = code === "" ? "" : `${code}/`;
  const names = stdout.toString().split("\0");
  return new Set(
    names.flatMap((name) =>
      name.startsWith(prefix) && name !== "" && !isConfig(repository, name) ? [name.slice(prefix.length)] : [],
    ),
  );
}

/** What is in a submodule is no part of the program. */
function isSame({ path: name, mode, type, id }: TreeEntry): boolean {
  if (type === "commit") return true;
  const file = path.join(PROGRAM, name);
  try {
    const bytes = mode === "120000" ? Buffer.from(fs.readlinkSync(file)) : fs.readFileSync(file);
    return blobId(bytes, id.length) === id;
  } catch {
    return false;
  }
}

/** How Git calls the content. https://git-scm.com/book/en/v2/Git-Internals-Git-Objects */
export function blobId(bytes: Buffer, length: number): string {
  const hash = createHash(length === 64 ? "sha256" : "sha1");
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}
