import * as fs from "node:fs";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { renderHtml } from "../review/html/render";
import { findChromium } from "../scripts/find-chromium";
import { reviewOfManyKeys } from "./many-keys";

export interface HtmlResult {
  readonly keys: number;
  readonly megabytes: number;
  /** To write the file, the first time. */
  readonly renderSeconds: number;
  /** From opening it until it is painted and everything answers. */
  readonly interactiveSeconds: number;
  /** What the page's thread worked until then: the same also where the machine does much else. */
  readonly cpuSeconds: number;
  /** From a word in the search until the hits are painted. */
  readonly searchSeconds: number;
  /** From a click on a key until it is drawn. */
  readonly openSeconds: number;
}

type Reading = Pick<HtmlResult, "interactiveSeconds" | "cpuSeconds" | "searchSeconds" | "openSeconds">;

/**
 * Renders a review of so many keys and reads it in Chromium. The medians of the runs.
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
    const readings: Reading[] = [];
    for (let run = 0; run < runs; run++) readings.push(await read(browser, pathToFileURL(file).href));
    const median = (of: keyof Reading) =>
      readings.map((reading) => reading[of]).sort((a, b) => a - b)[Math.floor(runs / 2)]!;
    return {
      keys,
      megabytes: Buffer.byteLength(html) / 1e6,
      renderSeconds,
      interactiveSeconds: median("interactiveSeconds"),
      cpuSeconds: median("cpuSeconds"),
      searchSeconds: median("searchSeconds"),
      openSeconds: median("openSeconds"),
    };
  } finally {
    await browser.close();
  }
}

/** After the next frame, in milliseconds since the page was asked for: what was wanted is on the screen. */
const PAINTED = "new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(performance.now()))))";

/** When the script had done its work, or the first paint, whichever came later. */
const INTERACTIVE = `Math.max(
  performance.getEntriesByName("gemkeys-ready")[0].startTime,
  performance.getEntriesByName("first-contentful-paint")[0].startTime,
)`;

async function read(browser: Browser, url: string): Promise<Reading> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  await page.goto(url);
  await page.evaluate(PAINTED);
  const { metrics } = await session.send("Performance.getMetrics");
  const interactive = await page.evaluate<number>(INTERACTIVE);
  const search = (text: string) =>
    page.evaluate<number>(
      action("#search", `target.value = "${text}"; target.form.dispatchEvent(new Event("input"));`),
    );
  const searching = await search("service-042");
  await search("");
  const opening = await page.evaluate<number>(action(".opener", "target.click();"));
  await page.close();
  return {
    interactiveSeconds: interactive / 1000,
    cpuSeconds: metrics.find(({ name }) => name === "TaskDuration")!.value,
    searchSeconds: searching / 1000,
    openSeconds: opening / 1000,
  };
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
