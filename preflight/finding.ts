/** `fine` holds; `missing` would stop the deployment; `unknown` could not be found out, which is not fine; `note` may matter. */
export type Verdict = "fine" | "missing" | "note" | "unknown";

/** What one check found. */
export interface Finding {
  readonly verdict: Verdict;
  /** What it is about, e.g. `billing account 012345-6789AB-CDEF01`. */
  readonly subject: string;
  /** A sentence. */
  readonly text: string;
  /** The permissions that are missing, sorted. */
  readonly permissions?: readonly string[];
  /** The narrowest predefined role with them. */
  readonly role?: string;
  /** What gives it: a command, or what to do where there is none. */
  readonly fix?: string;
}

export function fine(subject: string, text: string): Finding {
  return { verdict: "fine", subject, text };
}

export function missing(subject: string, text: string, fix?: string): Finding {
  return { verdict: "missing", subject, text, ...(fix !== undefined && { fix }) };
}

export function note(subject: string, text: string, fix?: string): Finding {
  return { verdict: "note", subject, text, ...(fix !== undefined && { fix }) };
}

export function unknown(subject: string, text: string): Finding {
  return { verdict: "unknown", subject, text };
}
