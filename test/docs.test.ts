import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { inventoryOf } from "../cli/inventory-of";
import { type Emulator, startEmulator } from "../emulator/emulator";
import { seedEnvironment, seedFoundation } from "../emulator/seed";
import { blockProblems } from "./helpers/docs/block-problems";
import { configBlockProblems } from "./helpers/docs/config-block";
import { linkProblems } from "./helpers/docs/link-problems";
import { type Block, pagesOf, parsePage } from "./helpers/docs/page";
import { wordProblems } from "./helpers/docs/word-problems";
import { SAMPLE_FOLDER, sampleDeclaration } from "./helpers/sample";

// What the pages say is tried: links, commands, blocks of code. Nothing leaves the machine.

const ROOT = path.join(__dirname, "..");
const PAGES = pagesOf(ROOT);
const BLOCKS = [...PAGES.values()].flatMap(({ blocks }) => blocks);

test("every link and anchor leads somewhere", () => {
  expect(linkProblems(ROOT, PAGES)).toEqual([]);
});

test("pictures are small, and each is shown somewhere", () => {
  const folder = path.join(ROOT, "docs/pictures");
  const shown = [...PAGES.values()].flatMap(({ links }) => links.map(({ target }) => path.basename(target)));
  const names = fs.readdirSync(folder);
  expect(names.filter((name) => !shown.includes(name))).toEqual([]);
  expect(names.filter((name) => fs.statSync(path.join(folder, name)).size > 150_000)).toEqual([]);
});

test("docs/README.md leads to every page of docs/", () => {
  const linked = PAGES.get("docs/README.md")!.links.map(({ target }) => `docs/${target}`);
  const pages = [...PAGES.keys()].filter((name) => /^docs\/[^/]+$/.test(name) && name !== "docs/README.md");
  expect(pages.filter((name) => !linked.includes(name))).toEqual([]);
});

test("every command, option, script and file that is named exists", () => {
  expect([...PAGES.values()].flatMap(wordProblems)).toEqual([]);
});

describe("every block of code is run or checked, or says why not", () => {
  const before = process.cwd();
  let folder: string;
  let emulator: Emulator;

  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "gemkeys-docs-"));
    fs.cpSync(SAMPLE_FOLDER, path.join(folder, "config"), { recursive: true });
    fs.copyFileSync(path.join(ROOT, "test/fixtures/plans/own/plan.json"), path.join(folder, "plan.json"));
    process.chdir(folder);
    // Before the time for which emulator/README.md adds traffic.
    emulator = await startEmulator({ port: 0, now: () => new Date("2030-01-02T00:00:00Z") });
    const declaration = sampleDeclaration();
    const { parent, billingAccount } = declaration.organization;
    seedFoundation(emulator.store, { parent, billingAccount });
    for (const environment of inventoryOf(declaration).environments) seedEnvironment(emulator.store, environment);
  });
  afterAll(async () => {
    await emulator.close();
    process.chdir(before);
    fs.rmSync(folder, { recursive: true, force: true });
  });

  test.each(BLOCKS.map((block): [string, Block] => [`${block.place} ${block.language}`, block]))(
    "%s",
    async (_, block) => {
      expect(await blockProblems(block, emulator.url)).toEqual([]);
    },
  );
});

test("the refusal in README.md is what validate says of the file above it", () => {
  const { blocks } = PAGES.get("README.md")!;
  const file = blocks.find(({ text }) => text.includes("203.0.113.99"))!.text.replace("203.0.113.99", "10.0.0.1");
  const refusal = blocks.find(({ text }) => text.startsWith("config/environments/prod.yaml:"))!.text;
  expect(configBlockProblems("environments/prod.yaml", file)).toEqual([refusal.trimEnd()]);
});

