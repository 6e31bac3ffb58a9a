import * as fs from "node:fs";
import * as path from "node:path";
import { type Facts, UNKNOWN } from "../../inventory/facts";
import { factsFromStack } from "../../inventory/facts-from-stack";
import { type PlanFacts, parsedPlanFacts, planFacts } from "../../inventory/plan-facts";
import { environmentView } from "../../review/view";
import { changesOf, environmentOf, side, told } from "./sides";

const FOLDER = path.join(__dirname, "..", "fixtures", "plans");
const text = (name: string) => fs.readFileSync(path.join(FOLDER, `${name}.json`), "utf8");

function review(name: string) {
  const plan = planFacts(name, text(name));
  return environmentOf(side([plan.before]), side([plan.after]), planOptions(name, plan));
}

function planOptions(environment: string, { driftedFrom, others }: PlanFacts) {
  return { source: "plan", plans: [{ environment, driftedFrom, others }] } as const;
}

test("a plan that only reorders addresses changes nothing", () => {
  const { changes, drift, status, others } = review("reorder");
  expect({ changes, drift, status, others }).toEqual({ changes: [], drift: [], status: "unchanged", others: [] });
});

test.each([
  [
    "narrow",
    ["medium addresses-narrowed: google_apikeys_key.web_g1 may no longer be used from 16 addresses: 198.51.100.0/28."],
  ],
  [
    "widen",
    ["critical addresses-widened: google_apikeys_key.web_g1 may now be used from the whole internet: 0.0.0.0/0."],
  ],
  [
    "issue",
    [
      "low secret-version: The secret of google_apikeys_key.web_g1 gets another version, which is `latest`.",
      "low key-created: google_apikeys_key.web_g2 is new: it may be used from 198.51.100.0/28 and 203.0.113.10, and 1 principal can read it.",
    ],
  ],
  [
    "retire",
    [
      "critical key-removed: google_apikeys_key.web_g1 is removed: whoever uses it fails at once.",
      "medium secret-version: A version of the secret of google_apikeys_key.web_g2 goes: it is disabled, and can be enabled again.",
    ],
  ],
  [
    "create",
    [
      "high access: principalSet://iam.googleapis.com/x gets roles/iam.workloadIdentityUser on the service account google_service_account.dsa.",
      "high access: serviceAccount:d@x.iam.gserviceaccount.com gets roles/storage.objectAdmin on the bucket google_storage_bucket.state.",
      "medium organization-policy: create sets an organization policy that is unknown until apply to enforce FALSE.",
      "medium access: group:dev@example.com gets geminiKeyOperator on the project.",
      "low project: The project acme-gemini-dev is new.",
      "low access: serviceAccount:billing-budget-alert@system.gserviceaccount.com gets roles/pubsub.publisher on the topic google_pubsub_topic.topic.",
      "low key-created: google_apikeys_key.web_g1 is new: it may be used from 198.51.100.0/28 and 203.0.113.10, and 1 principal can read it.",
      "info budget: create gets a budget of 100 USD.",
    ],
  ],
  [
    "raw/target",
    [
      'medium addresses-narrowed: google_apikeys_key.bound["chat"] may no longer be used from 1 address: 8.8.4.4.',
      'medium addresses-narrowed: google_apikeys_key.bound["web"] may no longer be used from 1 address: 8.8.4.4.',
    ],
  ],
])("the plan %s", (name, expected) => {
  const { changes, drift } = review(name);
  expect(told(changes)).toEqual(expected);
  expect(drift).toEqual([]);
});

test("what is none of ours is counted by type", () => {
  expect(review("create").others).toEqual([
    { type: "google_iam_workload_identity_pool", action: "create", count: 1 },
    { type: "google_iam_workload_identity_pool_provider", action: "create", count: 1 },
    { type: "google_monitoring_dashboard", action: "create", count: 1 },
    { type: "google_pubsub_topic", action: "create", count: 1 },
    { type: "google_storage_bucket", action: "create", count: 1 },
  ]);
});

