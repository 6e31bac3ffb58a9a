import * as fs from "node:fs";
import * as path from "node:path";
import Ajv, { type ValidateFunction } from "ajv";
import type { Facts } from "../../inventory/facts";
import { runPolicies } from "../../policies/engine";
import { renderJson } from "../../policies/formats/json";
import { renderMarkdown } from "../../policies/formats/markdown";
import { renderSarif } from "../../policies/formats/sarif";
import { renderRule, renderTerminal } from "../../policies/formats/terminal";
import { findingsFrom, type PolicyReport, summaryOf } from "../../policies/report";
import type { PolicyFinding, Rule } from "../../policies/rule";
import { RULES } from "../../policies/rules";
import { renderGithub } from "../helpers/render-github";
import { factsOf, inputOf, LOCATION, ruleOf, VIOLATION } from "./sample-facts";

const WIDE: PolicyFinding = {
  rule: "GEMKEY-IP-02",
  title: "A range of addresses is narrow",
  severity: "high",
  environment: "prod",
  address: "google_apikeys_key.key-web_g1",
  key: "web",
  field: "allow[1]",
  value: "8.0.0.0/8",
  message: "web may be used from 8.0.0.0/8, a range wider than /20.",
  fix: "Write the egress addresses themselves.",
  location: LOCATION,
};
const WAIVED: PolicyFinding = {
  ...WIDE,
  environment: "dev",
  severity: "low",
  field: undefined,
  value: undefined,
  location: undefined,
  message: "web has no contact.",
  waiver: { reason: "Being found", until: "2027-01-31", by: "head@example.com" },
};
const OUTPUT: PolicyFinding = {
  rule: "GEMKEY-EXPO-01",
  title: "A key is no output",
  severity: "critical",
  environment: "plans/a b.json",
  address: 'module.a.google_apikeys_key.web["x"]',
  message: "output.key shows it.",
  fix: "Remove the output.",
};
const MEDIUM: PolicyFinding = { ...OUTPUT, rule: "GEMKEY-EXPO-03", severity: "medium", field: "value" };

const rules: readonly Rule[] = [
  ruleOf("GEMKEY-IP-02", [], { references: ["CIS 1.13", "See https://example.com/ips for more"] }),
  ruleOf("GEMKEY-EXPO-01", [], { severity: "critical" }),
  ruleOf("GEMKEY-EXPO-03", [], { severity: "medium" }),
];

function reportOf(findings: readonly PolicyFinding[]): PolicyReport {
  return {
    judged: [
      { name: "dev", origin: "stack" },
      { name: "prod", origin: "stack" },
      { name: "plans/a b.json", origin: "plan" },
    ],
    findings,
    rules,
  };
}

const REPORT = reportOf([OUTPUT, WIDE, MEDIUM, WAIVED]);

