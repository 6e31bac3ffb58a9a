import { dayOf } from "../values/date";
import { crossFindings } from "./cross-checks";
import { type Finding, formatFinding, type Note, sortedFindings } from "./finding";
import { type Locate, locateIn } from "./locate";
import type { Declaration } from "./model";
import { type ConfigFiles, readFiles } from "./read-files";
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
}

/**
 * Loads and checks a configuration directory.
 *
 * @param directory holds `organization.yaml` and `environments/<name>.yaml`.
 * @param now the time against which future dates are judged.
 * @throws ConfigError with all problems, sorted by file, line and column.
 */
export function loadConfig(directory: string, now: Date = new Date()): LoadedConfig {
  return loadFiles(readFiles(directory), now);
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
  return { ...resolve(files), locate: locateIn(files) };
}

function contentFindings(file: YamlFile, schema: typeof organizationSchema | typeof environmentSchema): Finding[] {
  const unreadable = file.content === undefined && file.findings.length > 0;
  return unreadable ? [] : schemaFindings(file, schema);
}

/** Today where the day begins first, so that nobody's today is in the future. */
function latestDay(now: Date): string {
  return dayOf(new Date(now.getTime() + 14 * 3_600_000));
}
