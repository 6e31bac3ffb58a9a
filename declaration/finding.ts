import { describeProblem, fieldText, type Problem } from "../values/problem";
import { type FieldPath, formatPath, type YamlFile } from "./yaml-file";

/** The place of a value in a configuration file. Line and column count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Something wrong with the configuration, or worth a note, and where. */
export interface Finding extends Position {
  /** The path of the field, e.g. `keys.chat-backend.allow[1]`. Empty for the whole file. */
  readonly field: string;
  readonly problem: Problem;
}

/** Something done or left undone that the reader should know. It stops nothing. */
export interface Note extends Position {
  readonly field: string;
  readonly text: string;
}

/** The problem with a field's value, if there is one. */
export function valued(file: YamlFile, path: FieldPath, found: Problem | undefined): Finding[] {
  return found ? [{ ...file.position(path), field: formatPath(path), problem: found }] : [];
}

/** The problem with a field as a whole, told at its name. */
export function named(file: YamlFile, path: FieldPath, found: Problem | undefined): Finding[] {
  return found ? [{ ...file.keyPosition(path), field: formatPath(path), problem: found }] : [];
}

/** `config/environments/prod.yaml:14:9: `allow[1]` must be …, got: …. Fix.` */
export function formatFinding(finding: Finding): string {
  return `${place(finding)}: ${describeProblem(finding.field || "file", finding.problem)}`;
}

/** `config/environments/prod.yaml:14:9: `allow`: …` */
export function formatNote(note: Note): string {
  return `${place(note)}: \`${fieldText(note.field)}\`: ${note.text}`;
}

/** By file, line and column, each message once. */
export function sortedFindings(findings: readonly Finding[]): Finding[] {
  const unique = new Map(findings.map((finding) => [formatFinding(finding), finding]));
  return [...unique.values()].sort(byPosition);
}

export function byPosition(a: Position, b: Position): number {
  return compare(a.file, b.file) || a.line - b.line || a.column - b.column;
}

function place({ file, line, column }: Position): string {
  return `${file}:${line}:${column}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
