import { formatFinding, formatNote } from "../../declaration/finding";
import { ConfigError, loadConfig } from "../../declaration/load";
import { describeProblem } from "../../values/problem";
import { count, describeDeclaration } from "../describe";
import { ExitCode } from "../exit-code";

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
    print(`${options.config} is valid: ${describeDeclaration(declaration)}.`);
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
  process.stderr.write(`\n${count(findings.length, "problem")} in ${options.config}.\n`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
