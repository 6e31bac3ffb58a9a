import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { pageScript } from "./bundle";
import { pageData } from "./page-data";
import type { HtmlPage } from "./page-model";
import { embeddedJson, escapeHtml, toHtml } from "./to-html";
import { pageView, titleOf } from "./view/page";

export type { HtmlPage } from "./page-model";

/**
 * A review or an inventory as one HTML file. It asks nobody for anything, and its content security policy allows nothing
 * but its own script and style. Without JavaScript it is a long page of lists and tables.
 */
export function renderHtml(page: HtmlPage): string {
  const data = pageData(page);
  const script = pageScript();
  const style = fs.readFileSync(path.join(__dirname, "page.css"), "utf8");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy(script, style))}">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(titleOf(data))}</title>
<style>${style}</style>
</head>
<body>
${toHtml(pageView(data))}
<script type="application/json" id="data">${embeddedJson(data)}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** https://www.w3.org/TR/CSP3/ and, for trusted types (no text ever becomes markup), https://www.w3.org/TR/trusted-types/ */
function policy(script: string, style: string): string {
  return [
    "default-src 'none'",
    `script-src '${hash(script)}'`,
    `style-src '${hash(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
}

function hash(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
