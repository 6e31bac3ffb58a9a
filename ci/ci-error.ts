const CI_ERROR = Symbol.for("gemkeys.CiError");

/** What a step of CI cannot do, told without a stack trace. */
export class CiError extends Error {
  /** @param blame whose fault it is: of what was given, or of a server or a tool. */
  constructor(
    message: string,
    readonly blame: "input" | "failure" = "input",
  ) {
    super(message);
    this.name = "CiError";
    Object.defineProperty(this, CI_ERROR, { value: true });
  }

  static is(error: unknown): error is CiError {
    return typeof error === "object" && error !== null && CI_ERROR in error;
  }
}
