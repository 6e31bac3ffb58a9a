import type { PolicyFinding } from "../../policies/rule";
import {
  CHANGE_KINDS,
  type Change,
  type EnvironmentReview,
  type EnvironmentView,
  type Review,
} from "../../review/model";

const PROD = "config/environments/prod.yaml";
const at = (line: number, file = PROD) => ({ file, line, column: 9 });

export const WIDENED: Change = {
  kind: "addresses-widened",
  risk: "critical",
  key: "chat",
  generation: 2,
  address: "google_apikeys_key.key-chat_g2",
  sentence: "chat may be used from 65,792 more addresses, 65,536 of them of Google Cloud.",
  added: ["34.64.0.0/16", "93.184.216.0/24"],
  removed: [],
  networks: ["prod-egress"],
  location: at(14),
};

const CHANGES: readonly Change[] = [
  WIDENED,
  {
    kind: "key-replaced",
    risk: "critical",
    key: "search",
    generation: 1,
    address: "google_apikeys_key.key-search_g1",
    sentence: "The serving generation of search is replaced: callers fail until they have the new key.",
    before: "search-g1",
    after: "unknown until apply",
    location: at(31),
  },
  {
    kind: "reader-gained",
    risk: "high",
    key: "chat",
    address: "google_project_iam_member.access",
    sentence: "group:everyone@example.com can read the key of chat, by a role on the project.",
    added: ["group:everyone@example.com (roles/secretmanager.admin)"],
    location: at(60),
  },
  {
    kind: "api-targets",
    risk: "high",
    key: "chat",
    generation: 2,
    sentence: "chat may call any API.",
    removed: ["generativelanguage.googleapis.com"],
    before: "generativelanguage.googleapis.com",
    after: "any API",
    location: at(15),
  },
  {
    kind: "addresses-unknown",
    risk: "high",
    key: "batch",
    generation: 1,
    sentence: "From where batch may be used is not known before the apply.",
    after: "unknown until apply",
  },
  {
    kind: "audit",
    risk: "high",
    sentence: "Reads of secrets are no longer logged.",
    removed: ["secretmanager.googleapis.com: DATA_READ"],
    location: at(5),
  },
  {
    kind: "protection",
    risk: "medium",
    address: "google_project.project",
    sentence: "The project can be deleted.",
    before: "protected",
    after: "not protected",
    location: at(3),
  },
  {
    kind: "budget",
    risk: "medium",
    sentence: "The budget doubles.",
    before: "2000 USD",
    after: "4000 USD",
    location: at(7),
  },
  {
    kind: "addresses-moved",
    risk: "low",
    key: "batch",
    generation: 1,
    sentence: "batch may be used from 40 other addresses; 12 can no longer use it.",
    added: Array.from({ length: 40 }, (_, index) => `93.184.${index + 10}.1`),
    removed: Array.from({ length: 12 }, (_, index) => `203.10.${index + 10}.1`),
    location: at(40),
  },
  {
    kind: "generation-phase",
    risk: "low",
    key: "chat",
    generation: 2,
    sentence: "Generation 2 of chat serves now.",
    before: "prepared",
    after: "serving",
    location: at(18),
  },
  {
    kind: "reader-lost",
    risk: "info",
    key: "search",
    sentence: "user:b@example.com can no longer read the key of search.",
    removed: ["user:b@example.com"],
  },
  {
    kind: "key-declaration",
    risk: "info",
    key: "search",
    sentence: "search has another purpose.",
    before: "Answers | questions",
    after: "Answers **all** questions",
    location: at(33),
  },
];

/** One of each kind that is not among the others. */
const REMAINING: readonly Change[] = CHANGE_KINDS.filter((kind) => !CHANGES.some((change) => change.kind === kind)).map(
  (kind) => ({ kind, risk: "low", key: "web", sentence: `A change of the kind ${kind}.` }),
);

/** Everything that a text may try, in a name that could be of an environment, a key or a file. */
export const HOSTILE =
  "`x`|<img src=x onerror=alert(1)> [a](https://evil.example) ![b](//evil.example/b) @acme/team #1 www.evil.example\n\n# h\u202Eabc\u200B\u001B[31m </details> $a$ ~~s~~ :tada: a@evil.example";

const HOSTILE_CHANGE: Change = {
  kind: "other",
  risk: "medium",
  key: HOSTILE,
  address: HOSTILE,
  sentence: `${HOSTILE} is changed.`,
  added: [HOSTILE],
  removed: [HOSTILE],
  before: HOSTILE,
  after: HOSTILE,
  networks: [HOSTILE],
  location: { file: HOSTILE, line: 3, column: 4 },
};

