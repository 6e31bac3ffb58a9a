import { type Problem, problem } from "../values/problem";
import { type ConfigFolder, readText } from "./config-folder";
import type { Finding } from "./finding";
import { YamlFile } from "./yaml-file";

/** The configuration's files, parsed. A file that may not be read is a finding and is left out. */
export interface ConfigFiles {
  readonly organization?: YamlFile;
  /** By name of the environment. */
  readonly environments: ReadonlyMap<string, YamlFile>;
  readonly findings: readonly Finding[];
}

/** Files that were read before, by path and text: of two configurations most are the same. */
export type ParsedFiles = Map<string, YamlFile>;

/** Reads `organization.yaml` and `environments/*.yaml` of a configuration. */
export function readFiles(folder: ConfigFolder, parsed: ParsedFiles = new Map()): ConfigFiles {
  const findings: Finding[] = [];
  const refuse = (file: string, found: Problem) => {
    findings.push({ file: folder.shown(file), line: 1, column: 1, field: "", problem: found });
  };
  const organization = readFile(folder, "organization.yaml", parsed, refuse);
  const environments = new Map<string, YamlFile>();
  for (const name of environmentFiles(folder, refuse)) {
    const file = readFile(folder, `environments/${name}`, parsed, refuse);
    if (file) environments.set(environmentOf(name), file);
  }
  const all = organization ? [organization, ...environments.values()] : [...environments.values()];
  return { organization, environments, findings: [...findings, ...all.flatMap((file) => file.findings)] };
}

/** The environment of a file: `prod` of `prod.yaml`. */
export function environmentOf(name: string): string {
  return name.slice(0, -".yaml".length);
}

type Refuse = (file: string, found: Problem) => void;

function environmentFiles(folder: ConfigFolder, refuse: Refuse): string[] {
  const names = folder.environmentFiles();
  if (names === undefined) {
    refuse("environments", problem("must be a folder with one file per environment", "no such folder", "Create it."));
    return [];
  }
  const files = names.filter((name) => {
    if (name.endsWith(".yaml")) return true;
    // A declaration nobody reads would look like a key that exists.
    if (/\.(ya?ml|json)/i.test(name)) {
      refuse(`environments/${name}`, problem("must be named <environment>.yaml", name, "Rename or remove the file."));
    }
    return false;
  });
  if (files.length === 0) {
    refuse("environments", problem("must hold at least one environment", "none", "Add e.g. dev.yaml."));
  }
  return files;
}

function readFile(folder: ConfigFolder, file: string, parsed: ParsedFiles, refuse: Refuse): YamlFile | undefined {
  const text = readText(folder, file);
  if (typeof text !== "string") {
    refuse(file, text.problem);
    return undefined;
  }
  const id = `${folder.shown(file)}\n${text}`;
  const found = parsed.get(id) ?? YamlFile.parse(folder.shown(file), text);
  parsed.set(id, found);
  return found;
}
