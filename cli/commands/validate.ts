import { formatFinding, formatNote } from "../../declaration/finding";
import { ConfigError, loadConfig } from "../../declaration/load";
import { describeProblem } from "../../values/problem";
import { ExitCode } from "../exit-code";
import { problems } from "../report-error";

export interface ValidateOptions {
  readonly config: string;
  readonly json?: boolean;
}

/** Checks the configuration and reports every problem at once. */
export function validate(options: ValidateOptions): ExitCode {
  try {
    const { declaration, notes } = loadConfig(options.config);
    if (options.json) {
      print(JSON.stringify({ problems: [], notes }, null, 2));
      return ExitCode.Fine;
    }
    for (const note of notes) print(formatNote(note));
    const { environments } = declaration;
    const keys = environments.reduce((sum, { keys }) => sum + keys.length, 0);
    print(`${options.config} is valid: ${count(environments.length, "environment")}, ${count(keys, "key")}.`);
    return ExitCode.Fine;
  } catch (error) {
    if (!ConfigError.is(error)) throw error;
    report(error, options);
    return ExitCode.WrongInput;
  }
}

function report({ findings }: ConfigError, options: ValidateOptions): void {
  if (options.json) {
    const list = findings.map(({ problem, ...place }) => ({
      ...place,
      ...problem,
      message: describeProblem(place.field || "file", problem),
    }));
    print(JSON.stringify({ problems: list, notes: [] }, null, 2));
    return;
  }
  for (const finding of findings) process.stderr.write(`${formatFinding(finding)}\n`);
  process.stderr.write(`\n${problems(findings.length)} in ${options.config}.\n`);
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? "" : "s"}`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
