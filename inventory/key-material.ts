import { type KeyMaterial, keyMaterialIn } from "../values/redact";

/** A text with key material in it, by its path in a value. Never the text itself. */
export interface FoundMaterial {
  /** E.g. `labels.key` or `env[0].value`. Empty for the value itself. */
  readonly field: string;
  readonly kinds: readonly KeyMaterial[];
}

/** The texts with key material under a value. @param except a text that is no finding. */
export function materialUnder(value: unknown, field = "", except?: (text: string) => boolean): FoundMaterial[] {
  const found: FoundMaterial[] = [];
  const visit = (child: unknown, path: string): void => {
    if (typeof child === "string") {
      const kinds = keyMaterialIn(child);
      if (kinds.length > 0 && !except?.(child)) found.push({ field: path, kinds });
    } else if (Array.isArray(child)) {
      child.forEach((element, index) => {
        visit(element, `${path}[${index}]`);
      });
    } else if (typeof child === "object" && child !== null) {
      for (const [name, inner] of Object.entries(child)) {
        // A key as the name of a label is one, too.
        const kinds = keyMaterialIn(name);
        if (kinds.length > 0) found.push({ field: path, kinds });
        visit(inner, path === "" ? name : `${path}.${name}`);
      }
    }
  };
  // Most values have none, and making the paths is what takes long.
  if (holdsMaterial(value)) visit(value, field);
  return found;
}

function holdsMaterial(value: unknown): boolean {
  if (typeof value === "string") return keyMaterialIn(value).length > 0;
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(holdsMaterial);
  return Object.keys(value).some(
    (name) => keyMaterialIn(name).length > 0 || holdsMaterial((value as Record<string, unknown>)[name]),
  );
}
