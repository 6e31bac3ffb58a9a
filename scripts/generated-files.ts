import * as fs from "node:fs";
import * as path from "node:path";
import { formatJsonSchema, jsonSchema, jsonSchemas } from "../declaration/json-schema";
import { reviewSchema } from "../review/schema";
import { accessPage } from "./access-page";
import { cliPage } from "./cli-page";
import { configurationPage } from "./configuration-page";
import { policiesPage } from "./policies-page";
import { reviewPage } from "./review-page";

const ROOT = path.join(__dirname, "..");

/** The files that `npm run generate` writes, by path from the root, and what they have to hold. */
export function generatedFiles(): ReadonlyMap<string, string> {
  const { organization, environment } = jsonSchemas();
  return new Map([
    ["schemas/organization.schema.json", formatJsonSchema(organization)],
    ["schemas/environment.schema.json", formatJsonSchema(environment)],
    ["schemas/review.schema.json", formatJsonSchema(jsonSchema(reviewSchema))],
    ["docs/access.md", accessPage()],
    ["docs/cli.md", cliPage()],
    ["docs/configuration.md", configurationPage()],
    ["docs/policies.md", policiesPage()],
    ["docs/reading-a-review.md", reviewPage()],
  ]);
}

/** The generated files that are missing or hold something else. */
export function staleFiles(): string[] {
  return [...generatedFiles()].filter(([name, text]) => read(name) !== text).map(([name]) => name);
}

export function write(name: string, text: string): void {
  const file = path.join(ROOT, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
}

/** Line ends as they are here: git may have checked the file out with others. */
function read(name: string): string | undefined {
  const file = path.join(ROOT, name);
  return fs.existsSync(file) ? fs.readFileSync(file, "utf8").replaceAll("\r\n", "\n") : undefined;
}
