import { isUtf8 } from "node:buffer";
import * as fs from "node:fs";
import * as path from "node:path";
import { type Problem, problem } from "../values/problem";
import type { Finding } from "./finding";
import { YamlFile } from "./yaml-file";

const MAX_BYTES = 1_000_000;

/** The configuration's files, parsed. A file that may not be read is a finding and is left out. */
export interface ConfigFiles {
  readonly organization?: YamlFile;
  /** By name of the environment. */
  readonly environments: ReadonlyMap<string, YamlFile>;
  readonly findings: readonly Finding[];
}

/**
 * Reads `organization.yaml` and `environments/*.yaml` of a configuration directory.
 *
 * @param directory the directory; messages show paths as they start here.
 */
export function readFiles(directory: string): ConfigFiles {
  const findings: Finding[] = [];
  const refuse = (file: string, found: Problem) => {
    findings.push({ file: shown(file), line: 1, column: 1, field: "", problem: found });
  };
  const organization = readFile(directory, path.join(directory, "organization.yaml"), refuse);
  const environments = new Map<string, YamlFile>();
  const folder = path.join(directory, "environments");
  for (const name of environmentFiles(folder, refuse)) {
    const file = readFile(directory, path.join(folder, name), refuse);
    if (file) environments.set(name.slice(0, -".yaml".length), file);
  }
  const parsed = organization ? [organization, ...environments.values()] : [...environments.values()];
  return { organization, environments, findings: [...findings, ...parsed.flatMap((file) => file.findings)] };
}

type Refuse = (file: string, found: Problem) => void;

function environmentFiles(folder: string, refuse: Refuse): string[] {
  let names: string[];
  try {
    names = fs.readdirSync(folder).sort();
  } catch {
    refuse(folder, problem("must be a folder with one file per environment", "no such folder", "Create it."));
    return [];
  }
  const files = names.filter((name) => {
    if (name.endsWith(".yaml")) return true;
    // A declaration nobody reads would look like a key that exists.
    if (/\.(ya?ml|json)/i.test(name)) {
      refuse(path.join(folder, name), problem("must be named <environment>.yaml", name, "Rename or remove the file."));
    }
    return false;
  });
  if (files.length === 0) refuse(folder, problem("must hold at least one environment", "none", "Add e.g. dev.yaml."));
  return files;
}

function readFile(directory: string, file: string, refuse: Refuse): YamlFile | undefined {
  const found = fileProblem(directory, file);
  if (found) {
    refuse(file, found);
    return undefined;
  }
  let bytes: Buffer;
  try {
    bytes = fs.readFileSync(file);
  } catch (error) {
    refuse(file, problem("must be readable", (error as NodeJS.ErrnoException).code ?? "", "Check its permissions."));
    return undefined;
  }
  if (!isUtf8(bytes)) {
    refuse(file, problem("must be UTF-8 text", "other bytes", "Save the file as UTF-8."));
    return undefined;
  }
  return YamlFile.parse(shown(file), bytes.toString("utf8"));
}

function fileProblem(directory: string, file: string): Problem | undefined {
  const stat = fs.lstatSync(file, { throwIfNoEntry: false });
  if (!stat) return problem("must exist", "no such file", "Create it, or name another folder with --config.");
  if (stat.isSymbolicLink() || outside(directory, file)) {
    return problem(
      "must be a file inside the configuration folder",
      "a symbolic link",
      "Copy the content: a link can show a reviewer something else than what is deployed.",
    );
  }
  if (!stat.isFile()) return problem("must be a file", "something else", "Rename or remove it.");
  if (stat.size > MAX_BYTES)
    return problem("must be at most 1 MB", `${stat.size} bytes`, "Split it into environments.");
  return undefined;
}

function outside(directory: string, file: string): boolean {
  return path.relative(fs.realpathSync(directory), fs.realpathSync(file)).startsWith("..");
}

/** Forward slashes everywhere, so that messages are the same on every system. */
export function shown(file: string): string {
  return path.relative(process.cwd(), file).split(path.sep).join("/") || ".";
}
