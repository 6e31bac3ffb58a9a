/** What the comment says, a part for each thing that is run. */
export const KINDS = ["preview", "plan"] as const;
export type Kind = (typeof KINDS)[number];

export interface Section {
  /** The commit it was made for. */
  readonly head: string;
  readonly text: string;
}

export type Sections = Readonly<Partial<Record<Kind, Section>>>;

/** By this a comment is found again. */
export const MARKER = "<!-- gemkeys -->";

/** Characters of a part: both fit into the 65,536 that GitHub takes. */
export const MOST_CHARACTERS = 30_000;

const OLD = /^> \*\*Old\.\*\* .*\n\n/;

/** The parts of a comment of ours. What else is in it was written by a person, and goes. */
export function readSections(body: string): Sections {
  const found: Partial<Record<Kind, Section>> = {};
  for (const kind of KINDS) {
    const pattern = new RegExp(`<!-- gemkeys:${kind} ([0-9a-f]{40,64}) -->\\n([\\s\\S]*?)\\n<!-- /gemkeys:${kind} -->`);
    const match = pattern.exec(body.replace(/\r\n/g, "\n"));
    if (match) found[kind] = { head: match[1]!, text: match[2]! };
  }
  return found;
}

export function writeSections(sections: Sections): string {
  const parts = KINDS.flatMap((kind) => {
    const section = sections[kind];
    // A text cannot end its part, nor begin another.
    const text = section?.text.replace(/<!--/g, "&lt;!--");
    return section ? [`<!-- gemkeys:${kind} ${section.head} -->\n${text}\n<!-- /gemkeys:${kind} -->`] : [];
  });
  return [MARKER, ...parts].join("\n");
}

/** Marks what was made for another commit than the head, and only that. */
export function markOld(sections: Sections, head: string): Sections {
  const entries = Object.entries(sections).map(([kind, section]) => {
    const text = section.text.replace(OLD, "");
    const note = `> **Old.** This is of ${short(section.head)}; the head is ${short(head)} now.\n\n`;
    return [kind, { ...section, text: section.head === head ? text : note + text }];
  });
  return Object.fromEntries(entries) as Sections;
}

export function short(commit: string): string {
  return `\`${commit.slice(0, 7)}\``;
}
