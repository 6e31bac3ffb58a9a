import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";

/** Copies the files under version control as they are now, and what is installed. */
export function copyProject(root: string, target: string): void {
  const files = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" }).split("\0").filter(Boolean);
  for (const file of files.filter((name) => fs.existsSync(path.join(root, name)))) {
    fs.mkdirSync(path.join(target, path.dirname(file)), { recursive: true });
    fs.copyFileSync(path.join(root, file), path.join(target, file));
  }
  fs.cpSync(path.join(root, "node_modules"), path.join(target, "node_modules"), {
    recursive: true,
    verbatimSymlinks: true,
  });
}
