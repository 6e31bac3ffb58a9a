import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { sampleTemplates } from "../helpers/sample";
import { type Attributes, addresses, counts, ofType, resource, texts } from "../helpers/synth-template";

const FOLDER = path.join(__dirname, "../inventory/fixtures");

interface Fixture {
  /** All resources by type: an extra one fails. */
  readonly counts: Readonly<Record<string, number>>;
  /** Attributes by address. One that is null must be absent. */
  readonly values: Readonly<Record<string, Attributes>>;
  /** Texts that must be nowhere in the stack. */
  readonly absent: readonly string[];
}

const TEMPLATES = sampleTemplates();

function fixture(name: string): Fixture {
  return parse(fs.readFileSync(path.join(FOLDER, `${name}.yaml`), "utf8"));
}

test("every stack of the sample has a fixture, and every fixture a stack", () => {
  expect(fs.readdirSync(FOLDER).sort()).toEqual(Object.keys(TEMPLATES).map((name) => `${name}.yaml`));
});

describe.each(Object.keys(TEMPLATES))("%s", (name) => {
  const template = TEMPLATES[name]!;
  const expected = fixture(name);

  test("has these resources and no other", () => {
    expect(counts(template)).toEqual(expected.counts);
  });

  test.each(Object.keys(expected.values))("%s", (address) => {
    const actual = resource(template, address);
    const chosen = Object.keys(expected.values[address]!).map((field) => [field, actual[field] ?? null]);
    expect(Object.fromEntries(chosen)).toMatchObject(expected.values[address]!);
  });

  test("lets every key call one API, from the addresses in the fixture", () => {
    const keys = addresses(template).filter((address) => address.startsWith("google_apikeys_key."));
    expect(keys.filter((address) => expected.values[address]?.["restrictions"] === undefined)).toEqual([]);
  });

  test("shows a key string to nobody but the write-only value of a secret version", () => {
    const uses = texts(template).filter(({ text }) => text.includes("key_string"));
    expect(uses.filter(({ path }) => !/^resource\.google_secret_manager_secret_version\..*_wo$/.test(path))).toEqual(
      [],
    );
    expect(uses).toHaveLength(Object.keys(ofType(template, "google_secret_manager_secret_version")).length);
  });

  test.each(expected.absent)("holds no %s", (text) => {
    expect(JSON.stringify(template)).not.toContain(text);
  });
});
