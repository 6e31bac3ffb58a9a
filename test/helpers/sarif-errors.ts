import Ajv, { type ValidateFunction } from "ajv";

let validate: ValidateFunction | undefined;

/** What is wrong with a log by the schema of the standard, each with its place. */
export function sarifErrors(log: unknown): string[] {
  validate ??= compile();
  validate(log);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** The schema is of draft 4, of which it uses nothing but `id` that ajv does not know. */
function compile(): ValidateFunction {
  const { $schema: _, id: __, ...schema } = require("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");
  const uri = (text: string) => URL.canParse(text);
  const uriReference = (text: string) => URL.canParse(text, "https://example.com/") && !/[\s<>"{}|\\^`]/.test(text);
  // Its pattern of languages is none of the Unicode mode.
  const options = { strict: false, unicodeRegExp: false, allErrors: true };
  return new Ajv({ ...options, formats: { uri, "uri-reference": uriReference, "date-time": true } }).compile(schema);
}
