import fc from "fast-check";
import { touchedSides } from "../../../cli/review/touched";
import type { ConfigFolder } from "../../../declaration/config-folder";
import { type LoadedConfig, loadConfig } from "../../../declaration/load";
import type { ParsedFiles } from "../../../declaration/read-files";
import type { Facts } from "../../../inventory/facts";
import { RULES } from "../../../policies/rules";
import { factsOf, judge } from "../../../stacks/judge";
import { synthesizeStacks } from "../../../stacks/synthesize-stacks";
import { badFacts, emptyFacts, goodFacts, TODAY } from "../../helpers/facts";
import { NOW } from "../../helpers/sample";

jest.setTimeout(120_000);

type Content = Readonly<Record<string, unknown>>;

function folderOf(content: Content): ConfigFolder {
  const files = Object.keys(content).filter((name) => name.startsWith("environments/"));
  return {
    environmentFiles: () => files.map((name) => name.slice("environments/".length)).sort(),
    read: (file) => ({ bytes: Buffer.from(JSON.stringify(content[file])) }),
    shown: (file) => `config/${file}`,
  };
}

// Few values, so that environments have much in common.
const NAMES = ["dev", "live", "prod", "staging", "test-prod"];
const projectOf = (name: string) => `acme-gemini-${name}`;
const MEMBERS = [
  "group:gcp-search@example.com",
  "serviceAccount:chat@acme-apps.iam.gserviceaccount.com",
  "serviceAccount:gemkeys-deployer@acme-gemini-admin.iam.gserviceaccount.com",
  ...NAMES.slice(2).map((name) => `serviceAccount:gk-web@${projectOf(name)}.iam.gserviceaccount.com`),
];
/** JSON leaves out what is undefined. */
const some = (values: readonly string[], minLength = 0) =>
  fc.subarray([...values], { minLength, maxLength: 3 }).map((list) => (list.length > 0 ? list : undefined));

const key = fc.record({
  owner: fc.constant("search"),
  purpose: fc.constantFrom("Answers", "Drafts"),
  allow: some(["shared", "other", "9.9.9.9", "9.9.9.0/28", "1.1.1.1"], 1),
  readers: some(MEMBERS),
  rotateEvery: fc.constant("90d"),
  generations: fc.constantFrom(
    [{ number: 1, created: "2026-11-01", phase: "serving" }],
    [
      { number: 1, created: "2026-08-01", phase: "draining" },
      { number: 2, created: "2026-11-01", phase: "serving" },
    ],
  ),
});

const environmentNamed = (name: string) =>
  fc.record({
    project: fc.constant<unknown>(projectOf(name)),
    protected: fc.boolean(),
    allowServiceAccountKeys: fc.constantFrom(undefined, true),
    budget: fc.constantFrom("1 USD", "10 USD", "2000 USD").map((monthly) => ({ monthly })),
    access: fc.record({ developers: some(MEMBERS), operators: some(MEMBERS) }),
    keys: fc.dictionary(fc.constantFrom("web", "chat"), key, { minKeys: 1, maxKeys: 2, noNullPrototype: true }),
  });

const organization = fc.record({
  name: fc.constant("acme"),
  parent: fc.constant("organizations/123456789012"),
  billingAccount: fc.constant("012345-6789AB-CDEF01"),
  adminProject: fc.constant("acme-gemini-admin"),
  region: fc.constant("asia-northeast1"),
  bootstrap: fc.constant({}),
  state: fc.constant({ gcs: { bucket: "acme-gemini-state" } }),
  terraform: fc.constant({ googleProvider: "6.50.0" }),
  teams: fc.constant({ search: { group: "gcp-search@example.com" } }),
  networks: fc.constant({ shared: ["8.8.8.0/28"], other: ["8.8.4.4", "9.9.9.8"] }),
  planners: some(MEMBERS.slice(1)),
});

