import { canonical } from "./canonical";
import { type Effects, effectHash, type OutputEffect, type ResourceEffect } from "./effects";

/** What a plan would do that was not approved, and the reverse. */
export interface EffectsDifference {
  /** True if the hashes are equal. */
  readonly same: boolean;
  /** A line each, with `+` for what is not approved, `-` for what was approved and is not there, `~` for what differs. */
  readonly lines: readonly string[];
  /** True if nothing came in and nothing differs: some of what was approved is done already. */
  readonly onlyLess: boolean;
}

/** More lines than that are counted: nobody reads them. */
const MOST_LINES = 200;

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
  return {
    same: false,
    lines: rest > 0 ? [...all.slice(0, MOST_LINES), `… and ${rest} more`] : all,
    onlyLess: all.every((line) => line.startsWith("-")),
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

function linesOf(name: string, before: Entry | undefined, after: Entry | undefined): string[] {
  if (before === undefined) return [`+ ${name}: ${after!.actions.join(" and ")}`];
  if (after === undefined) return [`- ${name}: ${before.actions.join(" and ")}`];
  if (canonical(before) === canonical(after)) return [];
  const was = partsOf(before);
  const is = partsOf(after);
  const parts = [...new Set([...was.keys(), ...is.keys()])].sort();
  return parts
    .filter((part) => was.get(part) !== is.get(part))
    .map((part) => `~ ${name}: ${part}: approved ${cut(was.get(part))}, now ${cut(is.get(part))}`);
}

/** Each value of an effect that can differ, as text, by its path. */
function partsOf(entry: Entry): Map<string, string> {
  const { attributes, ...others } = "attributes" in entry ? entry : { ...entry, attributes: {} };
  const parts = new Map(Object.entries(others).map(([name, value]) => [name, canonical(value)]));
  for (const [name, { before, after }] of Object.entries(attributes)) {
    addLeaves(parts, `${name} (before)`, before);
    addLeaves(parts, name, after);
  }
  return parts;
}

function addLeaves(parts: Map<string, string>, path: string, value: unknown): void {
  if (value === undefined) return;
  const children = typeof value === "object" && value !== null ? Object.entries(value) : [];
  if (children.length === 0 || isMark(value)) parts.set(path, canonical(value));
  for (const [name, child] of isMark(value) ? [] : children) {
    addLeaves(parts, Array.isArray(value) ? `${path}[${name}]` : `${path}.${name}`, child);
  }
}

/** `{"$unknown":true}` and the like. */
function isMark(value: unknown): boolean {
  return typeof value === "object" && value !== null && ("$unknown" in value || "$sensitive" in value);
}

function cut(text: string | undefined): string {
  if (text === undefined) return "nothing";
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
