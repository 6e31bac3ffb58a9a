import { draw } from "./environments";
import { isOpen, setOpen, shownKeys } from "./keys";
import { all } from "./page";

/** On paper everything that passes the filter is open; afterwards it is as it was. */
export function startPrint(): void {
  let keys: readonly number[] = [];
  let details: HTMLDetailsElement[] = [];
  window.addEventListener("beforeprint", () => {
    keys = shownKeys().filter((id) => !isOpen(id));
    for (const id of keys) setOpen(id, true);
    details = [];
    // What is drawn then has folded parts of its own.
    for (let found = closed(); found.length > 0; found = closed()) {
      for (const element of found) {
        element.open = true;
        if (element.matches(".reach-all")) draw(element);
      }
      details.push(...found);
    }
  });
  window.addEventListener("afterprint", () => {
    for (const element of details) element.open = false;
    for (const id of keys) setOpen(id, false);
  });
}

function closed(): HTMLDetailsElement[] {
  return all<HTMLDetailsElement>("main details:not([open])").filter((element) => !element.closest("[hidden]"));
}
