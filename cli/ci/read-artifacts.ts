import * as fs from "node:fs";
import * as path from "node:path";
import { type Artifact, MAX_ARTIFACT_SIZE, parseArtifact } from "../../ci/artifact";
import { readSmallFile } from "../read-small-file";
import { UserError } from "../report-error";

/** More are not taken. One is of a stack. */
const MOST_FILES = 2000;

/** Bytes of all together. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * The artifacts in a file, or in the folders a download made; sorted by file. No link is followed.
 *
 * @throws UserError, CiError if one is too large or not one of ours.
 */
export function readArtifacts(place: string): Artifact[] {
  const stat = fs.lstatSync(place, { throwIfNoEntry: false });
  if (!stat) return [];
  const files = stat.isDirectory() ? filesIn(place) : [place];
  const total = files.reduce((sum, file) => sum + fs.lstatSync(file).size, 0);
  if (total > MOST_BYTES)
    throw new UserError(`\`${place}\` must have at most 64 MB, got: ${Math.ceil(total / 1024 / 1024)} MB.`);
  return files.map((file) => parseArtifact(file, readSmallFile(file, MAX_ARTIFACT_SIZE)));
}

function filesIn(folder: string): string[] {
  const found: string[] = [];
  const visit = (current: string, depth: number): void => {
    for (const entry of fs.readdirSync(current, { withFileTypes: true })) {
      if (found.length >= MOST_FILES)
        throw new UserError(`\`${folder}\` must have at most ${MOST_FILES} files, got: more.`);
      const file = path.join(current, entry.name);
      if (entry.isDirectory() && depth < 2) visit(file, depth + 1);
      else found.push(file);
    }
  };
  visit(folder, 0);
  return found.sort();
}
