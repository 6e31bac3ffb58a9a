import { UNKNOWN } from "../../../inventory/facts";
import type { PolicyFinding } from "../../../policies/rule";
import type {
  Change,
  EnvironmentReview,
  EnvironmentView,
  GenerationView,
  KeyView,
  ReaderView,
  Review,
} from "../../../review/model";

const GEMINI = "generativelanguage.googleapis.com";

export function reader(member: string, more: Partial<ReaderView> = {}): ReaderView {
  return {
    member,
    role: "roles/secretmanager.secretAccessor",
    via: "secret",
    conditional: false,
    many: member.startsWith("group:"),
    ...more,
  };
}

export function generation(key: string, number: number, more: Partial<GenerationView> = {}): GenerationView {
  return {
    address: `google_apikeys_key.${key}-g${number}`,
    keyId: `gemini-${key}-g${number}`,
    number,
    phase: "serving",
    created: "2026-11-01",
    serviceAccount: `gemini-${key}@acme-gemini-prod.iam.gserviceaccount.com`,
    apiTargets: [GEMINI],
    addresses: ["198.51.100.7/32", "198.51.100.8/32"],
    clientRestrictions: [],
    ...more,
  };
}

export function key(name: string, more: Partial<KeyView> = {}): KeyView {
  return {
    name,
    declared: true,
    owner: "search",
    purpose: "Drafts answers in the support console",
    contact: "search-oncall@example.com",
    rotateEveryDays: 90,
    generations: [generation(name, 1)],
    secret: `gemini-${name}`,
    readers: [reader(`serviceAccount:${name}@acme-apps.iam.gserviceaccount.com`)],
    ...more,
  };
}

export function environment(
  name: string,
  keys: readonly KeyView[],
  more: Partial<EnvironmentView> = {},
): EnvironmentView {
  return {
    name,
    project: { id: `acme-gemini-${name}`, protected: name === "prod" },
    budget: { amount: "2000 USD", thresholds: ["50% spent", "80% spent", "100% forecast"], cap: "2500 USD" },
    audit: ["apikeys.googleapis.com: DATA_READ", "secretmanager.googleapis.com: DATA_READ"],
    alerts: ["A stranger reads a Gemini key", "Gemini calls are refused"],
    keys,
    ...more,
  };
}

export function finding(environment: string, more: Partial<PolicyFinding> = {}): PolicyFinding {
  return {
    rule: "GEMKEY-IP-03",
    title: "Address ranges are narrow",
    severity: "medium",
    environment,
    address: "google_apikeys_key.chat-backend-g1",
    key: "chat-backend",
    field: "allow[1]",
    value: "203.0.113.0/28",
    message: "203.0.113.0/28 of the key chat-backend are 16 addresses.",
    fix: "Write the addresses from which calls come.",
    location: { file: "config/environments/prod.yaml", line: 28, column: 26 },
    ...more,
  };
}

export function environmentReview(name: string, more: Partial<EnvironmentReview> = {}): EnvironmentReview {
  return {
    name,
    status: "unchanged",
    changes: [],
    drift: [],
    notInCode: [],
    findings: { new: [], fixed: [], standing: [] },
    others: [],
    ...more,
  };
}

export function review(environments: readonly EnvironmentReview[], more: Partial<Review> = {}): Review {
  return {
    formatVersion: 1,
    source: "code",
    base: "main (1a2b3c4)",
    head: "working tree",
    environments,
    untouched: 0,
    notes: [],
    ...more,
  };
}