/** An organization, and the same with one or two environments changed, added or removed. */
const change = fc
  .tuple(
    organization,
    ...NAMES.map((name) => fc.tuple(fc.option(environmentNamed(name)), fc.option(environmentNamed(name)))),
  )
  .chain(([shared, ...environments]) =>
    fc.subarray([...NAMES.keys()], { minLength: 0, maxLength: 2 }).map((moving) => {
      const side = (isHead: boolean): Content => {
        const entries = environments.flatMap(([before, after], index) => {
          const environment = isHead && moving.includes(index) ? after : before;
          return environment ? [[`environments/${NAMES[index]}.yaml`, environment] as const] : [];
        });
        return { "organization.yaml": shared, ...Object.fromEntries(entries) };
      };
      return { before: side(false), after: side(true) };
    }),
  )
  .filter(({ before, after }) => Object.keys(before).length > 1 && Object.keys(after).length > 1);

function everything(config: LoadedConfig, isHead: boolean) {
  const { declaration, locate } = config;
  const stacks = synthesizeStacks(declaration);
  const facts = factsOf(stacks, declaration, true);
  return {
    stacks: new Map(stacks.map(({ name, stack }) => [name, JSON.stringify(stack)])),
    facts,
    findings: judge(facts, declaration, { today: TODAY, ...(isHead ? { locate } : {}) }).findings,
  };
}

test("what is left out is the same on both sides, and the rest is judged as if nothing were left out", () => {
  let left = 0;
  let drawn = 0;
  fc.assert(
    fc.property(change, ({ before, after }) => {
      const parsed: ParsedFiles = new Map();
      const [base, head] = [before, after].map((content) => loadConfig(folderOf(content), NOW, parsed)) as [
        LoadedConfig,
        LoadedConfig,
      ];
      const names = [...base.files.environments.keys(), ...head.files.environments.keys()];
      const changed = new Set(
        names.filter((name) => base.files.environments.get(name) !== head.files.environments.get(name)),
      );
      const found = touchedSides({
        base: { label: "base", config: base },
        head: { label: "head", config: head },
        changed,
        today: TODAY,
      });
      const [whole, wholeHead] = [everything(base, false), everything(head, true)];
      const shown = new Set([...found.base.facts, ...found.head.facts].map(({ name }) => name));
      // What is shown is what the whole has of it.
      const of = <T>(list: readonly T[], name: (entry: T) => string) => list.filter((entry) => shown.has(name(entry)));
      const part = ({ facts, findings }: Pick<typeof whole, "facts" | "findings">) => ({
        facts: of(facts, ({ name }: Facts) => name),
        findings: of(findings, ({ environment }) => environment),
      });
      expect({ facts: found.base.facts, findings: found.base.findings }).toEqual(part(whole));
      expect({ facts: found.head.facts, findings: found.head.findings }).toEqual(part(wholeHead));
      // What is left out is the same on both sides.
      const rest = (side: typeof whole) => ({
        stacks: [...side.stacks].filter(([name]) => !shown.has(name)),
        findings: side.findings
          .filter(({ environment }) => !shown.has(environment))
          .map(({ location, ...finding }) => finding),
      });
      expect(rest(whole)).toEqual(rest(wholeHead));
      expect(found.untouched).toBe(rest(whole).stacks.length);
      left += found.untouched;
      drawn += changed.size > 0 && shown.size - 1 > changed.size ? 1 : 0;
    }),
    { numRuns: 15 },
  );
  // The property would hold too if everything were synthesized.
  expect(left).toBeGreaterThan(3);
  expect(drawn).toBeGreaterThan(0);
});

test("every rule that looks at others says so", () => {
  const looked = RULES.filter(({ check }) =>
    [badFacts(), goodFacts(), goodFacts("prod", { budgets: [] }), emptyFacts()].some((facts) => {
      let all = false;
      const context = {
        facts,
        today: TODAY,
        production: () => true,
        get all() {
          all = true;
          return [facts, goodFacts("dev")];
        },
      };
      check(context);
      return all;
    }),
  );
  const compares = RULES.filter((rule) => rule.compares !== undefined);
  expect(looked.map(({ id }) => id)).toEqual(compares.map(({ id }) => id));
});
