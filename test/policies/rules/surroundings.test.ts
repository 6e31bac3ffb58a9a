import { type Facts, UNKNOWN } from "../../../inventory/facts";
import { budgetCountsGross } from "../../../policies/rules/budget-counts-gross";
import { budgetForecasts } from "../../../policies/rules/budget-forecasts";
import { budgetIsLikeItsSiblings } from "../../../policies/rules/budget-is-like-its-siblings";
import { keyIsHandedToNothingElse } from "../../../policies/rules/key-is-handed-to-nothing-else";
import { keyIsInNoFile } from "../../../policies/rules/key-is-in-no-file";
import { keyIsNoOutput } from "../../../policies/rules/key-is-no-output";
import { keyReadsAreLogged } from "../../../policies/rules/key-reads-are-logged";
import { noKeyMaterialInCode } from "../../../policies/rules/no-key-material-in-code";
import { nobodyIsExemptFromAudit } from "../../../policies/rules/nobody-is-exempt-from-audit";
import { productionHasSpendCap } from "../../../policies/rules/production-has-spend-cap";
import { productionProjectIsProtected } from "../../../policies/rules/production-project-is-protected";
import { projectHasBudget } from "../../../policies/rules/project-has-budget";
import { providerHasQuotaProject } from "../../../policies/rules/provider-has-quota-project";
import { stackHasNoForeignKeys } from "../../../policies/rules/stack-has-no-foreign-keys";
import { stateIsRemote } from "../../../policies/rules/state-is-remote";
import { apiKey, budget, check, declaredKey, emptyFacts, goodFacts, messages, secret } from "../../helpers/facts";

const BUDGET = "google_billing_budget.budget";
const PROJECT = "google_project.project";
const without = (over: Partial<Facts>, name = "prod") => goodFacts(name, over);

describe("GEMKEY-BUDGET-01, a budget", () => {
  const none = without({ budgets: [] });
  const elsewhere = (...projects: Parameters<typeof budget>[0][]) =>
    emptyFacts({ name: "billing", budgets: projects.map((over) => budget(over)) });

  test("none is told, at the project", () => {
    expect(check(projectHasBudget, none, [goodFacts("dev")])).toEqual([
      { address: PROJECT, field: "budget", message: "prod has keys and no budget." },
    ]);
  });

  test("without a project at the key, without a key at the secret", () => {
    const noProject = { ...none, projects: [] };
    expect(check(projectHasBudget, noProject)[0]!.address).toBe("google_apikeys_key.chat_g1");
    expect(check(projectHasBudget, { ...noProject, apiKeys: [] })[0]!.address).toBe(
      "google_secret_manager_secret.chat",
    );
    expect(check(projectHasBudget, { ...noProject, apiKeys: [], secrets: [secret({ holds: [] })] })).toEqual([]);
  });

  test.each([
    ["of all projects", { projects: [] }],
    ["of this one", { projects: ["projects/other", "projects/acme-gemini-prod"] }],
    ["of one by its number", { projects: ["projects/123"] }],
    ["of one that is not known", { projects: [UNKNOWN] }],
  ])("one elsewhere counts, %s", (_, over) => {
    expect(messages(projectHasBudget, none, [elsewhere(over)])).toEqual([]);
  });

  test.each([
    [UNKNOWN, 1],
    ["projects/123", 1],
    ["projects/acme-gemini-prod", 0],
  ])("one of %j, in a module with a project of its own", (project, count) => {
    const dev = goodFacts("dev", { budgets: [budget({ projects: [project] })] });
    expect(messages(projectHasBudget, none, [dev])).toHaveLength(count);
  });

  test("one elsewhere counts by the project of a key", () => {
    const facts = emptyFacts({ apiKeys: [apiKey({ project: "acme" })] });
    expect(messages(projectHasBudget, facts, [elsewhere({ projects: ["projects/acme"] })])).toEqual([]);
  });

  test("one of several that are elsewhere counts", () => {
    const both = elsewhere({ projects: ["projects/other"] }, { projects: ["projects/acme-gemini-prod"] });
    expect(messages(projectHasBudget, none, [both])).toEqual([]);
  });

  test("one elsewhere counts by the project alone", () => {
    const facts = { ...none, apiKeys: [apiKey({ project: UNKNOWN })] };
    expect(messages(projectHasBudget, facts, [elsewhere({ projects: ["projects/acme-gemini-prod"] })])).toEqual([]);
  });

  test("one of another project does not", () => {
    const facts = { ...none, projects: [{ address: PROJECT, projectId: UNKNOWN, protected: true, labels: {} }] };
    expect(messages(projectHasBudget, facts, [elsewhere({ projects: ["projects/other"] })])).toHaveLength(1);
  });
});

