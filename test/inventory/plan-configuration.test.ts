import { expressionReferences, PlanConfiguration } from "../../inventory/plan-configuration";

test.each<[string, unknown, string[]]>([
  ["nothing", undefined, []],
  ["null", null, []],
  ["a text", "google_project.p", []],
  [
    "an expression",
    { references: ["google_project.p.id", "google_project.p"] },
    ["google_project.p.id", "google_project.p"],
  ],
  ["an expression of another form", { references: ["google_project.p", 1, null] }, ["google_project.p"]],
  ["a constant", { constant_value: { references: ["google_project.p"] } }, []],
  ["blocks", [{ a: { references: ["var.a"] } }, { b: [{ c: { references: ["var.c"] } }] }], ["var.a", "var.c"]],
])("the references of %s", (_, value, references) => {
  expect(expressionReferences(value)).toEqual(references);
});

describe("a configuration", () => {
  const expression = (...references: string[]) => ({ references });
  const inner = {
    outputs: { key: { expression: expression("google_apikeys_key.k.key_string") } },
    resources: [
      {
        address: "google_apikeys_key.k",
        expressions: { name: { constant_value: "k" }, project: expression("var.project") },
        for_each_expression: expression("var.keys"),
        provisioners: [{ type: "local-exec", expressions: { command: expression("self.key_string") } }],
      },
    ],
    module_calls: { deep: { module: {} } },
  };
  const read = () =>
    new PlanConfiguration({
      root_module: {
        module_calls: {
          m: {
            module: inner,
            expressions: { project: expression("local.p") },
            for_each_expression: expression("var.m"),
          },
        },
        resources: "none",
      },
      provider_config: {
        google: { name: "google" },
        "google.eu": { name: "google", alias: "eu", expressions: { region: { constant_value: "eu" } } },
        "module.m:google": { name: "google", module_address: "module.m" },
        "module.m.module.deep:google": {
          name: "google",
          module_address: "module.m.module.deep",
          expressions: { region: { constant_value: "eu" } },
        },
      },
    });

  test("modules are found by their path, and others are not", () => {
    const { root } = read();
    expect(read().module([])).toEqual(root);
    expect(read().module([{ name: "m", key: '["a"]' }])!.outputs).toEqual(
      new Map([["key", ["google_apikeys_key.k.key_string"]]]),
    );
    expect(read().module([{ name: "none" }])).toBeUndefined();
    expect(read().module([{ name: "none" }, { name: "deep" }])).toBeUndefined();
    expect([...read().modules()].map(([, path]) => path.map(({ name }) => name).join("."))).toEqual([
      "",
      "m",
      "m.deep",
    ]);
  });

  test("a call: what it gives, and what it loops over", () => {
    const { root } = read();
    expect(root.resources.size).toBe(0);
    expect(root.calls.get("m")).toMatchObject({ arguments: new Map([["project", ["local.p"]]]), forEach: ["var.m"] });
  });

  test("a resource: what refers to something, and nothing else", () => {
    const resource = read()
      .module([{ name: "m" }])!
      .resources.get("google_apikeys_key.k");
    expect(resource).toMatchObject({
      references: new Map([["project", ["var.project"]]]),
      provisioners: [["local-exec", ["self.key_string"]]],
      provisionerBlocks: [{ command: { references: ["self.key_string"] } }],
      forEach: ["var.keys"],
    });
  });

  test("providers: those of modules only where they have settings", () => {
    expect(
      read().providers.map(({ address, module, expressions }) => [address, module, Object.keys(expressions)]),
    ).toEqual([
      ["provider.google", [], []],
      ["provider.google.eu", [], ["region"]],
      ["module.m.module.deep.provider.google", [{ name: "m" }, { name: "deep" }], ["region"]],
    ]);
  });
});
