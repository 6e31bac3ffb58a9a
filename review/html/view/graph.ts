import { isUnknown } from "../../../inventory/facts";
import type { GenerationView, KeyView, ReaderView } from "../../model";
import type { KeyData } from "../page-model";
import { type Compared, compare, type State } from "./compare";
import { ANY_API, addressesOf, FROM_ANYWHERE, generationName, known, memberWords, targetsOf } from "./words";

/** Who can reach what, as layers of boxes from left to right. */
export interface Graph {
  readonly layers: readonly Layer[];
  readonly edges: readonly Edge[];
}

export interface Layer {
  readonly title: string;
  readonly boxes: readonly Box[];
}

export interface Box {
  readonly id: string;
  readonly state: State;
  /** Wider open than a key should be. */
  readonly open: boolean;
  readonly lines: readonly Line[];
  /** The place in the page that says more. */
  readonly href?: string;
}

export interface Line {
  readonly text: string;
  readonly state: State;
  /** Said below another line, smaller. */
  readonly small?: boolean;
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly state: State;
  /** The way of what is published: readers are given it. */
  readonly main: boolean;
}

/** One key on both of its sides, or on the one it has: then nothing in it is new or gone. */
export type Sides = Pick<KeyData, "before" | "after" | "kept">;

const MOST_READERS = 14;
const MOST_LINES = 8;

/** Readers → secret → generations → addresses → API of one key. */
export function keyGraph({ before, after, kept }: Sides): Graph {
  const readers = compare(before?.readers, after?.readers, readerId);
  const generations = compare(before?.generations, after?.generations, ({ address }) => address);
  const secret = secretBox(before, after);
  const sets = new Boxes("addresses");
  const targets = new Boxes("apis");
  const edges: Edge[] = readers
    .slice(0, MOST_READERS)
    .map(({ state, item }) => ({ from: `reader ${readerId(item)}`, to: "secret", state, main: true }));
  if (readers.length > MOST_READERS) edges.push({ from: "more readers", to: "secret", state: "same", main: false });
  const generationBoxes = generations.map(({ state, item }) => {
    const old = before?.generations.find(({ address }) => address === item.address);
    const now = state === "removed" ? undefined : item;
    const main = item.phase === "serving";
    const id = `generation ${item.address}`;
    const from = sets.add(withoutKept(limits(old, now, addressesOf), keptIn(kept, item)), state, FROM_ANYWHERE);
    const to = targets.add(limits(old, now, targetsOf), state, ANY_API);
    edges.push({ from: "secret", to: id, state, main });
    edges.push({ from: id, to: from, state, main });
    edges.push({ from, to, state, main });
    return generationBox(id, state, old, item);
  });
  return {
    layers: [
      { title: "Who can read it", boxes: readerBoxes(readers) },
      { title: "Secret", boxes: [secret] },
      { title: "Key", boxes: generationBoxes },
      { title: "Works from", boxes: sets.boxes },
      { title: "Works for", boxes: targets.boxes },
    ],
    edges: distinct(edges),
  };
}

/** More keys are not drawn: nobody reads such a drawing. */
export const MOST_KEYS = 40;

/** Readers → keys → addresses → API of many keys, as they are afterwards. */
export function environmentGraph(keys: readonly KeyData[]): Graph {
  const views = keys.flatMap(({ id, status, after }) => (after ? [{ id, status, key: after }] : []));
  const shown = views.slice(0, MOST_KEYS);
  const readers = new Map<string, Box>();
  const sets = new Boxes("addresses");
  const targets = new Boxes("apis");
  const edges: Edge[] = [];
  const keyBoxes = shown.map(({ id, status, key }) => {
    const state = status === "created" ? "added" : "same";
    for (const reader of key.readers) {
      const id = `reader ${readerId(reader)}`;
      readers.set(id, readers.get(id) ?? readerBox("same", reader));
      edges.push({ from: id, to: key.name, state, main: true });
    }
    for (const generation of key.generations) {
      const main = generation.phase === "serving";
      const from = sets.add(limits(undefined, generation, addressesOf), "same", FROM_ANYWHERE);
      const to = targets.add(limits(undefined, generation, targetsOf), "same", ANY_API);
      edges.push({ from: key.name, to: from, state, main }, { from, to, state: "same", main });
    }
    const phases = key.generations.map(({ number, phase }) =>
      [number, phase].filter((part) => part !== undefined).join(" "),
    );
    return {
      id: key.name,
      state,
      open: false,
      href: `#key-${id}`,
      lines: [
        { text: key.name, state },
        { text: phases.join(", ") || "no generation", state: "same" as const, small: true },
      ],
    } satisfies Box;
  });
  const more = views.length - shown.length;
  return {
    layers: [
      { title: "Who can read it", boxes: [...readers.values()] },
      {
        title: "Key",
        boxes: more > 0 ? [...keyBoxes, box("more keys", `and ${more.toLocaleString("en-US")} more`)] : keyBoxes,
      },
      { title: "Works from", boxes: sets.boxes },
      { title: "Works for", boxes: targets.boxes },
    ],
    edges: distinct(edges),
  };
}

export function readerId({ member, role, via, conditional }: ReaderView): string {
  return [known(member), known(role), via, conditional].join(" ");
}

