import type { Phase } from "../values/generations";

type Texts = Readonly<Record<string, string>>;

/** The name and number in a generation's key id `<name>-g<number>`; undefined for the id of another's key. */
export function generationOf(keyId: string): { readonly name: string; readonly number: number } | undefined {
  const match = /^(.+)-g(\d+)$/.exec(keyId);
  return match ? { name: match[1]!, number: Number(match[2]) } : undefined;
}

/**
 * The newest version of the secret serves: versions are made by rising number.
 *
 * @param own the number of the version that holds the key; undefined if there is none.
 */
export function phaseAmong(own: number | undefined, all: readonly number[]): Phase {
  if (own === undefined) return "prepared";
  return own === Math.max(...all) ? "serving" : "draining";
}

/** What the labels and annotations of a key's secret say, as stacks/environment-stack.ts writes them. */
export function declaredIn(labels: Texts, annotations: Texts) {
  const days = annotations["rotate-every-days"];
  return {
    owner: labels["owner"],
    purpose: annotations["purpose"],
    contact: annotations["contact"],
    department: annotations["department"],
    rotateEveryDays: days === undefined ? undefined : Number(days),
  };
}

/** The declared day of creation of a generation. */
export function createdIn(annotations: Texts, generation: number): string | undefined {
  return annotations[`created-g${generation}`];
}
