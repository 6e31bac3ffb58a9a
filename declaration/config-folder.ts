import { isUtf8 } from "node:buffer";
import * as fs from "node:fs";
import * as path from "node:path";
import { type Problem, problem } from "../values/problem";

export const MAX_BYTES = 1_000_000;

/** Where the configuration's files come from: a folder on disk, or a commit. */
export interface ConfigFolder {
  /** The names in `environments/`, sorted; undefined if there is no such folder. */
  readonly environmentFiles: () => readonly string[] | undefined;
  /** @param file `organization.yaml`, or `environments/…`. Never throws: why it may not be read is a problem. */
  readonly read: (file: string) => { readonly bytes: Buffer } | { readonly problem: Problem };
  /** The file as messages show it. */
  readonly shown: (file: string) => string;
}

/** A folder on disk; messages show paths as they start at the working folder. */
export function folderOnDisk(directory: string): ConfigFolder {
  return {
    environmentFiles: () => {
      try {
        return fs.readdirSync(path.join(directory, "environments")).sort();
      } catch {
        return undefined;
      }
    },
    read: (name) => {
      const file = path.join(directory, name);
      const found = fileProblem(directory, file);
      if (found) return { problem: found };
      try {
        return { bytes: fs.readFileSync(file) };
      } catch (error) {
        const { code = "" } = error as NodeJS.ErrnoException;
        return { problem: problem("must be readable", code, "Check its permissions.") };
      }
    },
    shown: (file) => shown(path.join(directory, file)),
  };
}

/** The text of a file. */
export function readText(folder: ConfigFolder, file: string): string | { readonly problem: Problem } {
  const found = folder.read(file);
  if ("problem" in found) return found;
  if (!isUtf8(found.bytes)) return { problem: problem("must be UTF-8 text", "other bytes", "Save the file as UTF-8.") };
  return found.bytes.toString("utf8");
}

export function missingFile(): Problem {
  return problem("must exist", "no such file", "Create it, or name another folder with --config.");
}

export function linkedFile(): Problem {
  return problem(
    "must be a file inside the configuration folder",
    "a symbolic link",
    "Copy the content: a link can show a reviewer something else than what is deployed.",
  );
}

export function noFile(): Problem {
  return problem("must be a file", "something else", "Rename or remove it.");
}

export function largeFile(bytes: number): Problem {
  return problem("must be at most 1 MB", `${bytes} bytes`, "Split it into environments.");
}

function fileProblem(directory: string, file: string): Problem | undefined {
  const stat = fs.lstatSync(file, { throwIfNoEntry: false });
  if (!stat) return missingFile();
  if (stat.isSymbolicLink() || outside(directory, file)) return linkedFile();
  if (!stat.isFile()) return noFile();
  return stat.size > MAX_BYTES ? largeFile(stat.size) : undefined;
}

function outside(directory: string, file: string): boolean {
  return path.relative(fs.realpathSync(directory), fs.realpathSync(file)).startsWith("..");
}

/** Forward slashes everywhere, so that messages are the same on every system. */
function shown(file: string): string {
  return path.relative(process.cwd(), file).split(path.sep).join("/") || ".";
}
