import { isUnknown, type Maybe } from "../../../inventory/facts";
import type { GenerationView, ReaderView, Risk } from "../../model";
import { type Branch, h, type Tree } from "../tree";

export const UNKNOWN_TEXT = "unknown until apply";

export function known(value: Maybe<string>): string {
  return isUnknown(value) ? UNKNOWN_TEXT : value;
}

/** `1 key`, `1,000 keys`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number.toLocaleString("en-US")} ${number === 1 ? noun : plural}`;
}

export function badge(risk: Risk): Branch {
  return h("span", { class: `badge ${risk}` }, risk);
}

/** An identifier. */
export function code(text: string): Branch {
  return h("code", {}, text);
}

/** A sentence of ours: what stands in back-ticks is written by a machine or for one. */
export function prose(text: string): Tree[] {
  return text.split(/`([^`\n]+)`/).map((part, place) => (place % 2 === 1 ? code(part) : part));
}

/** Words of a person. */
export function words(text: string): Branch {
  return h("span", { class: "words", dir: "auto" }, text);
}

/** Like `code`, with places where a long name may be broken in a narrow cell. */
export function breakable(text: string): Branch {
  const parts = text.split(/(?<=@)|(?=\.googleapis\.com|\.iam\.)/);
  return h(
    "code",
    {},
    parts.flatMap((part, place) => (place === 0 ? [part] : [h("wbr", {}), part])),
  );
}

/** An IAM member in words. */
export interface MemberWords {
  readonly kind: string;
  readonly name: string;
}

const KINDS: Readonly<Record<string, string>> = {
  serviceAccount: "service account",
  user: "person",
  group: "group",
  domain: "everybody of a domain",
  principal: "identity of a pool",
  principalSet: "identities of a pool",
  projectOwner: "owners of a project",
  projectEditor: "editors of a project",
  projectViewer: "viewers of a project",
  deleted: "deleted",
};

export function memberWords(member: Maybe<string>): MemberWords {
  if (isUnknown(member)) return { kind: "somebody", name: UNKNOWN_TEXT };
  if (member === "allUsers") return { kind: "everybody in the world", name: member };
  if (member === "allAuthenticatedUsers") return { kind: "everybody with a Google account", name: member };
  const [kind = "", ...rest] = member.split(":");
  const name = rest.join(":");
  if (KINDS[kind] !== undefined && name !== "") return { kind: KINDS[kind], name };
  return {
    kind: member.includes("google_service_account.") ? "service account of this stack" : "member",
    name: member,
  };
}

/** `roles/secretmanager.secretAccessor on the secret, under a condition`. */
export function grantWords({ role, via, conditional }: ReaderView): string {
  return `${known(role)} on the ${via}${conditional ? ", under a condition" : ""}`;
}

export function generationName({ number, keyId }: GenerationView): string {
  return number === undefined ? `key ${known(keyId)}` : `generation ${number}`;
}

/** The addresses as texts; undefined: from anywhere. */
export function addressesOf({ addresses }: GenerationView): readonly string[] | undefined {
  if (addresses === undefined) return undefined;
  return isUnknown(addresses) ? [UNKNOWN_TEXT] : addresses.map(known);
}

/** The APIs as texts; undefined: any. */
export function targetsOf({ apiTargets }: GenerationView): readonly string[] | undefined {
  return apiTargets?.map(known);
}

export const FROM_ANYWHERE = "from anywhere";
export const ANY_API = "any API that is enabled";

/** Each once, in the order in which they come. */
export function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
