import * as fs from "node:fs";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import { environmentSchema, organizationSchema } from "../../../declaration/schema";
import { configProblems, type Files } from "../config-folder";
import { NOW, SAMPLE_FOLDER } from "../sample";

type Tree = Record<string, unknown>;

const ORGANIZATION_FILE = "organization.yaml";
const ENVIRONMENT_FILE = "environments/prod.yaml";

/** Which file of a configuration a block shows, whole or in part; undefined if it is no configuration. */
export function configFileOf(text: string): string | undefined {
  const names = Object.keys((parse(text) ?? {}) as Tree);
  const partOf = (schema: { shape: object }) => names.every((name) => name in schema.shape);
  if (partOf(environmentSchema)) return ENVIRONMENT_FILE;
  return partOf(organizationSchema) ? ORGANIZATION_FILE : undefined;
}

/** What is wrong with a block: of the file that it shows, or as a part that is put into the file of the sample. */
export function configBlockProblems(file: string, text: string): string[] {
  const sample = sampleFiles();
  const content = (parse(text) ?? {}) as Tree;
  const whole = "project" in content && "keys" in content;
  const result = whole ? text : stringify(merged(parse(sample[file]!), content));
  return configProblems({ ...sample, [file]: result }, NOW);
}

export function sampleFiles(): Record<string, string> & Files {
  const names = fs.readdirSync(path.join(SAMPLE_FOLDER, "environments")).map((name) => `environments/${name}`);
  const read = (name: string) => fs.readFileSync(path.join(SAMPLE_FOLDER, name), "utf8");
  return Object.fromEntries([ORGANIZATION_FILE, ...names].map((name) => [name, read(name)]));
}

/** What the part says holds; lists are not mixed. */
function merged(base: unknown, part: unknown): unknown {
  if (!isTree(base) || !isTree(part)) return part;
  return {
    ...base,
    ...Object.fromEntries(Object.entries(part).map(([name, value]) => [name, merged(base[name], value)])),
  };
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
