import type { ApiKeyFacts } from "../../inventory/facts";
import { counts, runPolicies } from "../../policies/engine";
import type { Severity } from "../../policies/rule";
import { factsOf, inputOf, LOCATION, ruleOf, VIOLATION } from "./sample-facts";

const FAKE_KEY = "AIzaFAKE0123456789FAKE0123456789FAKE012";

test("a violation becomes a finding with its rule, environment and line", () => {
  const asked: unknown[] = [];
  const locate = (...args: unknown[]) => {
    asked.push(args);
    return LOCATION;
  };
  expect(runPolicies(inputOf({ locate }))).toEqual([
    {
      rule: "GEMKEY-IP-02",
      title: "Title of GEMKEY-IP-02",
      severity: "high",
      environment: "prod",
      address: "google_apikeys_key.key-web_g1",
      key: "web",
      field: "allow[1]",
      value: "8.0.0.0/8",
      message: "the range is too wide",
      fix: "Do better.",
      location: LOCATION,
    },
  ]);
  expect(asked).toEqual([["prod", ["keys", "web", "allow", 1], "8.0.0.0/8"]]);
});

test.each([
  [{ field: "budget.alertAt[0]" }, ["budget", "alertAt", 0]],
  [{}, []],
  [{ key: "web" }, ["keys", "web"]],
  [{ key: "web", field: "generations[12].created" }, ["keys", "web", "generations", 12, "created"]],
])("%j is looked for at %j", (place, path) => {
  const locate = jest.fn(() => undefined);
  const [finding] = runPolicies(
    inputOf({ rules: [ruleOf("GEMKEY-A-01", [{ address: "a", message: "m", ...place }])], locate }),
  );
  expect(locate).toHaveBeenCalledWith("prod", path, undefined);
  expect(finding).not.toHaveProperty("location");
});

test("a rule sees its facts, all facts, today and what is production", () => {
  const [dev, prod] = [factsOf("dev"), factsOf("prod")];
  const check = jest.fn(() => []);
  const production = () => true;
  runPolicies(inputOf({ facts: [dev, prod], rules: [ruleOf("GEMKEY-A-01", [], { check })], production }));
  expect(check.mock.calls).toEqual([
    [{ facts: dev, all: [dev, prod], today: "2026-11-24", production }],
    [{ facts: prod, all: [dev, prod], today: "2026-11-24", production }],
  ]);
});

test("sorted by severity, environment, address, rule and field, whatever the order of rules and facts", () => {
  const rule = (id: string, severity: Severity) =>
    ruleOf(
      id,
      [
        { address: "b", field: "y", message: "m" },
        { address: "b", field: "x", message: "m" },
        { address: "a", message: "m" },
      ],
      { severity },
    );
  const rules = [rule("GEMKEY-A-01", "low"), rule("GEMKEY-B-01", "critical"), rule("GEMKEY-A-02", "critical")];
  const facts = [factsOf("prod"), factsOf("dev")];
  const found = runPolicies(inputOf({ rules, facts }));
  const told = found.map(({ severity, environment, address, rule: id, field }) =>
    [severity, environment, address, id, field].join(" "),
  );
  expect(told.slice(0, 8)).toEqual([
    "critical dev a GEMKEY-A-02 ",
    "critical dev a GEMKEY-B-01 ",
    "critical dev b GEMKEY-A-02 x",
    "critical dev b GEMKEY-A-02 y",
    "critical dev b GEMKEY-B-01 x",
    "critical dev b GEMKEY-B-01 y",
    "critical prod a GEMKEY-A-02 ",
    "critical prod a GEMKEY-B-01 ",
  ]);
  expect(told).toHaveLength(18);
  expect(runPolicies(inputOf({ rules: [...rules].reverse(), facts: [...facts].reverse() }))).toEqual(found);
});

test("the same finding is told once", () => {
  const rules = [ruleOf("GEMKEY-A-01", [VIOLATION, VIOLATION, { ...VIOLATION, value: "9.0.0.0/8" }])];
  expect(runPolicies(inputOf({ rules })).map(({ value }) => value)).toEqual(["8.0.0.0/8", "9.0.0.0/8"]);
});

