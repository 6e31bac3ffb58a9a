import * as fs from "node:fs";
import * as path from "node:path";
import { ConfigError } from "../../declaration/load";
import { runChild } from "../child";
import { UserError } from "../report-error";
import { codeOf } from "./code";
import type { CommitFolder } from "./commit-folder";
import { type Commit, inside, PROGRAM, type Repository } from "./repository";
import { parseSnapshot, type Snapshot } from "./snapshot";
import { checkedName, writeTree } from "./write-tree";

/** Variables that a program needs to run at all. No credential is among them. */
const VARIABLES = ["PATH", "SystemRoot", "TEMP", "TMP", "TMPDIR", "LANG", "LC_ALL", "TZ"];

/** Milliseconds: a thousand environments take half of a minute. */
const TIMEOUT = 300_000;

export interface CommitSynthesis {
  readonly repository: Repository;
  /** Whose code runs. */
  readonly code: Commit;
  /** Whose configuration is synthesized. */
  readonly config: CommitFolder;
  /** A temporary folder; what is written to it stays until the caller removes it. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/**
 * Synthesizes with the code of a commit, in a process of its own without credentials. The code is written to a temporary
 * folder as plain files, beside the packages that are installed here.
 *
 * @throws UserError with what it said if it does not synthesize.
 */
export async function synthesizeCommit(options: CommitSynthesis): Promise<Snapshot> {
  const { repository, code, folder, signal } = options;
  const program = writeProgram(options);
  const config = path.join(folder, "config", repository.config);
  writeConfig(options.config, config);
  // The same place in the tree as here: messages then name the same paths.
  const start = path.join(folder, "config", inside(repository.top, fs.realpathSync(process.cwd())) ?? "");
  fs.mkdirSync(start, { recursive: true });
  const output = path.join(folder, "snapshot.json");
  const args = ["snapshot", "--config", path.relative(start, config) || ".", "--output", output];
  const {
    code: exit,
    output: words,
    timedOut,
  } = await runChild(process.execPath, [program, ...args], {
    cwd: start,
    env: environment(),
    timeout: TIMEOUT,
    signal,
  });
  if (signal.aborted) throw new Interrupted();
  if (timedOut) throw new UserError(`${code.label} took more than 5 minutes to synthesize.`);
  if (exit !== 0) {
    if (/unknown command 'snapshot'/.test(words)) throw tooOld();
    throw new UserError(words.trim() || `It ended with code ${exit}, and said nothing.`);
  }
  const snapshot = parseSnapshot(fs.readFileSync(output, "utf8"));
  if (!snapshot) throw new UserError("Its code is of another version of gemkeys, which this one does not understand.");
  return snapshot;
}

/** The run was ended by Ctrl-C. */
export class Interrupted extends UserError {
  constructor() {
    super("\nInterrupted. Nothing is left behind.", 3);
  }
}

function tooOld(): UserError {
  return new UserError(`Its code is older than \`gemkeys review\`.`);
}

function environment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => VARIABLES.includes(name));
  return { ...Object.fromEntries(own), CHECKPOINT_DISABLE: "1", NO_COLOR: "1" };
}

/** @returns the program's entry. */
function writeProgram({ repository, code, folder }: CommitSynthesis): string {
  const target = path.join(folder, "code");
  const entry = path.join(target, "cli", "gemkeys.js");
  const entries = codeOf(repository, code);
  if (!entries?.some(({ path: name }) => name === "cli/gemkeys.js")) {
    throw new UserError(`${code.label} holds no gemkeys: there is no cli/gemkeys.js.`);
  }
  writeTree(repository.git, entries, target);
  const packages = installedPackages(PROGRAM);
  if (packages) fs.symlinkSync(packages, path.join(target, "node_modules"), "junction");
  return entry;
}

function installedPackages(folder: string): string | undefined {
  const here = path.join(folder, "node_modules");
  if (fs.existsSync(here)) return here;
  const parent = path.dirname(folder);
  return parent === folder ? undefined : installedPackages(parent);
}

/** Only what a configuration consists of. @throws ConfigError if a file is none, or too large. */
function writeConfig(config: CommitFolder, target: string): void {
  const names = (config.environmentFiles() ?? []).map((name) => `environments/${name}`);
  const found = ["organization.yaml", ...names]
    .filter((name) => config.has(name))
    .map((name) => ({ name, ...config.read(name) }));
  const findings = found.flatMap((file) =>
    "problem" in file ? [{ file: config.shown(file.name), line: 1, column: 1, field: "", problem: file.problem }] : [],
  );
  if (findings.length > 0) throw new ConfigError(findings);
  fs.mkdirSync(path.join(target, "environments"), { recursive: true });
  for (const file of found) {
    if ("bytes" in file) fs.writeFileSync(path.join(target, checkedName(file.name)), file.bytes, { flag: "wx" });
  }
}