/** A pull request that widens a key, gives it to a group, rotates one, makes one and removes one. */
export function sampleReview(): Review {
  const chat = key("chat-backend");
  const wide = key("chat-backend", {
    generations: [
      generation("chat-backend", 1, { addresses: ["198.51.100.7/32", "203.0.113.0/28", "2001:db8:1::/64"] }),
    ],
    readers: [
      reader("group:gcp-search-oncall@example.com"),
      reader("serviceAccount:chat-backend@acme-apps.iam.gserviceaccount.com"),
      reader("user:contractor@example.com", { role: "roles/owner", via: "project", conditional: true }),
    ],
  });
  const summaries = key("summaries", {
    owner: "support",
    purpose: "Summarises closed tickets",
    generations: [
      generation("summaries", 3, { created: "2026-08-20" }),
      generation("summaries", 4, { phase: "prepared" }),
    ],
  });
  const rotated = key("summaries", {
    owner: "support",
    purpose: "Summarises closed tickets",
    generations: [
      generation("summaries", 3, { created: "2026-08-20", phase: "draining" }),
      generation("summaries", 4, { phase: "serving" }),
    ],
  });
  const old = key("old-batch", { owner: "support", purpose: "Nightly embeddings of the help centre" });
  const fresh = key("translations", {
    purpose: "Translates the help centre",
    generations: [generation("translations", 1, { keyId: UNKNOWN, serviceAccount: UNKNOWN })],
  });
  const changes: Change[] = [
    {
      kind: "reader-gained",
      risk: "critical",
      key: "chat-backend",
      sentence: "Everybody in the group gcp-search-oncall@example.com can read the key.",
      added: ["group:gcp-search-oncall@example.com"],
      address: "google_secret_manager_secret_iam_member.chat-backend-reader-1",
      location: { file: "config/environments/prod.yaml", line: 29, column: 16 },
    },
    {
      kind: "addresses-moved",
      risk: "high",
      key: "chat-backend",
      generation: 1,
      sentence: "The key works from 2 more ranges, 18,446,744,073,709,551,632 addresses, and no longer from 1 address.",
      added: ["203.0.113.0/28", "2001:db8:1::/64"],
      removed: ["198.51.100.8/32"],
      networks: ["prod-egress"],
      address: "google_apikeys_key.chat-backend-g1",
      location: { file: "config/environments/prod.yaml", line: 28, column: 12 },
    },
    {
      kind: "key-removed",
      risk: "high",
      key: "old-batch",
      sentence: "The key is deleted: whoever still calls with it is refused.",
      address: "google_apikeys_key.old-batch-g1",
    },
    {
      kind: "generation-phase",
      risk: "medium",
      key: "summaries",
      generation: 4,
      sentence: "Readers are given generation 4 instead of 3.",
      before: "prepared",
      after: "serving",
    },
    { kind: "budget", risk: "low", sentence: "The budget goes up.", before: "2000 USD", after: "3000 USD" },
    { kind: "key-created", risk: "info", key: "translations", sentence: "A key is made for the team search." },
  ];
  const prod = environmentReview("prod", {
    status: "changed",
    risk: "critical",
    changes,
    drift: [
      {
        kind: "access",
        risk: "high",
        sentence: "somebody@example.com was given roles/editor on the project, without Terraform.",
        added: ["user:somebody@example.com"],
      },
    ],
    notInCode: [
      {
        kind: "alert",
        risk: "medium",
        sentence: "The alert on strangers who read keys is off.",
        address: "google_monitoring_alert_policy.reads",
      },
    ],
    findings: {
      new: [finding("prod", { severity: "high" })],
      fixed: [
        finding("prod", {
          key: "old-batch",
          message: "Nobody is named to call about the key old-batch.",
          rule: "GEMKEY-KEY-04",
          title: "Keys have a contact",
        }),
      ],
      standing: [
        finding("prod", {
          key: "summaries",
          message: "The key summaries is read by a group.",
          waiver: {
            reason: "The people on call restart the batch by hand",
            until: "2027-03-31",
            by: "search-oncall@example.com",
          },
        }),
      ],
    },
    others: [{ type: "google_storage_bucket", action: "create", count: 2 }],
    before: environment("prod", [chat, old, summaries]),
    after: environment("prod", [wide, rotated, fresh], {
      budget: { amount: "3000 USD", thresholds: ["50% spent", "100% forecast"], cap: "2500 USD" },
      alerts: ["Gemini calls are refused"],
    }),
  });
  const same = environment(
    "dev",
    [key("chat-backend"), key("playground", { owner: "support", purpose: "For trying out" })],
    {
      budget: { amount: "100 USD", thresholds: ["100% spent"] },
    },
  );
  const dev = environmentReview("dev", { before: same, after: same });
  return review([dev, prod], {
    risk: "critical",
    untouched: 3,
    notes: [
      {
        risk: "medium",
        text: "The base does not synthesize, so its dev is not compared:\nconfig/environments/dev.yaml:3:1: `keys` must be a mapping.",
      },
    ],
  });
}
