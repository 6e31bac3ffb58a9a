import { counted, joined } from "../text";

/** The smallest part of a page that can be left out: a row of a table, an entry of a list. */
export interface Piece {
  /** What it stands under; its heading is there if one of its pieces is. Groups are in the order of `order`. */
  readonly group: { readonly order: number; readonly heading: string };
  /** A table or folded part: neighbours with the same start are in one. */
  readonly block: { readonly start: string; readonly end: string };
  /** A piece with a higher number is left out first; then one of a later group. */
  readonly rank: number;
  /** What is counted when it is left out: `change`. */
  readonly what: string;
  readonly text: string;
}

interface Page {
  readonly head: string;
  /** In the order in which they are shown. */
  readonly pieces: readonly Piece[];
  readonly foot: string;
  /** In characters. */
  readonly limit: number;
}

/** More than the sentence about what was left out can have. */
const NOTICE = 800;

/** The page with as many pieces as fit, the first by rank, and with a count of the others. */
export function cutToFit({ head, pieces, foot, limit }: Page): string {
  const all = head + bodyOf(pieces) + foot;
  if (all.length <= limit) return all;
  const ranked = [...pieces].sort((a, b) => a.rank - b.rank || a.group.order - b.group.order);
  const room = limit - NOTICE - head.length - foot.length;
  const kept = new Set<Piece>();
  const started = new Set<unknown>();
  let length = 0;
  for (const piece of ranked) {
    const block = `${piece.group.order} ${piece.block.start}`;
    length += piece.text.length;
    if (!started.has(piece.group.order)) length += piece.group.heading.length;
    if (!started.has(block)) length += piece.block.start.length + piece.block.end.length;
    if (length > room) break;
    kept.add(piece);
    started.add(piece.group.order).add(block);
  }
  const body = bodyOf(pieces.filter((piece) => kept.has(piece)));
  return head + body + noticeOf(pieces.filter((piece) => !kept.has(piece))) + foot;
}

function bodyOf(pieces: readonly Piece[]): string {
  let [text, end] = ["", ""];
  let last: Piece | undefined;
  for (const piece of pieces) {
    const newGroup = piece.group.order !== last?.group.order;
    if (newGroup || piece.block.start !== last?.block.start) {
      text += end + (newGroup ? piece.group.heading : "") + piece.block.start;
      end = piece.block.end;
    }
    text += piece.text;
    last = piece;
  }
  return text + end;
}

function noticeOf(left: readonly Piece[]): string {
  const counts = new Map<string, number>();
  for (const { what } of left) counts.set(what, (counts.get(what) ?? 0) + 1);
  const parts = [...counts].map(([what, count]) => counted(count, what));
  return `\n**Left out, since it is too long for a comment:** ${joined(parts)}, those of the least risk. \`gemkeys review\` shows all.\n`;
}