describe("terminal", () => {
  test("wide: by environment, the place and what to do", () => {
    expect(renderTerminal(REPORT, { color: false, width: 100 })).toBe(`dev
  waived    GEMKEY-IP-02 A range of addresses is narrow
            keys.web
            web has no contact.
            Waived until 2027-01-31 by head@example.com: Being found

plans/a b.json
  critical  GEMKEY-EXPO-01 A key is no output
            module.a.google_apikeys_key.web["x"]
            output.key shows it.
            Remove the output.
  medium    GEMKEY-EXPO-03 A key is no output
            module.a.google_apikeys_key.web["x"] value
            output.key shows it.
            Remove the output.

prod
  high      GEMKEY-IP-02 A range of addresses is narrow
            config/environments/prod.yaml:8:26 keys.web.allow[1]
            web may be used from 8.0.0.0/8, a range wider than /20.
            Write the egress addresses themselves.

1 critical, 1 high, 1 medium, 1 waived in dev, prod, plans/a b.json, by 3 rules.
`);
  });

  test("narrow: one column, long words whole", () => {
    expect(renderTerminal(reportOf([WIDE]), { color: false, width: 30 })).toBe(`prod
high GEMKEY-IP-02
  A range of addresses is
  narrow
  config/environments/prod.yaml:8:26
  keys.web.allow[1]
  web may be used from
  8.0.0.0/8, a range wider
  than /20.
  Write the egress addresses
  themselves.

1 high in dev, prod, plans/a
b.json, by 3 rules.
`);
  });

  test("in colours: the same text", () => {
    const options = { width: Number.POSITIVE_INFINITY };
    const colored = renderTerminal(REPORT, { ...options, color: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters.
    expect(colored.replace(/\u001b\[\d+m/g, "")).toBe(renderTerminal(REPORT, { ...options, color: false }));
    expect(colored).toContain("\u001b[31mcritical\u001b[39m");
    expect(colored).toContain("\u001b[31mhigh\u001b[39m");
    expect(colored).toContain("\u001b[33mmedium\u001b[39m");
    expect(colored).toContain("\u001b[2mwaived\u001b[22m");
  });

  test("nothing found", () => {
    expect(renderTerminal(reportOf([]), { color: false, width: 100 })).toBe(
      "Nothing found in dev, prod, plans/a b.json, by 3 rules.\n",
    );
  });

  test("one rule", () => {
    expect(renderRule(rules[0]!, { color: false, width: 80 })).toBe(`GEMKEY-IP-02 (high)
Title of GEMKEY-IP-02

Why
  It matters.

What to do
  Do better.

See
  CIS 1.13
  See https://example.com/ips for more
`);
    expect(renderRule(rules[1]!, { color: false, width: 80 })).not.toContain("See");
    expect(renderRule({ ...rules[1]!, severity: "low" }, { color: true, width: 80 })).toContain(
      "\u001b[36mlow\u001b[39m",
    );
  });
});

test("JSON: the documented form", () => {
  const content = JSON.parse(renderJson(REPORT));
  expect(content).toEqual({
    format: "gemkeys.check/1",
    judged: REPORT.judged,
    summary: { critical: 1, high: 1, medium: 1, low: 0, waived: 1 },
    findings: JSON.parse(JSON.stringify(REPORT.findings)),
    rules: expect.arrayContaining([
      { id: "GEMKEY-IP-02", title: "Title of GEMKEY-IP-02", severity: "high" },
      { id: "GEMKEY-WAIVER-04", title: expect.any(String), severity: "high" },
    ]),
  });
  expect(content.rules.map(({ id }: { id: string }) => id)).toEqual([
    "GEMKEY-EXPO-01",
    "GEMKEY-EXPO-03",
    "GEMKEY-IP-02",
    "GEMKEY-WAIVER-01",
    "GEMKEY-WAIVER-02",
    "GEMKEY-WAIVER-03",
    "GEMKEY-WAIVER-04",
  ]);
  const page = fs.readFileSync(path.join(__dirname, "../../docs/policies.md"), "utf8");
  const fields = [...Object.keys(content), ...REPORT.findings.flatMap(Object.keys)];
  expect(fields.filter((field) => !new RegExp(`(?:\\.|\`)${field}\``).test(page))).toEqual([]);
});

describe("Markdown", () => {
  test("a table for each environment", () => {
    expect(renderMarkdown(reportOf([WIDE, WAIVED]))).toBe(`# gemkeys check

1 high, 1 waived in \`dev\`, \`prod\`, \`plans/a b.json\`, by 3 rules.

## \`dev\`

| severity | rule | where | what |
| --- | --- | --- | --- |
| low, waived | \`GEMKEY-IP-02\` | \`keys.web\` | A range of addresses is narrow<br>web has no contact.<br>Waived until \`2027-01-31\` by \`head@example.com\`: Being found |

## \`prod\`

| severity | rule | where | what |
| --- | --- | --- | --- |
| high | \`GEMKEY-IP-02\` | \`config/environments/prod.yaml:8:26\`<br>\`keys.web.allow[1]\` | A range of addresses is narrow<br>web may be used from \`8.0.0.0/8\`, a range wider than \`/20\`.<br>Write the egress addresses themselves. |
`);
    expect(renderMarkdown(reportOf([]))).toBe(
      "# gemkeys check\n\nNothing found in `dev`, `prod`, `plans/a b.json`, by 3 rules.\n",
    );
  });

  test("no name breaks out of its cell", () => {
    const evil = "x|<br>\n| y | [z](http://a) |";
    const lines = renderMarkdown({
      ...reportOf([
        {
          ...WIDE,
          environment: evil,
          address: evil,
          key: evil,
          field: evil,
          value: evil,
          message: evil,
          location: { ...LOCATION, file: evil },
        },
      ]),
      judged: [{ name: evil, origin: "plan" }],
    }).split("\n");
    expect(lines).toHaveLength(10);
    expect(lines.slice(6, 9).map((line) => line.match(/(?<!\\)\|/g)?.length)).toEqual([5, 5, 5]);
    expect(
      renderGithub(lines.join("\n")).tags.filter((tag) => !/^<\/?(?:h[12]|p|table|t[a-z]+|code|br)>$/.test(tag)),
    ).toEqual([]);
  });
});

describe("SARIF", () => {
  const uri = (text: string) => URL.canParse(text);
  const uriReference = (text: string) => URL.canParse(text, "https://example.com/") && !/[\s<>"{}|\\^`]/.test(text);
  let validate: ValidateFunction;
  beforeAll(() => {
    // The standard's own schema, which is frozen; of draft 4, of which it uses nothing but `id` that ajv does not know.
    const { $schema: _, id: __, ...schema } = require("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");
    validate = new Ajv({
      strict: false,
      // Its pattern of languages is no pattern of Unicode mode.
      unicodeRegExp: false,
      allErrors: true,
      formats: { uri, "uri-reference": uriReference, "date-time": true },
    }).compile(schema);
  });

  test.each<[string, PolicyReport]>([
    ["findings of every kind", REPORT],
    ["no findings", reportOf([])],
    ["all rules", { ...REPORT, rules: RULES }],
  ])("%s: valid by the schema of the standard", (_, report) => {
    const log = JSON.parse(renderSarif(report, "0.1.0"));
    validate(log);
    expect(validate.errors).toBeNull();
  });

  test("the schema would find a mistake", () => {
    const log = JSON.parse(renderSarif(REPORT, "0.1.0"));
    log.runs[0].results[0].level = "fatal";
    log.runs[0].results[1].locations[0].physicalLocation.artifactLocation.uri = "a b";
    expect(validate(log)).toBe(false);
    expect(validate.errors?.map(({ instancePath }) => instancePath)).toEqual([
      "/runs/0/results/0/level",
      "/runs/0/results/1/locations/0/physicalLocation/artifactLocation/uri",
    ]);
  });

  test("rules, lines, fingerprints and suppressions", () => {
    const [run] = JSON.parse(renderSarif(REPORT, "0.1.0")).runs;
    expect(run.tool.driver).toMatchObject({ name: "gemkeys", semanticVersion: "0.1.0" });
    expect(run.originalUriBaseIds).toEqual({ ROOT: { description: { text: "The folder in which gemkeys ran." } } });
    const rule = run.tool.driver.rules.find(({ id }: { id: string }) => id === "GEMKEY-IP-02");
    expect(rule).toEqual({
      id: "GEMKEY-IP-02",
      shortDescription: { text: "Title of GEMKEY-IP-02" },
      fullDescription: { text: "It matters." },
      help: { text: "It matters.\n\nDo better.\n\nCIS 1.13\nSee https://example.com/ips for more" },
      helpUri: "https://example.com/ips",
      defaultConfiguration: { level: "error" },
      properties: { tags: ["security"], severity: "high", "security-severity": "8.0" },
    });
    const plain = run.tool.driver.rules.find(({ id }: { id: string }) => id === "GEMKEY-EXPO-01");
    expect(plain.help.text).toBe("It matters.\n\nDo better.");
    expect(run.tool.driver.rules.every(({ helpUri }: { helpUri: string }) => helpUri.startsWith("https://"))).toBe(
      true,
    );
    const [output, wide, medium, waived] = run.results;
    expect(wide).toEqual({
      ruleId: "GEMKEY-IP-02",
      ruleIndex: run.tool.driver.rules.indexOf(rule),
      level: "error",
      message: {
        text: "prod: keys.web.allow[1]: web may be used from 8.0.0.0/8, a range wider than /20. Write the egress addresses themselves.",
      },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: "config/environments/prod.yaml", uriBaseId: "ROOT" },
            region: { startLine: 8, startColumn: 26 },
          },
          logicalLocations: [{ fullyQualifiedName: "google_apikeys_key.key-web_g1", kind: "resource" }],
        },
      ],
      partialFingerprints: { "gemkeysFinding/v1": expect.stringMatching(/^[0-9a-f]{32}$/) },
    });
    expect(output.locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: "plans/a%20b.json", uriBaseId: "ROOT" },
      region: { startLine: 1, startColumn: 1 },
    });
    expect([output.level, medium.level, waived.level]).toEqual(["error", "warning", "note"]);
    expect(waived.suppressions).toEqual([
      { kind: "inSource", status: "accepted", justification: "Being found (until 2027-01-31, by head@example.com)" },
    ]);
  });

  test("a finding about no resource has no address", () => {
    const [run] = JSON.parse(renderSarif(reportOf([{ ...WIDE, address: "" }]), "0.1.0")).runs;
    expect(run.results[0].locations[0]).not.toHaveProperty("logicalLocations");
  });

  test("the fingerprint is the same after lines and words have moved, and another for another value", () => {
    const print = (finding: PolicyFinding) =>
      JSON.parse(renderSarif(reportOf([finding]), "0.1.0")).runs[0].results[0].partialFingerprints["gemkeysFinding/v1"];
    expect(print({ ...WIDE, message: "other", fix: "x", location: { ...LOCATION, line: 99 } })).toBe(print(WIDE));
    for (const other of [
      { value: "9.0.0.0/8" },
      { key: "api" },
      { environment: "dev" },
      { rule: "GEMKEY-IP-03" },
      { field: "allow[2]" },
      { address: "x" },
    ]) {
      expect(print({ ...WIDE, ...other })).not.toBe(print(WIDE));
    }
  });

  test.each([
    ["/tmp/a#b.json", { uri: "file:///tmp/a%23b.json" }],
    ["C:\\plans\\a.json", { uri: "file:///C%3A/plans/a.json" }],
    ["9:a.json", { uri: "9%3Aa.json", uriBaseId: "ROOT" }],
    ["../plan.json", { uri: "../plan.json", uriBaseId: "ROOT" }],
    ["plans\\a.json", { uri: "plans/a.json", uriBaseId: "ROOT" }],
  ])("the file %s", (file, artifactLocation) => {
    const [run] = JSON.parse(renderSarif(reportOf([{ ...OUTPUT, environment: file }]), "0.1.0")).runs;
    expect(run.results[0].locations[0].physicalLocation.artifactLocation).toEqual(artifactLocation);
  });
});

