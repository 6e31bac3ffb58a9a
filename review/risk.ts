import { type ChangeKind, RISKS, type Risk } from "./model";

interface Situation {
  readonly kind: ChangeKind;
  readonly risk: Risk;
  /** Why it is as bad as that, if it was not meant. */
  readonly why: string;
}

/** Every risk of the review, in one place. */
export const SITUATIONS = {
  // Keys
  "key-created": situation("key-created", "low", "One more key that may spend and may leak; it is restricted."),
  "key-created-open": situation("key-created", "critical", "Whoever finds it can use it, from everywhere."),
  "key-created-unclear": situation("key-created", "high", "Where it works is not known before the apply."),
  "serving-key-removed": situation("key-removed", "critical", "A key breaks that callers use now."),
  "unused-key-removed": situation("key-removed", "medium", "No generation serves, but one may still be in use."),
  "prepared-key-removed": situation("key-removed", "low", "Nobody was given it."),
  "key-replaced": situation("key-replaced", "critical", "The key's string changes at once: every caller fails."),
  "key-declaration": situation("key-declaration", "info", "What the key may do is the same."),
  "rotation-lost": situation("key-declaration", "low", "Nobody is told any more when the key gets old."),

  // Addresses
  "restriction-removed": situation(
    "addresses-widened",
    "critical",
    "Whoever finds the key can use it, from everywhere.",
  ),
  "cloud-range-added": situation("addresses-widened", "high", "Anybody can rent an address in it."),
  "large-range-added": situation("addresses-widened", "high", "So many addresses are never one organization's egress."),
  "range-added": situation("addresses-widened", "medium", "A key that leaks is of use from there."),
  "unreachable-range-added": situation("addresses-widened", "low", "No request can reach Google from there."),
  "addresses-narrowed": situation("addresses-narrowed", "medium", "A caller that is still there is refused with 403."),
  "unused-addresses-narrowed": situation("addresses-narrowed", "low", "The key serves nobody yet."),
  "restriction-added": situation("addresses-narrowed", "medium", "Callers from elsewhere are refused with 403."),
  "addresses-moved": situation(
    "addresses-moved",
    "medium",
    "The key works from new places, and no longer from old ones.",
  ),
  "addresses-unknown": situation("addresses-unknown", "high", "Where the key will work is not known before the apply."),
  "addresses-became-known": situation("addresses-unknown", "medium", "Where the key worked before cannot be told."),

  // What the key may call, and as whom
  "client-restriction": situation(
    "client-restriction",
    "high",
    "The key of a browser or an app is in everybody's hands.",
  ),
  "targets-removed": situation("api-targets", "critical", "The key may call every API of the project that takes keys."),
  "target-added": situation("api-targets", "high", "The key may call more than the Gemini API."),
  "methods-widened": situation("api-targets", "medium", "The key may call more methods of the same API."),
  "gemini-target-lost": situation(
    "api-targets",
    "high",
    "The key may no longer call the Gemini API: every caller fails.",
  ),
  "target-lost": situation("api-targets", "low", "The key may call less."),
  "targets-unknown": situation("api-targets", "high", "What the key may call is not known before the apply."),
  "service-account-changed": situation("service-account", "high", "The key acts as another identity."),
  "service-account-lost": situation(
    "service-account",
    "high",
    "A standard key acts as nobody, and Google has begun to refuse them.",
  ),
  "service-account-unknown": situation(
    "service-account",
    "high",
    "As whom the key acts is not known before the apply.",
  ),
  "service-account-role-gained": situation("service-account-role", "critical", "Whoever has the key has the role."),
  "service-account-role-lost": situation("service-account-role", "low", "The Gemini API needs no role of it."),

  // Generations
  "generation-prepared": situation("generation-created", "info", "Nobody is given it yet."),
  "generation-serves-at-once": situation(
    "generation-created",
    "medium",
    "Readers of `latest` have it the moment it exists.",
  ),
  "generation-drains-at-once": situation(
    "generation-created",
    "medium",
    "A generation that never served has nobody to drain from.",
  ),
  "number-used-again": situation(
    "generation-created",
    "high",
    "Google keeps the id of a deleted key for 30 days and refuses it.",
  ),
  "serving-generation-removed": situation("generation-removed", "critical", "A key breaks that callers use now."),
  "draining-generation-removed": situation(
    "generation-removed",
    "medium",
    "Callers that have not fetched the new one fail.",
  ),
  "prepared-generation-removed": situation("generation-removed", "low", "Nobody was given it."),
  "serving-generation-replaced": situation(
    "generation-replaced",
    "critical",
    "The key's string changes at once: every caller fails.",
  ),
  "draining-generation-replaced": situation(
    "generation-replaced",
    "high",
    "Callers that have not fetched the new one fail.",
  ),
  "prepared-generation-replaced": situation("generation-replaced", "low", "Nobody was given it."),
  "phase-moved": situation("generation-phase", "low", "A step of a rotation."),
  "phase-moved-illegally": situation(
    "generation-phase",
    "high",
    "`latest` of the secret is no longer the key that serves, or readers get none.",
  ),
  "generation-date": situation("generation-phase", "low", "The key's age decides when it is to be rotated."),

  // Who reads
  "read-by-everyone": situation("reader-gained", "critical", "Anybody can have the key."),
  "read-from-above": situation("reader-gained", "high", "The role reaches every key below, those to come as well."),
  "read-by-many": situation("reader-gained", "high", "Who is in it changes without a review."),
  "read-by-unknown": situation("reader-gained", "high", "Who reads is not known before the apply."),
  "reader-gained": situation("reader-gained", "medium", "One more place from which the key can leak."),
  "reader-gained-another-way": situation("reader-gained", "info", "It could read the key before."),
  "service-reader-lost": situation(
    "reader-lost",
    "medium",
    "If the application still needs the key, it fails when it reads it next.",
  ),
  "reader-lost": situation("reader-lost", "low", "Who still needs the key asks for it."),
  "reader-lost-a-way": situation("reader-lost", "info", "It still can read the key."),

  // Secrets
  "secret-created": situation("secret", "info", "A place for the key."),
  "secret-removed": situation("secret", "high", "Readers find nothing any more; who has the key keeps it."),
  "secret-replaced": situation("secret", "high", "Versions and readers are made anew: in between nobody reads."),
  "secret-expires": situation("secret", "high", "Google deletes the secret by itself, and readers find nothing."),
  "secret-expires-no-more": situation("secret", "info", "It stays."),
  "version-added": situation("secret-version", "low", "Readers of `latest` get another value."),
  "version-removed": situation("secret-version", "medium", "Readers of this version fail."),
  "version-disabled": situation("secret-version", "high", "Readers of this version fail."),
  "version-enabled": situation("secret-version", "low", "Readers can have this version again."),
  "version-points-elsewhere": situation("secret-version", "medium", "Readers get another key."),
  "version-in-state": situation("secret-version", "medium", "The value is in the Terraform state a second time."),
  "version-left-state": situation("secret-version", "info", "The value is only in the request."),
  "version-deletion": situation("secret-version", "low", "What happens to the value when the version is removed."),
  exposed: situation("exposure", "critical", "The key leaves the state to where it is not protected."),
  "exposed-sensitive": situation(
    "exposure",
    "high",
    "The key leaves the state; Terraform hides it on the screen only.",
  ),
  "exposure-ended": situation("exposure", "info", "What has been copied stays copied."),

  // Around
  "project-created": situation("project", "low", "A new project costs nothing by itself."),
  "project-removed": situation("project", "critical", "All keys in it break, and with it goes everything else."),
  "project-replaced": situation("project", "critical", "All keys in it break, and the new project has others."),
  "project-moved": situation("project", "medium", "Policies and roles of another parent hold."),
  "billing-changed": situation("project", "medium", "Somebody else pays, and other limits hold."),
  "billing-lost": situation("project", "high", "Without billing the free tier's limits hold."),
  "protection-lost": situation("protection", "high", "Terraform no longer refuses to delete the project."),
  "protection-added": situation("protection", "info", "Terraform refuses to delete the project."),
  "escalating-access-gained": situation("access", "high", "The holder can give itself the rest, or act as another."),
  "access-gained": situation("access", "medium", "More can be seen or changed around the keys."),
  "side-access-gained": situation("access", "low", "It is about something beside the keys."),
  "state-access-gained": situation("access", "high", "A Terraform state in the bucket holds every key string."),
  "access-lost": situation("access", "low", "Who needs it asks for it."),
  "role-widened": situation("access", "medium", "All who hold the role may do more."),
  "role-narrowed": situation("access", "low", "All who hold the role may do less."),
  "budget-added": situation("budget", "info", "Spend is watched."),
  "budget-removed": situation("budget", "high", "Nobody is told what the keys cost."),
  "budget-raised": situation("budget", "medium", "The warning comes later."),
  "budget-raised-tenfold": situation("budget", "high", "It warns of nothing; often a zero too many."),
  "budget-lowered": situation("budget", "info", "The warning comes earlier."),
  "budget-unclear": situation("budget", "medium", "Whether it warns earlier or later cannot be told."),
  "threshold-lost": situation("budget", "medium", "One warning fewer."),
  "threshold-added": situation("budget", "info", "One warning more."),
  "budget-notifies-fewer": situation("budget", "medium", "Somebody no longer hears of it."),
  "budget-notifies-more": situation("budget", "info", "Somebody more hears of it."),
  "budget-counts-less": situation("budget", "medium", "Spend goes by it."),
  "budget-counts-more": situation("budget", "info", "Spend is seen that was not."),
  "cap-removed": situation("spend-cap", "high", "Nothing stops the spend."),
  "cap-raised": situation("spend-cap", "medium", "A leaked key can spend more before it is stopped."),
  "cap-lowered": situation("spend-cap", "low", "Calls are refused earlier."),
  "cap-added": situation("spend-cap", "info", "Spend is stopped; somebody has to set it at Google by hand."),
  "audit-lost": situation("audit", "high", "Nobody can say any more who read a key that leaked."),
  "other-audit-lost": situation("audit", "medium", "What happens there can be looked up no more."),
  "audit-gained": situation("audit", "info", "More is logged."),
  "audit-exempts": situation("audit", "high", "What these do is not logged."),
  "audit-exempts-no-more": situation("audit", "info", "More is logged."),
  "logs-kept-shorter": situation("audit", "medium", "What happened longer ago cannot be looked up."),
  "logs-kept-longer": situation("audit", "info", "More can be looked up."),
  "logs-changed": situation("audit", "medium", "Which entries are kept is not the same."),
  "alert-lost": situation("alert", "high", "Nobody is told when it happens."),
  "alert-added": situation("alert", "info", "Somebody is told."),
  "alert-changed": situation("alert", "medium", "What it was to notice, it may not notice any more."),
  "alert-follows": situation("alert", "info", "Keys and readers changed too, and alerts name them."),
  "alert-silent": situation("alert", "high", "It is raised, and nobody hears of it."),
  "alert-tells-fewer": situation("alert", "medium", "Somebody no longer hears of it."),
  "alert-tells-more": situation("alert", "info", "Somebody more hears of it."),
  "metric-lost": situation("alert", "low", "The dashboard shows it no more."),
  "metric-added": situation("alert", "info", "The dashboard can show it."),
  "channel-lost": situation("notification-channel", "medium", "Somebody no longer hears of alerts."),
  "channel-added": situation("notification-channel", "info", "Somebody more hears of alerts."),
  "quota-raised": situation("quota", "medium", "A leaked key can call more."),
  "quota-lowered": situation("quota", "low", "Calls above it are refused with 429."),
  "quota-added": situation("quota", "low", "Calls above it are refused with 429."),
  "quota-removed": situation("quota", "low", "The provider deletes nothing here: the limit stays in force."),
  "quota-unclear": situation("quota", "medium", "Whether calls are refused cannot be told."),
  "gemini-disabled": situation("service", "critical", "Every key of the project fails."),
  "service-disabled": situation("service", "high", "What uses the API fails."),
  "service-forgotten": situation("service", "low", "The API stays enabled, but Terraform no longer sees to it."),
  "service-enabled": situation("service", "low", "Who may call it, can."),
  "organization-policy-added": situation(
    "organization-policy",
    "medium",
    "For this project another rule holds than for the organization.",
  ),
  "organization-policy-changed": situation(
    "organization-policy",
    "medium",
    "For this project another rule holds than before.",
  ),
  "organization-policy-removed": situation("organization-policy", "low", "The organization's rule holds again."),
  "provider-changed": situation("provider", "medium", "Calls count for another project's quota, or fail."),
  "provider-added": situation("provider", "info", "One more way to Google."),
  "backend-changed": situation(
    "backend",
    "high",
    "With an empty state Terraform makes everything again; a local one holds the keys on a disk.",
  ),
  "waiver-added": situation("waiver", "medium", "A finding no longer counts."),
  "waiver-of-critical-added": situation("waiver", "high", "A critical finding no longer counts."),
  "waiver-extended": situation("waiver", "medium", "What was to end goes on."),
  "waiver-shortened": situation("waiver", "info", "It ends earlier."),
  "waiver-removed": situation("waiver", "info", "The finding counts again, if it is still there."),
  "waiver-reworded": situation("waiver", "info", "It excuses the same, as long as before."),
  "waiver-ended": situation("waiver", "low", "The finding counts again, if it is still there."),
} as const satisfies Readonly<Record<string, Situation>>;

export type SituationName = keyof typeof SITUATIONS;

function situation(kind: ChangeKind, risk: Risk, why: string): Situation {
  return { kind, risk, why };
}

/** The worst of them; undefined if there is none. */
export function worst(risks: readonly Risk[]): Risk | undefined {
  return RISKS.find((risk) => risks.includes(risk));
}

/** Negative if `a` is worse. */
export function compareRisks(a: Risk, b: Risk): number {
  return RISKS.indexOf(a) - RISKS.indexOf(b);
}
