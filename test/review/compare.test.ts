import { CASES } from "./cases";
import { changesOf, told } from "./sides";

/** Risk, kind and whole sentence of every change, the worst first. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  "another key": ["low key-created: web is new: it may be used from 93.184.216.34, and nobody can read it."],
  "another key from anywhere": [
    "critical key-created: google_apikeys_key.web is new: it may be used from anywhere, and nobody can read it.",
  ],
  "another key from unknown addresses": [
    "high key-created: google_apikeys_key.web is new: it may be used from addresses that are unknown until apply, and nobody can read it.",
  ],
  "a serving key less": [
    "critical key-removed: web is removed while generation 1 serves: whoever uses it fails at once.",
  ],
  "a prepared key less": ["low key-removed: web is removed; nobody was given it."],
  "a draining key less": ["medium key-removed: web is removed; no generation of it serves, but one still drains."],
  "a key of others less": ["critical key-removed: google_apikeys_key.web is removed: whoever uses it fails at once."],
  "a key of others replaced": [
    "critical key-replaced: google_apikeys_key.web is replaced, since its id changes: its string changes, and whoever uses the old one fails.",
  ],
  "another owner": ["info key-declaration: The owner of chat was search and is support."],
  "no rotation": ["low key-declaration: chat has no rotation period any more; it was 90 days."],
  "the same addresses in another order": [],
  "one address more": ["medium addresses-widened: chat may now be used from 1 more address: 93.184.216.35."],
  "a range more": ["medium addresses-widened: chat may now be used from 256 more addresses: 198.41.0.0/24."],
  "the range around": ["medium addresses-widened: chat may now be used from 255 more addresses: 93.184.216.0/24."],
  "a range of a cloud": [
    "high addresses-widened: chat may now be used from 4,096 more addresses: 34.64.0.0/20 (Google Cloud).",
  ],
  "a large range": ["high addresses-widened: chat may now be used from 1,048,576 more addresses: 80.0.0.0/12."],
  "a large range of IPv6": ["high addresses-widened: chat may now be used from 2^96 more addresses: 2a00::/32."],
  "a private range": [
    "low addresses-widened: chat may now be used from 16,777,216 more addresses: 10.0.0.0/8 (private).",
  ],
  "everywhere, written out": ["critical addresses-widened: chat may now be used from the whole internet: 0.0.0.0/0."],
  "no restriction": [
    "critical addresses-widened: chat may now be used from the whole internet: its restriction to 93.184.216.34 is gone.",
  ],
  "an empty list": [
    "critical addresses-widened: chat may now be used from the whole internet: its restriction to 93.184.216.34 is gone.",
  ],
  "a restriction": [
    "medium addresses-narrowed: chat may now be used from 93.184.216.34 only, and no longer from the whole internet.",
  ],
  "fewer addresses": ["medium addresses-narrowed: chat may no longer be used from 256 addresses: 198.41.0.0/24."],
  "other addresses": [
    "medium addresses-moved: chat may now be used from 1 more address: 198.41.0.4; and no longer from 1 address: 93.184.216.34.",
  ],
  "another cloud": [
    "high addresses-moved: chat may now be used from 1 more address: 34.64.0.1 (Google Cloud); and no longer from 1 address: 93.184.216.34.",
  ],
  "what is no address": ["medium addresses-widened: chat may now be used from 1 entry: example.com (no address)."],
  "addresses unknown until apply": [
    "high addresses-unknown: chat will be restricted to addresses that are unknown until apply.",
  ],
  "one address unknown until apply": [
    "high addresses-unknown: chat will be restricted to addresses that are unknown until apply.",
  ],
  "addresses that were unknown": [
    "medium addresses-unknown: chat was restricted to addresses that are not known; now 93.184.216.34 may use it.",
  ],
  "a restriction to browsers": ["high client-restriction: chat is now a key for browsers."],
  "another API": ["high api-targets: chat may now call maps.googleapis.com."],
  "any API": [
    "critical api-targets: chat may now call every API that takes keys; it was restricted to generativelanguage.googleapis.com.",
  ],
  "no API but Gemini": ["low api-targets: chat may no longer call maps.googleapis.com."],
  "not Gemini": ["high api-targets: chat may no longer call generativelanguage.googleapis.com."],
  "any method": [
    "medium api-targets: chat may now call every method of generativelanguage.googleapis.com; it could call generativelanguage.googleapis.com (a.*).",
  ],
  "an API unknown until apply": [
    "high api-targets: chat may now call an API that is unknown until apply, and may no longer call generativelanguage.googleapis.com.",
  ],
  "another service account": [
    "critical key-replaced: google_apikeys_key.web is replaced, since its service account changes: its string changes, and whoever uses the old one fails.",
    "high service-account: google_apikeys_key.web acts as other@acme-gemini-prod.iam.gserviceaccount.com; it was bound to google_service_account.web.",
  ],
  "no service account": [
    "critical key-replaced: google_apikeys_key.web is replaced, since its service account changes: its string changes, and whoever uses the old one fails.",
    "high service-account: google_apikeys_key.web is no longer bound to a service account: it becomes a standard key.",
  ],
  "a role for the key's service account": [
    "critical service-account-role: The service account of chat gets roles/aiplatform.user on the project: whoever has the key has it.",
  ],
  "a generation prepared": [
    "info generation-created: Generation 2 of chat is prepared: the key exists, and nobody is given it.",
  ],
  "a generation that serves at once": [
    "medium generation-created: Generation 2 of chat is new and serves at once: readers of `latest` have it without a step between.",
    "low generation-phase: Generation 1 of chat was serving and now drains: it still works, and `latest` is another key.",
  ],
  "a generation published": [
    "low generation-phase: Generation 1 of chat was serving and now drains: it still works, and `latest` is another key.",
    "low generation-phase: Generation 2 of chat was prepared and now serves: `latest` of the secret is this key.",
  ],
  "a generation retired": [
    "medium generation-removed: Generation 1 of chat is removed: callers that still use it fail, and its secret version goes.",
  ],
  "the serving generation removed": [
    "critical generation-removed: Generation 1 of chat is removed: it serves, so whoever uses the key fails at once.",
    "low generation-phase: Generation 2 of chat was prepared and now serves: `latest` of the secret is this key.",
  ],
  "a generation taken back": [
    "high generation-phase: Generation 1 of chat was draining and would serve again: it is not the newest version of the secret, so readers of `latest` may get none; make a new generation instead.",
    "high generation-phase: Generation 2 of chat was serving and would be taken from its readers: its secret version goes while it is the newest; make a new generation instead.",
  ],
  "a number used again": [
    "high generation-created: Generation 2 of chat is new, but chat has had 3: a number is never used again.",
  ],
  "a generation in another project": [
    "critical generation-replaced: Generation 1 of chat is replaced, since its project changes: its string changes, and whoever uses the old one fails at once.",
    "high service-account: chat acts as gk-chat@acme-other.iam.gserviceaccount.com; it was bound to gk-chat@acme-gemini-prod.iam.gserviceaccount.com.",
  ],
  "another day of creation": [
    "low generation-phase: Generation 1 of chat was declared as of 2026-11-01 and is as of 2026-11-20.",
  ],
  "a person who reads": [
    "medium reader-gained: user:ann@example.com can now read chat, by roles/secretmanager.secretAccessor on the secret.",
  ],
  "a group that reads": [
    "high reader-gained: group:all@example.com can now read chat, by roles/secretmanager.secretAccessor on the secret.",
  ],
  "everybody reads": [
    "critical reader-gained: Everybody (allUsers) can now read chat, by roles/secretmanager.secretAccessor on the secret.",
  ],
  "a reader unknown until apply": [
    "high reader-gained: A principal that is unknown until apply can now read chat, by roles/secretmanager.secretAccessor on the secret.",
  ],
  "a viewer of the project": [
    "high reader-gained: user:ann@example.com can now read chat, by roles/viewer on the project.",
  ],
  "a condition taken away": [
    "medium reader-gained: serviceAccount:chat@acme-apps.iam.gserviceaccount.com can now read chat, by roles/secretmanager.secretAccessor on the secret.",
    "info reader-lost: serviceAccount:chat@acme-apps.iam.gserviceaccount.com can still read chat, by roles/secretmanager.secretAccessor on the secret, but no longer by roles/secretmanager.secretAccessor on the secret under a condition.",
  ],
  "an application that no longer reads": [
    "medium reader-lost: serviceAccount:chat@acme-apps.iam.gserviceaccount.com can no longer read chat; it could by roles/secretmanager.secretAccessor on the secret.",
  ],
  "a person who no longer reads": [
    "low reader-lost: user:ann@example.com can no longer read chat; it could by roles/secretmanager.secretAccessor on the secret.",
  ],
  "a person who reads by the project instead": [
    "info reader-lost: user:ann@example.com can still read chat, by roles/owner on the project, but no longer by roles/secretmanager.secretAccessor on the secret.",
  ],
  "a second way to read": [
    "info reader-gained: user:ann@example.com could read chat already, and now also by roles/secretmanager.secretAccessor on the project.",
  ],
  "a role that reads by what it now holds": [
    "high access: Whoever holds the role team now may: apikeys.keys.getKeyString.",
    "high reader-gained: user:ann@example.com can now read chat, by team on the project.",
  ],
  "another secret": [
    "high secret: The secret of chat is replaced: gemini-chat was it, and gemini-chat-2 is. Readers have to look there.",
  ],
  "a version in the state": [
    "medium secret-version: A version of the secret of chat is now in the Terraform state as well.",
  ],
  "a version disabled": ["high secret-version: A version of the secret of chat is now disabled."],
  "a secret that expires": ["high secret: The secret of chat expires (86400s): Google deletes it then."],
  "an output": ["critical exposure: The output output.key now holds the key string of google_apikeys_key.chat_g1."],
  "a role that reads no key": ["medium access: user:ann@example.com gets roles/logging.viewer on the project."],
  "a role to grant roles": ["high access: user:ann@example.com gets roles/iam.securityAdmin on the project."],
  "the state's bucket": [
    "high access: serviceAccount:chat@acme-apps.iam.gserviceaccount.com gets roles/storage.objectViewer on the bucket acme-state.",
  ],
  "a role less": ["low access: user:ann@example.com loses roles/logging.viewer on the project."],
  "no budget": [
    "high budget: The budget of prod is removed; it was 100 USD. Nobody is told what the keys cost.",
    "high spend-cap: The spend cap of prod is removed; it was an amount that is not known. Nothing stops the spend.",
  ],
  "a budget": [
    "info budget: prod gets a budget of 100 USD.",
    "info spend-cap: prod gets a spend cap of an amount that is not known, which is set at Google by hand.",
  ],
  "a higher budget": ["medium budget: The budget of prod was 100 USD and is 200 USD: it warns later."],
  "a zero too many": ["high budget: The budget of prod was 100 USD and is 1000 USD: it warns later."],
  "a lower budget": ["info budget: The budget of prod was 100 USD and is 50 USD: it warns earlier."],
  "a budget in another currency": [
    "medium budget: The budget of prod was 100 USD and is 50 EUR: whether it warns earlier or later cannot be told.",
  ],
  "other thresholds": [
    "medium budget: The budget of prod now warns at 80% spent, and no longer at 50% spent and 100% forecast.",
  ],
  "a budget after credits": [
    "medium budget: The budget of prod counts spend after credits and counted it before credits.",
  ],
  "a budget that tells fewer": [
    "medium budget: The budget of prod no longer notifies bob@example.com.",
    "medium notification-channel: The notification channel bob@example.com (email) is gone or disabled.",
  ],
  "no cap": ["high spend-cap: The spend cap of prod is removed; it was 2500 USD. Nothing stops the spend."],
  "a higher cap": [
    "medium spend-cap: The spend cap of prod was 900 USD and is 2500 USD: a leaked key can spend more before it is stopped.",
  ],
  "a lower cap": ["low spend-cap: The spend cap of prod was 2500 USD and is 900 USD: calls are refused earlier."],
  "reads not logged": [
    "high audit: prod no longer logs secretmanager.googleapis.com: DATA_READ: who reads a secret can no longer be found out.",
  ],
  "reads logged for all services": [
    "info audit: prod now logs allServices: ADMIN_READ.",
    "info audit: prod now logs allServices: DATA_READ.",
  ],
  "somebody exempt": ["high audit: prod no longer logs what user:ann@example.com does."],
  "logs kept shorter": [
    "medium audit: The log bucket gemkeys-audit kept entries for 400 days and keeps them for 90 days.",
  ],
  "an alert less": [
    'high alert: The alert "A secret was read" is removed: nobody is told any more.',
    "medium notification-channel: The notification channel ann@example.com (email) is gone or disabled.",
  ],
  "an alert disabled": ['high alert: The alert "A secret was read" is disabled: nobody is told any more.'],
  "an alert that looks elsewhere": ['medium alert: What the alert "A secret was read" looks at changes.'],
  "an alert that nobody hears": [
    'high alert: The alert "A secret was read" notifies nobody any more; it notified ann@example.com.',
  ],
  "alerts more": [
    'info alert: 1 alert is new: "A secret was read".',
    "info notification-channel: The notification channel ann@example.com (email) is new.",
  ],
  "a channel less": [
    "medium notification-channel: The notification channel bob@example.com (email) is gone or disabled.",
  ],
  "a higher quota": ["medium quota: The limit of RequestsPerDay for gemini-3.5-flash was 100 and is 200."],
  "a lower quota": ["low quota: The limit of RequestsPerDay for gemini-3.5-flash was 100 and is 50."],
  "a quota no longer declared": [
    "low quota: The limit of RequestsPerDay for gemini-3.5-flash is no longer declared; Google keeps it at 100.",
  ],
  "the Gemini API disabled": [
    "critical service: prod disables generativelanguage.googleapis.com: every key of the project fails.",
  ],
  "the Gemini API no longer asked for": [
    "low service: prod no longer asks for generativelanguage.googleapis.com; it stays enabled until somebody disables it.",
  ],
  "another API enabled": ["low service: prod enables 1 API: maps.googleapis.com."],
  "another project": [
    "critical project: The project acme-gemini-prod is replaced by acme-other: every key in it breaks.",
  ],
  "no protection": [
    "high protection: Terraform no longer refuses to delete the project acme-gemini-prod and its keys.",
  ],
  "who pays": [
    "high project: The project acme-gemini-prod has no billing account any more; it had A.",
    "medium project: The project acme-gemini-prod was in folders/1 and is in folders/2.",
  ],
  "a policy of the organization lifted": [
    "medium organization-policy: prod sets the organization policy iam.managed.disableServiceAccountApiKeyCreation to enforce FALSE: keys of any API may be bound to service accounts there.",
  ],
  "another quota project": [
    "medium provider: provider.google had quota project acme-admin, used for every call and has quota project none, used where Google asks for it.",
  ],
  "another backend": [
    "high backend: The Terraform state was in gcs, bucket acme-state, prefix prod and is in local, on a disk and with every key string in it: it has to be moved, or everything is made again.",
  ],
  "a key replaced by a plan": [
    "critical key-replaced: google_apikeys_key.web is replaced, since the plan makes it anew: its string changes, and whoever uses the old one fails.",
  ],
  "a key that leaves the state": [
    "medium key-removed: google_apikeys_key.web leaves the state and goes on working, without Terraform.",
  ],
};

test("every case has its expectation", () => {
  expect(Object.keys(EXPECTED)).toEqual(Object.keys(CASES));
});

test.each(Object.keys(CASES))("%s", (name) => {
  const [before, after] = CASES[name]!;
  expect(told(changesOf(before, after))).toEqual(EXPECTED[name]);
});
