import { type ModuleReferences, References, referencesIn, stepsOf } from "../../inventory/references";

const EMPTY: ModuleReferences = { outputs: new Map(), locals: new Map(), calls: new Map() };

test.each([
  ["google_project.p", [{ name: "google_project" }, { name: "p" }]],
  ["a.b[0].c", [{ name: "a" }, { name: "b", key: "[0]" }, { name: "c" }]],
  ['a.b["x.y]\\"z"]', [{ name: "a" }, { name: "b", key: '["x.y]\\"z"]' }]],
  ["no reference at all", []],
  ["", []],
])("the parts of %j", (address, steps) => {
  expect(stepsOf(address)).toEqual(steps);
});

test.each([
  ["plain", []],
  ["${google_project.p.number}", ["google_project.p.number"]],
  ["projects/${google_project.p.number}/x/${var.y}", ["google_project.p.number", "var.y"]],
  ["$${google_project.p.number}", []],
  ['${jsonencode({"key" = google_apikeys_key.k["x"].key_string})}', ['google_apikeys_key.k["x"].key_string']],
  ["${google_apikeys_key.k[*].key_string}", ["google_apikeys_key.k.key_string"]],
  ["${google_apikeys_key.k[each.key].key_string}", ["google_apikeys_key.k.key_string", "each.key"]],
])("the references in %j", (text, references) => {
  expect(referencesIn(text)).toEqual(references);
});

describe("what references lead to", () => {
  const references = () =>
    new References(
      {
        ...EMPTY,
        locals: new Map([["key", ["google_apikeys_key.one"]]]),
        outputs: new Map([["loop", ["local.loop"]]]),
        calls: new Map([
          [
            "m",
            {
              module: { ...EMPTY, outputs: new Map([["key", ["google_apikeys_key.inner.key_string"]]]) },
              arguments: new Map([["key", ["google_apikeys_key.many", "each.key"]]]),
              forEach: ["google_apikeys_key.many"],
            },
          ],
        ]),
      },
      [
        "google_apikeys_key.one",
        'google_apikeys_key.many["a"]',
        'google_apikeys_key.many["b"]',
        'module.m["a"].google_apikeys_key.inner',
        'module.m["b"].google_apikeys_key.inner',
      ],
    );
  const key = { type: "google_apikeys_key", attribute: "key_string" };
  const inA = { modules: [{ name: "m", key: '["a"]' }] };

  test.each([
    ["a resource", ["google_apikeys_key.one.key_string", "google_apikeys_key.one"], "google_apikeys_key.one", true],
    ["an instance", ['google_apikeys_key.many["b"].key_string'], 'google_apikeys_key.many["b"]', true],
    ["any of several", ["google_apikeys_key.many.key_string"], "google_apikeys_key.many", false],
    ["a local", ["local.key.key_string"], "google_apikeys_key.one", true],
    ["an output", ['module.m["b"].key', 'module.m["b"]'], 'module.m["b"].google_apikeys_key.inner', true],
    ["an output of several", ["module.m.key", "module.m"], "module.m.google_apikeys_key.inner", false],
  ])("%s", (_, from, address, exact) => {
    expect(references().resolve(from, { modules: [] })).toEqual([{ ...key, address, exact }]);
  });

  test("a variable, by the key of the module", () => {
    expect(references().resolve(["var.key.key_string"], inA)).toEqual([
      { ...key, address: 'google_apikeys_key.many["a"]', exact: true },
    ]);
  });

  test("the same key of a resource, and itself", () => {
    const place = { modules: [], key: '["b"]', forEach: ["google_apikeys_key.many"], self: "google_apikeys_key.one" };
    const b = { ...key, address: 'google_apikeys_key.many["b"]', exact: true };
    expect(references().resolve(["each.value.key_string", "each.value"], place)).toEqual([b]);
    expect(references().resolve(["google_apikeys_key.many", "each.key"], place)).toEqual([
      { ...b, attribute: undefined },
    ]);
    expect(references().resolve(["self.key_string"], place)).toEqual([
      { ...key, address: "google_apikeys_key.one", exact: true },
    ]);
  });

  test("a module as a whole is whatever its outputs are", () => {
    expect(references().resolve(["module.m"], { modules: [] })).toEqual([
      { type: key.type, address: "module.m.google_apikeys_key.inner", exact: false },
    ]);
    expect(references().resolve(['module.m["a"]'], { modules: [] })).toEqual([
      { type: key.type, address: 'module.m["a"].google_apikeys_key.inner', exact: true },
    ]);
  });

  test("a resource of any instance of the module, or of the one that the index of the loop names", () => {
    const inner = { ...key, address: "module.m.google_apikeys_key.inner", exact: false };
    expect(references().resolve(["google_apikeys_key.inner.key_string"], { modules: [{ name: "m" }] })).toEqual([
      inner,
    ]);
    expect(references().resolve(["google_apikeys_key.inner.key_string"], inA)).toEqual([
      { ...inner, address: 'module.m["a"].google_apikeys_key.inner', exact: true },
    ]);
    expect(references().resolve(["module.m.key", "each.key"], { modules: [], key: '["b"]' })).toEqual([
      { ...inner, address: 'module.m["b"].google_apikeys_key.inner', exact: true },
    ]);
  });

  test("a data source, and the first of two prefixes", () => {
    const data = new References(EMPTY, ["data.google_iam_policy.p"]);
    expect(data.resolve(["data.google_iam_policy.p.policy_data", "data.google_iam_policy.p"], { modules: [] })).toEqual(
      [{ address: "data.google_iam_policy.p", exact: true, type: "data.google_iam_policy", attribute: "policy_data" }],
    );
    expect(data.resolve(["data.google_iam_policy"], { modules: [] })).toEqual([]);
  });

  test.each(["self.key_string", "module.none.key", "module.none", "module.m.none", "local.none", "var.none"])(
    "%s leads nowhere",
    (reference) => {
      expect(references().resolve([reference], { modules: [] })).toEqual([]);
      expect(references().resolve([reference], inA)).toEqual([]);
    },
  );

  test("a name that only begins like another is no part of it", () => {
    const two = new References(EMPTY, ["google_project.a", "google_project.ab"]);
    expect(
      two.resolve(["google_project.ab", "google_project.a"], { modules: [] }).map(({ address }) => address),
    ).toEqual(["google_project.ab", "google_project.a"]);
  });

  test("nothing: unknown names, and circles", () => {
    const circle = new References({ ...EMPTY, locals: new Map([["a", ["local.a"]]]) }, []);
    expect(circle.resolve(["local.a"], { modules: [] })).toEqual([]);
    expect(
      references().resolve(["google_project.x.id", "var.x", "path.module", "each.value", "x"], { modules: [] }),
    ).toEqual([]);
  });
});
