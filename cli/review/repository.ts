import * as fs from "node:fs";
import * as path from "node:path";
import { closest } from "../../values/closest";
import { describeProblem, problem } from "../../values/problem";
import { UserError } from "../report-error";
import { Git } from "./git";

/** The folder of this program. */
export const PROGRAM = path.join(__dirname, "..", "..");

/** The repository that holds the configuration. Paths in it have forward slashes. */
export interface Repository {
  readonly git: Git;
  /** The folder of the working tree. */
  readonly top: string;
  /** The configuration's path from there. */
  readonly config: string;
  /** The path of this program, if the repository holds it too; empty for the top. */
  readonly code: string | undefined;
}

/** @throws UserError if the configuration is in no repository. */
export function openRepository(config: string): Repository {
  const target = path.resolve(config);
  // A link in place of the folder is not followed: what it leads to is another folder.
  const isLink = fs.lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  const start = existing(isLink ? path.dirname(target) : target);
  const git = new Git(start);
  const { code, stdout, stderr } = git.run(["rev-parse", "--show-toplevel"]);
  if (code !== 0) throw notUsable(config, stderr);
  const top = fs.realpathSync(stdout.toString().replace(/\r?\n$/, ""));
  const place = path.join(fs.realpathSync(start), path.relative(start, target));
  const program = inside(top, fs.realpathSync(PROGRAM));
  return { git: new Git(top), top, config: inside(top, place) ?? "", code: program };
}

function existing(folder: string): string {
  return fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? folder : existing(path.dirname(folder));
}

/** The path from a folder, with forward slashes; undefined if it lies outside. */
export function inside(folder: string, target: string): string | undefined {
  const relative = path.relative(folder, target);
  const outside = relative === ".." || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative);
  return outside ? undefined : relative.split(path.sep).join("/");
}

function notUsable(config: string, words: string): UserError {
  const [first = ""] = words.split("\n");
  const none = /not a git repository/.test(first);
  const got = none ? `${config}, which is in none` : first.replace(/^fatal: /, "");
  const fix = none
    ? "Run it in the repository, or name its folder with --config. Two folders are compared with --from and --to."
    : "Git itself refuses: see its words.";
  return new UserError(describeProblem("--base", problem("must be a commit of a git repository", got, fix)));
}

/** True for a path from the top that is of the configuration. */
export function isConfig({ config }: Repository, file: string): boolean {
  if (config !== "") return file === config || file.startsWith(`${config}/`);
  return file === "organization.yaml" || file.startsWith("environments/");
}

/** A commit, as a person calls it. */
export interface Commit {
  readonly id: string;
  /** `main (1a2b3c4)`. */
  readonly label: string;
}

/** @param option the one that was given. @throws UserError if there is no such commit here. */
export function commitOf({ git }: Repository, option: "--base" | "--head", ref: string): Commit {
  const id = /^-|^$/.test(ref) ? undefined : git.line("rev-parse", "--verify", "--quiet", `${ref}^{commit}`);
  if (id === undefined || !/^[0-9a-f]{40,64}$/.test(id)) throw unknownRef(git, option, ref);
  const short = id.slice(0, 7);
  return { id, label: id.startsWith(ref) ? short : `${ref} (${short})` };
}

function unknownRef(git: Git, option: string, ref: string): UserError {
  return new UserError(
    describeProblem(option, problem("must be a commit of this repository", ref, howToGet(git, ref))),
  );
}

function howToGet(git: Git, ref: string): string {
  const refs = git.line("for-each-ref", "--format=%(refname:short)")?.split("\n") ?? [];
  const remote = refs.find((known) => known.endsWith(`/${ref}`));
  if (remote) return `Did you mean ${remote}?`;
  if (git.line("rev-parse", "--is-shallow-repository") === "true" && /^[\w./-]+$/.test(ref) && !ref.startsWith("-")) {
    const branch = ref.replace(/^(?:refs\/remotes\/)?origin\//, "");
    const isId = /^[0-9a-f]{40}$/.test(ref);
    const what = isId ? branch : `${branch}:refs/remotes/origin/${branch}`;
    const then = isId || ref.startsWith("origin/") ? "" : `, and write origin/${branch}`;
    return `This clone is shallow. Fetch it: git fetch --depth=1 origin ${what}${then}.`;
  }
  if (git.line("rev-parse", "--verify", "--quiet", "HEAD") === undefined) return "The repository has no commit yet.";
  const guess = closest(ref, refs);
  return guess ? `Did you mean ${guess}?` : "Fetch it first, or write another branch, tag or commit id.";
}

/** How many commits the base has that the head does not have; 0 where a shallow clone does not tell. */
export function commitsOnlyIn({ git }: Repository, base: Commit, head: string): number {
  if (git.line("rev-parse", "--is-shallow-repository") !== "false") return 0;
  return Number(git.line("rev-list", "--count", base.id, `^${head}`) ?? 0);
}
