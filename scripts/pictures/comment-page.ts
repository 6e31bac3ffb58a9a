import MarkdownIt from "markdown-it";

const markdown = new MarkdownIt({ html: true, linkify: true });

/** A page that shows Markdown as a comment on a pull request looks. */
export function commentPage(text: string): string {
  return `<!doctype html><meta charset="utf-8"><style>
body { margin: 0; background: #fff; color: #1f2328; font: 14px/1.5 "Liberation Sans", Arial, sans-serif; }
main { border: 1px solid #d1d9e0; border-radius: 6px; margin: 12px; width: 1000px; }
header { background: #f6f8fa; border-bottom: 1px solid #d1d9e0; border-radius: 6px 6px 0 0; padding: 8px 16px; color: #59636e; }
article { padding: 4px 16px 12px; overflow: hidden; }
h2 { font-size: 21px; border-bottom: 1px solid #d1d9e0; padding-bottom: 6px; margin: 14px 0; }
h3 { font-size: 17px; margin: 20px 0 12px; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #d1d9e0; padding: 5px 11px; text-align: left; vertical-align: top; }
tr:nth-child(2n) td { background: #f6f8fa; }
code { background: #eff1f3; border-radius: 5px; padding: 2px 5px; font: 12px "DejaVu Sans Mono", monospace; }
ul { padding-left: 26px; }
summary { padding: 6px 0; }
</style><main><header><b>github-actions</b> commented</header><article>${markdown.render(text)}</article></main>`;
}
