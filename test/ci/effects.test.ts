import * as fs from "node:fs";
import * as path from "node:path";
import { compareEffects, describeEffects } from "../../ci/compare-effects";
import { type Effects, effectHash, effectsOf, isEmpty } from "../../ci/effects";
import { parseEffects } from "../../ci/effects-file";

const PLANS = path.join(__dirname, "..", "fixtures", "plans");
const read = (name: string) => fs.readFileSync(path.join(PLANS, `${name}.json`), "utf8");
type Json = Record<string, unknown>;

/** A plan of single changes. */
function plan(changes: readonly Json[], more: Json = {}): string {
  return JSON.stringify({
    format_version: "1.2",
    terraform_version: "1.11.4",
    planned_values: {},
    configuration: {},
    resource_changes: changes,
    ...more,
  });
}

function change(address: string, actions: readonly string[], parts: Json = {}, more: Json = {}): Json {
  return {
    address,
    mode: "managed",
    type: address.split(".")[0],
    provider_name: "registry.terraform.io/hashicorp/google",
    change: { actions, before: null, after: null, after_unknown: {}, ...parts },
    ...more,
  };
}

const effects = (changes: readonly Json[], more?: Json) => effectsOf("plan.json", plan(changes, more));
const hash = (changes: readonly Json[], more?: Json) => effectHash(effects(changes, more));

const WIDEN = change("google_apikeys_key.web_g1", ["update"], {
  before: { name: "web", allowed: ["203.0.113.10"], etag: "one" },
  after: { name: "web", allowed: ["203.0.113.10", "0.0.0.0/0"] },
  after_unknown: { allowed: [false, false], etag: true },
});

test("what changes is told, and what stays is not", () => {
  const stays = change("google_project.this", ["no-op"], { before: { name: "acme" }, after: { name: "acme" } });
  expect(effects([stays, WIDEN])).toEqual({
    formatVersion: 1,
    resources: [
      {
        address: "google_apikeys_key.web_g1",
        actions: ["update"],
        provider: "hashicorp/google",
        attributes: {
          allowed: { before: ["203.0.113.10"], after: ["203.0.113.10", "0.0.0.0/0"] },
          etag: { after: { $unknown: true } },
        },
      },
    ],
    outputs: [],
  });
});

test.each<[string, () => string]>([
  ["the order of the resources", () => hash([change("b.b", ["create"], { after: { n: 1 } }), WIDEN])],
  [
    "the order of names, and attributes without a value",
    () => hash([WIDEN, change("b.b", ["create"], { after_unknown: {}, after: { extra: null, n: 1 } })]),
  ],
  [
    "the time, the tool's version, drift, and what was refreshed beside it",
    () =>
      hash(
        [
          WIDEN,
          change("b.b", ["create"], { after: { n: 1 } }),
          change("c.c", ["no-op"], { before: { seen: "today" }, after: { seen: "today" } }),
        ],
        {
          timestamp: "2026-11-25T00:00:00Z",
          terraform_version: "1.12.0",
          format_version: "1.3",
          resource_drift: [WIDEN],
          prior_state: { values: {} },
          relevant_attributes: [1],
          applyable: true,
          complete: true,
        },
      ),
  ],
  [
    "OpenTofu in place of Terraform",
    () =>
      hash(
        [
          { ...WIDEN, provider_name: "registry.opentofu.org/hashicorp/google" },
          {
            ...change("b.b", ["create"], { after: { n: 1 } }),
            provider_name: "registry.opentofu.org/hashicorp/google",
          },
        ],
        { terraform_version: "1.11.4" },
      ),
  ],
  [
    "an etag that the apply makes anew",
    () => {
      const later = structuredClone(WIDEN);
      ((later["change"] as Json)["before"] as Json)["etag"] = "two";
      return hash([later, change("b.b", ["create"], { after: { n: 1 } })]);
    },
  ],
])("the hash does not depend on %s", (_what, other) => {
  expect(other()).toBe(hash([WIDEN, change("b.b", ["create"], { after: { n: 1 } })]));
});

const updated = (parts: Json) => change("a.a", ["update"], { before: { n: 1 }, after: { n: 2 }, ...parts });

