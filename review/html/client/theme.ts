import { find } from "./page";

const STORED = "gemkeys-theme";

/** The switch between light and dark. It starts with what the system wants, or with what was chosen in an earlier file. */
export function startTheme(): void {
  const root = document.documentElement;
  const button = find<HTMLButtonElement>("#theme")!;
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset["theme"] ?? (system.matches ? "dark" : "light")) === "dark";
  const tell = () => {
    button.textContent = isDark() ? "Light colours" : "Dark colours";
  };
  const stored = remember(() => localStorage.getItem(STORED));
  if (stored === "dark" || stored === "light") root.dataset["theme"] = stored;
  tell();
  system.addEventListener("change", tell);
  button.addEventListener("click", () => {
    const theme = isDark() ? "light" : "dark";
    root.dataset["theme"] = theme;
    remember(() => localStorage.setItem(STORED, theme));
    tell();
  });
}

/** A file from the disk may have no storage. */
function remember<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
