import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { isObject } from "./fields";
import { settleAll } from "./operations";
import type { Store } from "./store";

const format = "gemkeys local cloud";
const formatVersion = 1;
const note =
  "State of the gemkeys local cloud. The API keys in it are made up and open nothing at Google, but keep the file private all the same.";

/** A state file that cannot be used. The message says which file and what to do. */
export class StateFileError extends Error {
  constructor(
    readonly file: string,
    problem: string,
  ) {
    super(`${file}: ${problem} Delete the file to start with an empty local cloud, or name another one.`);
    this.name = "StateFileError";
  }
}

/** Writes everything the store knows, readable by the owner only, and never half a file. */
export function saveState(store: Store, file: string): void {
  settleAll(store);
  const text = JSON.stringify({ format, version: formatVersion, note, state: store }, null, 1);
  mkdirSync(dirname(file), { recursive: true });
  // In the same folder, since a file can be renamed only within its file system.
  const temporary = `${file}.${process.pid}.tmp`;
  rmSync(temporary, { force: true });
  const handle = openSync(temporary, "wx", 0o600);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(temporary, file);
}

/** Loads a state file into the store. False if there is no such file. */
export function loadState(store: Store, file: string): boolean {
  const text = readIfThere(file);
  if (text === undefined) {
    return false;
  }
  const value = parse(file, text);
  if (value["version"] !== formatVersion) {
    throw new StateFileError(
      file,
      `is of version ${JSON.stringify(value["version"])}; this program reads ${formatVersion}.`,
    );
  }
  const { state } = value;
  if (!isObject(state) || !Object.values(state).every(isObject)) {
    throw new StateFileError(file, "holds no state.");
  }
  store.load(state as never);
  return true;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      return undefined;
    }
    throw new StateFileError(file, `cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

function parse(file: string, text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new StateFileError(file, "is no JSON.");
  }
  if (!isObject(value) || value["format"] !== format) {
    throw new StateFileError(file, "is no state of the local cloud.");
  }
  return value;
}
