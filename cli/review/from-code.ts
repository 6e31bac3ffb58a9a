import * as path from "node:path";
import { ValidationError } from "../../constructs/validation-error";
import { ConfigError, loadConfig } from "../../declaration/load";
import type { Locate } from "../../declaration/locate";
import { locateIn } from "../../declaration/locate";
import { readFiles } from "../../declaration/read-files";
import type { Note } from "../../review/model";
import type { Side } from "../../review/side";
import { factsOf, judge, waiversOf } from "../../stacks/judge";
import { redactKeys } from "../../values/redact";
import { UserError } from "../report-error";
import { isRunningCode } from "./code";
import { commitFolder } from "./commit-folder";
import { renameNotes } from "./renames";
import { type Commit, commitOf, commitsOnlyIn, openRepository, type Repository } from "./repository";
import { emptySide, type Sides } from "./sides";
import { type Snapshot, snapshotOf } from "./snapshot";
import { synthesizeCommit } from "./synthesize-commit";

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
  const notes: Note[] = [];
  context.onStep(`synthesizing ${head?.label ?? "the working tree"}`);
  const headSide = await headOf(repository, base, head, source, context);
  context.onStep(`synthesizing ${base.label}`);
  const baseSide = await baseOf(repository, base, context, notes);
  if (baseSide.facts.length > 0) notes.push(...renameNotes(baseSide.facts, headSide.facts));
  const ahead = commitsOnlyIn(repository, base, head?.id ?? "HEAD");
  if (ahead > 0) notes.push(aheadNote(base, ahead));
  return { source: "code", base: baseSide, head: headSide, untouched: 0, notes };
}

async function headOf(
  repository: Repository,
  base: Commit,
  head: Commit | undefined,
  { config, trustedCode }: CodeSource,
  context: RunContext,
): Promise<Side> {
  const label = head?.label ?? "working tree";
  if (!head) {
    const loaded = loadConfig(config);
    return sideOf(label, snapshotOf(loaded), context, loaded.locate);
  }
  const folder = commitFolder(repository, head, "--head");
  if (!folder)
    throw new UserError(
      `\`--head\` must have the folder ${repository.config}, got: ${label}, which has none. Name another with --config.`,
    );
  const code = trustedCode ? base : head;
  if (isRunningCode(repository, code)) {
    const loaded = loadConfig(folder);
    return sideOf(label, snapshotOf(loaded), context, loaded.locate);
  }
  const snapshot = await synthesizeCommit({
    ...context,
    folder: path.join(context.folder, "head"),
    repository,
    code,
    config: folder,
  });
  return sideOf(label, snapshot, context, locateIn(readFiles(folder)));
}

async function baseOf(repository: Repository, base: Commit, context: RunContext, notes: Note[]): Promise<Side> {
  const folder = commitFolder(repository, base, "--base");
  if (!folder) {
    notes.push({ risk: "low", text: `${base.label} has no folder ${repository.config}: everything is new.` });
    return emptySide(base.label);
  }
  try {
    const snapshot = isRunningCode(repository, base)
      ? snapshotOf(loadConfig(folder))
      : await synthesizeCommit({
          ...context,
          folder: path.join(context.folder, "base"),
          repository,
          code: base,
          config: folder,
        });
    return sideOf(base.label, snapshot, context, undefined);
  } catch (error) {
    if (context.signal.aborted || !(ConfigError.is(error) || ValidationError.is(error) || UserError.is(error)))
      throw error;
    notes.push({
      risk: "high",
      text: `${base.label} does not synthesize, so everything is shown as new. What it said:\n${redactKeys(error.message)}`,
    });
    return emptySide(base.label);
  }
}

function sideOf(label: string, snapshot: Snapshot, { today }: RunContext, locate: Locate | undefined): Side {
  const facts = factsOf(snapshot.stacks, snapshot.declaration);
  const { findings } = judge(facts, snapshot.declaration, { today, locate });
  return { label, facts, findings, waivers: waiversOf(snapshot.declaration), networks: snapshot.networks };
}

function aheadNote(base: Commit, count: number): Note {
  const commits = count === 1 ? "1 commit" : `${count} commits`;
  return {
    risk: "low",
    text: `${base.label} has ${commits} that the head does not have: what they changed is shown as if this change took it back. Merge or rebase first.`,
  };
}