test.each<[Severity, Severity, unknown, string]>([
  ["low", "high", new TypeError(`cannot read ${FAKE_KEY}`), "TypeError"],
  ["critical", "critical", FAKE_KEY, "string"],
])(
  "a rule of severity %s that throws is a finding of severity %s, without what it threw",
  (severity, told, thrown, kind) => {
    const check = () => {
      throw thrown;
    };
    const rules = [ruleOf("GEMKEY-A-01", [], { severity, check }), ruleOf("GEMKEY-B-01", [VIOLATION])];
    // A waiver of the rule does not excuse that.
    const waivers = [
      {
        environment: "prod",
        rule: "GEMKEY-A-01",
        reason: "x",
        until: "2027-01-01",
        by: "a@example.com",
        path: ["waive", 0],
      },
    ];
    const found = runPolicies(inputOf({ rules, waivers, criticalWaivers: ["GEMKEY-A-01"] }));
    expect(found).toContainEqual({
      rule: "GEMKEY-A-01",
      title: "Title of GEMKEY-A-01",
      severity: told,
      environment: "prod",
      address: "",
      message: `The rule itself failed (${kind}): nothing is known about what it would have found.`,
      fix: "This is a mistake in gemkeys itself: please open an issue.",
    });
    expect(found.map(({ rule }) => rule).sort()).toEqual(["GEMKEY-A-01", "GEMKEY-B-01", "GEMKEY-WAIVER-02"]);
    expect(JSON.stringify(found)).not.toContain("FAKE");
  },
);

test("no key, line break or control character of a name gets through", () => {
  const violation = {
    address: `a["${FAKE_KEY}"]`,
    key: `web\n${FAKE_KEY}`,
    field: "labels.\u001b[31mred",
    value: FAKE_KEY,
    message: `holds ${FAKE_KEY}\r\nand more\u2028`,
  };
  const [finding] = runPolicies(
    inputOf({ facts: [factsOf(`p\u0000${FAKE_KEY}`)], rules: [ruleOf("GEMKEY-A-01", [violation])] }),
  );
  expect(finding).toMatchObject({
    environment: "p [redacted]",
    address: 'a["[redacted]"]',
    key: "web [redacted]",
    field: "labels. [31mred",
    value: "[redacted]",
    message: "holds [redacted] and more ",
  });
});

test("of two places, the one without key, field or value is told first", () => {
  const places = [{}, { value: "A" }, { field: "A" }, { key: "A" }];
  const found = [...places].reverse().map((place) => ({ address: "a", message: "m", ...place }));
  expect(
    runPolicies(inputOf({ rules: [ruleOf("GEMKEY-A-01", found)] })).map(({ key, field, value }) => ({
      ...(key && { key }),
      ...(field && { field }),
      ...(value && { value }),
    })),
  ).toEqual(places);
});

test("a long value is told by its length", () => {
  const [finding] = runPolicies(inputOf({ rules: [ruleOf("GEMKEY-A-01", [{ ...VIOLATION, value: "x".repeat(81) }])] }));
  expect(finding?.value).toBe("81 characters");
});

describe("a plan", () => {
  const keyOf = (environment?: string): ApiKeyFacts => ({
    address: "k",
    project: "p",
    keyId: "web-g1",
    clientRestrictions: [],
    ...(environment === undefined
      ? {}
      : { declared: { environment, name: "web", generation: 1, phase: "serving" as const } }),
  });

  test("a stack has its own name, whatever its keys are labelled with", () => {
    expect(runPolicies(inputOf({ facts: [factsOf("prod", { apiKeys: [keyOf("dev")] })] }))[0]?.environment).toBe(
      "prod",
    );
  });

  test.each([
    ["of one environment has its name", [keyOf("prod"), keyOf("prod")], "prod"],
    ["of two has the name of its file", [keyOf("prod"), keyOf("dev")], "plan.json"],
    ["with keys of others too", [keyOf("prod"), keyOf()], "plan.json"],
    ["without labels", [keyOf()], "plan.json"],
    ["without keys", [], "plan.json"],
  ])("%s", (_, apiKeys, environment) => {
    const facts = [factsOf("plan.json", { origin: "plan", apiKeys })];
    expect(runPolicies(inputOf({ facts }))[0]?.environment).toBe(environment);
  });
});

test("what is waived does not count", () => {
  const [finding] = runPolicies(inputOf());
  expect(counts(finding!)).toBe(true);
  expect(counts({ ...finding!, waiver: { reason: "r", until: "2027-01-01", by: "b" } })).toBe(false);
});