describe("GEMKEY-BUDGET-02, a forecast", () => {
  test("none is told, except of a spend cap, which takes none", () => {
    const facts = (spendCap: boolean) =>
      emptyFacts({ budgets: [budget({ forecastThresholds: [], spendCap }), budget()] });
    expect(check(budgetForecasts, facts(false))).toEqual([
      { address: BUDGET, field: "budget.forecastAt", message: `The budget ${BUDGET} warns of no forecast.` },
    ]);
    expect(messages(budgetForecasts, facts(true))).toEqual([]);
    expect(messages(budgetForecasts, emptyFacts({ budgets: [budget({ spendCap: false })] }))).toEqual([]);
  });
});

test("GEMKEY-BUDGET-03, a budget net of credits is told", () => {
  expect(check(budgetCountsGross, emptyFacts({ budgets: [budget({ netOfCredits: true }), budget()] }))).toEqual([
    {
      address: BUDGET,
      field: "budget_filter.credit_types_treatment",
      message: `The budget ${BUDGET} takes credits off before it warns.`,
    },
  ]);
});

describe("GEMKEY-BUDGET-04, like its siblings", () => {
  const of = (name: string, units: number | undefined, currency = "USD") =>
    emptyFacts({ name, budgets: [budget({ amount: units === undefined ? undefined : { units, currency } })] });

  test("more than ten times the median is told", () => {
    expect(check(budgetIsLikeItsSiblings, of("prod", 2001), [of("dev", 100), of("test", 300)])).toEqual([
      {
        address: BUDGET,
        field: "budget.monthly",
        value: "2001 USD",
        message: `The budget ${BUDGET} is 2001 USD, more than 10 times the median of the others, 200 USD.`,
      },
    ]);
    expect(messages(budgetIsLikeItsSiblings, of("prod", 2000), [of("dev", 300), of("test", 100)])).toEqual([]);
  });

  test("the median of an odd number is the one in the middle, by size", () => {
    const others = [of("a", 1000), of("b", 9), of("c", 100)];
    expect(messages(budgetIsLikeItsSiblings, of("prod", 1001), others)).toEqual([
      `The budget ${BUDGET} is 1001 USD, more than 10 times the median of the others, 100 USD.`,
    ]);
    expect(messages(budgetIsLikeItsSiblings, of("prod", 1000), others)).toEqual([]);
  });

  test("one sibling is no measure, nor is another currency, nor an amount that is not said", () => {
    expect(messages(budgetIsLikeItsSiblings, of("prod", 9999), [of("dev", 1)])).toEqual([]);
    const others = [of("dev", 1), of("test", 1, "JPY"), of("stage", undefined)];
    expect(messages(budgetIsLikeItsSiblings, of("prod", 9999), others)).toEqual([]);
    expect(messages(budgetIsLikeItsSiblings, of("prod", undefined), [of("dev", 1), of("test", 1)])).toEqual([]);
  });
});

describe("GEMKEY-BUDGET-05, a spend cap in production", () => {
  const uncapped = (over: Partial<Facts> = {}, name = "prod") =>
    without({ budgets: [budget({ spendCap: false })], ...over }, name);

  test("none is told, at the budget or the next best place", () => {
    expect(check(productionHasSpendCap, uncapped())).toEqual([
      { address: BUDGET, field: "budget.cap", message: "prod is production, and nothing caps what it spends." },
    ]);
    const places = [{ budgets: [] }, { budgets: [], projects: [] }, { budgets: [], projects: [], apiKeys: [] }];
    expect(places.map((over) => check(productionHasSpendCap, uncapped(over))[0]!.address)).toEqual([
      PROJECT,
      "google_apikeys_key.chat_g1",
      "google_secret_manager_secret.chat",
    ]);
  });

  test("one is enough, and elsewhere none is needed", () => {
    expect(messages(productionHasSpendCap, uncapped({ budgets: [budget({ spendCap: false }), budget()] }))).toEqual([]);
    expect(messages(productionHasSpendCap, uncapped({}, "dev"))).toEqual([]);
    expect(messages(productionHasSpendCap, uncapped({ apiKeys: [], secrets: [] }))).toEqual([]);
  });
});