describe("what these tests find", () => {
  const page = (text: string) => parsePage("docs/page.md", text);

  test("anchors are those of GitHub", () => {
    const { anchors } = page(
      '# `a.b`: c, d & e\n\n## Two words_here\n\n## Two words_here\n\n## *It* [links](#x)\n\n<a id="own"></a>\n',
    );
    expect([...anchors]).toEqual(["ab-c-d--e", "two-words_here", "two-words_here-1", "it-links", "own"]);
  });

  test.each([
    ["[a](keys.md)", []],
    ["[a](keys.md#rotate-it)", []],
    ["[a](#here)\n\n# Here", []],
    ["[a](https://example.com/#x)", []],
    ["[a](none.md)", ["docs/page.md:1 none.md: there is no docs/none.md."]],
    ["![a](none.png)", ["docs/page.md:1 none.png: there is no docs/none.png."]],
    ["x\n\n| a |\n| - |\n| [a][b] |\n\n[b]: none.md", ["docs/page.md:5 none.md: there is no docs/none.md."]],
    ['<img src="none.png">', ["docs/page.md:1 none.png: there is no docs/none.png."]],
    ["[a](keys.md#none)", ["docs/page.md:1 keys.md#none: docs/keys.md has no heading #none."]],
    ["[a](#none)", ["docs/page.md:1 #none: docs/page.md has no heading #none."]],
    ["[a](../main.ts#L1)", ["docs/page.md:1 ../main.ts#L1: main.ts is no page whose headings are known."]],
    ["[a](http://example.com)", ["docs/page.md:1 http://example.com: write https, or a path from the page."]],
    ["[a](/docs/keys.md)", ["docs/page.md:1 /docs/keys.md: write https, or a path from the page."]],
  ])("links: %s", (text, problems) => {
    const shown = page(text);
    expect(
      linkProblems(ROOT, new Map([...PAGES, [shown.name, shown]])).filter((line) => line.includes("page.md")),
    ).toEqual(problems);
  });

  test.each([
    ["`gemkeys check --fail-on high`, `npm run check`, `docs/keys.md`, `npx gemkeys --help`", []],
    ["`npx gemkeys chek`", ["docs/page.md:1 there is no command chek"]],
    ["`gemkeys check --fail-an high`", ["docs/page.md:1 check has no option --fail-an"]],
    ["`npm run chek`", ["docs/page.md:1 there is no script chek"]],
    ["`docs/none.md`", ["docs/page.md:1 there is no file docs/none.md"]],
    ["```console\nA=1 npx gemkeys chek # x\n```", ["docs/page.md:1 there is no command chek"]],
  ])("words: %s", (text, problems) => expect(wordProblems(page(text))).toEqual(problems));

  test.each([
    ["```yaml\na: [\n```", [expect.stringContaining("Flow sequence")]],
    ["<!-- not run: why -->\n```yaml\na: [\n```", [expect.stringContaining("Flow sequence")]],
    ["```yaml\na: 1\n```", ["is no configuration, and not marked"]],
    ["```yaml\nbudget: { monthly: 1 USD, cap: 0 USD }\n```", [expect.stringContaining("`budget.cap`")]],
    ["```json\n{\n```", [expect.stringContaining("JSON")]],
    ["```\ntext\n```", ["is neither checked nor marked"]],
    ["    text", ["is neither checked nor marked"]],
    ["<!-- other: why -->\n```\ntext\n```", ["is neither checked nor marked"]],
    ["<!-- tested by: test/none.test.ts -->\n```\ntext\n```", ["there is no test/none.test.ts"]],
    ["<!-- example: none -->\n```ts\n1\n```", ["there is no such example"]],
    ["```console\nnpx gemkeys validate && rm -r x # all\n```", ["rm -r x is neither run nor marked"]],
    ["```console\nnpx gemkeys explain X\n```", [expect.stringContaining("npx gemkeys explain X ended with 2: ")]],
    ["<!-- ends with: 2 -->\n```console\nnpx gemkeys explain X\n```", []],
  ])("blocks: %s", async (text, problems) => {
    expect(await blockProblems(page(text).blocks[0]!, "")).toEqual(problems);
  });
});
