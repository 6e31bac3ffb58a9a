import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type BrowserContextOptions, type Page, chromium as playwright } from "playwright-core";
import { reviewOfManyKeys } from "../../../bench/many-keys";
import { type HtmlPage, renderHtml } from "../../../review/html/render";
import { findChromium } from "../../../scripts/find-chromium";
import { BIDI_WRITTEN, HOSTILE, hostileReview } from "./hostile-review";
import { sampleReview } from "./sample-review";

const found = findChromium();

// A machine that does much else at the same time takes long to start a browser.
jest.setTimeout(30_000);

if ("reason" in found) {
  test.skip(`the page in Chromium was not run: ${found.reason}`, () => {});
} else {
  describe("the page in Chromium", () => inChromium(found));
}

function inChromium(options: Parameters<typeof playwright.launch>[0]): void {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gemkeys-page-"));
  const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
  let browser: Browser;
  /** What no page may ever do: errors, requests, violations of the policy, dialogs. */
  let faults: string[] = [];

  beforeAll(async () => {
    browser = await playwright.launch(options);
  });

  afterAll(async () => {
    await browser.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(() => {
    faults = [];
  });

  afterEach(async () => {
    for (const context of browser.contexts()) {
      for (const page of context.pages()) {
        if (await page.evaluate("window.violations"))
          faults.push(...(await page.evaluate<string[]>("window.violations")));
      }
      await context.close();
    }
    expect(faults).toEqual([]);
  });

  async function open(content: HtmlPage, more: BrowserContextOptions = {}): Promise<Page> {
    const file = path.join(folder, "page.html");
    fs.writeFileSync(file, renderHtml(content));
    const url = pathToFileURL(file).href;
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...more });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    page.on("console", (message) => faults.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("request", (request) => {
      if (request.url() !== url) faults.push(request.url());
    });
    page.on("dialog", (dialog) => {
      faults.push(dialog.message());
      void dialog.dismiss();
    });
    await page.addInitScript(
      "window.violations = []; document.addEventListener('securitypolicyviolation', (event) => window.violations.push(event.violatedDirective + ' ' + event.blockedURI));",
    );
    await page.goto(url);
    return page;
  }

  const openSample = (more?: BrowserContextOptions) => open({ kind: "review", review: sampleReview() }, more);
  const shownKeys = (page: Page) => page.locator("tr[data-key]:visible .name").allTextContents();
  const hits = (page: Page) => page.locator("#hits").innerText();
  const focused = (page: Page) =>
    page.evaluate<string>("document.activeElement.textContent || document.activeElement.id");
  const colour = (page: Page) => page.evaluate<string>("getComputedStyle(document.documentElement).backgroundColor");

  test("finds what is typed after a slash, and tells how much", async () => {
    const page = await openSample();
    expect(await hits(page)).toBe("6 changes, 1 not in the code, 1 drifted, 3 findings, 6 keys");
    await page.keyboard.press("/");
    await page.keyboard.type("contractor");
    expect(await hits(page)).toBe("1 of 6 keys");
    expect(await shownKeys(page)).toEqual(["chat-backend"]);
    expect(await page.locator("#changes").isVisible()).toBe(false);
    await page.keyboard.press("Escape");
    expect(await hits(page)).toBe("6 changes, 1 not in the code, 1 drifted, 3 findings, 6 keys");
    expect(await shownKeys(page)).toHaveLength(6);
    await page.keyboard.type("203.0.113 prod");
    expect(await hits(page)).toBe("1 of 6 changes, 3 findings, 1 of 6 keys");
    await page.locator("#search").fill("nowhere to be found");
    expect(await hits(page)).toBe("nothing found");
    expect(await page.locator("main").innerText()).toBe("Nothing passes the filters.");
  });

  test("filters by environment, risk, owner, phase and change, together and apart", async () => {
    const page = await openSample();
    const clear = () => page.getByRole("button", { name: "Clear" }).click();
    await page.getByRole("combobox", { name: "Environment" }).selectOption("dev");
    expect(await shownKeys(page)).toEqual(["chat-backend", "playground"]);
    expect(await hits(page)).toBe("2 of 6 keys");
    await clear();
    await expect(shownKeys(page)).resolves.toHaveLength(6);
    await page.getByRole("combobox", { name: "Risk" }).selectOption("high");
    expect(await hits(page)).toBe("2 of 6 changes, 1 drifted, 1 of 3 findings, 1 of 6 keys");
    await clear();
    await page.getByRole("combobox", { name: "Owner" }).selectOption("support");
    expect(await shownKeys(page)).toEqual(["old-batch", "summaries", "playground"]);
    await page.getByLabel("Changed only").check();
    expect(await shownKeys(page)).toEqual(["old-batch", "summaries"]);
    await page.getByRole("combobox", { name: "Phase" }).selectOption("draining");
    expect(await shownKeys(page)).toEqual(["summaries"]);
    expect(await hits(page)).toBe("1 of 6 changes, 1 of 6 keys");
  });

  test("is walked through with the keyboard: one stop for the list, arrows within it", async () => {
    const page = await openSample();
    await page.locator("tr[data-key] .opener").first().focus();
    await page.keyboard.press("ArrowDown");
    expect(await focused(page)).toBe("old-batch");
    await page.keyboard.press("End");
    expect(await focused(page)).toBe("playground");
    await page.keyboard.press("ArrowDown");
    expect(await focused(page)).toBe("playground");
    await page.keyboard.press("Home");
    await page.keyboard.press("Enter");
    expect(await page.locator("tr.detail:visible").count()).toBe(1);
    expect(await page.locator(".opener").first().getAttribute("aria-expanded")).toBe("true");
    await page.keyboard.press("ArrowLeft");
    expect(await page.locator("tr.detail:visible").count()).toBe(0);
    await page.keyboard.press("ArrowRight");
    expect(await page.locator("tr.detail:visible").count()).toBe(1);
    expect(await page.locator(".opener[tabindex='0']").count()).toBe(1);
    const outline = await page.evaluate<string>("getComputedStyle(document.activeElement).outlineStyle");
    expect(outline).toBe("solid");
  });

  test("keeps a stop for the tab key when the filter hides the one there was", async () => {
    const page = await openSample();
    await page.getByRole("combobox", { name: "Environment" }).selectOption("dev");
    const stops = page.locator(".opener[tabindex='0']");
    expect(await stops.allTextContents()).toEqual(["chat-backend"]);
    expect(await stops.first().isVisible()).toBe(true);
  });

  test("goes from a change to its key, also when the filter hides it", async () => {
    const page = await openSample();
    await page.locator("#changes").getByRole("link", { name: "summaries" }).click();
    await expect(page.locator("tr.detail:visible h3").innerText()).resolves.toBe("summaries in prod");
    expect(await focused(page)).toBe("summaries");
    await page.getByRole("combobox", { name: "Environment" }).selectOption("dev");
    await page.evaluate("location.hash = '#key-1'");
    await page.locator("tr#key-1").waitFor({ state: "visible" });
    expect(await shownKeys(page)).toHaveLength(6);
  });

  test("draws readers, secret, generations, addresses and API, before, after and what differs", async () => {
    const page = await openSample();
    await page.locator(".opener").first().click();
    const drawing = page.locator("tr.detail svg.graph");
    const texts = () => drawing.locator("text").allTextContents();
    const both = await texts();
    expect(both).toEqual(
      expect.arrayContaining([
        "Who can read it",
        "+ gcp-search-oncall@example.com",
        "chat-backend@acme-apps",
        "gemini-chat-backend",
        "generation 1",
        "serving",
        "+ 203.0.113.0/28",
        "− 198.51.100.8/32",
        "generativelanguage.googleapis.com",
      ]),
    );
    await page.getByRole("radio", { name: "Before", exact: true }).check();
    const before = await texts();
    expect(before).toContain("198.51.100.8/32");
    expect(before.join()).not.toContain("gcp-search-oncall");
    await page.getByRole("radio", { name: "After", exact: true }).check();
    const after = await texts();
    expect(after).toContain("gcp-search-oncall@example.com");
    expect(after.join()).not.toContain("198.51.100.8/32");
    const asText = page.locator("tr.detail figcaption details");
    await asText.locator("summary").click();
    expect(await asText.locator("li").allInnerTexts()).toEqual([
      "gcp-search-oncall@example.com (group) can read it by roles/secretmanager.secretAccessor on the secret.",
      "chat-backend@acme-apps.iam.gserviceaccount.com (service account) can read it by roles/secretmanager.secretAccessor on the secret.",
      "contractor@example.com (person) can read it by roles/owner on the project, under a condition.",
      "The secret is gemini-chat-backend.",
      "Generation 1, serving, works from 198.51.100.7/32, 203.0.113.0/28, 2001:db8:1::/64 for generativelanguage.googleapis.com.",
    ]);
  });

  test("draws a whole environment when asked", async () => {
    const page = await openSample();
    await page.locator("[data-environment]").nth(1).locator("[data-reach]").click();
    const texts = await page.locator("#reach-environment-1 svg text").allTextContents();
    expect(texts).toEqual(
      expect.arrayContaining(["chat-backend", "summaries", "+ translations", "3 draining, 4 serving"]),
    );
  });

  test("is light or dark as the system wants, until somebody chooses", async () => {
    const page = await openSample({ colorScheme: "dark" });
    expect(await colour(page)).toBe("rgb(20, 23, 28)");
    await page.getByRole("button", { name: "Light colours" }).click();
    expect(await colour(page)).toBe("rgb(247, 248, 250)");
    await page.reload();
    expect(await colour(page)).toBe("rgb(247, 248, 250)");
    await page.getByRole("button", { name: "Dark colours" }).click();
    expect(await colour(page)).toBe("rgb(20, 23, 28)");
  });

  test("prints everything that passes the filter, open and without controls, and is then as before", async () => {
    const page = await openSample();
    await page.getByRole("combobox", { name: "Environment" }).selectOption("prod");
    await page.emulateMedia({ media: "print" });
    await page.evaluate("window.dispatchEvent(new Event('beforeprint'))");
    expect(await page.locator("tr.detail:visible").count()).toBe(4);
    expect(await page.locator("tr[data-key]:visible").count()).toBe(4);
    expect(await page.locator("main details:not([open]):visible").count()).toBe(0);
    expect(await page.locator("#reach-environment-1 svg").isVisible()).toBe(true);
    for (const control of ["#filters", "#theme", "nav.sections", "tr.detail fieldset.switch"]) {
      expect(await page.locator(control).first().isVisible()).toBe(false);
    }
    await page.evaluate("window.dispatchEvent(new Event('afterprint'))");
    expect(await page.locator("tr.detail:visible").count()).toBe(0);
    expect(await page.locator("details.reach-all[open]").count()).toBe(0);
  });

  test("prints itself to paper", async () => {
    const page = await openSample({ colorScheme: "dark" });
    const pages = (pdf: Buffer) => pdf.toString("latin1").match(/\/Type \/Page\b/g)!.length;
    const all = pages(await page.pdf({ format: "A4" }));
    await page.locator("#search").fill("playground");
    expect(pages(await page.pdf({ format: "A4" }))).toBeLessThan(all);
    expect(await page.locator("tr.detail:visible").count()).toBe(0);
  });

  test("takes every text as text", async () => {
    const page = await open({ kind: "review", review: hostileReview() });
    for (const opener of await page.locator(".opener").all()) await opener.click();
    for (const summary of await page.locator("[data-reach]").all()) {
      await summary.evaluate(
        "(element) => { element.closest('[data-environment]').open = true; element.parentElement.open = true; }",
      );
    }
    expect(await page.evaluate("window.pwned")).toBeUndefined();
    expect(await page.locator("main img, main script, main b, main svg svg").count()).toBe(0);
    expect(await page.locator("tr[data-key] .name").allTextContents()).toEqual([...HOSTILE]);
    expect(await page.locator("tr.detail figure").first().textContent()).toContain(BIDI_WRITTEN.slice("user:".length));
    await page.locator("#search").fill("</script>");
    expect(await shownKeys(page)).toEqual([HOSTILE[1]]);
  });

  test("is guarded by the browser as well: nothing becomes markup or code", async () => {
    const page = await openSample();
    const outcome = await page.evaluate(`(() => {
      const attempts = [() => { document.body.innerHTML = "<b>x</b>"; }, () => { document.write("x"); }];
      return attempts.map((attempt) => { try { attempt(); return "done"; } catch (error) { return error.name; } });
    })()`);
    expect(outcome).toEqual(["TypeError", "TypeError"]);
    expect(faults.length).toBeGreaterThan(0);
    faults = [];
    await page.evaluate("window.violations = []");
  });

  test.each([
    ["light and wide", { colorScheme: "light" }],
    ["dark and wide", { colorScheme: "dark" }],
    ["light and narrow", { colorScheme: "light", viewport: { width: 360, height: 780 } }],
  ] as const)("has no fault that axe finds, %s, with everything open", async (_, more) => {
    const page = await openSample(more);
    await page.evaluate("window.dispatchEvent(new Event('beforeprint'))");
    await page.evaluate(axe);
    const violations = await page.evaluate<{ id: string; nodes: { html: string }[] }[]>(
      "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)",
    );
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  });

  test("does not scroll sideways, however wide the window is", async () => {
    const page = await openSample();
    await page.evaluate("window.dispatchEvent(new Event('beforeprint'))");
    for (const width of [320, 360, 640, 768, 900, 1024, 1600]) {
      await page.setViewportSize({ width, height: 800 });
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    }
  });

  test("without JavaScript shows everything but the controls", async () => {
    const page = await openSample({ javaScriptEnabled: false });
    expect(await page.locator("#filters").isVisible()).toBe(false);
    expect(await page.locator("#theme").isVisible()).toBe(false);
    expect(await page.locator("tr[data-key]:visible").count()).toBe(6);
    expect(await page.getByText("Search, filters and drawings need JavaScript.").isVisible()).toBe(true);
  });

  test("finds one of 1,000 keys", async () => {
    const page = await open({ kind: "review", review: reviewOfManyKeys(1000) });
    await page.locator("#search").fill("env-009 service-042");
    expect(await hits(page)).toBe("1 of 1,000 keys");
    await page.locator(".opener:visible").click();
    expect(await page.locator("tr.detail:visible h3").innerText()).toBe("service-042 in env-009");
  });

  test("serves an inventory", async () => {
    const environments = sampleReview().environments.flatMap(({ after }) => after ?? []);
    const page = await open({ kind: "inventory", environments, today: "2026-11-25" });
    expect(await hits(page)).toBe("5 keys");
    await page.locator(".opener").first().click();
    expect(await page.locator("tr.detail svg.graph").count()).toBe(1);
    expect(await page.locator("tr.detail fieldset").count()).toBe(0);
    expect(await page.getByRole("combobox", { name: "Risk" }).count()).toBe(0);
  });
}
