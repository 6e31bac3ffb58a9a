import { CiError } from "../ci/ci-error";
import { ValidationError } from "../constructs/validation-error";
import { ConfigError } from "../declaration/load";
import { redactKeys } from "../values/redact";
import { count } from "./describe";
import { ExitCode } from "./exit-code";

const USER_ERROR = Symbol.for("gemkeys.UserError");

/** A mistake in how a command was called, or something a command needs and cannot have. Told without a stack trace. */
export class UserError extends Error {
  constructor(
    message: string,
    readonly exitCode: ExitCode = ExitCode.WrongInput,
  ) {
    super(message);
    this.name = "UserError";
    Object.defineProperty(this, USER_ERROR, { value: true });
  }

  static is(error: unknown): error is UserError {
    return typeof error === "object" && error !== null && USER_ERROR in error;
  }
}

/** Prints an error, without a stack trace where it is the user's to solve, and returns the exit code. */
export function reportError(error: unknown): ExitCode {
  if (ConfigError.is(error)) {
    process.stderr.write(`${error.message}\n\n${count(error.findings.length, "problem")}. Nothing was written.\n`);
    return ExitCode.WrongInput;
  }
  if (ValidationError.is(error)) {
    process.stderr.write(`${error.message}\n`);
    return ExitCode.WrongInput;
  }
  if (CiError.is(error)) {
    process.stderr.write(`${redactKeys(error.message)}\n`);
    return error.blame === "input" ? ExitCode.WrongInput : ExitCode.Failed;
  }
  if (UserError.is(error)) {
    process.stderr.write(`${redactKeys(error.message)}\n`);
    return error.exitCode;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(
    `This is a mistake in gemkeys itself. Please open an issue with the text below.\n${redactKeys(text)}\n`,
  );
  return ExitCode.Failed;
}
