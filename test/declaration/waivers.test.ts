import { formatFinding } from "../../declaration/finding";
import { ConfigError, loadConfig } from "../../declaration/load";
import { ENVIRONMENT, type Files, files, inConfigFolder, ORGANIZATION } from "../helpers/config-folder";

const NOW = new Date("2026-11-24T12:00:00Z");
const ENV = "config/environments/prod.yaml";
const ORG = "config/organization.yaml";

function load(content: Files) {
  return inConfigFolder(files(content), () => loadConfig("config", NOW));
}

function problems(content: Files): string[] {
  try {
    load(content);
  } catch (error) {
    if (ConfigError.is(error)) return error.findings.map(formatFinding);
    throw error;
  }
  return [];
}

const env = (more: string) => ({ "environments/prod.yaml": `${ENVIRONMENT}${more}` });
const WAIVER = "rule: GEMKEY-IP-02, reason: ' The provider assigns them ', until: 2020-01-31, by: head@example.com";

test("waivers of an environment, of its access and of its keys are known with their place", () => {
  const { declaration } = load({
    ...env(
      `    waive: [{ ${WAIVER} }]\naccess:\n  developers: [domain:example.com]\n  waive: [{ rule: GEMKEY-ACCESS-01, reason: On call, until: 2026-11-24, by: head@example.com }]\nwaive:\n  - { ${WAIVER} }\n`,
    ),
    "organization.yaml": `${ORGANIZATION}criticalWaivers: [GEMKEY-B-01, GEMKEY-A-02, GEMKEY-B-01]\n`,
  });
  const waiver = {
    rule: "GEMKEY-IP-02",
    reason: "The provider assigns them",
    until: "2020-01-31",
    by: "head@example.com",
  };
  expect(declaration.environments[0]!.waivers).toEqual([
    { ...waiver, path: ["waive", 0] },
    {
      rule: "GEMKEY-ACCESS-01",
      reason: "On call",
      until: "2026-11-24",
      by: "head@example.com",
      path: ["access", "waive", 0],
    },
    { ...waiver, path: ["keys", "web", "waive", 0] },
  ]);
  expect(declaration.organization.criticalWaivers).toEqual(["GEMKEY-A-02", "GEMKEY-B-01"]);
});

test.each<[string, Files, ...string[]]>([
  [
    "a rule, a day and an address of another form",
    env("    waive: [{ rule: gemkey_ip_02, reason: ' ', until: soon, by: me }]\n"),
    `${ENV}:13:21: \`keys.web.waive[0].rule\` must be the id of a rule, got: gemkey_ip_02. Write GEMKEY-IP-02.`,
    `${ENV}:13:43: \`keys.web.waive[0].reason\` must have 1 to 300 characters, got: 0 characters. Write at least 1.`,
    `${ENV}:13:55: \`keys.web.waive[0].until\` must be a date written YYYY-MM-DD, got: soon. Write year, month and day, such as 2026-11-01.`,
    `${ENV}:13:65: \`keys.web.waive[0].by\` must be an e-mail address, got: me. Write one such as finops@example.com.`,
  ],
  [
    "what has to be given",
    env("waive: [{ rule: GEMKEY-IP-02 }]\n"),
    `${ENV}:13:9: \`waive[0].reason\` must be given, got: nothing. Add it: why, in a sentence.`,
    `${ENV}:13:9: \`waive[0].until\` must be given, got: nothing. Add it: the last day, YYYY-MM-DD.`,
    `${ENV}:13:9: \`waive[0].by\` must be given, got: nothing. Add it: who answers for it, an e-mail address.`,
  ],
  [
    "a rule in words",
    { "organization.yaml": `${ORGANIZATION}criticalWaivers: [wide ranges]\n` },
    `${ORG}:14:19: \`criticalWaivers[0]\` must be the id of a rule, got: wide ranges. Write one of docs/policies.md, such as GEMKEY-IP-02.`,
  ],
  [
    "a domain, waived for the environment until yesterday",
    env(
      "access: { operators: ['domain:example.com'] }\nwaive: [{ rule: GEMKEY-ACCESS-01, reason: On call, until: 2026-11-23, by: head@example.com }]\n",
    ),
    `${ENV}:14:59: \`waive[0].until\` must not be over, got: 2026-11-23. Remove the waiver with what it excuses, or agree on a new day.`,
  ],
  [
    "a waiver of domains where there is none",
    env("waive: [{ rule: GEMKEY-ACCESS-01, reason: On call, until: 2027-11-23, by: head@example.com }]\n"),
    `${ENV}:13:9: \`waive[0]\` must excuse something, got: no member that is a domain. Remove the waiver.`,
  ],
])("refused: %s", (_, content, ...messages) => {
  expect(problems(content)).toEqual(messages);
});

