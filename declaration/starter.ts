import * as fs from "node:fs";
import * as path from "node:path";
import { dayOf } from "../values/date";
import { saysProduction } from "../values/production-name";
import { folderOnDisk } from "./config-folder";
import { type Finding, sortedFindings } from "./finding";
import { ConfigError, loadFiles } from "./load";
import { record } from "./raw";
import { type ConfigFiles, readFiles } from "./read-files";
import { environmentText, organizationText, type StarterKey, type StarterOrganization } from "./starter-texts";
import { YamlFile } from "./yaml-file";

/** What a configuration shall hold. What is there already is kept. */
export interface StarterAnswers {
  /** Left out where `organization.yaml` exists. */
  readonly organization?: StarterOrganization;
  readonly environments: readonly { readonly name: string; readonly project: string }[];
  readonly budget?: string;
  readonly notify: readonly string[];
  /** The first key, of the first environment that is new. */
  readonly key?: Omit<StarterKey, "created">;
}

/** A configuration folder as it is, with what may be missing in it. */
export interface StartingPoint {
  readonly directory: string;
  readonly files: ConfigFiles;
  /** True if `organization.yaml` is that of the sample, or still has its addresses. */
  readonly isSample: boolean;
  readonly hasBillingAccount: boolean;
  readonly teams: readonly string[];
}

/**
 * Reads what is there. A folder that does not exist yet, or holds no environment, is a starting point as well.
 *
 * @throws ConfigError if a file that is there is wrong: nothing can be added to it then.
 */
export function startingPoint(directory: string, now: Date): StartingPoint {
  const folder = folderOnDisk(directory);
  const read = readFiles(folder);
  const present = (file: string) => fs.lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  const environments = folder.shown("environments");
  const empty = [folder.shown("organization.yaml"), environments].filter((file) => !present(file));
  const noEnvironment = folder.environmentFiles()?.length === 0 ? [environments] : [];
  const findings = read.findings.filter(({ file }) => ![...empty, ...noEnvironment].includes(file));
  if (findings.length > 0) throw new ConfigError(sortedFindings(findings));
  const files: ConfigFiles = { ...read, findings: [] };
  if (files.organization || files.environments.size > 0) loadFiles(files, now);
  const organization = record(files.organization?.content);
  return {
    directory,
    files,
    isSample: organization["allowDocumentationAddresses"] === true,
    hasBillingAccount: organization["billingAccount"] !== undefined,
    teams: Object.keys(record(organization["teams"])),
  };
}

/** The texts of the files to write, by path from the configuration folder. */
export type NewFiles = ReadonlyMap<string, string>;

/** The files that are missing for these answers. */
export function newFiles({ directory, files }: StartingPoint, answers: StarterAnswers, now: Date): NewFiles {
  const texts = new Map<string, string>();
  const schemas = schemasFrom(directory);
  if (answers.organization && !files.organization) {
    texts.set("organization.yaml", organizationText(answers.organization, schemas));
  }
  const { budget, notify, key } = answers;
  const known = record(files.organization?.content);
  const audit =
    answers.organization?.bootstrap === true || known["bootstrap"] !== undefined || known["deployers"] !== undefined;
  const missing = answers.environments.filter(({ name }) => !files.environments.has(name));
  for (const [index, { name, project }] of missing.entries()) {
    const first = index === 0 && key ? { key: { ...key, created: dayOf(now) } } : {};
    const starter = { name, project, protected: saysProduction(name), budget, notify, audit, ...first };
    texts.set(`environments/${name}.yaml`, environmentText(starter, schemas));
  }
  return texts;
}

/** What would be wrong with the configuration after these files were written, in the words of `gemkeys validate`. */
export function starterFindings({ directory, files }: StartingPoint, texts: NewFiles, now: Date): readonly Finding[] {
  const parsed = [...texts].map(
    ([name, text]) => [name, YamlFile.parse(folderOnDisk(directory).shown(name), text)] as const,
  );
  const environments = new Map(files.environments);
  let { organization } = files;
  for (const [name, file] of parsed) {
    if (name === "organization.yaml") organization = file;
    else environments.set(name.slice("environments/".length, -".yaml".length), file);
  }
  const findings = parsed.flatMap(([, file]) => file.findings);
  try {
    loadFiles({ organization, environments, findings }, now);
    return [];
  } catch (error) {
    if (ConfigError.is(error)) return error.findings;
    throw error;
  }
}

/**
 * Writes files that do not exist: all, or none.
 *
 * @throws Error of the file system, after what was written has been removed. `EEXIST` if one is there by now.
 */
export function writeNewFiles(directory: string, texts: NewFiles): void {
  const made: string[] = [];
  const folders: string[] = [];
  try {
    for (const [name, text] of texts) {
      const file = path.join(directory, name);
      const firstFolder = fs.mkdirSync(path.dirname(file), { recursive: true });
      if (firstFolder !== undefined) folders.push(firstFolder);
      const handle = fs.openSync(file, "wx");
      made.push(file);
      try {
        fs.writeFileSync(handle, text);
      } finally {
        fs.closeSync(handle);
      }
    }
  } catch (error) {
    for (const file of made) fs.rmSync(file, { force: true });
    for (const folder of folders.reverse()) fs.rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Editors need the path from the file to the schema, which only a folder of the project has. */
function schemasFrom(directory: string): string | undefined {
  const root = path.join(__dirname, "..");
  const inside = path.relative(root, path.resolve(directory));
  if (inside.startsWith("..") || path.isAbsolute(inside)) return undefined;
  return path.relative(path.resolve(directory), path.join(root, "schemas")).split(path.sep).join("/");
}
