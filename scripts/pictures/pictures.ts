import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { renderMarkdown } from "../../review/formats/markdown";
import { renderTerminal } from "../../review/formats/terminal";
import { renderHtml } from "../../review/html/render";
import type { Review } from "../../review/model";
import { parseReview } from "../../review/read-review";
import { findChromium } from "../find-chromium";
import { commentPage } from "./comment-page";
import { makeExample } from "./example-change";
import { terminalPage } from "./terminal-page";

/**
 * `npm run pictures`: reviews a change of the sample and takes the pictures of `docs/pictures` of what comes out. Needs a
 * Chromium on the machine.
 */

const ROOT = path.join(__dirname, "..", "..");
const TARGET = path.join(ROOT, "docs", "pictures");
/** Of the terminal: the first environment. */
const LINES = 35;
const COMMAND = ["review", "--base", "main"];

interface Picture {
  readonly name: string;
  readonly html: string;
  /** What is shown, in pixels; the rest of the page is cut off. */
  readonly width: number;
  readonly height: number;
  /** The key whose drawing is shown, and nothing else. */
  readonly key?: string;
}

async function main(): Promise<number> {
  const found = findChromium();
  if ("reason" in found) {
    process.stderr.write(`No pictures: ${found.reason}.\n`);
    return 3;
  }
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gemkeys-pictures-"));
  try {
    const pictures = picturesOf(exampleReview(folder));
    const browser = await chromium.launch(found);
    try {
      for (const picture of pictures) await take(browser, folder, picture);
    } finally {
      await browser.close();
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
  return 0;
}

function picturesOf(review: Review): Picture[] {
  const page = renderHtml({ kind: "review", review });
  const terminal = renderTerminal(review, { color: true, width: 100 });
  return [
    { name: "review-comment", html: commentPage(renderMarkdown(review)), width: 1026, height: 860 },
    { name: "review-page", html: page, width: 1200, height: 900 },
    { name: "key", html: page, width: 1310, height: 900, key: "summaries" },
    {
      name: "terminal",
      html: terminalPage(`npx gemkeys ${COMMAND.join(" ")}`, terminal, LINES),
      width: 850,
      height: 690,
    },
  ];
}

/** As the program tells it in a repository with that change. */
function exampleReview(folder: string): Review {
  makeExample(path.join(ROOT, "config"), folder);
  const args = [path.join(ROOT, "cli", "gemkeys.js"), ...COMMAND, "--format", "json"];
  return parseReview(execFileSync(process.execPath, args, { cwd: folder, encoding: "utf8" }));
}

async function take(browser: Browser, folder: string, { name, html, width, height, key }: Picture): Promise<void> {
  const file = path.join(folder, `${name}.html`);
  fs.writeFileSync(file, html);
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: "light" });
  const page = await context.newPage();
  await page.goto(pathToFileURL(file).href);
  const picture = path.join(TARGET, `${name}.png`);
  if (key === undefined) {
    await page.screenshot({ path: picture });
  } else {
    await page.getByRole("region", { name: "Changes" }).getByRole("link", { name: key }).last().click();
    await page.locator("figure:visible").first().screenshot({ path: picture });
  }
  await context.close();
  process.stdout.write(`docs/pictures/${name}.png ${Math.round(fs.statSync(picture).size / 1024)} KB\n`);
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${(error as Error).stack}\n`);
    process.exitCode = 3;
  },
);