function readerBoxes(readers: readonly Compared<ReaderView>[]): Box[] {
  const boxes = readers.slice(0, MOST_READERS).map(({ state, item }) => readerBox(state, item));
  const more = readers.length - boxes.length;
  if (readers.length === 0) return [box("nobody", "nobody besides those who deploy")];
  return more > 0 ? [...boxes, box("more readers", `and ${more.toLocaleString("en-US")} more`)] : boxes;
}

function readerBox(state: State, reader: ReaderView): Box {
  const { kind, name } = memberWords(reader.member);
  const role = known(reader.role).replace(/^.*[./](?=[^./]+$)/, "");
  return {
    id: `reader ${readerId(reader)}`,
    state,
    open: reader.many || reader.via !== "secret",
    lines: [
      { text: short(name), state },
      { text: reader.many ? `${kind}: more than one` : kind, state: "same", small: true },
      { text: `${role} on the ${reader.via}`, state: "same", small: true },
      ...(reader.conditional ? [{ text: "under a condition", state: "same" as const, small: true }] : []),
    ],
  };
}

function secretBox(before: KeyView | undefined, after: KeyView | undefined): Box {
  const names = compare(before && secretsOf(before), after && secretsOf(after), (name) => name);
  const lines = names.map(({ state, item }) => ({ text: item, state }));
  return {
    id: "secret",
    state: "same",
    open: false,
    lines: lines.length > 0 ? lines : [{ text: "no secret known", state: "same" }],
  };
}

function secretsOf({ secret }: KeyView): string[] {
  return secret === undefined ? [] : [known(secret)];
}

function generationBox(id: string, state: State, old: GenerationView | undefined, item: GenerationView): Box {
  const phase = old?.phase && item.phase && old.phase !== item.phase ? `${old.phase} → ${item.phase}` : item.phase;
  const account = item.serviceAccount;
  return {
    id,
    state,
    open: false,
    lines: [
      { text: generationName(item), state },
      ...(phase === undefined ? [] : [{ text: phase, state: "same" as const, small: true }]),
      ...(item.created === undefined ? [] : [{ text: `of ${item.created}`, state: "same" as const, small: true }]),
      {
        text:
          account === undefined ? "no service account" : isUnknown(account) ? known(account) : `as ${short(account)}`,
        state: "same",
        small: true,
      },
    ],
  };
}

/** The name of a service account without what all of a project share. */
function short(account: string): string {
  return account.replace(/\.iam\.gserviceaccount\.com$/, "");
}

/** What a generation is limited to on its two sides; "" for no limit at all. */
function limits(
  before: GenerationView | undefined,
  after: GenerationView | undefined,
  of: (generation: GenerationView) => readonly string[] | undefined,
): Compared<string>[] {
  return compare(before && (of(before) ?? [""]), after && (of(after) ?? [""]), (text) => text);
}

/** The addresses of a generation that are written otherwise on the other side, but work there too. */
export function keptIn(kept: Sides["kept"], { address }: GenerationView): readonly string[] {
  return kept?.find(({ generation }) => generation === address)?.addresses ?? [];
}

/** What is only written otherwise is neither new nor gone. */
function withoutKept(limits: readonly Compared<string>[], kept: readonly string[]): Compared<string>[] {
  return limits
    .filter(({ state, item }) => state !== "removed" || !kept.includes(item))
    .map(({ state, item }) => ({ item, state: kept.includes(item) ? "same" : state }));
}

/** Boxes of texts; the same texts are in one box, whoever leads to it. */
class Boxes {
  readonly #byText = new Map<string, Box>();

  constructor(readonly prefix: string) {}

  get boxes(): Box[] {
    return [...this.#byText.values()];
  }

  add(both: readonly Compared<string>[], state: State, unlimited: string): string {
    const text = JSON.stringify(both);
    const found = this.#byText.get(text);
    if (found) {
      // It stays if anybody who stays leads to it.
      if (found.state !== state) this.#byText.set(text, { ...found, state: "same" });
      return found.id;
    }
    const lines = both.slice(0, MOST_LINES).map(({ state, item }) => ({ text: item === "" ? unlimited : item, state }));
    const more = both.length - lines.length;
    const open = both.some(({ state, item }) => item === "" && state !== "removed");
    const made: Box = {
      id: `${this.prefix} ${this.#byText.size}`,
      state,
      open,
      lines: [
        ...lines,
        ...(more > 0
          ? [{ text: `and ${more.toLocaleString("en-US")} more`, state: "same" as const, small: true }]
          : []),
      ],
    };
    this.#byText.set(text, made);
    return made.id;
  }
}

function box(id: string, text: string): Box {
  return { id, state: "same", open: false, lines: [{ text, state: "same" }] };
}

function distinct(edges: readonly Edge[]): Edge[] {
  const found = new Map<string, Edge>();
  for (const edge of edges) {
    const id = JSON.stringify([edge.from, edge.to]);
    const other = found.get(id);
    found.set(
      id,
      other
        ? { ...edge, state: other.state === edge.state ? edge.state : "same", main: other.main || edge.main }
        : edge,
    );
  }
  return [...found.values()];
}
