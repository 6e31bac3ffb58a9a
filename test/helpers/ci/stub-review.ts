import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { reportError } from "../../../cli/report-error";
import { sidesFromCode } from "../../../cli/review/from-code";
import { reviewOf } from "../review";

// Stands for `gemkeys review` as long as there is none: both sides are real, and the review says what each key is for.
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      base: { type: "string" },
      head: { type: "string" },
      plan: { type: "string" },
      "trusted-code": { type: "boolean" },
      format: { type: "string" },
      output: { type: "string" },
      "fail-on": { type: "string" },
    },
  });
  if (values.plan !== undefined) {
    fs.writeFileSync(values.output!, JSON.stringify(reviewOf(["plan"])));
    return 0;
  }
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gemkeys-test-"));
  const sides = await sidesFromCode(
    { base: values.base!, head: values.head, config: "config", trustedCode: values["trusted-code"] === true },
    { today: "2026-11-25", folder, signal: new AbortController().signal, onStep: () => {} },
  );
  fs.rmSync(folder, { recursive: true, force: true });
  const purposes = sides.head.facts.flatMap(({ name, apiKeys }) =>
    apiKeys.map(({ declared }) => `${name}: ${declared?.purpose}`),
  );
  fs.writeFileSync(values.output!, JSON.stringify(reviewOf(["prod"], purposes.join(" ").slice(0, 9000))));
  return 0;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.exitCode = reportError(error);
  },
);
