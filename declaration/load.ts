import { dayOf } from "../values/date";
import { type ConfigFolder, folderOnDisk } from "./config-folder";
import { crossFindings } from "./cross-checks";
import { type Finding, formatFinding, type Note, sortedFindings } from "./finding";
import { type Locate, locateIn } from "./locate";
import type { Declaration } from "./model";
import { type ConfigFiles, type ParsedFiles, readFiles } from "./read-files";
import { resolve } from "./resolve";
import { environmentSchema, organizationSchema } from "./schema";
import { schemaFindings } from "./schema-findings";
import type { YamlFile } from "./yaml-file";

const CONFIG_ERROR = Symbol.for("gemkeys.ConfigError");

/** The configuration is wrong. The message holds every problem of every file, a line each. */
export class ConfigError extends Error {
  constructor(readonly findings: readonly Finding[]) {
    super(findings.map(formatFinding).join("\n"));
    this.name = "ConfigError";
    Object.defineProperty(this, CONFIG_ERROR, { value: true });
  }

  static is(error: unknown): error is ConfigError {
    return typeof error === "object" && error !== null && CONFIG_ERROR in error;
  }
}

export interface LoadedConfig {
  readonly declaration: Declaration;
  readonly notes: readonly Note[];
  readonly locate: Locate;
  readonly files: ConfigFiles;
}

/**
 * Loads and checks a configuration.
 *
 * @param folder a directory, or where else the files come from: it holds `organization.yaml` and `environments/<name>.yaml`.
 * @param now the time against which future dates are judged.
 * @param parsed shared by two configurations that are compared: what is the same in both is read once, and the same object.
 * @throws ConfigError with all problems, sorted by file, line and column.
 */
export function loadConfig(folder: string | ConfigFolder, now: Date = new Date(), parsed?: ParsedFiles): LoadedConfig {
  return loadFiles(readFiles(typeof folder === "string" ? folderOnDisk(folder) : folder, parsed), now);
}

/** The same for files that were read already, or are not written yet. @throws ConfigError with all problems. */
export function loadFiles(files: ConfigFiles, now: Date = new Date()): LoadedConfig {
  const findings = sortedFindings([
    ...files.findings,
    ...(files.organization ? contentFindings(files.organization, organizationSchema) : []),
    ...[...files.environments.values()].flatMap((file) => contentFindings(file, environmentSchema)),
    ...crossFindings(files, latestDay(now)),
  ]);
  if (findings.length > 0) throw new ConfigError(findings);
  const { declaration, notes } = resolve(files);
  return {
    declaration,
    files,
    locate: locateIn(files),
    get notes() {
      return notes();
    },
  };
}

/** By file: a file of two configurations is checked once. */
const known = new WeakMap<YamlFile, readonly Finding[]>();

function contentFindings(
  file: YamlFile,
  schema: typeof organizationSchema | typeof environmentSchema,
): readonly Finding[] {
  const unreadable = file.content === undefined && file.findings.length > 0;
  const findings = known.get(file) ?? (unreadable ? [] : schemaFindings(file, schema));
  known.set(file, findings);
  return findings;
}

/** Today where the day begins first, so that nobody's today is in the future. */
function latestDay(now: Date): string {
  return dayOf(new Date(now.getTime() + 14 * 3_600_000));
}
