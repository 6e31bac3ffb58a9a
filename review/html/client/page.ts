import type { PageData } from "../page-model";

/** What the page was made from. */
export const data = JSON.parse(document.getElementById("data")!.textContent!) as PageData;

export function all<T extends Element = HTMLElement>(selector: string, within: ParentNode = document): T[] {
  return [...within.querySelectorAll<T>(selector)];
}

export function find<T extends Element = HTMLElement>(selector: string, within: ParentNode = document): T | undefined {
  return within.querySelector<T>(selector) ?? undefined;
}