test.each<[string, Json]>([
  ["another address", change("a.b", ["update"], { before: { n: 1 }, after: { n: 2 } })],
  ["another value after", updated({ after: { n: 3 } })],
  ["another value before", updated({ before: { n: 0 } })],
  ["a value that only the apply knows", updated({ after: {}, after_unknown: { n: true } })],
  ["a further attribute", updated({ after: { n: 2, m: 1 } })],
  ["another action", updated({ actions: ["delete", "create"] })],
  ["the order of a replacement", updated({ actions: ["create", "delete"] })],
  ["why it is replaced", updated({ replace_paths: [["n"]] })],
  ["an import", updated({ importing: { id: "projects/a" } })],
  ["a move", { ...updated({}), previous_address: "a.z" }],
  ["what is left of a replacement", { ...updated({}), deposed: "0123abcd" }],
  ["another provider", { ...updated({}), provider_name: "registry.terraform.io/hashicorp/google-beta" }],
  ["a private registry", { ...updated({}), provider_name: "registry.example.com/hashicorp/google" }],
  ["a value that looks like the mark", updated({ after: { n: { $unknown: true } } })],
])("the hash depends on %s", (_what, other) => {
  expect(hash([other])).not.toBe(hash([updated({})]));
});

test("a value that is written as a mark is none", () => {
  const mark = change("a.a", ["create"], { after: {}, after_unknown: { n: true } });
  const written = change("a.a", ["create"], { after: { n: { $unknown: true } } });
  expect(hash([mark])).not.toBe(hash([written]));
  expect(effects([written]).resources[0]!.attributes).toEqual({ n: { after: { $$unknown: true } } });
});

test("outputs count where they change", () => {
  const output = (after: unknown) => ({ actions: ["create"], before: null, after, after_unknown: false });
  expect(hash([], { output_changes: { url: output("a") } })).not.toBe(
    hash([], { output_changes: { url: output("b") } }),
  );
  const still = { actions: ["no-op"], before: "a", after: "a", after_unknown: false };
  expect(isEmpty(effects([], { output_changes: { url: still } }))).toBe(true);
});

test("a move without a change, an import without a change, and what is forgotten are effects", () => {
  const same = { before: { id: "x", n: 1 }, after: { id: "x", n: 1 } };
  const found = effects([
    { ...change("a.moved", ["no-op"], same), previous_address: "a.old" },
    change("a.taken", ["no-op"], { ...same, importing: { id: "x" } }),
    change("a.forgotten", ["forget"], { before: { id: "x", n: 1 } }),
  ]);
  const provider = "hashicorp/google";
  expect(found.resources).toEqual([
    { address: "a.forgotten", actions: ["forget"], provider, attributes: { id: { before: "x" } } },
    { address: "a.moved", actions: ["no-op"], provider, movedFrom: "a.old", attributes: {} },
    { address: "a.taken", actions: ["no-op"], provider, imports: { id: "x" }, attributes: {} },
  ]);
});

describe("secrets", () => {
  const FAKE = "AIzaFAKEfakeFAKEfakeFAKEfakeFAKEfakeFAK"; // made up
  const secret = (before: string, after: string) =>
    change("a.a", ["update"], {
      before: { password: before },
      after: { password: after },
      before_sensitive: { password: true },
      after_sensitive: { password: true },
    });

  test("a sensitive value is not in the effects, and no guess can be tried against the hash", () => {
    expect(effects([secret("1234", "5678")]).resources[0]!.attributes).toEqual({
      password: { before: { $sensitive: true }, after: { $sensitive: true } },
    });
    expect(hash([secret("1234", "5678")])).toBe(hash([secret("1234", "9999")]));
    expect(isEmpty(effects([change("a.a", ["no-op"], { before: {}, after: {} })]))).toBe(true);
  });

  test("a key in a place that nobody marked is not in them either: value, name and address", () => {
    const text = JSON.stringify(
      effects([change(`a.a["${FAKE}"]`, ["create"], { after: { labels: { note: FAKE, [FAKE]: "x" } } })], {
        output_changes: { key: { actions: ["create"], before: null, after: FAKE, after_unknown: false } },
      }),
    );
    expect(text).not.toContain("AIzaFAKE");
    expect(text).toContain('{"$sensitive":true}');
  });

  test.each(["create", "widen", "retire", "issue", "raw/create", "raw/change", "own/plan"])("nor of %s", (name) => {
    expect(JSON.stringify(effectsOf(name, read(name)))).not.toMatch(/AIza|AQ\./);
  });
});

