import MarkdownIt from "markdown-it";

/** As GitHub does: tables, links of bare addresses, HTML. What it takes out of the HTML stays here, to be found. */
const renderer = new MarkdownIt({ html: true, linkify: true });

export interface RenderedText {
  readonly html: string;
  /** The tags as they stand in the HTML, each once. */
  readonly tags: readonly string[];
  /** What a reader sees. */
  readonly text: string;
  /** What a reader sees outside of code: there GitHub makes links of names, numbers and hashes. */
  readonly outside: string;
}

export function renderGithub(markdown: string): RenderedText {
  const html = renderer.render(markdown);
  const text = (part: string) => decode(part.replace(/<[^>]*>/g, ""));
  return {
    html,
    tags: [...new Set(html.match(/<[^>]*>/g))].sort(),
    text: text(html),
    outside: text(html.replace(/<code>.*?<\/code>/gs, "\u0000")),
  };
}

/** What GitHub makes links, pictures or formulas of, though Markdown takes it for text. */
export const GITHUB_LINKS =
  /@\w|#\d|\b[0-9a-f]{7,40}\b|:\/\/|www\.|:[\w+-]+:|\$|\b[A-Za-z]+-\d|\bmailto|[\p{Bidi_Control}\u200b]/iu;

function decode(text: string): string {
  const names: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', amp: "&" };
  return text.replace(/&(\w+);/g, (_, name: string) => names[name]!);
}
