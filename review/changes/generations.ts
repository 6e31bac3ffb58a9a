import type { Phase } from "../../values/generations";
import { type Draft, draft, type Pair } from "../draft";
import type { GenerationPair, KeyPair } from "../key-pairs";
import type { SituationName } from "../risk";
import { capitalised, subject } from "../text";
import { shown } from "../view";

/** The steps of a rotation: docs/keys.md. Of declared keys only. */
export function generationChanges(pair: Pair): Draft[] {
  return pair.keys
    .filter((key) => key.declared && key.before?.declared && key.after)
    .flatMap((key) => key.generations.flatMap((generation) => ofGeneration(key, generation)));
}

function ofGeneration(key: KeyPair, generation: GenerationPair): Draft[] {
  const { before, after, address, number } = generation;
  const name = capitalised(subject(key.name, number));
  const details = {
    key: key.name,
    generation: number,
    address,
    path: ["keys", key.name, "generations"],
    before: before?.declared?.phase,
    after: after?.declared?.phase,
  };
  if (!before) return [created(key, generation, name, details)];
  const phase = before.declared?.phase;
  if (!after) {
    const situation = `${phase ?? "serving"}-generation-removed` as const;
    return [draft(situation, `${name} is removed: ${REMOVED[phase ?? "serving"]}.`, details)];
  }
  if (generation.replaced !== undefined) {
    const situation = `${phase ?? "serving"}-generation-replaced` as const;
    const sentence = `${name} is replaced, since ${generation.replaced}: ${REPLACED[phase ?? "serving"]}.`;
    return [draft(situation, sentence, { ...details, before: shown(before.keyId), after: shown(after.keyId) })];
  }
  return [...moved(name, before.declared?.phase, after.declared?.phase, details), ...dated(name, generation, details)];
}

const REMOVED: Readonly<Record<Phase, string>> = {
  serving: "it serves, so whoever uses the key fails at once",
  draining: "callers that still use it fail, and its secret version goes",
  prepared: "nobody was given it",
};

const REPLACED: Readonly<Record<Phase, string>> = {
  serving: "its string changes, and whoever uses the old one fails at once",
  draining: "its string changes, and callers that still use the old one fail",
  prepared: "nobody was given the old one",
};

const CREATED: Readonly<Record<Phase, readonly [SituationName, string]>> = {
  prepared: ["generation-prepared", "is prepared: the key exists, and nobody is given it"],
  serving: [
    "generation-serves-at-once",
    "is new and serves at once: readers of `latest` have it without a step between",
  ],
  draining: ["generation-drains-at-once", "is new and drains, though it never served"],
};

function created(key: KeyPair, { after }: GenerationPair, name: string, details: Partial<Draft>): Draft {
  const { generation, phase } = after!.declared!;
  const highest = Math.max(0, ...key.before!.keys.map(({ declared }) => declared?.generation ?? 0));
  if (generation < highest) {
    const sentence = `${name} is new, but ${key.name} has had ${highest}: a number is never used again.`;
    return draft("number-used-again", sentence, details);
  }
  const [situation, what] = CREATED[phase];
  return draft(situation, `${name} ${what}.`, details);
}

/** The steps that a generation may take, and what each means. */
const STEPS: Readonly<Record<string, string>> = {
  "prepared serving": "now serves: `latest` of the secret is this key",
  "serving draining": "now drains: it still works, and `latest` is another key",
};

/** A version that is published once more would be the newest, and one that is taken away leaves `latest` without a key. */
const MISSTEPS: Readonly<Record<string, string>> = {
  "prepared draining": "would drain though it never served",
  "serving prepared": "would be taken from its readers: its secret version goes while it is the newest",
  "draining serving":
    "would serve again: it is not the newest version of the secret, so readers of `latest` may get none",
  "draining prepared": "would be taken from those who still use it, and be published as the newest later",
};

function moved(name: string, before: Phase | undefined, after: Phase | undefined, details: Partial<Draft>): Draft[] {
  if (before === undefined || after === undefined || before === after) return [];
  const step = STEPS[`${before} ${after}`];
  if (step !== undefined) return [draft("phase-moved", `${name} was ${before} and ${step}.`, details)];
  const misstep = MISSTEPS[`${before} ${after}`];
  return [
    draft("phase-moved-illegally", `${name} was ${before} and ${misstep}; make a new generation instead.`, details),
  ];
}

function dated(name: string, { before, after }: GenerationPair, details: Partial<Draft>): Draft[] {
  const [old, now] = [before?.declared?.created, after?.declared?.created];
  if (old === now || old === undefined || now === undefined) return [];
  return [
    draft("generation-date", `${name} was declared as of ${old} and is as of ${now}.`, {
      ...details,
      before: old,
      after: now,
    }),
  ];
}
