import type { EnvironmentReview, EnvironmentView, KeyView, Review } from "../review/model";

const GEMINI = "generativelanguage.googleapis.com";
const TEAMS = ["search", "support", "billing", "mobile", "research"];

/** A review of many keys in environments of 100, of which every tenth key gains a reader and an address. */
export function reviewOfManyKeys(count: number): Review {
  const environments = Array.from({ length: Math.ceil(count / 100) }, (_, index) =>
    environmentOf(`env-${String(index).padStart(3, "0")}`, Math.min(100, count - index * 100)),
  );
  return {
    formatVersion: 1,
    source: "code",
    base: "main (1a2b3c4)",
    head: "working tree",
    risk: "high",
    environments,
    untouched: 0,
    notes: [],
  };
}

function environmentOf(name: string, count: number): EnvironmentReview {
  const before = Array.from({ length: count }, (_, number) => keyOf(name, number));
  const after = before.map((key, number) => (number % 10 === 0 ? widened(key) : key));
  return {
    name,
    status: "changed",
    risk: "high",
    changes: after
      .filter((_, number) => number % 10 === 0)
      .map((key) => ({
        kind: "addresses-widened",
        risk: "high",
        key: key.name,
        sentence: "The key works from 1 more address.",
        added: ["192.0.2.77/32"],
        address: key.generations[0]!.address,
      })),
    drift: [],
    notInCode: [],
    findings: { new: [], fixed: [], standing: [] },
    others: [],
    before: viewOf(name, before),
    after: viewOf(name, after),
  };
}

function viewOf(name: string, keys: readonly KeyView[]): EnvironmentView {
  return {
    name,
    project: { id: `acme-${name}`, protected: true },
    budget: { amount: "2000 USD", thresholds: ["50% spent", "100% forecast"] },
    audit: ["apikeys.googleapis.com: DATA_READ"],
    alerts: ["Gemini calls are refused"],
    keys,
  };
}

function keyOf(environment: string, number: number): KeyView {
  const name = `service-${String(number).padStart(3, "0")}`;
  return {
    name,
    declared: true,
    owner: TEAMS[number % TEAMS.length]!,
    purpose: `Calls Gemini for service ${number} of ${environment}`,
    contact: "oncall@example.com",
    rotateEveryDays: 90,
    generations: [1, 2].map((generation) => ({
      address: `google_apikeys_key.${name}-g${generation}`,
      keyId: `gemini-${name}-g${generation}`,
      number: generation,
      phase: generation === 1 ? "serving" : "prepared",
      created: "2026-11-01",
      serviceAccount: `gemini-${name}@acme-${environment}.iam.gserviceaccount.com`,
      apiTargets: [GEMINI],
      addresses: [`198.51.100.${number}/32`, `203.0.113.${number}/32`, "2001:db8:1::/64"],
      clientRestrictions: [],
    })),
    secret: `gemini-${name}`,
    readers: [
      {
        member: `serviceAccount:${name}@acme-apps.iam.gserviceaccount.com`,
        role: "roles/secretmanager.secretAccessor",
        via: "secret",
        conditional: false,
        many: false,
      },
    ],
  };
}

function widened(key: KeyView): KeyView {
  return {
    ...key,
    generations: key.generations.map((generation) => ({
      ...generation,
      addresses: [...(generation.addresses as string[]), "192.0.2.77/32"],
    })),
  };
}
