import type { GrantFacts } from "../inventory/facts";
import { echo } from "../values/problem";
import { known } from "./keys";

// Kinds of IAM members: https://docs.cloud.google.com/iam/docs/principal-identifiers

const EVERYONE = ["allusers", "allauthenticatedusers", "principalset://goog/public:all"];

/** True for a member as Google writes it, which means the same in all modules; false for the address of a service account. */
export function isGlobal(member: string): boolean {
  return /^[A-Za-z]+:/.test(member);
}

export function isEveryone(member: string): boolean {
  return EVERYONE.includes(member.toLowerCase());
}

/** A whole domain, or all who hold a basic role of a project. */
export function isCrowd(member: string): boolean {
  return /^(?:domain|projectOwner|projectEditor|projectViewer):/.test(member);
}

/** A person, or a group, which is as far as anybody can see made of people. */
export function isPeople(member: string): boolean {
  return /^(?:user|group):/.test(member);
}

/** The member, safe to show; undefined if it is not known. */
export function memberText({ member }: GrantFacts): string | undefined {
  const text = known(member);
  return text === undefined ? undefined : echo(text);
}

export function roleText({ role }: GrantFacts): string {
  const text = known(role);
  return text === undefined ? "a role that is unknown until apply" : echo(text);
}

/** What the role is granted on, as it follows "on". */
export function resourceText({ on, resource }: GrantFacts): string {
  const text = known(resource);
  return text === undefined ? `a ${on} that is unknown until apply` : echo(text);
}

/** True for an organization, a folder or a project: the role then reaches everything below. */
export function isWide({ on }: GrantFacts): boolean {
  return on === "organization" || on === "folder" || on === "project";
}