test("a domain that is waived for the environment is accepted", () => {
  const waived =
    "access: { operators: ['domain:example.com'] }\nwaive: [{ rule: GEMKEY-ACCESS-01, reason: On call, until: 2026-11-24, by: head@example.com }]\n";
  expect(problems(env(waived))).toEqual([]);
});

describe("locate", () => {
  const { locate } = load({
    "organization.yaml": ORGANIZATION,
    "environments/prod.yaml": ENVIRONMENT.replace("[prod-egress, 1.1.1.1]", "[1.1.1.1, prod-egress, 9.9.9.0/24]"),
  });
  const at = (environment: string | undefined, path: (string | number)[], value?: string) => {
    const { file, line, column } = locate(environment, path, value);
    return `${file}:${line}:${column}`;
  };

  test.each<[string, (string | number)[], string | undefined, string]>([
    ["a value", ["keys", "web", "owner"], undefined, "6:12"],
    ["a mapping: what is in it", ["keys", "web"], undefined, "6:5"],
    ["an entry of a list", ["keys", "web", "allow", 2], undefined, "8:35"],
    ["a field of an entry", ["keys", "web", "generations", 0, "created"], undefined, "12:31"],
    ["a field that is not written: the name of the one around", ["keys", "web", "contact"], undefined, "5:3"],
    ["an entry that is not there", ["keys", "web", "generations", 3, "created"], undefined, "11:5"],
    ["a key that is not there", ["keys", "api"], undefined, "4:1"],
    ["nothing of it", ["monitoring", "notify"], undefined, "1:1"],
    ["the file", [], undefined, "1:1"],
    ["the entry with this value, not with this number", ["keys", "web", "allow", 0], "9.9.9.0/24", "8:35"],
    ["the network that holds the address", ["keys", "web", "allow", 0], "8.8.4.7", "8:22"],
    ["the address in a range that was merged", ["keys", "web", "allow", 5], "1.1.1.0/24", "8:13"],
    ["the list, for a value of no entry", ["keys", "web", "allow", 0], "4.4.4.4", "8:12"],
    ["the list, for an address of the other family", ["keys", "web", "allow", 0], "::1", "8:12"],
    ["a reader by its name", ["keys", "web", "readers", 7], "group:gcp-search@example.com", "9:15"],
    ["a member of any list of a mapping", ["keys", "web"], "group:gcp-search@example.com", "9:15"],
    ["a mapping without the value", ["keys", "web"], "group:other@example.com", "6:5"],
    ["an entry that is a mapping by its number", ["keys", "web", "generations", 0, "number"], "1", "12:19"],
  ])("%s", (_, path, value, place) => {
    expect(at("prod", path, value)).toBe(`${ENV}:${place}`);
  });

  test("what the organization declares for the environment", () => {
    expect(at("prod", ["state"])).toBe(`${ORG}:6:3`);
    expect(at("prod", ["terraform", "googleProvider"])).toBe(`${ORG}:8:19`);
    expect(at(undefined, ["state", "gcs", "bucket"])).toBe(`${ORG}:6:18`);
    expect(at(undefined, [])).toBe(`${ORG}:1:1`);
    expect(at("nowhere", ["keys"])).toBe(`${ORG}:1:1`);
  });
});
