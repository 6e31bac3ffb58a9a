import { type JsonSchema, jsonSchemas } from "../declaration/json-schema";

/** The page `docs/configuration.md`: one table for each mapping of the two configuration files. */
export function configurationPage(): string {
  const { organization, environment } = jsonSchemas();
  return `<!-- Written by \`npm run generate\` from declaration/schema.ts. Do not edit. -->

# Configuration

Every field of the two kinds of file in \`config/\`. An unknown field is an error. All problems are reported at once, with
file, line and column:

\`\`\`console
npx gemkeys validate
\`\`\`

For completion and checks in an editor with a YAML language server, such as VS Code with the YAML extension, begin a
file with the line that the sample's files begin with.

## \`config/organization.yaml\`

\`\`\`yaml
# yaml-language-server: $schema=../schemas/organization.schema.json
\`\`\`

${tables("", organization).join("\n\n")}

## \`config/environments/<name>.yaml\`

The file's name is the name of the environment and of its stack: 1 to 30 lower-case letters, digits and hyphens.

\`\`\`yaml
# yaml-language-server: $schema=../../schemas/environment.schema.json
\`\`\`

${tables("", environment).join("\n\n")}

## What can go wrong

An editor sees one field at a time. These are found by \`gemkeys validate\` and \`cdktf synth\` only:

- an address that is private, reserved or the whole internet, or a range with host bits
- a name of a team or a network that \`organization.yaml\` does not have
- a budget without a billing account; a currency that does not exist
- generations whose numbers do not rise, or of which not exactly one is serving
- a day that is not in the calendar, or in the future
- an audit without \`monitoring\` or without a known deployer; a channel of another project; a waiver that is over or excuses nothing
- claims that do not name repository and branch, or a deployer whose token a planner could have
- a permission that custom roles cannot hold, or that reads keys
- a project that two environments use; more than 300 generations in one
- \`\${\` and \`%{\`, which Terraform would run; aliases, tags and duplicate fields of YAML
`;
}

type Properties = Readonly<Record<string, JsonSchema>>;

/** The table of a mapping, then those of the mappings in it. */
function tables(path: string, schema: JsonSchema): string[] {
  const fields = Object.entries(schema.properties as Properties);
  const rows = fields.map(([name, field]) => row(name, field, (schema.required ?? []).includes(name)));
  const heading = path === "" ? [] : [`### \`${path}\``, "", schema.description ?? "", ""];
  const table = [...heading, "| field | type | required | description |", "| --- | --- | --- | --- |", ...rows].join(
    "\n",
  );
  return [table, ...fields.flatMap(([name, field]) => nested(path === "" ? name : `${path}.${name}`, field))];
}

function nested(path: string, field: JsonSchema): string[] {
  if (field.properties) return tables(path, field);
  if (field.anyOf) return (field.anyOf as JsonSchema[]).flatMap((branch) => nested(path, branch));
  if (field.items) return nested(`${path}[]`, field.items as JsonSchema);
  if (field.additionalProperties) return nested(`${path}.<name>`, field.additionalProperties as JsonSchema);
  return [];
}

function row(name: string, field: JsonSchema, required: boolean): string {
  const cells = [`\`${name}\``, typeOf(field), required ? "yes" : "no", descriptionOf(field)];
  return `| ${cells.map((cell) => cell.replace(/[|<]/g, "\\$&")).join(" | ")} |`;
}

/** Of a list without a description, what its entries are. */
function descriptionOf({ description, items }: JsonSchema): string {
  return description ?? (items as JsonSchema | undefined)?.description ?? "";
}

function typeOf(field: JsonSchema): string {
  if (field.anyOf) return (field.anyOf as JsonSchema[]).map(typeOf).join(" or ");
  if (field.const !== undefined) return `\`${String(field.const)}\``;
  if (field.enum) return field.enum.map((value) => `\`${String(value)}\``).join(", ");
  switch (field.type) {
    case "array":
      return `list of ${plural(typeOf(field.items as JsonSchema))}`;
    case "object":
      return field.properties ? "mapping" : `names, each with a ${typeOf(field.additionalProperties as JsonSchema)}`;
    case "boolean":
      return "`true` or `false`";
    case "integer":
      return `whole number, ${field.minimum} to ${field.maximum}`;
    default:
      return "text";
  }
}

function plural(type: string): string {
  return type === "mapping" ? "mappings" : type.replace("whole number", "whole numbers");
}
