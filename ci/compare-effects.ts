import { canonical } from "./canonical";
import { type Effects, effectHash, type OutputEffect, type ResourceEffect } from "./effects";

/** What a plan would do that was not approved, and the reverse. */
export interface EffectsDifference {
  /** True if the hashes are equal. */
  readonly same: boolean;
  /** A line each, with `+` for what is not approved, `-` for what was approved and is not there, `~` for what differs. */
  readonly lines: readonly string[];
  /**
   * True if nothing came in, and what differs is only known by now: some of what was approved is done already. By that its
   * ids are known, to which the rest refers.
   */
  readonly onlyLess: boolean;
}

/** More lines than that are counted: nobody reads them. */
const MOST_LINES = 200;

/** A value that the apply tells, as text. */
const UNKNOWN = '{"$unknown":true}';

/** Characters of a value. */
const LONGEST = 120;

/** Compares what was approved with what a plan would do now. */
export function compareEffects(approved: Effects, now: Effects): EffectsDifference {
  if (effectHash(approved) === effectHash(now)) return { same: true, lines: [], onlyLess: true };
  const before = new Map(entriesOf(approved));
  const after = new Map(entriesOf(now));
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  const all = names.flatMap((name) => linesOf(name, before.get(name), after.get(name)));
  const rest = all.length - MOST_LINES;
  const first = all.slice(0, MOST_LINES).map(({ text }) => text);
  return {
    same: false,
    lines: rest > 0 ? [...first, `… and ${rest} more`] : first,
    onlyLess: all.every(({ less }) => less) && all.some(({ text }) => text.startsWith("-")),
  };
}

/** What a plan would do, a line each. */
export function describeEffects(effects: Effects): string[] {
  return entriesOf(effects).map(([name, { actions }]) => `${name}: ${actions.join(" and ")}`);
}

type Entry = ResourceEffect | OutputEffect;

function entriesOf({ resources, outputs }: Effects): [string, Entry][] {
  return [
    ...resources.map((effect): [string, Entry] => [
      effect.deposed === undefined ? effect.address : `${effect.address} (deposed ${effect.deposed})`,
      effect,
    ]),
    ...outputs.map((effect): [string, Entry] => [`output ${effect.name}`, effect]),
  ];
}

interface Line {
  readonly text: string;
  /** Whether it is there because something is done already. */
  readonly less: boolean;
}

function linesOf(name: string, before: Entry | undefined, after: Entry | undefined): Line[] {
  if (before === undefined) return [{ text: `+ ${name}: ${after!.actions.join(" and ")}`, less: false }];
  if (after === undefined) return [{ text: `- ${name}: ${before.actions.join(" and ")}`, less: true }];
  if (canonical(before) === canonical(after)) return [];
  const was = partsOf(before);
  const open = new Set([...was].filter(([, value]) => value === UNKNOWN).map(([part]) => part));
  const is = partsOf(after, open);
  const parts = [...new Set([...was.keys(), ...is.keys()])].sort();
  return parts
    .filter((part) => was.get(part) !== is.get(part))
    .map((part) => ({
      text: `~ ${name}: ${part}: approved ${shown(was.get(part))}, now ${shown(is.get(part))}`,
      less: open.has(part) && is.has(part),
    }));
}

/**
 * Each value of an effect that can differ, as text, by its path.
 *
 * @param whole the paths of values that are taken as a whole.
 */
function partsOf(entry: Entry, whole: ReadonlySet<string> = new Set()): Map<string, string> {
  const { attributes, ...others } = "attributes" in entry ? entry : { ...entry, attributes: {} };
  const parts = new Map(Object.entries(others).map(([name, value]) => [name, canonical(value)]));
  for (const [name, { before, after }] of Object.entries(attributes)) {
    addLeaves(parts, `${name} (before)`, before, whole);
    addLeaves(parts, name, after, whole);
  }
  return parts;
}

function addLeaves(parts: Map<string, string>, path: string, value: unknown, whole: ReadonlySet<string>): void {
  if (value === undefined) return;
  const children = typeof value === "object" && value !== null ? Object.entries(value) : [];
  if (children.length === 0 || isMark(value) || whole.has(path)) {
    parts.set(path, canonical(value));
    return;
  }
  for (const [name, child] of children) {
    addLeaves(parts, Array.isArray(value) ? `${path}[${name}]` : `${path}.${name}`, child, whole);
  }
}

/** `{"$unknown":true}` and the like. */
function isMark(value: unknown): boolean {
  return typeof value === "object" && value !== null && ("$unknown" in value || "$sensitive" in value);
}

function shown(text: string | undefined): string {
  if (text === undefined) return "nothing";
  if (text === UNKNOWN) return "(known after apply)";
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