describe("a stack of ours and its plan", () => {
  const stack: unknown = JSON.parse(text("own/stack"));
  const plan = planFacts("prod", text("own/plan"));
  const code = factsFromStack("prod", stack, { surroundings: {} });

  test("say the same", () => {
    expect(told(changesOf(code, { ...plan.after, changes: [] }))).toEqual([]);
    expect(environmentView(plan.after)).toEqual(environmentView(code));
  });

  test("leave nothing that the code does not say", () => {
    const { notInCode, status } = environmentOf(side([plan.before]), side([plan.after]), {
      ...planOptions("prod", plan),
      code: [code],
    });
    expect({ notInCode, status }).toEqual({ notInCode: [], status: "created" });
  });

  test("leave nothing that only an apply told, and what else there is", () => {
    const query = 'rate({credential_id="apikey:made-up"}[1d])';
    const applied = (projects: readonly string[], queries: readonly string[]): Facts => ({
      ...plan.after,
      budgets: code.budgets.map((budget) => ({ ...budget, projects })),
      surroundings: { ...plan.after.surroundings!, alertPolicies: [{ ...alert, watches: queries }] },
    });
    const alert = { address: "a.silence", name: "Silence", enabled: true, watches: [UNKNOWN], channels: [] };
    const open = {
      ...code,
      budgets: code.budgets.map((budget) => ({ ...budget, projects: [UNKNOWN] })),
      surroundings: { ...code.surroundings!, alertPolicies: [alert] },
    };
    const beyond = (facts: Facts) =>
      told(environmentOf(side([facts]), side([facts]), { source: "plan", code: [open] }).notInCode);
    expect(beyond(applied(["projects/1"], [query]))).toEqual([]);
    expect(beyond(applied(["projects/1", "projects/2"], [query, "severity=ERROR"]))).toEqual([
      "medium budget: The budget of prod counts projects/1 and projects/2 and counted unknown until apply.",
      'medium alert: What the alert "Silence" looks at changes.',
    ]);
  });

  test("tell what the plan does beyond", () => {
    const json = JSON.parse(text("own/plan"));
    const key = json.resource_changes.find(
      (change: { address: string }) => change.address === "google_apikeys_key.key-summaries_g3",
    );
    key.change.after.restrictions[0].server_key_restrictions[0].allowed_ips.push("93.184.216.34");
    const widened = parsedPlanFacts("prod", json);
    const { notInCode } = environmentOf(side([widened.before]), side([widened.after]), {
      source: "plan",
      code: [code],
    });
    expect(told(notInCode)).toEqual([
      "medium addresses-widened: generation 3 of summaries may now be used from 1 more address: 93.184.216.34.",
    ]);
  });
});

test("drift stands apart from the change", () => {
  const json = JSON.parse(text("narrow"));
  const drifted = json.resource_drift.find(
    (change: { address: string }) => change.address === "google_apikeys_key.web_g1",
  );
  drifted.change.before.restrictions[0].server_key_restrictions[0].allowed_ips = ["203.0.113.10"];
  const plan = parsedPlanFacts("narrow", json);
  const { changes, drift, risk } = environmentOf(side([plan.before]), side([plan.after]), planOptions("narrow", plan));
  expect(told(drift)).toEqual([
    "medium addresses-widened: google_apikeys_key.web_g1 may now be used from 16 more addresses: 198.51.100.0/28.",
  ]);
  expect(told(changes)).toEqual([
    "medium addresses-narrowed: google_apikeys_key.web_g1 may no longer be used from 16 addresses: 198.51.100.0/28.",
  ]);
  expect(risk).toBe("medium");
});

test("no key string is in what a review knows of a plan", () => {
  for (const name of ["create", "issue", "retire", "widen", "raw/change", "own/plan"]) {
    expect(JSON.stringify(planFacts(name, text(name)))).not.toMatch(/AIza[\w-]{20}|AQ\.[\w-]{20}/);
  }
});
