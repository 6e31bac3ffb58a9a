import * as fs from "node:fs";
import * as path from "node:path";

const FOLDER = path.join(__dirname, "..", "review", "golden");

/**
 * Compares with a file of `test/review/golden`. `GOLDEN=write` in the environment writes it instead: look at what git says has
 * changed.
 */
export function expectGolden(name: string, text: string): void {
  const file = path.join(FOLDER, name);
  if (process.env["GOLDEN"] === "write") fs.writeFileSync(file, text);
  expect(text).toBe(fs.readFileSync(file, "utf8").replaceAll("\r\n", "\n"));
}