describe("GEMKEY-AUDIT-01, reads are logged", () => {
  const logged = (...auditConfigs: readonly [service: string, ...logTypes: string[]][]) =>
    without({
      auditConfigs: auditConfigs.map(([service, ...logTypes]) => ({
        address: "audit",
        service,
        logTypes,
        exemptedMembers: [],
      })),
    });

  test("what is not logged is told", () => {
    expect(check(keyReadsAreLogged, logged())).toEqual([
      {
        address: PROJECT,
        field: "audit",
        value: "apikeys.googleapis.com ADMIN_READ",
        message:
          "prod does not log who reads the string of a key: no audit config of apikeys.googleapis.com has ADMIN_READ.",
      },
      {
        address: PROJECT,
        field: "audit",
        value: "secretmanager.googleapis.com DATA_READ",
        message: "prod does not log who reads a secret: no audit config of secretmanager.googleapis.com has DATA_READ.",
      },
    ]);
  });

  test("of each service its own kind of read", () => {
    const wrong = logged(
      ["apikeys.googleapis.com", "DATA_READ"],
      ["secretmanager.googleapis.com", "DATA_WRITE", "DATA_READ"],
    );
    expect(check(keyReadsAreLogged, wrong).map(({ value }) => value)).toEqual(["apikeys.googleapis.com ADMIN_READ"]);
    const other = logged(["storage.googleapis.com", "ADMIN_READ", "DATA_READ"]);
    expect(messages(keyReadsAreLogged, other)).toHaveLength(2);
    expect(messages(keyReadsAreLogged, logged(["allServices", "ADMIN_READ", "DATA_READ"]))).toEqual([]);
  });

  test("told at the next best place, and only where there are keys", () => {
    const facts = { ...logged(), projects: [] };
    expect(check(keyReadsAreLogged, facts)[0]!.address).toBe("google_apikeys_key.chat_g1");
    expect(check(keyReadsAreLogged, { ...facts, apiKeys: [] })[0]!.address).toBe("google_secret_manager_secret.chat");
    expect(check(keyReadsAreLogged, { ...facts, apiKeys: [], secrets: [] })).toEqual([]);
  });
});

describe("GEMKEY-AUDIT-02, nobody is exempt", () => {
  const exempt = (service: string | typeof UNKNOWN, ...exemptedMembers: string[]) =>
    emptyFacts({ auditConfigs: [{ address: "audit", service, logTypes: ["DATA_READ"], exemptedMembers }] });

  test.each(["apikeys.googleapis.com", "secretmanager.googleapis.com", "allServices"])("of %s", (service) => {
    expect(check(nobodyIsExemptFromAudit, exempt(service, "user:a@example.com", "group:b@example.com"))).toEqual([
      {
        address: "audit",
        field: "exempted_members",
        value: "user:a@example.com, group:b@example.com",
        message: `Reads by user:a@example.com, group:b@example.com are not in the logs of ${service}.`,
      },
    ]);
    expect(messages(nobodyIsExemptFromAudit, exempt(service))).toEqual([]);
  });

  test("of a service that is not known", () => {
    expect(messages(nobodyIsExemptFromAudit, exempt(UNKNOWN, "user:a@example.com"))).toEqual([
      "Reads by user:a@example.com are not in the logs of a service that is unknown until apply.",
    ]);
  });

  test("others are none of ours", () => {
    expect(messages(nobodyIsExemptFromAudit, exempt("storage.googleapis.com", "user:a@example.com"))).toEqual([]);
  });
});

describe("GEMKEY-PROJ, projects", () => {
  const project = (name: string, projectId: string | typeof UNKNOWN, isProtected = false) =>
    emptyFacts({ name, projects: [{ address: PROJECT, projectId, protected: isProtected, labels: {} }] });

  test("one of production that is not protected is told", () => {
    expect(check(productionProjectIsProtected, project("prod", "acme"))).toEqual([
      { address: PROJECT, field: "protected", message: "The project acme is production, and a plan may delete it." },
    ]);
    expect(messages(productionProjectIsProtected, project("prod", UNKNOWN))).toEqual([
      `The project ${PROJECT} is production, and a plan may delete it.`,
    ]);
    expect(messages(productionProjectIsProtected, project("prod", "acme", true))).toEqual([]);
    expect(messages(productionProjectIsProtected, project("dev", "acme"))).toEqual([]);
  });

  test("a key in a stack of ours that is not declared is told", () => {
    const told = [
      {
        address: "google_apikeys_key.web",
        field: "keys",
        message: "google_apikeys_key.web is a key that is not declared.",
      },
    ];
    expect(check(stackHasNoForeignKeys, emptyFacts({ apiKeys: [apiKey()] }))).toEqual(told);
    const both = [declaredKey(), apiKey()];
    expect(check(stackHasNoForeignKeys, emptyFacts({ origin: "plan", apiKeys: both }))).toEqual(told);
    expect(messages(stackHasNoForeignKeys, emptyFacts({ apiKeys: [declaredKey()] }))).toEqual([]);
    expect(messages(stackHasNoForeignKeys, emptyFacts({ origin: "plan", apiKeys: [apiKey()] }))).toEqual([]);
  });
});

