/**
 * A piece of a page as data. The views make it; to-html.ts writes it into the file and client/to-dom.ts into the open page,
 * so that neither of them ever joins markup with text.
 */
export type Tree = string | Branch;

export interface Branch {
  readonly tag: string;
  readonly attributes: Attributes;
  readonly children: readonly Tree[];
}

/** Names are written in the code, values may come from anywhere. `true` is an attribute without a value. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** What may be left out where there is nothing to say. */
export type Child = Tree | false | undefined | readonly Child[];

export function h(tag: string, attributes: Attributes, ...children: readonly Child[]): Branch {
  return { tag, attributes, children: flat(children) };
}

function flat(children: readonly Child[]): Tree[] {
  const trees: Tree[] = [];
  for (const child of children) {
    if (Array.isArray(child)) trees.push(...flat(child as readonly Child[]));
    else if (child !== false && child !== undefined) trees.push(child as Tree);
  }
  return trees;
}
