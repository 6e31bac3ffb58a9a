import * as fs from "node:fs";
import * as path from "node:path";
import MarkdownIt from "markdown-it";

/** What a block is marked with, in a comment of its own right before it. */
export interface Mark {
  readonly name: string;
  readonly text: string;
}

export interface Block {
  /** `page:line` of its first fence. */
  readonly place: string;
  /** The word behind the fence; empty if there is none. */
  readonly language: string;
  readonly text: string;
  readonly mark: Mark | undefined;
}

export interface Link {
  /** `page:line` of the paragraph, list or table that holds it. */
  readonly place: string;
  readonly target: string;
}

/** A Markdown file, as far as tests look at it. */
export interface Page {
  /** From the root of the repository, with `/`. */
  readonly name: string;
  /** What `#…` may name, as GitHub makes it of headings. */
  readonly anchors: ReadonlySet<string>;
  readonly links: readonly Link[];
  readonly blocks: readonly Block[];
  /** Code within a line. */
  readonly codes: readonly Link[];
}

const markdown = new MarkdownIt({ html: true });
const MARK = /^<!--\s*(not run|tested by|example|ends with):\s*([\s\S]*?)\s*-->\s*$/;

export function readPage(root: string, name: string): Page {
  return parsePage(name, fs.readFileSync(path.join(root, name), "utf8"));
}

export function parsePage(name: string, text: string): Page {
  const tokens = markdown.parse(text, {});
  const anchors = new Set<string>();
  const links: Link[] = [];
  const codes: Link[] = [];
  const blocks: Block[] = [];
  let line = 1;
  tokens.forEach((token, index) => {
    if (token.map) line = token.map[0] + 1;
    const place = `${name}:${line}`;
    if (token.type === "fence" || token.type === "code_block") {
      const before = tokens[index - 1];
      const found = before?.type === "html_block" ? MARK.exec(before.content) : null;
      const mark = found ? { name: found[1]!, text: found[2]! } : undefined;
      blocks.push({ place, language: token.info.trim().split(/\s/)[0]!, text: token.content, mark });
    }
    if (token.type === "html_block") addHtml(token.content, place, anchors, links);
    for (const part of token.children ?? []) {
      const target =
        part.type === "link_open" ? part.attrGet("href") : part.type === "image" ? part.attrGet("src") : null;
      if (target !== null) links.push({ place, target: decodeURI(String(target)) });
      if (part.type === "code_inline") codes.push({ place, target: part.content });
      if (part.type === "html_inline") addHtml(part.content, place, anchors, links);
    }
    if (token.type === "inline" && tokens[index - 1]?.type === "heading_open") {
      const heading = (token.children ?? []).filter(({ type }) => type === "text" || type === "code_inline");
      addHeading(anchors, heading.map(({ content }) => content).join(""));
    }
  });
  return { name, anchors, links, codes, blocks };
}

function addHtml(html: string, place: string, anchors: Set<string>, links: Link[]): void {
  for (const [, anchor] of html.matchAll(/<a\s[^>]*\b(?:id|name)="([^"]+)"/g)) anchors.add(anchor!);
  for (const [, target] of html.matchAll(/\b(?:href|src|srcset)="([^"]+)"/g)) links.push({ place, target: target! });
}

/** Lower case, no signs but `-` and `_`, a `-` for each space; the second of the same name gets `-1`. */
function addHeading(anchors: Set<string>, heading: string): void {
  const name = heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "")
    .replaceAll(" ", "-");
  let anchor = name;
  for (let number = 1; anchors.has(anchor); number++) anchor = `${name}-${number}`;
  anchors.add(anchor);
}

/** The pages that people read, by name. */
export function pagesOf(root: string): Map<string, Page> {
  const markdownIn = (folder: string) =>
    fs
      .readdirSync(path.join(root, folder), { withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".md"))
      .map((entry) => path.posix.join(folder, entry.name));
  const names = [".", "docs", "docs/adr", "emulator", "values"].flatMap(markdownIn);
  return new Map(names.map((name) => [name, readPage(root, name)]));
}
