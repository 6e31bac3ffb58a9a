import * as fs from "node:fs";
import * as path from "node:path";
import { PROGRAM_FILES } from "../../scripts/program-files";
import { files } from "./config-folder";
import { TestRepository } from "./git-repository";

const ROOT = path.join(__dirname, "..", "..");

/** A repository as users have it: the program and a configuration, in its first commit. The packages are linked. */
export function programRepository(): TestRepository {
  const repository = TestRepository.create("program", "config", files());
  fs.appendFileSync(path.join(repository.folder, ".git/info/exclude"), "node_modules\n");
  for (const name of PROGRAM_FILES) {
    fs.cpSync(path.join(ROOT, name), path.join(repository.folder, name), { recursive: true });
  }
  fs.symlinkSync(path.join(ROOT, "node_modules"), path.join(repository.folder, "node_modules"));
  repository.commit("program");
  return repository;
}
