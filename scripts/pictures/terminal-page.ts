import { escapeHtml } from "../../review/html/to-html";

/** What the escape sequences of picocolors mean, as styles; black on white. */
const STYLES: Readonly<Record<string, string>> = {
  1: "font-weight:bold",
  2: "color:#6e7781",
  31: "color:#cf222e",
  32: "color:#116329",
  33: "color:#7d4e00",
  34: "color:#0550ae",
  35: "color:#8250df",
  36: "color:#1b7c83",
  90: "color:#6e7781",
};
const ENDS = ["0", "22", "39"];

const ESCAPE = new RegExp(`${String.fromCharCode(27)}\\[(\\d+)m`, "g");

/** A page that shows a command and the first lines of what it prints, with the colours of a terminal. */
export function terminalPage(command: string, output: string, lines: number): string {
  const shown = output.split("\n").slice(0, lines).join("\n");
  let open = 0;
  const body = escapeHtml(shown).replace(ESCAPE, (_, code: string) => {
    if (ENDS.includes(code)) return open-- > 0 ? "</span>" : "";
    open++;
    return `<span style="${STYLES[code] ?? ""}">`;
  });
  return `<!doctype html><meta charset="utf-8"><style>
body { margin: 0; background: #fff; color: #1f2328; }
pre { margin: 0; padding: 18px 22px; display: inline-block; font: 13px/1.45 "DejaVu Sans Mono", monospace; }
</style><pre><span style="color:#6e7781">$ </span><b>${escapeHtml(command)}</b>\n${body}</pre>`;
}
