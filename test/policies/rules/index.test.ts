import * as fs from "node:fs";
import * as path from "node:path";
import { SEVERITIES } from "../../../policies/rule";
import { RULES } from "../../../policies/rules";
import { apiKey, badFacts, check, emptyFacts, goodFacts } from "../../helpers/facts";

const FOLDER = path.join(__dirname, "../../../policies/rules");
const FILES = fs.readdirSync(FOLDER).filter((name) => name !== "index.ts");
const AREAS = "KEY API IP CLIENT META ROT SECRET IAM ACCESS BUDGET AUDIT PROJ STATE EXPO PROV".split(" ");

describe("the list of rules", () => {
  test("has the rule of every file, and each file is named after its rule", () => {
    const names = FILES.map((file) => {
      const exported = Object.entries(require(path.join(FOLDER, file)) as object);
      const rules = exported.filter(([, value]) => RULES.includes(value as never));
      expect({ file, rules: rules.length }).toEqual({ file, rules: 1 });
      return { file, expected: `${rules[0]![0].replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.ts` };
    });
    for (const { file, expected } of names) expect(file.replaceAll("-", "")).toBe(expected.replaceAll("-", ""));
    expect(RULES).toHaveLength(FILES.length);
  });

  test("is sorted by ids, which are unique and of a known area", () => {
    const ids = RULES.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)].sort());
    for (const id of ids) expect(id).toMatch(new RegExp(`^GEMKEY-(?:${AREAS.join("|")})-\\d\\d$`));
  });

  test.each(RULES.map((rule) => [rule.id, rule] as const))(
    "%s says why, what to do, and where it stands",
    (_, rule) => {
      expect(SEVERITIES).toContain(rule.severity);
      expect(rule.title).toMatch(/^[A-Z].*[^.]$/);
      expect(rule.rationale).toMatch(/^[A-Z`].*\.$/);
      expect(rule.fix).toMatch(/^[A-Z].*\.$/);
      expect(rule.references.length).toBeGreaterThan(0);
      for (const reference of rule.references) {
        expect(reference).toMatch(
          /^(?:https:\/\/\S+|CIS Google Cloud Platform Foundation Benchmark 3\.0\.0, \d\.\d+)$/,
        );
      }
    },
  );
});

test.each(RULES.map((rule) => [rule.id, rule] as const))("%s finds nothing in a good environment", (_, rule) => {
  const dev = goodFacts("dev", { apiKeys: [] });
  expect(check(rule, goodFacts(), [dev])).toEqual([]);
  expect(check(rule, dev, [goodFacts()])).toEqual([]);
});

test.each(RULES.map((rule) => [rule.id, rule] as const))("%s finds nothing where there is nothing", (_, rule) => {
  expect(check(rule, emptyFacts())).toEqual([]);
});

describe("a bad environment", () => {
  const facts = deepFrozen(badFacts());
  const others = deepFrozen([goodFacts("dev"), goodFacts("test")]);

  test("breaks every rule", () => {
    // It cannot have a wrong budget and none.
    const bad = [facts, { ...facts, budgets: [] }];
    const broken = RULES.filter((rule) => bad.some((one) => check(rule, one, others).length > 0));
    expect(broken.map(({ id }) => id)).toEqual(RULES.map(({ id }) => id));
  });

  test.each(RULES.map((rule) => [rule.id, rule] as const))(
    "%s tells it in one sentence, the same each time",
    (_, rule) => {
      const found = check(rule, facts, others);
      expect(check(rule, structuredClone(facts), structuredClone(others))).toEqual(found);
      for (const { message, address, field } of found) {
        expect(message).toMatch(/^\S[^\n]*[^.]\.$/);
        expect(address).not.toBe("");
        expect(field).not.toBe("");
      }
    },
  );
});

// A key of Maps in a browser is no business of ours, beyond saying that it is there.
test("a key for other APIs is judged by one rule alone", () => {
  const maps = apiKey({
    serviceAccount: undefined,
    apiTargets: [{ service: "maps-backend.googleapis.com", methods: [] }],
    allowedIps: undefined,
    clientRestrictions: ["browser"],
  });
  const facts = emptyFacts({ origin: "plan", apiKeys: [maps], backend: { kind: "local" } });
  expect(RULES.filter((rule) => check(rule, facts).length > 0).map(({ id }) => id)).toEqual(["GEMKEY-API-03"]);
});

function deepFrozen<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.values(value).forEach(deepFrozen);
    Object.freeze(value);
  }
  return value;
}
