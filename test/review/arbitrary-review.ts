import fc from "fast-check";
import type { Maybe } from "../../inventory/facts";
import { type PolicyFinding, SEVERITIES } from "../../policies/rule";
import {
  CHANGE_KINDS,
  type Change,
  type EnvironmentReview,
  type EnvironmentView,
  type Note,
  type Review,
  RISKS,
} from "../../review/model";
import { HOSTILE } from "./sample-review";

const text = fc.oneof(
  fc.constantFrom(
    "chat",
    "8.8.8.0/24",
    "user:a@example.com",
    "none",
    HOSTILE,
    "|".repeat(300),
    "`".repeat(200),
    "a\\|b",
  ),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.lorem({ maxCount: 12 }),
);
const many = <T>(entry: fc.Arbitrary<T>, maxLength = 6) => fc.array(entry, { maxLength });
const texts = many(text, 8);
const maybe = fc.oneof(text, fc.constant<Maybe<string>>({ unknown: true }));
const risk = fc.constantFrom(...RISKS);
const natural = fc.integer({ min: 1, max: 99_999 });
const location = fc.record({ file: text, line: natural, column: natural });

const change: fc.Arbitrary<Change> = fc.record(
  {
    kind: fc.constantFrom(...CHANGE_KINDS),
    risk,
    sentence: text,
    key: text,
    generation: natural,
    address: text,
    added: texts,
    removed: texts,
    before: text,
    after: text,
    networks: texts,
    location,
  },
  { requiredKeys: ["kind", "risk", "sentence"] },
);

const finding: fc.Arbitrary<PolicyFinding> = fc.record(
  {
    rule: text,
    title: text,
    severity: fc.constantFrom(...SEVERITIES),
    environment: text,
    address: text,
    message: text,
    fix: text,
    key: text,
    field: text,
    value: text,
    location,
    waiver: fc.record({ reason: text, until: fc.constant("2027-01-31"), by: text }),
  },
  { requiredKeys: ["rule", "title", "severity", "environment", "address", "message", "fix"] },
);

const generation = fc.record(
  {
    address: text,
    keyId: maybe,
    clientRestrictions: texts,
    number: natural,
    phase: fc.constantFrom("prepared" as const, "serving" as const, "draining" as const),
    created: fc.constant("2026-11-01"),
    serviceAccount: maybe,
    apiTargets: many(maybe),
    addresses: fc.oneof(many(maybe), fc.constant({ unknown: true } as const)),
  },
  { requiredKeys: ["address", "keyId", "clientRestrictions"] },
);

const key = fc.record(
  {
    name: text,
    declared: fc.boolean(),
    generations: many(generation, 2),
    readers: many(
      fc.record({
        member: maybe,
        role: maybe,
        via: fc.constantFrom("secret" as const, "project" as const, "folder" as const, "organization" as const),
        conditional: fc.boolean(),
        many: fc.boolean(),
      }),
      2,
    ),
    owner: text,
    purpose: text,
    contact: text,
    rotateEveryDays: natural,
    secret: maybe,
  },
  { requiredKeys: ["name", "declared", "generations", "readers"] },
);

const view: fc.Arbitrary<EnvironmentView> = fc.record(
  {
    name: text,
    audit: texts,
    alerts: texts,
    keys: many(key, 2),
    project: fc.record({ id: maybe, protected: fc.boolean() }),
    budget: fc.record({ thresholds: texts, amount: text, cap: text }, { requiredKeys: ["thresholds"] }),
  },
  { requiredKeys: ["name", "audit", "alerts", "keys"] },
);

const environment: fc.Arbitrary<EnvironmentReview> = fc.record(
  {
    name: text,
    status: fc.constantFrom("created" as const, "removed" as const, "changed" as const, "unchanged" as const),
    changes: many(change, 10),
    drift: many(change, 2),
    notInCode: many(change, 2),
    findings: fc.record({ new: many(finding, 3), fixed: many(finding, 2), standing: many(finding, 3) }),
    others: many(fc.record({ type: text, action: text, count: natural })),
    risk,
    before: view,
    after: view,
  },
  { requiredKeys: ["name", "status", "changes", "drift", "notInCode", "findings", "others"] },
);

const note: fc.Arbitrary<Note> = fc.record({ risk, text });

/** Any review that an artifact may hold, most of them hostile. */
export function arbitraryReview(): fc.Arbitrary<Review> {
  return fc.record(
    {
      formatVersion: fc.constant(1 as const),
      source: fc.constantFrom("code" as const, "plan" as const, "directory" as const),
      base: text,
      head: text,
      environments: many(environment, 8),
      untouched: fc.nat(99_999),
      notes: many(note, 7),
      risk,
    },
    { requiredKeys: ["formatVersion", "source", "base", "head", "environments", "untouched", "notes"] },
  );
}
