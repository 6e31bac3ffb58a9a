/**
 * Views of content that may have the wrong shape. The cross-checks use them, so that they run, and report all they
 * see, also where the schema found something wrong.
 */

export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The project's id of an environment file, in either of its two forms. */
export function projectIdOf(environment: unknown): string | undefined {
  const { project } = record(environment);
  return text(project) ?? text(record(project)["id"]);
}

/** True for an entry of `allow` that is meant as an address: a network's name has no dot, colon, slash or leading digit. */
export function looksLikeAddress(entry: string): boolean {
  return /[.:/]|^[0-9]/.test(entry);
}