export const NEW_FINDING: PolicyFinding = {
  rule: "GEMKEY-IP-02",
  title: "A range of addresses is narrow",
  severity: "high",
  environment: "prod",
  address: "google_apikeys_key.key-chat_g2",
  key: "chat",
  field: "allow[1]",
  value: "34.64.0.0/16",
  message: "chat may be used from 34.64.0.0/16, a range wider than /20.",
  fix: "Write the egress addresses themselves: `allow` in YAML, `allowed_ips` in HCL.",
  location: at(14),
};

const WAIVED_FINDING: PolicyFinding = {
  ...NEW_FINDING,
  rule: "GEMKEY-DOC-01",
  title: "A key has a contact",
  severity: "low",
  message: "batch has no contact.",
  key: "batch",
  field: "contact",
  value: undefined,
  waiver: { reason: "Its team is being found", until: "2027-01-31", by: "head@example.com" },
};

const FIXED_FINDING: PolicyFinding = {
  ...WAIVED_FINDING,
  key: "search",
  message: "search has no contact.",
  waiver: undefined,
};

const VIEW: EnvironmentView = {
  name: "prod",
  project: { id: "acme-gemini-prod", protected: true },
  budget: { amount: "2000 USD", thresholds: ["50% spent", "100% forecast"], cap: "2500 USD" },
  audit: ["apikeys.googleapis.com: ADMIN_READ"],
  alerts: ["Key used from elsewhere"],
  keys: [
    {
      name: "chat",
      declared: true,
      owner: "search",
      purpose: "Answers in the chat",
      contact: "search@example.com",
      rotateEveryDays: 90,
      generations: [
        {
          address: "google_apikeys_key.key-chat_g2",
          keyId: { unknown: true },
          number: 2,
          phase: "serving",
          created: "2026-11-01",
          serviceAccount: "google_service_account.chat",
          apiTargets: ["generativelanguage.googleapis.com"],
          addresses: ["34.64.0.0/16", { unknown: true }],
          clientRestrictions: [],
        },
      ],
      secret: "gemini-chat",
      readers: [
        {
          member: "group:everyone@example.com",
          role: "roles/secretmanager.admin",
          via: "project",
          conditional: false,
          many: true,
        },
      ],
    },
  ],
};

export function environmentOf(over: Partial<EnvironmentReview> = {}): EnvironmentReview {
  return {
    name: "prod",
    status: "changed",
    changes: [],
    drift: [],
    notInCode: [],
    findings: { new: [], fixed: [], standing: [] },
    others: [],
    ...over,
  };
}

export function reviewOf(over: Partial<Review> = {}): Review {
  return {
    formatVersion: 1,
    source: "code",
    base: "main (1a2b3c4)",
    head: "working tree",
    environments: [],
    untouched: 0,
    notes: [],
    ...over,
  };
}

/** Nothing at all happens. */
export const QUIET = reviewOf({ environments: [environmentOf({ name: "dev", status: "unchanged" })], untouched: 3 });

/** Each kind of change, everywhere where one can be. */
export const SAMPLE = reviewOf({
  risk: "critical",
  untouched: 988,
  notes: [
    {
      risk: "high",
      text: "The base does not synthesize, so only the head is shown for stage:\nconfig/environments/stage.yaml:3:1 `keys` must be a mapping of names, got: nothing.",
    },
    { risk: "info", text: "The code of the base was used for both sides." },
  ],
  environments: [
    environmentOf({
      name: "dev",
      risk: "low",
      changes: REMAINING.map((change) => ({ ...change, location: at(9, "config/environments/dev.yaml") })),
    }),
    environmentOf({ name: HOSTILE, risk: "medium", changes: [HOSTILE_CHANGE] }),
    environmentOf({
      risk: "critical",
      changes: CHANGES,
      drift: [
        {
          kind: "addresses-widened",
          risk: "critical",
          key: "chat",
          generation: 1,
          address: "google_apikeys_key.key-chat_g1",
          sentence: "Somebody let chat be used from 1 more address.",
          added: ["198.51.101.7"],
        },
      ],
      notInCode: [
        {
          kind: "access",
          risk: "high",
          address: 'module.team["ads"].google_project_iam_member.owner',
          sentence: "user:c@example.com becomes owner of the project.",
          added: ["user:c@example.com (roles/owner)"],
        },
      ],
      findings: { new: [NEW_FINDING], fixed: [FIXED_FINDING], standing: [WAIVED_FINDING] },
      others: [
        { type: "google_storage_bucket", action: "create", count: 3 },
        { type: "google_pubsub_topic", action: "delete, create", count: 1 },
      ],
      before: VIEW,
      after: VIEW,
    }),
    environmentOf({ name: "stage", status: "created" }),
    environmentOf({ name: "test", status: "unchanged" }),
  ],
});
