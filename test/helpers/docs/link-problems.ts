import * as fs from "node:fs";
import * as path from "node:path";
import type { Page } from "./page";

/** The links that lead nowhere. Those to other hosts are not followed. */
export function linkProblems(root: string, pages: ReadonlyMap<string, Page>): string[] {
  return [...pages.values()].flatMap((page) =>
    page.links.flatMap(({ place, target }) => {
      const problem = problemOf(root, pages, page, target);
      return problem === undefined ? [] : [`${place} ${problem}`];
    }),
  );
}

function problemOf(root: string, pages: ReadonlyMap<string, Page>, page: Page, target: string): string | undefined {
  if (/^https:\/\/[\w.-]+(\/|$)/.test(target)) return undefined;
  if (/^[a-z][a-z0-9+.-]*:|^\//i.test(target)) return `${target}: write https, or a path from the page.`;
  const [file, anchor] = target.split("#") as [string, string | undefined];
  const name = file === "" ? page.name : path.posix.join(path.posix.dirname(page.name), file);
  if (!pages.has(name) && !fs.existsSync(path.join(root, name))) return `${target}: there is no ${name}.`;
  if (anchor === undefined) return undefined;
  const other = pages.get(name);
  if (other === undefined) return `${target}: ${name} is no page whose headings are known.`;
  return other.anchors.has(anchor) ? undefined : `${target}: ${name} has no heading #${anchor}.`;
}
