import * as path from "node:path";
import { ValidationError } from "../../constructs/validation-error";
import { ConfigError, type LoadedConfig, loadConfig } from "../../declaration/load";
import type { Locate } from "../../declaration/locate";
import { locateIn } from "../../declaration/locate";
import { type ConfigFiles, type ParsedFiles, readFiles } from "../../declaration/read-files";
import type { LocateField } from "../../policies/engine";
import type { Note } from "../../review/model";
import { emptySide, type Side } from "../../review/side";
import { factsOf, fieldLocator, judge, waiversOf } from "../../stacks/judge";
import { redactKeys } from "../../values/redact";
import { UserError } from "../report-error";
import { hasInstalledPackages, isRunningCode } from "./code";
import { type CommitFolder, commitFolder } from "./commit-folder";
import { type Commit, commitOf, commitsOnlyIn, openRepository, type Repository } from "./repository";
import type { Sides } from "./sides";
import { type Snapshot, snapshotOf } from "./snapshot";
import { synthesizeCommit } from "./synthesize-commit";
import { type TouchedSides, touchedSides } from "./touched";

export interface CodeSource {
  readonly base: string;
  /** Left out: the working tree. */
  readonly head?: string;
  /** The configuration's folder. */
  readonly config: string;
  /** The base's code makes both sides; nothing of the head is run. */
  readonly trustedCode: boolean;
}

export interface RunContext {
  /** `YYYY-MM-DD`. */
  readonly today: string;
  /** A temporary folder. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly onStep: (text: string) => void;
}

/** Both sides of a change in a repository. @throws UserError, ConfigError if the head cannot be shown. */
export async function sidesFromCode(source: CodeSource, context: RunContext): Promise<Sides> {
  const repository = openRepository(source.config);
  const base = commitOf(repository, "--base", source.base);
  const head = source.head === undefined ? undefined : commitOf(repository, "--head", source.head);
  const run: Run = { ...context, ...source, repository, base, head, parsed: new Map(), notes: [] };
  // At the same time, where they are processes of their own. Both have ended before anything else is told.
  const [old, now] = await Promise.allSettled([madeOfBase(run), madeOfHead(run)]);
  if (now.status === "rejected") throw now.reason;
  if (old.status === "rejected") throw old.reason;
  const before = old.value;
  const found = sidesOf(run, before, now.value);
  const ahead = commitsOnlyIn(repository, base, head?.id ?? "HEAD");
  if (ahead > 0) run.notes.push(aheadNote(base, ahead));
  const { untouched, locate, ...sides } = found;
  return { ...sides, options: { source: "code", today: run.today, locate, untouched, notes: run.notes } };
}

interface Run extends RunContext, Omit<CodeSource, "base" | "head"> {
  readonly repository: Repository;
  readonly base: Commit;
  readonly head: Commit | undefined;
  readonly parsed: ParsedFiles;
  readonly notes: Note[];
}

/** A configuration that this program's code synthesizes, or what another commit's code has made of one. */
type Made = { readonly config: LoadedConfig } | { readonly snapshot: Snapshot; readonly locate?: Locate };

async function madeOfHead(run: Run): Promise<Made> {
  const { head, base, repository, trustedCode, parsed } = run;
  if (!head) return { config: loadConfig(run.config, undefined, parsed) };
  const folder = commitFolder(repository, head, "--head");
  if (!folder) {
    throw new UserError(
      `\`--head\` must have the folder ${repository.config}, got: ${head.label}, which has none. Name another with --config.`,
    );
  }
  const code = trustedCode ? base : head;
  if (isRunningCode(repository, code)) return { config: loadConfig(folder, undefined, parsed) };
  return { snapshot: await synthesized(run, code, folder, "head"), locate: locateIn(readFiles(folder, parsed)) };
}

/** Undefined if there is nothing to compare with: a note says why. */
async function madeOfBase(run: Run): Promise<Made | undefined> {
  const { base, repository, parsed, notes } = run;
  const folder = commitFolder(repository, base, "--base");
  if (!folder) {
    notes.push({ risk: "low", text: `${base.label} has no folder ${repository.config}: everything is new.` });
    return undefined;
  }
  try {
    if (isRunningCode(repository, base)) return { config: loadConfig(folder, undefined, parsed) };
    return { snapshot: await synthesized(run, base, folder, "base") };
  } catch (error) {
    const isTold = ConfigError.is(error) || ValidationError.is(error) || UserError.is(error);
    if (run.signal.aborted || !isTold) throw error;
    notes.push({
      risk: "high",
      text: `${base.label} does not synthesize, so everything is shown as new. What it said:\n${redactKeys(error.message)}`,
    });
    return undefined;
  }
}

function synthesized(run: Run, code: Commit, config: CommitFolder, name: string): Promise<Snapshot> {
  run.onStep(`synthesizing with the code of ${code.label}`);
  if (!hasInstalledPackages(run.repository, code)) {
    run.notes.push({
      risk: "low",
      text: `The package-lock.json of ${code.label} is not the one here: its code ran with the packages that are installed here.`,
    });
  }
  return synthesizeCommit({ ...run, folder: path.join(run.folder, name), code, config });
}

function sidesOf(run: Run, before: Made | undefined, made: Made): FoundSides {
  run.onStep("comparing");
  const labels = { base: run.base.label, head: run.head?.label ?? "working tree" };
  if (before && "config" in before && "config" in made) {
    const changed = changedEnvironments(before.config.files, made.config.files);
    if (changed) {
      const [base, head] = [
        { label: labels.base, config: before.config },
        { label: labels.head, config: made.config },
      ];
      return touchedSides({ base, head, changed, today: run.today });
    }
  }
  const head = sideOf(labels.head, made, run);
  return {
    base: before ? sideOf(labels.base, before, run).side : emptySide(labels.base),
    head: head.side,
    untouched: 0,
    locate: head.locate,
  };
}

interface FoundSides extends Omit<TouchedSides, "locate"> {
  readonly locate: LocateField | undefined;
}

/** By their files; undefined if what they share differs. */
function changedEnvironments(before: ConfigFiles, after: ConfigFiles): Set<string> | undefined {
  if (before.organization !== after.organization) return undefined;
  const names = [...before.environments.keys(), ...after.environments.keys()];
  return new Set(names.filter((name) => before.environments.get(name) !== after.environments.get(name)));
}

function sideOf(label: string, made: Made, { today }: Run) {
  const { stacks, declaration, networks } = "config" in made ? snapshotOf(made.config) : made.snapshot;
  const locate = "config" in made ? made.config.locate : made.locate;
  const facts = factsOf(stacks, declaration, true);
  const { findings } = judge(facts, declaration, { today, locate });
  const side: Side = { label, facts, findings, waivers: waiversOf(declaration), networks };
  return { side, locate: locate && fieldLocator(facts, declaration, locate) };
}

function aheadNote(base: Commit, count: number): Note {
  const commits = count === 1 ? "1 commit" : `${count} commits`;
  return {
    risk: "low",
    text: `${base.label} has ${commits} that the head does not have: what they changed is shown as if this change took it back. Merge or rebase first.`,
  };
}