describe("GEMKEY-STATE-01, a remote state", () => {
  test("a file is told, where keys are in it", () => {
    expect(check(stateIsRemote, without({ backend: { kind: "local" } }))).toEqual([
      {
        address: "terraform.backend",
        field: "state",
        value: "local",
        message: "The state of prod, with its keys in clear, is a file on the machine that deploys.",
      },
    ]);
    expect(messages(stateIsRemote, emptyFacts({ backend: { kind: "local" } }))).toEqual([]);
  });

  test.each(["gcs", "cloud", "other", "unknown"] as const)("%s is not", (kind) => {
    expect(messages(stateIsRemote, without({ backend: { kind } }))).toEqual([]);
  });
});

describe("GEMKEY-EXPO, where a key gets out", () => {
  const of = "google_apikeys_key.web";
  const facts = emptyFacts({
    exposures: [
      { address: "output.key", kind: "output", field: "value", of, sensitive: false },
      { address: "output.hidden", kind: "output", field: "value", of, sensitive: true },
      { address: "local_file.env", kind: "local-file", field: "content", of, sensitive: false },
      { address: "terraform_data.run", kind: "provisioner", field: "provisioner[0].command", of, sensitive: false },
      { address: "google_cloud_run_v2_service.a", kind: "other-resource", field: "env[0].value", of, sensitive: false },
    ],
  });

  test("outputs", () => {
    expect(check(keyIsNoOutput, facts)).toEqual([
      { address: "output.key", field: "value", message: `output.key shows what is in ${of}.` },
      {
        address: "output.hidden",
        field: "value",
        message: `output.hidden shows what is in ${of}, in spite of \`sensitive\`.`,
      },
    ]);
  });

  test("files", () => {
    expect(check(keyIsInNoFile, facts)).toEqual([
      { address: "local_file.env", field: "content", message: `local_file.env writes what is in ${of} to a file.` },
    ]);
  });

  test("commands and other resources", () => {
    expect(check(keyIsHandedToNothingElse, facts)).toEqual([
      {
        address: "terraform_data.run",
        field: "provisioner[0].command",
        message: `terraform_data.run hands what is in ${of} to a command, as provisioner[0].command.`,
      },
      {
        address: "google_cloud_run_v2_service.a",
        field: "env[0].value",
        message: `google_cloud_run_v2_service.a hands what is in ${of} to another resource, as env[0].value.`,
      },
    ]);
  });

  test.each([
    ["standard key", "a standard key"],
    ["auth key", "an auth key"],
    ["private key", "a private key"],
    ["service account key", "a service account key"],
    ["token", "a token"],
  ] as const)("a %s that is written out", (kind, text) => {
    expect(
      check(noKeyMaterialInCode, emptyFacts({ keyMaterial: [{ address: "output.a", field: "value", kind }] })),
    ).toEqual([{ address: "output.a", field: "value", message: `value of output.a holds what looks like ${text}.` }]);
  });

  test("a key in the name of a place is not shown", () => {
    const fake = `AIza${"x".repeat(35)}`;
    const keyMaterial = [{ address: `a["${fake}"]`, field: `labels.${fake}`, kind: "standard key" as const }];
    expect(check(noKeyMaterialInCode, emptyFacts({ keyMaterial }))).toEqual([
      {
        address: 'a["[redacted]"]',
        field: "labels.[redacted]",
        message: 'labels.[redacted] of a["[redacted]"] holds what looks like a standard key.',
      },
    ]);
  });
});

describe("GEMKEY-PROV-01, a quota project", () => {
  const provider = (quotaProject: string | typeof UNKNOWN | undefined, userProjectOverride: boolean) =>
    without({ providers: [{ address: "provider.google", quotaProject, userProjectOverride }] });

  test("none is told, and so is one that is not used", () => {
    for (const override of [true, false]) {
      expect(check(providerHasQuotaProject, provider(undefined, override))).toEqual([
        { address: "provider.google", field: "billing_project", message: "provider.google names no quota project." },
      ]);
    }
    expect(check(providerHasQuotaProject, provider("acme", false))).toEqual([
      {
        address: "provider.google",
        field: "user_project_override",
        message: "provider.google names a quota project but does not use it.",
      },
    ]);
  });

  test("one that is not known yet is one, and without keys none is needed", () => {
    expect(messages(providerHasQuotaProject, provider(UNKNOWN, true))).toEqual([]);
    expect(messages(providerHasQuotaProject, { ...provider(undefined, false), apiKeys: [], secrets: [] })).toEqual([]);
  });
});
