import * as fs from "node:fs";

/** Runs once after the tests. */
export default function removeProviders(): void {
  const folder = process.env["GEMKEYS_E2E_FOLDER"];
  if (folder) fs.rmSync(folder, { recursive: true, force: true });
}
