import * as fs from "node:fs";
import * as path from "node:path";
import { echo } from "../../values/problem";
import { ExitCode } from "../exit-code";
import { UserError } from "../report-error";
import type { Git, TreeEntry } from "./git";

/** Bytes. A larger file is no code. */
const LARGEST = 10_000_000;

/**
 * Writes files of a commit as they are in it. Symbolic links and submodules are left out, and no filter runs.
 *
 * @param entries of paths from `folder`.
 */
export function writeTree(git: Git, entries: readonly TreeEntry[], folder: string): void {
  const files = entries.filter(({ mode, type, size = 0 }) => type === "blob" && mode !== "120000" && size <= LARGEST);
  const made = new Set<string>();
  let index = 0;
  for (const bytes of git.blobs(files.map(({ id }) => id))) {
    const file = path.join(folder, checkedName(files[index++]!.path));
    const parent = path.dirname(file);
    if (!made.has(parent)) fs.mkdirSync(parent, { recursive: true });
    made.add(parent);
    fs.writeFileSync(file, bytes, { flag: "wx" });
  }
}

/** A tree can be made by hand, with names that Git itself would not write. @throws UserError for one of them. */
export function checkedName(name: string): string {
  const parts = name.split("/");
  if (parts.some((part) => part === "" || part === "." || part === ".." || /[\\:\0]|^\.git$/i.test(part))) {
    throw new UserError(`The commit holds a file that must not be written: ${echo(name)}.`, ExitCode.WrongInput);
  }
  return name;
}
