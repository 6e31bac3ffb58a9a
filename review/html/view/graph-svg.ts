import { type Branch, h } from "../tree";
import { MARKS } from "./compare";
import type { Box, Edge, Graph, Layer, Line } from "./graph";

// All lengths are in pixels of the drawing; it is as wide as its columns, and scrolls where the window is narrower.

const BOX_GAP = 12;
const COLUMN_GAP = 44;
const TITLE = 30;
const PADDING = 10;
const LINE = 18;
const SMALL_LINE = 15;
const MARGIN = 2;

/** Wide letters of a wide font, since nobody knows which one the reader has: text that is too long is cut. */
const LETTER = 7.4;
const BOLD_LETTER = 8.1;
const SMALL_LETTER = 6.8;
const NARROWEST = 110;
const WIDEST = 300;

interface Placed {
  readonly box: Box;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The drawing. What it says must stand beside it as text: it is one picture for a screen reader. */
export function graphSvg({ layers, edges }: Graph, label: string): Branch {
  const widths = layers.map(widthOf);
  const heights = layers.map(heightOf);
  const height = Math.max(...heights);
  const placed = new Map<string, Placed>();
  let x = MARGIN;
  const columns = layers.map((layer, column) => {
    const left = x;
    // A short column is spread over the height of the tallest: what belongs together comes to stand side by side.
    const spread = (height - heights[column]!) / layer.boxes.length;
    let y = TITLE + spread / 2;
    for (const box of layer.boxes) {
      const tall = boxHeight(box);
      placed.set(box.id, { box, x: left, y, width: widths[column]!, height: tall });
      y += tall + BOX_GAP + spread;
    }
    x += widths[column]! + COLUMN_GAP;
    return h("text", { class: "layer", x: left, y: 14 }, layer.title);
  });
  const width = x - COLUMN_GAP + MARGIN;
  const total = height + TITLE + MARGIN;
  return h(
    "svg",
    { class: "graph", role: "img", "aria-label": label, width, height: total, viewBox: `0 0 ${width} ${total}` },
    columns,
    h(
      "g",
      { class: "edges" },
      edges.map((edge) => drawEdge(edge, placed)),
    ),
    [...placed.values()].map(drawBox),
  );
}

function widthOf({ boxes, title }: Layer): number {
  const lines = boxes.flatMap((box) => box.lines.map((line) => letterOf(line) * textOf(line).length));
  return Math.ceil(
    Math.min(WIDEST, Math.max(NARROWEST, title.length * LETTER, ...lines.map((width) => width + 2 * PADDING))),
  );
}

function heightOf({ boxes }: Layer): number {
  return boxes.reduce((sum, box) => sum + boxHeight(box) + BOX_GAP, -BOX_GAP);
}

function boxHeight({ lines }: Box): number {
  return lines.reduce((sum, { small }) => sum + (small ? SMALL_LINE : LINE), 2 * PADDING - 4);
}

function letterOf({ small, state }: Line): number {
  return small ? SMALL_LETTER : state === "added" ? BOLD_LETTER : LETTER;
}

function textOf({ text, state }: Line): string {
  return `${MARKS[state]}${text}`;
}

function drawEdge({ from, to, state, main }: Edge, placed: ReadonlyMap<string, Placed>): Branch | undefined {
  const start = placed.get(from);
  const end = placed.get(to);
  if (!start || !end) return undefined;
  const x1 = start.x + start.width;
  const y1 = start.y + start.height / 2;
  const x2 = end.x;
  const y2 = end.y + end.height / 2;
  const middle = (x1 + x2) / 2;
  return h("path", {
    class: `edge ${state}${main ? " main" : ""}`,
    d: `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`,
    "data-from": from,
    "data-to": to,
  });
}

function drawBox({ box, x, y, width, height }: Placed): Branch {
  let base = y + PADDING - 4;
  const texts = box.lines.map((line) => {
    const tall = line.small ? SMALL_LINE : LINE;
    base += tall;
    const most = Math.floor((width - 2 * PADDING) / letterOf(line) + 0.01);
    return h(
      "text",
      { class: `${line.small ? "small " : ""}${line.state}`, x: x + PADDING, y: base - 4 },
      cut(textOf(line), most),
    );
  });
  const full = box.lines.map(textOf).join("\n");
  return h(
    "g",
    { class: `box ${box.state}${box.open ? " open" : ""}`, "data-box": box.id },
    h("title", {}, full),
    h("rect", { x, y, width, height, rx: 6 }),
    texts,
  );
}

/** Long names differ at both ends. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = Math.floor((most - 1) / 3);
  return `${text.slice(0, most - 1 - end)}…${text.slice(text.length - end)}`;
}
