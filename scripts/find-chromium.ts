import * as fs from "node:fs";
import * as path from "node:path";
import type { LaunchOptions } from "playwright-core";

/** Names under which systems install it. */
const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** How to start the machine's Chromium, or why that is not possible. */
export function findChromium(): LaunchOptions | { readonly reason: string } {
  const folders = (process.env["PATH"] ?? "").split(path.delimiter).filter(Boolean);
  const candidates = folders.flatMap((folder) => NAMES.map((name) => path.join(folder, name)));
  const executablePath = candidates.find((file) => fs.existsSync(file));
  if (executablePath === undefined) return { reason: `none of ${NAMES.join(", ")} is on the PATH` };
  // Chromium refuses to start its sandbox for root. The pages are ours.
  return { executablePath, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] };
}
