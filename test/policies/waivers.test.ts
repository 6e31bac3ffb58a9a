import { type PolicyInput, runPolicies } from "../../policies/engine";
import type { Severity } from "../../policies/rule";
import type { DeclaredWaiver } from "../../policies/waivers";
import { factsOf, inputOf, LOCATION, ruleOf, VIOLATION } from "./sample-facts";

const WAIVER: DeclaredWaiver = {
  environment: "prod",
  rule: "GEMKEY-IP-02",
  reason: "The provider assigns them",
  until: "2026-11-24",
  by: "head@example.com",
  path: ["keys", "web", "waive", 0],
};

/** Each finding in a line: what, whether it is waived, and the message of one about a waiver. */
function told(more: Partial<PolicyInput>): string[] {
  return runPolicies(inputOf(more)).map(({ rule, severity, waiver, key, field, message }) =>
    rule.startsWith("GEMKEY-WAIVER")
      ? [severity, rule, key, field, message].filter((part) => part !== undefined).join(" | ")
      : `${severity} ${rule}${waiver ? " waived" : ""}`,
  );
}

test("a finding that is waived stays, with its waiver", () => {
  expect(runPolicies(inputOf({ waivers: [WAIVER] }))).toMatchObject([
    {
      rule: "GEMKEY-IP-02",
      waiver: { reason: "The provider assigns them", until: "2026-11-24", by: "head@example.com" },
    },
  ]);
});

const UNUSED = "low | GEMKEY-WAIVER-02 | web | waive[0] | Nothing here is against GEMKEY-IP-02.";

test.each<[string, Partial<DeclaredWaiver>, Partial<typeof VIOLATION>, boolean]>([
  ["of the key", {}, {}, true],
  ["of another key", {}, { key: "other" }, false],
  ["of a key, for the environment", {}, { key: undefined, field: "budget" }, false],
  ["of another rule that is there", { rule: "GEMKEY-A-01" }, {}, false],
  ["of another environment", { environment: "dev" }, {}, false],
  ["of the environment, for a key", { path: ["waive", 0] }, {}, true],
  ["of the environment, for itself", { path: ["waive", 0] }, { key: undefined, field: "budget" }, true],
  ["of access", { path: ["access", "waive", 0] }, { key: undefined, field: "access.developers[0]" }, true],
  ["of access, for the environment", { path: ["access", "waive", 0] }, { key: undefined, field: "accessible" }, false],
  [
    "of access, for a field that only holds the word",
    { path: ["access", "waive", 0] },
    { key: undefined, field: "an access" },
    false,
  ],
  ["of access, for no field", { path: ["access", "waive", 0] }, { key: undefined, field: undefined }, false],
  ["of access, for a key", { path: ["access", "waive", 0] }, { field: "access" }, false],
])("a waiver %s", (_, waiver, violation, excuses) => {
  const rules = [ruleOf("GEMKEY-IP-02", [{ ...VIOLATION, ...violation }]), ruleOf("GEMKEY-A-01")];
  const found = runPolicies(inputOf({ rules, waivers: [{ ...WAIVER, ...waiver }] }));
  expect(found.find(({ rule }) => rule === "GEMKEY-IP-02")?.waiver !== undefined).toBe(excuses);
});

test("one that ended yesterday excuses nothing, and is a finding at its line", () => {
  const waivers = [{ ...WAIVER, until: "2026-11-23" }];
  const locate = jest.fn(() => LOCATION);
  expect(told({ waivers, locate })).toEqual([
    "high GEMKEY-IP-02",
    "medium | GEMKEY-WAIVER-01 | web | waive[0] | The waiver of GEMKEY-IP-02 ended on 2026-11-23.",
  ]);
  expect(locate).toHaveBeenLastCalledWith("prod", ["keys", "web", "waive", 0]);
  expect(runPolicies(inputOf({ waivers, locate }))[1]).toEqual({
    rule: "GEMKEY-WAIVER-01",
    title: "A waiver has ended",
    severity: "medium",
    environment: "prod",
    address: "",
    key: "web",
    field: "waive[0]",
    message: "The waiver of GEMKEY-IP-02 ended on 2026-11-23.",
    fix: "Remove what it excused, or agree on a new day and write it.",
    location: LOCATION,
  });
});

