import { draw } from "./environments";
import { isOpen, setOpen, shownKeys } from "./keys";
import { all, find } from "./page";

/** On paper everything that passes the filter is open; afterwards it is as it was. */
export function startPrint(): void {
  let keys: readonly number[] = [];
  let details: readonly HTMLDetailsElement[] = [];
  window.addEventListener("beforeprint", () => {
    keys = shownKeys().filter((id) => !isOpen(id));
    for (const id of keys) setOpen(id, true);
    details = all<HTMLDetailsElement>("main details:not([open])").filter((element) => !element.closest("[hidden]"));
    for (const element of details) {
      element.open = true;
      if (element.matches(".reach-all") && find("[data-reach]", element)) draw(element);
    }
  });
  window.addEventListener("afterprint", () => {
    for (const element of details) element.open = false;
    for (const id of keys) setOpen(id, false);
  });
}
