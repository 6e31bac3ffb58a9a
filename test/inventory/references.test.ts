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

  test("nothing: unknown names, and circles", () => {
    const circle = new References({ ...EMPTY, locals: new Map([["a", ["local.a"]]]) }, []);
    expect(circle.resolve(["local.a"], { modules: [] })).toEqual([]);
    expect(
      references().resolve(["google_project.x.id", "var.x", "path.module", "each.value", "x"], { modules: [] }),
    ).toEqual([]);
  });
});
