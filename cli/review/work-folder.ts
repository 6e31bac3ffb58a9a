import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** Runs with a temporary folder, which is removed whatever happens: also at the second Ctrl-C, which ends the program. */
export async function inWorkFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), "gemkeys-review-"));
  const remove = () => fs.rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  try {
    return await run(folder);
  } finally {
    process.off("exit", remove);
    remove();
  }
}