test("no format shows a key, wherever it was found", () => {
  const key = "AQ.Ab8RFAKE0123456789FAKE0123456789FAKE0123456789FAKE";
  const violation = { ...VIOLATION, address: key, field: `labels.${key}`, value: key, message: `holds ${key}` };
  const throwing = () => {
    throw new Error(key);
  };
  const facts: Facts[] = [factsOf(`plans/${key}.json`, { origin: "plan" }), factsOf("prod")];
  const all = [ruleOf("GEMKEY-A-01", [violation]), ruleOf("GEMKEY-B-01", [], { check: throwing })];
  const findings = runPolicies(inputOf({ facts, rules: all }));
  expect(findings).toHaveLength(4);
  const report = { judged: [{ name: "prod", origin: "stack" as const }], findings, rules: all };
  const texts = [
    renderTerminal(report, { color: true, width: 40 }),
    renderJson(report),
    renderSarif(report, "0.1.0"),
    renderMarkdown(report),
  ];
  for (const text of texts) {
    expect(text).toContain("redacted");
    expect(text).not.toContain("FAKE");
  }
});

test("what is at least as severe counts, unless it is waived", () => {
  expect(findingsFrom(REPORT.findings, "high")).toEqual([OUTPUT, WIDE]);
  expect(findingsFrom(REPORT.findings, "critical")).toEqual([OUTPUT]);
  expect(findingsFrom(REPORT.findings, "low")).toEqual([OUTPUT, WIDE, MEDIUM]);
  expect(summaryOf([])).toEqual({ critical: 0, high: 0, medium: 0, low: 0, waived: 0 });
});
