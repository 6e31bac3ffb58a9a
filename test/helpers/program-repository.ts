import * as fs from "node:fs";
import * as path from "node:path";
import { TABLE } from "../../scripts/import-rules";
import { files } from "./config-folder";
import { TestRepository } from "./git-repository";

const ROOT = path.join(__dirname, "..", "..");

/** What a run needs; the packages are linked. */
const PROGRAM = ["cli", ...TABLE["cli"]!.folders, ..."main.ts register.js package-lock.json tsconfig.json".split(" ")];

/** A repository as users have it: the program and a configuration, in its first commit. */
export function programRepository(): TestRepository {
  const repository = TestRepository.create("program", "config", files());
  fs.appendFileSync(path.join(repository.folder, ".git/info/exclude"), "node_modules\n");
  for (const name of PROGRAM) {
    fs.cpSync(path.join(ROOT, name), path.join(repository.folder, name), { recursive: true });
  }
  fs.symlinkSync(path.join(ROOT, "node_modules"), path.join(repository.folder, "node_modules"));
  repository.commit("program");
  return repository;
}