test("one that ended and excuses nothing is told once", () => {
  expect(told({ waivers: [{ ...WAIVER, until: "2026-11-23" }], rules: [ruleOf("GEMKEY-IP-02")] })).toEqual([
    "medium | GEMKEY-WAIVER-01 | web | waive[0] | The waiver of GEMKEY-IP-02 ended on 2026-11-23.",
  ]);
});

test("of two, one that holds is taken", () => {
  const waivers = [
    { ...WAIVER, until: "2026-11-23" },
    { ...WAIVER, path: ["waive", 0] },
  ];
  expect(told({ waivers })).toEqual([
    "high GEMKEY-IP-02 waived",
    "medium | GEMKEY-WAIVER-01 | web | waive[0] | The waiver of GEMKEY-IP-02 ended on 2026-11-23.",
  ]);
});

test("one that excuses nothing", () => {
  expect(told({ waivers: [WAIVER], rules: [ruleOf("GEMKEY-IP-02")] })).toEqual([UNUSED]);
});

test("one of access that excuses nothing is told at its place", () => {
  expect(told({ waivers: [{ ...WAIVER, path: ["access", "waive", 0] }], rules: [ruleOf("GEMKEY-IP-02")] })).toEqual([
    "low | GEMKEY-WAIVER-02 | access.waive[0] | Nothing here is against GEMKEY-IP-02.",
  ]);
});

test("one of no rule", () => {
  expect(told({ waivers: [{ ...WAIVER, rule: "GEMKEY-IP-99", path: ["waive", 1] }] })).toEqual([
    "high GEMKEY-IP-02",
    "medium | GEMKEY-WAIVER-03 | waive[1] | There is no rule GEMKEY-IP-99.",
  ]);
});

test("one of a rule about waivers, which cannot be waived", () => {
  const waivers = [{ ...WAIVER, rule: "GEMKEY-WAIVER-02" }];
  expect(told({ waivers, rules: [] })).toEqual([
    "medium | GEMKEY-WAIVER-03 | web | waive[0] | There is no rule GEMKEY-WAIVER-02.",
  ]);
});

describe("of a critical rule", () => {
  const rules = [ruleOf("GEMKEY-IP-02", [VIOLATION], { severity: "critical" as Severity })];

  test("without the organization's permission it has no effect", () => {
    expect(told({ rules, waivers: [WAIVER], criticalWaivers: ["GEMKEY-IP-01"] })).toEqual([
      "critical GEMKEY-IP-02",
      "high | GEMKEY-WAIVER-04 | web | waive[0] | GEMKEY-IP-02 is critical, and `criticalWaivers` in organization.yaml does not list it: the waiver has no effect.",
    ]);
  });

  test("the severity is that of the rule it names", () => {
    const other = ruleOf("GEMKEY-A-01");
    expect(told({ rules: [other, ...rules], waivers: [WAIVER] })[0]).toBe("critical GEMKEY-IP-02");
    expect(
      told({ rules: [{ ...other, severity: "critical" }, ruleOf("GEMKEY-IP-02", [VIOLATION])], waivers: [WAIVER] }),
    ).toEqual(["high GEMKEY-IP-02 waived"]);
  });

  test("with it, it holds", () => {
    expect(told({ rules, waivers: [WAIVER], criticalWaivers: ["GEMKEY-IP-02"] })).toEqual([
      "critical GEMKEY-IP-02 waived",
    ]);
  });
});

test("waivers of an environment that is not judged are not judged either; in a plan of it they hold", () => {
  const apiKeys = [
    {
      address: "k",
      project: "p",
      keyId: "web-g1",
      clientRestrictions: [],
      declared: { environment: "prod", name: "web", generation: 1, phase: "serving" as const },
    },
  ];
  const facts = [factsOf("plan.json", { origin: "plan", apiKeys })];
  const unused = { ...WAIVER, rule: "GEMKEY-A-01" };
  expect(told({ facts, waivers: [WAIVER, unused] })).toEqual(["high GEMKEY-IP-02 waived"]);
  expect(told({ facts: [factsOf("prod", { origin: "plan" })], waivers: [WAIVER, unused] })).toEqual([
    "high GEMKEY-IP-02 waived",
  ]);
});
