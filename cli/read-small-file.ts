import { isUtf8 } from "node:buffer";
import * as fs from "node:fs";
import { UserError } from "./report-error";

/**
 * The text of a file that somebody else may have written: no link is followed, and nothing larger than `limit` is read.
 *
 * @param limit bytes.
 * @throws UserError
 */
export function readSmallFile(file: string, limit: number): string {
  const refuse = (rule: string, got: string) => new UserError(`\`${file}\` ${rule}, got: ${got}.`);
  const stat = fs.lstatSync(file, { throwIfNoEntry: false });
  if (!stat) throw refuse("must exist", "no such file");
  if (!stat.isFile()) throw refuse("must be a file", stat.isSymbolicLink() ? "a symbolic link" : "something else");
  if (stat.size > limit) throw refuse(`must have at most ${limit} bytes`, `${stat.size} bytes`);
  let bytes: Buffer;
  try {
    bytes = fs.readFileSync(file);
  } catch (error) {
    throw refuse("must be readable", (error as NodeJS.ErrnoException).code ?? "unknown");
  }
  if (!isUtf8(bytes)) throw refuse("must be UTF-8 text", "other bytes");
  return bytes.toString("utf8");
}