test("a plan that does more than change resources has no hash", () => {
  expect(() => effects([], { action_invocations: [{ address: "action.x.y" }] })).toThrow(
    "`plan.json` must do everything by resources and outputs to have a hash, got: action_invocations. Take the actions or the deferred changes out of the configuration.",
  );
});

test("the difference names each value", () => {
  expect(compareEffects(effectsOf("w", read("widen")), effectsOf("n", read("narrow")))).toEqual({
    same: false,
    onlyLess: false,
    lines: [
      '~ google_apikeys_key.web_g1: restrictions[0].server_key_restrictions[0].allowed_ips[1]: approved "198.51.100.0/24", now nothing',
      '~ google_apikeys_key.web_g1: restrictions[0].server_key_restrictions[0].allowed_ips[2]: approved "0.0.0.0/0", now nothing',
    ],
  });
});

test("what came in, what is done already, and what is equal", () => {
  const one = effects([WIDEN]);
  const two = effects([WIDEN, change("b.b", ["create"])]);
  expect(compareEffects(one, two)).toEqual({ same: false, onlyLess: false, lines: ["+ b.b: create"] });
  expect(compareEffects(two, one)).toEqual({ same: false, onlyLess: true, lines: ["- b.b: create"] });
  expect(compareEffects(one, structuredClone(one))).toEqual({ same: true, onlyLess: true, lines: [] });
  expect(describeEffects(two)).toEqual(["b.b: create", "google_apikeys_key.web_g1: update"]);
});

test("what only the apply tells is known once a part of it is done", () => {
  const alert = (parts: Json) => change("b.b", ["create"], parts);
  const open = alert({ after: { name: "b" }, after_unknown: { ids: true } });
  const known = alert({ after: { name: "b", ids: ["one", "two"] } });
  const approved = effects([change("a.a", ["create"]), open]);
  const lines = ["- a.a: create", '~ b.b: ids: approved (known after apply), now ["one","two"]'];
  expect(compareEffects(approved, effects([known]))).toEqual({ same: false, onlyLess: true, lines });
  // Without anything that is done, somebody else made it known.
  expect(compareEffects(effects([open]), effects([known]))).toMatchObject({ onlyLess: false });
  expect(compareEffects(approved, effects([alert({ after: { name: "b" } })]))).toEqual({
    same: false,
    onlyLess: false,
    lines: ["- a.a: create", "~ b.b: ids: approved (known after apply), now nothing"],
  });
});

test("a long difference is counted", () => {
  const many = effects(Array.from({ length: 250 }, (_, i) => change(`a.n${i}`, ["create"])));
  const { lines } = compareEffects(effects([]), many);
  expect(lines).toHaveLength(201);
  expect(lines.at(-1)).toBe("… and 50 more");
});

describe("a file of effects", () => {
  const good: Effects = effects([WIDEN]);

  test("comes back as it was", () => {
    expect(effectHash(parseEffects("e.json", JSON.stringify(good)))).toBe(effectHash(good));
  });

  test.each<[string, string, string]>([
    ["not JSON", "{", "text that is not JSON"],
    [
      "another version",
      '{"formatVersion":2,"resources":[],"outputs":[]}',
      "JSON in which formatVersion is wrong (Invalid input: expected 1)",
    ],
    [
      "a line of its own for the log of CI",
      JSON.stringify({ ...good, resources: [{ ...good.resources[0], address: "a\n::error::b" }] }),
      "JSON in which resources.0.address is wrong (a text without control characters)",
    ],
    [
      "a further field",
      JSON.stringify({ ...good, approved: true }),
      'JSON in which the whole is wrong (Unrecognized key: "approved")',
    ],
  ])("refused: %s", (_what, text, got) => {
    expect(() => parseEffects("e.json", text)).toThrow(
      `\`e.json\` must be what \`gemkeys ci plan-hash --output\` wrote, got: ${got}. Plan again.`,
    );
  });
});
