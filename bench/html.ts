import * as fs from "node:fs";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { renderHtml } from "../review/html/render";
import { findChromium } from "../test/helpers/chromium";
import { reviewOfManyKeys } from "./many-keys";

export interface HtmlResult {
  readonly keys: number;
  readonly megabytes: number;
  /** To write the file. */
  readonly renderSeconds: number;
  /** From opening it until everything answers and the browser has painted it. */
  readonly interactiveSeconds: number;
  /** From a letter in the search until the hits are painted. */
  readonly searchSeconds: number;
  /** From a click on a key until it is drawn. */
  readonly openSeconds: number;
}

/** After the next frame: what was asked for is on the screen. */
const PAINTED = "new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(performance.now()))))";

/**
 * Renders a review of so many keys and reads it in Chromium. The median of the runs.
 *
 * @returns or the reason why there is no Chromium
 */
export async function benchHtml(
  keys: number,
  runs: number,
  folder: string,
): Promise<HtmlResult | { readonly reason: string }> {
  const found = findChromium();
  if ("reason" in found) return found;
  const review = reviewOfManyKeys(keys);
  const start = performance.now();
  const html = renderHtml({ kind: "review", review });
  const renderSeconds = (performance.now() - start) / 1000;
  const file = path.join(folder, "many-keys.html");
  fs.writeFileSync(file, html);
  const browser = await chromium.launch(found);
  try {
    const results: { interactive: number; search: number; open: number }[] = [];
    for (let run = 0; run < runs; run++) {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      await page.goto(pathToFileURL(file).href);
      const interactive = await page.evaluate<number>(PAINTED);
      const search = await page.evaluate<number>(action("#search", "target.value = 'service-042'; target.form.dispatchEvent(new Event('input'));"));
      await page.evaluate(action("#search", "target.value = ''; target.form.dispatchEvent(new Event('input'));"));
      const open = await page.evaluate<number>(action(".opener", "target.click();"));
      results.push({ interactive, search, open });
      await page.close();
    }
    const median = (of: (result: (typeof results)[number]) => number) =>
      results.map(of).sort((a, b) => a - b)[Math.floor(results.length / 2)]! / 1000;
    return {
      keys,
      megabytes: Buffer.byteLength(html) / 1e6,
      renderSeconds,
      interactiveSeconds: median(({ interactive }) => interactive),
      searchSeconds: median(({ search }) => search),
      openSeconds: median(({ open }) => open),
    };
  } finally {
    await browser.close();
  }
}

/** Milliseconds that an action takes until it is painted. */
function action(selector: string, code: string): string {
  return `(async () => {
    const target = document.querySelector("${selector}");
    const start = performance.now();
    ${code}
    return (await ${PAINTED}) - start;
  })()`;
}
