import * as fs from "node:fs";
import * as path from "node:path";
import Ajv2020 from "ajv/dist/2020";
import fc from "fast-check";
import { parse } from "yaml";
import { type JsonSchema, jsonSchemas } from "../../declaration/json-schema";
import { loadConfig } from "../../declaration/load";
import { generatedFiles, staleFiles } from "../../scripts/generated-files";
import { parseAddress } from "../../values/address-set";
import { configProblems, type Files, ORGANIZATION } from "../helpers/config-folder";

const ROOT = path.join(__dirname, "..", "..");
const NOW = new Date("2026-11-24T12:00:00Z");

type Kind = "organization" | "environment";
const KINDS: readonly Kind[] = ["organization", "environment"];

test("the generated files are up to date; if not: npm run generate", () => {
  expect([...generatedFiles().keys()]).toEqual([
    "schemas/organization.schema.json",
    "schemas/environment.schema.json",
    "schemas/review.schema.json",
    "docs/access.md",
    "docs/cli.md",
    "docs/configuration.md",
    "docs/policies.md",
    "docs/reading-a-review.md",
  ]);
  expect(staleFiles()).toEqual([]);
});

test.each(KINDS)("the schema file of the %s is for editors: draft 2020-12, a title, no $id, closed", (kind) => {
  const text = fs.readFileSync(path.join(ROOT, "schemas", `${kind}.schema.json`), "utf8");
  expect(text.endsWith("}\n")).toBe(true);
  const schema = JSON.parse(text) as JsonSchema;
  expect(schema.$schema).toBe("https://json-schema.org/draft/2020-12/schema");
  expect(schema.title).toBe(`gemkeys ${kind}`);
  expect(text).not.toContain('"$id"');
  const open = objectsOf(schema).filter(
    ({ properties, additionalProperties }) => properties && additionalProperties !== false,
  );
  expect(open).toEqual([]);
});

test("every field has a description", () => {
  const fields = KINDS.flatMap((kind) => objectsOf(jsonSchemas()[kind])).flatMap(({ properties }) =>
    Object.entries(properties ?? {}),
  );
  expect(fields.filter(([, field]) => !(field as JsonSchema).description).map(([name]) => name)).toEqual([]);
});

/** Every schema inside a schema. */
function objectsOf(schema: unknown): JsonSchema[] {
  if (typeof schema !== "object" || schema === null) return [];
  return [schema as JsonSchema, ...Object.values(schema).flatMap(objectsOf)];
}

describe.each(KINDS)("fixtures: %s", (kind) => {
  test.each(fixtures(kind, "valid"))("valid/%s: accepted by both", (_name, text) => {
    expect(problemsOfAjv(kind, text)).toEqual([]);
    expect(problemsOfLoader(kind, text)).toEqual([]);
  });

  test.each(fixtures(kind, "invalid"))("invalid/%s: refused by both", (_name, text) => {
    expect(problemsOfAjv(kind, text)).not.toEqual([]);
    expect(problemsOfLoader(kind, text)).not.toEqual([]);
  });
});

/** What only a look at the value's meaning, at another field or at another file can find: the loader's rule for each. */
const BEYOND: Readonly<Record<Kind, Readonly<Record<string, string>>>> = {
  organization: {
    "documentation-network": "must be a public range",
    "network-host-bits": "must be a CIDR range without host bits",
    "private-network": "must be a public range",
  },
  environment: {
    alias: "must be written out",
    "documentation-address": "must be a public range",
    "future-day": "must not be in the future",
    "host-bits": "must be a CIDR range without host bits",
    "ipv4-mapped-address": "must not be an IPv4-mapped IPv6 address",
    "loopback-address": "must be a public range",
    "malformed-ipv6": "must be an IPv4 or IPv6 address or a CIDR range",
    "no-calendar-day": "must be a day of the calendar",
    "none-serving": "must hold exactly one generation with `phase: serving`",
    "numbers-fall": "must be higher than 3, the number before it",
    "prepared-below-serving": "must not be `prepared` below the serving generation",
    "private-address": "must be a public range",
    "project-of-the-administrators": "must not be used twice",
    "two-serving": "must be `serving` for exactly one generation",
    "unknown-currency": "must have a currency code of ISO 4217",
    "unknown-network": "must be an address, a CIDR range or a name from `networks` in organization.yaml",
    "unknown-team": "must be a team from `teams` in organization.yaml",
  },
};

describe.each(KINDS)("out of reach of a JSON Schema: %s", (kind) => {
  test("every fixture has its rule", () => {
    expect(fixtures(kind, "beyond").map(([name]) => name)).toEqual(Object.keys(BEYOND[kind]));
  });

  test.each(fixtures(kind, "beyond"))("beyond/%s: refused by the loader alone", (name, text) => {
    expect(problemsOfAjv(kind, text)).toEqual([]);
    const problems = problemsOfLoader(kind, text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(BEYOND[kind][name]);
  });
});

test("the sample is accepted by both", () => {
  const config = path.join(ROOT, "config");
  const environments = fs.readdirSync(path.join(config, "environments"));
  expect(problemsOfAjv("organization", fs.readFileSync(path.join(config, "organization.yaml"), "utf8"))).toEqual([]);
  for (const name of environments) {
    const text = fs.readFileSync(path.join(config, "environments", name), "utf8");
    expect({ name, problems: problemsOfAjv("environment", text) }).toEqual({ name, problems: [] });
    expect(text.split("\n")[0]).toBe("# yaml-language-server: $schema=../../schemas/environment.schema.json");
  }
  expect(() => loadConfig(config)).not.toThrow();
});

test("every address the loader accepts is accepted by the schema", () => {
  const address = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.tuple(fc.ipV4(), fc.nat(33)).map(([ip, prefix]) => `${ip}/${prefix}`),
  );
  const validate = validators.organization;
  fc.assert(
    fc.property(address, (text) => {
      const accepted = !("refusal" in parseAddress(text, { allowDocumentation: true }));
      if (accepted) expect(validate({ ...parse(ORGANIZATION), networks: { x: [text] } })).toBe(true);
    }),
    { numRuns: 500 },
  );
});

const ajv = new Ajv2020({ strict: true, allErrors: true });
const validators = {
  organization: ajv.compile(jsonSchemas().organization),
  environment: ajv.compile(jsonSchemas().environment),
};

function problemsOfAjv(kind: Kind, text: string): string[] {
  const validate = validators[kind];
  validate(parse(text));
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

function problemsOfLoader(kind: Kind, text: string): string[] {
  const content: Files =
    kind === "organization"
      ? { "organization.yaml": text, "environments/prod.yaml": "project: acme-gemini-prod\nkeys: {}\n" }
      : { "organization.yaml": ORGANIZATION, "environments/prod.yaml": text };
  return configProblems(content, NOW);
}

function fixtures(kind: Kind, group: string): [name: string, text: string][] {
  const folder = path.join(__dirname, "..", "fixtures", "declaration", kind, group);
  return fs
    .readdirSync(folder)
    .sort()
    .map((file) => [path.basename(file, ".yaml"), fs.readFileSync(path.join(folder, file), "utf8")]);
}
